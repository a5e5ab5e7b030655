"""Which language the bot itself speaks to somebody: Vietnamese, or English to English clients."""

from __future__ import annotations

from telegram import Update

from bot.texts.english import ENGLISH
from bot.texts.texts import VIETNAMESE, Texts


def face(language: str | None) -> Texts:
    """Return the sentences for a client's language as Telegram names it ("vi", "en-GB")."""
    return ENGLISH if (language or "").lower().partition("-")[0] == "en" else VIETNAMESE


def face_of(update: Update) -> Texts:
    """Return the sentences for whoever caused an update."""
    person = update.effective_user
    return face(person.language_code if person else None)
