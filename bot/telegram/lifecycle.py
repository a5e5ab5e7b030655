"""The bot's life: it connects, takes updates, and stops within seconds without losing a question.

Stopping: nothing new is begun; what is being answered gets a few seconds; what is still unanswered
then stays in the log as it was recorded, for the next start.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from telegram.error import InvalidToken, NetworkError
from telegram.ext import Application
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from bot.telegram.client import WANTED, Poller
from bot.telegram.errors import TokenRefused, explain
from bot.telegram.health import reported
from bot.telegram.inbox import Inbox
from bot.telegram.update_processor import PerChatProcessor
from bot.telegram.webhook import Webhook, listening

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]
Closing = Callable[[], Awaitable[None]]
GRACE = 6.0
"""Seconds that running answers get at the end."""
_log = logging.getLogger(__name__)


async def nothing() -> None:
    """Close nothing."""


def run(
    application: TelegramApplication,
    grace: float = GRACE,
    webhook: Webhook | None = None,
    closing: Closing = nothing,
) -> None:
    """Serve until SIGINT or SIGTERM, then close the rest; raises TokenRefused."""
    asyncio.run(_until_a_signal(application, grace, webhook, closing))


async def _until_a_signal(
    application: TelegramApplication, grace: float, webhook: Webhook | None, closing: Closing
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(_serve_until(application, stop, grace, webhook, closing))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not application.running:
        # Still connecting: nothing is begun, and Telegram may stay away for hours.
        serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve_until(
    application: TelegramApplication,
    stop: asyncio.Event,
    grace: float,
    webhook: Webhook | None,
    closing: Closing,
) -> None:
    async with serving(application, grace, webhook, closing):
        await stop.wait()


@asynccontextmanager
async def serving(
    application: TelegramApplication,
    grace: float = GRACE,
    webhook: Webhook | None = None,
    closing: Closing = nothing,
) -> AsyncIterator[None]:
    """Take updates and answer while the block lasts; raises TokenRefused at the start.

    `closing` comes last, when nothing is answered any more.
    """
    queue, lanes = application.update_queue, application.update_processor
    if not isinstance(queue, Inbox) or not isinstance(lanes, PerChatProcessor):
        raise TypeError("an application of build_application is needed")
    poller = Poller(application.bot, queue)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(closing)
        stack.push_async_callback(_stop, application, poller, lanes, grace)
        await _connect(application)
        if application.post_init:
            await application.post_init(application)
        if webhook:
            await stack.enter_async_context(listening(application, queue, webhook))
            await application.start()
            await _bring_to(application, webhook)
        else:
            await application.start()
            poller.start()
        await stack.enter_async_context(reported())
        yield


async def _bring_to(application: TelegramApplication, webhook: Webhook) -> None:
    """Tell Telegram where to bring updates; raises TelegramError where it refuses that."""
    await application.bot.set_webhook(
        webhook.url, secret_token=webhook.secret, allowed_updates=WANTED
    )


async def _connect(application: TelegramApplication) -> None:
    """Ask Telegram who the bot is, as often as it takes."""

    def say(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _log.warning("Chưa kết nối được tới Telegram, sẽ thử lại. [%s]", error)

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(NetworkError),
        wait=wait_exponential(max=30),
        before_sleep=say,
    )
    try:
        await retrying(application.initialize)
    except InvalidToken as error:
        # PTB's own words hold the token.
        raise TokenRefused(explain(error)) from None


async def _stop(
    application: TelegramApplication, poller: Poller, lanes: PerChatProcessor, grace: float
) -> None:
    await poller.stop()
    await lanes.finish(grace)
    if application.running:
        await application.stop()
    if application.post_stop:
        await application.post_stop(application)
    await application.shutdown()
    await application.bot.shutdown()
