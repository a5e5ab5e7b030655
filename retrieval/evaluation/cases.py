"""Questions with known answers, read from files: what an evaluation asks.

Owns the two forms a file may have, and turning them into cases:
  - our own, a line of JSON a question: `must` holds groups of which one string each must be quoted,
    `source` names the file to be cited or a list of files that answer equally well, `near` the file
    that is about the same thing where nothing answers, `history` the turns before;
  - SQuAD: its contexts become sources, and each question is asked three times: as it is, with all
    of its article left out (easy to refuse), with only its paragraph left out (hard).
Judging is the business of `metrics`, asking that of `runner`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import CaseError
from retrieval.models import Document, Source, Turn
from retrieval.text.vietnamese import fold, normalise, unaccented, words

PRESENT, EASY, HARD, IMPOSSIBLE = "present", "absent-easy", "absent-hard", "impossible"
SMALL_TALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer begins in a source, in characters."""

    source_id: str
    start: int


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what a right answer quotes; neither `must` nor `place` where nothing does."""

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    sources: tuple[str, ...] = ()
    """The files that answer equally well: of each the name, or how it begins."""
    near: str = ""
    """The file that is about the same thing, where nothing answers."""
    about: str = ""
    """The original's title, if sources that bear or retell it are right too."""
    place: Place | None = None
    absent: frozenset[str] = frozenset()
    """Ids of the sources that do not exist for this question."""

    @property
    def answerable(self) -> bool:
        """True if the sources hold an answer."""
        return bool(self.must or self.place)

    def cites(self, source: Source) -> bool:
        """Return True if `source` is the file to be cited, or says the same."""
        if self.place:
            return source.id == self.place.source_id
        name = PurePosixPath(source.path).name
        return (
            not self.sources
            or name.startswith(self.sources)
            or bool(
                self.about
                and _letters(self.about) in (_letters(source.title), _letters(source.about))
            )
        )


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of a file, and the documents it brings along."""

    cases: tuple[Case, ...]
    documents: tuple[Document, ...] = ()


def load_cases(path: Path) -> CaseFile:
    """Read a file of either form; raises CaseError, OSError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CaseError(f"{path} không phải tệp UTF-8.") from None
    try:
        squad = _Squad.model_validate_json(text)
    except ValidationError:
        return CaseFile(parsed_cases(text, path.name))
    return _from_squad(squad)


def parsed_cases(text: str, name: str) -> tuple[Case, ...]:
    """Return the cases of a text in our own form, called `name`; raises CaseError."""
    return tuple(_own(text, name))


def asked_on(sources: Iterable[Source]) -> date | None:
    """Return the day on which cases are asked: that of the newest source, None if none has one."""
    return max((source.date for source in sources if source.date), default=None)


def stripped(case: Case) -> Case:
    """Return the case asked without diacritics, the turns before it too."""
    history = tuple(
        Turn(unaccented(normalise(turn.question)), turn.answer) for turn in case.history
    )
    return replace(case, question=unaccented(normalise(case.question)), history=history)


def retold(cases: Iterable[Case], named: Sequence[Document]) -> tuple[Case, ...]:
    """Return `cases` that also take sources which retell, or are retold by, the file they name.

    `named` are the documents that the cases name.
    """
    titles = {PurePosixPath(d.source.path).name: d.source.about or d.source.title for d in named}

    def about(case: Case) -> str:
        found = (title for name, title in titles.items() if name.startswith(case.sources))
        return next(found, "")

    return tuple(replace(case, about=about(case)) for case in cases)


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: str
    question: str
    must: tuple[tuple[str, ...], ...] = ()
    source: str | tuple[str, ...] | None = None
    near: str | None = None
    history: tuple[tuple[str, str], ...] = ()

    def case(self) -> Case:
        turns = tuple(Turn(question, answer) for question, answer in self.history)
        sources = (self.source,) if isinstance(self.source, str) else self.source or ()
        return Case(
            self.id, self.kind, self.question, turns, self.must, sources, near=self.near or ""
        )


def _own(text: str, name: str) -> Iterator[Case]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield _Line.model_validate_json(line).case()
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "JSON"
            raise CaseError(
                f"{name} dòng {number}: {field} thiếu hoặc sai. Mỗi dòng cần id, kind, question, "
                "must, source; hoặc cả tệp ở dạng SQuAD."
            ) from None


class _SquadAnswer(BaseModel):
    answer_start: int


class _SquadQuestion(BaseModel):
    id: str
    question: str
    answers: list[_SquadAnswer]


class _SquadParagraph(BaseModel):
    context: str
    qas: list[_SquadQuestion]


class _SquadArticle(BaseModel):
    paragraphs: list[_SquadParagraph]


class _Squad(BaseModel):
    data: list[_SquadArticle]


def _from_squad(squad: _Squad) -> CaseFile:
    cases: list[Case] = []
    documents: list[Document] = []
    for number, article in enumerate(squad.data):
        ids = [f"a{number:03}p{i:03}" for i in range(len(article.paragraphs))]
        for own, paragraph in zip(ids, article.paragraphs, strict=True):
            text = unicodedata.normalize("NFC", paragraph.context)
            documents.append(Document(Source(own, f"{own}.txt", ""), text))
            for question in paragraph.qas:
                cases.extend(_asked(question, own, paragraph.context, frozenset(ids)))
    return CaseFile(tuple(cases), tuple(documents))


def _asked(
    question: _SquadQuestion, own: str, context: str, article: frozenset[str]
) -> Iterator[Case]:
    if not question.answers:
        yield Case(question.id, IMPOSSIBLE, question.question)
        return
    before = context[: question.answers[0].answer_start]
    place = Place(own, len(unicodedata.normalize("NFC", before)))
    yield Case(question.id, PRESENT, question.question, place=place)
    yield Case(question.id, EASY, question.question, absent=article)
    yield Case(question.id, HARD, question.question, absent=frozenset([own]))


def _letters(title: str) -> list[str]:
    return [word.text for word in words(fold(unicodedata.normalize("NFC", title)))]
