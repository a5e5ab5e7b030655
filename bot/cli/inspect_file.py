"""`chidan inspect FILE`: what reading a file finds, before anything is indexed.

Owns the command's argument and its JSON. Leaves to others: reading (`retrieval.loading`), what the
lines of a text are (`retrieval.text.blocks`), and the words (`bot.texts.inspection`).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.output import WELL, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.models import Document, Stated


@click.command("inspect")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
@click.argument("file", type=click.Path(path_type=Path))
def inspect_file(file: Path, as_json: bool) -> int:
    """Cho xem máy đọc được gì từ một tệp: mô tả, từng khối văn bản, phần bị để ngoài."""
    from bot.cli.output import READING_PAGES, showing_progress
    from bot.texts.inspection import inspection_lines
    from retrieval.loading.folder import MANIFEST, read_file, read_manifests
    from retrieval.loading.official_head import read_head
    from retrieval.loading.worker import read_apart

    root = file.absolute().parent
    described = read_manifests(root)[0] if (root / MANIFEST).exists() else {}
    with showing_progress(sys.stderr, READING_PAGES) as on_page:
        read = partial(read_apart, on_page=on_page)
        document = read_file(root / file.name, root, described.get(file.name, {}), read)
    head = read_head(document.text)
    stated = head.stated if head else ()
    if as_json:
        print_json(_json(document, stated))
    else:
        sys.stdout.write("\n".join([*inspection_lines(document, stated), ""]))
    return WELL


def _json(document: Document, stated: Sequence[Stated]) -> dict[str, Any]:
    from bot.cli.json_output import official_json, source_json
    from retrieval.text.blocks import blocks_of

    text = document.text
    return {
        "source": source_json(document.source),
        "official": official_json(stated),
        "stated": [asdict(one) for one in stated],
        "kept": round(document.kept, 4),
        "warnings": list(document.warnings),
        "blocks": [
            {"kind": b.kind.value, "start": b.start, "end": b.end, "text": text[b.start : b.end]}
            for b in blocks_of(text)
        ],
        "left_out": list(document.left_out),
    }
