"""Of several copies of one text the best is quoted, and the others are named under the quote.

Owns moving a quote to where its words stand in the best copy. Which sources are copies of each
other, and which is the best, `store.near_duplicates` says. Blocking.
"""

from __future__ import annotations

from dataclasses import replace

from retrieval.models import Quote
from retrieval.store.near_duplicates import group_of
from retrieval.store.reader import Snapshot


def in_best_copy(snap: Snapshot, quote: Quote) -> tuple[Quote, str]:
    """Return `quote` from the best source that holds its words, and the text of that source.

    The others that hold them are added to `also`. ("" for the text where there are no copies.)
    """
    holding = []
    for source in group_of(snap, quote.source.id):
        text = snap.text(source.id)
        at = quote.start if source.id == quote.source.id else text.find(quote.text)
        if at >= 0:
            holding.append((source, at, text))
    if len(holding) < 2:
        return quote, ""
    best, at, text = holding[0]
    others = [source for source, _, _ in holding[1:]]
    known = {source.id for source in (best, *others)}
    also = (*others, *(source for source in quote.also if source.id not in known))
    moved = replace(quote, source=best, start=at, end=at + len(quote.text), also=also)
    return moved, text
