"""The shape of `logs.db`: its numbered changes in order, and opening the file with all of them.

Applied changes are never edited.
Reading and writing rows is `log.exchanges`'s.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from bot.log import migrations
from bot.log.upgrades import LOG, has_earlier, keeping_earlier
from retrieval.errors import ChidanError
from retrieval.store.permissions import make_private


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


def m017_refusal(db: Database) -> None:
    """Why a question was not answered (`retrieval.models.RefusalReason`); older rows have none."""
    db.table("exchanges").add_column("refusal", str)


def m018_owed_scrubs(db: Database) -> None:
    """That something was deleted and may still stand in the full-text index or in the WAL."""
    db.execute("create table owed_scrubs(since text not null)").close()


def m019_verdicts(db: Database) -> None:
    """What reviewers judged of answers, and what a right one would quote."""
    db.execute(
        """create table verdicts(
            exchange_id integer not null references exchanges(id),
            reviewer text not null,
            verdict text not null,
            note text not null,
            must text not null,
            decided_at text not null,
            primary key (exchange_id, reviewer)
        )"""
    ).close()
    db.execute("create index verdicts_at on verdicts(decided_at)").close()


def m020_remembered(db: Database) -> None:
    """Answers of administrators for whoever asks the same later, and what they rest on."""
    db.execute(
        """create table remembered(
            id integer primary key,
            official_id integer unique,
            words text not null,
            author text not null,
            person_id integer,
            written_at text not null,
            withdrawn_at text,
            withdrawn_by integer
        )"""
    ).close()
    db.execute(
        """create table remembered_questions(
            id integer primary key,
            answer_id integer not null references remembered(id) on delete cascade,
            exchange_id integer,
            question text not null
        )"""
    ).close()
    db.execute(
        """create table remembered_sources(
            answer_id integer not null references remembered(id) on delete cascade,
            source_id text not null,
            fingerprint text not null,
            primary key(answer_id, source_id)
        )"""
    ).close()
    db.table("remembered_questions").create_index(["answer_id"])
    db.table("remembered_questions").create_index(["exchange_id"])
    db.table("exchanges").add_column("remembered_id", int)


def m021_understood(db: Database) -> None:
    """How a question was understood: {"steps": [[stage, text], …], "choices": [text, …]}."""
    db.table("exchanges").add_column("understood", str)


def m022_model_faults(db: Database) -> None:
    """Of an answer without the model's words why, as a kind; the tokens of the second call."""
    db.table("model_uses").add_column("fault", str, not_null_default="")
    db.table("model_uses").add_column("judging_tokens", int, not_null_default=0)


def m023_corrections(db: Database) -> None:
    """Answers that are no longer right (`log.corrections`), and who was told."""
    for statement in (
        """create table correction_looks(
            id integer primary key check (id = 1),
            uid text not null,
            generation integer not null,
            verdicts_until text not null
        )""",
        """create table corrections(
            id integer primary key,
            found_at text not null,
            state text not null,
            decided_at text,
            chat_id integer,
            message_id integer
        )""",
        """create table corrected_quotes(
            correction_id integer not null references corrections(id) on delete cascade,
            exchange_id integer not null references exchanges(id),
            rank integer not null,
            cause text not null,
            quoted text not null,
            before text not null,
            now text not null,
            now_title text not null,
            primary key (exchange_id, rank, cause, before, now)
        )""",
        """create table correction_deliveries(
            correction_id integer not null references corrections(id) on delete cascade,
            exchange_id integer not null references exchanges(id),
            reached text not null,
            sending_at text,
            primary key (correction_id, exchange_id)
        )""",
        "create index corrected_quotes_of on corrected_quotes(correction_id)",
        "create index correction_deliveries_of on correction_deliveries(exchange_id)",
    ):
        db.execute(statement).close()


def m024_followed(db: Database) -> None:
    """Pages that are fetched again, what is proposed of them, and when sources were confirmed.

    The pages that `/them` added before are followed too.
    """
    for statement in (
        """create table confirmations(
            path text primary key,
            confirmed_at text not null,
            person_id integer
        )""",
        """create table followed_pages(
            path text primary key,
            url text not null,
            etag text not null default '',
            modified text not null default '',
            digest text not null default '',
            differs integer not null default 0,
            is_gone integer not null default 0,
            failures integer not null default 0,
            due_at text not null
        )""",
        """create table page_proposals(
            id integer primary key autoincrement,
            path text not null unique,
            kind text not null,
            url text not null,
            text text not null,
            found_at text not null
        )""",
        "create index followed_pages_due on followed_pages(due_at)",
        """insert or ignore into followed_pages(path, url, due_at)
            select subject, outcome, done_at from deeds where deed = 'them'
            and (outcome like 'http://%' or outcome like 'https://%')
            and subject like '%.md' and instr(subject, ', ') = 0 order by id desc""",
    ):
        db.execute(statement).close()


def m025_subscriptions(db: Database) -> None:
    """Feeds and folders that are followed, and what they brought."""
    for statement in (
        """create table subscriptions(
            id integer primary key autoincrement,
            address text not null unique,
            title text not null,
            rule text not null,
            etag text not null default '',
            modified text not null default '',
            failures integer not null default 0,
            due_at text not null
        )""",
        """create table subscription_items(
            id integer primary key autoincrement,
            subscription_id integer not null references subscriptions(id) on delete cascade,
            key text not null,
            stamp text not null,
            title text not null,
            url text not null,
            kind text not null,
            state text not null,
            path text not null default '',
            unique (subscription_id, key, stamp)
        )""",
    ):
        db.execute(statement).close()


