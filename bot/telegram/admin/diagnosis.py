"""/suckhoe: what `chidan doctor` finds, in six lines, from inside the bot that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from telegram import Update

from bot.maintenance.backups import finding_of_backups
from bot.maintenance.checks import (
    Finding,
    checks_of_machine,
    checks_of_search,
    checks_of_sources,
    reader,
    scans,
    weights,
)
from bot.maintenance.connections import chat_model_servers, telegram_of
from bot.settings import Settings
from bot.telegram.admin.authorization import Administrators, Context, in_private
from bot.telegram.background import Clock
from bot.telegram.errors import Redactor
from bot.telegram.formatting import Part
from bot.telegram.health import UpdateHealth
from bot.telegram.sending import send_parts
from bot.texts.texts import AdminTexts
from retrieval.index import Index

_LONGEST = 300
"""Characters of a line."""
TOPICS = ("machine", "sources", "search", "models", "telegram", "backups")
"""The lines, in this order."""
Checks = dict[str, Callable[[], Iterable[Finding]]]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The handler; what it looks at is looked at off the event loop."""

    administrators: Administrators
    settings: Settings
    index: Index | None
    health: UpdateHealth
    clock: Clock
    redact: Redactor

    async def tell(self, update: Update, context: Context) -> None:
        """Tell an administrator how everything is, in private."""
        order = await self.administrators.order(update, context)
        if order is None:
            return
        words = await asyncio.to_thread(self._words, order.texts)
        await in_private(order, context, lambda to: send_parts(context.bot, to, [Part(words)]))

    def _words(self, texts: AdminTexts) -> str:
        checks = self._checks(texts, self.clock.now())
        lines = [_line(texts.health[topic], [*checks[topic]()]) for topic in TOPICS]
        return self.redact("\n".join(lines))

    def _checks(self, texts: AdminTexts, moment: datetime) -> Checks:
        index, settings = self.index, self.settings
        missing = [Finding(False, texts.health["no_index"])]
        return {
            "machine": lambda: checks_of_machine(settings),
            "sources": lambda: checks_of_sources(index) if index else missing,
            "search": lambda: (
                [*checks_of_search(index), reader(settings), weights(settings), scans()]
                if index
                else missing
            ),
            "models": lambda: chat_model_servers(settings),
            "telegram": lambda: self._telegram(texts),
            "backups": lambda: [finding_of_backups(settings, moment)],
        }

    def _telegram(self, texts: AdminTexts) -> Iterator[Finding]:
        yield telegram_of(self.settings)
        why = self.health.outage()
        words = texts.health["hears" if why is None else "deaf"]
        yield Finding(why is None, words.format(reason=why))


def _line(title: str, findings: list[Finding]) -> str:
    """Say what is wrong; where nothing is, what was found, the shortest way."""
    wrong = [finding for finding in findings if not finding.well]
    words = " ".join(finding.found for finding in wrong or findings)
    words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return f"{'✗' if wrong else '✓'} {title}: {' '.join(words.split())}"
