"""Answers as a Word document to take away: question, answer, quotes, full citations. Pure.

What comes in are entries of `queries.entry` and what is known of each quote's source; what goes out
is the file. A citation names the issuer, number and date of an official document, the article that
the quote stands in, the page that it was read on, and when the answer was given.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bot.review.rendering import local
from retrieval.models import OfficialField, Stated
from retrieval.text.legislation import NOWHERE, Provision, is_legislation, provision_after

Row = dict[str, Any]
StatedOf = Callable[[str], Sequence[Stated]]
"""Id of a source → what its form says of it."""
TextOf = Callable[[str, int, int, str], str]
"""(source id, start, end, words) → the stored text in which the words stand there, or nothing."""


def as_docx(
    entries: Sequence[Row], stated: StatedOf, text: TextOf, words: Mapping[str, str]
) -> bytes:
    """Return a document with the entries in their order; `words` are texts.takeaway."""
    from docx import Document  # a fifth of a second that only this needs
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(13)
    document.core_properties.title = words["title"]
    document.add_heading(words["title"], 0)
    for entry in entries:
        document.add_heading(_fit(entry["standalone"] or entry["question"]), 1)
        document.add_paragraph(words["asked"].format(when=local(entry["asked_at"])))
        for line in entry["answer"].splitlines():
            if line.strip():
                document.add_paragraph(_fit(line))
        for quote in entry["quoted"]:
            document.add_paragraph(f"“{_fit(quote['text'])}”", style="Intense Quote")
            stands = text(quote["source_id"], quote["start"], quote["end"], quote["text"])
            cited = full_citation(
                quote, stated(quote["source_id"]), provision(stands, quote["start"])
            )
            document.add_paragraph(_fit(cited))
    document.add_paragraph(words["foot"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def full_citation(quote: Row, stated: Sequence[Stated], place: Provision = NOWHERE) -> str:
    """Return where a quote stands: document, article, then title, publisher, day and address.

    >>> quote = {"title": "Toàn văn", "publisher": "Báo A", "date": None, "url": "http://a"}
    >>> said = [Stated(OfficialField.KIND, "Chỉ thị", 0, 1),
    ...         Stated(OfficialField.NUMBER, "35-CT/TW", 0, 1),
    ...         Stated(OfficialField.DATE, "2024-06-14", 0, 1),
    ...         Stated(OfficialField.ISSUER, "Bộ Chính trị", 0, 1)]
    >>> full_citation(quote, said, Provision("5", "2"))
    'Chỉ thị số 35-CT/TW ngày 14/06/2024 của Bộ Chính trị, Điều 5, khoản 2. Toàn văn. Báo A. http://a'
    """
    seen = ", ".join(filter(None, (quote["publisher"], _day(quote["date"]))))
    parts = (", ".join(filter(None, (_named(stated), str(place)))), quote["title"], seen)
    return " ".join([*(f"{part}." for part in parts if part), quote["url"] or ""]).strip()


def provision(text: str, at: int) -> Provision:
    """Return the article, clause and point of a document in force at a place of its text.

    >>> text = "Điều 1. Ai\\n1. Đảng viên.\\nĐiều 2. Nội dung\\n1. Học.\\n2. Nêu:\\na) Một."
    >>> str(provision(text, text.index("Một")))
    'Điều 2, khoản 2, điểm a'
    """
    if not is_legislation(text.splitlines()):
        return NOWHERE
    end = text.find("\n", at)
    return provision_after(text[: end if end >= 0 else len(text)].splitlines())


def _named(stated: Sequence[Stated]) -> str:
    """Return how an official document is cited; nothing where it has no number."""
    said = {one.field: one.value for one in reversed(stated)}
    if not (number := said.get(OfficialField.NUMBER)):
        return ""
    return "".join(_name(said, number))


def _name(said: Mapping[OfficialField, str], number: str) -> Iterator[str]:
    yield f"{said.get(OfficialField.KIND, 'Văn bản').capitalize()} số {number}"
    if day := _day(said.get(OfficialField.DATE)):
        yield f" ngày {day}"
    if issuer := said.get(OfficialField.ISSUER):
        yield f" của {issuer}"


def _day(written: str | None) -> str:
    return f"{date.fromisoformat(written):%d/%m/%Y}" if written else ""


def _fit(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
