"""What was quoted under an answer, from the log, and the words around it. No Telegram here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.log_file import LogFile
from retrieval.documents import Quote, Source, Span

REACH = 700
"""Characters shown on either side of a quote."""
LONGEST = 3000
"""Characters shown of the quote itself, and of everything."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A version of a source, and whether it is the one that is searched now."""

    text: str
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A piece of a stored text with the quote in it: `text[quote.start:quote.end]`."""

    text: str
    quote: Span


def quotes_of(file: LogFile, exchange_id: int) -> list[Quote]:
    """Return the quotes of an answer as they were given, best first."""
    rows = file.rows("select * from quotes where exchange_id = ? order by rank", exchange_id)
    return [
        Quote(
            Source(
                row["source_id"],
                row["path"] or "",
                row["title"] or "",
                row["publisher"] or "",
                date.fromisoformat(row["date"]) if row["date"] else None,
                row["url"] or "",
            ),
            row["start"],
            row["end"],
            row["text"],
        )
        for row in rows
    ]


def around(stored: str, quote: Span) -> Surroundings:
    """Return the quote with whole words around it; "…" stands where the text goes on.

    >>> around("abc " * 400 + "Đây.", Span(1600, 1604)).text.endswith("abc Đây.")
    True
    """
    end = min(quote.end, quote.start + LONGEST)
    reach = min(REACH, (LONGEST + 2 * REACH - (end - quote.start)) // 2)
    before = _from_a_word(stored[max(0, quote.start - reach) : quote.start], quote.start > reach)
    after = stored[end : end + reach]
    if end + reach < len(stored):
        after = f"{after.rsplit(maxsplit=1)[0] if ' ' in after.strip() else after} …"
    return Surroundings(
        f"{before}{stored[quote.start : end]}{after}",
        Span(len(before), len(before) + end - quote.start),
    )


def _from_a_word(before: str, cut: bool) -> str:
    """Return text that begins with a whole word, marked where something stood before it."""
    if not cut:
        return before.lstrip()
    words = before.split(maxsplit=1)
    return f"… {words[1] if len(words) > 1 and before[:1].strip() else before.lstrip()}"
