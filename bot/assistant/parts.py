"""The answers to several questions of one message as one answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

from retrieval.models import Answer, Kind, Part, Quote

_MOST_QUOTES = 5


def together(question: str, asked: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """Return the `answers` to what was `asked` as one: the best quote of each, then the second.

    No quote stands there twice; each part says which are its own. It is answered if any part is.
    """
    rows = zip_longest(*(answer.quotes for answer in answers))
    quotes = tuple(dict.fromkeys(quote for quote in chain.from_iterable(rows) if quote))
    shown = quotes[:_MOST_QUOTES]
    parts = tuple(
        Part(text, answer, _indices(answer, shown))
        for text, answer in zip(asked, answers, strict=True)
    )
    best = max(answers, key=lambda answer: answer.confidence)
    if not shown:
        return Answer(
            question,
            Kind.NOT_FOUND,
            nearest=best.nearest,
            refusal=best.refusal,
            confidence=best.confidence,
            timings_ms=_added(answers),
        )
    return Answer(
        question,
        Kind.ANSWER,
        quotes=shown,
        remarks=tuple(dict.fromkeys(chain.from_iterable(answer.remarks for answer in answers))),
        confidence=best.confidence,
        timings_ms=_added(answers),
        numbered=True,
        parts=parts,
    )


def _indices(answer: Answer, shown: Sequence[Quote]) -> tuple[int, ...]:
    return tuple(i for i, quote in enumerate(shown) if quote in answer.quotes)


def _added(answers: Sequence[Answer]) -> dict[str, float]:
    stages = dict.fromkeys(chain.from_iterable(answer.timings_ms for answer in answers))
    return {s: sum(answer.timings_ms.get(s, 0.0) for answer in answers) for s in stages}
