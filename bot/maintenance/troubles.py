"""What is wrong at a moment, of what administrators are told without asking.

Each look is over everything that this process can know; a kind that cannot be known just now is
neither wrong nor well. Blocking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.log.troubles import Trouble
from bot.maintenance.backups import Backups
from bot.maintenance.checks import ENOUGH, LOW, low_disks
from bot.maintenance.connections import dead_servers
from bot.settings import Settings, SettingsError, read_settings
from retrieval.models import EVERYTHING, Audience, Source

DISK, MODEL, UPDATES, SOURCE, SOURCES, REBUILT, SETTINGS = (
    *("disk", "model_server", "updates", "source", "sources_folder", "index_rebuilt", "settings"),
)
"""Kinds of troubles, beside those of `backups`."""
SERVERS_EVERY, FILES_EVERY = timedelta(minutes=2), timedelta(minutes=30)
"""How often servers are asked, and how often all files of sources are opened."""
DEAD_AFTER = 2
"""Times in a row that a server has not answered: it may just be starting anew."""
_NEWS = timedelta(days=7)
"""How long something that happened is news."""
_log = logging.getLogger(__name__)
Found = tuple[list[Trouble], set[str]]
Outage = Callable[[], str | None]
"""Returns why updates have not been fetched for minutes, None where they are."""


class Watched(Protocol):
    """The index, as far as it is watched: retrieval.index.Index."""

    def sources(self, audience: Audience) -> list[Source]:
        """Return what is indexed."""

    def troubles(self) -> list[tuple[str, str]]:
        """Return the files that are no sources, and why."""

    def rebuilt(self) -> list[tuple[datetime, str]]:
        """Return when parts of the index had to be made again because of damage, and which."""


class TroubleWatch:
    """Looks; remembers what is not looked at each time."""

    def __init__(
        self,
        settings: Settings,
        index: Watched | None,
        backups: Backups,
        outage: Outage,
        standing: Callable[[str], bool],
        began: datetime,
    ) -> None:
        self._settings = settings
        self._index = index
        self._backups = backups
        self._outage = outage
        self._standing = standing
        self._servers_at = began
        self._files_at: datetime | None = None
        self._silent: dict[str, int] = {}
        self._closed: list[Trouble] = []
        self._emptied = False

    def look(self, moment: datetime) -> Found:
        """Return what is wrong, and which kinds were looked at."""
        found: list[Trouble] = []
        known: set[str] = set()
        for one in (
            self._disks,
            self._settings_file,
            self._updates,
            self._backups.troubles,
            self._servers,
            self._sources,
        ):
            try:
                troubles, kinds = one(moment)
            except Exception:
                _log.exception("a look at what may be wrong failed")
                continue
            found += troubles
            known |= kinds
        return found, known

    def _disks(self, moment: datetime) -> Found:
        known = self._settings
        below = ENOUGH if self._standing(DISK) else LOW
        low = low_disks([known.state_dir, known.backups, known.sources_dir], below)
        return [
            Trouble(
                DISK, str(one.folder), {"share": f"{one.share:.0%}", "free": f"{one.megabytes} MB"}
            )
            for one in low
        ], {DISK}

    def _settings_file(self, moment: datetime) -> Found:
        try:
            read_settings()
        except SettingsError as error:
            return [Trouble(SETTINGS, facts={"reason": str(error)})], {SETTINGS}
        return [], {SETTINGS}

    def _updates(self, moment: datetime) -> Found:
        why = self._outage()
        return ([] if why is None else [Trouble(UPDATES, facts={"reason": why})]), {UPDATES}

    def _servers(self, moment: datetime) -> Found:
        if moment - self._servers_at < SERVERS_EVERY:
            return [], set()
        self._servers_at = moment
        dead = dict(dead_servers(self._settings))
        self._silent = {address: self._silent.get(address, 0) + 1 for address in dead}
        told = [address for address, times in self._silent.items() if times >= DEAD_AFTER]
        if len(told) < len(dead):
            return [], set()  # one more look decides
        return [Trouble(MODEL, address, {"reason": dead[address]}) for address in told], {MODEL}

    def _sources(self, moment: datetime) -> Found:
        index = self._index
        if index is None:
            return [], set()
        found = [
            Trouble(REBUILT, f"{part} {when.isoformat()}", {"part": part}, has_end=False)
            for when, part in index.rebuilt()
            if moment - when < _NEWS
        ]
        folder = self._settings.sources_dir
        if not folder.is_dir():
            return [*found, Trouble(SOURCES, str(folder))], {REBUILT, SOURCES}
        if self._files_at is None or moment - self._files_at >= FILES_EVERY:
            self._closed, self._files_at = list(_unreadable(folder, index)), moment
            live = index.sources(EVERYTHING)
            # As a network folder that is not mounted looks.
            self._emptied = bool(live) and not any((folder / one.path).exists() for one in live)
        if self._emptied:
            return [*found, Trouble(SOURCES, str(folder))], {REBUILT, SOURCES}
        read = [Trouble(SOURCE, path, {"reason": reason}) for path, reason in index.troubles()]
        closed = [one for one in self._closed if one not in read]
        return [*found, *read, *closed], {REBUILT, SOURCES, SOURCE}


def _unreadable(folder: Path, index: Watched) -> Iterator[Trouble]:
    """Yield the sources whose files are there and cannot be opened any more."""
    for source in index.sources(EVERYTHING):
        try:
            with (folder / source.path).open("rb") as file:
                file.read(1)
        except FileNotFoundError:
            continue  # taken away on purpose; the next reload follows
        except OSError as error:
            yield Trouble(SOURCE, source.path, {"reason": error.strerror or str(error)})
