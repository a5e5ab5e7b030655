"""Who may ask, and who is an administrator of the bot. Pure; looked at only after the trigger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _only_itself(chat_id: int) -> frozenset[int]:
    return frozenset({chat_id})


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of the settings. No allowed chats means that every chat is allowed."""

    allowed_chat_ids: frozenset[int] = frozenset()
    admin_ids: frozenset[int] = frozenset()
    names: Callable[[int], frozenset[int]] = _only_itself
    """Every id that a chat has or had: a group that moved stays allowed."""

    def may_ask(self, chat_id: int, person_id: int | None) -> bool:
        """Return whether a question from this person in this chat is answered."""
        return (
            not self.allowed_chat_ids
            or not self.allowed_chat_ids.isdisjoint(self.names(chat_id))
            or self.is_admin(person_id)
        )

    def is_admin(self, person_id: int | None) -> bool:
        """Return whether the person is in ADMIN_IDS; a chat, in whose name many write, never is."""
        return person_id is not None and person_id > 0 and person_id in self.admin_ids
