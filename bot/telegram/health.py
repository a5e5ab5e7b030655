"""Whether the bot lives and hears: when updates last reached the log, and how others see it.

A bot whose process lives may still be deaf: Telegram does not answer, or the log cannot be written.
`/health` asks `UpdateHealth` inside the process; `chidan doctor` looks from outside at the time of
the heartbeat file, which the running bot holds a lock on (flock(2)).

systemd is told that it serves, lives and stops, by the protocol of sd_notify(3): datagrams to the
socket that NOTIFY_SOCKET names; without one nothing is sent. A watchdog (WatchdogSec=) hears from
the event loop twice an interval: an event loop that hangs is restarted, a Telegram that is away is
not.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@asynccontextmanager
async def reported(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Tell the service manager that the bot serves while the block lasts, and that it stops."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    tell_service_manager(address, "READY=1")
    interval = int(environment.get("WATCHDOG_USEC", "0")) / 1e6
    alive = asyncio.create_task(_keep_alive(address, interval)) if interval else None
    try:
        yield
    finally:
        if alive:
            alive.cancel()
        tell_service_manager(address, "STOPPING=1")


async def _keep_alive(address: str, interval: float) -> None:
    while True:
        tell_service_manager(address, "WATCHDOG=1")
        await asyncio.sleep(interval / 2)


def tell_service_manager(address: str, state: str) -> None:
    """Send one state; a service manager that does not listen is no trouble of the bot's."""
    path = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect(path)
        sender.send(state.encode())


DEAF_AFTER = 120.0
"""Seconds without an update fetched or recorded after which the bot counts as deaf."""
LOOK_EVERY = 15.0
"""Seconds between two looks, and so between two beats."""
HEARTBEAT = "heartbeat"
"""The file in STATE_DIR whose time of change is when all was well last."""
_log = logging.getLogger(__name__)


class UpdateHealth:
    """When updates were last fetched and recorded, and since when that fails.

    The log hears of each kind of failure once an outage, of two minutes of it once, and of its end.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._polls = False
        self._last = now()
        self._failing_since: float | None = None
        self._named: set[str] = set()
        self._reason = ""
        self._told = False

    def polls(self) -> None:
        """Count silence as a failure from now on: whoever polls gets an answer every few seconds.

        Where Telegram brings the updates, hours without one are nothing unusual.
        """
        self._polls, self._last = True, self._now()

    def received(self) -> None:
        """Note that updates were fetched, or brought, and recorded."""
        if self._told:
            _log.warning("Bot lại nhận được cập nhật từ Telegram.")
        self._last, self._failing_since, self._told = self._now(), None, False
        self._reason = ""
        self._named.clear()

    def failed(self, kind: str, reason: str) -> None:
        """Note that they were not; `reason` goes to the log once a kind."""
        if self._failing_since is None:
            self._failing_since = self._now()
        self._reason = reason
        if kind not in self._named:
            self._named.add(kind)
            _log.warning("Chưa nhận được cập nhật, bot sẽ thử lại. %s", reason)

    def silent_for(self) -> float:
        """Return how many seconds ago an update should have been fetched or recorded."""
        began = self._last if self._polls else self._failing_since
        return 0.0 if began is None else self._now() - began

    @property
    def is_deaf(self) -> bool:
        """Whether no update has been fetched or recorded for two minutes."""
        return self.silent_for() > DEAF_AFTER

    def outage(self) -> str | None:
        """Return why no update has been fetched or recorded for two minutes, None where one was."""
        return self._reason if self.is_deaf else None

    def look(self) -> None:
        """Tell the log, once, that the bot has become deaf."""
        if self.is_deaf and not self._told:
            self._told = True
            _log.error(
                "Đã hơn 2 phút bot không nhận hoặc không ghi được cập nhật nào từ Telegram."
                " Hãy chạy `chidan doctor`."
            )


class Heartbeat:
    """The heartbeat file of a running bot."""

    def __init__(self, state_dir: Path, health: UpdateHealth) -> None:
        self._path = state_dir / HEARTBEAT
        self._health = health
        self._file: int | None = None

    async def beat(self) -> None:
        """Set the file's time to when all was well last; raises OSError."""
        self._health.look()
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        moment = time.time() - self._health.silent_for()
        os.utime(self._file, (moment, moment))

    def stop(self) -> None:
        """Let go of the file; who looks then sees that no bot runs."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What the heartbeat file tells of a bot that runs."""

    well_until: datetime

    @property
    def is_deaf(self) -> bool:
        """Whether no update has been fetched or recorded for two minutes, or the bot hangs."""
        return (datetime.now(UTC) - self.well_until).total_seconds() > DEAF_AFTER + LOOK_EVERY


def last_beat(state_dir: Path) -> Beat | None:
    """Return the beat of the bot that runs on a state folder, None where none does."""
    try:
        file = os.open(state_dir / HEARTBEAT, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Beat(datetime.fromtimestamp(os.fstat(file).st_mtime, UTC))
    finally:
        os.close(file)
    return None
