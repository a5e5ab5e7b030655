"""The ledger: SQLite, the one truth about what is indexed.

Owns: the tables of `index.db` and the number of their format, opening it, snapshots for readers,
and one writer at a time across processes. There are no migrations: an index can be made again from
the sources, so one of another format is. Leaves to others: what is written (`writer`) and read
(`reader`), vectors for search (`vectors`).

    sources ──version_id──► versions ◄── passages ◄── sentences
       a file below SOURCES_DIR   its text, once a change   vector_id ──► vectors
    scopes         what each version speaks of: places, years, days
    definitions    the abbreviations that each version explains
    passages_fts   full text of the live passages, without diacritics; one for each collection
    mentions, deeds   the register: directives that a version names, and what they do to each other
    official_fields  what the form of an official document says of it: number, date, signer
    bands, near_duplicates   which versions hold nearly the same text
    files          what was seen of each file, so that nothing is read twice
    reloads, changes   the journal: which version took the place of which
    meta           model, dim, uid, epoch, generation; when damage was mended: damaged, renewed

A version is live while its source points to it. Ids are never used twice. Whose eyes a version is
for stands in it and its source (`collection`); a snapshot shows those that its audience may see.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from retrieval.errors import IndexBusy, IndexFault, ModelMismatch
from retrieval.models import PUBLIC, Audience
from retrieval.store.audiences import hides_any, restrict
from retrieval.store.lexical import Known, create_words
from retrieval.store.permissions import make_private
from retrieval.store.reader import Snapshot
from retrieval.store.writer import Writer

FORMAT = 13
"""Raise it whenever a table changes; what is read off texts has a number in `staging`."""
DAMAGED = -1
"""In the place of the format, of a file that SQLite cannot read."""
_BUSY_SECONDS = 30.0
_MAPPED = 2**30
"""Bytes read without being copied: a question over 100,000 passages takes a fifth less."""


def connect(path: Path) -> Database:
    """Open the database at `path`; the connection may be used from another thread."""
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    db = Database(connection, execute_plugins=False)
    try:
        db.enable_wal()
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -8000")
        db.execute(f"PRAGMA mmap_size = {_MAPPED}")
    except sqlite3.Error:
        db.close()
        raise
    return db


def format_of(db: Database) -> int | None:
    """Return the format of an index, None while it has no tables; 0 is older than numbers."""
    if not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
        return None
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def create(db: Database, uid: str = "", epoch: int = 0) -> None:
    """Create the tables of an empty index, all at once.

    `uid` and `epoch` are those that its vectors go under: of an index whose place it takes, later.
    """
    db.execute("BEGIN IMMEDIATE").close()
    try:
        if format_of(db) is None:  # nobody was faster
            for statement in _TABLES.split(";\n"):
                db.execute(statement).close()
            create_words(db)
            db.execute(
                "INSERT INTO meta VALUES ('uid', ?), ('epoch', ?), ('generation', '0')",
                (uid or secrets.token_hex(8), str(epoch)),
            ).close()
            db.execute(f"PRAGMA user_version = {FORMAT}").close()
    except BaseException:
        db.rollback()
        raise
    db.conn.commit()


_CARRIED = "source_id, hash, epoch, title, publisher, date, url, about, created_at, kept, text"


def _carry_texts(db: Database, old: Path) -> None:
    """Take over the texts of another index, so that quotes in old answers are still shown."""
    db.execute("ATTACH DATABASE ? AS old", (str(old),)).close()
    try:
        with db.atomic():
            db.execute("INSERT INTO sources (id, path) SELECT id, path FROM old.sources").close()
            # Whoever might not see a text shall not see it now.
            knows = "SELECT 1 FROM pragma_table_info('versions', 'old') WHERE name = 'collection'"
            carried = f"{_CARRIED}, collection" if db.execute(knows).fetchone() else _CARRIED
            db.execute(
                f"""INSERT INTO versions (id, split, {carried})
                SELECT id, 0, {carried} FROM old.versions v WHERE NOT EXISTS (
                    SELECT 1 FROM old.versions later WHERE later.source_id = v.source_id
                    AND later.id > v.id AND later.text = v.text)"""
            ).close()
    finally:
        db.execute("DETACH DATABASE old").close()


# The longest columns of `versions` stand last: SQLite reads those before without their pages.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    version_id INTEGER REFERENCES versions(id),
    collection TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sources_version ON sources(version_id);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL REFERENCES sources(id),
    hash TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    split INTEGER NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    date TEXT,
    url TEXT NOT NULL,
    about TEXT NOT NULL,
    read_by_machine INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    kept REAL NOT NULL DEFAULT 1,
    collection TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL,
    left_out TEXT NOT NULL DEFAULT ''
);
CREATE INDEX versions_source ON versions(source_id, hash, epoch);
CREATE INDEX versions_split ON versions(id) WHERE split;
CREATE TABLE vectors (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    heading TEXT NOT NULL
);
CREATE INDEX passages_version ON passages(version_id);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id INTEGER NOT NULL REFERENCES passages(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector_id INTEGER NOT NULL REFERENCES vectors(id)
);
CREATE INDEX sentences_passage ON sentences(passage_id);
CREATE INDEX sentences_vector ON sentences(vector_id);
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    reason TEXT,
    hash TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE reloads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL,
    finished_at TEXT NOT NULL,
    undoes INTEGER REFERENCES reloads(id)
);
CREATE TABLE changes (
    reload_id INTEGER NOT NULL REFERENCES reloads(id) ON DELETE CASCADE,
    source_id TEXT NOT NULL REFERENCES sources(id),
    old_version INTEGER REFERENCES versions(id),
    new_version INTEGER REFERENCES versions(id)
);
CREATE INDEX changes_reload ON changes(reload_id);
CREATE INDEX changes_source ON changes(source_id);
CREATE INDEX changes_old ON changes(old_version);
CREATE INDEX changes_new ON changes(new_version);
CREATE TABLE mentions (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    reference TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    itself INTEGER NOT NULL
);
CREATE INDEX mentions_version ON mentions(version_id);
CREATE INDEX mentions_number ON mentions(number);
CREATE TABLE deeds (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    verb TEXT NOT NULL,
    actor TEXT,
    actor_number TEXT,
    target TEXT NOT NULL,
    target_number TEXT NOT NULL,
    itself INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE INDEX deeds_version ON deeds(version_id);
CREATE INDEX deeds_target ON deeds(target_number);
CREATE TABLE official_fields (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE INDEX official_fields_version ON official_fields(version_id);
CREATE TABLE bands (
    band INTEGER NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    PRIMARY KEY (band, version_id)
) WITHOUT ROWID;
CREATE INDEX bands_version ON bands(version_id);
CREATE TABLE near_duplicates (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    other_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    likeness REAL NOT NULL,
    PRIMARY KEY (version_id, other_id)
) WITHOUT ROWID;
CREATE INDEX near_duplicates_other ON near_duplicates(other_id);
CREATE TABLE scopes (
    version_id INTEGER PRIMARY KEY REFERENCES versions(id) ON DELETE CASCADE,
    scope TEXT NOT NULL
);
CREATE TABLE definitions (
    short TEXT NOT NULL,
    long TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    PRIMARY KEY (short, long, version_id)
) WITHOUT ROWID;
CREATE INDEX definitions_version ON definitions(version_id)
"""


