"""What looks after a bot with nobody on call, put together: backups, looks at troubles, alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from telegram.ext import ExtBot

from bot.log.database import LogDatabase
from bot.log.troubles import TroubleLog
from bot.maintenance.backups import Backups
from bot.maintenance.troubles import TroubleWatch
from bot.settings import Settings
from bot.telegram.admin.alerts import EVERY, Alerts
from bot.telegram.background import Background, Clock
from bot.telegram.errors import Redactor
from bot.telegram.health import UpdateHealth
from bot.telegram.webhook import LOOK_EVERY, Bringing
from retrieval.index import Index


class Maintenance:
    """The loops of a bot that look after it; `admins` blocks."""

    def __init__(
        self,
        settings: Settings,
        file: LogDatabase,
        index: Index | None,
        health: UpdateHealth,
        admins: Callable[[], Sequence[int]],
        redact: Redactor,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._backups = Backups(settings)
        self._bringing = Bringing(settings.webhook_url) if settings.webhook_url else None
        self._health = health
        troubles = TroubleLog(file)
        watch = TroubleWatch(
            *(settings, index, self._backups, self._outage, troubles.standing, clock.now())
        )
        self._alerts = Alerts(
            *(file, troubles, admins, watch.look, clock, redact, settings.state_dir)
        )

    def keep(self, background: Background, bot: ExtBot[Any]) -> None:
        """Keep the loops going."""
        background.keep("backups", self._back_up, lambda: EVERY)
        background.keep("alerts", partial(self._alerts.round, bot), lambda: EVERY)
        if self._bringing:
            background.keep("webhook", partial(self._bringing.look, bot), lambda: LOOK_EVERY)

    async def _back_up(self) -> None:
        await asyncio.to_thread(self._backups.round, self._clock.now())

    def _outage(self) -> str | None:
        """Return why updates do not come, as we or Telegram see it, None where they do."""
        why = self._health.outage()
        if why is None and self._bringing:
            return self._bringing.trouble(self._clock.now())
        return why
