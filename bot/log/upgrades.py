"""Moving from an earlier edition: the state before is kept first, and can be returned to.

    STATE_DIR/upgrades/20261130T081500Z/
        logs.db, people.key, index.db, env-0, env-1    as they were
        upgrade.json    when, which changes of tables, how much there was
        after/          what a return took out of the way

An upgrade is whenever the log knows fewer changes of its tables than this program. `index.db` is
kept where its format is another one: the program before it could not read ours. Chroma is filled
again from `index.db` by either edition, so it is not kept.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from bot.settings import env_files
from bot.texts.texts import VIETNAMESE, AdminTexts
from retrieval.errors import ChidanError
from retrieval.store.database import FORMAT
from retrieval.store.permissions import make_private

FOLDER, MANIFEST, AFTER = "upgrades", "upgrade.json", "after"
LOG, INDEX, KEY, CHROMA = "logs.db", "index.db", "people.key", "chroma"
KEPT_FOR = timedelta(days=28)
"""As long as the oldest backup: what people had deleted does not stay longer."""
_STAMP = "%Y%m%dT%H%M%SZ"
_ROOM = 64 << 20
"""Bytes that must stay free beside the copies."""
_MIGRATIONS = "select name from _sqlite_migrations where migration_set = 'chidan-logs'"


_log = logging.getLogger(__name__)


class UpgradeFault(ChidanError):
    """The state cannot be moved, or not be returned to; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was there when an earlier edition's state was taken over."""

    upgraded_at: str
    exchanges: int
    votes: int
    last_exchange: int
    added: tuple[str, ...]
    """Changes of the log's tables that were pending."""
    index: str
    """What became of the index: "kept", "no_room" or "same"."""
    returned_at: str = ""
    """When the state before was returned to, "" while it was not."""

    @property
    def name(self) -> str:
        """The folder of the state before, below `upgrades`."""
        return f"{datetime.fromisoformat(self.upgraded_at):{_STAMP}}"

    def folder(self, state_dir: Path) -> Path:
        """Return where the state before is kept."""
        return state_dir / FOLDER / self.name


@dataclass(frozen=True, slots=True)
class Lost:
    """What a return takes out of the way: made since the upgrade."""

    exchanges: int
    votes: int
    deeds: int


def has_earlier(log: Path, known: Collection[str]) -> bool:
    """Return whether an earlier edition wrote the log, of one that knows these changes."""
    return bool(_pending(log, known))


@contextmanager
def keeping_earlier(log: Path, known: Collection[str]) -> Iterator[None]:
    """Keep the state of an earlier edition, if it is one, before the block brings it up to date.

    Raises UpgradeFault where it cannot be kept or another program uses it, OSError.
    """
    if not _pending(log, known):
        yield
        return
    state_dir = log.parent
    with FileLock(state_dir / "upgrade.lock"):
        upgrade = _keep(state_dir, pending) if (pending := _pending(log, known)) else None
        yield
    if upgrade:
        _log.warning("%s", upgrade_words(upgrade, VIETNAMESE.admin))


def upgrade_words(upgrade: Upgrade, texts: AdminTexts) -> str:
    """Return what an upgrade did, for operators and administrators."""
    return texts.upgrade["done"].format(
        folder=f"{FOLDER}/{upgrade.name}",
        exchanges=upgrade.exchanges,
        votes=upgrade.votes,
        changes=len(upgrade.added),
        index=texts.upgrade[upgrade.index],
        days=KEPT_FOR.days,
    )


def upgrades(state_dir: Path) -> list[Upgrade]:
    """Return the upgrades whose state before is still kept, oldest first."""
    found = []
    for path in sorted((state_dir / FOLDER).glob(f"*Z/{MANIFEST}")):
        with suppress(OSError, ValueError, TypeError):
            told = json.loads(path.read_text())
            found.append(Upgrade(**(told | {"added": tuple(told["added"])})))
    return found


def drop_old_upgrades(state_dir: Path, moment: datetime) -> None:
    """Delete what was kept of states that are four weeks old; raises OSError."""
    for upgrade in upgrades(state_dir):
        if moment - datetime.fromisoformat(upgrade.upgraded_at) > KEPT_FOR:
            shutil.rmtree(upgrade.folder(state_dir))


def last_upgrade(state_dir: Path) -> Upgrade:
    """Return the upgrade that can be taken back; raises UpgradeFault where there is none."""
    found = upgrades(state_dir)
    if not found or not (found[-1].folder(state_dir) / LOG).exists():
        raise UpgradeFault(
            f"Không có lần nâng cấp nào để quay lại trong {state_dir / FOLDER} "
            f"(bản sao lưu trước nâng cấp được giữ {KEPT_FOR.days} ngày)."
        )
    if found[-1].returned_at:
        raise UpgradeFault("Đã quay lại trước lần nâng cấp gần nhất rồi; không đổi gì.")
    return found[-1]


def lost_by_return(state_dir: Path, upgrade: Upgrade) -> Lost:
    """Return how much was written since an upgrade; raises UpgradeFault."""
    since = upgrade.upgraded_at
    with _reading(state_dir / LOG) as db:
        return Lost(
            _number(db, "select count(*) from exchanges where id > ?", upgrade.last_exchange),
            _number(db, "select count(*) from votes where voted_at > ?", since),
            _number(db, "select count(*) from deeds where done_at > ?", since),
        )


