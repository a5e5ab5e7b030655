"""From collected questions to what the reader learns: units in several shapes, and their labels.

Owns what counts as answering. A unit is FULL if it holds all that must be said and is the evidence
or says the same, PART if it holds some of it, OPEN if nobody can tell; an announcing line or a
question never answers alone. Pure but for the generator of random numbers that comes in.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from retrieval.embeddings.onnx.weights import Vocabulary
from retrieval.ranking.reader import ReadingPassage, Window, windows
from retrieval.text.vietnamese import unaccented
from retrieval.text.word_lists import word_table

HELD_PERCENT, HELD_SQUAD = 15, 50
"""Shares of the documents whose questions are never trained on, SQuAD's articles apart."""
_ABSENT_KEPT = 3
"""One of so many questions whose paragraph was taken out of a SQuAD file is trained on."""
_LONGEST_PAIR = 700
_TELLING = 6
"""Letters of what must be said that do not stand somewhere by chance."""


class Label(IntEnum):
    """Whether a unit answers."""

    NONE = 0
    OPEN = 1
    PART = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is read, and where it stands in its passage."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage to be read, with a label for each unit."""

    passage: ReadingPassage
    units: tuple[Unit, ...]
    labels: tuple[Label, ...]

    @property
    def best(self) -> Label:
        """The best label of a unit."""
        return max(self.labels, default=Label.NONE)


@dataclass(frozen=True, slots=True)
class Example:
    """A question with labelled passages; nothing answers where no unit does."""

    question: str
    passages: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A collected question, a line of what `collect` writes."""

    row: dict[str, Any]
    is_of_few: bool = False
    """True if it is of a set that is small beside `training`: our own, and SQuAD's."""

    @property
    def answerable(self) -> bool:
        """True if the documents hold an answer."""
        return bool(self.row["must"]) or self.row["place"] is not None

    @property
    def home(self) -> str:
        """The document, or the article of paragraphs, that the question is about."""
        if self.squad:
            return str(self.row["sources"][0].partition("p")[0])
        return str((self.row["sources"] or [self.row["near"] or self.row["id"]])[0])

    @property
    def held(self) -> bool:
        """True if the question is kept out of training."""
        return zlib.crc32(self.home.encode()) % 100 < (HELD_SQUAD if self.squad else HELD_PERCENT)

    @property
    def squad(self) -> bool:
        """True if the question is of a SQuAD file."""
        return "starts" in self.row["extra"]

    @property
    def teaches(self) -> bool:
        """True if the question is worth its time."""
        if not self.squad or self.answerable:
            return True
        return zlib.crc32(self.row["id"].encode()) % _ABSENT_KEPT == 0


def load(path: Path) -> list[Question]:
    """Return the questions of a collected file."""
    with path.open(encoding="utf-8") as file:
        return [Question(json.loads(line), path.stem != "training") for line in file]


@lru_cache(200_000)
def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().replace("*", "").split())


@lru_cache(200_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _plain(text)))


def says_all(text: str, must: Sequence[Sequence[str]]) -> bool:
    """Return True if `text` holds one alternative of each group."""
    plain = _plain(text)
    return all(any(_plain(other) in plain for other in group) for group in must)


def label(question: Question, source: str, unit: Unit, start: int | None = None) -> Label:
    """Return whether `unit` of `source` answers; `start` is where its passage begins there."""
    row = question.row
    place = row["place"]
    if place is not None:
        if source not in row["sources"] or start is None:
            return Label.NONE
        return Label.FULL if start + unit.start <= place < start + unit.end else Label.NONE
    if not row["must"]:
        return Label.NONE
    plain = _plain(unit.text)
    full = says_all(plain, row["must"])
    if plain.endswith((":", "?")):
        return Label.OPEN if full else Label.NONE
    some = full or any(_plain(a) in plain for group in row["must"] for a in group)
    telling = sum(min(len(_plain(a)) for a in group) for group in row["must"]) >= _TELLING
    return _by_evidence(row, source, plain, full=full, some=some, telling=telling)


