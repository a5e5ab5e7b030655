"""The loopback Bot API server refuses what Telegram refuses, and delivers what it delivers."""

import httpx
import pytest
from botapi.refusals import Drop, too_many_requests


async def refusal(call, method, **params):
    status, body = await call(method, **params)
    assert not body["ok"]
    assert status == body["error_code"]
    return status, body["description"]


def bold(offset, length, kind="bold"):
    return {"type": kind, "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "entities", "words"),
    [
        ("a" * 4097, [], "message is too long"),
        ("🇻🇳" * 1025, [], "message is too long"),
        ("  \n", [], "message text is empty"),
        ("abc", [bold(1, 3)], "ENTITY_BOUNDS_INVALID"),
        ("abc", [bold(-1, 2)], "wrong offset"),
        ("abc", [bold(0, 0)], "wrong offset"),
        ("abc", [bold(0, 2, "loud")], "unsupported type"),
        ("🇻🇳", [bold(1, 2)], "surrogate pair"),
        ("abcdef", [bold(0, 4), bold(2, 4, "italic")], "overlap"),
        ("abcdef", [bold(0, 6, "blockquote"), bold(1, 2, "expandable_blockquote")], "nested"),
        ("abc", [{**bold(0, 3, "text_link"), "url": "not an address"}], "wrong URL"),
    ],
)
async def test_texts_and_entities_that_telegram_refuses(server, call, text, entities, words):
    lan = server.person("Lan").private

    status, description = await refusal(
        call, "sendMessage", chat_id=lan.id, text=text, entities=entities
    )

    assert status == 400
    assert words in description
    assert [refused.description for refused in server.unplanned] == [description]


async def test_a_text_of_just_4096_units_with_nested_entities_passes(server, call):
    lan = server.person("Lan").private
    entities = [bold(0, 4096, "blockquote"), bold(2, 2)]

    status, body = await call("sendMessage", chat_id=lan.id, text="🇻" * 2048, entities=entities)

    assert status == 200
    assert body["result"]["entities"] == entities


async def test_chats_that_cannot_be_written_to(server, call):
    lan = server.person("Lan")
    left, kicked = server.group("Cũ", bot="left"), server.supergroup("Kín", bot="kicked")
    muted = server.supergroup("Im")
    muted.chat.muted = True
    lan.user.blocked_the_bot = True

    async def tried(place):
        return await refusal(call, "sendMessage", chat_id=place.id, text="a")

    assert await tried(lan.private) == (403, "Forbidden: bot was blocked by the user")
    assert await tried(left) == (403, "Forbidden: bot is not a member of the group chat")
    assert await tried(kicked) == (403, "Forbidden: bot was kicked from the supergroup chat")
    assert "not enough rights" in (await tried(muted))[1]
    assert (await refusal(call, "sendMessage", chat_id=1, text="a"))[1].endswith("chat not found")


async def test_a_reply_and_a_topic_must_be_there(server, call):
    forum, lan = server.supergroup("Hà Nội", forum=True), server.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)
    there = {"chat_id": forum.id, "text": "a"}

    lost = {"reply_parameters": {"message_id": 99}}
    assert (
        "message to be replied not found"
        in (await refusal(call, "sendMessage", **there, **lost))[1]
    )
    topic.topic.closed = True
    closed = await refusal(call, "sendMessage", **there, message_thread_id=topic.topic.id)
    assert closed == (400, "Bad Request: TOPIC_CLOSED")
    gone = await refusal(call, "sendMessage", **there, message_thread_id=77)
    assert "message thread not found" in gone[1]


async def test_edits(server, call):
    lan = server.person("Lan").private
    _, sent = await call("sendMessage", chat_id=lan.id, text="a")
    mine = {"chat_id": lan.id, "message_id": sent["result"]["message_id"]}

    same = await refusal(call, "editMessageText", **mine, text="a")
    assert "message is not modified" in same[1]
    status, body = await call("editMessageText", **mine, text="b")
    assert (status, body["result"]["text"]) == (200, "b")
    other = await refusal(call, "editMessageText", **{**mine, "message_id": 9}, text="b")
    assert "message to edit not found" in other[1]
    await call("deleteMessage", **mine)
    assert "not found" in (await refusal(call, "editMessageText", **mine, text="c"))[1]


async def test_buttons_and_their_answers(server, call):
    lan = server.person("Lan")
    rows = {"inline_keyboard": [[{"text": "👍", "callback_data": "x" * 65}]]}
    there = {"chat_id": lan.private.id, "text": "a"}

    long = await refusal(call, "sendMessage", **there, reply_markup=rows)
    assert long[1] == "Bad Request: BUTTON_DATA_INVALID"
    old = await refusal(call, "answerCallbackQuery", callback_query_id="1")
    assert "query is too old" in old[1]


async def test_the_twenty_first_message_of_a_minute_waits(server, call):
    hanoi = server.group("Hà Nội")
    for _ in range(20):
        assert (await call("sendMessage", chat_id=hanoi.id, text="a"))[0] == 200

    status, body = await call("sendMessage", chat_id=hanoi.id, text="a")
    assert status == 429
    assert 55 <= body["parameters"]["retry_after"] <= 61

    server.clock.advance(61)
    assert (await call("sendMessage", chat_id=hanoi.id, text="a"))[0] == 200


async def test_a_group_that_became_a_supergroup_says_where_it_went(server, call):
    old = server.group("Hà Nội")
    new = old.becomes_supergroup()

    status, body = await call("sendMessage", chat_id=old.id, text="a")

    assert status == 400
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await call("sendMessage", chat_id=new.id, text="a"))[0] == 200


async def test_files_go_up_and_come_down(server, call):
    lan = server.person("Lan").private
    async with httpx.AsyncClient() as client:
        up = await client.post(
            f"{server.base_url}{server.token}/sendDocument",
            data={"chat_id": lan.id, "caption": "đây"},
            files={"document": ("a.md", "Nội dung".encode())},
        )
        file_id = up.json()["result"]["document"]["file_id"]
        _, known = await call("getFile", file_id=file_id)
        path = known["result"]["file_path"]
        down = await client.get(f"{server.root}/file/bot{server.token}/{path}")

    assert down.content.decode() == "Nội dung"


async def test_planted_faults_strike_once_and_are_told_apart(server, call):
    lan = server.person("Lan").private
    server.plant("sendMessage", too_many_requests(7), place=lan)
    server.plant("sendMessage", Drop(after=True), place=lan)

    assert (await refusal(call, "sendMessage", chat_id=lan.id, text="a"))[0] == 429
    with pytest.raises(httpx.RemoteProtocolError):
        await call("sendMessage", chat_id=lan.id, text="b")

    assert server.unplanned == []
    assert [sent.text for sent in server.sent(lan)] == ["b"]


async def test_members_and_menus(server, call):
    hanoi, lan = server.supergroup("Hà Nội", bot="administrator"), server.person("Lan")
    hanoi.joined_by(lan, "creator")
    _, body = await call("getChatAdministrators", chat_id=hanoi.id)
    assert {member["status"] for member in body["result"]} == {"creator", "administrator"}

    wrong = [{"command": "Hỏi", "description": "Đặt câu hỏi"}]
    assert "BOT_COMMAND_INVALID" in (await refusal(call, "setMyCommands", commands=wrong))[1]