def return_to_earlier(state_dir: Path, upgrade: Upgrade) -> Path:
    """Put the state before an upgrade back; return where what was there since is kept.

    No bot may run on the folder. Raises UpgradeFault where another program uses the log, OSError.
    """
    kept = upgrade.folder(state_dir)
    after = kept / AFTER
    with FileLock(state_dir / "upgrade.lock"):
        _alone(state_dir / LOG)
        after.mkdir(mode=0o700, exist_ok=True)
        for name in (LOG, INDEX):
            if not (kept / name).exists():
                continue
            current, half = state_dir / name, state_dir / f"{name}.part"
            if current.exists() and not (after / name).exists():  # else a return was cut short
                _alone(current)
                shutil.copyfile(current, half)
                half.rename(after / name)
            shutil.copyfile(kept / name, half)
            half.chmod(0o600)
            half.replace(current)
        if (kept / INDEX).exists():
            shutil.rmtree(state_dir / CHROMA, ignore_errors=True)
        told = asdict(upgrade) | {"returned_at": datetime.now(UTC).isoformat()}
        _write(kept / MANIFEST, told)
    return after


def _keep(state_dir: Path, pending: Sequence[str]) -> Upgrade:
    """Copy what cannot be made again; the copy has its name once it is whole."""
    moment = datetime.now(UTC).replace(microsecond=0)
    log, index = state_dir / LOG, state_dir / INDEX
    _alone(log)
    make_private(state_dir / FOLDER)
    half = state_dir / FOLDER / "half"
    shutil.rmtree(half, ignore_errors=True)
    free = shutil.disk_usage(state_dir).free - _ROOM
    if free < log.stat().st_size:
        raise UpgradeFault(
            f"Nhật ký do phiên bản trước tạo ra, cần sao lưu rồi mới chuyển, mà đĩa chỉ còn trống "
            f"{(free + _ROOM) >> 20} MB. Chưa đổi gì; hãy dọn đĩa rồi chạy lại."
        )
    half.mkdir(mode=0o700)
    shutil.copyfile(log, half / LOG)
    with _reading(half / LOG) as db:
        exchanges = _number(db, "select count(*) from exchanges")
        votes = _number(db, "select count(*) from votes") if _has(db, "votes") else 0
        last = _number(db, "select coalesce(max(id), 0) from exchanges")
    (half / f"{LOG}-wal").unlink(missing_ok=True)
    (half / f"{LOG}-shm").unlink(missing_ok=True)
    state = "same"
    if index.exists() and _format(index) != FORMAT:
        state = "no_room"
        if free - log.stat().st_size > index.stat().st_size:
            with closing(sqlite3.connect(index)) as a, closing(sqlite3.connect(half / INDEX)) as b:
                a.backup(b)
            state = "kept"
    for name, path in [(KEY, state_dir / KEY)] + [
        (f"env-{n}", path) for n, path in enumerate(dict.fromkeys(env_files()))
    ]:
        if path.is_file():
            shutil.copyfile(path, half / name)
    for path in half.iterdir():
        path.chmod(0o600)
    while (state_dir / FOLDER / f"{moment:{_STAMP}}").exists():  # a kill in this very second
        moment += timedelta(seconds=1)
    upgrade = Upgrade(moment.isoformat(), exchanges, votes, last, tuple(pending), state)
    _write(half / MANIFEST, asdict(upgrade))
    half.rename(upgrade.folder(state_dir))
    return upgrade


def _write(path: Path, told: dict[str, object]) -> None:
    half = path.with_suffix(".part")
    with half.open("w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _pending(log: Path, known: Collection[str]) -> list[str]:
    """Return the changes of tables that an existing log lacks; none of a new log or a newer one."""
    if not log.exists():
        return []
    try:
        with _reading(log) as db:
            if not _has(db, "_sqlite_migrations"):
                return []
            applied = {row[0] for row in db.execute(_MIGRATIONS)}
    except UpgradeFault:
        return []  # whoever opens it for writing says what is wrong with it
    return sorted(set(known) - applied) if applied and applied <= set(known) else []


def _alone(database: Path) -> None:
    """Put the WAL into a database and make sure that nobody else has it open."""
    try:
        with closing(sqlite3.connect(database, timeout=0.0)) as db:
            db.execute("pragma journal_mode = delete").close()
    except sqlite3.Error as error:
        raise UpgradeFault(
            f"Một chương trình khác đang dùng {database.name} (bot hay trang nhật ký của phiên bản "
            "trước?). Chưa đổi gì; hãy dừng chương trình ấy rồi chạy lại."
        ) from error


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(
            sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=30.0)
        ) as db:
            yield db
    except sqlite3.Error as error:
        raise UpgradeFault(f"Không đọc được {database} ({error}).") from error


def _has(db: sqlite3.Connection, table: str) -> bool:
    return _number(db, "select count(*) from sqlite_master where name = ?", table) > 0


def _number(db: sqlite3.Connection, sql: str, *values: object) -> int:
    return int(db.execute(sql, values).fetchone()[0])


def _format(index: Path) -> int:
    try:
        with _reading(index) as db:
            return _number(db, "pragma user_version")
    except UpgradeFault:
        return FORMAT  # damaged: it is put aside by whoever opens it
