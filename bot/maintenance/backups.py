"""When backups are due: each day one, and once a week the newest is put back into a scratch folder.

Owns the calendar and what went wrong last; making and trying an archive is `archives`'s. Blocking.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.log.troubles import Trouble
from bot.log.upgrades import drop_old_upgrades
from bot.maintenance.archives import (
    LOG,
    Archive,
    archives_of,
    drop_superseded,
    make_archive,
    try_archive,
)
from bot.maintenance.checks import Finding
from bot.settings import Settings
from retrieval.errors import ChidanError

RETRY = timedelta(minutes=15)
"""After a backup that failed."""
LATE = timedelta(hours=3)
"""After which a backup that is due, or being made, is late."""
TRIED_EVERY = timedelta(days=7)
TRIED = "backup.tried"
"""The file in STATE_DIR that holds when an archive was last put back and found whole."""
BACKUP, UNSOUND = "backup", "backup_unsound"
"""Kinds of troubles."""
OFF = "off"
_log = logging.getLogger(__name__)


def last_time(at: str, moment: datetime) -> datetime:
    """Return the latest time of day `at` (local) that is not after `moment`."""
    hour, _, minute = at.partition(":")
    local = moment.astimezone().replace(tzinfo=None)
    time = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    # Back to a zone by the day itself: that of `moment` may be in another half of the year.
    return (time if time <= local else time - timedelta(days=1)).astimezone()


def missing_since(settings: Settings, moment: datetime) -> datetime | None:
    """Return when a backup was due that has not been made, None where there is none.

    Before the first question that is older than that there is nothing to back up.
    """
    if settings.backup_at == OFF:
        return None
    due = last_time(settings.backup_at, moment)
    # What is dated later was made while the machine's clock was wrong.
    made = [one for one in _archives(settings) if one.made_at <= moment]
    if made and made[-1].made_at >= due:
        return None
    if not made and not _asked_before(settings.state_dir / LOG, due):
        return None
    return due


def finding_of_backups(settings: Settings, moment: datetime) -> Finding:
    """Is there a backup of the last day, and was one found whole in the last weeks?"""
    if settings.backup_at == OFF:
        return Finding(True, "BACKUP_AT=off: bot không tự sao lưu.")
    made = _archives(settings)
    due = missing_since(settings, moment)
    newest = f"{made[-1].made_at.astimezone():%H:%M %d/%m/%Y}" if made else ""
    if due and moment - due > LATE:
        last = f"bản mới nhất từ {newest}" if made else "chưa có bản nào"
        return Finding(
            False,
            f"Bản sao lưu đến hạn lúc {due:%H:%M %d/%m/%Y} chưa có ({last}).",
            "Bot chạy thì tự sao lưu; xem nhật ký chạy, quyền ghi và chỗ trống của BACKUP_DIR.",
        )
    if not made:
        return Finding(True, "Chưa đến lần sao lưu đầu tiên.")
    tried = _tried(settings.state_dir)
    whole = f", khôi phục thử lần cuối {tried.astimezone():%d/%m/%Y}" if tried else ""
    sealed = "có mật khẩu" if made[-1].path.suffix == ".enc" else "không mật khẩu"
    return Finding(True, f"{len(made)} bản sao lưu ({sealed}), mới nhất {newest}{whole}.")


class Backups:
    """Makes what is due; remembers in this process what went wrong last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._failed: tuple[datetime, str] | None = None
        self._at_it_since: datetime | None = None
        self._unsound: tuple[datetime, Path, str] | None = None

    def round(self, moment: datetime) -> None:
        """Make the backup that is due, drop those that need not be kept, try the newest."""
        due = missing_since(self._settings, moment)
        if due and not (self._failed and moment - self._failed[0] < RETRY):
            self._make(moment)
        if self._settings.backup_at != OFF:
            self._try_newest(moment)
        drop_old_upgrades(self._settings.state_dir, moment)

    def troubles(self, moment: datetime) -> tuple[list[Trouble], set[str]]:
        """Return what is wrong with the backups, and of which kinds that is known."""
        found: list[Trouble] = []
        known = {BACKUP, UNSOUND}
        due = missing_since(self._settings, moment)
        if due and self._failed:
            found.append(Trouble(BACKUP, facts={"reason": self._failed[1]}))
        elif self._at_it_since and moment - self._at_it_since > LATE:
            found.append(Trouble(BACKUP, facts={"reason": ""}))
        elif due:
            known.discard(BACKUP)  # about to be tried: whether it works is not known
        if self._unsound:
            _, path, reason = self._unsound
            found.append(Trouble(UNSOUND, facts={"file": path.name, "reason": reason}))
        elif self._settings.backup_at != OFF and self._is_to_be_tried(moment):
            known.discard(UNSOUND)
        return found, known

    def _make(self, moment: datetime) -> None:
        settings, self._at_it_since = self._settings, moment
        sources = settings.sources_dir if settings.backup_sources else None
        try:
            made = make_archive(
                settings.state_dir, sources, settings.backups, settings.sealing, moment
            )
            drop_superseded(settings.backups)
        except (ChidanError, OSError, sqlite3.Error) as error:
            self._failed = moment, str(error)
            _log.error("%s", error)
            return
        finally:
            self._at_it_since = None
        self._failed = None
        _log.info("Đã sao lưu vào %s.", made.path)

    def _try_newest(self, moment: datetime) -> None:
        if not self._is_to_be_tried(moment):
            return
        made = _archives(self._settings)
        path = made[-1].path
        if self._unsound and self._unsound[1] == path and moment - self._unsound[0] < RETRY:
            return
        try:
            try_archive(path, self._settings.sealing, self._settings.state_dir)
        except (ChidanError, OSError, sqlite3.Error) as error:
            self._unsound = moment, path, str(error)
            _log.error("%s", error)
            return
        self._unsound = None
        (self._settings.state_dir / TRIED).write_text(moment.astimezone(UTC).isoformat())

    def _is_to_be_tried(self, moment: datetime) -> bool:
        if not _archives(self._settings):
            return False
        tried = _tried(self._settings.state_dir)
        return tried is None or moment - tried >= TRIED_EVERY


def _archives(settings: Settings) -> list[Archive]:
    return archives_of(settings.state_dir, settings.backups)


def _tried(state_dir: Path) -> datetime | None:
    with suppress(OSError, ValueError):
        return datetime.fromisoformat((state_dir / TRIED).read_text())
    return None


def _asked_before(log: Path, moment: datetime) -> bool:
    if not log.exists():
        return False
    sql = "select exists(select 1 from exchanges where asked_at < ?)"
    try:
        with closing(sqlite3.connect(f"{log.resolve().as_uri()}?mode=ro", uri=True)) as db:
            when = moment.astimezone(UTC).isoformat(timespec="milliseconds")
            return bool(db.execute(sql, (when,)).fetchone()[0])
    except sqlite3.Error:
        return False
