"""What administrators hand in, as drafts: the page behind an address, a document, an archive.

Owns: getting the bytes and turning them into drafts, naming what cannot be one. Leaves to others:
limits and formats (`retrieval`), and what people are shown (`adding`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from telegram import Document, Message, MessageEntity
from telegram.error import TelegramError

from retrieval.archives import documents_in
from retrieval.drafts import Draft, draft_of
from retrieval.errors import SourceError
from retrieval.fetching import fetch
from retrieval.formats import MAX_BYTES

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What was handed in; at least one draft."""

    drafts: tuple[Draft, ...]
    refused: tuple[tuple[str, str], ...] = ()
    """Names of other documents in the archive, and why they are none."""


async def from_address(url: str, open_hosts: Collection[str]) -> Found:
    """Return what is at `url` as drafts; raises SourceError."""
    page = await fetch(url, open_hosts)
    name = unquote(PurePosixPath(urlsplit(page.url).path).name)
    return await asyncio.to_thread(_drafts, page.data, name, page.url, page.is_html)


async def from_document(document: Document) -> Found:
    """Return what was sent as drafts; raises SourceError."""
    if (document.file_size or 0) > MAX_BYTES:
        raise SourceError(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB.")
    try:
        file = await document.get_file()
        data = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        _log.warning("document not downloaded: %s", error)
        raise SourceError(f"Không tải được tệp từ Telegram ({error.message}).") from error
    return await asyncio.to_thread(_drafts, data, document.file_name or "")


def address_in(message: Message) -> str:
    """Return the first web address in a message, "" where there is none."""
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    found = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return next((entity.url or words for entity, words in found.items()), "")


def _drafts(data: bytes, name: str, url: str = "", is_html: bool = False) -> Found:
    drafts: list[Draft] = []
    refused: list[tuple[str, str]] = []
    for inner, content in documents_in(data, name):
        try:
            drafts.append(draft_of(content, inner, url=url, is_html=is_html))
        except SourceError as error:
            refused.append((inner, str(error)))
    if not drafts:
        raise SourceError("; ".join(f"{inner}: {reason}" for inner, reason in refused[:3]))
    return Found(tuple(drafts), tuple(refused))
