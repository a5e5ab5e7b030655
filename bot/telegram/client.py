"""The bot as Telegram knows it: token, addresses, and how long requests may take."""

from __future__ import annotations

import json
import logging
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.settings import Settings
from bot.telegram.errors import explain
from bot.telegram.rate_limiter import Step
from bot.telegram.webhook import Webhook

_log = logging.getLogger(__name__)


class PollingRequest(HTTPXRequest):
    """Getting updates; a token refused while running is a trouble that may pass."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Do a request as httpx does."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == 401:
            raise NetworkError(explain(InvalidToken()))
        return code, readable(payload) if code == 200 else payload


def readable(payload: bytes) -> bytes:
    """Return an answer of getUpdates in which updates that cannot be read are empty ones."""
    body = json.loads(payload)
    result = body.get("result")
    if not isinstance(result, list):
        return payload
    updates = [update if _is_readable(update) else _emptied(update) for update in result]
    return payload if updates == result else json.dumps(body | {"result": updates}).encode()


def _is_readable(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
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
    return ExtBot(
        token.get_secret_value(),
        base_url=base_url,
        base_file_url=f"{base_url.removesuffix('/bot')}/file/bot",
        # An answer that comes too late is not asked for again (see pacing), so wait long for it.
        request=HTTPXRequest(read_timeout=30, connect_timeout=10, pool_timeout=60),
        get_updates_request=PollingRequest(connection_pool_size=1, read_timeout=30),
        rate_limiter=limiter,
    )


def webhook_of(settings: Settings) -> Webhook | None:
    """Return where updates are brought to, None where they are fetched."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    host, _, port = settings.webhook_listen.rpartition(":")
    secret = settings.webhook_secret.get_secret_value()
    return Webhook(settings.webhook_url, secret, host.strip("[]"), int(port))
