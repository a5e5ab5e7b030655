"""An assistant that says what a test gives it, and a source to quote."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from retrieval.models import DEFAULT_OPTIONS, Answer, AnswerOptions, Kind, Quote, Source, Span, Turn

STORED = "Năm 2024, toàn Đảng bộ kết nạp 11.144 đảng viên. Tỷ lệ này cao hơn năm trước."
SOURCE = Source(
    "bai-mot-123456",
    "bai-mot.md",
    "Hội nghị tổng kết năm 2024",
    "Tạp chí",
    date(2024, 12, 26),
    "https://example.org/bai-mot",
)
QUOTE = Quote(SOURCE, 0, 48, STORED[0:48], (Span(31, 37),))


def found(question: str) -> Answer:
    return Answer(question, Kind.ANSWER, f"Về “{question}”: 11.144 đảng viên.", (QUOTE,))


@dataclass
class Scripted:
    """Stands in for the assistant: what it says is given, what it was asked is kept."""

    says: Callable[[str], Answer] = found
    asked: list[tuple[str, Sequence[Turn]]] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """Questions that are answered only once their event is set."""

    async def answer(
        self, question: str, history: Sequence[Turn] = (), options: AnswerOptions = DEFAULT_OPTIONS
    ) -> Answer:
        self.asked.append((question, history))
        if question in self.held:
            await self.held[question].wait()
        return self.says(question)
