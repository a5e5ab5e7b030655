"""What nobody should send and somebody will: no error in the chat, no answer in the wrong place."""

import copy

import pytest
from scripted import found

from bot.telegram.client import readable
from bot.texts.texts import VIETNAMESE


async def until_taken(server):
    await server.until(lambda: not server.world.updates, "the updates to be taken")


@pytest.mark.parametrize(
    "text",
    ["a" * 4096, "ệ" * 4096, "đảng " * 819, "👍" * 2048, "\u202e" + "nỗ lực " * 500],
    ids=["letter", "syllable", "word", "emoji", "turned"],
)
async def test_a_message_as_long_as_they_get_is_answered_once(server, bot, text):
    bot.assistant.says = lambda question: found("…")
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")

    private = await server.reply_to(lan.writes(text))
    asked = lan.says(hanoi, f"/hoi {text[:2000]}")
    await server.reply_to(asked)

    assert private.text.startswith("Về “")
    assert {sent.answered_id for sent in server.sent(hanoi)} == {asked.message_id}


async def test_letters_that_turn_the_writing_around_stay_where_they_are(server, bot):
    bot.assistant.says = lambda question: found("…")
    await bot.starts()
    old, lan = server.group("Hà Nội"), server.person("Lan\u202e")
    asked = lan.says(old, "/hoi \u202ebao nhiêu\u2066?")
    reply = await server.reply_to(asked)
    new = old.becomes_supergroup()
    await until_taken(server)
    lan.presses(reply, reply.buttons[2]["callback_data"])

    lan.edits(asked, "/hoi \u202ebao nhiêu người\u2066?")
    await server.until(lambda: bool(server.sent(new)))

    told = server.sent(new)[0].text
    assert "“bao nhiêu người?”" in told
    assert not {"\u202e", "\u2066"} & set(told)


async def test_a_hundred_mentions_are_one_question(server, bot):
    server.world.privacy = False
    await bot.starts()
    hanoi, lan = server.supergroup("Hà Nội"), server.person("Lan")
    people = " ".join(f"@nguoi_{n:03}" for n in range(100))

    others = lan.says(hanoi, people)
    asked = lan.says(hanoi, f"{people} @ChiDanBot bao nhiêu?")
    only_us = lan.says(hanoi, "@ChiDanBot " * 100 + "bao nhiêu?")
    await server.reply_to(only_us)

    assert [len(server.replies_to(said)) for said in (others, asked, only_us)] == [0, 1, 1]
    assert [q for q, _ in bot.assistant.asked] == [f"{people} bao nhiêu?", "bao nhiêu?"]


async def test_updates_in_the_wrong_order_and_twice_are_answered_once_each(server, bot):
    lan, hanoi = server.person("Lan"), server.supergroup("Hà Nội")
    asked = [lan.says(hanoi, f"/hoi câu {n}") for n in range(4)]
    lan.edits(asked[0], "/hoi câu đầu")
    updates = [update for update in server.world.updates for _ in range(2)]
    contents = [copy.deepcopy(update) for update in reversed(updates)]
    server.world.updates.clear()
    for update, content in zip(updates, contents, strict=True):
        server.world.updates.append(content | {"update_id": update["update_id"]})

    await bot.starts()
    for said in asked:
        await server.reply_to(said)
    await until_taken(server)
    await server.reply_to(lan.says(hanoi, "/hoi cuối"))

    assert [len(server.replies_to(said)) for said in asked] == [1] * 4
    assert all(sent.answered_id for sent in server.sent(hanoi))


BROKEN = [
    {"message": {"message_id": 5}},
    {"message": {}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    {
        "message": {
            "message_id": 1,
            "date": 0,
            "chat": {"id": -1, "type": "group"},
            "text": "/hoi x",
        }
    },
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "/moi"}},
    {"edited_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    {"callback_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "A"}}},
    {"callback_query": {"id": "1"}},
    {"inline_query": {"id": "1", "query": "bao nhiêu?"}},
    {"my_chat_member": {"chat": {"id": 1, "type": "private"}}},
    {"message": {"message_id": "x", "chat": 5, "date": "hôm nay"}},
    {"of_tomorrow": {"id": 1}},
    {},
]


@pytest.mark.parametrize("content", BROKEN, ids=map(str, range(len(BROKEN))))
async def test_updates_with_missing_fields_break_nothing(server, bot, caplog, content):
    await bot.starts()
    server.world.updates.append({"update_id": server.world.next_update, **content})
    server.world.next_update += 1

    lan = server.person("Lan")
    reply = await server.reply_to(lan.writes("bao nhiêu?"))

    assert [sent.json for sent in server.sent()] == [reply.json]
    assert "Traceback" not in caplog.text
    server.api.refused[:] = [r for r in server.unplanned if r.method != "answercallbackquery"]


def test_what_cannot_be_read_is_emptied_and_the_rest_stays():
    assert readable(b'{"ok":true,"result":[{"update_id":1,"message":{}},{"update_id":2}]}') == (
        b'{"ok": true, "result": [{"update_id": 1}, {"update_id": 2}]}'
    )
    assert readable(b'{"ok":true,"result":[{"update_id":2}]}') == (
        b'{"ok":true,"result":[{"update_id":2}]}'
    )


FILE = {"file_id": "f", "file_unique_id": "f"}


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        ({"voice": FILE | {"duration": 3}}, VIETNAMESE.instead_of_voice),
        ({"audio": FILE | {"duration": 3}}, VIETNAMESE.instead_of_voice),
        ({"video_note": FILE | {"duration": 3, "length": 9}}, VIETNAMESE.instead_of_voice),
        ({"document": FILE | {"file_name": "a.pdf"}}, VIETNAMESE.instead_of_file),
        ({"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 9,
                     "height": 9, "is_animated": False, "is_video": False}}, VIETNAMESE.only_text),
        ({"photo": [FILE | {"width": 9, "height": 9}]}, VIETNAMESE.instead_of_photo),
        ({"contact": {"phone_number": "1", "first_name": "Minh"}}, VIETNAMESE.only_text),
    ],
    ids=["voice", "audio", "video note", "file", "sticker", "photo", "contact"],
)  # fmt: skip
async def test_what_holds_no_words_gets_a_kind_word_in_private_and_none_in_a_group(
    server, bot, kind, instead
):
    server.world.privacy = False
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    answer = await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))

    replied = lan.sends(hanoi, kind, reply_to=answer)
    told = await server.reply_to(lan.sends(lan.private, kind))

    assert told.text == instead
    assert server.replies_to(replied) == []
