"""Taking back: the index as it was before the last reload, whatever the files say.

Owns: which changes lead back, and remembering that they were meant, so that the next reload leaves
alone every file that has not changed since. Leaves to others: the journal, and the switch.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.errors import NoWayBack
from retrieval.indexing.plan import Report
from retrieval.indexing.publish import Switch, switch
from retrieval.indexing.staging import current_format
from retrieval.store.database import IndexDatabase
from retrieval.store.history import Change, Reload
from retrieval.store.reader import Snapshot
from retrieval.store.sync import make_whole
from retrieval.store.vectors import Store
from retrieval.store.writer import GONE, Live, Seen, Writer


def roll_back(
    ledger: IndexDatabase, store: Store, expected: int | None = None, *, who: str = ""
) -> Report:
    """Go back to the state before the last reload; return what changed by that.

    `expected` is the id of the reload that is meant. Raises NoWayBack if it is not the last any
    more, or there is none; IndexBusy, IndexFault; the index is then as it was.
    """
    started = time.perf_counter()
    with ledger.writing(who) as writer:
        undone = _last(writer, expected)
        back = [change.reversed() for change in undone.changes]
        _check(writer, back)
        # Texts are taken back; whose they are the folders say, now as before.
        writer.place(change for change in back if change.new)
        files = _files(writer, undone)
        make_whole(writer, store)
        switch(Switch(back, files, writer.snapshot().edition, undoes=undone.id), writer, store)
        return _report(back, writer.live(), time.perf_counter() - started)


def held(snap: Snapshot) -> set[str]:
    """Return the paths whose files say otherwise than the index since a reload was taken back."""
    return {path for (path,) in snap.rows(_HELD, GONE)}


_HELD = """
SELECT f.path FROM files f
LEFT JOIN sources s ON s.path = f.path AND s.version_id IS NOT NULL
LEFT JOIN versions v ON v.id = s.version_id
WHERE f.reason IS NULL AND CASE WHEN v.id IS NULL THEN f.hash <> ''
ELSE f.stamp = ? OR f.hash <> '' AND v.hash NOT LIKE '%' || f.hash END
"""


def _last(writer: Writer, expected: int | None) -> Reload:
    last = writer.last_reload()
    if last is None:
        raise NoWayBack(
            "Không còn lần nạp nào để hoàn tác: trước đó chỉ mục chưa có nguồn nào, hoặc đã hoàn "
            "tác hết các lần được giữ. Chỉ mục được giữ nguyên."
        )
    if expected not in {None, last.id}:
        raise NoWayBack("Lần nạp đó không còn là lần gần nhất. Chỉ mục được giữ nguyên.")
    return last


def _check(writer: Writer, back: Sequence[Change]) -> None:
    """Raise NoWayBack unless all versions to go back to are as this program makes them."""
    wanted = [change.new for change in back if change.new]
    hashes = writer.hashes(wanted)
    if not all(hashes.get(version, "").startswith(current_format()) for version in wanted):
        raise NoWayBack(
            "Lần nạp gần nhất đã lập lại toàn bộ chỉ mục, không quay lại trước nó được. "
            "Chỉ mục được giữ nguyên."
        )


def _files(writer: Writer, undone: Reload) -> dict[str, Seen]:
    """Return the files as they were seen, so that none of them looks new to the next reload."""
    files = writer.files()
    hashes = writer.hashes(change.new for change in undone.changes if change.new)
    for change in undone.changes:
        seen = files.get(change.path)
        if seen is None:
            files[change.path] = Seen(GONE)
        elif not seen.hash and change.new:
            content = hashes.get(change.new, "").rpartition(":")[2]
            files[change.path] = replace(seen, hash=content)
    return files


def _report(back: Sequence[Change], live: Mapping[str, Live], seconds: float) -> Report:
    moved = {change.path for change in back}
    return Report(
        added=tuple(change.path for change in back if change.old is None),
        changed=tuple(change.path for change in back if change.old and change.new),
        removed=tuple(change.path for change in back if change.new is None),
        unchanged=tuple(sorted(set(live) - moved)),
        seconds=seconds,
    )
