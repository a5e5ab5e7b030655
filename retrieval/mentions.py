"""What a source means by its references, and which passages hold the number of one.

Owns filling in a vague mention ("Chỉ thị 35") by what the same source says in full elsewhere, and
the full text query for a number. Leaves recognition to `directives`, the judgement to `identity`,
and what was found once and for all to the `register`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from retrieval.directives import CHARTER_SERIES, CONGRESS_SERIES, Reference, find_references
from retrieval.identity import compatible
from retrieval.naming import roman
from retrieval.snapshot import Snapshot
from retrieval.spellings import CODES, KINDS, ORDINALS
from retrieval.vietnamese import expanded, fold

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


@lru_cache(maxsize=128)
def references_in(text: str) -> tuple[Reference, ...]:
    """Return the references of one source, the vague ones filled in from the others."""
    found = find_references(text)
    return tuple(_filled(reference, found) for reference in found)


def _filled(vague: Reference, others: Sequence[Reference]) -> Reference:
    """Return the reference with what others of its source add, if these agree among themselves."""
    kin = [o for o in others if compatible(vague, o)]
    if not all(compatible(one, other) for one in kin for other in kin):
        return vague
    return replace(
        vague,
        kind=vague.kind or _longest(o.kind for o in kin),
        suffix=_longest(o.suffix for o in (vague, *kin)),
        term=vague.term or _longest(o.term for o in kin),
        issued=_longest(o.issued for o in (vague, *kin)),
        issuer=vague.issuer or _longest(o.issuer for o in kin),
        subject=vague.subject,
    )


def _longest(values: Iterable[str]) -> str:
    return max(values, key=len, default="")


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
