"""Where the live index mentions a directive.

Owns finding the passages by full text and reading the references of their sources; a vague mention
("Chỉ thị 35") means what the same source says in full elsewhere. Leaves recognition to
`directives` and the judgement to `identity`. Blocking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from retrieval.directives import CHARTER_SERIES, CONGRESS_SERIES, Reference, find_references
from retrieval.documents import Passage, Source
from retrieval.identity import compatible, possible
from retrieval.naming import roman
from retrieval.snapshot import Snapshot
from retrieval.spellings import CODES, ORDINALS

EVERYWHERE = 100_000
"""More passages than hold one number."""


def mentioning(
    snap: Snapshot, asked: Reference, limit: int = EVERYWHERE, terms: Iterable[str] = ()
) -> list[Passage]:
    """Return the passages that mention the directive, those with most of the folded `terms` first.

    At most `limit` passages that hold its number are read. A passage mentions what its own text,
    its heading or the title of its source names.
    """
    passages = reading(snap, asked, limit, terms)
    sources = {id_: snap.document(id_) for id_ in dict.fromkeys(p.source_id for p in passages)}
    meant = {
        id_: [r for r in references_in(d.text) if possible(asked, r, None, d.source.date)]
        for id_, d in sources.items()
    }
    return [
        p
        for p in passages
        if any(p.start <= r.start < p.end for r in meant[p.source_id])
        or _named_above(asked, p, sources[p.source_id].source)
    ]


def reading(
    snap: Snapshot,
    asked: Reference,
    limit: int,
    terms: Iterable[str] = (),
    needed: Iterable[str] = (),
) -> list[Passage]:
    """Return passages that hold the number of `asked` and any of `needed`, best by `terms` first.

    Whether they mean that directive is not looked at.
    """
    hits = snap.lexical(_query(asked, terms, needed), limit)
    return snap.passages([passage for passage, _ in hits])


def _named_above(asked: Reference, passage: Passage, source: Source) -> bool:
    above = f"{source.title}\n{source.about}\n{passage.heading}"
    return any(possible(asked, r, None, source.date) for r in find_references(above))


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


def _query(asked: Reference, terms: Iterable[str], also: Iterable[str]) -> str:
    """Return the FTS5 query for passages that may mention the directive."""
    needed = [_any_of(also)] if also else []
    needed += [_any_of(_number_terms(asked))] if asked.number else []
    if asked.series == CONGRESS_SERIES:
        needed.append(_any_of(["dai_hoi"]))
    elif asked.series == CHARTER_SERIES:
        needed.append(_any_of(["dieu_le"]))
    elif asked.series:
        needed.append(_any_of(["trung_uong", "nqtw", "bchtw"]))
    ranking = [_any_of([*terms, *(_number_terms(asked) if asked.number else ["dieu_le"])])]
    return "folded : (" + " AND ".join([*needed, *ranking]) + ")"


def _number_terms(asked: Reference) -> list[str]:
    number = asked.number
    if asked.series:
        which = int(number)
        words = [ORDINALS[which - 1].split()[-1]] if which <= len(ORDINALS) else []
        return [number, number.zfill(2), roman(number).lower(), *words]
    codes = [code for code, (_, kind) in CODES.items() if kind == asked.kind or not asked.kind]
    glued = [f"{code}{number}" for code in (*codes, "qd")]
    return [number, number.zfill(2), *glued]


def _any_of(terms: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{term}"' for term in dict.fromkeys(terms)) + ")"
