"""The plan of a reload: what differs between the files and what is live.

Owns: which files must be read, what follows from what they hold, and the report. Leaves to others:
reading and staging (`reload`), and going live (`publish`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.models import Document, Loss, Source, SourceCollection, collection_at
from retrieval.store.history import Change
from retrieval.store.writer import GONE, Live, Seen


@dataclass(frozen=True, slots=True)
class Report:
    """What a reload did; paths are sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    """Path and reason; what was indexed of such a file before stays."""
    held: tuple[str, ...] = ()
    """Files that stay as they were before a reload that was taken back."""
    embedded: int = 0
    """Texts embedded."""
    seconds: float = 0.0
    flagged: tuple[tuple[str, str], ...] = ()
    """Path and sentence: orders to whoever answers, in what was added or changed."""
    losses: tuple[Loss, ...] = ()
    """Files added or changed much of which was left out."""
    warnings: tuple[tuple[str, str], ...] = ()
    """Path and sentence: what is odd about files that were added or changed."""
    duplicates: tuple[tuple[str, ...], ...] = ()
    """Groups of files that hold nearly the same text, one of them added or changed."""

    @property
    def changes_anything(self) -> bool:
        """Whether any source was added, changed or removed."""
        return bool(self.added or self.changed or self.removed)


@dataclass(slots=True)
class Plan:
    """What differs between the folder and what is live."""

    live: Mapping[str, Live]
    stamps: Mapping[str, str]
    seen: Mapping[str, Seen]
    """The files as they were last seen; empty to believe nothing but the files."""
    renews: bool
    """Whether everything that stays live must be staged anew."""
    collections: Sequence[SourceCollection] = ()
    files: dict[str, Seen] = field(default_factory=dict)
    """The files as they are seen now."""
    changes: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    flagged: list[tuple[str, str]] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    embedded: int = 0
    unread: list[str] = field(init=False)
    """The paths to be looked at, in order."""

    def __post_init__(self) -> None:
        kept = {p: s for p, s in self.seen.items() if s.stamp == GONE and p in self.live}
        self.files = {p: s for p, s in kept.items() if p not in self.stamps}
        if not self.renews:
            self.files |= {
                path: self.seen[path]
                for path, stamp in self.stamps.items()
                if path in self.seen and self.seen[path].stamp == stamp
            }
        unread = set(self.stamps) - set(self.files)
        unread |= {path for path in self.files if self.moves(path)}
        self.unread = sorted(unread | (set(self.files) if self.renews else set()))

    @property
    def files_there(self) -> set[str]:
        """The paths whose sources stay."""
        return {*self.stamps, *self.files}

    def moves(self, path: str) -> bool:
        """Return whether what is live of a path belongs to another collection now."""
        wanted = collection_at(path, self.collections)
        return path in self.live and self.live[path].collection != wanted

    def placed(self, document: Document) -> Document:
        """Return the document, of the collection to which its path belongs."""
        collection = collection_at(document.source.path, self.collections)
        return replace(document, source=replace(document.source, collection=collection))

    def saw(self, path: str, hash_: str = "", reason: str | None = None) -> bool:
        """Note what a file holds, or why it cannot be read; True if that shall go live."""
        before = self.seen[path].hash if path in self.seen else ""
        self.files[path] = Seen(self.stamps[path], reason, hash_ or before)
        if reason is not None or hash_ == before:
            return False
        return self.renews or path not in self.live or self.live[path].content != hash_

    def put(self, source: Source, hash_: str, version: int) -> None:
        """Plan a version to go live."""
        path, old = source.path, self.live.get(source.path)
        if old is None:
            self.added.append(path)
        elif old.content != hash_ or old.collection != source.collection:
            self.changed.append(path)
        self.changes.append(Change(source.id, path, old.version if old else None, version))

    def remove_missing(self) -> None:
        """Plan to take out what is live and has no file any more."""
        for path in self.removed:
            old = self.live[path]
            self.changes.append(Change(old.source_id, path, old.version, None))

    @property
    def removed(self) -> list[str]:
        """The paths of what is live and shall not be, sorted."""
        return sorted(set(self.live) - self.files_there)

    def report(self, seconds: float, groups: Iterable[Sequence[Source]]) -> Report:
        """Return what was done; `groups` are all live sources that are nearly the same."""
        unreadable = tuple((p, s.reason) for p, s in sorted(self.files.items()) if s.reason)
        touched = {*self.added, *self.changed, *(path for path, _ in unreadable)}
        held = tuple(p for p in sorted(self.files) if p not in touched and self._holds(p))
        return Report(
            added=tuple(self.added),
            changed=tuple(self.changed),
            removed=tuple(self.removed),
            unchanged=tuple(sorted(self.files_there - touched - set(held))),
            unreadable=unreadable,
            held=held,
            embedded=self.embedded,
            seconds=seconds,
            flagged=tuple(sorted(self.flagged)),
            losses=tuple(self.losses),
            warnings=tuple(self.warnings),
            duplicates=self._duplicates(groups),
        )

    def _duplicates(self, groups: Iterable[Sequence[Source]]) -> tuple[tuple[str, ...], ...]:
        touched = {*self.added, *self.changed}
        paths = (tuple(source.path for source in group) for group in groups)
        return tuple(group for group in paths if not touched.isdisjoint(group))

    def _holds(self, path: str) -> bool:
        seen, live = self.files[path], self.live.get(path)
        return seen.stamp == GONE or bool(seen.hash and (not live or live.content != seen.hash))
