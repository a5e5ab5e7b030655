"""The bot as Telegram knows it: token, addresses, and how long requests may take."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.pacing import Step
from bot.polling import PollingRequest
from bot.settings import Settings
from bot.webhook import Webhook

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
