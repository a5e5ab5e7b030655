"""/reload, for the people in ADMIN_IDS."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import CallbackContext

from bot.access import Access
from bot.faces import face_of
from bot.intake import person_id
from bot.presence import typing
from bot.replies import Part, compose_list
from bot.sending import Target, send_parts
from bot.texts import Texts
from retrieval.errors import ChidanError

_log = logging.getLogger(__name__)
SHOWN = 20
"""Unreadable files named in the chat; all of them are in `chidan reload`."""


class Report(Protocol):
    """What a reload tells: retrieval.indexing.Report, as far as it is shown here."""

    @property
    def added(self) -> Sequence[str]:
        """Paths of new sources."""

    @property
    def changed(self) -> Sequence[str]:
        """Paths of those with another text."""

    @property
    def removed(self) -> Sequence[str]:
        """Paths of those that are gone."""

    @property
    def unchanged(self) -> Sequence[str]:
        """Paths of those that are as they were."""

    @property
    def unreadable(self) -> Sequence[tuple[str, str]]:
        """Files that are no sources, and why."""

    @property
    def seconds(self) -> float:
        """How long it took."""


class Admin:
    """The administrators' commands; `reload` brings the index up to date and may take minutes."""

    def __init__(self, access: Access, reload: Callable[[], Report]) -> None:
        self._access = access
        self._reload = reload

    async def reload(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Reload the sources and say what changed; others are told so in private only."""
        message = update.message
        if message is None:
            return
        if not self._access.is_admin(person_id(message)):
            if message.chat.type == ChatType.PRIVATE:
                await self._say(context, message, [Part(face_of(update).admins_only)])
            return
        await self._say(context, message, [Part(face_of(update).reloading)])
        target = Target.of(message)
        async with typing(context.bot, target.chat_id, target.topic_id):
            parts = await self._outcome(face_of(update))
        await self._say(context, message, parts)

    async def _outcome(self, texts: Texts) -> list[Part]:
        try:
            return _summary(await asyncio.to_thread(self._reload), texts)
        except ChidanError as error:
            _log.warning("reload refused: %s", error)
            return [Part(texts.reload_failed.format(reason=error))]

    async def _say(
        self,
        context: CallbackContext[Any, Any, Any, Any],
        message: Message,
        parts: Sequence[Part],
    ) -> None:
        await send_parts(context.bot, Target.of(message), parts)


def _summary(report: Report, texts: Texts) -> list[Part]:
    done = texts.reloaded.format(
        seconds=report.seconds,
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        unchanged=len(report.unchanged),
    )
    if not report.unreadable:
        return [Part(done)]
    count = len(report.unreadable)
    heading = f"{done}\n\n{texts.unreadable.format(count=count)}"
    lines = [f"• {path}: {reason}" for path, reason in report.unreadable[:SHOWN]]
    return compose_list(heading, [*lines, *(["…"] if count > SHOWN else [])])
