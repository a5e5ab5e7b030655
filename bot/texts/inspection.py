"""What reading made of a file, in words: for the terminal and for chats. Pure.

Owns the order of what is told: what is known of the file, the fields of an official document,
warnings, blocks with their offsets, and what was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.texts.texts import VIETNAMESE, InspectionTexts
from retrieval.models import Document, Stated
from retrieval.text.blocks import blocks_of


def inspection_lines(
    document: Document,
    stated: Sequence[Stated],
    texts: InspectionTexts = VIETNAMESE.admin.inspection,
) -> list[str]:
    """Return what is to be said of a file, line by line."""
    lines = [*_known(document, texts)]
    lines += [f"{texts.fields[one.field]}: {one.value}" for one in stated]
    lines += [f"⚠ {warning}" for warning in document.warnings]
    lines.append("")
    for block in blocks_of(document.text):
        kind = texts.blocks.get(block.kind, block.kind)
        words = document.text[block.start : block.end]
        lines.append(f"[{kind} {block.start}–{block.end}] {words}")
    if document.left_out:
        lines += ["", texts.left_out, *document.left_out]
    return lines


def shortened_lines(
    lines: Sequence[str], texts: InspectionTexts, most: int, longest: int
) -> list[str]:
    """Return the first lines, none longer than a chat bears, and how many more there are."""
    shown = [line if len(line) <= longest else f"{line[: longest - 1]}…" for line in lines[:most]]
    more = len(lines) - len(shown)
    return [*shown, texts.more.format(count=more)] if more else shown


def _known(document: Document, texts: InspectionTexts) -> Iterator[str]:
    source = document.source
    day = source.date.isoformat() if source.date else ""
    known = {"title": source.title, "publisher": source.publisher, "date": day, "url": source.url}
    known["kept"] = texts.kept.format(share=document.kept)
    for fact, value in known.items():
        yield f"{texts.facts[fact]}: {value or texts.unknown}"
    if source.read_by_machine:
        yield f"⚠ {VIETNAMESE.read_by_machine}"
