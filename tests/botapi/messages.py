"""Messages as tests hold them: one that a person said, one that the bot sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botapi.texts import cut


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said; `update_id` is None where privacy mode kept it from the bot."""

    chat_id: int
    message_id: int
    update_id: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What the bot sent, live: a later edit shows in it."""

    json: dict[str, Any]

    @property
    def chat_id(self) -> int:
        return int(self.json["chat"]["id"])

    @property
    def message_id(self) -> int:
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        return str(self.json.get("text", ""))

    @property
    def topic_id(self) -> int | None:
        return self.json.get("message_thread_id")

    @property
    def answered_id(self) -> int | None:
        """The id of the message that this one answers."""
        answered = self.json.get("reply_to_message")
        return answered and answered["message_id"]

    @property
    def buttons(self) -> list[dict[str, Any]]:
        rows = self.json.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def marked(self, *kinds: str) -> list[str]:
        """The pieces of the text under entities of these kinds, in order."""
        return [
            cut(self.text, entity["offset"], entity["length"])
            for entity in self.json.get("entities", [])
            if entity["type"] in kinds
        ]

    def links(self) -> list[str]:
        return [e["url"] for e in self.json.get("entities", []) if e["type"] == "text_link"]
