"""Buttons under the bot's messages, and what the log has of their presses."""

from __future__ import annotations

from typing import Any

from botapi.messages import Sent


def button(sent: Sent, words: str) -> str:
    """What the button with these words carries."""
    return next(str(b["callback_data"]) for b in sent.buttons if words in b["text"])


def asks_why(sent: Sent) -> bool:
    """Whether the reasons of a 👎 are offered under a message."""
    return any(str(b["callback_data"]).startswith("lydo:") for b in sent.buttons)


def votes(bot: Any) -> list[tuple[Any, ...]]:
    """(person, vote, reason, words) of each vote, by person."""
    rows = bot.log.file.rows("select person_id, vote, reason, words from votes order by person_id")
    return [tuple(row.values()) for row in rows]


async def noted(server: Any, bot: Any, prompt: Sent) -> None:
    """Wait until the log knows that replies to this prompt are official answers."""
    which = "select * from answer_prompts where message_id = ?"
    await server.until(lambda: bool(bot.log.file.rows(which, prompt.message_id)), "its note")
