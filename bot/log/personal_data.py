"""Everything the log keeps about one person, for that person: values, JSON, a page to read.

What is deleted on demand (`retention.forget`) is what is shown here, so that nobody has to ask what
that would be. Strangers' names do not stand in it: votes of others on the person's questions are
left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from bot.log.database import LogDatabase

Row = dict[str, Any]
OWN_ROWS: Mapping[str, str] = {
    "votes": "person_id = :known",
    "handovers": "person_id = :known",
    "asking": "person_id = :known",
    "troubles": "person_id = :known",
    "deeds": "person_id in (:person, :known)",
    "reviews": "person_id = :known",
    "notices": "about in (:person, :known)",
    "prompts": "chat_id in (:person, :known)",
    "answer_prompts": "chat_id in (:person, :known)",
    "official_answers": "place in (:person, :known) or person_id in (:person, :known)",
    "corrections": "chat_id in (:person, :known)",
    "confirmations": "person_id = :known",
    "remembered": "person_id in (:person, :known)",
    "grants": "subject in (:person, :known)",
}
"""Table → which of its rows are about a person; exchanges and what hangs on them come beside."""
PER_EXCHANGE = ("quotes", "replies", "model_uses", "directives", "corrected_quotes")
"""Tables whose rows belong to an exchange: its author's too."""


def personal_rows(file: LogDatabase, person_id: int) -> dict[str, list[Row]]:
    """Return table → rows about a person, all of one moment; tables without any are left out."""
    values = {"person": person_id, "known": file.person(person_id)}
    own = "select id from exchanges where person_id = :known or chat_id in (:person, :known)"
    wanted = {
        "people": "id = :known",
        "exchanges": f"id in ({own})",
        **dict.fromkeys(PER_EXCHANGE, f"exchange_id in ({own})"),
        **OWN_ROWS,
    }
    found: dict[str, list[Row]] = {}
    with file.reading() as db:
        there = set(db.table_names())
        for table, where in wanted.items():
            if table not in there:
                continue
            rows = db.execute(f'select * from "{table}" where {where} order by rowid', values)
            names = [column[0] for column in rows.description]
            if kept := [dict(zip(names, row, strict=True)) for row in rows]:
                found[table] = kept
    return found


def as_json(rows: Mapping[str, list[Row]]) -> bytes:
    """Return everything as one object of JSON, indented, in UTF-8."""
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def as_page(rows: Mapping[str, list[Row]], words: Mapping[str, str]) -> bytes:
    """Return everything as a page of HTML that needs nothing else; `words` are texts.own_data."""
    title = words["title"]
    head = Markup(
        "<!DOCTYPE html><html><meta charset='utf-8'><title>{0}</title>"
        "<meta name='viewport' content='width=device-width'><style>"
        "body{{max-width:46rem;margin:1rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}}"
        "dt{{font-weight:bold}}dd{{margin:0 0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere}}"
        "blockquote{{border-left:4px solid #b5121b;margin:.5rem 0;padding:0 1rem}}"
        "section{{border-top:1px solid #ccc;padding:.5rem 0}}</style><h1>{0}</h1>"
    ).format(title)
    return str(head + Markup("").join(_sections(rows, words))).encode()


def _sections(rows: Mapping[str, list[Row]], words: Mapping[str, str]) -> Iterator[Markup]:
    quotes = rows.get("quotes", [])
    for exchange in rows.get("exchanges", []):
        shown = [
            Markup("<dt>{}</dt><dd>{}</dd>").format(words[name], exchange[name])
            for name in ("asked_at", "question", "standalone", "answer")
            if exchange[name]
        ]
        said = [
            Markup("<blockquote>“{}” — {}</blockquote>").format(quote["text"], quote["title"])
            for quote in quotes
            if quote["exchange_id"] == exchange["id"]
        ]
        yield Markup("<section><dl>{}</dl>{}</section>").format(
            Markup("").join(shown), Markup("").join(said)
        )
    for table, found in rows.items():
        if table in ("exchanges", "quotes"):
            continue
        lines = Markup("").join(
            Markup("<dd>{}</dd>").format(
                " · ".join(f"{name}: {value}" for name, value in row.items() if value is not None)
            )
            for row in found
        )
        yield Markup("<section><dl><dt>{}</dt>{}</dl></section>").format(
            escape(words.get(table, table)), lines
        )
