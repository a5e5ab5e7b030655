"""/quyenriengtu and /xoadulieu in Telegram, and the daily round of the time limit."""

import json
from datetime import UTC, datetime, timedelta

from bot.log.exchanges import Conversations
from bot.log.personal_data import OWN_ROWS
from bot.review.queries import Filter, find
from bot.texts.texts import VIETNAMESE


def questions(bot) -> list[str]:
    return [row["question"] for row in find(bot.log.file, Filter())]


def data(sent) -> list[str]:
    return [button["callback_data"] for button in sent.buttons]


async def test_what_is_kept_is_told(server, bot):
    await bot.starts(retention_days=90)
    lan, sam = server.person("Lan"), server.person("Sam", language="en")

    told = await server.reply_to(lan.writes("/quyenriengtu"))
    english = await server.reply_to(sam.writes("/privacy"))

    assert "Sau 90 ngày" in told.text
    assert VIETNAMESE.people_named in told.text
    assert "/forget_me" in english.text


async def test_a_persons_own_is_deleted_after_a_yes_of_that_person(server, bot):
    await bot.starts()
    hanoi, lan, mai = server.group("Hà Nội"), server.person("Lan"), server.person("Mai")
    await server.reply_to(lan.says(hanoi, "/hoi Câu của Lan?"))
    await server.reply_to(mai.says(hanoi, "/hoi Câu của Mai?"))

    asked = await server.reply_to(lan.says(hanoi, "/xoadulieu"))
    yes, _ = data(asked)
    strange = mai.presses(asked, yes)
    await server.until(lambda: server.world.callbacks[strange] is not None)
    assert questions(bot) == ["Câu của Mai?", "Câu của Lan?"]
    lan.presses(asked, yes)
    await server.until(lambda: asked.text.startswith("Đã xóa"), "deletion")

    assert asked.text == VIETNAMESE.deleted.format(count=1)
    assert len(asked.text.splitlines()) == 1
    assert questions(bot) == ["Câu của Mai?", ""]


async def test_a_no_deletes_nothing(server, bot):
    await bot.starts()
    lan = server.person("Lan")
    await server.reply_to(lan.writes("Câu của Lan?"))

    asked = await server.reply_to(lan.writes("/xoadulieu"))
    lan.presses(asked, data(asked)[1])
    await server.until(lambda: asked.text == VIETNAMESE.kept, "no")

    assert questions(bot) == ["Câu của Lan?"]


async def test_the_time_limit_is_kept_from_the_start(server, bot):
    long_ago = datetime.now(UTC) - timedelta(days=31)
    exchange = bot.log.record(None, 7, None, 7, "Lan", 1, "Câu xưa?", long_ago)
    bot.log.fail(exchange, "hỏng")

    await bot.starts(retention_days=30)

    await server.until(lambda: questions(bot) == [""], "stripping")


async def test_a_person_is_given_everything_kept_and_nothing_of_others(server, bot):
    await bot.starts()
    hanoi, lan, mai = server.group("Hà Nội"), server.person("Lan"), server.person("Mai")
    await server.reply_to(lan.says(hanoi, "/hoi Câu của <Lan>?"))
    await server.reply_to(mai.says(hanoi, "/hoi Câu của Mai?"))
    await server.reply_to(lan.writes("/help"))

    told = await server.reply_to(lan.says(hanoi, "/dulieu"))

    page, values = list(server.world.files.values())[-2:]
    rows = json.loads(values[1])
    assert told.text == VIETNAMESE.own_data_sent
    assert [row["question"] for row in rows["exchanges"]] == ["Câu của <Lan>?"]
    assert rows["people"][0]["name"] == "Lan"
    assert "Câu của &lt;Lan&gt;?" in page[1].decode()
    assert "Mai" not in values[1].decode()
    assert (page[0], values[0]) == ("du-lieu.html", "du-lieu.json")


async def test_who_never_asked_is_told_that_nothing_is_kept(server, bot):
    await bot.starts()

    told = await server.reply_to(server.person("Lan").writes("/dulieu"))

    assert told.text == VIETNAMESE.no_own_data


def test_whatever_names_a_person_is_given(tmp_path):
    """Every table that has a column for a person or a chat is one that /dulieu looks at."""
    with Conversations(tmp_path / "logs.db") as log, log.file.reading() as db:
        naming = {
            table.name
            for table in db.tables
            if {"person_id", "chat_id", "place", "about"} & set(table.columns_dict)
        }

    assert naming - {"exchanges"} <= set(OWN_ROWS)
