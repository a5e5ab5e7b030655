"""`make chat-server`: a browser or curl takes the bot to an answer in a group."""

from contextlib import AsyncExitStack

import httpx
from botapi.page import marked_up
from botapi.playground import GROUP, HOA, Playground
from scripted import SOURCE, Scripted

from bot.log.exchanges import Conversations
from bot.settings import Settings
from bot.telegram.application import build_application
from bot.telegram.lifecycle import serving


async def test_a_plain_client_gets_the_answer_of_the_group_and_presses_a_button(tmp_path):
    playground = Playground(port=0)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(playground.server)
        log = stack.enter_context(Conversations(tmp_path / "logs.db"))
        settings = Settings(
            _env_file=None,
            telegram_bot_token=server.token,
            telegram_base_url=server.base_url,
            state_dir=tmp_path,
            admin_ids=[HOA],
        )
        bot = build_application(settings, Scripted(), log, sources=lambda: [SOURCE])
        await stack.enter_async_context(serving(bot))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=server.root))

        said = await client.post(f"/{GROUP}/noi", data={"text": "/hoi bao nhiêu?"})
        (sent,) = server.sent(playground.chats[GROUP][1])
        up = next(b["callback_data"] for b in sent.buttons if b["text"] == "👍")
        fields = {"message": sent.message_id, "data": up}
        pressed = await client.post(f"/{GROUP}/bam", data=fields)
        page = await client.get(f"/{GROUP}/tin")

        assert "11.144 đảng viên" in said.text
        assert pressed.status_code == 303
        assert "11.144" in page.text
        assert "Đã ghi 👍" in page.text
        assert (await client.get("/")).text.count("<li>") == 3
        assert (await client.get("/khac")).status_code == 404


def test_entities_are_nested_and_counted_as_telegram_does():
    text = "🙂 a <b> c\nd"
    entities = [
        {"type": "blockquote", "offset": 3, "length": 7},
        {"type": "bold", "offset": 5, "length": 3},
    ]

    html = marked_up(text, entities)

    assert html == "🙂 <blockquote>a <b>&lt;b&gt;</b> c</blockquote>d"
