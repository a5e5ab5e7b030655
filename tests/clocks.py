"""A time that tests move: loops of the bot that sleep wake when it has passed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.telegram.background import Clock


class MovedClock(Clock):
    """Stands still until it is moved; `silence` is added to what health takes for seconds."""

    def __init__(self, now: datetime) -> None:
        self.at, self.silence = now, 0.0
        self.slept: list[float] = []
        self._sleepers: set[asyncio.Event] = set()

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return time.monotonic() + self.silence

    async def sleep(self, seconds: float) -> None:
        until = self.at + timedelta(seconds=seconds)
        self.slept.append(seconds)
        while self.at < until:
            moved = asyncio.Event()
            self._sleepers.add(moved)
            try:
                await moved.wait()
            finally:
                self._sleepers.discard(moved)

    def advance(self, **spans: float) -> None:
        """Move on by `days`, `minutes` …"""
        self.at += timedelta(**spans)
        for moved in self._sleepers:
            moved.set()


@dataclass
class SetTime:
    """A time that tests set, of what asks for the moment alone."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now


async def time_passes(bot, clock: SetTime, **spans: float) -> None:
    """Let the bot start again after so many `days` or `hours`: it looks for what is due."""
    await bot.stops()
    clock.now += timedelta(**spans)
    await bot.start()
