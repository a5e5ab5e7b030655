"""Groups: coming, going, rights, and groups that are not on the list."""

import inspect

import pytest
from telegram import ChatMemberMember, ChatMemberRestricted, User

from bot.telegram.membership import Rights, rights_of
from bot.texts.texts import ENGLISH, VIETNAMESE


async def test_a_group_that_adds_the_bot_is_told_what_works(server, bot):
    await bot.starts()
    hoa = server.person("Hoa")
    hanoi = server.supergroup("Hà Nội", bot="left")

    hanoi.bot_becomes("member", by=hoa)
    await server.until(lambda: bool(server.sent(hanoi)))
    hanoi.bot_becomes("administrator", by=hoa)
    await server.until(lambda: len(server.sent(hanoi)) == 2)

    greeting, change = server.sent(hanoi)
    assert greeting.text == f"{VIETNAMESE.group.joined}\n\n{VIETNAMESE.group.hears_little}"
    assert change.text == VIETNAMESE.group.hears_all


async def test_a_group_where_the_bot_may_not_write_is_named_to_the_administrators(server, bot):
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    await bot.starts(admin_ids=[hoa.user.id])
    hanoi = server.supergroup("Hà Nội", bot="left")
    hanoi.chat.muted = True

    hanoi.bot_becomes("member", by=hoa)
    await server.until(lambda: bool(server.sent(hoa.private)))

    assert server.sent(hoa.private)[0].text == f"Hà Nội: {VIETNAMESE.group.cannot_write}"
    assert server.sent(hanoi) == []


async def test_being_removed_is_no_trouble(server, bot, caplog):
    await bot.starts()
    hanoi, lan = server.supergroup("Hà Nội"), server.person("Lan")

    hanoi.bot_becomes("kicked", by=lan)
    await server.reply_to(lan.writes("bao nhiêu?"))

    assert server.sent(hanoi) == []
    assert "Traceback" not in caplog.text


async def test_at_the_start_administrators_are_told_once_a_change(server, bot):
    hoa, lan = server.person("Hoa"), server.person("Lan")
    assert hoa.private.id == hoa.user.id
    hanoi = server.supergroup("Hà Nội")
    await bot.starts(admin_ids=[hoa.user.id])
    await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))
    await bot.stops()
    assert server.sent(hoa.private) == []

    for _ in range(2):
        await bot.starts(admin_ids=[hoa.user.id])
        await server.until(lambda: bool(server.sent(hoa.private)))
        await server.reply_to(hoa.writes("/help"))
        await bot.stops()
    told = [sent.text for sent in server.sent(hoa.private) if sent.answered_id is None]

    assert told == [f"• Hà Nội: {VIETNAMESE.group.hears_little}"]


async def test_an_unknown_group_gets_one_notice_then_silence(server, bot):
    lan = server.person("Lan")
    await bot.starts(allowed_chat_ids=[lan.user.id])
    hue = server.supergroup("Huế", bot="left")

    hue.bot_becomes("member", by=lan)
    await server.until(lambda: bool(server.sent(hue)))
    asked = [lan.says(hue, f"/hoi câu {n}") for n in range(3)]
    await server.reply_to(lan.writes("bao nhiêu?"))

    (notice,) = server.sent(hue)
    assert str(hue.id) in notice.text
    assert [server.replies_to(said) for said in asked] == [[], [], []]
    assert [question for question, _ in bot.assistant.asked] == ["bao nhiêu?"]


async def test_an_unknown_group_that_added_the_bot_long_ago_gets_the_notice_when_it_asks(
    server, bot
):
    lan = server.person("Lan", language="en")
    await bot.starts(allowed_chat_ids=[lan.user.id])
    hue = server.supergroup("Huế", forum=True)
    topic = hue.opens_topic("Hỏi đáp", by=lan)

    lan.says(topic, "/hoi một")
    lan.says(topic, "/hoi hai")
    await server.reply_to(lan.writes("bao nhiêu?"))

    assert [(sent.text, sent.topic_id) for sent in server.sent(hue)] == [
        (ENGLISH.group.unknown_group.format(chat_id=hue.id), topic.topic.id)
    ]


async def test_where_it_is_set_the_bot_leaves_an_unknown_group(server, bot):
    lan = server.person("Lan")
    await bot.starts(allowed_chat_ids=[lan.user.id], unknown_groups="leave")
    hue = server.supergroup("Huế", bot="left")

    hue.bot_becomes("member", by=lan)
    me = server.world.bot.id
    await server.until(lambda: hue.chat.members[me]["status"] == "left")

    assert len(server.sent(hue)) == 1


async def test_status_tells_of_index_model_queue_allowance_and_rights(server, bot):
    server.world.privacy = False
    await bot.starts(embeddings_model="bge-m3", questions_per_person=5)
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))

    told = (await server.reply_to(lan.says(hanoi, "/tinhtrang"))).text
    english = (await server.reply_to(server.person("Ann", language="en").writes("/status"))).text

    assert told.splitlines() == [
        "Kho tài liệu: 1 nguồn",
        "Mô hình: bge-m3",
        "Đang chờ trả lời: 0 câu",
        "Bạn đã hỏi trong một giờ qua: 1/5 câu",
        "",
        VIETNAMESE.group.hears_all,
    ]
    assert "You asked within an hour: 0 of 5" in english


ME = User(1, "Chỉ Dẫn", is_bot=True)
RIGHTS = set(inspect.signature(ChatMemberRestricted).parameters) - {
    *("user", "until_date", "tag", "api_kwargs", "can_send_messages")
}


@pytest.mark.parametrize("may_write", [True, False])
def test_a_restricted_bot_may_write_or_not(may_write):
    member = ChatMemberRestricted(
        ME, until_date=0, can_send_messages=may_write, **dict.fromkeys(RIGHTS, True)
    )

    assert rights_of(member, None, hears_groups=False) == Rights(False, may_write)


def test_a_bot_out_of_privacy_mode_hears_all():
    assert rights_of(ChatMemberMember(ME), None, hears_groups=True) == Rights(True, True)
