"""What an administrator answered is given to whoever asks the same later."""

import pytest
from pressing import button, noted

from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind

SAYS = VIETNAMESE.admin.review
QUESTION = "Chi bộ 3 họp vào ngày nào trong tháng?"
REPLY = "Chi bộ 3 họp ngày mùng 5 hằng tháng."


@pytest.fixture
async def hoa(server, whole_bot):
    """An administrator who has answered what Lan asked in a group; `near` is the nearest source."""
    hoa, lan, hanoi = server.person("Hoa"), server.person("Lan"), server.group("Hà Nội")
    hoa.private  # noqa: B018 the chat exists
    near = whole_bot.keeper.sources()[0]
    whole_bot.assistant.says = lambda question: Answer(
        question, Kind.NOT_FOUND, nearest=near, near=(near,)
    )
    await whole_bot.starts(admin_ids=[hoa.user.id])
    asked = lan.says(hanoi, f"/hoi {QUESTION}")
    refused = await server.reply_to(asked)
    lan.presses(refused, button(refused, VIETNAMESE.hand_over))
    await server.until(lambda: server.sent(hoa.private), "the question handed over")
    handed = server.sent(hoa.private)[0]
    hoa.presses(handed, button(handed, SAYS.reply))
    await server.until(lambda: len(server.sent(hoa.private)) == 2, "the prompt")
    prompt = server.sent(hoa.private)[1]
    await noted(server, whole_bot, prompt)
    hoa.writes(REPLY, reply_to=prompt)
    await server.until(lambda: "document" in server.sent(hoa.private)[-1].json, "the offer")
    assert server.replies_to(asked)[-1].text.endswith(f":\n{REPLY}")
    assert "Hoa (cán bộ phụ trách) trả lời, ngày" in server.replies_to(asked)[-1].text
    whole_bot.lan, whole_bot.hanoi, whole_bot.near = lan, hanoi, near
    return hoa


async def ask(server, bot, words):
    return await server.reply_to(bot.lan.says(bot.hanoi, f"/hoi {words}"))


async def test_the_same_question_gets_it_signed_and_dated(server, whole_bot, hoa):
    again = await ask(server, whole_bot, "Hằng tháng chi bộ 3 họp ngày nào ạ?")

    assert again.marked("blockquote") == [REPLY]
    assert again.marked("bold")[0].startswith("Hoa (cán bộ phụ trách) trả lời, ngày")
    assert again.marked("italic") == [VIETNAMESE.official_about.format(question=QUESTION)]
    assert [b["text"] for b in again.buttons][:3] == ["👍", "👎", VIETNAMESE.hand_over]


@pytest.mark.parametrize(
    "other",
    ["Chi bộ 5 họp vào ngày nào trong tháng?", "Chi bộ 3 không họp vào ngày nào trong tháng?",
     "Chi ủy chi bộ 3 họp vào ngày nào trong tháng?"],
)  # fmt: skip
async def test_another_question_does_not(server, whole_bot, hoa, other):
    reply = await ask(server, whole_bot, other)

    assert REPLY not in reply.text


async def test_withdrawn_it_is_given_no_more(server, whole_bot, hoa):
    offer = server.sent(hoa.private)[-1]
    query = hoa.presses(offer, button(offer, SAYS.withdraw))
    await server.until(lambda: server.world.callbacks[query], "the withdrawal")
    assert server.world.callbacks[query]["text"] == SAYS.withdrawn

    assert REPLY not in (await ask(server, whole_bot, QUESTION)).text


async def test_it_rests_once_a_source_beside_it_has_changed(server, whole_bot, hoa, articles):
    file = articles / whole_bot.near.path
    file.write_text(f"{file.read_text()}\nChi bộ 3 chuyển lịch họp sang ngày khác.\n")
    whole_bot.keeper.reload()
    assert REPLY not in (await ask(server, whole_bot, QUESTION)).text

    panel = await server.reply_to(hoa.writes("/quantri"))
    hoa.presses(panel, button(panel, "Đã trả lời"))
    await server.until(lambda: "⚠" in server.sent(hoa.private)[-1].text, "the page")
    page = server.sent(hoa.private)[-1]
    query = hoa.presses(page, button(page, SAYS.still_right))
    await server.until(lambda: server.world.callbacks[query], "that it is still right")

    assert REPLY in (await ask(server, whole_bot, QUESTION)).text


async def test_it_outlives_the_retention_of_questions_but_not_its_deletion(server, whole_bot, hoa):
    lan = whole_bot.lan
    asked = await server.reply_to(lan.writes("/xoadulieu"))
    lan.presses(asked, asked.buttons[0]["callback_data"])
    await server.until(lambda: asked.text.startswith("Đã xóa"), "the erasure")

    assert REPLY not in (await ask(server, whole_bot, QUESTION)).text
    assert whole_bot.log.file.rows("select question from remembered_questions") == []
