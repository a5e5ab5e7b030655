"""Collections: folders directly below SOURCES_DIR that hold a `collection.yaml`.

    title: Tài liệu nội bộ      # as people read it; by default the folder's name
    audience: internal          # or public; by default internal
    add: administrators         # or members: whoever was given the collection

Owns reading that file. A folder whose file cannot be read, or says what nobody understands, stays
internal: nobody sees more because of a slip. Files deeper in the folder belong to its collection;
a `collection.yaml` anywhere else has no effect, and is named as a file that is no source.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from retrieval.errors import SourceError
from retrieval.loading.yaml_subset import Value, parsed
from retrieval.models import SourceCollection
from retrieval.text.vietnamese import fold

SETTINGS = frozenset({"collection.yaml", "collection.yml"})
"""Names of the file, in any case."""
MISPLACED = "Tệp này chỉ có tác dụng trong thư mục nằm ngay dưới thư mục nguồn."
_LARGEST = 64_000
"""Bytes of the file that are read."""
_LONGEST = 100
_AUDIENCES = {"internal": False, "public": True}
_ADDERS = {"administrators": False, "members": True}


def collection_id(folder: str) -> str:
    """Return a stable, short, readable name of a folder's collection.

    >>> collection_id("Nội bộ")
    'noi-bo-5ebee5'
    """
    folder = unicodedata.normalize("NFC", folder)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(folder)).strip("-")[:20].strip("-")
    digest = hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{stem or 'c'}-{digest[:6]}"


def read_collections(root: Path) -> tuple[tuple[SourceCollection, ...], dict[str, str]]:
    """Return the collections below `root` by name of folder, and what is wrong with each file."""
    found: list[SourceCollection] = []
    wrong: dict[str, str] = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        file = _settings_in(folder)
        if file is None:
            continue
        collection, why = _read(file)
        found.append(collection)
        if why:
            wrong[f"{folder.name}/{file.name}"] = f"{why} Thư mục này được coi là nội bộ."
    return tuple(found), wrong


def _settings_in(folder: Path) -> Path | None:
    if folder.name.startswith((".", "~$")):
        return None
    try:
        inside = sorted(folder.iterdir())
    except OSError:  # may not be entered: no file of it becomes a source either
        return None
    return next((path for path in inside if path.name.lower() in SETTINGS), None)


def _read(file: Path) -> tuple[SourceCollection, str]:
    """Return the collection that a folder is, and what is wrong with its file, if anything is."""
    folder = file.parent
    said: Value = ""
    with contextlib.suppress(OSError, UnicodeDecodeError, SourceError), file.open("rb") as opened:
        said = parsed(opened.read(_LARGEST).decode("utf-8-sig")) or {}
    if not isinstance(said, dict):
        return _collection(folder.name, {}), "collection.yaml không đọc được."
    odd = [
        f"{key}: {said[key]!s:.40}"
        for key, known in (("audience", _AUDIENCES), ("add", _ADDERS))
        if key in said and _word(said[key]) not in known
    ]
    odd += [f"{key:.40}" for key in said if key not in {"title", "audience", "add"}]
    if odd:
        # Whoever wrote "audiance: public" meant something: until it is clear, less is shown.
        why = f"collection.yaml có mục không hiểu: {', '.join(odd[:3])}."
        return _collection(folder.name, {"title": said.get("title", "")}), why
    return _collection(folder.name, said), ""


def _collection(folder: str, said: Mapping[str, Value]) -> SourceCollection:
    title = said.get("title")
    words = " ".join(title.split()) if isinstance(title, str) else ""
    return SourceCollection(
        collection_id(folder),
        folder,
        words[:_LONGEST] or folder,
        public=_AUDIENCES.get(_word(said.get("audience", "")), False),
        open_to_members=_ADDERS.get(_word(said.get("add", "")), False),
    )


def _word(value: Value) -> str:
    return value.strip().lower() if isinstance(value, str) else ""
