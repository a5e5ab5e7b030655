"""Sections of a page that a program writes, each between its own markers."""

from __future__ import annotations

import re
from pathlib import Path


def put_section(page: Path, name: str, heading: str, body: str) -> None:
    """Put `body` under `heading` into `page`; what stood between the markers of `name` goes."""
    begin, end = f"<!-- {name}: written by benchmarks -->", f"<!-- end of {name} -->"
    section = f"{begin}\n## {heading}\n\n{body.strip()}\n{end}"
    text = page.read_text(encoding="utf-8") if page.exists() else "# Quality, measured\n"
    old = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if old.search(text):
        text = old.sub(lambda _: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.write_text(text, encoding="utf-8")
