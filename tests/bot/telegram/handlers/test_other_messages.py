"""What people send besides plain questions, through the whole application."""

import pytest
from pressing import button

from bot.texts.texts import VIETNAMESE

PICTURE = {"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}
FILE = {"file_id": "f", "file_unique_id": "f", "file_name": "don.pdf"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"photo": [PICTURE]}, VIETNAMESE.instead_of_photo),
        ({"document": FILE}, VIETNAMESE.instead_of_file),
        ({"video_note": {"file_id": "v", "file_unique_id": "v", "length": 9, "duration": 3}},
         VIETNAMESE.instead_of_voice),
        ({"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 9,
                      "height": 9, "is_animated": False, "is_video": False}},
         VIETNAMESE.only_text),
    ],
)  # fmt: skip
async def test_what_is_no_text_is_told_what_to_do_instead(server, bot, content, words):
    await bot.starts()
    lan = server.person("Lan")

    assert (await server.reply_to(lan.sends(lan.private, content))).text == words


async def test_a_forwarded_question_is_a_question(server, bot):
    await bot.starts()
    lan = server.person("Lan")
    origin = {"type": "hidden_user", "sender_user_name": "Minh", "date": 1}

    reply = await server.reply_to(lan.writes("Bao nhiêu đảng viên?", forward_origin=origin))

    assert "11.144" in reply.text


async def test_what_is_marked_of_a_message_of_another_chat_is_asked(server, bot):
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    origin = {"type": "hidden_user", "sender_user_name": "Minh", "date": 1}
    quote = {"text": "kết nạp bao nhiêu đảng viên", "position": 0, "is_manual": True}

    reply = await server.reply_to(
        lan.says(hanoi, "/hoi", external_reply={"origin": origin}, quote=quote)
    )

    assert bot.assistant.asked[0][0] == "kết nạp bao nhiêu đảng viên"
    assert "11.144" in reply.text


async def test_an_answer_too_can_be_put_before_a_person(server, bot, answered):
    _, lan, reply = answered
    hoa = server.person("Hoa")
    hoa.private  # noqa: B018 the chat exists
    await bot.stops()
    await bot.starts(admin_ids=[hoa.user.id])

    query = lan.presses(reply, button(reply, VIETNAMESE.hand_over))
    asking = "Lan nhờ cán bộ trả lời (câu số 1):\nbao nhiêu?"
    await server.until(lambda: any(asking in s.text for s in server.sent(hoa.private)), asking)
    (told,) = (s for s in server.sent(hoa.private) if asking in s.text)

    assert [b["text"] for b in told.buttons][:2] == ["Trả lời", "Thêm nguồn"]
    assert server.world.callbacks[query]["text"] == VIETNAMESE.handed_over
    await server.until(
        lambda: VIETNAMESE.hand_over not in [b["text"] for b in reply.buttons], "the button gone"
    )
