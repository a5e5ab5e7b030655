"""Puts parts of a reply into a chat: as answers to one message, in its topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.ext import ExtBot

from bot.intake import topic_of
from bot.pacing import Step
from bot.replies import Part


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reply goes: a chat, its topic, and the message that it answers."""

    chat_id: int
    topic_id: int | None = None
    message_id: int | None = None

    @classmethod
    def of(cls, message: Message) -> Target:
        """Return the place to answer a message."""
        return cls(message.chat_id, topic_of(message), message.message_id)


async def send_parts(
    bot: ExtBot[Any], target: Target, parts: Sequence[Part], step: Step | None = None
) -> list[int]:
    """Send parts in order and return their message ids; `step` watches the first one leave.

    Raises telegram.error.TelegramError; an answered message that is gone is an error too.
    """
    answered = ReplyParameters(target.message_id) if target.message_id else None
    sent: list[int] = []
    for part in parts:
        message = await bot.send_message(
            target.chat_id,
            part.text,
            entities=part.entities,
            message_thread_id=target.topic_id,
            reply_parameters=answered,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            rate_limit_args=step if not sent else None,
        )
        sent.append(message.message_id)
    return sent
