"""Reload: bring the index in line with the source files.

Owns: what is new, and the order of steps that makes a kill at any point harmless: stage in the
ledger (unseen), copy new vectors to the store, switch in one transaction, clean up. Leaves to
others: reading files (`sources`), staging (`preparing`), writing (`writer`), the store (`mirror`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from retrieval.documents import Document
from retrieval.embeddings import ArrayEmbeddings
from retrieval.errors import SourceError
from retrieval.ledger import Ledger, check_model
from retrieval.mirror import align, copy
from retrieval.preparing import FORMAT, content_hash, stage
from retrieval.schema import Edition
from retrieval.store import Store
from retrieval.writer import Change, Live, Seen, Writer

Progress = Callable[[int, int], None]

_CHARACTERS_A_BATCH = 50_000


class Folder(Protocol):
    """Where documents come from."""

    def stamps(self) -> Mapping[str, str]:
        """Return a stamp for each file, by path; equal stamps mean that nothing changed."""

    def read(self, path: str) -> Document:
        """Return the document at `path`; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a reload did; paths are sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    """Path and reason; what was indexed of such a file before stays."""
    embedded: int = 0
    """Texts embedded."""
    seconds: float = 0.0


def reload(
    folder: Folder,
    ledger: Ledger,
    store: Store,
    embeddings: ArrayEmbeddings,
    progress: Progress = lambda done, total: None,
    *,
    rebuild: bool = False,
) -> Report:
    """Bring the index in line with `folder`; readers see the state before or after, none between.

    `progress` gets (files done, files to read). `rebuild` splits and embeds everything anew. Raises
    IndexBusy, ModelMismatch, IndexFault or EndpointError; the index is then as it was.
    """
    started = time.perf_counter()
    with ledger.writing() as writer:
        snap = writer.snapshot()
        if not rebuild:
            check_model(snap, embeddings.name)
        edition = replace(snap.edition, epoch=snap.edition.epoch + rebuild)
        plan = _Plan(writer.live(), dict(folder.stamps()))
        if not rebuild and snap.meta.get("format") == FORMAT:
            plan.skip_unchanged(writer.files())
        if plan.unread:
            progress(0, len(plan.unread))
        for done, documents in _batches(folder, plan, writer, rebuild):
            _stage(documents, plan, writer, embeddings, edition)
            writer.note(done, len(plan.unread))
            progress(done, len(plan.unread))
        plan.remove_missing()
        _switch(plan, edition, writer, store, embeddings.name)
    return plan.report(time.perf_counter() - started)


@dataclass(slots=True)
class _Plan:
    """What differs between the folder and what is live."""

    live: Mapping[str, Live]
    stamps: Mapping[str, str]
    files: dict[str, Seen] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    embedded: int = 0
    unread: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.unread = sorted(self.stamps)

    def skip_unchanged(self, seen: Mapping[str, Seen]) -> None:
        """Leave out the files that look as they did the last time."""
        self.files = {
            p: seen[p] for p, stamp in self.stamps.items() if p in seen and seen[p].stamp == stamp
        }
        self.unread = sorted(set(self.stamps) - set(self.files))

    def remove_missing(self) -> None:
        """Plan to take out what is live and has no file any more."""
        for path in self.removed:
            old = self.live[path]
            self.changes.append(Change(old.source_id, path, old.version, None))

    def sentences(self, writer: Writer, *, new: bool) -> list[int]:
        """Return the sentences that come, or else those that go."""
        versions = [change.new if new else change.old for change in self.changes]
        return [i for version in versions if version for i in writer.sentence_ids(version)]

    @property
    def removed(self) -> list[str]:
        return sorted(set(self.live) - set(self.stamps))

    def report(self, seconds: float) -> Report:
        unreadable = tuple((p, s.reason) for p, s in sorted(self.files.items()) if s.reason)
        touched = {*self.added, *self.changed, *(path for path, _ in unreadable)}
        return Report(
            added=tuple(self.added),
            changed=tuple(self.changed),
            removed=tuple(self.removed),
            unchanged=tuple(sorted(set(self.stamps) - touched)),
            unreadable=unreadable,
            embedded=self.embedded,
            seconds=seconds,
        )


def _batches(
    folder: Folder, plan: _Plan, writer: Writer, rebuild: bool
) -> Iterator[tuple[int, list[Document]]]:
    """Yield how many files are read, and the documents since the last time."""
    owners = {live.source_id: path for path, live in plan.live.items() if path in plan.stamps}
    batch: list[Document] = []
    for done, path in enumerate(plan.unread, start=1):
        try:
            batch.append(_read(folder, path, owners))
            plan.files[path] = Seen(plan.stamps[path])
        except SourceError as error:
            plan.files[path] = Seen(plan.stamps[path], str(error))
            if rebuild and path in plan.live:
                batch.append(writer.snapshot().document(plan.live[path].source_id))
        if sum(len(d.text) for d in batch) > _CHARACTERS_A_BATCH or done == len(plan.unread):
            yield done, batch
            batch = []


def _read(folder: Folder, path: str, owners: dict[str, str]) -> Document:
    document = folder.read(path)
    owner = owners.setdefault(document.source.id, path)
    if owner != path:
        raise SourceError(f"trùng mã {document.source.id} với {owner}; hãy đổi tên tệp")
    return document


def _stage(
    documents: Sequence[Document],
    plan: _Plan,
    writer: Writer,
    embeddings: ArrayEmbeddings,
    edition: Edition,
) -> None:
    """Stage the documents that differ from what is live, or all of them in a new epoch."""
    fresh: list[Document] = []
    for document in documents:
        path, old = document.source.path, plan.live.get(document.source.path)
        differs = old is None or old.hash != content_hash(document)
        if differs:
            (plan.added if old is None else plan.changed).append(path)
        if differs or edition.epoch != writer.snapshot().edition.epoch:
            fresh.append(document)
    versions, embedded = stage(fresh, writer, embeddings, edition.epoch)
    plan.embedded += embedded
    for document, version in zip(fresh, versions, strict=True):
        source = document.source
        old = plan.live.get(source.path)
        plan.changes.append(Change(source.id, source.path, old.version if old else None, version))


def _switch(plan: _Plan, edition: Edition, writer: Writer, store: Store, model: str) -> None:
    """Make the changes live; the store gets new vectors before and loses old ones after."""
    in_line = store.mark(edition) == str(edition.generation)
    meta: dict[str, str] = {}
    if plan.changes or edition != writer.snapshot().edition:
        meta = {"model": model, "format": FORMAT, "epoch": str(edition.epoch)}
        store.set_mark(edition, f"writing {secrets.token_hex(4)}")
        copy(writer.snapshot(), store, edition, plan.sentences(writer, new=True))
    switched = writer.switch(plan.changes, plan.files, meta)
    if not in_line:
        align(writer.snapshot(), store)
    elif meta:
        store.delete(edition, plan.sentences(writer, new=False))
        store.set_mark(switched, str(switched.generation))
    if meta or not in_line:
        writer.drop_unreachable()
