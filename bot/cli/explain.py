"""`chidan ask --explain`: the stages of a question, from how it is understood to the decision.

Owns what is printed of each stage; the stages themselves are the product's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bot.texts.texts import VIETNAMESE
from retrieval.answering.abstention import Decision
from retrieval.models import Answer
from retrieval.ranking.candidates import Findings
from retrieval.ranking.signals import SIGNALS
from retrieval.ranking.weights import Ranking

_UNITS, _SIGNALS, _SHORT = 6, 6, 120


def stage_lines(answer: Answer, findings: Findings, decision: Decision, ranking: Ranking) -> str:
    """Return the stages as lines for a person: question, passages, units, signals, decision.

    `findings` are those for the question as the `answer` says that it was searched.
    """
    understood = understood_as(answer)
    stages = (*_question(findings), *_units(findings), *_decision(decision, ranking))
    return "\n".join([*understood, *stages])


def understood_as(answer: Answer) -> list[str]:
    """Return what was made of a message before anything was searched, a line each."""
    names = VIETNAMESE.admin.review.entry.stages
    lines = [f"Loại tin: {VIETNAMESE.admin.review.entry.outcomes[answer.kind]}"]
    lines += [f"Câu {n}: {part.question}" for n, part in enumerate(answer.parts, 1)]
    lines += [f"{names.get(stage, stage)}: {text}" for stage, text in answer.steps]
    return [*lines, *(f"Có thể là: {choice}" for choice in answer.choices)]


def _question(findings: Findings) -> Iterator[str]:
    question = findings.question
    yield f"Hiểu là: {question.text} (cần: {question.wanted.value})"
    named = question.named
    documents = (f"{each.kind} {each.number}".strip() for each in named.documents)
    units = (unit.text for unit in named.units)
    texts = (*named.places, *units, *named.persons, *documents, *named.years)
    if texts:
        yield f"Có nêu: {', '.join(texts)}"
    if question.attribute:
        yield f"Hỏi về: {' '.join(question.attribute)}"
    passages = dict.fromkeys(c.passage.id for c in findings.candidates)
    yield f"Xem {len(passages)} đoạn của {len(findings.stored)} nguồn."


def _units(findings: Findings) -> Iterator[str]:
    for rank, candidate in enumerate(findings.candidates[:_UNITS], 1):
        text = " ".join(candidate.sentence.text.split())
        short = text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
        yield f"{rank}. {candidate.score:7.2f}  {candidate.source.name[:50]}: {short}"


def _decision(decision: Decision, ranking: Ranking) -> Iterator[str]:
    if decision.evidence is not None:
        weighed = decision.evidence * ranking.signals
        order = np.argsort(-np.abs(weighed))[:_SIGNALS]
        told = (f"{SIGNALS[i]} {decision.evidence[i]:.2f} → {weighed[i]:+.2f}" for i in order)
        yield f"Nặng nhất: {'; '.join(told)}"
    read = "có" if ranking.reader else "không có"
    chance = f"xác suất {decision.probability:.2f}, ngưỡng {ranking.threshold:.2f}"
    yield f"Mô hình đọc: {read}; {chance}"
    if refusal := decision.refusal:
        about = f" ({', '.join(refusal.subjects)})" if refusal.subjects else ""
        yield f"Không trả lời: {refusal.reason.value}{about}"
    else:
        yield "Trả lời."
