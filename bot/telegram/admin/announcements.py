"""What administrators are told unasked: each in private, once, in their language."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.access import Access, Grant, Role
from bot.log.database import LogDatabase
from bot.log.exchanges import language_of
from bot.log.notices import Notices
from bot.log.rights import RightsLog
from bot.telegram.formatting import Part
from bot.telegram.rate_limiter import may_have_arrived
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import AdminTexts, texts_for

View = tuple[Part, InlineKeyboardMarkup | None]
_log = logging.getLogger(__name__)


class Announcements:
    """Those of a bot. What may have arrived does not leave again; what certainly did not, does."""

    def __init__(self, access: Access, file: LogDatabase) -> None:
        self._access = access
        self._file = file
        self._notices = Notices(file)
        self._rights = RightsLog(file)

    def administrators(self) -> list[int]:
        """Return the owners, and whoever was made an administrator of everything; blocks.

        Of those whose numbers are pseudonyms nobody knows where to write to.
        """
        wanted = Grant(Role.ADMINISTRATOR)
        given = {one.subject for one in self._rights.all() if one.grant == wanted}
        return sorted({*self._access.admin_ids, *(one for one in given if one > 0)})

    async def once(
        self, bot: ExtBot[Any], kind: str, compose: Callable[[AdminTexts], Awaitable[View]]
    ) -> int:
        """Tell each administrator who has not been told anything of that kind; return how many."""
        told = 0
        for admin in await asyncio.to_thread(self.administrators):
            if not await asyncio.to_thread(self._notices.is_due, admin, kind):
                continue
            try:
                texts = texts_for(await asyncio.to_thread(language_of, self._file, admin)).admin
                part, keys = await compose(texts)
                await send_parts(bot, Target(admin), [part], buttons=keys)
                told += 1
            except asyncio.CancelledError:  # the bot stops: rather twice than never
                self._notices.take_back(admin, kind)
                raise
            except TelegramError as error:
                _log.warning("%s not told to %s: %r", kind, admin, error)
                final = isinstance(error, (BadRequest, Forbidden)) or may_have_arrived(error)
                if not final:
                    await asyncio.to_thread(self._notices.take_back, admin, kind)
        return told
