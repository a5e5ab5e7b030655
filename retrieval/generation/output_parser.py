"""A model's text taken apart while it arrives: claims, each with its evidence. Pure.

Owns the line format that the prompt asks for, and what models write in its place:

    Ý: a short claim
    Nguồn 2: “the exact words of passage 2 that carry it”

Prose with citations is understood too ([1], (1), [1-2], [1 và 2], [Nguồn 1, Nguồn 2], [^1],
【1†source】, "Theo [1], …"), as claims that cite without words; so is the JSON of `prompting`, each
as soon as it is whole. Markdown, HTML and table pipes do not reach readers. Whether a claim
may be shown is for `grounding.checks` to say. A follow-up that a model wrote out is taken only
where it keeps to what was said; else the built-in way stands in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.grounding.claims import claims_in, held_by, holds, telling_words
from retrieval.grounding.evidence import Claimed
from retrieval.models import Turn
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import normalise, words

_NUMBER = r"(?:(?:nguồn|đoạn|source|passage)\s{0,3})?\^?\d{1,2}(?:†[^\]】\n]{0,40})?"
_CITATION = re.compile(
    rf"\s{{0,3}}(?:[\[【]\s?(?P<a>{_NUMBER}(?:\s?(?:[,;–-]|và|and|&)\s?{_NUMBER}){{0,8}})\s?[\]】]"
    rf"|\(\s?(?P<b>{_NUMBER}(?:\s?(?:[,;–-]|và|and|&)\s?{_NUMBER}){{0,8}})\s?\)(?=\s*(?:[.,;:!?\[(]|$)))",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"^\s*theo\s+(?:các\s+)?(?:nguồn|đoạn)?\s*(?:[\[【(]\s?{_NUMBER}[^\]】)\n]{{0,30}}[\]】)]|\d{{1,2}})\s*,\s*",
    re.IGNORECASE,
)
"""“Theo [1], ”: the citation of the rest."""
_EVIDENCE = re.compile(
    r"^(?:(?:nguồn|đoạn|chứng cứ|bằng chứng|dẫn chứng|trích|evidence|source)\s*[\[(【]?\s*"
    r"(?:nguồn|đoạn)?\s*(?P<a>\d{1,2})\s*[\])】]?|[\[【](?:nguồn\s*)?(?P<b>\d{1,2})[\]】])"
    r"\s*[:：–-]\s*(?P<words>\S.*)$",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"^(?:ý|câu|khẳng định|trả lời|claim)(?:\s*\d{1,2})?\s*[:：.)]\s*(?P<text>.*)$", re.I
)
_DECORATION = re.compile(
    r"</?[a-z][^<>\n]{0,80}>|^\s{0,8}(?:#{1,6}\s+|>\s+|[-*+•]\s+|\d{1,2}[.)]\s+)|\*\*|__|~~|`+"
    r"|^\s*\|?[\s|:=*-]{3,}\|?\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_PIPES = re.compile(r"\s*\|\s*")
_QUOTED = "“”\"'«»„ "
_AFTER_STOP = re.compile(r"(?<=[.!?…”\"»])\s+(?=[\[【(]\s?(?:nguồn\s+|đoạn\s+)?\^?\d)", re.I)
"""The gap between a sentence that is over and the citation that belongs to it."""
_BEFORE_NEXT = re.compile(r"([\]】]\s?[.!?…。]|[.!?…。][\]】]+)\s+")
_JSON = re.compile(r"\s{0,9}(?:```json\s{0,9})?(?:\{|\[\s{0,9}\{)")
_NO_CLAIMS = re.compile(
    r"\s{0,9}(?:```json\s{0,9})?\{\s{0,9}\"\w{1,20}\"\s{0,9}:\s{0,9}\[\s{0,9}\]\s{0,9}\}"
)
_NEXT_OBJECT = re.compile(r"[\s,]{0,99}\{")
_DECODER = json.JSONDecoder()
_HEADING = re.compile(r"^\s{0,8}#{1,6}\s")


class StreamedAnswer:
    """Collects the pieces of an answer; hands each claim out once it is over."""

    def __init__(self) -> None:
        self.raw = ""
        self._read = 0
        self._told = 0
        """Where the next object of a JSON list is looked for; 0 before the list."""
        self._open: Claimed | None = None

    def add(self, piece: str) -> list[Claimed]:
        """Take a piece; return the claims that it completes."""
        self.raw += piece
        if _JSON.match(self.raw):
            return self._objects()
        end = self.raw.rfind("\n") + 1
        if end <= self._read:
            return []
        lines, self._read = self.raw[self._read : end].split("\n"), end
        return [claimed for line in lines for claimed in self._take(line)]

    def rest(self) -> list[Claimed]:
        """Return what is left at the end."""
        if _JSON.match(self.raw):
            return []
        last, self._read = self.raw[self._read :], len(self.raw)
        return [*self._take(last), *self._closed()]

    def whole(self) -> list[Claimed]:
        """Return the claim whose lines have all come, where the last line was cut off."""
        return self._closed()

    @property
    def is_empty(self) -> bool:
        """True for JSON with an empty list of claims: the model refuses."""
        return bool(_NO_CLAIMS.match(self.raw))

    def _objects(self) -> list[Claimed]:
        """Return the claims that have come whole since the last time."""
        if not self._told:
            self._told = self.raw.find("[") + 1
        claims = []
        while self._told and (opened := _NEXT_OBJECT.match(self.raw, self._told)):
            start = opened.end() - 1
            try:
                told, end = _DECODER.raw_decode(self.raw, start)
            except (ValueError, RecursionError):
                break
            self._told = end
            claims += _claims_told(told, self.raw[start:end])
        return claims

    def _take(self, line: str) -> list[Claimed]:
        """Take a line in; return the claims that are over with it."""
        plain = _plain(line)
        if not words(plain) or _HEADING.match(line):
            return []
        if self._open and (found := _EVIDENCE.match(plain)):
            self._join(int(found["a"] or found["b"]), found["words"], line)
            return []
        over = self._closed()
        if found := _CLAIM.match(plain):
            self._open = _claimed(line, found["text"])
            return over
        claims = claims_in_prose(plain)
        if claims and not claims[-1].evidence:
            # Evidence may follow a claim without its mark, but not one that cites already.
            self._open = claims.pop()
        return [*over, *claims]

    def _join(self, number: int, said: str, line: str) -> None:
        assert self._open is not None  # noqa: S101
        mine = tuple((n, w) for n, w in self._open.evidence if w or n != number)
        joined = (*(pair for pair in mine if pair[1]), (number, said.strip(_QUOTED)))
        self._open = Claimed(f"{self._open.raw}\n{line}", self._open.text, joined)

    def _closed(self) -> list[Claimed]:
        done, self._open = self._open, None
        return [done] if done and words(done.text) else []


def _claims_told(told: Mapping[str, Any], raw: str) -> list[Claimed]:
    """Return the claim in a JSON object, if it is one; evidence that is none is left out."""
    text, listed = told.get("text"), told.get("evidence")
    if not isinstance(text, str) or not words(plain := _plain(text)):
        return []
    bare = _claimed(raw, plain)
    evidence = tuple(
        (entry["passage"], entry["words"].strip(_QUOTED))
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, Mapping)
        and isinstance(entry.get("passage"), int)
        and isinstance(entry.get("words"), str)
    )
    return [Claimed(raw, bare.text, evidence or bare.evidence)]


def claims_in_prose(text: str) -> list[Claimed]:
    """Return the sentences of a text that cites, as claims without words of evidence.

    >>> [(c.text, c.evidence) for c in claims_in_prose("Có 67 điểm cầu. [1][2] Theo [3], đã hết.")]
    [('Có 67 điểm cầu.', ((1, ''), (2, ''))), ('Đã hết.', ((3, ''),))]
    """
    whole = _BEFORE_NEXT.sub(r"\1\n", _AFTER_STOP.sub("", text))
    return [
        claimed
        for span in split_sentences(whole)
        if words((claimed := _claimed(whole[span.start : span.end])).text)
    ]


def _claimed(raw: str, text: str | None = None) -> Claimed:
    said = raw if text is None else text
    cited = [
        n
        for match in (*_SAYS.finditer(said), *_CITATION.finditer(said))
        for n in _numbers(match.group())
    ]
    opened = _SAYS.sub("", said)
    bare = " ".join(_CITATION.sub("", opened).split())
    if opened != said:
        bare = bare[:1].upper() + bare[1:]
    return Claimed(raw, bare, tuple((n, "") for n in dict.fromkeys(cited)))


def _numbers(citation: str) -> list[int]:
    """Return the numbers of a citation, ranges written out.

    >>> _numbers("[1-3 và 7]")
    [1, 2, 3, 7]
    """
    found: list[int] = []
    for first, last in re.findall(r"(\d{1,2})(?:\s?[–-]\s?(\d{1,2}))?", citation):
        found += range(int(first), int(last or first) + 1)
    return found


def _plain(line: str) -> str:
    """Return a line of the model in plain words."""
    bare = _DECORATION.sub("", normalise(line))
    if "|" in bare:
        bare = ", ".join(filter(None, _PIPES.split(bare)))
    return " ".join(bare.split())


LONGEST = 300
_LEAST_KEPT = 0.6
"""The share of the question's own words that its new form must keep."""


def written_out(raw: str, question: str, history: Sequence[Turn], built_in: str) -> str:
    """Return the question that the model wrote if it may be searched for, else the built-in one."""
    lines = [line.strip(' "“”*') for line in normalise(raw).splitlines() if line.strip()]
    text = lines[0] if len(lines) == 1 else ""
    said = " ".join([question, built_in, *(f"{t.question} {t.answer}" for t in history)])
    if not text or len(text) > LONGEST or not telling_words(text) or not _keeps_to(text, said):
        return built_in
    own = telling_words(question)
    kept = len(own & telling_words(text)) / len(own) if own else 1.0
    held = held_by(text)
    whole = all(holds(claim, question, held) for claim in claims_in(question))
    return text if kept >= _LEAST_KEPT and whole else built_in


def _keeps_to(text: str, said: str) -> bool:
    held = held_by(said)
    return telling_words(text) <= telling_words(said) and all(
        holds(c, text, held) for c in claims_in(text)
    )
