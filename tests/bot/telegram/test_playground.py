"""`make chat-server`: a browser or curl takes the bot to an answer in a group."""

import io
import zipfile

import httpx
import pytest
from botapi.playground import GROUP, HOA, NOT_RUNNING, SILENT, Playground, serve


@pytest.fixture
async def playground():
    """The chats, a plain client of their pages, and what starts a bot there."""
    playground = Playground(port=0, quiet=0.5)
    async with (
        playground.server as server,
        httpx.AsyncClient(base_url=server.root, timeout=60) as client,
    ):
        yield playground, client


@pytest.fixture
async def played(playground, whole_bot, articles):
    """The same with the bot running over a folder of two articles, Hoa its administrator."""
    whole_bot.server = playground[0].server
    await whole_bot.starts(admin_ids=[HOA], sources_dir=articles)
    return playground


async def test_a_plain_client_gets_the_answer_of_the_group_and_presses_a_button(played):
    playground, client = played

    said = await client.post(f"/{GROUP}/noi", data={"text": "/hoi bao nhiêu?"})
    (sent,) = playground.server.sent(playground.chats[GROUP][1])
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


async def test_a_plain_client_is_told_files_edits_later_messages_and_silence(played):
    _, client = played

    async def says(chat, text):
        return (await client.post(f"/{chat}/noi", data={"text": text})).text

    await says("lan", "bao nhiêu?")
    own = await says("lan", "/dulieu")
    figures = await says("hoa", "/thongke")
    reloaded = await says("hoa", "/reload")
    talk = await says(GROUP, "Chào cả nhà, chiều nay họp nhé")
    asked = await says("lan", "/xoadulieu")
    pressed = await client.post("/lan/bam", data={"nut": "Xóa hết"})
    absent = await client.post("/lan/bam", data={"nut": "không có nút này"})

    assert own.count("[tệp ") == 2
    assert "[ảnh]" in figures
    assert "Đã nạp xong" in reloaded
    assert talk.strip() == SILENT
    assert "[Xóa hết] [Giữ lại]" in asked
    assert "Đã xóa" in pressed.text
    assert absent.status_code == 404


async def test_a_plain_client_sends_a_folder_as_zip_and_adds_it(played, articles):
    _, client = played
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("mot", "hai"):
            archive.writestr(
                f"{name}.txt", f"Chi bộ {name} họp ngày mùng ba hằng tháng ở hội trường."
            )

    files = {"file": ("thu-muc.zip", packed.getvalue())}
    seen = await client.post("/hoa/noi", data={"text": "/them"}, files=files)
    added = await client.post("/hoa/bam", data={"nut": "Thêm"})
    in_group = await client.post(f"/{GROUP}/noi", files=files)

    assert "Sẽ thêm 2 tài liệu" in seen.text
    assert "Đã lưu vào kho" in added.text
    assert len(list(articles.iterdir())) == 4
    assert in_group.status_code == 400


async def test_without_a_bot_a_plain_client_is_told_so_at_once(playground):
    _, client = playground

    said = await client.post("/lan/noi", data={"text": "Có ai không?"})

    assert (said.status_code, said.text.strip()) == (504, NOT_RUNNING)


async def test_a_taken_port_is_told_in_a_sentence(playground):
    port = int(playground[0].server.root.rpartition(":")[2])

    with pytest.raises(SystemExit, match=f"^Cổng {port} đang có chương trình khác dùng"):
        await serve(port)
