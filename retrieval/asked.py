"""Which directives a question names, and which passages may answer it for that reason.

Owns the step between a question and its candidates: a question that names a directive is answered
from passages that mention it, and from no other. Leaves finding them to `mentions`. Blocking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.directives import Reference, find_references
from retrieval.mentions import mentioning
from retrieval.naming import full_name
from retrieval.snapshot import Snapshot

_READ = 60
"""Passages read for a question, those with most of its words first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The directives that a question names; `passages` mention one of them, by id."""

    mentioned: tuple[Reference, ...] = ()
    unmentioned: tuple[Reference, ...] = ()
    """Those that no source mentions."""
    passages: frozenset[int] = frozenset()

    @property
    def in_vain(self) -> bool:
        """True if directives are asked for and no source mentions any."""
        return bool(self.unmentioned) and not self.mentioned


NOTHING = Asked()


def asked_for(text: str, terms: Iterable[str], snap: Snapshot) -> Asked:
    """Return the directives named in the question `text`, whose folded terms are `terms`."""
    references = find_references(text)
    if not references:
        return NOTHING
    found = {r: _passages(snap, r, list(terms)) for r in dict.fromkeys(references)}
    return Asked(
        tuple(r for r in found if found[r]),
        tuple(r for r in found if not found[r]),
        frozenset().union(*found.values()),
    )


def unmentioned(asked: Asked) -> str:
    """Return the sentence that says what no source mentions; nothing if all are mentioned."""
    names = [full_name(reference) for reference in asked.unmentioned]
    return f"Không nguồn nào nhắc tới {' và '.join(dict.fromkeys(names))}." if names else ""


def _passages(snap: Snapshot, reference: Reference, terms: list[str]) -> set[int]:
    near = mentioning(snap, reference, _READ, terms) or mentioning(snap, reference)
    return {passage.id for passage in near}
