"""Claims over invented passages: true ones, and lies of many kinds (`tests/data/claims`).

`passages.tsv` holds the passages; `claims.tsv` a claim a row, its kind (`true`, or the kind of
lie), its passage, and which of its sentences, from 1, a model gave as evidence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from retrieval.grounding.evidence import Claimed, Given
from retrieval.models import Passage, Sentence, Source
from retrieval.text.sentences import split_sentences

FOLDER = Path(__file__).parent / "data" / "claims"
TRUE = "true"
LITERAL = (
    *("number", "number in words", "date", "document", "name", "place", "year", "unit"),
    *("range ends", "part for whole", "currency", "percent point", "measure", "ordinal"),
    *("older as present", "quotation"),
)
"""Kinds of lies about figures, dates, names, document numbers and words quoted."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A claim with its evidence, and the passage it comes from."""

    kind: str
    claimed: Claimed
    given: Given


def samples() -> Iterator[Sample]:
    """Yield all claims."""
    given = passages()
    for row in _rows("claims.tsv"):
        passage = given[row["passage"]]
        words = (passage.sentences[int(n) - 1].text for n in row["sentences"].split(","))
        evidence = tuple((passage.number, text) for text in words)
        yield Sample(row["kind"], Claimed(row["claim"], row["claim"], evidence), passage)


@cache
def passages() -> dict[str, Given]:
    """Return the passages by name, as a model gets them."""
    return {row["name"]: _given(n, row) for n, row in enumerate(_rows("passages.tsv"), 1)}


def _given(number: int, row: dict[str, str]) -> Given:
    text, day = row["text"], date.fromisoformat(row["date"])
    source = Source(row["name"], f"{row['name']}.md", row["title"], row["publisher"], day)
    sentences = tuple(
        Sentence(n, number, source.id, span.start, span.end, text[span.start : span.end])
        for n, span in enumerate(split_sentences(text))
    )
    passage = Passage(number, source.id, 0, len(text), text, row["heading"])
    return Given(number, source, passage, sentences)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
