"""From a question that nothing answers to a source that does, with a real index and assistant."""

import pytest
from pressing import noted

from bot.bootstrap import build_assistant
from bot.settings import Settings
from bot.texts.texts import VIETNAMESE

SAYS, WORDS = VIETNAMESE.admin.review, VIETNAMESE.admin
QUESTION = "Lệ phí gửi xe ở trụ sở Tỉnh ủy là bao nhiêu?"
OFFICIAL = "Lệ phí gửi xe ở trụ sở Tỉnh ủy là 5.000 đồng một lượt."


@pytest.fixture
async def hoa(server, bot, kept, articles, tmp_path):
    """An administrator of a bot with two articles that do not answer what Lan has asked."""
    hoa, lan, hanoi = server.person("Hoa"), server.person("Lan"), server.group("Hà Nội")
    assert hoa.private.id == hoa.user.id
    settings = Settings(_env_file=None, sources_dir=articles, state_dir=tmp_path / "state")
    bot.assistant, bot.keeper = build_assistant(kept, settings), kept
    bot.embed = kept.embeddings.embed_array
    await bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)
    bot.asked = lan.says(hanoi, f"/hoi {QUESTION}")
    assert "5.000" not in (await server.reply_to(bot.asked)).text
    await server.reply_to(lan.says(hanoi, "/help"))  # a chat is served in order: all is logged
    bot.ask_again = lambda: lan.says(hanoi, f"/hoi {QUESTION}")
    return hoa


async def press(server, hoa, message, words: str, happened) -> None:
    data = next(b["callback_data"] for b in message.buttons if b["text"] == words)
    hoa.presses(message, data)
    await server.until(happened, words)


def last(server, hoa):
    return server.sent(hoa.private)[-1]


async def test_an_administrators_answer_becomes_a_source_that_is_found(server, bot, hoa, kept):
    queue = await server.reply_to(hoa.writes("/chuatraloi"))
    await press(server, hoa, queue, SAYS.reply, lambda: "Hãy trả lời" in last(server, hoa).text)
    prompt = last(server, hoa)
    await noted(server, bot, prompt)
    hoa.writes(OFFICIAL, reply_to=prompt)
    await server.until(lambda: "document" in last(server, hoa).json, "the offer")
    assert server.replies_to(bot.asked)[-1].text.endswith(f":\n{OFFICIAL}")

    preview = await server.reply_to(hoa.writes("/them", reply_to=last(server, hoa)))
    await server.until(lambda: preview.text != WORDS.draft_reading, "the preview")
    assert QUESTION in preview.text
    await press(
        server, hoa, preview, WORDS.draft_add,
        lambda: any("thêm 1," in sent.text for sent in server.sent()),
    )  # fmt: skip

    answered = await server.reply_to(bot.ask_again())
    assert f"\n— {SAYS.official_publisher} · " in answered.text
    assert OFFICIAL in answered.text
    source = next(source for source in kept.sources() if source.title == QUESTION)
    assert kept.stored(source.id, 0, len(OFFICIAL), OFFICIAL)


async def test_a_new_source_is_announced_in_the_queue_and_sent_to_who_asked(
    server, bot, hoa, articles
):
    queue = await server.reply_to(hoa.writes("/chuatraloi"))
    assert SAYS.now_answered not in queue.text
    await press(
        server, hoa, queue, SAYS.add_source, lambda: last(server, hoa).text == SAYS.how_to_add
    )
    document = f"# Nội quy trụ sở\n\n{OFFICIAL} Cổng mở lúc bảy giờ sáng mỗi ngày làm việc.\n"
    (articles / "noi-quy.md").write_text(document)
    hoa.writes("/reload")
    await server.until(lambda: any("thêm 1," in sent.text for sent in server.sent()), "the reload")

    queue = await server.reply_to(hoa.writes("/chuatraloi"))
    assert SAYS.now_answered.strip() in queue.text
    before = len(server.replies_to(bot.asked))
    await press(
        server, hoa, queue, SAYS.send_new,
        lambda: len(server.replies_to(bot.asked)) > before,
    )  # fmt: skip

    assert "5.000 đồng" in server.replies_to(bot.asked)[-1].text
    await server.until(lambda: last(server, hoa).text == SAYS.sent.format(count=1), "the word")
    assert (await server.reply_to(hoa.writes("/chuatraloi"))).text == SAYS.all_answered


async def test_in_a_group_the_queue_goes_into_the_private_chat(server, bot, hoa):
    hue = server.group("Huế", bot="administrator")

    asked = hoa.says(hue, "/chuatraloi")
    await server.until(lambda: any(QUESTION in sent.text for sent in server.sent(hoa.private)))

    assert server.replies_to(asked) == []