def _by_evidence(
    row: dict[str, Any], source: str, plain: str, *, full: bool, some: bool, telling: bool
) -> Label:
    evidence = _plain(row["evidence"])
    shared = _words(plain) & _words(evidence)
    overlap = len(shared) / max(1, min(len(_words(plain)), len(_words(evidence))))
    if source not in row["sources"]:
        if full and evidence and overlap >= 0.6:
            return Label.FULL
        return Label.OPEN if full and telling else Label.NONE
    if full:
        if not evidence or overlap >= 0.3:
            return Label.FULL
        return Label.FULL if telling and overlap >= 0.15 else Label.OPEN
    if evidence and len(evidence) > 15 and evidence in plain:
        return Label.FULL
    if some and (plain in evidence or overlap >= 0.5):
        return Label.PART
    return Label.OPEN if some and telling else Label.NONE


def units_of(read: dict[str, Any], shape: str, rng: random.Random | None = None) -> list[Unit]:
    """Return the units of a collected passage in one of the shapes.

    `stored`: all of them, a list and its items, as the product reads; `inner`: those that hold no
    other; `outer`: those that stand in no other; `pairs`: the inner ones, neighbours joined by
    chance.
    """
    text = read["text"]
    spans = sorted(read["sentences"], key=lambda span: (span[0], -span[1]))
    stored = [Unit(text[a:b], a, b) for a, b in spans]
    if shape == "stored":
        return stored
    if shape == "outer":
        return [unit for unit in stored if not any(_holds(other, unit) for other in stored)]
    inner = [unit for unit in stored if not any(_holds(unit, other) for other in stored)]
    return list(_paired(text, inner, rng)) if shape == "pairs" and rng is not None else inner


def _paired(text: str, units: Sequence[Unit], rng: random.Random) -> Iterator[Unit]:
    waiting: Unit | None = None
    for unit in units:
        if waiting is None:
            waiting = unit
        elif rng.random() < 0.5 and unit.end - waiting.start < _LONGEST_PAIR:
            yield Unit(text[waiting.start : unit.end], waiting.start, unit.end)
            waiting = None
        else:
            yield waiting
            waiting = unit
    if waiting is not None:
        yield waiting


def context(read: dict[str, Any]) -> str:
    """Return what stands around a collected passage, as `retrieval.reader.context_of` has it."""
    parts = (read["title"], read["publisher"], read["date"], read["heading"])
    return " | ".join(part for part in parts if part)


def labelled(
    question: Question, number: int, shape: str = "stored", rng: random.Random | None = None
) -> Labelled:
    """Return passage `number` of a question with its units labelled."""
    read = question.row["passages"][number]
    starts = question.row["extra"].get("starts")
    start = starts[number] if starts else None
    units = units_of(read, shape, rng)
    labels = [label(question, read["source"], unit, start) for unit in units]
    labels = list(_outermost(units, labels))
    around = context(read)
    if rng is not None:
        heading = read["heading"]
        if heading and rng.random() < 0.15:
            units.insert(0, Unit(heading, 0, 0))
            labels.insert(0, Label.NONE)
        elif heading and units and rng.random() < 0.1:
            units[0] = Unit(f"{heading}\n{units[0].text}", units[0].start, units[0].end)
        if rng.random() < 0.05:
            around = read["heading"]
    texts = tuple(unit.text for unit in units)
    return Labelled(ReadingPassage(around, texts), tuple(units), tuple(labels))


def _outermost(units: Sequence[Unit], labels: Sequence[Label]) -> Iterator[Label]:
    """Yield labels where lists stand beside their items: the least that holds all answers.

    An item that holds a part is wrong where its list holds all; a list may answer, but need not be
    chosen, where one of its items does.
    """
    for unit, label in zip(units, labels, strict=True):
        around = {o for u, o in zip(units, labels, strict=True) if _holds(u, unit)}
        inside = {o for u, o in zip(units, labels, strict=True) if _holds(unit, u)}
        if label is Label.PART and Label.FULL in around:
            yield Label.NONE
        else:
            yield Label.OPEN if label is Label.FULL and Label.FULL in inside else label


