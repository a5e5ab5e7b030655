"""One exchange with its evidence, and the figures of a period, in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.tables import OUTCOMES

Row = dict[str, Any]
_VOTES = {"up": "👍", "down": "👎"}


def entry_text(entry: Row) -> str:
    """Return an exchange as lines to read: who, what, answer, quotes, scores, times, votes."""
    return "\n".join(_entry_lines(entry))


def figures_text(figures: Row) -> str:
    """Return figures as lines to read."""
    return "\n".join(_figure_lines(figures))


def local(moment: str) -> str:
    """Return a time of the log in the local zone."""
    return f"{datetime.fromisoformat(moment).astimezone():%d/%m/%Y %H:%M}"


def share(part: float | None) -> str:
    """Return a share in percent, a dash where there is none."""
    return "–" if part is None else f"{part:.0%}"


def _entry_lines(entry: Row) -> Iterator[str]:
    where = "cửa sổ lệnh" if entry["chat_id"] is None else f"cuộc trò chuyện {entry['chat_id']}"
    yield f"Số {entry['id']} · {local(entry['asked_at'])} · {entry['person'] or 'ẩn danh'}, {where}"
    yield f"Câu hỏi: {entry['question']}"
    if entry["standalone"] not in ("", entry["question"]):
        yield f"Hiểu là: {entry['standalone']}"
    yield f"Kết quả: {OUTCOMES[entry['kind']]}"
    if entry["answer"]:
        yield f"Trả lời: {entry['answer']}"
    if entry["error"]:
        yield f"Lỗi: {entry['error']}"
    for quote in entry["quoted"]:
        yield f"\n[{quote['rank']}] “{quote['text']}”"
        facts = (quote["publisher"], quote["date"], quote["title"])
        yield f"    — {', '.join(filter(None, facts))}"
        place = f"{quote['source_id']} [{quote['start']}:{quote['end']}]"
        yield f"    {' · '.join(filter(None, (place, quote['path'], quote['url'])))}"
    yield from _after(entry)


def _after(entry: Row) -> Iterator[str]:
    yield ""
    if entry["nearest_source_id"]:
        yield f"Nguồn gần nhất: {entry['nearest_source_id']}"
    if entry["confidence"] is not None:
        yield f"Độ tin: {entry['confidence']:.2f}"
    if entry["timings_ms"]:
        spent = json.loads(entry["timings_ms"])
        yield "Thời gian: " + ", ".join(f"{step} {ms:.0f} ms" for step, ms in spent.items())
    for use in entry["model"]:
        yield f"Mô hình {use['model']}: {use['raw']}"
        yield f"  Bị bỏ: {use['dropped']}"
    for vote in entry["votes"]:
        said = " · ".join(filter(None, (vote["reason"], vote["words"])))
        yield f"{_VOTES.get(vote['vote'], vote['vote'])} {vote['person']}: {said}".rstrip(": ")
    if entry["handed_over"]:
        yield "Đã chuyển cho quản trị viên."


def _figure_lines(figures: Row) -> Iterator[str]:
    yield f"Từ {local(figures['since'])} đến {local(figures['until'])}"
    yield f"Lượt hỏi: {figures['total']}, của {figures['people']} người"
    for kind, times in sorted(figures["kinds"].items(), key=lambda item: -item[1]):
        yield f"  {OUTCOMES[kind]}: {times}"
    yield f"Trả lời được: {share(figures['answered'])}"
    yield f"Bình chọn: 👍 {figures['votes']['up']}, 👎 {figures['votes']['down']}"
    if figures["p50_ms"] is not None:
        yield f"Thời gian: p50 {figures['p50_ms']:.0f} ms, p95 {figures['p95_ms']:.0f} ms"
    for heading, rows, name in (
        ("Nguồn hay dùng:", figures["sources"], "title"),
        ("Chưa trả lời được, nhiều nhất:", figures["unanswered"], "question"),
    ):
        if rows:
            yield heading
        for row in rows:
            yield f"  {row['times']:>4} × {row[name] or row.get('source_id', '')}"
