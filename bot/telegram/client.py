"""The connection to Telegram: token, addresses, how long requests may take, and long polling.

PTB's updater ends for good at a 404 and at the first update that cannot be recorded, while the
process lives on. Here any failure of getUpdates is followed by another try, after a pause that
grows to half a minute; an update is confirmed to Telegram only once it is recorded, else it comes
again. Updates that Telegram brings itself are `webhook`'s.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from telegram import Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.settings import Settings
from bot.telegram.errors import explain
from bot.telegram.inbox import Inbox, NotRecorded
from bot.telegram.rate_limiter import Step, seconds_of
from bot.telegram.webhook import Webhook

_log = logging.getLogger(__name__)


LARGEST_ID = 2**31 - 1
"""Of an update; a larger one, confirmed, would keep all others away."""


_KNOWN_REFUSALS = {400, 401, 403, 404, 409, 429}
_UNSAID = timedelta(seconds=5)
"""The pause after a 429 that names none."""


class BotRequest(HTTPXRequest):
    """Requests; an answer that is no JSON is an error like others, which PTB does not log."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Do a request as httpx does; raises BadRequest, RetryAfter for refusals PTB knows not."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == 429 and b"retry_after" not in payload:
            raise RetryAfter(_UNSAID)
        if 400 <= code < 500 and code not in _KNOWN_REFUSALS:
            raise BadRequest(f"HTTP {code}")
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; raises TelegramError."""
        try:
            body = json.loads(payload)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise TelegramError(f"Invalid server response: {payload[:60]!r}")
        return body


class PollingRequest(BotRequest):
    """Getting updates, in an answer of which only what can be read is left."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Do a request as httpx does; raises TelegramError for an answer that is none."""
        code, payload = await super().do_request(*args, **kwargs)
        return code, readable(payload) if code == 200 else payload


def readable(payload: bytes) -> bytes:
    """Return an answer of getUpdates that PTB can read.

    Updates that cannot be read are empty ones, so that they are confirmed; those without a number
    are left out. Raises TelegramError where nothing is left of the answer.
    """
    result = BotRequest.parse_json_payload(payload).get("result")
    if not isinstance(result, list):
        raise NetworkError(f"no list of updates: {payload[:60]!r}")
    updates = [u if _is_readable(u) else _emptied(u) for u in result if _has_a_number(u)]
    if result and not updates:
        raise NetworkError(f"no update has a number: {payload[:60]!r}")
    return payload if updates == result else json.dumps({"ok": True, "result": updates}).encode()


def _has_a_number(update: object) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return type(number) is int and 0 <= number <= LARGEST_ID


def _is_readable(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        _log.warning("an update cannot be read: %r", error)
        return False
    return True


def _emptied(update: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": update["update_id"]}


TELEGRAM = "https://api.telegram.org/bot"


def build_bot(settings: Settings, limiter: BaseRateLimiter[Step]) -> ExtBot[Any]:
    """Return the connection to Telegram; raises ValueError without a token."""
    token = settings.telegram_bot_token
    if token is None:
        raise ValueError("TELEGRAM_BOT_TOKEN is not set")
    base_url = settings.telegram_base_url or TELEGRAM
    proxy = settings.way_to_telegram
    return ExtBot(
        token.get_secret_value(),
        base_url=base_url,
        base_file_url=f"{base_url.removesuffix('/bot')}/file/bot",
        # An answer that comes too late is not asked for again (see pacing), so wait long for it.
        request=BotRequest(read_timeout=30, connect_timeout=10, pool_timeout=60, proxy=proxy),
        get_updates_request=PollingRequest(connection_pool_size=1, read_timeout=30, proxy=proxy),
        rate_limiter=limiter,
    )


def webhook_of(settings: Settings) -> Webhook | None:
    """Return where updates are brought to, None where they are fetched."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    host, _, port = settings.webhook_listen.rpartition(":")
    secret = settings.webhook_secret.get_secret_value()
    return Webhook(settings.webhook_url, secret, host.strip("[]"), int(port))


WANTED = (
    *("message", "edited_message", "callback_query", "inline_query", "my_chat_member"),
    "message_reaction",
)
"""The kinds of updates that have a handler."""
LAST_CONFIRMATION = 2.0
"""Seconds to confirm the last updates; unconfirmed ones come again and are known then."""
LONGEST_PAUSE = 30.0
_HOLD = 10
"""Seconds that Telegram holds a request for which it has no update."""


def pause_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row.

    >>> [pause_after(n) for n in (1, 2, 3, 7, 100)]
    [0.5, 1.0, 2.0, 30.0, 30.0]
    """
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(failures - 1, 10))


class Poller:
    """Fetches updates into the queue until it is stopped."""

    def __init__(self, bot: ExtBot[Any], queue: Inbox) -> None:
        self._bot = bot
        self._queue = queue
        self._offset = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in a task of its own."""
        self._queue.health.polls()
        self._task = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        """Fetch no more, and confirm what was recorded, if that does not take long."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait({self._task})
        self._task = None
        try:
            async with asyncio.timeout(LAST_CONFIRMATION):
                await self._bot.get_updates(self._offset, timeout=0, allowed_updates=WANTED)
        except (TimeoutError, TelegramError):
            _log.info("the last updates were not confirmed")

    async def _poll(self) -> None:
        health, failures, webhook = self._queue.health, 0, True
        while True:
            try:
                if webhook:
                    await self._bot.delete_webhook()
                    webhook = False
                await self._record(await self._fetch())
            except Exception as error:
                failures += 1
                health.failed(type(error).__name__, _told(error))
                await asyncio.sleep(_pause(error, failures))
            else:
                failures = 0
                health.received()

    async def _fetch(self) -> Sequence[Update]:
        updates = await self._bot.get_updates(self._offset, timeout=_HOLD, allowed_updates=WANTED)
        return sorted(updates, key=lambda update: update.update_id)

    async def _record(self, updates: Sequence[Update]) -> None:
        """Record a batch in order; one that is not recorded comes again, with all after it."""
        for update in updates:
            await self._queue.put(update)
            self._offset = update.update_id + 1


def _told(error: Exception) -> str:
    """Return one line for operators about a failure."""
    if isinstance(error, TelegramError):
        return explain(error)
    if isinstance(error, NotRecorded):
        return str(error)
    return f"Lỗi không lường trước: {error!r}"


def _pause(error: Exception, failures: int) -> float:
    asked_for = seconds_of(error) if isinstance(error, RetryAfter) else 0.0
    return max(pause_after(failures), min(asked_for, LONGEST_PAUSE))
