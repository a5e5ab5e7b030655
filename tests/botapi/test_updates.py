"""How updates reach the bot: numbered, confirmed, to one poller, as privacy mode lets them."""

import asyncio


async def test_a_wrong_token_is_unauthorized(server, call):
    status, body = await call("getMe", token="1:wrong")  # noqa: S106 a token of nobody

    assert (status, body["description"]) == (401, "Unauthorized")


async def test_updates_wait_are_numbered_and_confirmed_by_offset(server, call):
    lan = server.person("Lan")
    waiting = asyncio.create_task(call("getUpdates", timeout=30))
    await server.until(lambda: server.api.polls == 1)
    said = lan.writes("chào")
    lan.writes("hỏi")

    _, first = await waiting
    assert first["result"][0]["update_id"] == said.update_id
    _, rest = await call("getUpdates", offset=said.update_id + 1)
    assert [update["message"]["text"] for update in rest["result"]] == ["hỏi"]


async def test_a_second_poller_ends_the_first(server, call):
    first = asyncio.create_task(call("getUpdates", timeout=30))
    await server.until(lambda: server.api.polls == 1)

    assert (await call("getUpdates", timeout=0))[0] == 200
    status, body = await first
    assert status == 409
    assert "terminated by other getUpdates request" in body["description"]


async def test_no_polling_while_a_webhook_is_set(server, call):
    await call("setWebhook", url="https://example.org/hook")
    assert (await call("getUpdates"))[0] == 409

    await call("deleteWebhook")
    assert (await call("getUpdates"))[0] == 200


async def test_privacy_mode_delivers_commands_replies_and_service_messages_only(server, call):
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    _, sent = await call("sendMessage", chat_id=hanoi.id, text="Câu trả lời")
    answer = server.sent(hanoi)[0]
    assert answer.message_id == sent["result"]["message_id"]

    assert lan.says(hanoi, "chuyện riêng").update_id is None
    assert lan.says(hanoi, "@ChiDanBot hỏi").update_id is None
    assert lan.says(hanoi, "/hoi@OtherBot hỏi").update_id is None
    assert lan.says(hanoi, "/hoi hỏi").update_id
    assert lan.says(hanoi, "/hoi@chidanbot hỏi").update_id
    assert lan.says(hanoi, "còn nữa?", reply_to=answer).update_id
    assert lan.sends(hanoi, {"new_chat_title": "Mới"}).update_id

    hanoi.bot_becomes("administrator", by=lan)
    assert lan.says(hanoi, "chuyện riêng").update_id
