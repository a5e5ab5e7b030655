"""The word lists and tables of the folder `data`: UTF-8, an entry a line, cells parted by tabs.

Empty lines and remarks, which begin with `#`, are left out. What an entry means is told by the
module that reads it, and in data/README.md.
"""

from pathlib import Path

_DATA = Path(__file__).parents[2] / "data"


def word_list(name: str) -> list[str]:
    """Return the entries of `data/name`; OSError if there is no such file.

    >>> "Hà Nội" in word_list("places.txt")
    True
    """
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def word_table(name: str) -> list[list[str]]:
    """Return the cells of each entry of `data/name`; OSError if there is no such file.

    >>> ["party cell", "chi bộ"] in word_table("glossary.tsv")
    True
    """
    return [line.split("\t") for line in word_list(name)]
