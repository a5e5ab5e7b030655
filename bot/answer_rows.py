"""An answer as rows of the log. Pure but for the time of day."""

from __future__ import annotations

import json

from bot.log_file import now
from retrieval.documents import Answer, Quote


def answer_row(answer: Answer) -> dict[str, object]:
    """Return the columns of `exchanges` that an answer fills."""
    spent = answer.timings_ms
    return {
        "finished_at": now(),
        "standalone": answer.standalone,
        "kind": answer.kind,
        "answer": answer.lead,
        "nearest_source_id": answer.nearest.id if answer.nearest else None,
        "confidence": answer.confidence,
        "total_ms": spent.get("total", sum(spent.values())),
        "timings_ms": json.dumps(dict(spent)),
        "error": None,
    }


def quote_row(exchange_id: int, rank: int, quote: Quote) -> dict[str, object]:
    """Return the row of `quotes` for a quote of an answer; the best has rank 1."""
    source = quote.source
    return {
        "exchange_id": exchange_id,
        "rank": rank,
        "source_id": source.id,
        "path": source.path,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "url": source.url,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
    }
