"""What is kept of people and for how long: the time limit, deletion on demand, pseudonyms.

An exchange that is stripped keeps its figures (when, what kind, how fast, which sources) and loses
question, answer, person, messages and whatever people or models wrote about it. Of what
administrators did, the deed and its time stay, and who did it goes. Deletion is real: SQLite
overwrites what is freed, the full-text index is merged without it, the WAL is emptied.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock
from sqlite_utils import Database

from bot.log.database import LogDatabase, now, owe_scrub, stamp
from retrieval.errors import ChidanError
from retrieval.store.permissions import make_private

PRIVATE = 0
"""The chat of a stripped exchange of a private chat, whose number would name the person."""
DELETED = "deleted"
"""The error of a question that was deleted before it was answered."""
NOBODY = 0
"""Who did what is too old to be held against anybody."""
_BATCH = 500
"""Exchanges that one transaction strips: nobody waits long for the write lock."""
_KEY_BYTES, _LONGEST_KEY = 32, hashlib.blake2b.MAX_KEY_SIZE
_KEY = "people.key"
_BELOW_CHATS = -(10**14)
"""Pseudonyms are nearly all below it, the numbers of chats, in whose name people write, above."""
_NEW_KEY = (
    "Hãy chép lại tệp từ bản sao lưu; nếu không có, hãy chạy `chidan logs new-key` để tạo khóa mới,"
    " khi đó bí danh cũ trong nhật ký không còn nối được với ai."
)


class KeyFault(ChidanError):
    """The key of the pseudonyms cannot be used; the message says what mends it."""


class Pseudonyms:
    """Stable numbers in place of people's ids, worthless without the key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, person_id: int) -> int:
        """Return a number of 62 bits for a person, negative as no person's id is."""
        digest = hashlib.blake2b(str(person_id).encode(), key=self._key, digest_size=8).digest()
        return -(int.from_bytes(digest) >> 2) - 1


def pseudonyms(state_dir: Path) -> Pseudonyms:
    """Return those of a state directory; the key is made once, readable by its owner alone.

    Raises KeyFault where the key is not whole: hashes without it would name people to anybody who
    tries their ids. So too where the log holds pseudonyms and the key is gone: under another one
    people could no longer find or delete what is theirs.
    """
    path = state_dir / _KEY
    try:
        make_private(state_dir)
        if not path.exists():
            with FileLock(state_dir / "people.lock"):
                if not path.exists():
                    if _has_pseudonyms(state_dir / "logs.db"):
                        raise KeyFault(
                            f"Không thấy khóa bí danh {path}, mà nhật ký đã có bí danh. {_NEW_KEY}"
                        )
                    _write_key(path)
        key = path.read_bytes()
    except OSError as error:
        raise KeyFault(
            f"Không dùng được khóa bí danh {path} ({error.strerror}). Hãy kiểm tra quyền và đĩa."
        ) from error
    if not _KEY_BYTES <= len(key) <= _LONGEST_KEY:
        raise KeyFault(
            f"Khóa bí danh {path} hỏng: {len(key)} byte thay vì {_KEY_BYTES}. {_NEW_KEY}"
        )
    return Pseudonyms(key)


def renew_key(state_dir: Path) -> Path | None:
    """Make a new key of the pseudonyms; return where the old one was put, None if there was none.

    Raises KeyFault where nothing can be written.
    """
    path = state_dir / _KEY
    old = path.with_name(f"{_KEY}.{datetime.now(UTC):%Y%m%d-%H%M%S}")
    try:
        with FileLock(state_dir / "people.lock"):
            had_one = path.exists()
            if had_one:
                path.rename(old)
            _write_key(path)
        make_private(state_dir)
    except OSError as error:
        raise KeyFault(f"Chưa tạo được khóa bí danh {path} ({error.strerror}).") from error
    return old if had_one else None


def _has_pseudonyms(log: Path) -> bool:
    """Return True if the log in that file names people by pseudonyms; a broken log by nothing."""
    if not log.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{log.resolve().as_uri()}?mode=ro", uri=True)) as db:
            sql = "select exists(select 1 from people where id < ?)"
            return bool(db.execute(sql, (_BELOW_CHATS,)).fetchone()[0])
    except sqlite3.Error:
        return False


