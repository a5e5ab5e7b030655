"""An answer as rows of the log. Pure but for the time of day."""

from __future__ import annotations

import json

from bot.log_file import clean_text, now
from retrieval.documents import Answer, ModelUse, Quote
from retrieval.mentions import references_in
from retrieval.naming import name_of


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


def directive_rows(exchange_id: int, answer: Answer) -> list[dict[str, object]]:
    """Return the rows of `directives`: those that the question or its quotes speak of, by name."""
    said = [answer.question, answer.standalone, *(quote.text for quote in answer.quotes)]
    names = dict.fromkeys(name_of(reference) for reference in references_in("\n".join(said)))
    return [{"exchange_id": exchange_id, "name": name} for name in names]


def model_row(exchange_id: int, use: ModelUse, ms: float | None) -> dict[str, object]:
    """Return the row of `model_uses` for one question put to the model."""
    dropped = [{"sentence": sentence, "reason": reason} for sentence, reason in use.dropped]
    return {
        "exchange_id": exchange_id,
        "used_at": now(),
        "model": use.name,
        "raw": clean_text(use.raw),
        "dropped": clean_text(json.dumps(dropped, ensure_ascii=False)),
        "prompt_tokens": use.prompt_tokens,
        "completion_tokens": use.completion_tokens,
        "ms": ms,
        "failure": use.failure,
    }
