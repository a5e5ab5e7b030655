"""The ledger: SQLite, the one truth about what is indexed.

Owns: opening `index.db`, snapshots for readers, and one writer at a time across processes. The
tables are in `schema`, reading in `reader`, writing in `writer`, vectors for search in `vectors`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from retrieval.errors import IndexBusy, IndexFault, ModelMismatch
from retrieval.store.lexical import Known
from retrieval.store.permissions import make_private
from retrieval.store.reader import Snapshot
from retrieval.store.schema import FORMAT, connect, create, format_of
from retrieval.store.writer import Writer

_RENEWAL_SECONDS = 30.0
_FREQUENCIES_KEPT = 100_000


class IndexDatabase:
    """`index.db` in `state_dir`, made if missing; raises IndexFault if it cannot be used."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "index.db"
        self._lock_path = state_dir / "index.lock"
        self._idle: list[Database] = []
        self._frequencies: Known = {}
        try:
            make_private(state_dir)
        except OSError as error:
            raise IndexFault(
                f"Không tạo được thư mục {state_dir} ({error.strerror}). Hãy kiểm tra STATE_DIR."
            ) from error
        self._format: int | None = None
        with self._faults():
            self._prepare()

    def renew(self) -> str:
        """Put an empty index in the place of one of another format; return what to say of that.

        Returns "" where there is nothing to do. Raises IndexBusy, IndexFault.
        """
        if self._format == FORMAT:
            return ""
        with self._faults(), self._locked(_RENEWAL_SECONDS):
            self._prepare()
            if self._format == FORMAT:  # somebody else was faster
                return ""
            try:
                self._put_new()
            except OSError as error:
                raise IndexFault(
                    f"Không thay được chỉ mục cũ {self.path} ({error.strerror}). Hãy kiểm tra đĩa."
                ) from error
            self._prepare()
        return (
            "Chỉ mục do một phiên bản khác của chương trình tạo ra, nên được lập lại từ các nguồn; "
            "nhật ký không đổi."
        )

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read the index as it is now, unmoved by reloads until the block ends."""
        if len(self._frequencies) > _FREQUENCIES_KEPT:
            self._frequencies = {}
        with self._faults():
            if self._format != FORMAT:
                raise IndexFault(
                    "Chỉ mục do một phiên bản khác của chương trình tạo ra. Hãy chạy `chidan "
                    "reload` để lập lại nó từ các nguồn."
                )
            db = self._connection()
            try:
                db.begin()
                yield Snapshot(db, self._frequencies)
            finally:
                db.rollback()
                self._idle.append(db)

    @contextmanager
    def writing(self, who: str = "") -> Iterator[Writer]:
        """Be the only writer among all processes; raises IndexBusy at once if there is another.

        The other one is then told `who` is writing.
        """
        with self._locked(0.0), self._faults():
            db = connect(self.path)
            try:
                writer = Writer(db, who)
                writer.note(0, 0)
                yield writer
                # Whoever wrote is nobody's business afterwards.
                db.execute("DELETE FROM meta WHERE key = 'writer'").close()
            finally:
                db.close()

    def close(self) -> None:
        """Close the connections that wait for the next snapshot."""
        while self._idle:
            self._idle.pop().close()

    def _connection(self) -> Database:
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self.path)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise IndexFault(
                f"Không dùng được sổ chỉ mục {self.path} ({error}). Những gì đã ghi trước đó được "
                "giữ nguyên. Hãy kiểm tra đĩa; nếu tệp hỏng, hãy xoá nó rồi chạy `chidan reload`."
            ) from error

    def _prepare(self) -> None:
        """Create the tables where there are none, and look whether they are of this format."""
        db = connect(self.path)
        try:
            if format_of(db) is None:
                create(db)
            self._format = format_of(db)
        finally:
            db.close()

    def _put_new(self) -> None:
        """Put an empty index in the place of one of another format; its vectors go with it."""
        new = self.path.with_suffix(".new")
        new.unlink(missing_ok=True)
        uid, epoch = self._lineage()
        db = connect(new)
        create(db, uid, epoch)
        db.execute("PRAGMA journal_mode = DELETE").close()
        db.close()
        self.close()
        for name in ("-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{name}").unlink(missing_ok=True)
        new.rename(self.path)

    def _lineage(self) -> tuple[str, int]:
        """Return under what the vectors of the next index go; those of this one are dropped."""
        db = connect(self.path)
        try:
            with suppress(sqlite3.Error, KeyError, ValueError):
                meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
                return meta["uid"], int(meta["epoch"]) + 1
        finally:
            db.close()
        return "", 0

    @contextmanager
    def _locked(self, seconds: float) -> Iterator[None]:
        lock = FileLock(self._lock_path, timeout=seconds)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusy(self._who()) from None
        try:
            yield
        finally:
            lock.release()

    def _who(self) -> str:
        """Say who is writing, since when, and how far they are."""
        with suppress(KeyError, ValueError), self.snapshot() as snap:
            note = json.loads(snap.meta["writer"])
            far = f", đã xong {note['done']}/{note['total']} tệp" if note["total"] else ""
            process = f"tiến trình {note['pid']}"
            who = f"{note['who']} ({process})" if note.get("who") else process
            return (
                f"Chỉ mục đang được cập nhật bởi {who} từ {note['since']}{far}. "
                "Hãy đợi nó xong rồi thử lại."
            )
        return "Chỉ mục đang được một tiến trình khác cập nhật. Hãy đợi nó xong rồi thử lại."


def check_model(snap: Snapshot, name: str) -> None:
    """Raise ModelMismatch unless the index was made by the model of that name, or is empty."""
    if snap.model not in {"", name}:
        raise ModelMismatch(
            f"Chỉ mục được tạo bằng mô hình nhúng {snap.model}, còn cấu hình hiện nay dùng {name}. "
            "Chỉ mục được giữ nguyên. Hãy đặt lại cấu hình cũ, "
            "hoặc chạy `chidan reload --rebuild` để tạo lại chỉ mục."
        )
