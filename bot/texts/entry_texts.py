"""The words around one exchange with its evidence, in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cli.output import OUTCOMES


@dataclass(frozen=True, slots=True)
class EntryTexts:
    """The words in one language; `{…}` are filled with str.format."""

    outcomes: Mapping[str, str]
    """One of review.KINDS → how it is called."""
    reasons: Mapping[str, str]
    """bot.log.votes.Reason → why a vote is a 👎."""
    steps: Mapping[str, str]
    """Step of an answer → how it is called."""
    nobody: str
    head: str
    terminal: str
    inline: str
    chat: str
    question: str
    understood: str
    outcome: str
    answer: str
    error: str
    nearest: str
    confidence: str
    spent: str
    model: str
    dropped: str
    handed_over: str


ENTRY_VIETNAMESE = EntryTexts(
    outcomes=OUTCOMES,
    reasons={"sai": "sai", "thieu": "thiếu", "nguon": "nguồn không hợp", "khac": "lý do khác"},
    steps={
        "mend": "sửa lỗi gõ",
        "embed": "tính véc-tơ",
        "dense": "tìm theo nghĩa",
        "lexical": "tìm theo từ",
        "search": "tìm",
        "fuse": "gộp",
        "rank": "xếp hạng",
        "quote": "chọn trích dẫn",
        "verify": "kiểm tra",
        "directives": "xem văn bản",
        "rewrite": "viết lại câu hỏi",
        "model": "mô hình viết",
        "total": "tất cả",
    },
    nobody="ẩn danh",
    head="Số {id} · {when} · {person}, {where}",
    terminal="cửa sổ lệnh",
    inline="gõ sau @tên bot",
    chat="cuộc trò chuyện {id}",
    question="Câu hỏi: {words}",
    understood="Hiểu là: {words}",
    outcome="Kết quả: {words}",
    answer="Trả lời: {words}",
    error="Lỗi: {words}",
    nearest="Nguồn gần nhất: {source}",
    confidence="Độ tin: {share:.2f}",
    spent="Thời gian: {steps}",
    model="Mô hình {name} viết: {words}",
    dropped="  Bị bỏ: “{sentence}” – {reason}",
    handed_over="Đã chuyển cho quản trị viên.",
)
ENTRY_ENGLISH = EntryTexts(
    outcomes={
        "answer": "answered",
        "not_found": "no source",
        "smalltalk": "small talk",
        "error": "error",
        "pending": "waiting",
    },
    reasons={
        "sai": "wrong",
        "thieu": "incomplete",
        "nguon": "wrong source",
        "khac": "another reason",
    },
    steps={
        "mend": "typing mended",
        "embed": "vector",
        "dense": "by meaning",
        "lexical": "by words",
        "search": "searched",
        "fuse": "put together",
        "rank": "ranked",
        "quote": "quotes chosen",
        "verify": "verified",
        "directives": "directives",
        "rewrite": "question rewritten",
        "model": "model",
        "total": "all",
    },
    nobody="nobody named",
    head="No. {id} · {when} · {person}, {where}",
    terminal="terminal",
    inline="typed after the bot's @name",
    chat="chat {id}",
    question="Question: {words}",
    understood="Understood as: {words}",
    outcome="Outcome: {words}",
    answer="Answer: {words}",
    error="Error: {words}",
    nearest="Nearest source: {source}",
    confidence="Confidence: {share:.2f}",
    spent="Time: {steps}",
    model="The model {name} wrote: {words}",
    dropped="  Dropped: “{sentence}” – {reason}",
    handed_over="Passed on to the administrators.",
)