def _holds(unit: Unit, other: Unit) -> bool:
    wide, narrow = (unit.start, unit.end), (other.start, other.end)
    return wide != narrow and wide[0] <= narrow[0] and narrow[1] <= wide[1]


SHAPES = ("stored", "inner", "outer", "pairs")
_SHARES = (55, 15, 15, 15)
_RIGHT, _BESIDE = 2, 4
"""Right passages of an example at most; so many more wrong ones than wanted are drawn from."""
_LOST = 0.1
"""How often the right passages are not there."""
_FRAMES = (
    "cho hỏi {}",
    "cho em hỏi {} ạ",
    "cho mình hỏi {} với",
    "mọi người ơi {}",
    "ad ơi {}",
    "{} ạ",
    "{} vậy",
    "{} vậy bạn",
    "{} nhỉ",
    "{} thế",
    "{} thì phải",
    "anh chị cho hỏi {}",
    "theo quy định thì {}",
    "mình đang làm báo cáo, {}",
    "bạn biết {} không",
    "xin hỏi {}",
)
"""What questions stand in where people chat."""


class Swaps:
    """Turns a question that is answered into one that is not: another year, number or name."""

    def __init__(self, questions: Iterable[Question], share: float) -> None:
        self._share = share
        self._names: dict[str, list[str]] = {}
        for question in questions:
            for found in _NAMED.finditer(question.row["question"]):
                self._names.setdefault(found[1].lower(), []).append(found[2])

    def __call__(self, question: Question, rng: random.Random) -> str:
        """Return the other question, empty if it is left as it is."""
        if not self._share or rng.random() > self._share:
            return ""
        asked = question.row["question"]
        texts = _plain("\n".join(context(p) + "\n" + p["text"] for p in question.row["passages"]))
        ways = [self._named, self._dated, self._numbered]
        rng.shuffle(ways)
        for way in ways:
            old, new = way(asked, rng)
            if old and _plain(old) in texts and _plain(new) not in texts:
                return str(asked.replace(old, new))
        return ""

    def _named(self, asked: str, rng: random.Random) -> tuple[str, str]:
        found = list(_NAMED.finditer(asked))
        if not found:
            return "", ""
        one = rng.choice(found)
        return one[2], rng.choice(self._names.get(one[1].lower(), [one[2]]))

    def _dated(self, asked: str, rng: random.Random) -> tuple[str, str]:
        years = _YEAR.findall(asked)
        if not years:
            return "", ""
        year = rng.choice(years)
        return year, str(int(year) + rng.choice((-3, -2, -1, 1, 2)))

    def _numbered(self, asked: str, rng: random.Random) -> tuple[str, str]:
        numbers = _NUMBER.findall(asked)
        if not numbers:
            return "", ""
        number = rng.choice(numbers)
        return number, str(int(number) + rng.randint(1, 40))


