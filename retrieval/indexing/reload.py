"""Reload: bring the index in line with the source files.

Owns: what is new, and its way in: read, staged in the ledger where nobody sees it, switched to.
Leaves to others: what is to be done (`plan`), reading files (`folder`), staging (`staging`),
going live (`publish`).
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Protocol

from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.errors import SourceError
from retrieval.indexing.plan import Plan, Report
from retrieval.indexing.publish import Switch, switch
from retrieval.indexing.staging import content_hash, current_format, stage
from retrieval.loading.worker import AT_ONCE
from retrieval.models import Document, Edition, SourceCollection, loss_of
from retrieval.store.audiences import collections_kept
from retrieval.store.database import IndexDatabase, check_model
from retrieval.store.near_duplicates import groups
from retrieval.store.sync import make_whole
from retrieval.store.vectors import Store
from retrieval.store.writer import Writer
from retrieval.text.prompt_injection import orders_in

__all__ = ["Folder", "Progress", "Report", "reload"]

Progress = Callable[[int, int], None]
Reading = Callable[[], Document]
"""Waits until a file is read; raises SourceError."""

_LOG = logging.getLogger(__name__)
_CHARACTERS_A_BATCH = 50_000
_SECONDS_A_BATCH = 10.0
"""Of reading, after which what is read is staged and counted: a page read by machine takes many."""


class Folder(Protocol):
    """Where documents come from."""

    def stamps(self) -> Mapping[str, str]:
        """Return a stamp for each file, by path; equal stamps mean that nothing changed."""

    def collections(self) -> Sequence[SourceCollection]:
        """Return the collections that the folder has."""

    def read(self, path: str) -> Document:
        """Return the document at `path`; raises SourceError."""


def reload(
    folder: Folder,
    ledger: IndexDatabase,
    store: Store,
    embeddings: ArrayEmbeddings,
    progress: Progress = lambda done, total: None,
    *,
    rebuild: bool = False,
    force: bool = False,
    who: str = "",
) -> Report:
    """Bring the index in line with `folder`; readers see the state before or after, none between.

    `progress` gets (files done, files to read) every second or so; what it raises ends the reload.
    What a rollback took back stays so until its file changes, unless `force`. `rebuild` splits and
    embeds everything anew from the files. Raises IndexBusy, ModelMismatch, IndexFault or
    EndpointError; the index is then as it was.
    """
    started = time.perf_counter()
    if renewed := ledger.renew():
        _LOG.warning(renewed)
    with ledger.writing(who) as writer:
        snap = writer.snapshot()
        if not rebuild:
            check_model(snap, embeddings.name)
        # If Chroma is away or damaged, better now than after an hour of embedding.
        make_whole(writer, store)
        store.matches(snap.edition)
        edition = replace(snap.edition, epoch=snap.edition.epoch + rebuild)
        plan = Plan(
            live=writer.live(),
            stamps=dict(folder.stamps()),
            seen={} if rebuild or force else writer.files(),
            renews=rebuild or snap.meta.get("format") != current_format(),
            collections=folder.collections(),
        )
        before, total = 0, len(plan.unread)
        if total:
            progress(0, total)
        for done, documents in _batches(folder, plan, writer):
            beat = partial(progress, before, total)
            plan.embedded += _stage(documents, plan, writer, embeddings, edition.epoch, beat)
            writer.note(done, total)
            progress(done, total)
            before = done
        plan.remove_missing()
        switch(_switch(plan, edition, embeddings.name, snap.collections), writer, store)
        alike = groups(writer.snapshot()) if plan.added or plan.changed else []
    return plan.report(time.perf_counter() - started, alike)


def _batches(folder: Folder, plan: Plan, writer: Writer) -> Iterator[tuple[int, list[Document]]]:
    """Yield how many files are read, and what of them shall be staged, since the last time."""
    there = plan.files_there
    owners = {live.source_id: path for path, live in plan.live.items() if path in there}
    batch: list[Document] = []
    since = time.monotonic()
    for done, (path, reading) in enumerate(_ahead(folder, plan), start=1):
        document = _wanted(reading, plan, path, owners) if reading else None
        live = plan.live.get(path)
        if document is None and live and (plan.renews or plan.moves(path)):
            document = writer.snapshot().document(live.source_id)
        if document:
            batch.append(plan.placed(document))
        is_full = sum(len(d.text) for d in batch) > _CHARACTERS_A_BATCH
        is_late = time.monotonic() - since > _SECONDS_A_BATCH
        if is_full or is_late or done == len(plan.unread):
            yield done, batch
            batch, since = [], time.monotonic()


def _ahead(folder: Folder, plan: Plan) -> Iterator[tuple[str, Reading | None]]:
    """Yield the paths to be looked at and what waits for their documents; some are read ahead."""
    waiting: deque[tuple[str, Reading | None]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for path in plan.unread:
                there = path in plan.stamps
                waiting.append((path, pool.submit(folder.read, path).result if there else None))
                if len(waiting) > 2 * AT_ONCE:
                    yield waiting.popleft()
            yield from waiting
        finally:
            pool.shutdown(cancel_futures=True)


def _wanted(reading: Reading, plan: Plan, path: str, owners: dict[str, str]) -> Document | None:
    """Return what the file says shall be live; None if what is live shall stay."""
    try:
        document = _owned(reading(), path, owners)
    except SourceError as error:
        plan.saw(path, reason=str(error))
        return None
    return document if plan.saw(path, content_hash(document)) else None


def _owned(document: Document, path: str, owners: dict[str, str]) -> Document:
    owner = owners.setdefault(document.source.id, path)
    if owner != path:
        raise SourceError(f"trùng mã {document.source.id} với {owner}; hãy đổi tên tệp")
    return document


def _stage(
    documents: Sequence[Document],
    plan: Plan,
    writer: Writer,
    embeddings: ArrayEmbeddings,
    epoch: int,
    beat: Callable[[], None],
) -> int:
    """Stage the documents and plan for them to go live; return how many texts were embedded."""
    versions, embedded = stage(documents, writer, embeddings, epoch, beat)
    for document, version in zip(documents, versions, strict=True):
        plan.put(document.source, content_hash(document), version)
        plan.warnings += [(document.source.path, odd) for odd in document.warnings]
        plan.losses += filter(None, [loss_of(document)])
        plan.flagged += [(document.source.path, order) for order in orders_in(document.text)]
    return embedded


def _switch(plan: Plan, edition: Edition, model: str, known: Sequence[SourceCollection]) -> Switch:
    meta: dict[str, str] = {}
    if tuple(plan.collections) != tuple(known):
        meta = {"collections": collections_kept(plan.collections)}
    if plan.changes or plan.renews:
        meta |= {"model": model, "format": current_format(), "epoch": str(edition.epoch)}
    return Switch(plan.changes, plan.files, edition, meta)