def _write_key(path: Path) -> None:
    """Write a new key; the file appears whole or not at all. Raises OSError."""
    half = path.with_suffix(".new")
    with half.open("wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name of the file, which would be lost with the power
    finally:
        os.close(folder)


def expire(file: LogDatabase, days: int) -> int:
    """Strip what is older than so many days; return how many exchanges and deeds.

    A scrub that a kill cut short, whoever owed it, is made up for.
    """
    before = stamp(datetime.now(UTC) - timedelta(days=days))
    stripped = 0
    old = "asked_at < ? and (question <> '' or person_id is not null) limit ?"
    while True:
        with file.writing() as db:
            batch = _ids(db, old, before, _BATCH)
            _strip(db, batch)
        if not batch:
            break
        stripped += len(batch)
    with file.writing() as db:
        if unnamed := _unname_deeds(db, "done_at < ?", before):
            owe_scrub(db)
        stripped += unnamed
    if file.owes_scrub:
        with file.writing() as db:
            _drop_people_without_exchanges(db)
        file.scrub()
    return stripped


def forget(file: LogDatabase, person_id: int, *, is_admin: bool = False) -> int:
    """Delete what the log holds of a person; return how many of their exchanges were stripped.

    Whoever still is an administrator goes on answering for what they did. What waits for an answer
    will not be answered. Blocks until nothing is left in the files.
    """
    known = file.person(person_id)
    with file.writing() as db:
        # Looked up inside: what is asked a moment before must not be left without its person.
        ids = _ids(db, "person_id = ? or chat_id in (?, ?)", known, person_id, known)
        db.table("remembered_questions").delete_where(
            "exchange_id in (select value from json_each(?))", [str(ids)]
        )
        for at in range(0, len(ids), _BATCH):
            _strip(db, ids[at : at + _BATCH])
        for table in ("votes", "handovers", "asking", "troubles"):
            db.table(table).delete_where("person_id = ?", [known])
        for table, column in (("notices", "about"), ("prompts", "chat_id")):
            db.table(table).delete_where(f"{column} in (?, ?)", [person_id, known])
        if not is_admin:
            db.table("answer_prompts").delete_where("chat_id in (?, ?)", [person_id, known])
            db.table("official_answers").delete_where(
                "place in (?, ?) or person_id = ?", [person_id, known, person_id]
            )
            _unname_deeds(db, "person_id in (?, ?)", person_id, known)
            db.execute(
                "update remembered set author = '', person_id = null where person_id in (?, ?)",
                (person_id, known),
            ).close()
            db.execute("update reviews set person_id = null where person_id = ?", (known,)).close()
            db.table("grants").delete_where("subject in (?, ?)", [person_id, known])
            for table, column in (("grants", "given_by"), ("invitations", "made_by")):
                db.execute(
                    f"update {table} set {column} = {NOBODY} where {column} in (?, ?)",
                    (person_id, known),
                ).close()
            db.execute(
                "update confirmations set person_id = null where person_id = ?", (known,)
            ).close()
            db.execute(
                "update corrections set chat_id = null where chat_id in (?, ?)", (person_id, known)
            ).close()
        db.table("people").delete_where("id = ?", [known])
        owe_scrub(db)
    file.scrub()
    return len(ids)


def is_pseudonym(chat_id: int) -> bool:
    """Return whether a chat's number is a pseudonym, or nothing: nobody can be written to there."""
    return chat_id == PRIVATE or chat_id < _BELOW_CHATS


def is_deleted(db: Database, exchange_id: int) -> bool:
    """Return whether a question was deleted before its answer was written."""
    sql = "select 1 from exchanges where id = ? and error = ?"
    return bool(db.execute(sql, (exchange_id, DELETED)).fetchall())


def veil(file: LogDatabase) -> None:
    """Put pseudonyms in the place of people's ids and names that were logged before there were any.

    A private chat's number follows once its questions are a day old: until then it is needed to
    answer, to follow up and to take votes.
    """
    before = stamp(datetime.now(UTC) - timedelta(days=1))
    with file.writing() as db:
        doers = " union ".join(
            f"select person_id from {table} where person_id > 0"
            for table in ("deeds", "reviews", "remembered", "confirmations", "troubles")
        )
        people = _numbers(db, f"select id from people where id > 0 union {doers}")
        for person in people:
            _veil_person(db, person, file.person(person))
        places = sum(
            _veil_places(db, table, column, file.person)
            for table, column in (
                ("prompts", "chat_id"),
                ("asking", "chat_id"),
                ("answer_prompts", "chat_id"),
                ("official_answers", "place"),
                ("notices", "about"),
                ("grants", "subject"),
                ("grants", "given_by"),
                ("invitations", "made_by"),
                (f"exchanges where asked_at < '{before}'", "chat_id"),
            )
        )
        if people or places:
            owe_scrub(db)
    if file.owes_scrub:
        file.scrub()


def _veil_places(db: Database, rows: str, column: str, veil: Callable[[int], int]) -> int:
    """Put pseudonyms in the place of private chats; `rows` is a table, or some of its rows."""
    table, _, where = rows.partition(" where ")
    only = f" and {where}" if where else ""
    found = _numbers(db, f"select distinct {column} from {table} where {column} > 0{only}")
    for number in found:
        db.execute(
            f"update or replace {table} set {column} = ? where {column} = ?{only}",
            (veil(number), number),
        ).close()
    return len(found)


def _numbers(db: Database, sql: str) -> list[int]:
    return [row[0] for row in db.execute(sql).fetchall()]


def _veil_person(db: Database, person: int, veiled: int) -> None:
    db.execute("insert or ignore into people(id, name) values (?, '')", (veiled,)).close()
    names = {"deeds": ", person_name = ''", "remembered": ", author = ''"}
    unnamed = ("exchanges", "votes", "handovers", "asking", "reviews", "confirmations", "troubles")
    for table in (*unnamed, *names):
        name = names.get(table, "")
        db.execute(
            f"update or replace {table} set person_id = ?{name} where person_id = ?",
            (veiled, person),
        ).close()
    db.execute("delete from people where id = ?", (person,)).close()


def _ids(db: Database, where: str, *values: object) -> list[int]:
    return [row[0] for row in db.execute(f"select id from exchanges where {where}", values)]


def _strip(db: Database, ids: list[int]) -> None:
    these = f"({', '.join(map(str, ids))})"
    if ids:
        owe_scrub(db)
    for statement in (
        "update exchanges set question = '', standalone = null, understood = null, answer = null,"
        " person_id = null,"
        " sending_at = null, message_id = null, topic_id = null, forgotten = 1, parent_id = null,"
        " language = '',"
        f" chat_id = case when chat_id > 0 then {PRIVATE} else chat_id end,"
        f" error = case when finished_at is null then '{DELETED}' when error is not null then"
        " substr(error, 1, instr(error || '(', '(') - 1) end,"
        f" finished_at = coalesce(finished_at, '{now()}') where id in {these}",
        f"update exchanges set parent_id = null where parent_id in {these}",
        f"update quotes set text = '' where exchange_id in {these}",
        f"update remembered_questions set exchange_id = null where exchange_id in {these}",
        f"update votes set person_id = -rowid, words = null where exchange_id in {these}",
        f"update verdicts set note = '', must = '' where exchange_id in {these}",
        *(
            f"delete from {table} where exchange_id in {these}"
            for table in (
                "replies",
                "handovers",
                "prompts",
                "asking",
                "answer_prompts",
                "official_answers",
                "reviews",
                "model_uses",
                "directives",
                "corrected_quotes",
                "correction_deliveries",
            )
            if db.table(table).exists()
        ),
    ):
        db.execute(statement).close()


def _unname_deeds(db: Database, where: str, *values: object) -> int:
    """Take the names off deeds; return of how many."""
    sql = f"update deeds set person_id = {NOBODY}, person_name = '' where person_id <> {NOBODY}"
    return db.execute(f"{sql} and {where}", values).rowcount


def _drop_people_without_exchanges(db: Database) -> None:
    db.execute(
        "delete from people where id not in (select person_id from exchanges where person_id"
        " is not null) and id not in (select person_id from votes)"
    ).close()
