"""Questions an hour, and at once: past that a notice, once an hour, and a line in the log."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.texts.texts import VIETNAMESE


async def test_past_the_allowance_of_a_person_a_notice_is_given_once(server, bot):
    await bot.starts(questions_per_person=2)
    lan, minh = server.person("Lan"), server.person("Minh")
    asked = [lan.writes(f"câu {n}") for n in range(5)]

    notice = await server.reply_to(asked[2])
    await server.reply_to(minh.writes("của Minh"))

    assert notice.text == VIETNAMESE.person_allowance.format(limit=2)
    assert [len(server.replies_to(said)) for said in asked] == [1, 1, 1, 0, 0]
    assert [q for q, _ in bot.assistant.asked] == ["câu 0", "câu 1", "của Minh"]
    assert sum(e.error == "turned away: person" for e in bot.log.latest(9)) == 3


async def test_an_hour_later_questions_are_taken_again(server, bot):
    lan = server.person("Lan")
    for number, minutes in enumerate((59, 61, 62)):
        when = datetime.now(UTC) - timedelta(minutes=minutes)
        old = bot.log.record(number, lan.user.id, None, lan.user.id, "Lan", number, "cũ", when)
        bot.log.fail(old, "một lỗi nào đó")
    await bot.starts(questions_per_person=2)

    await server.reply_to(lan.writes("mới"))
    await server.reply_to(lan.writes("quá"))

    assert [q for q, _ in bot.assistant.asked] == ["mới"]


async def test_the_allowance_of_a_chat_is_shared_by_all_in_it(server, bot):
    await bot.starts(questions_per_chat=1)
    hanoi, hue = server.group("Hà Nội"), server.group("Huế")
    lan, minh = server.person("Lan"), server.person("Minh")
    await server.reply_to(lan.says(hanoi, "/hoi một"))

    notice = await server.reply_to(minh.says(hanoi, "/hoi hai"))
    await server.reply_to(minh.says(hue, "/hoi ba"))

    assert notice.text == VIETNAMESE.chat_allowance.format(limit=1)
    assert [q for q, _ in bot.assistant.asked] == ["một", "ba"]


async def test_administrators_are_exempt(server, bot):
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    await bot.starts(questions_per_person=1, questions_per_chat=1, admin_ids=[hoa.user.id])

    for number in range(3):
        await server.reply_to(hoa.writes(f"câu {number}"))

    assert len(bot.assistant.asked) == 3


async def test_past_the_bound_of_the_queue_people_are_told_to_wait_once(server, bot):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts(questions_waiting=1)
    lan, minh = server.person("Lan"), server.person("Minh")
    slow = lan.writes("lâu")
    await server.until(lambda: bool(bot.assistant.asked))

    first, second = minh.writes("một"), minh.writes("hai")
    assert (await server.reply_to(first)).text == VIETNAMESE.busy
    bot.assistant.held["lâu"].set()
    await server.reply_to(slow)
    await server.reply_to(lan.writes("/help"))  # the answer before it is in the log by now
    await server.reply_to(minh.writes("ba"))

    assert server.replies_to(second) == []
    assert [q for q, _ in bot.assistant.asked] == ["lâu", "ba"]


async def test_an_edit_does_not_get_past_the_allowance(server, bot):
    await bot.starts(questions_per_person=1)
    lan = server.person("Lan")
    await server.reply_to(lan.writes("một"))
    turned_away = lan.writes("hai")
    await server.reply_to(turned_away)

    lan.edits(turned_away, "ba")
    await server.reply_to(server.person("Minh").writes("bốn"))

    assert [q for q, _ in bot.assistant.asked] == ["một", "bốn"]


async def test_an_hour_later_the_notice_is_given_again(server, bot):
    await bot.starts(questions_per_person=1)
    lan = server.person("Lan")
    for _ in range(2):
        await server.reply_to(lan.writes("một"))
        notice = await server.reply_to(lan.writes("hai"))
        silent = lan.writes("ba")
        await server.reply_to(lan.writes("/help"))

        assert notice.text == VIETNAMESE.person_allowance.format(limit=1)
        assert server.replies_to(silent) == []
        an_hour_passes(bot)


def an_hour_passes(bot):
    """Let all that is in the log have happened an hour earlier."""
    with bot.log.file.writing() as db:
        for statement in (
            "update exchanges set asked_at ="
            " strftime('%Y-%m-%dT%H:%M:%f+00:00', asked_at, '-61 minutes')",
            "update notices set told_at ="
            " strftime('%Y-%m-%dT%H:%M:%f+00:00', told_at, '-61 minutes')",
        ):
            db.execute(statement).close()
