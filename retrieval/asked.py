"""Which directives a question names, and which passages may answer it for that reason.

Owns the step between a question and its candidates: a question that names a directive is answered
from passages that mention it, one that names an article from that article, and from no other.
Leaves finding mentions to `mentions`. Blocking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from retrieval.directives import Reference, find_references
from retrieval.legislation import NOWHERE, Place, place_named, place_of
from retrieval.mentions import EVERYWHERE, holding
from retrieval.naming import full_name
from retrieval.question import STOP_WORDS
from retrieval.register import passages_naming, times_said
from retrieval.snapshot import Snapshot
from retrieval.vietnamese import fold, words

_ASKING = frozenset(
    [
        "dieu",
        "khoan",
        "diem",
        "quy",
        "dinh",
        "noi",
        "dung",
        "neu",
        "nhu",
        "trinh",
        "bay",
        "chi",
        "tiet",
    ]
)
"""Folded words of a question that asks for an article and no more."""
_READ = 24
"""Passages read for a question, those with most of its words first."""
_MANY = 5_000
"""Times that a directive is named past which only passages with a word of the question count."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The directives that a question names; `passages` mention one of them, by id."""

    mentioned: tuple[Reference, ...] = ()
    unmentioned: tuple[Reference, ...] = ()
    """Those that no source mentions."""
    passages: frozenset[int] = frozenset()
    place: Place = NOWHERE
    """The article that is asked for, where only what it says is."""

    @property
    def in_vain(self) -> bool:
        """True if what is asked for stands in no source."""
        return not self.passages and bool(self.unmentioned or self.place)

    @property
    def in_full(self) -> bool:
        """True if an article is asked for that there is: it is shown in its own order."""
        return bool(self.passages and self.place)


NOTHING = Asked()


def asked_for(text: str, terms: Iterable[str], snap: Snapshot) -> Asked:
    """Return the directives named in the question `text`, whose telling terms are `terms`."""
    references = find_references(text)
    place = place_named(text)
    if not references and not place.article:
        return NOTHING
    wanted = [*terms, f"dieu_{place.article}"] if place.article else list(terms)
    found = {r: _passages(snap, r, wanted) for r in dict.fromkeys(references)}
    passages: frozenset[int] = frozenset().union(*found.values())
    inside = _inside(snap, place, passages if references else None)
    no_more = _asks_no_more(text, references) and bool(inside or not references)
    return Asked(
        tuple(r for r in found if found[r]),
        tuple(r for r in found if not found[r]),
        inside or passages,
        place if no_more else NOWHERE,
    )


def unmentioned(asked: Asked) -> str:
    """Return the sentence that says what no source mentions; nothing if all are mentioned."""
    names = [full_name(reference) for reference in asked.unmentioned]
    if asked.in_vain and not names:
        return f"Không nguồn nào có {asked.place}."
    return f"Không nguồn nào nhắc tới {' và '.join(dict.fromkeys(names))}." if names else ""


def _passages(snap: Snapshot, reference: Reference, terms: list[str]) -> frozenset[int]:
    """Return the passages that name a directive: of many, those with most of the terms."""
    said = times_said(snap, reference.number, _MANY)
    for strict in (strict for strict, most in ((True, _MANY - 1), (False, _READ)) if said > most):
        near = holding(snap, reference, _READ, terms, strict=strict)
        if found := passages_naming(snap, reference, near).intersection(near):
            return found
    return passages_naming(snap, reference)


def _inside(snap: Snapshot, place: Place, among: Collection[int] | None) -> frozenset[int]:
    """Return the passages (`among` some) of articles of that number, and clause if one is named."""
    if not place.article:
        return frozenset()
    if among is None:
        hits = snap.lexical(f'folded : ("dieu_{fold(place.article)}")', EVERYWHERE)
        among = [passage for passage, _ in hits]
    found = snap.passages(list(among))
    clause = Place(place.article, place.clause)
    return frozenset(p.id for p in found if clause.holds(place_of(p.heading, p.text)))


def _asks_no_more(text: str, references: Sequence[Reference]) -> bool:
    """True for "Điều 5 Quy định 37-QĐ/TW nói gì?": no word is left that says of what."""
    for reference in reversed(references):
        text = text[: reference.start] + text[reference.reach :]
    left = (w.text for w in words(fold(text)) if len(w.text) > 1 and not w.text[0].isdigit())
    return all(word in STOP_WORDS or word in _ASKING for word in left)
