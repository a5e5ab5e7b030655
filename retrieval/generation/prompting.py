"""What a model is given: numbered passages as data, fenced by marks that no text can forge.

Owns which passages go along and how they look, and the form that an answer is asked in: lines, JSON
by a schema, lines by a grammar. Lines are what every server can do; the others are for servers that
keep to them (`chidan doctor` finds out). The words of the prompts are in `prompts`. Pure, except
that a new mark is drawn for each prompt.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from langchain_core.messages import BaseMessage

from prompts import chat_prompt, prompt_text
from retrieval.directives.recognition import find_references
from retrieval.grounding.evidence import Given
from retrieval.models import Sentence, Turn
from retrieval.query.analysis import Question
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.text.names import publisher_name
from retrieval.text.prompt_injection import is_suspicious
from retrieval.text.vietnamese import capitalised, fold, normalise

REFUSAL = "Các nguồn được đưa không trả lời câu hỏi này."
MOST_PASSAGES = 12
MOST_LETTERS = 11_000
"""Of passages in one prompt: about 4,000 tokens of Vietnamese."""
_AROUND = 1_800
"""Tokens of a prompt beside the passages' text: instructions, heads and the question."""
_LETTERS_A_TOKEN = 2
"""Of Vietnamese at least, whatever the tokenizer."""
_FEWEST_LETTERS = 1_500
_OF_EACH_NAMED = 2
"""Passages that go along of every document, place, person and year that the question names."""


def given_in(findings: Findings, most_letters: int = MOST_LETTERS) -> dict[int, Given]:
    """Return passages under their numbers, the best first, without suspicious sentences.

    Two of everything that the question names come before others that rank higher.
    """
    firsts = _firsts(findings)
    named = [c for name in _named(findings.question) for c in _holding(name, firsts)]
    given: dict[int, Given] = {}
    letters = 0
    wanted = {c.passage.id for c in (*firsts[:1], *named, *firsts)[:MOST_PASSAGES]}
    rest = [c for c in firsts if c.passage.id not in wanted]
    for candidate in (*(c for c in firsts if c.passage.id in wanted), *rest):
        passage = candidate.passage
        own = [c.sentence for c in findings.candidates if c.passage.id == passage.id]
        sentences = tuple(_outermost(s for s in own if not is_suspicious(s.text)))
        length = sum(len(s.text) for s in sentences)
        if not sentences or (given and letters + length > most_letters):
            continue
        letters += length
        number = len(given) + 1
        given[number] = Given(number, candidate.source, passage, sentences)
        if number == MOST_PASSAGES:
            break
    return given


def letters_within(window: int | None, answer: int | None) -> int:
    """Return how many letters of passages fit a window of tokens, beside an answer of so many.

    >>> letters_within(4096, 800), letters_within(None, 800)
    (2992, 11000)
    """
    if window is None:
        return MOST_LETTERS
    fits = (window - (answer or 0) - _AROUND) * _LETTERS_A_TOKEN
    return max(_FEWEST_LETTERS, min(MOST_LETTERS, fits))


def _named(question: Question) -> list[str]:
    """Return the years, documents, places, units, persons and names in a question, folded."""
    text, entities = question.text, question.named
    references = [text[r.start : r.end] for r in find_references(text) if r.number]
    names = [run.text for run in capitalised(text) if " " in run.text]
    units = [unit.text for unit in entities.units]
    told = (*entities.years, *references, *entities.places, *units, *entities.persons, *names)
    return [fold(name) for name in dict.fromkeys(told)]


def _holding(name: str, firsts: Sequence[Candidate]) -> list[Candidate]:
    """Return the best passages that hold a name, in their text or over it."""
    found = (
        c for c in firsts if name in fold(f"{c.source.title} {c.passage.heading} {c.passage.text}")
    )
    return list(itertools.islice(found, _OF_EACH_NAMED))


def _outermost(units: Iterable[Sentence]) -> list[Sentence]:
    """Return the units in order, without those that stand inside another."""
    kept: list[Sentence] = []
    for unit in sorted(units, key=lambda unit: (unit.start, -unit.end)):
        if not kept or unit.start >= kept[-1].end:
            kept.append(unit)
    return kept


def answer_prompt(
    question: str, understood: str, given: Sequence[Given], form: str = ""
) -> list[BaseMessage]:
    """Return the messages that ask for an answer; the question as typed, and how it was read.

    `form` is what is to be said of the form of the answer.
    """
    mark = secrets.token_hex(8)
    passages = "\n\n".join(_fenced(_described(one), f"NGUỒN {one.number}", mark) for one in given)
    return chat_prompt("answer", "question").format_messages(
        mark=mark,
        refusal=REFUSAL,
        passages=passages,
        question=_line(question),
        form=form,
        understood=f"(hiểu là: {_line(understood)})" if understood else "",
    )


def rewrite_prompt(question: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """Return the messages that ask for a follow-up written out."""
    mark = secrets.token_hex(8)
    said = "\n".join(f"Hỏi: {_line(t.question)}\nĐáp: {_line(t.answer)}" for t in history)
    passages = _fenced(said, "CUỘC TRÒ CHUYỆN", mark)
    return chat_prompt("rewrite", "question").format_messages(
        mark=mark, passages=passages, question=_line(question), understood=""
    )


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
        f"Tên bài: {_line(source.name)}",
        f"Nơi đăng: {_line(publisher_name(source.publisher))}" if source.publisher else "",
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


class AnswerFormat(StrEnum):
    """The values of the setting LLM_FORMAT."""

    LINES = "lines"
    JSON = "json"
    """`response_format` with a JSON schema: OpenAI, Gemini, vLLM, Ollama, LM Studio."""
    GRAMMAR = "grammar"
    """`grammar` in GBNF: llama.cpp."""


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_EVIDENCE = _object(passage={"type": "integer"}, words={"type": "string"})
_CLAIM = _object(text={"type": "string"}, evidence={"type": "array", "items": _EVIDENCE})
SCHEMA = _object(claims={"type": "array", "items": _CLAIM})
"""Of an answer: `{"claims": [{"text", "evidence": [{"passage", "words"}]}]}`; none is a refusal."""
GRAMMAR = rf'''root ::= "{REFUSAL}" | claim+
claim ::= "Ý: " [^\n]+ "\n" evidence*
evidence ::= "Nguồn " [0-9] [0-9]? ": “" [^\n”]+ "”\n"
'''


def request_options(form: AnswerFormat) -> dict[str, Any]:
    """Return what a request for an answer in this form carries.

    >>> sorted(request_options(AnswerFormat.GRAMMAR)), request_options(AnswerFormat.LINES)
    (['grammar'], {})
    """
    match form:
        case AnswerFormat.JSON:
            schema = {"name": "answer", "strict": True, "schema": SCHEMA}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case AnswerFormat.GRAMMAR:
            return {"grammar": GRAMMAR}
        case AnswerFormat.LINES:
            return {}


def instructions(form: AnswerFormat) -> str:
    """Return what the prompt says of the form beyond lines, "" where these are asked for."""
    return prompt_text("json") if form is AnswerFormat.JSON else ""