_RENEWAL_SECONDS = 30.0
_FREQUENCIES_KEPT = 100_000


class IndexDatabase:
    """`index.db` in `state_dir`, made if missing; raises IndexFault if it cannot be used."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "index.db"
        self._lock_path = state_dir / "index.lock"
        self._idle: list[Database] = []
        self._restricted: list[Database] = []
        self._frequencies: Known = {}
        try:
            make_private(state_dir)
        except OSError as error:
            raise IndexFault(
                f"Không tạo được thư mục {state_dir} ({error.strerror}). Hãy kiểm tra STATE_DIR."
            ) from error
        self._format: int | None = None
        self._seen = 0
        with self._faults():
            self._prepare()

    def renew(self) -> str:
        """Put an empty index in the place of one of another format; return what to say of that.

        So too in the place of a damaged one, which is kept beside it. Returns "" where there is
        nothing to do. Raises IndexBusy, IndexFault.
        """
        if self._format == FORMAT:
            return ""
        with self._faults(), self._locked(_RENEWAL_SECONDS):
            if self._format != DAMAGED or self._inode() != self._seen:
                self._prepare()
            was_damaged = self._format == DAMAGED
            if self._format == FORMAT:  # somebody else was faster
                return ""
            try:
                self._put_new()
            except OSError as error:
                raise IndexFault(
                    f"Không thay được chỉ mục cũ {self.path} ({error.strerror}). Hãy kiểm tra đĩa."
                ) from error
            self._prepare()
        if was_damaged:
            return (
                f"Sổ chỉ mục không đọc được, nên được cất sang {self._aside.name} và lập lại từ "
                "các nguồn; nhật ký không đổi."
            )
        return (
            "Chỉ mục do một phiên bản khác của chương trình tạo ra, nên được lập lại từ các nguồn; "
            "nhật ký không đổi."
        )

    @contextmanager
    def snapshot(self, audience: Audience = PUBLIC) -> Iterator[Snapshot]:
        """Read the index as it is now, unmoved by reloads until the block ends.

        Nothing of it but what `audience` may see: for those who do not say, what is public.
        """
        if len(self._frequencies) > _FREQUENCIES_KEPT:
            self._frequencies = {}
        with self._faults():
            if self._format == DAMAGED:
                raise IndexFault(
                    "Sổ chỉ mục bị hỏng, không đọc được. Hãy chạy `chidan reload` để lập lại nó từ "
                    "các nguồn."
                )
            if self._format != FORMAT:
                raise IndexFault(
                    "Chỉ mục do một phiên bản khác của chương trình tạo ra. Hãy chạy `chidan "
                    "reload` để lập lại nó từ các nguồn."
                )
            with self._begun(audience) as db:
                yield Snapshot(db, self._frequencies, audience)

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
        for pool in (self._idle, self._restricted):
            while pool:
                pool.pop().close()

    @contextmanager
    def _begun(self, audience: Audience) -> Iterator[Database]:
        """Give a connection in a transaction, on which `audience` sees what it may."""
        with self._transaction(self._idle) as db:
            if hidden := hides_any(db, audience):
                db.rollback()
            else:
                yield db
        if hidden:
            with self._transaction(self._restricted) as db:
                restrict(db, audience)
                yield db

    @contextmanager
    def _transaction(self, pool: list[Database]) -> Iterator[Database]:
        db = self._connection(pool)
        try:
            db.begin()
            yield db
        finally:
            db.rollback()
            pool.append(db)

    def _connection(self, pool: list[Database]) -> Database:
        try:
            return pool.pop()
        except IndexError:
            return connect(self.path)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if _is_damage(error):
                self._format = DAMAGED
            raise IndexFault(
                f"Không dùng được sổ chỉ mục {self.path} ({error}). Những gì đã ghi trước đó được "
                "giữ nguyên. Hãy kiểm tra đĩa, rồi chạy `chidan reload`."
            ) from error

    @property
    def _aside(self) -> Path:
        """Where a damaged file goes."""
        return self.path.with_name(f"{self.path.name}.damaged")

    def _prepare(self) -> None:
        """Create the tables where there are none, and look whether they are of this format."""
        self._seen = self._inode()
        try:
            with closing(connect(self.path)) as db:
                if format_of(db) is None:
                    create(db)
                self._format = format_of(db)
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise
            self._format = DAMAGED

    def _inode(self) -> int:
        """Return a number that changes when another file stands in this one's place."""
        with suppress(OSError):
            return self.path.stat().st_ino
        return 0

    def _put_new(self) -> None:
        """Put an empty index in the place of one of another format; its vectors go with it."""
        new = self.path.with_suffix(".new")
        new.unlink(missing_ok=True)
        uid, epoch = self._lineage()
        db = connect(new)
        create(db, uid, epoch)
        with suppress(sqlite3.Error):  # An index may be too old to have texts where they are now.
            _carry_texts(db, self.path)
        if self._format == DAMAGED:
            when = datetime.now(UTC).isoformat(timespec="seconds")
            db.execute("INSERT INTO meta VALUES ('renewed', ?)", (when,)).close()
            db.conn.commit()
        db.execute("PRAGMA journal_mode = DELETE").close()
        db.close()
        self.close()
        for name in ("-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{name}").unlink(missing_ok=True)
        if self._format == DAMAGED:
            self.path.replace(self._aside)
        new.rename(self.path)

    def _lineage(self) -> tuple[str, int]:
        """Return under what the vectors of the next index go; those of this one are dropped."""
        with suppress(sqlite3.Error, KeyError, ValueError), closing(connect(self.path)) as db:
            meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
            return meta["uid"], int(meta["epoch"]) + 1
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


def _is_damage(error: sqlite3.Error) -> bool:
    """Return True if the file is at fault: cut, overwritten, or no database at all."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def check_model(snap: Snapshot, name: str) -> None:
    """Raise ModelMismatch unless the index was made by the model of that name, or is empty."""
    if snap.model not in {"", name}:
        raise ModelMismatch(
            f"Chỉ mục được tạo bằng mô hình nhúng {snap.model}, còn cấu hình hiện nay dùng {name}. "
            "Chỉ mục được giữ nguyên. Hãy đặt lại cấu hình cũ, "
            "hoặc chạy `chidan reload --rebuild` để tạo lại chỉ mục."
        )
