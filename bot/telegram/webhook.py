"""Updates that Telegram brings itself, instead of polling: an HTTP server behind a proxy.

An update is answered with 200 once it is in the queue, and so on disk; with 503, or no answer,
Telegram brings it again. `/health` is for the proxy. TLS is the proxy's business.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram import Update, WebhookInfo
from telegram.ext import Application, ExtBot
from tornado.httpserver import HTTPServer
from tornado.web import Application as Routes
from tornado.web import HTTPError, RequestHandler

from bot.telegram.inbox import Inbox, NotRecorded

Serves = Application[Any, Any, Any, Any, Any, Any]
HEALTH = "/health"
LARGEST = 1 << 20
"""Bytes of a request; Telegram's updates are far smaller."""
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 the name of a header
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, the word it proves itself with, and where we listen."""

    url: str
    secret: str
    host: str
    port: int

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path or "/"


LOOK_EVERY = 120.0
"""Seconds between two questions how Telegram fares with bringing updates."""
_RECENT = timedelta(minutes=10)


class Bringing:
    """Whether Telegram brings updates to an address, as Telegram sees it."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._known: WebhookInfo | None = None
        self._is_first = True

    async def look(self, bot: ExtBot[Any]) -> None:
        """Ask Telegram, but for the first time, when it may not know yet; raises TelegramError."""
        if not self._is_first:
            self._known = await bot.get_webhook_info()
        self._is_first = False

    def trouble(self, moment: datetime) -> str | None:
        """Return why updates do not come, None where they do or nobody knows."""
        known = self._known
        if known is None:
            return None
        if known.url != self._url:
            return f"[webhook: {known.url or '-'}]"
        failed = known.last_error_date
        if known.pending_update_count and failed and moment - failed < _RECENT:
            return f"[{known.last_error_message}]"
        return None


class _Updates(RequestHandler):
    def initialize(self, serves: Serves, queue: Inbox, secret: str) -> None:
        self._serves = serves
        self._queue = queue
        self._secret = secret

    async def post(self) -> None:
        """Take an update of Telegram's; of nobody else's."""
        shown = self.request.headers.get(_SECRET, "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            raise HTTPError(403)
        try:
            update = Update.de_json(json.loads(self.request.body), self._serves.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            # Again and again would not make it readable.
            _log.warning("an update cannot be read: %r", error)
            return
        if not self._serves.running:
            raise HTTPError(503)
        try:
            await self._queue.put(update)
        except NotRecorded as error:
            self._queue.health.failed(type(error).__name__, str(error))
            raise HTTPError(503) from error
        self._queue.health.received()


class _Health(RequestHandler):
    def initialize(self, serves: Serves, queue: Inbox) -> None:
        self._serves = serves
        self._health = queue.health

    def get(self) -> None:
        """Say whether the bot is at work, and whether updates reach its log."""
        trouble = ""
        if not self._serves.running:
            trouble = "starting or stopping"
        elif self._health.is_deaf:
            trouble = f"no update fetched or recorded for {self._health.silent_for():.0f} s"
        self.set_status(503 if trouble else 200)
        self.write(trouble or "ok")


@asynccontextmanager
async def listening(application: Serves, queue: Inbox, webhook: Webhook) -> AsyncIterator[None]:
    """Take updates over HTTP while the block lasts; raises OSError where it cannot listen."""
    routes = Routes(
        [
            (HEALTH, _Health, {"serves": application, "queue": queue}),
            (
                webhook.path,
                _Updates,
                {"serves": application, "queue": queue, "secret": webhook.secret},
            ),
        ],
        log_function=lambda handler: None,
    )
    server = HTTPServer(routes, max_body_size=LARGEST)
    server.listen(webhook.port, webhook.host)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()
