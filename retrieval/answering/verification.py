"""Does an answer rest on its quotes? Nothing is shown that does not.

Owns the checks, pure. A quote that is not in its source to the character is dropped, never mended.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from retrieval.models import Quote

_log = logging.getLogger(__name__)


def verified(quote: Quote, stored: str) -> bool:
    """Return True if the words stand in the stored text exactly where the quote says."""
    return bool(quote.text.strip()) and stored[quote.start : quote.end] == quote.text


def verbatim(quotes: Iterable[Quote], stored: Mapping[str, str]) -> tuple[Quote, ...]:
    """Return the quotes that stand in `stored`, texts by source id; the others are logged."""
    kept = []
    for quote in quotes:
        if verified(quote, stored.get(quote.source.id, "")):
            kept.append(quote)
        else:
            _log.error("quote dropped, not in %s at %d", quote.source.id, quote.start)
    return tuple(kept)
