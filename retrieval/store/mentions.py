"""The register: what each version of a source says of directives, kept when it is staged.

Owns the tables `mentions`, `deeds`, `scopes` and `definitions`: writing them and reading the live
ones back, so that lists and searches are look-ups. Texts are read by `directives.resolution`,
`text.names` and `text.acronyms`.
`indexing.staging._FORMAT` must be raised when what is recognised, or `Reference`, changes: all
versions are then entered anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlite_utils import Database

from retrieval.directives.recognition import Reference, find_references
from retrieval.directives.resolution import Deed, Mention, Readings, possible, read_directives
from retrieval.loading.official_head import OfficialHead
from retrieval.models import Document, OfficialField, Quote
from retrieval.store.reader import Snapshot
from retrieval.text.acronyms import definitions_in
from retrieval.text.legislation import NOWHERE, Provision, place_of
from retrieval.text.names import Scope, scope_of

_Quoted = Callable[..., Quote]
_VALUES = "VALUES (?, ?, ?, ?, ?, ?)"
_DEED_VALUES = "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def enter(db: Database, version_id: int, document: Document, head: OfficialHead | None) -> None:
    """Write what a version says, and which directive it is itself, as its head says."""
    reading = with_itself(read_directives(document), document, head)
    db.conn.executemany(f"INSERT INTO mentions {_VALUES}", _mentions(version_id, reading))
    db.conn.executemany(f"INSERT INTO deeds {_DEED_VALUES}", _deeds(version_id, reading))


def with_itself(reading: Readings, document: Document, head: OfficialHead | None) -> Readings:
    """Return the reading with the directive that the document is: all that its head says of it."""
    number = (
        next((s for s in head.stated if s.field is OfficialField.NUMBER), None) if head else None
    )
    if head is None or number is None:
        return reading
    here = [m for m in reading.mentions if number.start <= m.reference.end - 1 < number.end]
    known = here[0].reference if here else Reference(number.start, number.end)
    digits = re.match(r"\d+", number.value)
    own = replace(
        known,
        kind=head.kind,
        number=known.number or (digits[0].lstrip("0") if digits else ""),
        issued=head.date.isoformat() if head.date else known.issued,
        issuer=head.issuer or known.issuer,
        subject=head.subject or known.subject,
    )
    words = document.text[number.start : number.end]
    quote = Quote(document.source, number.start, number.end, words)
    mentions = [m for m in reading.mentions if m not in here]
    itself = Mention(own, here[0].quote if here else quote, itself=True)
    ordered = sorted([*mentions, itself], key=lambda m: m.reference.start)
    return replace(reading, mentions=tuple(ordered))


def keep_scope(db: Database, version_id: int, document: Document) -> None:
    """Write which places, years and days a version speaks of."""
    row = (version_id, scope_of(document).dumps())
    db.execute("INSERT INTO scopes (version_id, scope) VALUES (?, ?)", row)


def kept_scope(snap: Snapshot, source_id: str) -> Scope:
    """Return what a live source speaks of; raises KeyError."""
    rows = snap.rows(
        "SELECT c.scope FROM sources s JOIN scopes c ON c.version_id = s.version_id WHERE s.id = ?",
        source_id,
    )
    if not rows:
        raise KeyError(source_id)
    return Scope.loads(rows[0][0])


def keep_definitions(db: Database, version_id: int, document: Document) -> None:
    """Write which abbreviations a version defines."""
    rows = [(short, long, version_id) for short, long in definitions_in(document.text)]
    db.conn.executemany(
        "INSERT INTO definitions (short, long, version_id) VALUES (?, ?, ?)", sorted(rows)
    )


def kept_definitions(snap: Snapshot, short: str) -> dict[str, int]:
    """Return what `short`, in capitals, stands for in the live sources, and in how many."""
    rows = snap.rows(
        "SELECT d.long, count(*) FROM definitions d JOIN sources s ON s.version_id = d.version_id"
        " WHERE d.short = ? GROUP BY d.long",
        short,
    )
    return dict(rows)


def kept_references(snap: Snapshot, number: str) -> list[Reference]:
    """Return how the live sources call directives of that number, each way once, no places."""
    rows = snap.rows(
        "SELECT DISTINCT json_remove(m.reference, '$.start', '$.end', '$.reach', '$.subject')"
        " FROM mentions m JOIN sources s ON s.version_id = m.version_id WHERE m.number = ?",
        number,
    )
    return [_reference(kept) for (kept,) in rows]


def kept_readings(snap: Snapshot, number: str | None = None) -> Readings:
    """Return what the live sources say, source by source: of all directives, or of one number."""
    quoted = _quoting(snap)
    mentions = tuple(
        Mention(_reference(kept), quoted(source, start, end, *passage), bool(itself))
        for kept, itself, source, start, end, *passage in _kept_mentions(snap, number)
    )
    return Readings(mentions, tuple(deeds(snap, number)))


def targets_of_deeds(snap: Snapshot, source_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return (verb, number of the directive that it was done to) for deeds of live sources."""
    rows = snap.rows(
        """SELECT DISTINCT d.verb, d.target_number FROM json_each(?) wanted
        JOIN sources s ON s.id = wanted.value JOIN deeds d ON d.version_id = s.version_id""",
        json.dumps(list(source_ids)),
    )
    return [(verb, number) for verb, number in rows]


def deeds(snap: Snapshot, number: str | None = None) -> list[Deed]:
    """Return what the live sources say that directives did to others: all, or with one number."""
    quoted = _quoting(snap)
    return [
        Deed(
            verb,
            _reference(actor) if actor else None,
            _reference(target),
            quoted(source, start, end),
            bool(itself),
        )
        for verb, actor, target, itself, source, start, end in _kept_deeds(snap, number)
    ]


