"""A model's text taken apart while it arrives: sentences with the passages they cite. Pure.

Owns Markdown, the places where models put `[n]`, and knowing when a sentence is over. Leaves what
may be shown to `judging`.
"""

from __future__ import annotations

import re

from retrieval.grounding.claims import Claimed
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import normalise, words

_CITATION = re.compile(r"\s*[\[【]\s*(?:nguồn\s+)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\]】]", re.I)
_LATE = re.compile(r"(?<=[.!?…”\"»\]】])\s+(?=[\[【]\s*(?:nguồn\s+)?\d)", re.I)
"""The gap between a sentence that is over and the citation that belongs to it."""
_OVER = re.compile(r"([\]】]\s?[.!?…。]|[.!?…。][\]】”\"»]*[\]】])\s+")
"""A citation and a full stop end a sentence, whatever comes after."""
_UNFINISHED = re.compile(r"\s*[\[【][^\]】]*$")
_ENDING = re.compile(r"[.!?…\]】”\"»]\s*$")
_BREAK = re.compile(r"[.!?…\n]")
_MARKDOWN = re.compile(
    r"^\s*(?:#{1,6}\s+|>\s+|[-*+•]\s+|\d{1,2}[.)]\s+)|\*\*|__|`+|^\s*[-=*]{3,}\s*$", re.M
)


class StreamedAnswer:
    """Collects the pieces of an answer; hands each sentence out once it is over."""

    def __init__(self) -> None:
        self.raw = ""
        self._done = 0
        self._looked = 0

    def add(self, piece: str) -> list[Claimed]:
        """Take a piece; return the sentences that it completes."""
        self.raw += piece
        if not _BREAK.search(self.raw, self._looked):
            return []
        # What stands last may go on, or its citation may still come.
        if not _ENDING.search(self.raw):
            self._looked = len(self.raw)
        return self._new(_UNFINISHED.sub("", _before_open_quote(self.raw)), holding_back=1)

    def rest(self) -> list[Claimed]:
        """Return what is left at the end."""
        return self._new(self.raw, holding_back=0)

    def _new(self, raw: str, holding_back: int) -> list[Claimed]:
        found = sentences_of(raw)
        ready = found[self._done : len(found) - holding_back]
        self._done += len(ready)
        return ready


def sentences_of(raw: str) -> list[Claimed]:
    """Return the sentences of a model's text, headings and empty ones left out.

    >>> [(c.text, c.cited) for c in sentences_of("**Có** 67 điểm cầu. [1][2] Hết.")]
    [('Có 67 điểm cầu.', (1, 2)), ('Hết.', ())]
    """
    text = _OVER.sub(r"\1\n", _LATE.sub("", _MARKDOWN.sub("", normalise(raw))))
    found = [_claimed(text[span.start : span.end]) for span in split_sentences(text)]
    return [claimed for claimed in found if words(claimed.text)]


def _before_open_quote(raw: str) -> str:
    """Return the text up to a quotation that is not closed yet."""
    if raw.count("“") > raw.count("”"):
        return raw[: raw.rindex("“")]
    return raw[: raw.rindex('"')] if raw.count('"') % 2 else raw


def _claimed(raw: str) -> Claimed:
    cited = [int(n) for m in _CITATION.finditer(raw) for n in re.findall(r"\d+", m[1])]
    text = " ".join(_CITATION.sub("", raw).split())
    return Claimed(raw, text, tuple(dict.fromkeys(cited)))
