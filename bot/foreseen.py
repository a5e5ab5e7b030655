"""Requests that Telegram would refuse, as is known here, are not made.

A group that became a supergroup takes nothing any more, and a press or an inline query can be
answered once: after a kill, updates that were not confirmed come again. What is left is paced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.error import ChatMigrated
from telegram.ext import BaseRateLimiter

from bot.chats import Chats
from bot.log_file import LogFile, now, stamp
from bot.pacing import Pacing, Step

ANSWERS = {"answerCallbackQuery": "callback_query_id", "answerInlineQuery": "inline_query_id"}
"""Methods that work once → the parameter that says for what."""
KEPT_FOR = timedelta(days=2)
"""Telegram keeps updates that were not confirmed for a day."""


class Foreseen(BaseRateLimiter[Step]):
    """What the log knows of chats and queries, before the pacing of what is sent."""

    def __init__(self, pacing: Pacing, chats: Chats, file: LogFile) -> None:
        self._pacing = pacing
        self._chats = chats
        self._file = file

    async def initialize(self) -> None:
        """Begin pacing."""
        await self._pacing.initialize()

    async def shutdown(self) -> None:
        """End pacing."""
        await self._pacing.shutdown()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Step | None,
    ) -> Any:
        """Make a request; raises ChatMigrated, returns False for an answer given before."""
        query = data.get(ANSWERS.get(endpoint, ""))
        if query is not None and not await asyncio.to_thread(self._is_first, str(query)):
            return False

        async def request(*args: Any, **kwargs: Any) -> Any:
            self._look_where(data.get("chat_id"))
            return await callback(*args, **kwargs)

        return await self._pacing.process_request(
            request, args, kwargs, endpoint, data, rate_limit_args
        )

    def _look_where(self, chat_id: object) -> None:
        if isinstance(chat_id, int) and (moved := self._chats.current(chat_id)) != chat_id:
            raise ChatMigrated(moved)

    def _is_first(self, query: str) -> bool:
        """Note that a query is being answered; False if it was before."""
        old = stamp(datetime.now(UTC) - KEPT_FOR)
        with self._file.writing() as db:
            db.execute("delete from answered_queries where answered_at < ?", (old,)).close()
            noted = db.execute(
                "insert into answered_queries(id, answered_at) values (?, ?)"
                " on conflict do nothing returning 1",
                (query, now()),
            ).fetchall()
        return bool(noted)
