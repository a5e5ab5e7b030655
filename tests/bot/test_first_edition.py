"""An office moves from the first edition: over a state that it really made, and back again.

`tests/data/first_edition.py` tells how that edition made the archive.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import tarfile
from contextlib import asynccontextmanager, closing
from datetime import datetime

import pytest
from botapi.messages import Sent
from botapi.people import Person, Place
from botapi.server import BotApiServer
from botapi.world import Chat, Topic, User
from command import command
from dotenv import dotenv_values
from processes import ROOT
from sqlite_utils import Database

from bot.bootstrap import open_session
from bot.log.instance import only_instance
from bot.log.migrations import migrate, open_log
from bot.log.upgrades import KEPT_FOR, UpgradeFault, drop_old_upgrades, upgrades
from bot.settings import Settings
from bot.telegram.application import application_of
from bot.telegram.lifecycle import serving
from bot.texts.texts import VIETNAMESE

MOVED = VIETNAMESE.admin.upgrade["done"].partition("\n")[0]
COMMANDS = (
    *("start", "help", "moi", "new", "tinhtrang", "status", "vanban", "nguon", "them", "xoanguon"),
    *("reload", "hoantac", "nhatky", "logs", "thongke", "stats", "xuat", "export"),
    *("chuatraloi", "unanswered", "quyenriengtu", "privacy", "xoadulieu", "forget_me"),
)
"""All that the first edition had, beside /hoi and /ask."""
LAST = ("xoa:giam-sat", "xoa:10003:1", "hoantac:")
"""What takes something away that other buttons need is pressed last."""


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory):
    made = tmp_path_factory.mktemp("first")
    with tarfile.open(ROOT / "tests/data/first_edition.tar.xz") as archive:
        archive.extractall(made, filter="data")
    return made


@pytest.fixture
def office(unpacked, engine, tmp_path):
    """The folder of the office, nobody at work; tests run in it, as `chidan` does."""
    shutil.copytree(unpacked, tmp_path, dirs_exist_ok=True)
    (tmp_path / "articles").rename(tmp_path / "sources")
    shutil.copytree(engine, tmp_path / "state" / "engine", copy_function=os.link)
    return tmp_path


@pytest.fixture
def told(office):
    return json.loads((office / "telegram.json").read_text(encoding="utf-8"))


@pytest.fixture
async def server(told):
    """The Telegram of the office: its chats, with the messages and buttons that stand there."""
    async with BotApiServer() as server:
        world = server.world
        world.next_update, world.next_number = told["next_update"], told["next_number"]
        for number, name in told["users"]:
            world.users.setdefault(number, User(number, name))
        for known in told["chats"]:
            chat = Chat(known["id"], known["type"], known["title"], known["is_forum"])
            chat.next_id = known["next_id"]
            chat.members = {int(member): of for member, of in known["members"].items()}
            chat.topics = {number: Topic(number, name) for number, name in known["topics"]}
            chat.messages = {message["message_id"]: message for message in known["messages"]}
            world.chats[chat.id] = chat
        yield server
    assert server.unplanned == []


def person(server, told, name) -> Person:
    return Person(server.world, server.world.users[told["people"][name]])


@pytest.fixture
def start(office, server):
    """Starts this edition over the state, as `chidan run` does."""

    @asynccontextmanager
    async def started():
        places = {"sources_dir": office / "sources", "state_dir": office / "state"}
        settings = Settings(
            _env_file=office / ".env",
            telegram_base_url=server.base_url,
            retention_days=10**5,
            **places,
        )
        with open_session(settings) as session:
            index = session.index
            await asyncio.to_thread(index.start, lambda done, total: None, lambda words: None)
            async with serving(application_of(session), grace=2.0):
                yield session

    return started


def rows(log):
    """Table → its columns and rows, of the tables that people wrote into."""
    with closing(sqlite3.connect(f"{log.resolve().as_uri()}?mode=ro", uri=True)) as db:
        tables = [row[0] for row in db.execute("select name from sqlite_master where type='table'")]
        tables = [name for name in tables if not name.startswith(("sqlite_", "_sqlite", "exchang"))]
        return {name: _table(db, name) for name in [*tables, "exchanges"]}


def _table(db, name, columns="*"):
    found = db.execute(f'select {columns} from "{name}" order by rowid')  # noqa: S608
    return [column[0] for column in found.description], found.fetchall()


async def test_everything_is_kept_and_the_administrator_is_told_once(
    office, told, server, start, caplog
):
    before = rows(office / "state" / "logs.db")
    hoa = person(server, told, "hoa")

    for _ in range(2):
        async with start():
            await server.until(
                lambda: any(m.text.startswith(MOVED) for m in server.sent(hoa.private)), "a word"
            )
            await server.reply_to(hoa.writes("/tinhtrang"))

    with closing(sqlite3.connect(office / "state" / "logs.db")) as db:
        for name, (columns, found) in before.items():
            if name != "notices":
                assert _table(db, name, ", ".join(f'"{c}"' for c in columns))[1] == found, name
    assert len(before["exchanges"][1]) > 3000
    words = [message.text for message in server.sent(hoa.private)]
    assert sum(text.startswith(MOVED) for text in words) == 1
    assert "3004 lượt hỏi" in caplog.text
    (upgrade,) = upgrades(office / "state")
    kept = upgrade.folder(office / "state")
    assert rows(kept / "logs.db") == before
    assert {path.name for path in kept.iterdir()} >= {"logs.db", "index.db", "upgrade.json"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.iterdir())


async def test_every_button_that_was_open_works_or_answers(office, told, server, start, caplog):
    lan, minh, hoa = (person(server, told, name) for name in ("lan", "minh", "hoa"))
    by_chat = {p.user.id: p for p in (lan, minh, hoa)}
    open_ = [
        (Sent(message), button["callback_data"])
        for chat in server.world.chats.values()
        for message in list(chat.messages.values())
        for button in Sent(message).buttons
    ]
    assert len({data.partition(":")[0] for _, data in open_}) >= 12
    last = [one for one in open_ if one[1].startswith(LAST)]
    answers = {}

    async def presses(some):
        for sent, data in some:
            query = by_chat.get(sent.chat_id, lan).presses(sent, data)
            await server.until(lambda q=query: server.world.callbacks[q] is not None, data)
            answers[data] = server.world.callbacks[query].get("text", "")

    async with start() as session:
        file = session.log.file
        await presses(one for one in open_ if one not in last)
        cast = file.rows("select vote, reason from votes where exchange_id > 3000")
        handed = file.number("select count(*) from handovers where exchange_id > 3000")
        await presses(last)
        own = "select count(*) from exchanges where person_id = ?"
        await server.until(lambda: not file.number(own, lan.user.id), "Lan's data to go")

    assert "an update failed" not in caplog.text
    assert {"vote": "down", "reason": "khac"} in cast
    assert handed == 1
    assert answers["them:co"] == VIETNAMESE.admin.draft_gone
    assert not (office / "sources" / "giam-sat.txt").exists()
    shown = [message.text for message in server.sent()]
    assert any("biểu dương 25 chi bộ" in text for text in shown), shown
    server.api.refused[:] = [
        refusal for refusal in server.api.refused if "exactly the same" not in refusal.description
    ]


async def test_a_conversation_goes_on_and_its_old_passages_are_shown(office, told, server, start):
    lan = person(server, told, "lan")
    group = next(chat for chat in server.world.chats.values() if chat.type == "group")
    answer = next(Sent(message) for message in group.messages.values() if Sent(message).buttons)

    async with start() as session:
        asked = lan.says(Place(server.world, group), "ở đâu?", reply_to=answer)
        await server.reply_to(asked)
        row = session.log.file.rows("select parent_id from exchanges order by id desc limit 1")[0]
        lan.presses(answer, answer.buttons[0]["callback_data"])
        passage = await _next(server, lambda text: "vượt chỉ tiêu" in text)

    assert row["parent_id"] is not None
    assert VIETNAMESE.passage_gone not in passage


async def _next(server, wanted):
    await server.until(lambda: any(wanted(m.text) for m in server.sent()), "a message")
    return next(m.text for m in server.sent() if wanted(m.text))


async def test_every_command_that_had_a_name_keeps_it(office, told, server, start):
    hoa = person(server, told, "hoa")

    async with start():
        for command in COMMANDS:
            asked = hoa.writes(f"/{command}")
            await server.until(lambda a=asked: _answered(server, a), command)
        documents = [m for m in server.sent(hoa.private) if m.json.get("document")]

    assert VIETNAMESE.unknown_command not in {message.text for message in server.sent()}
    assert documents


def _answered(server, asked):
    """Whether there is an answer: a reply, or what came after it in the private chat."""
    later = [m for m in server.sent() if m.chat_id == asked.chat_id]
    return bool(server.replies_to(asked)) or any(m.message_id > asked.message_id for m in later)


def test_every_name_and_value_of_the_old_settings_is_read(office):
    old = dotenv_values(office / ".env")
    settings = Settings(_env_file=office / ".env")

    assert {name.lower() for name in old} <= set(Settings.model_fields)
    read = settings.model_dump()
    for name, value in old.items():
        if value:
            found = read[name.lower()]
            secret = getattr(found, "get_secret_value", None)
            shown = secret() if secret else found
            shown = ",".join(map(str, shown)) if isinstance(shown, frozenset) else shown
            assert str(shown) in {value, f"{value}.0", str(value == "1")}, name


def test_rollback_returns_to_the_state_before(office, chidan_there):
    before = rows(office / "state" / "logs.db")
    assert MOVED not in chidan_there("doctor").stderr  # it changes nothing
    assert rows(office / "state" / "logs.db") == before
    pages = _dump(office / "state" / "index.db")
    assert MOVED in chidan_there("reload").stderr
    chidan_there("ask", "Năm 2024 thị xã Sông Lam kết nạp bao nhiêu đảng viên?")
    after = len(rows(office / "state" / "logs.db")["exchanges"][1])

    with only_instance(office / "state"):
        running = chidan_there("rollback-upgrade", "--yes")
    refused = chidan_there("rollback-upgrade", stdin=b"n\n")
    assert (running.returncode, refused.returncode) == (1, 1)
    assert "đang chạy" in running.stderr
    assert "1 lượt hỏi" in refused.stdout
    assert len(rows(office / "state" / "logs.db")["exchanges"][1]) == after

    returned = chidan_there("rollback-upgrade", stdin=b"y\n")

    assert returned.returncode == 0, returned.stderr
    assert rows(office / "state" / "logs.db") == before
    assert _dump(office / "state" / "index.db") == pages
    (upgrade,) = upgrades(office / "state")
    kept = upgrade.folder(office / "state") / "after" / "logs.db"
    assert len(rows(kept)["exchanges"][1]) == after
    assert chidan_there("rollback-upgrade", "--yes").returncode == 1
    assert MOVED in chidan_there("logs", "-n", "1").stderr
    assert len(upgrades(office / "state")) == 2


@pytest.fixture
def chidan_there(office):
    """The command line in the office."""
    return command(office)


def _dump(database):
    with closing(sqlite3.connect(database)) as db:
        return [*db.iterdump()]


def test_a_log_that_the_old_bot_still_uses_is_left_alone(office):
    log = office / "state" / "logs.db"
    before = rows(log)
    with closing(sqlite3.connect(log)) as bot:
        bot.execute("pragma journal_mode = wal").close()
        bot.execute("select count(*) from exchanges").close()
        with pytest.raises(UpgradeFault, match="dừng chương trình ấy"):
            open_log(log)

    assert rows(log) == before
    assert upgrades(office / "state") == []


def test_a_disk_without_room_for_the_copy_changes_nothing(office, monkeypatch):
    log = office / "state" / "logs.db"
    before = rows(log)
    monkeypatch.setattr(
        "bot.log.upgrades.shutil.disk_usage", lambda folder: type("Usage", (), {"free": 5})
    )

    with pytest.raises(UpgradeFault, match="dọn đĩa"):
        open_log(log)
    assert rows(log) == before


def test_the_copy_goes_after_four_weeks(office):
    open_log(office / "state" / "logs.db").close()
    (upgrade,) = upgrades(office / "state")
    kept = upgrade.folder(office / "state")
    moment = datetime.fromisoformat(upgrade.upgraded_at)

    drop_old_upgrades(office / "state", moment + KEPT_FOR)
    assert kept.exists()
    drop_old_upgrades(office / "state", moment + KEPT_FOR * 1.01)
    assert not kept.exists()


def test_thousands_of_rows_move_in_as_many_statements_as_a_few(office):
    """No statement is repeated for each row: what takes long would be seen at ten times as many."""

    def statements(log) -> int:
        counted = []
        with closing(sqlite3.connect(log)) as db:
            db.set_trace_callback(counted.append)
            migrate(Database(db))
        return len(counted)

    log, few = office / "state" / "logs.db", office / "few.db"
    shutil.copy(log, few)
    with closing(sqlite3.connect(few)) as db:
        db.execute("pragma foreign_keys = off")
        db.execute("delete from quotes where exchange_id > 10")
        db.execute("delete from votes where exchange_id > 10")
        db.execute("delete from exchanges where id > 10")
        db.commit()

    assert statements(log) == statements(few)
