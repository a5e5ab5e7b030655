"""The changes to `logs.db` that reviewing needed, as numbered functions: deeds, full text, indexes.

Their order is `migrations.py`'s; an applied one is never edited.
"""

from __future__ import annotations

from sqlite_utils import Database


def m008_deeds(db: Database) -> None:
    """What administrators did to the sources and the index."""
    db.table("deeds").create(
        {
            "id": int,
            "done_at": str,
            "person_id": int,
            "person_name": str,
            "deed": str,
            "subject": str,
            "outcome": str,
        },
        pk="id",
        not_null={"done_at", "person_id", "deed"},
    )


def m009_full_text(db: Database) -> None:
    """Questions and answers by their words, in lower case and without diacritics.

    The tokenizer drops every diacritic but the stroke of đ. Triggers keep it, so that whatever
    writes the log, with whatever program, is found.
    """
    plain = "replace(replace({}, 'đ', 'd'), 'Đ', 'd')"
    question = plain.format("e.question || ' ' || coalesce(e.standalone, '')")
    answer = plain.format(
        "coalesce(e.answer, '') || ' ' || coalesce("
        "(select group_concat(text, ' ') from quotes where exchange_id = e.id), '')"
    )
    add = (
        "insert into exchanges_fts(rowid, question, answer)"
        f" select e.id, {question}, {answer} from exchanges e"
    )
    db.execute(
        "create virtual table exchanges_fts using fts5("
        "question, answer, tokenize = 'unicode61 remove_diacritics 2')"
    )
    db.execute(add)
    for table, event, row in (
        ("exchanges", "insert", "new.id"),
        ("exchanges", "update of question, standalone, answer", "new.id"),
        ("exchanges", "delete", "old.id"),
        ("quotes", "insert", "new.exchange_id"),
        ("quotes", "update of text", "new.exchange_id"),
        ("quotes", "delete", "old.exchange_id"),
    ):
        db.execute(
            f"create trigger {table}_{event.split()[0]}_fts after {event} on {table} begin"
            f" delete from exchanges_fts where rowid = {row}; {add} where e.id = {row}; end"
        )


def m010_review(db: Database) -> None:
    """What reviewers made of questions, and indexes for what they look up."""
    db.table("reviews").create(
        {"exchange_id": int, "state": str, "person_id": int, "reviewed_at": str, "words": str},
        pk="exchange_id",
        not_null={"state", "reviewed_at"},
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
    db.table("votes").create_index(["vote", "voted_at"])
    db.execute("create index exchanges_slow on exchanges(total_ms) where total_ms is not null")
    db.execute("create index exchanges_errors on exchanges(asked_at) where error is not null")
    db.execute("create index exchanges_person on exchanges(person_id, asked_at)")


def m011_model_uses(db: Database) -> None:
    """What the chat model was asked for: its text as it came, what was dropped and why, tokens."""
    for statement in (
        """create table model_uses(
            id integer primary key,
            exchange_id integer not null references exchanges(id) on delete cascade,
            used_at text not null,
            model text not null,
            raw text not null,
            dropped text not null,
            prompt_tokens integer not null,
            completion_tokens integer not null,
            ms real,
            failure text not null
        )""",
        "create index model_uses_exchange on model_uses(exchange_id)",
        "create index model_uses_at on model_uses(used_at)",
    ):
        db.execute(statement).close()


def m012_answer_prompts(db: Database) -> None:
    """What asks an administrator for the answer to a question."""
    db.table("answer_prompts").create(
        {"chat_id": int, "message_id": int, "exchange_id": int},
        pk=("chat_id", "message_id"),
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )


def m014_directives(db: Database) -> None:
    """The directives that a question, or what was quoted for it, speaks of."""
    db.table("directives").create(
        {"exchange_id": int, "name": str},
        pk=("exchange_id", "name"),
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
    db.table("directives").create_index(["name"])


def m016_official_answers(db: Database) -> None:
    """What administrators answered, until it has reached everybody who asked.

    `place` is the chat as the log names it, `chat_id` and `person_id` are what Telegram needs.
    """
    db.execute(
        """create table official_answers(
            id integer primary key,
            place integer not null,
            message_id integer not null,
            exchange_id integer not null references exchanges(id),
            chat_id integer,
            person_id integer,
            person_name text not null,
            language text not null,
            words text not null,
            deliveries text not null default '{}',
            written_at text not null,
            finished_at text,
            unique(place, message_id)
        )"""
    ).close()