_CAPITAL = "[A-ZĐÂĂÊÔƠƯÁÀẢÃẠÝÍÓÚ]"
_NAMED = re.compile(
    r"\b((?i:tỉnh|xã|phường|huyện|thành phố|tp|quận|thị trấn|đảng bộ|ông|bà|đồng chí|trường"
    r"|công ty|bệnh viện|sở|ban|bộ|viện|cục|khoá|khóa))"
    rf"\s+({_CAPITAL}\w*(?:\s{_CAPITAL}\w*)*)"
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_NUMBER = re.compile(
    r"\b(?:số|thứ|điều|lần|luật|định|quyết|thị|luận|tư)\s(\d{1,4})\b", re.IGNORECASE
)


class Sampler:
    """Draws a training example of a question: shapes, `most` passages, another wording."""

    def __init__(self, rng: random.Random, most: int, swaps: Swaps) -> None:
        self._rng = rng
        self._most = most
        self._swaps = swaps
        self._short = list(_abbreviations())

    def __call__(self, question: Question) -> Example | None:
        """Return an example, None where nothing can be learnt."""
        rng, rows = self._rng, question.row["passages"]
        shapes = rng.choices(SHAPES, _SHARES, k=len(rows))
        read = [
            labelled(question, number, shape, rng)
            for number, shape in zip(range(len(rows)), shapes, strict=True)
        ]
        right = [p for p in read if p.best >= Label.PART]
        right.sort(key=lambda p: -p.best)
        wrong = [p for p in read if p.best is Label.NONE]
        if question.answerable and not right:
            return None
        lost = rng.random() if right else 1.0
        if lost < _LOST and len(wrong) >= 4:
            right = []
        asked = question.row["question"]
        other = self._swaps(question, rng) if right and lost >= _LOST else ""
        if other:
            right = [replace(p, labels=tuple(Label.NONE for _ in p.labels)) for p in right]
            asked = other
        hard = wrong[: self._most + _BESIDE]
        rng.shuffle(hard)
        chosen = [*right[:_RIGHT], *hard][: self._most]
        return Example(self.worded(asked), tuple(chosen)) if chosen else None

    def worded(self, question: str) -> str:
        """Return the question as somebody else might type it."""
        rng = self._rng
        if rng.random() < 0.12:
            question = self._shortened(question)
        if rng.random() < 0.15:
            question = question.rstrip(" ?.")
        if rng.random() < 0.2:
            question = question.lower()
        if rng.random() < 0.12:
            question = rng.choice(_FRAMES).format(question.rstrip(" ?."))
        if rng.random() < 0.08:
            words = question.split()
            question = " ".join(w for w in words if rng.random() > 0.12) or question
        if rng.random() < 0.06:
            question = self._slipped(question)
        if rng.random() < 0.12:
            question = unaccented(question)
        return question

    def _shortened(self, question: str) -> str:
        for short, full in self._short:
            question = re.sub(rf"\b{re.escape(full)}\b", short, question, flags=re.IGNORECASE)
        return question

    def _slipped(self, question: str) -> str:
        at = self._rng.randrange(max(1, len(question) - 1))
        return (
            question[:at] + question[at + 1 : at + 2] + question[at : at + 1] + question[at + 2 :]
        )


def _abbreviations() -> Iterator[tuple[str, str]]:
    pairs = [(short, long) for short, long, *_ in word_table("abbreviations.tsv")]
    yield from sorted(pairs, key=lambda pair: -len(pair[1]))


@dataclass(frozen=True, slots=True)
class Laid:
    """A window with what is known of it: labels of its units, tokens of the answer (or None)."""

    window: Window
    labels: list[Label]
    answer: list[tuple[int, int, list[bool]]]
    """(first, after, which tokens stand in the answer) of units that answer."""


def laid_out(
    vocabulary: Vocabulary, example: Example, must: Sequence[Sequence[str]], rng: random.Random
) -> list[Laid]:
    """Return the windows of an example: of a passage that does not answer only one."""
    made: list[Laid] = []
    for read in example.passages:
        laid = [
            _laid(vocabulary, window, read, must)
            for window in windows(vocabulary, example.question, read.passage)
        ]
        right = [one for one in laid if max(one.labels) >= Label.PART]
        made.extend(right or [rng.choice(laid)] if laid else [])
    return made


def _laid(
    vocabulary: Vocabulary, window: Window, read: Labelled, must: Sequence[Sequence[str]]
) -> Laid:
    labels = [read.labels[number] for number in window.numbers]
    answer = []
    for (first, after), number, known in zip(window.units, window.numbers, labels, strict=True):
        if known >= Label.PART and must:
            tokens = _answering(vocabulary, read.units[number].text, must)
            if any(tokens) and len(tokens) == after - first:
                answer.append((first, after, tokens))
    return Laid(window, labels, answer)


def _answering(vocabulary: Vocabulary, text: str, must: Iterable[Sequence[str]]) -> list[bool]:
    """Return for each token of `text` whether it stands in what must be said."""
    plain = vocabulary.normalised(text.strip()).lower()
    spans: list[tuple[int, int]] = []
    for group in must:
        for other in group:
            wanted = vocabulary.normalised(other.strip()).lower().strip("\u2581")
            at = plain.find(wanted) if wanted else -1
            if at >= 0:
                spans.append((at, at + len(wanted)))
                break
    pieces = vocabulary.pieces(text.strip())
    return [any(start < b and end > a for a, b in spans) for _, start, end in pieces]
