"""A chat of this Telegram as an HTML page that looks like Telegram's clients do.

Owns how entities, block quotes, replies, buttons and pictures look; what happens when something is
written or pressed is `playground`'s. Works from the messages as the Bot API shows them, so what
is seen is what the bot really sent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from botapi.world import Json, World

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "spoiler": "span",
}
_BLUE = ("mention", "hashtag", "bot_command", "url", "email", "text_mention")
_BREAKS = re.compile(r"(</blockquote>(?:</label>)?)\n|\n(<label[^>]*>|<blockquote>)")
"""A block stands on lines of its own: the break beside it would show as an empty line."""
_SHORTEST_FOLD = 160
"""Characters from which an expandable quote is folded: Telegram shows about three lines."""

STYLE = Path(__file__).with_name("telegram.css").read_text(encoding="utf-8")


def marked_up(text: str, entities: Sequence[Json]) -> str:
    """Return a text with its entities as HTML; offsets are UTF-16 units, as Telegram counts.

    >>> marked_up("a <b> c", [{"type": "bold", "offset": 2, "length": 3}])
    'a <b>&lt;b&gt;</b> c'
    """
    raw = text.encode("utf-16-le")
    edges: list[tuple[int, int, int, str]] = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        opening, closing = _tags(entity)
        edges.append((start, 1, -end, opening))
        edges.append((end, 0, -start, closing))
    out, at = [], 0
    for place, _, _, tag in sorted(edges):
        out += [escape(raw[2 * at : 2 * place].decode("utf-16-le"), quote=False), tag]
        at = place
    out.append(escape(raw[2 * at :].decode("utf-16-le"), quote=False))
    # A block begins on a line of its own: the break that stands there would show as an empty one.
    return (
        "".join(out)
        .replace("</blockquote>\n", "</blockquote>")
        .replace("\n<blockquote", "<blockquote")
    )


def _tags(entity: Json) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "expandable_blockquote":
        if entity["length"] < _SHORTEST_FOLD:
            return "<blockquote>", "</blockquote>"
        opening = "<label class=x><input type=checkbox><blockquote><span class=in>"
        return opening, "</span></blockquote></label>"
    if kind in _BLUE:
        return "<span class=blue>", "</span>"
    tag = _TAGS.get(kind, "span")
    return f"<{tag}>", f"</{tag}>"


def plain(message: Json) -> str:
    """Return a message as a terminal shows it: its text, then file and buttons in brackets.

    >>> plain({"document": {"file_name": "a.zip"}, "caption": "Xong."})
    'Xong.\\n[tệp a.zip]'
    """
    lines = [message.get("text") or message.get("caption") or ""]
    if "photo" in message:
        lines.append("[ảnh]")
    if "document" in message:
        lines.append(f"[tệp {message['document'].get('file_name', '')}]")
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    lines += (" ".join(f"[{key['text']}]" for key in row) for row in rows)
    return "\n".join(filter(None, lines))


def document(title: str, body: str, *, dark: bool = False, script: str = "") -> str:
    """Return a whole page."""
    theme = ' class="dark"' if dark else ""
    return (
        f'<!doctype html><html lang="vi"{theme}><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><body>{body}{script}</body></html>"
    )


def conversation(
    world: World, messages: Iterable[Json], me: int, *, press: str = "", alert: str = ""
) -> str:
    """Return messages as bubbles, as the person `me` sees them.

    `press` is the address to which a pressed button is posted; "" for a picture of buttons only.
    """
    bubbles = [_bubble(world, message, me, press) for message in messages]
    told = f'<div class="alert">{escape(alert)}</div>' if alert else ""
    return f"<main>{''.join(bubbles)}{told}</main>"


def _bubble(world: World, message: Json, me: int, press: str) -> str:
    author = message.get("from", {})
    text = message.get("text") or message.get("caption") or ""
    content = _attached(world, message)
    if text:
        entities = message.get("entities") or message.get("caption_entities") or []
        content += marked_up(text, entities)
    if not content:
        return f'<div class="note">{escape(_service(message))}</div>'
    own = author.get("id") == me
    who = (
        ""
        if own or message["chat"]["type"] == "private"
        else (f'<div class="who">{escape(author.get("first_name", ""))}</div>')
    )
    when = datetime.fromtimestamp(message["date"]).astimezone()
    edited = "đã sửa " if message.get("edit_date") else ""
    reactions = "".join(f'<div class="react">{r}</div>' for r in message.get("reactions", ()))
    return (
        f'<div class="m{" own" if own else ""}" id="m{message["message_id"]}"><div class="b">{who}'
        f'{_answered(message)}{content}<span class="when">{edited}{when:%H:%M}</span>'
        f"{reactions}</div>{_keys(message, press)}</div>"
    )


def _answered(message: Json) -> str:
    answered = message.get("reply_to_message")
    if not answered:
        return ""
    said = answered.get("text") or answered.get("caption") or "…"
    name = answered.get("from", {}).get("first_name", "")
    return f'<div class="re"><b>{escape(name)}</b>{escape(" ".join(said.split())[:90])}</div>'


def _attached(world: World, message: Json) -> str:
    if "photo" in message:
        file = message["photo"][-1]["file_id"]
        data = base64.b64encode(world.files.get(file, ("", b""))[1]).decode()
        return f'<img class="pic" alt="" src="data:image/png;base64,{data}">'
    if "document" in message:
        return f'<div class="file">{escape(message["document"].get("file_name", ""))}</div>'
    if "voice" in message:
        return "🎤 ▮▮▯▮▯▮▮▯▮ "
    return ""


def _keys(message: Json, press: str) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return (
        f'<div class="keys">{"".join(_row(row, message, press) for row in rows)}</div>'
        if rows
        else ""
    )


def _row(row: Sequence[Json], message: Json, press: str) -> str:
    return f"<div>{''.join(_key(key, message, press) for key in row)}</div>"


def _key(key: Json, message: Json, press: str) -> str:
    words = escape(key["text"])
    if "url" in key:
        return f'<form action="{escape(key["url"])}"><button>{words} ↗</button></form>'
    fields = {"message": str(message["message_id"]), "data": key.get("callback_data", "")}
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    button = "<button>" if press else '<button type="button">'
    return f'<form method="post" action="{press}">{hidden}{button}{words}</button></form>'


def _service(message: Json) -> str:
    names = {"new_chat_title": "đổi tên nhóm", "forum_topic_created": "mở chủ đề"}
    return next((words for key, words in names.items() if key in message), "tin hệ thống")
