"""/xemtep: what the program reads in a file that was sent, or in the file of a source.

Owns the command. Nothing is kept and nothing is indexed. Leaves to others: reading
(`retrieval.loading`), and the words (`bot.texts.inspection`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from telegram import Update

from bot.telegram.admin.add_source import downloaded
from bot.telegram.admin.authorization import Administrators, Context, Duty, Order
from bot.telegram.formatting import Part, compose_list
from bot.telegram.sending import send_parts
from bot.texts.inspection import inspection_lines, shortened_lines
from retrieval.loading.folder import read_alone, read_file, read_manifests
from retrieval.loading.official_head import read_head
from retrieval.models import Audience, Document, Source

_MOST_LINES = 60
_LONGEST_LINE = 160


class Inspecting:
    """The handler of /xemtep; `sources` blocks."""

    def __init__(
        self,
        administrators: Administrators,
        sources: Callable[[Audience], Sequence[Source]],
        folder: Path,
    ) -> None:
        self._administrators = administrators
        self._sources = sources
        self._folder = folder

    async def command(self, update: Update, context: Context) -> None:
        """Show what is read in the file that is meant, or how to name one."""
        order = await self._administrators.order(update, context, Duty.SOURCES)
        if order is None:
            return
        texts = order.texts.inspection
        (message_id,) = await send_parts(context.bot, order.target, [Part(texts.reading)])
        try:
            document = await self._meant(order)
        except Exception as error:
            parts = [Part(texts.refused.format(reason=order.reason(error)))]
        else:
            parts = [Part(texts.usage)] if document is None else _told(document, order)
        await send_parts(context.bot, order.target, parts, there={message_id: ""})

    async def _meant(self, order: Order) -> Document | None:
        """Return what the command means as it is read now; raises SourceError."""
        for message in filter(None, (order.message, order.message.reply_to_message)):
            if message.document:
                data = await downloaded(message.document)
                return await asyncio.to_thread(read_alone, data, message.document.file_name or "")
            if message.photo:
                return await asyncio.to_thread(read_alone, await downloaded(message.photo[-1]), "")
        return await asyncio.to_thread(self._read, order) if order.arguments else None

    def _read(self, order: Order) -> Document | None:
        sources = self._sources(order.audience)
        source = next((s for s in sources if s.id == order.arguments), None)
        if source is None:
            return None
        described = read_manifests(self._folder)[0].get(source.path, {})
        return read_file(self._folder / source.path, self._folder, described)


def _told(document: Document, order: Order) -> list[Part]:
    texts, head = order.texts.inspection, read_head(document.text)
    lines = inspection_lines(document, head.stated if head else (), texts)
    shown = shortened_lines(lines, texts, _MOST_LINES, _LONGEST_LINE)
    return compose_list(document.source.path, shown)