def times_said(snap: Snapshot, number: str, most: int) -> int:
    """Return how often directives of that number are named, earlier versions too, up to `most`."""
    named = """SELECT 1 FROM mentions m JOIN versions v ON v.id = m.version_id
    WHERE m.number = ? LIMIT ?"""
    return int(snap.rows(f"SELECT count(*) FROM ({named})", number, most)[0][0])


def passages_naming(
    snap: Snapshot, asked: Reference, near: Sequence[int] | None = None
) -> frozenset[int]:
    """Return the passages that name the directive: in their text, their heading or their title.

    Looks at the sources of the passages `near` alone, if they are given.
    """
    where = json.dumps(near)
    found: set[int] = set()
    for kept, day, version, passage, heading in snap.rows(_NAMING, asked.number, where, where):
        if possible(asked, _reference(kept), None, _day(day)):
            found |= {passage} if heading is None else _under(snap, version, heading)
    return frozenset(found.union(*(_whole(snap, v) for v in _titled(snap, asked, where))))


def _titled(snap: Snapshot, asked: Reference, where: str) -> Iterator[int]:
    """Yield the versions whose title, or that of what they retell, names the directive."""
    holding = "%" if asked.series else f"%{asked.number}%"
    for version, title, about, day in snap.rows(_TITLES, where, where, holding, holding):
        if any(possible(asked, r, None, _day(day)) for r in _named(f"{title}\n{about}")):
            yield version


@lru_cache(maxsize=4096)
def _named(title: str) -> tuple[Reference, ...]:
    return tuple(find_references(title))


def _under(snap: Snapshot, version: int, heading: str) -> set[int]:
    """Return the passages under a heading."""
    rows = snap.rows("SELECT id, heading FROM passages WHERE version_id = ?", version)
    return {passage for passage, above in rows if heading in above}


def _whole(snap: Snapshot, version: int) -> set[int]:
    return {row[0] for row in snap.rows("SELECT id FROM passages WHERE version_id = ?", version)}


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


_NEAR = """(? = 'null' OR v.id IN (SELECT near.version_id FROM json_each(?) wanted
    JOIN passages near ON near.id = wanted.value))"""
_NAMING = f"""
SELECT m.reference, v.date, v.id, p.id,
    CASE WHEN p.id IS NULL THEN substr(v.text, m.start + 1, m."end" - m.start) END
FROM mentions m JOIN sources s ON s.version_id = m.version_id JOIN versions v ON v.id = s.version_id
LEFT JOIN passages p
ON p.version_id = m.version_id AND m."end" > p.start AND m."end" <= p."end"
WHERE m.number = ? AND {_NEAR}
"""
_TITLES = f"""
SELECT v.id, v.title, v.about, v.date FROM versions v JOIN sources s ON s.version_id = v.id
WHERE {_NEAR} AND (v.title LIKE ? OR v.about LIKE ?)
"""


def _kept_mentions(snap: Snapshot, number: str | None) -> list[tuple[Any, ...]]:
    which = "WHERE m.number = ? " if number is not None else ""
    return snap.rows(
        f"""SELECT m.reference, m.itself, s.id, m.start, m."end", p.start, p.heading FROM mentions m
        JOIN sources s ON s.version_id = m.version_id LEFT JOIN passages p
        ON p.version_id = m.version_id AND m."end" > p.start AND m."end" <= p."end"
        {which}ORDER BY s.path, m.rowid""",
        *([number] if which else []),
    )


def _kept_deeds(snap: Snapshot, number: str | None) -> list[tuple[Any, ...]]:
    which = "WHERE ? IN (d.actor_number, d.target_number) " if number is not None else ""
    return snap.rows(
        f"""SELECT d.verb, d.actor, d.target, d.itself, s.id, d.start, d."end" FROM deeds d
        JOIN sources s ON s.version_id = d.version_id {which}ORDER BY s.path, d.rowid""",
        *([number] if which else []),
    )


def _quoting(snap: Snapshot) -> _Quoted:
    """Return what makes quotes of offsets; each source is fetched once."""
    document = cache(snap.document)

    def quoted(
        source_id: str, start: int, end: int, first: int | None = None, heading: str | None = None
    ) -> Quote:
        one = document(source_id)
        place = place_of(heading, one.text[first:end]) if heading else NOWHERE
        return Quote(one.source, start, end, one.text[start:end], place=str(place))

    return quoted


def _mentions(version: int, said: Readings) -> Iterator[tuple[object, ...]]:
    for mention in said.mentions:
        reference, quote = mention.reference, mention.quote
        place = quote.start, quote.end
        yield version, reference.number, _kept(reference), *place, mention.itself


def _deeds(version: int, said: Readings) -> Iterator[tuple[object, ...]]:
    for deed in said.deeds:
        actor, target = deed.actor, deed.target
        yield (
            version,
            deed.verb,
            _kept(actor) if actor else None,
            actor.number if actor else None,
            _kept(target),
            target.number,
            deed.itself,
            deed.quote.start,
            deed.quote.end,
        )


def _kept(reference: Reference) -> str:
    said = {name: value for name, value in asdict(reference).items() if value}
    return json.dumps(said | {"place": asdict(reference.place)}, ensure_ascii=False)


def _reference(kept: str) -> Reference:
    said = {"start": 0, "end": 0} | json.loads(kept)
    return Reference(**said | {"place": Provision(**said["place"])})
