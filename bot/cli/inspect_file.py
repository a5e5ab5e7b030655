"""`chidan inspect FILE`: what reading a file finds, before anything is indexed.

Owns the command's argument and what it prints. Leaves to others: reading (`retrieval.loading`) and
what the lines of a text are (`retrieval.text.blocks`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.output import LEFT_OUT, WELL, print_json

if TYPE_CHECKING:
    from retrieval.models import Document


@click.command("inspect")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
@click.argument("file", type=click.Path(path_type=Path))
def inspect_file(file: Path, as_json: bool) -> int:
    """Cho xem máy đọc được gì từ một tệp: mô tả, từng khối văn bản, phần bị để ngoài."""
    from retrieval.loading.folder import MANIFEST, read_file, read_manifests

    root = file.absolute().parent
    described = read_manifests(root)[0] if (root / MANIFEST).exists() else {}
    document = read_file(root / file.name, root, described.get(file.name, {}))
    if as_json:
        print_json(_json(document))
    else:
        sys.stdout.write("\n".join([*_lines(document), ""]))
    return WELL


def _json(document: Document) -> dict[str, Any]:
    from bot.cli.json_output import source_json

    return {
        "source": source_json(document.source),
        "kept": round(document.kept, 4),
        "warnings": list(document.warnings),
        "blocks": [
            {"kind": kind, "start": start, "end": end, "text": document.text[start:end]}
            for kind, start, end in _blocks(document.text)
        ],
        "left_out": list(document.left_out),
    }


def _blocks(text: str) -> list[tuple[str, int, int]]:
    from retrieval.text.blocks import blocks_of

    return [(block.kind.value, block.start, block.end) for block in blocks_of(text)]


def _lines(document: Document) -> list[str]:
    source = document.source
    day = source.date.isoformat() if source.date else ""
    about = (
        ("Tiêu đề", source.title),
        ("Nơi đăng", source.publisher),
        ("Ngày", day),
        ("Địa chỉ", source.url),
        ("Giữ được", f"{document.kept:.0%} số từ"),
    )
    lines = [f"{name}: {value or '(không rõ)'}" for name, value in about]
    lines += [f"⚠ {warning}" for warning in document.warnings]
    kinds = {
        "heading": "tiêu đề mục",
        "announcement": "câu dẫn",
        "item": "mục liệt kê",
        "paragraph": "đoạn",
    }
    lines.append("")
    for kind, start, end in _blocks(document.text):
        lines.append(f"[{kinds.get(kind, kind)} {start}–{end}] {document.text[start:end]}")
    if document.left_out:
        lines += ["", LEFT_OUT, *document.left_out]
    return lines
