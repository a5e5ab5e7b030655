"""Which directives a question names, and which passages may answer it for that reason.

Owns the step between a question and its candidates: a question that names a directive is answered
from passages that mention it, one that names an article from that article, and from no other.
Leaves finding mentions to `mentions`. Blocking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.directives.grammar import CODES, KINDS, ORDINALS
from retrieval.directives.recognition import (
    CHARTER_SERIES,
    CONGRESS_SERIES,
    Reference,
    find_references,
    full_name,
    roman,
)
from retrieval.models import Remark, RemarkKind
from retrieval.query.analysis import STOP_WORDS
from retrieval.store.mentions import passages_naming, times_said
from retrieval.store.reader import Snapshot
from retrieval.text.legislation import NOWHERE, Provision, place_named, place_of
from retrieval.text.vietnamese import expanded, fold, words

EVERYWHERE = 100_000
"""More passages than hold one number."""
_IN_LISTS = 200
"""Passages read for a number that nothing announces: it may stand in a list."""


def holding(
    snap: Snapshot, asked: Reference, limit: int, terms: Sequence[str] = (), *, strict: bool = False
) -> list[int]:
    """Return passages that hold the number of `asked`, those with most of the folded `terms` first.

    If `strict`, only those with any of the terms. Whether they mean the directive is not looked at.
    """
    some = terms if strict else ()
    hits = snap.lexical(_query(asked, _announced(asked), terms, some), limit)
    if not hits and not asked.series:
        hits = snap.lexical(_query(asked, _numbers(asked), terms, some), min(limit, _IN_LISTS))
    return [passage for passage, _ in hits]


def _query(
    asked: Reference, names: Sequence[str], terms: Iterable[str], some: Sequence[str]
) -> str:
    """Return the FTS5 query for passages with any of `names` and, if given, any of `some`."""
    needed = [_any_of(part) for part in (names, some) if part]
    if asked.series == CONGRESS_SERIES:
        needed.append(_any_of(["dai_hoi"]))
    elif asked.series == CHARTER_SERIES:
        needed.append(_any_of(["dieu_le"]))
    elif asked.series:
        needed.append(_any_of(["trung_uong", "nqtw", "bchtw"]))
    needed.append(_any_of([*terms, *(names or ["dieu_le"])]))
    return "folded : (" + " AND ".join(needed) + ")"


def _announced(asked: Reference) -> list[str]:
    """Return the folded terms of the number with what announces it: "so_35", "35_chi", "ct35"."""
    if asked.series:
        return _counted(asked) if asked.number else []
    before, after = _announcers(asked.kind)
    numbers = _numbers(asked)
    return [
        *(f"{word}_{number}" for word in before for number in numbers),
        *(f"{number}_{word}" for word in after for number in numbers),
        *(f"{code}{asked.number}" for code in CODES),
    ]


def _numbers(asked: Reference) -> list[str]:
    return list(dict.fromkeys((asked.number, asked.number.zfill(2))))


def _counted(asked: Reference) -> list[str]:
    """Return the ways in which a plenum or a congress is counted."""
    which = int(asked.number)
    spelled = [ORDINALS[which - 1].split()[-1]] if which <= len(ORDINALS) else []
    return [asked.number, asked.number.zfill(2), roman(asked.number).lower(), *spelled]


@cache
def _announcers(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the folded words before and after the number of a directive of that kind."""
    kinds = {words for words, name in KINDS.items() if kind in {"", name}}
    codes = {code for code, (_, name) in CODES.items() if not kind or name in {"", kind}}
    written = [fold(word) for code in codes for word in expanded(code.upper())[:1]]
    plain = {words.split()[-1] for words in kinds}
    last = {fold(expanded(code.upper())[-1]) for code in codes}
    return frozenset({"so", "va", *plain, *last}), frozenset({*written, *codes})


def _any_of(terms: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{term}"' for term in dict.fromkeys(terms)) + ")"


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
    place: Provision = NOWHERE
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
    no_more = bool(place.article) and _asks_no_more(text, references)
    if not references and not no_more:
        return NOTHING  # every law has an article of that number: of which one must be told
    wanted = [*terms, f"dieu_{place.article}"] if place.article else list(terms)
    found = {r: _passages(snap, r, wanted) for r in dict.fromkeys(references)}
    passages: frozenset[int] = frozenset().union(*found.values())
    inside = _inside(snap, place, passages if references else None)
    return Asked(
        tuple(r for r in found if found[r]),
        tuple(r for r in found if not found[r]),
        inside or passages,
        place if no_more and (inside or not references) else NOWHERE,
    )


def unmentioned(asked: Asked) -> Remark | None:
    """Return what no source mentions or holds; None if all that is asked for is there."""
    names = tuple(dict.fromkeys(full_name(reference) for reference in asked.unmentioned))
    if asked.in_vain and not names:
        return Remark(RemarkKind.UNKNOWN_PROVISION, (str(asked.place),))
    return Remark(RemarkKind.UNMENTIONED_DIRECTIVE, names) if names else None


def _passages(snap: Snapshot, reference: Reference, terms: list[str]) -> frozenset[int]:
    """Return the passages that name a directive: of many, those with most of the terms."""
    said = times_said(snap, reference.number, _MANY)
    for strict in (strict for strict, most in ((True, _MANY - 1), (False, _READ)) if said > most):
        near = holding(snap, reference, _READ, terms, strict=strict)
        if found := passages_naming(snap, reference, near).intersection(near):
            return found
    return passages_naming(snap, reference)


def _inside(snap: Snapshot, place: Provision, among: Collection[int] | None) -> frozenset[int]:
    """Return the passages (`among` some) of articles of that number, and clause if one is named."""
    if not place.article:
        return frozenset()
    if among is None:
        hits = snap.lexical(f'folded : ("dieu_{fold(place.article)}")', EVERYWHERE)
        among = [passage for passage, _ in hits]
    found = snap.passages(list(among))
    clause = Provision(place.article, place.clause)
    return frozenset(p.id for p in found if clause.holds(place_of(p.heading, p.text)))


def _asks_no_more(text: str, references: Sequence[Reference]) -> bool:
    """True for "Điều 5 Quy định 37-QĐ/TW nói gì?": no word is left that says of what."""
    for reference in reversed(references):
        text = text[: reference.start] + text[reference.reach :]
    left = (w.text for w in words(fold(text)) if len(w.text) > 1 and not w.text[0].isdigit())
    return all(word in STOP_WORDS or word in _ASKING for word in left)
