"""Telegram's rules about a text and its entities, counted in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

from botapi.refusals import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100
QUOTES = {"blockquote", "expandable_blockquote"}
KNOWN = QUOTES | {
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link",
    "text_mention", "mention", "hashtag", "cashtag", "bot_command", "url", "email",
    "phone_number", "custom_emoji",
}  # fmt: skip
SEEN_BY_CLIENTS = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@])@\w{3,32}")),
)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The piece of a text that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def client_entities(text: str) -> list[dict[str, Any]]:
    """The entities that a person's client finds by itself: commands and mentions."""
    found = [
        {"type": kind, "offset": units(text[: m.start()]), "length": units(m.group())}
        for kind, pattern in SEEN_BY_CLIENTS
        for m in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: entity["offset"])


def accepted(
    text: str, entities: Sequence[dict[str, Any]], limit: int = MAX_TEXT
) -> tuple[str, list[dict[str, Any]]]:
    """Text and entities as Telegram would store them; raises Refused for what it refuses."""
    if "\x00" in text or any(0xD800 <= ord(char) < 0xE000 for char in text):
        raise bad_request("strings must be encoded in UTF-8")
    for entity in entities:
        _check_entity(text, entity)
    _check_nesting(entities)
    text, kept = _trimmed(text, entities)
    if not text:
        raise bad_request("message text is empty")
    if units(text) > limit:
        raise bad_request("message is too long" if limit == MAX_TEXT else "caption is too long")
    return text, kept[:MAX_ENTITIES]


def _check_entity(text: str, entity: dict[str, Any]) -> None:
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if kind not in KNOWN:
        raise bad_request(f'can\'t parse entities: unsupported type "{kind}" specified')
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
        raise bad_request("can't parse entities: wrong offset or length of an entity")
    if offset + length > units(text):
        raise bad_request("ENTITY_BOUNDS_INVALID")
    if any(_splits_pair(text, edge) for edge in (offset, offset + length)):
        raise bad_request("can't parse entities: entity begins or ends in a surrogate pair")
    if kind == "text_link" and not re.match(r"(https?|tg|ftp|mailto)://?\S+$", entity["url"]):
        raise bad_request("can't parse entities: wrong URL of a text link")


def _splits_pair(text: str, edge: int) -> bool:
    raw = text.encode("utf-16-le")[2 * edge : 2 * edge + 2]
    return bool(raw) and 0xDC00 <= int.from_bytes(raw, "little") < 0xE000


def _check_nesting(entities: Sequence[dict[str, Any]]) -> None:
    for first, second in combinations(entities, 2):
        start, end = first["offset"], first["offset"] + first["length"]
        other, stop = second["offset"], second["offset"] + second["length"]
        apart = end <= other or stop <= start
        nested = (start <= other and stop <= end) or (other <= start and end <= stop)
        if not (apart or nested):
            raise bad_request("can't parse entities: entities overlap without nesting")
        if not apart and first["type"] in QUOTES and second["type"] in QUOTES:
            raise bad_request("can't parse entities: block quotes can't be nested")


def _trimmed(text: str, entities: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    lost = units(text) - units(text.lstrip())
    text = text.strip()
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lost)
        end = min(units(text), entity["offset"] + entity["length"] - lost)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def check_commands(commands: Sequence[dict[str, str]]) -> None:
    """Refuses what setMyCommands refuses."""
    names = [command["command"] for command in commands]
    if len(names) > 100 or any(a == b for a, b in pairwise(sorted(names))):
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
