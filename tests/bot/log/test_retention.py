"""What is kept and no more: the time limit, deletion down to the bytes, pseudonyms, backups."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from scripted import found

from bot.access import Access
from bot.log.audit import AuditLog, Who
from bot.log.deliveries import Deliveries
from bot.log.exchanges import Conversations
from bot.log.notices import Notices
from bot.log.retention import expire, forget, pseudonyms, veil
from bot.log.threads import Threads
from bot.log.unanswered import Unanswered
from bot.log.votes import Vote, Votes
from bot.quotas import Limits, QuestionQuota
from bot.review.queries import Filter, entry, find

NOW = datetime.now(UTC)
HIDDEN = "zqxbímậtzqx"
LAN, MAI = 700000000007, 800000000008


@pytest.fixture
def log(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        yield log


def ask(log, question=f"hỏi {HIDDEN}", *, person=LAN, name="Lan zqxtênzqx", chat=-5, days=0):
    moment = NOW - timedelta(days=days)
    exchange = log.record(None, chat, None, person, name, 11, question, moment)
    log.finish(exchange, found(question), [12])
    return exchange


def bytes_of(folder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def traces(folder) -> list[str]:
    """What of the secret stands in the files, whole or folded as the full-text index keeps it."""
    files = bytes_of(folder)
    return [trace for trace in (HIDDEN, "zqx", "bimat", "Lan zqx") if trace.encode() in files]


def test_the_secret_is_seen_where_it_is_not_deleted(log, tmp_path):
    ask(log)

    assert traces(tmp_path) == [HIDDEN, "zqx", "bimat", "Lan zqx"]


def test_what_a_person_asks_to_forget_is_in_no_file(log, tmp_path):
    for _ in range(3):
        exchange = ask(log)
    ask(log, "câu khác", person=MAI, name="Mai")
    Votes(log.file).explain(exchange, LAN, words=f"vì {HIDDEN}")
    Votes(log.file).hand_over(exchange, LAN)
    with log.file.writing() as db:
        use = {"used_at": "", "model": "m", "dropped": "", "failure": "", "exchange_id": exchange}
        use |= {"prompt_tokens": 1, "completion_tokens": 1, "raw": f"nghĩ về {HIDDEN}"}
        db.table("model_uses").insert(use)
    assert entry(log.file, exchange)["model"][0]["raw"] == f"nghĩ về {HIDDEN}"
    waiting = log.record(None, LAN, None, LAN, "Lan", 5, f"chờ {HIDDEN}", NOW)

    assert forget(log.file, LAN) == 4

    assert traces(tmp_path) == []
    assert str(LAN).encode() not in bytes_of(tmp_path)
    assert log.pending(timedelta(minutes=10)) == []
    assert log.question(waiting).question == ""
    assert [row["question"] for row in find(log.file, Filter(kind="answer"))] == [
        "câu khác", "", "", "",
    ]  # fmt: skip
    assert find(log.file, Filter(search="zqxbimatzqx")) == []
    assert Threads(log.file).before(ask(log)) == []


def test_an_open_reader_does_not_hinder_it(log, tmp_path):
    ask(log)
    with closing(sqlite3.connect(tmp_path / "logs.db")) as reader:
        reader.execute("select * from exchanges").fetchall()
        forget(log.file, LAN)

    assert traces(tmp_path) == []


def test_what_is_old_loses_person_and_text_and_keeps_its_figures(log, tmp_path):
    old = ask(log, days=366)
    ask(log, "mới", person=MAI, name="Mai", days=364)
    Votes(log.file).explain(old, MAI, words=f"dở {HIDDEN}")

    assert (expire(log.file, 365), expire(log.file, 365)) == (1, 0)

    stripped = find(log.file, Filter())[1]
    assert (stripped["question"], stripped["person"], stripped["person_id"]) == ("", "", None)
    assert (stripped["kind"], stripped["quotes"], stripped["down"]) == ("answer", 1, 1)
    assert traces(tmp_path) == []
    assert find(log.file, Filter())[0]["question"] == "mới"


def test_what_is_deleted_while_its_answer_is_made_stays_deleted(log, tmp_path):
    asked = log.record(None, -5, None, LAN, "Lan zqxtênzqx", 11, f"hỏi {HIDDEN}", NOW)
    Deliveries(log).leaving(asked)
    forget(log.file, LAN)
    Deliveries(log).arrived(asked, 12, "")
    log.finish(asked, found(f"hỏi {HIDDEN}"), [12])

    assert traces(tmp_path) == []
    assert (find(log.file, Filter())[0]["kind"], Deliveries(log).reopen(asked)) == ("error", None)
    assert log.file.rows("select * from replies") == []


def deeds(log) -> list[tuple[int, str, str]]:
    rows = log.file.rows("select person_id, person_name, subject from deeds order by id")
    return [tuple(row.values()) for row in rows]


def test_deeds_outlive_who_did_them(log, tmp_path):
    AuditLog(log.file).note(Who(LAN, "Lan zqxtênzqx"), "xoanguon", "cũ")
    with log.file.writing() as db:
        db.execute("drop trigger deeds_as_done")
        db.execute("update deeds set done_at = ?", ((NOW - timedelta(days=366)).isoformat(),))
    AuditLog(log.file).note(Who(LAN, "Lan"), "xoanguon", "mới")

    assert (expire(log.file, 365), expire(log.file, 365)) == (1, 0)

    assert deeds(log) == [(0, "", "cũ"), (LAN, "Lan", "mới")]
    assert traces(tmp_path) == []


def test_an_administrator_of_before_is_forgotten_in_the_deeds_too(log, tmp_path):
    AuditLog(log.file).note(Who(LAN, "Lan zqxtênzqx"), "reload")
    asked = ask(log, "câu của Mai", person=MAI, name="Mai")
    Unanswered(log.file, lambda texts: pytest.fail("no question is compared")).close(
        [asked], "done", LAN
    )

    forget(log.file, LAN, is_admin=True)
    assert deeds(log) == [(LAN, "Lan zqxtênzqx", "")]
    forget(log.file, LAN)

    assert deeds(log) == [(0, "", "")]
    assert traces(tmp_path) == []
    assert str(LAN).encode() not in bytes_of(tmp_path)
    assert LAN.to_bytes(6) not in bytes_of(tmp_path)


def test_pseudonyms_stand_in_place_of_ids_and_names(tmp_path):
    (tmp_path / "log").mkdir()
    with Conversations(tmp_path / "log" / "logs.db", pseudonyms(tmp_path)) as log:
        exchange = ask(log)
        ask(log, "riêng", chat=LAN, days=2)
        Votes(log.file).cast(exchange, LAN, Vote.UP)
        doing = AuditLog(log.file)
        doing.note(doing.doer(LAN, "Lan zqxtênzqx"), "reload")
        assert str(doing.doer(LAN, "Lan zqxtênzqx")) == "quản trị viên (Telegram)"
        veil(log.file)

        files = bytes_of(tmp_path / "log")
        assert LAN.to_bytes(6) not in files
        assert b"zqxt" not in files
        assert len({row["person_id"] for row in find(log.file, Filter())}) == 1
        one_a_person = QuestionQuota(log.file, Limits(person=1), Access())
        assert one_a_person.asked_by(LAN) == 1
        admin = QuestionQuota(log.file, Limits(person=1), Access(admin_ids=frozenset({LAN})))
        asked = log.question(ask(log))
        assert (one_a_person.exceeded_by(asked), admin.exceeded_by(asked)) == ("person", None)
        assert forget(log.file, LAN) == 3


def test_what_was_logged_by_name_is_veiled_once_pseudonyms_are_wanted(tmp_path):
    (tmp_path / "log").mkdir()
    path = tmp_path / "log" / "logs.db"
    with Conversations(path) as log:
        exchange = ask(log)
        Votes(log.file).explain(exchange, LAN, words="thiếu")
        Votes(log.file).hand_over(exchange, LAN)
        AuditLog(log.file).note(Who(LAN, "Lan zqxtênzqx"), "reload")
        Votes(log.file).ask_for_words(exchange, LAN, LAN, 5)
        Votes(log.file).about_to_ask(exchange, LAN, LAN)
        Notices(log.file).is_due(LAN, "weekly")
    with Conversations(path, pseudonyms(tmp_path)) as log:
        Votes(log.file).cast(exchange, LAN, Vote.UP)
        veil(log.file)
        assert Votes(log.file).asked_for_by(LAN, 5, None) == exchange
        assert not Notices(log.file).is_due(LAN, "weekly")
        Votes(log.file).ask_for_words(exchange, LAN, LAN, 6)

        files = bytes_of(tmp_path / "log")
        assert LAN.to_bytes(6) not in files
        assert "zqxtên".encode() not in files
        votes = log.file.rows("select vote from votes")
        assert (len(votes), deeds(log)) == (1, [(log.file.person(LAN), "", "")])
        assert forget(log.file, LAN) == 1


def test_the_key_is_kept_and_is_its_owners_alone(tmp_path):
    first, again = pseudonyms(tmp_path), pseudonyms(tmp_path)

    assert first(LAN) == again(LAN) < 0
    assert first(LAN) != first(MAI)
    assert (tmp_path / "people.key").stat().st_mode & 0o777 == 0o600
