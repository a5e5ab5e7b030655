"""Telegram's limits, kept before Telegram has to say so, and what to do when it does.

Counted are the methods that put or change a message: 20 a minute in a group, 30 a second in all.
Typing and button answers cost nothing of that. PTB's AIORateLimiter counts every method that has
a chat, stops all chats for the `retry_after` of one, and its leaky bucket lets nearly twice the
minute's messages through after a pause; hence windows of our own.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from telegram.constants import FloodLimit
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.ext import BaseRateLimiter
from telegram.warnings import PTBDeprecationWarning
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from bot.log.database import LogDatabase, now, stamp
from bot.log.moved_chats import Chats

GROUP_WINDOW = 61.0
"""Seconds; one more than Telegram's minute, as requests do not all travel equally fast."""
GIVE_UP_AFTER = 600.0
"""Seconds, as long as an unanswered question is worth answering."""

Step = Callable[[bool], Awaitable[None]]
"""Told True right before a request leaves, False when it certainly had no effect."""


@dataclass(slots=True)
class _Window:
    """At most `limit` events in any `seconds`."""

    limit: int
    seconds: float
    times: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until there is room, 0 if there is."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        full = self.times[0] + self.seconds if len(self.times) >= self.limit else now
        return max(full, self.closed_until) - now


class RateLimiter(BaseRateLimiter[Step]):
    """Waits for room, and tries again what failed without effect; a `Step` watches one request."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        group_window: float = GROUP_WINDOW,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._group_window = group_window
        self._turn = asyncio.Lock()
        self._all = _Window(int(FloodLimit.MESSAGES_PER_SECOND), 1.0)
        self._chats: defaultdict[int, _Window] = defaultdict(_window_of_a_private_chat)

    async def initialize(self) -> None:
        """Silence a warning that PTB gives about itself at every 429."""
        warnings.filterwarnings("ignore", ".*`retry_after`", PTBDeprecationWarning)

    async def shutdown(self) -> None:
        """Keeps nothing."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Step | None,
    ) -> Any:
        """Send a request when its chat has room; again after 429 and where none could connect."""
        if not is_counted(endpoint):
            return await callback(*args, **kwargs)
        chat = self._window(data.get("chat_id"))
        began = self._now()
        retrying = AsyncRetrying(
            sleep=self._sleep,
            wait=_pause,
            retry=retry_if_exception(had_no_effect),
            stop=lambda _: self._now() - began > GIVE_UP_AFTER,
            reraise=True,
        )
        return await retrying(self._send, chat, lambda: callback(*args, **kwargs), rate_limit_args)

    async def _send(
        self, chat: _Window, request: Callable[[], Awaitable[Any]], step: Step | None
    ) -> Any:
        await self._room(chat)
        if step:
            await step(True)
        try:
            return await request()
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                chat.closed_until = self._now() + seconds_of(error)
            if step and not may_have_arrived(error):
                await step(False)
            raise

    async def _room(self, chat: _Window) -> None:
        """Wait for room in the chat, then for its turn among all: first come, first served."""
        while True:
            await self._open(chat)
            async with self._turn:
                await self._open(self._all)
                if chat.wait(self._now()) <= 0:
                    for window in (chat, self._all):
                        window.times.append(self._now())
                    return

    async def _open(self, window: _Window) -> None:
        while (wait := window.wait(self._now())) > 0:
            await self._sleep(wait)

    def _window(self, chat_id: object) -> _Window:
        number = int(str(chat_id)) if str(chat_id).lstrip("-").isdigit() else 0
        if number < 0 and number not in self._chats:
            self._chats[number] = _Window(
                int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP), self._group_window
            )
        return self._chats[number]


def is_counted(endpoint: str) -> bool:
    """Return whether a method of the Bot API puts or changes a message."""
    kinds = ("send", "edit", "copy", "forward")
    return endpoint.startswith(kinds) and endpoint != "sendChatAction"


def seconds_of(refusal: RetryAfter) -> float:
    """Return the wait that a 429 asks for; its public property warns about its own type."""
    return refusal._retry_after.total_seconds()


_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Failures before the first byte of a request has left."""
_REFUSALS = (BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter)
"""What Telegram says of a request that it does not carry out."""


def had_no_effect(error: BaseException) -> bool:
    """Return whether a request may succeed at another try, and certainly had no effect."""
    return isinstance(error, RetryAfter) or isinstance(error.__cause__, _NOT_CONNECTED)


def may_have_arrived(error: BaseException) -> bool:
    """Return whether a request that failed so may have been carried out, with its answer lost.

    That is any failure but Telegram's refusals and those before there was a connection: a reset, a
    broken or unreadable answer, a timeout, a gateway's 502 or 504. Telegram knows no key by which
    it would see that a request comes twice.
    """
    is_answered = isinstance(error, _REFUSALS) or not isinstance(error, TelegramError)
    return not is_answered and not isinstance(error.__cause__, _NOT_CONNECTED)


def _pause(state: RetryCallState) -> float:
    """Wait as long as Telegram asks, else 1, 2, 4 … up to 30 seconds."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    return float(min(30, 2 ** (state.attempt_number - 1)))


def _window_of_a_private_chat() -> _Window:
    return _Window(int(FloodLimit.MESSAGES_PER_SECOND), 1.0)


ANSWERS = {"answerCallbackQuery": "callback_query_id", "answerInlineQuery": "inline_query_id"}
"""Methods that work once → the parameter that says for what."""
KEPT_FOR = timedelta(days=2)
"""Telegram keeps updates that were not confirmed for a day."""


class RefusalGuard(BaseRateLimiter[Step]):
    """What the log knows of chats and queries, before the pacing of what is sent."""

    def __init__(self, pacing: RateLimiter, chats: Chats, file: LogDatabase) -> None:
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
