"""A chat's administrators decide about that chat, also anonymously; about nothing beyond it."""

import pytest

from bot.texts.texts import ENGLISH, VIETNAMESE


@pytest.fixture
async def hanoi(server, bot):
    """A group in which Minh has asked something, and the bot of Hoa."""
    bot.hoa = server.person("Hoa")
    bot.hoa.writes("/start")  # or she could not be written to
    await bot.starts(admin_ids=[bot.hoa.user.id])
    hanoi, minh = server.supergroup("Hà Nội"), server.person("Minh")
    await server.reply_to(minh.says(hanoi, "/hoi của Minh"))
    bot.minh = minh
    return hanoi


async def is_forgotten(server, bot, hanoi):
    """Whether Minh's next question follows nothing."""
    await server.reply_to(bot.minh.says(hanoi, "/hoi mới"))
    return not bot.assistant.asked[-1][1]


@pytest.mark.parametrize("rank", ["creator", "administrator"])
@pytest.mark.parametrize("command", ["/moi nhóm", "/moi ca nhom", "/new group"])
async def test_an_administrator_of_the_chat_starts_it_anew_for_everybody(
    server, bot, hanoi, rank, command
):
    lan = server.person("Lan")
    hanoi.joined_by(lan, rank)

    told = await server.reply_to(lan.says(hanoi, command))

    assert told.text == VIETNAMESE.group.forgotten
    assert await is_forgotten(server, bot, hanoi)


async def test_an_anonymous_administrator_may_do_the_same(server, bot, hanoi):
    told = await server.reply_to(hanoi.anonymous_admin_says("/moi nhom"))

    assert told.text == VIETNAMESE.group.forgotten
    assert await is_forgotten(server, bot, hanoi)


async def test_an_administrator_of_the_bot_may_do_so_everywhere(server, bot, hanoi):
    told = await server.reply_to(bot.hoa.says(hanoi, "/moi nhom"))

    assert told.text == VIETNAMESE.group.forgotten


async def test_others_are_told_that_they_may_not(server, bot, hanoi):
    ann, channel = server.person("Ann", language="en"), server.channel("Báo")

    told = await server.reply_to(ann.says(hanoi, "/new group"))
    also = await server.reply_to(hanoi.channel_says(channel, "/moi nhom"))

    assert told.text == ENGLISH.group.chat_admins_only
    assert also.text == VIETNAMESE.group.chat_admins_only
    assert not await is_forgotten(server, bot, hanoi)


async def test_one_topic_is_started_anew_not_the_others(server, bot, hanoi):
    forum = server.supergroup("Huế", forum=True)
    one, two = (forum.opens_topic(name, by=bot.minh) for name in ("Một", "Hai"))
    for topic in (one, two):
        await server.reply_to(bot.minh.says(topic, "/hoi ở đây"))

    await server.reply_to(one.anonymous_admin_says("/moi nhom"))

    assert await is_forgotten(server, bot, one)
    assert not await is_forgotten(server, bot, two)


@pytest.mark.parametrize("order", ["/reload", "/nhatky", "/xuat", "/them https://example.org/a"])
async def test_anonymous_and_named_administrators_of_a_chat_do_not_run_the_bot(
    server, bot, hanoi, articles, kept, order
):
    lan = server.person("Lan")
    hanoi.joined_by(lan, "creator")
    await bot.stops()
    bot.keeper = kept
    await bot.starts(admin_ids=[bot.hoa.user.id, hanoi.id], sources_dir=articles)
    notice = f"• Hà Nội: {VIETNAMESE.group.hears_little}"
    await server.until(lambda: [sent.text for sent in server.sent()].count(notice) == 2)
    before = len(server.sent())

    hanoi.anonymous_admin_says(order)
    lan.says(hanoi, order)
    await server.reply_to(bot.minh.says(hanoi, "/hoi còn gì?"))

    assert len(server.sent()) == before + 1


async def test_an_anonymous_administrator_asks_within_the_allowance(server, bot):
    await bot.starts(questions_per_person=1)
    hanoi = server.supergroup("Hà Nội")
    await server.reply_to(hanoi.anonymous_admin_says("/hoi một"))

    told = await server.reply_to(hanoi.anonymous_admin_says("/hoi hai"))

    assert told.text == VIETNAMESE.person_allowance.format(limit=1)
