"""Exchanges that were reviewed, as cases for `chidan eval`: a line of JSON each.

A verdict tells what a right answer is: the quote that was shown (right), the words that the
reviewer says must be quoted, or a refusal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bot.log.database import LogDatabase
from bot.log.threads import Threads
from bot.log.verdicts import Verdict, Verdicts
from bot.review.queries import entry
from retrieval.errors import ChidanError
from retrieval.evaluation.cases import SMALL_TALK, Case, parsed_cases
from retrieval.models import Kind
from retrieval.text.sentences import split_sentences


class NoCase(ChidanError):
    """An exchange cannot become a case."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of the reviewed exchanges; numbers of exchanges."""

    added: tuple[int, ...]
    known: tuple[int, ...]
    """Stood in the file already."""
    unclear: tuple[int, ...]
    """The verdict does not tell what would have been right."""


def append_case(file: LogDatabase, exchange_id: int, must: Sequence[str], cases: Path) -> None:
    """Append an exchange to a file of cases; each of `must` has to stand in the quotes.

    Raises NoCase: unknown, stripped of its text, or in the file already.
    """
    found = entry(file, exchange_id)
    if found is None or not found["question"]:
        raise NoCase(f"Không có câu hỏi nào ở số {exchange_id}; tệp {cases} giữ nguyên.")
    known = _text(cases)
    if _is_in(known, exchange_id):
        raise NoCase(f"Câu log-{exchange_id} đã có trong {cases}; tệp giữ nguyên.")
    _append(cases, known, [_line(file, found, must)])


def append_reviewed(file: LogDatabase, cases: Path) -> Collected:
    """Append what reviewers have judged and the file does not hold yet."""
    known = _text(cases)
    lines, collected = _reviewed(file, known)
    _append(cases, known, lines)
    return collected


def reviewed_cases(file: LogDatabase) -> tuple[tuple[Case, ...], Collected]:
    """Return what reviewers have judged as cases, and what became of each exchange."""
    lines, collected = _reviewed(file, "")
    return parsed_cases(_as_text(lines), "logs.db"), collected


def _reviewed(file: LogDatabase, known: str) -> tuple[list[dict[str, Any]], Collected]:
    """Return the lines of cases that do not stand in the text `known`."""
    lines: list[dict[str, Any]] = []
    added, before, unclear = [], [], []
    for verdict in Verdicts(file).latest():
        number = verdict["exchange_id"]
        found = entry(file, number)
        if found is None or _is_in(known, number):
            before.append(number)
            continue
        must = _must(verdict, found)
        if must is None:
            unclear.append(number)
            continue
        sources = {PurePosixPath(quote["path"]).name for quote in found["quoted"]}
        shown = sorted(sources) if verdict["verdict"] == Verdict.RIGHT and must else None
        lines.append(_line(file, found, must, shown))
        added.append(number)
    return lines, Collected(tuple(added), tuple(before), tuple(unclear))


def _must(verdict: dict[str, Any], found: dict[str, Any]) -> list[str] | None:
    """Return what must be quoted, nothing for a refusal; None where the verdict does not tell."""
    words = [line.strip() for line in verdict["must"].splitlines() if line.strip()]
    if verdict["verdict"] == Verdict.SHOULD_REFUSE:
        return []
    if words or verdict["verdict"] != Verdict.RIGHT:
        return words or None
    if found["quoted"]:
        # Sentence by sentence: a quote may be joined of several units.
        text = found["quoted"][0]["text"]
        return [text[span.start : span.end] for span in split_sentences(text)]
    return [] if found["kind"] in (Kind.NOT_FOUND, Kind.SMALLTALK) else None


def _line(
    file: LogDatabase,
    found: dict[str, Any],
    must: Sequence[str],
    sources: Sequence[str] | None = None,
) -> dict[str, Any]:
    turns = Threads(file).before(found["id"])
    return {
        "id": f"log-{found['id']}",
        "kind": SMALL_TALK if found["kind"] == Kind.SMALLTALK else "log",
        "question": found["question"],
        "must": [[words] for words in must],
        "source": sources,
        "history": [[turn.question, turn.answer] for turn in turns],
    }


def _text(cases: Path) -> str:
    return cases.read_text(encoding="utf-8") if cases.exists() else ""


def _is_in(known: str, exchange_id: int) -> bool:
    return f'"log-{exchange_id}"' in known


def _append(cases: Path, known: str, lines: Sequence[dict[str, Any]]) -> None:
    seam = "" if not known or known.endswith("\n") else "\n"
    if text := _as_text(lines):
        with cases.open("a", encoding="utf-8") as out:
            out.write(seam + text)


def _as_text(lines: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
