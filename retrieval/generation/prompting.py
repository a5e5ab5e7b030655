"""What a model is given: numbered passages as data, fenced by marks that no text can forge.

Owns which passages go along and how they look. The words of the prompts are in `prompts`. Pure,
except that a new mark is drawn for each prompt.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from prompts import render
from retrieval.directives.recognition import find_references
from retrieval.grounding.support import Given
from retrieval.models import Sentence, Turn
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.text.prompt_injection import is_suspicious
from retrieval.text.vietnamese import normalise

REFUSAL = "Các nguồn được đưa không trả lời câu hỏi này."
MOST_PASSAGES = 6
MOST_LETTERS = 9000
"""Of passages in one prompt: about 3,500 tokens of Vietnamese."""


def given_in(findings: Findings) -> dict[int, Given]:
    """Return the best passages under their numbers, without sentences that give orders."""
    given: dict[int, Given] = {}
    letters = 0
    for candidate in _firsts(findings):
        passage = candidate.passage
        own = [c.sentence for c in findings.candidates if c.passage.id == passage.id]
        sentences = tuple(_outermost(s for s in own if not is_suspicious(s.text)))
        letters += sum(len(s.text) for s in sentences)
        if not sentences or (given and letters > MOST_LETTERS):
            continue
        number = len(given) + 1
        given[number] = Given(number, candidate.source, passage, sentences)
        if number == MOST_PASSAGES:
            break
    return given


def _outermost(units: Iterable[Sentence]) -> list[Sentence]:
    """Return the units in order, without those that stand inside another."""
    kept: list[Sentence] = []
    for unit in sorted(units, key=lambda unit: (unit.start, -unit.end)):
        if not kept or unit.start >= kept[-1].end:
            kept.append(unit)
    return kept


def answer_prompt(question: str, given: Sequence[Given]) -> list[BaseMessage]:
    """Return the messages that ask for an answer."""
    mark = secrets.token_hex(8)
    passages = "\n\n".join(_fenced(_described(one), f"NGUỒN {one.number}", mark) for one in given)
    return [
        SystemMessage(render("answer", mark=mark, refusal=REFUSAL)),
        HumanMessage(render("question", passages=passages, question=_line(question))),
    ]


def rewrite_prompt(question: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """Return the messages that ask for a follow-up written out."""
    mark = secrets.token_hex(8)
    said = "\n".join(f"Hỏi: {_line(t.question)}\nĐáp: {_line(t.answer)}" for t in history)
    passages = _fenced(said, "CUỘC TRÒ CHUYỆN", mark)
    return [
        SystemMessage(render("rewrite", mark=mark)),
        HumanMessage(render("question", passages=passages, question=_line(question))),
    ]


def _firsts(findings: Findings) -> list[Candidate]:
    """Return the best candidate of each passage, best first."""
    best: dict[int, Candidate] = {}
    for candidate in findings.candidates:
        best.setdefault(candidate.passage.id, candidate)
    return list(best.values())


def _described(given: Given) -> str:
    source, text = given.source, " ".join(s.text for s in given.sentences)
    named = dict.fromkeys(
        text[r.start : r.end] for r in find_references(text) if r.number and r.suffix
    )
    lines = [
        f"Tên bài: {_line(source.title)}",
        f"Nơi đăng: {_line(source.publisher)}" if source.publisher else "",
        f"Ngày đăng: {source.date:%d/%m/%Y}" if source.date else "",
        f"Mục: {_line(given.passage.heading)}" if given.passage.heading else "",
        f"Văn bản được nhắc: {'; '.join(named)}" if named else "",
        f"Nội dung: {text}",
    ]
    return "\n".join(filter(None, lines))


def _fenced(text: str, name: str, mark: str) -> str:
    return f"--- {name} · {mark} ---\n{text}\n--- HẾT {name} · {mark} ---"


def _line(text: str) -> str:
    return " ".join(normalise(text).split())
