"""All sentences of the bot in one table, to be read through for their tone: `make texts`.

>>> rows({"start": "Chào bạn.", "admin": {"left": "Thôi."}}, {"start": "Hi.", "admin": {}})
[('start', 'Chào bạn.', 'Hi.'), ('admin.left', 'Thôi.', '')]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from bot.texts.texts import sentences_of

_HEAD = """# Mọi lời của bot

Bảng này được tạo từ `bot/texts/vi.yaml` và `en.yaml` bằng `make texts`; đừng sửa ở đây. Giọng:
lịch sự, ngắn, không hành chính, không chấm than. `{…}` được điền khi dùng, ⏎ là xuống dòng.

| khóa | tiếng Việt | tiếng Anh |
|---|---|---|
"""


def rows(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], above: str = ""
) -> list[tuple[str, str, str]]:
    """Return key, Vietnamese and English of each sentence, "" where a language has none."""
    found = []
    for key, said in ours.items():
        other = theirs.get(key, "")
        if isinstance(said, Mapping):
            inside = other if isinstance(other, Mapping) else {}
            found += rows(said, inside, f"{above}{key}.")
        else:
            found.append((f"{above}{key}", str(said), str(other)))
    return found


def table() -> str:
    """Return the page in Markdown."""
    lines = (
        f"| `{key}` | {_cell(ours)} | {_cell(theirs)} |"
        for key, ours, theirs in rows(sentences_of("vi"), sentences_of("en"))
    )
    return f"{_HEAD}{chr(10).join(lines)}\n"


def _cell(words: str) -> str:
    return words.strip().replace("|", "\\|").replace("\n", " ⏎ ").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(table())