def m026_rights(db: Database) -> None:
    """What people and groups were given, links that give, and whose eyes an answer was for.

    `audience` is a JSON list of collections, ["*"] for all there are; null where only what is
    public was looked at, as in all that was answered before.
    """
    for statement in (
        """create table grants(
            subject integer not null,
            role text not null,
            collection text not null,
            name text not null,
            given_by integer not null,
            given_at text not null,
            primary key (subject, role, collection)
        )""",
        """create table invitations(
            digest text primary key,
            role text not null,
            collection text not null,
            made_by integer not null,
            expires_at text not null,
            used_at text
        )""",
        """create trigger deeds_stay before delete on deeds
        begin select raise(abort, 'deeds are never deleted'); end""",
        """create trigger deeds_as_done before update of done_at, deed, subject, outcome on deeds
        begin select raise(abort, 'deeds are never changed'); end""",
    ):
        db.execute(statement).close()
    db.table("exchanges").add_column("audience", str)
    db.table("remembered").add_column("audience", str)


def m027_troubles(db: Database) -> None:
    """What is wrong with the bot and since when, for each administrator, until the end is told."""
    db.execute(
        """create table troubles(
            person_id integer not null,
            kind text not null,
            subject text not null,
            told_of text not null,
            began_at text not null,
            told_at text,
            ended_at text,
            primary key (person_id, kind, subject)
        )"""
    ).close()


def m028_page_users(db: Database) -> None:
    """Which collections the reviewers of the log's pages, named in the settings, may see."""
    db.execute(
        """create table page_users(
            user text not null,
            collection text not null,
            given_at text not null,
            primary key (user, collection)
        )"""
    ).close()


BUSY_MS = 30_000
"""How long a writer waits for one of another process."""
MIGRATIONS = Migrations("chidan-logs")
for _change in (
    migrations.m001_exchanges,
    migrations.m002_quotes,
    migrations.m003_replies,
    migrations.m004_sending,
    migrations.m005_threads,
    migrations.m006_people_say,
    migrations.m007_places,
    migrations.m008_deeds,
    migrations.m009_full_text,
    migrations.m010_review,
    migrations.m011_model_uses,
    migrations.m012_answer_prompts,
    migrations.m013_digests,
    migrations.m014_directives,
    migrations.m015_once,
    migrations.m016_official_answers,
    migrations.m017_refusal,
    migrations.m018_owed_scrubs,
    migrations.m019_verdicts,
    migrations.m020_remembered,
    migrations.m021_understood,
    migrations.m022_model_faults,
    migrations.m023_corrections,
    migrations.m024_followed,
    migrations.m025_subscriptions,
    migrations.m026_rights,
    migrations.m027_troubles,
    migrations.m028_page_users,
):
    MIGRATIONS()(_change)


class LogFault(ChidanError):
    """The log cannot be opened."""


class LogTooNew(ChidanError):
    """The log was written by a newer version of the program."""


def open_log(path: Path) -> Database:
    """Open the log for writing from any thread, made where it is missing, its tables up to date.

    Of one that an earlier edition wrote, the state before is kept (`log.upgrades`).
    Raises LogFault when the file cannot be used, LogTooNew when a newer program wrote it,
    UpgradeFault when an earlier one did and its state cannot be kept.
    """
    try:
        make_private(path.parent)
        with keeping_earlier(path, _known()):
            database = _connected(path)
            migrate(database)
    except (OSError, sqlite3.Error) as error:
        raise LogFault(
            f"Không mở được nhật ký {path} ({error}); chưa ghi gì, "
            "hãy kiểm tra quyền ghi và dung lượng đĩa."
        ) from error
    return database


def bring_forward(state_dir: Path) -> None:
    """Take over the log of an earlier edition, if it is one, and keep the index beside it too.

    For those who open the index first. Raises as `open_log`.
    """
    if has_earlier(state_dir / LOG, _known()):
        open_log(state_dir / LOG).close()


def _connected(path: Path) -> Database:
    database = Database(sqlite3.connect(path, timeout=BUSY_MS / 1000, check_same_thread=False))
    database.enable_wal()
    # Deleted text leaves the file for good.
    for pragma in ("secure_delete = on", "foreign_keys = on", "synchronous = full"):
        database.execute(f"pragma {pragma}").close()
    return database


def _known() -> set[str]:
    """Return the names of all changes of this program."""
    return {migration.name for migration in MIGRATIONS.pending(Database(memory=True))}


def migrate(database: Database) -> None:
    """Bring the log's tables up to date; several processes may do so at once.

    Raises LogTooNew when the log knows migrations that this version does not.
    """
    if unknown := {applied.name for applied in MIGRATIONS.applied(database)} - _known():
        raise LogTooNew(
            f"Nhật ký logs.db do phiên bản mới hơn tạo ra ({', '.join(sorted(unknown))}); "
            "dữ liệu được giữ nguyên, hãy cập nhật chương trình."
        )
    if not MIGRATIONS.pending(database):
        return
    # The lock first: a second process then finds nothing pending instead of half a table.
    database.execute("begin immediate")
    try:
        MIGRATIONS.apply(database)
    except BaseException:
        database.rollback()
        raise
    database.commit()
