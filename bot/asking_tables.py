"""The changes to `logs.db` that asking, answering and voting needed, as numbered functions.

Their order is `migrations.py`'s; an applied one is never edited.
"""

from __future__ import annotations

from sqlite_utils import Database


def m001_exchanges(db: Database) -> None:
    """Questions with their answers, who asked, what was quoted, and the messages of the reply."""
    db.table("people").create({"id": int, "name": str}, pk="id")
    db.table("exchanges").create(
        {
            "id": int,
            "update_id": int,
            "chat_id": int,
            "topic_id": int,
            "person_id": int,
            "message_id": int,
            "question": str,
            "asked_at": str,
            "recorded_at": str,
            "finished_at": str,
            "standalone": str,
            "kind": str,
            "answer": str,
            "nearest_source_id": str,
            "confidence": float,
            "total_ms": float,
            "timings_ms": str,
            "error": str,
        },
        pk="id",
        not_null={"question", "asked_at", "recorded_at"},
        foreign_keys=[("person_id", "people", "id")],
    )
    exchanges = db.table("exchanges")
    exchanges.create_index(["update_id"], unique=True)
    exchanges.create_index(["chat_id", "topic_id", "person_id"])
    exchanges.create_index(["asked_at"])
    exchanges.create_index(["kind", "asked_at"])
    # Finished rows stay out of it, so the look at the start costs nothing in a log of any size.
    db.execute("create index exchanges_unfinished on exchanges(asked_at) where finished_at is null")


def m002_quotes(db: Database) -> None:
    """What was quoted under each answer: the words themselves, whatever becomes of the source."""
    db.table("quotes").create(
        {
            "exchange_id": int,
            "rank": int,
            "source_id": str,
            "path": str,
            "title": str,
            "publisher": str,
            "date": str,
            "url": str,
            "start": int,
            "end": int,
            "text": str,
        },
        pk=("exchange_id", "rank"),
        not_null={"source_id", "start", "end", "text"},
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
    db.table("quotes").create_index(["source_id"])


def m003_replies(db: Database) -> None:
    """The messages that an answer was sent as, to find it again from a reply or a button."""
    db.table("replies").create(
        {"exchange_id": int, "message_id": int},
        pk=("exchange_id", "message_id"),
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
    db.table("replies").create_index(["message_id"])


def m004_sending(db: Database) -> None:
    """When the reply left: a process killed after that does not answer again."""
    db.table("exchanges").add_column("sending_at", str)


def m005_threads(db: Database) -> None:
    """What a question follows, how often it was edited, and the language it is answered in."""
    exchanges = db.table("exchanges")
    for column, kind in (
        ("parent_id", int),
        ("forgotten", int),
        ("revision", int),
        ("edited_at", str),
        ("language", str),
    ):
        default = None if column in {"parent_id", "edited_at"} else (0 if kind is int else "")
        exchanges.add_column(column, kind, not_null_default=default)
    exchanges.create_index(["chat_id", "message_id"])


def m006_people_say(db: Database) -> None:
    """Votes with their reasons, questions handed to the administrators, and what asks for words."""
    db.table("votes").create(
        {
            "exchange_id": int,
            "person_id": int,
            "vote": str,
            "reason": str,
            "words": str,
            "voted_at": str,
        },
        pk=("exchange_id", "person_id"),
        not_null={"vote", "voted_at"},
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
    db.table("handovers").create(
        {"exchange_id": int, "person_id": int, "handed_at": str},
        pk="exchange_id",
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
    db.table("prompts").create(
        {"chat_id": int, "message_id": int, "exchange_id": int},
        pk=("chat_id", "message_id"),
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )


def m007_places(db: Database) -> None:
    """Groups that became supergroups, and what has been told where."""
    db.table("moved_chats").create({"old_id": int, "new_id": int}, pk="old_id")
    db.table("notices").create(
        {"about": int, "kind": str, "said": str, "told_at": str},
        pk=("about", "kind"),
        not_null={"said", "told_at"},
    )


def m013_digests(db: Database) -> None:
    """What each message of a reply reads, so that one that reads so already is not edited."""
    db.table("replies").add_column("digest", str, not_null_default="")


def m015_once(db: Database) -> None:
    """What is done at most once, also when an update comes again after a kill."""
    db.table("answered_queries").create(
        {"id": str, "answered_at": str}, pk="id", not_null={"answered_at"}
    )
    db.execute("create index answered_queries_at on answered_queries(answered_at)").close()
    db.table("asking").create(
        {"chat_id": int, "person_id": int, "exchange_id": int, "asked_at": str},
        pk=("chat_id", "person_id"),
        not_null={"exchange_id", "asked_at"},
        foreign_keys=[("exchange_id", "exchanges", "id")],
    )
