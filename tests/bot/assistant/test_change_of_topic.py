"""Sixty messages after another topic, over five topics: the old topic answers none of them.

Written before the code that tells them apart; what leans on the topic stands among them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ARTICLES

from bot.assistant.assistant import Assistant
from bot.bootstrap import build_assistant
from bot.settings import Settings
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.index import Index
from retrieval.loading.folder import SourceFolder
from retrieval.models import Answer, Kind, Turn
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store

MESSAGES = {
    "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?": {
        "chat": [
            ("mà thôi trưa rồi, mọi người ăn gì chưa", ""),
            ("haha đúng là hôm nay nóng ghê", ""),
        ],
        "another question": [
            ("nghị quyết 18 tên đầy đủ là gì", "Một số vấn đề về tiếp tục đổi mới"),
            ("ai là trưởng ban tổ chức thành ủy hà nội", "Vũ Đức Bảo"),
        ],
        "bare keyword": [
            ("cờ thi đua", ""),
            ("phần mềm kiểm phiếu", ""),
        ],
        "complaint": [
            ("trả lời lạc đề rồi bạn ơi", ""),
            ("số này nhầm rồi", ""),
        ],
        "out of domain": [
            ("giá vàng hôm nay bao nhiêu", ""),
            ("đặt vé máy bay đi đà nẵng kiểu gì", ""),
        ],
        "follow-up": [
            ("còn cả nước thì sao?", "3%"),
            ("thế đứng thứ mấy cả nước?", "thứ 2"),
        ],
    },
    "Ai chủ trì hội nghị trực tuyến ngày 1/6/2020?": {
        "chat": [
            ("chiều nay họp lúc 2h nha cả nhà", ""),
            ("ok em gửi file rồi đó chị", ""),
        ],
        "another question": [
            ("khung danh mục có bao nhiêu vị trí việc làm", "1.000"),
            ("giải búa liềm vàng lần thứ mấy", "lần thứ V"),
        ],
        "bare keyword": [
            ("luân chuyển cán bộ", ""),
            ("Bùi Huyền Mai", ""),
        ],
        "complaint": [
            ("sai bét", ""),
            ("ko phải cái tôi cần", ""),
        ],
        "out of domain": [
            ("tuyển việt nam đá mấy giờ tối nay", ""),
            ("cách nấu phở bò", ""),
        ],
        "follow-up": [
            ("thế ở điểm cầu Cao Bằng có ai dự?", "Triệu Đình Lê"),
            ("còn hội nghị ngày 29/12/2022?", "29/12/2022"),
        ],
    },
    "Chỉ thị số 35 về đại hội đảng bộ các cấp ban hành ngày nào?": {
        "chat": [
            ("cuối tuần này ai đi cà phê ko", ""),
            ("chúc mừng sinh nhật sếp nhé 🎂", ""),
        ],
        "another question": [
            ("bao nhiêu đảng viên mới ở hà nội năm 2024", "11.144"),
            ("năm bản lề là năm nào", "bản lề"),
        ],
        "bare keyword": [
            ("tinh giản biên chế", ""),
            ("cấp tỉnh không chờ cấp huyện", ""),
        ],
        "complaint": [
            ("bot trả lời dở quá", ""),
            ("hình như ngày đó không đúng đâu", ""),
        ],
        "out of domain": [
            ("wifi công ty mật khẩu gì", ""),
            ("thủ đô nước pháp là gì", ""),
        ],
        "follow-up": [
            ("thế nó bảo đảm điều gì?", "đồng bộ, thống nhất"),
            ("còn chỉ thị 24?", "24-CT/TU"),
        ],
    },
    "Ba câu hỏi Tổng Bí thư Tô Lâm nêu cho ngành là gì?": {
        "chat": [
            ("thôi anh em nghỉ sớm đi", ""),
            ("trời mưa to quá mọi người ạ", ""),
        ],
        "another question": [
            ("chỉ thị 24 của thành ủy hà nội ban hành ngày mấy", "7-8-2023"),
            ("tỷ lệ phát triển đảng viên mới cả nước hàng năm là bao nhiêu", "3%"),
        ],
        "bare keyword": [
            ("cải cách hành chính", ""),
            ("quy định 205", ""),
        ],
        "complaint": [
            ("không đúng trọng tâm", ""),
            ("chán, hỏi một đằng trả lời một nẻo", ""),
        ],
        "out of domain": [
            ("dịch giúp câu này sang tiếng anh: con mèo trèo cây cau", ""),
            ("lãi suất ngân hàng giờ bao nhiêu phần trăm", ""),
        ],
        "follow-up": [
            ("thế còn bà Bùi Thị Minh Hoài?", "Bùi Thị Minh Hoài"),
            ("thế bộ máy thì sao?", "bộ máy"),
        ],
    },
    "6 tháng đầu năm 2024 Ban Tổ chức Trung ương hoàn thành bao nhiêu đề án?": {
        "chat": [
            ("sáng mai nộp báo cáo giúp em nhé", ""),
            ("cả phòng chụp ảnh kỷ yếu chưa vậy", ""),
        ],
        "another question": [
            ("ai phát động phong trào thi đua năm 2025", "Lê Minh Hưng"),
            ("đến 25/5/2020 có bao nhiêu tổ chức cơ sở đảng tiến hành đại hội", "25.938"),
        ],
        "bare keyword": [
            ("Triệu Đình Lê", ""),
            ("quy hoạch cán bộ cấp chiến lược", ""),
        ],
        "complaint": [
            ("thông tin này sai", ""),
            ("bạn trả lời thiếu rồi", ""),
        ],
        "out of domain": [
            ("xe bus số 32 đi đâu", ""),
            ("iphone mới giá nhiêu", ""),
        ],
        "follow-up": [
            ("thế từ đầu nhiệm kỳ?", "79"),
            ("còn năm 2022?", ""),
        ],
    },
}
"""By topic and kind: messages, and words that one of the quotes must hold; "" for any or none."""


_NO_QUESTIONS = ("chat", "complaint", "out of domain")
_MISSES = 2
"""How many may be answered wrongly otherwise: rankings change."""


@pytest.fixture(scope="module")
def assistant(
    articles_index: tuple[IndexDatabase, Store],
    embeddings: BuiltinEmbeddings,
    engine: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Assistant:
    """The assistant as the bot has it, its reader included."""
    state = tmp_path_factory.mktemp("state")
    shutil.copytree(engine, state / "engine", copy_function=os.link)
    index = Index(SourceFolder(ARTICLES), *articles_index, embeddings)
    return build_assistant(index, Settings(_env_file=None, state_dir=state))


@dataclass(frozen=True, slots=True)
class Said:
    """A message after a topic, and its answer."""

    kind: str
    message: str
    must: str
    leaks: bool
    answer: Answer

    @property
    def right(self) -> bool:
        """True if what must be quoted is, and nothing where nothing is asked."""
        if self.must:
            return any(self.must in quote.text for quote in self.answer.quotes)
        return not (self.answer.quotes and self.kind in _NO_QUESTIONS)


async def test_the_old_topic_answers_what_is_about_something_else(assistant: Assistant) -> None:
    said = [one async for one in _said(assistant)]

    assert len(said) == 60
    assert [one.message for one in said if one.leaks] == []
    assert sum(not one.right for one in said) <= _MISSES, [o.message for o in said if not o.right]


async def _said(assistant: Assistant) -> AsyncIterator[Said]:
    for topic, kinds in MESSAGES.items():
        old = await assistant.answer(topic)
        assert old.kind is Kind.ANSWER
        history = [Turn(topic, old.quotes[0].text)]
        shown = {quote.text for quote in old.quotes}
        for kind, messages in kinds.items():
            for message, must in messages:
                answer = await assistant.answer(message, history)
                leaks = kind != "follow-up" and any(q.text in shown for q in answer.quotes)
                yield Said(kind, message, must, leaks, answer)
