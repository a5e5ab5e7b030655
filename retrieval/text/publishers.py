"""Publishers by name, where a page says no more than its site or its agency's mark.

Owns the table `data/publishers.tsv`. What a source says stays as it is; people read the name. Pure.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parents[2] / "data" / "publishers.tsv"


@cache
def publishers() -> dict[str, str]:
    """Return the names of publishers by their site and by the mark they put before their news."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def publisher_name(said: str) -> str:
    """Return the name of a publisher, or what is said of it where no name is known.

    >>> publisher_name("nhandan.vn"), publisher_name("VOV.VN"), publisher_name("Báo Hoa Mai")
    ('Báo Nhân Dân', 'Đài Tiếng nói Việt Nam', 'Báo Hoa Mai')
    """
    known = publishers()
    return known.get(said) or known.get(said.lower(), said)
