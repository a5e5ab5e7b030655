"""/them: pages and documents handed in, looked at, changed, added or dropped."""

import io
import zipfile

import pytest
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont
from webpages import answers, serving

from bot.texts.texts import VIETNAMESE
from retrieval.loading.ocr import missing

WORDS = VIETNAMESE.admin
PAGE = """<!doctype html><html><head><title>Hội nghị sơ kết công tác xây dựng Đảng</title>
<meta name="date" content="2025-07-02"></head><body><article>
<h1>Hội nghị sơ kết công tác xây dựng Đảng</h1>
<p>Sáng 2/7/2025, Ban Tổ chức Trung ương tổ chức hội nghị sơ kết sáu tháng đầu năm 2025.</p>
<p>Hội nghị đánh giá việc sắp xếp tổ chức bộ máy và công tác cán bộ của các địa phương.</p>
</article></body></html>""".encode()


@pytest.fixture
async def hoa(server, bot, kept, articles):
    """An administrator of a bot with a real index, which may fetch from loopback."""
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    bot.keeper = kept
    settings = {"sources_dir": articles, "fetch_hosts": ["127.0.0.1"]}
    await bot.starts(admin_ids=[hoa.user.id], **settings)
    return hoa


@pytest.fixture
async def page():
    """The address of a web page."""
    async with serving(answers(PAGE, "Content-Type: text/html")) as (port, _):
        yield f"http://127.0.0.1:{port}/hoi-nghi"


def sends(server, person, name: str, data: bytes, caption: str = "/them"):
    """A document in the private chat, with a caption."""
    return person.uploads(name, data, caption)


@pytest.mark.skipif(bool(missing()), reason=f"{missing()}: no picture can be read")
async def test_a_photo_of_a_document_is_read_by_machine_and_marked(server, hoa):
    drawn = Image.new("L", (1250, 200), 255)
    font = ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf", 34)
    ImageDraw.Draw(drawn).text((60, 80), "Đảng ủy xã Hoa Mai họp ngày 3 tháng 6.", 0, font)
    stream = io.BytesIO()
    drawn.save(stream, "JPEG")
    server.world.files["photo-1"] = ("", stream.getvalue())
    entity = {"type": "bot_command", "offset": 0, "length": 5}
    size = {"file_id": "photo-1", "file_unique_id": "photo-1", "width": 1250, "height": 200}
    said = hoa.sends(
        hoa.private, {"photo": [size], "caption": "/them", "caption_entities": [entity]}
    )
    preview = await shown(server, said)
    await server.until(lambda: "Hoa Mai" in preview.text)
    assert f"({VIETNAMESE.read_by_machine})" in preview.text
    assert "Đảng ủy xã Hoa Mai họp ngày 3 tháng 6." in preview.text


async def shown(server, said):
    """The preview, or why there is none."""
    reply = await server.reply_to(said)
    await server.until(lambda: reply.text != WORDS.draft_reading)
    return reply


async def test_a_preview_and_a_reload_say_what_reading_left_out(server, hoa, articles):
    news = "Sáng 4/3, Huyện ủy Hoa Mai họp bàn công tác dân vận của sáu tháng cuối năm nay."
    foot = ["Cùng chuyên mục", "© Báo Hoa Mai", *["Thêm một cây cầu mới"] * 9]
    text = "\n\n".join(["Huyện ủy Hoa Mai họp", news, *foot])
    preview = await shown(server, sends(server, hoa, "tin.txt", text.encode()))
    (articles / "tin.txt").write_text(text)
    asked = hoa.writes("/reload")
    reply = await server.reply_to(asked)
    await server.until(lambda: "giây" in reply.text)

    assert "dòng đầu bị để ngoài: “Cùng chuyên mục”" in preview.text
    assert "• tin.txt: chỉ giữ" in reply.text


def press(person, preview, words: str) -> str:
    data = next(b["callback_data"] for b in preview.buttons if b["text"] == words)
    return person.presses(preview, data)


async def indexed(server, count: int) -> None:
    await server.until(lambda: any(f"thêm {count}," in sent.text for sent in server.sent()))


def deeds(bot) -> list[tuple[str, str, str]]:
    rows = bot.log.file.rows(
        "select person_name, deed, subject from deeds where deed not like '/%' order by id"
    )
    return [tuple(row.values()) for row in rows]


async def test_a_page_is_shown_then_added_and_indexed(server, bot, hoa, kept, articles, page):
    preview = await shown(server, hoa.writes(f"/them {page}"))
    text = preview.text
    press(hoa, preview, WORDS.draft_add)
    await indexed(server, 1)

    assert "Hội nghị sơ kết công tác xây dựng Đảng" in text
    assert "02/07/2025" in text
    assert "Sáng 2/7/2025" in text
    name = "2025-07-02-hoi-nghi-so-ket-cong-tac-xay-dung-dang.md"
    written = (articles / name).read_text()
    assert written.startswith("---\ntitle: Hội nghị sơ kết công tác xây dựng Đảng\n")
    assert f"url: {page}" in written
    source = next(s for s in kept.sources() if s.path == name)
    assert source.url == page
    assert preview.buttons == []
    assert deeds(bot) == [("Hoa", "them", name), ("Hoa", "reload", "")]


async def test_title_day_and_publisher_are_changed_by_a_reply(server, hoa, articles, page):
    preview = await shown(server, hoa.writes(f"/them {page}"))
    press(hoa, preview, WORDS.draft_edit)
    await server.until(lambda: any("| 02/07/2025 |" in sent.text for sent in server.sent()))
    hoa.writes("/them Tên mới | 14/6/2024 | Báo Thử", reply_to=preview)
    await server.until(lambda: "Tên mới" in preview.text)
    assert "Báo Thử · 14/06/2024" in preview.text

    press(hoa, preview, WORDS.draft_add)
    await indexed(server, 1)

    front = (articles / "2024-06-14-ten-moi.md").read_text().split("---\n")[1]
    assert "publisher: Báo Thử\ndate: 2024-06-14\n" in front


async def test_what_is_dropped_is_not_added_and_its_button_ends(server, bot, hoa, articles, page):
    before = sorted(p.name for p in articles.iterdir())
    preview = await shown(server, hoa.writes(f"/them {page}"))
    add = next(b["callback_data"] for b in preview.buttons)
    press(hoa, preview, WORDS.draft_drop)
    await server.until(lambda: preview.text == WORDS.draft_dropped)
    query = hoa.presses(preview, add)
    await server.until(lambda: server.world.callbacks[query] is not None)

    assert server.world.callbacks[query]["text"] == WORDS.draft_gone
    assert sorted(p.name for p in articles.iterdir()) == before
    assert deeds(bot) == []


async def test_addresses_inside_the_network_are_refused(server, hoa):
    refused = await shown(server, hoa.writes("/them http://localhost:9/"))

    assert "không phải địa chỉ công khai" in refused.text
    assert refused.buttons == []


async def test_a_document_with_a_caption_is_the_same(server, hoa, kept):
    text = "Nghị quyết về công tác cán bộ của Đảng bộ tỉnh được thông qua tại hội nghị cuối năm.\n"
    preview = await shown(server, sends(server, hoa, "nghị quyết.txt", text.encode()))
    press(hoa, preview, WORDS.draft_add)
    await indexed(server, 1)

    assert len(kept.sources()) == 3


async def test_a_document_is_added_by_a_reply_to_it(server, hoa):
    text = "Nghị quyết về công tác cán bộ của Đảng bộ tỉnh được thông qua tại hội nghị cuối năm.\n"
    document = sends(server, hoa, "a.txt", text.encode(), caption="")
    await server.reply_to(document)
    preview = await shown(server, hoa.writes("/them", reply_to=document))

    assert "Sẽ thêm 1 tài liệu" in preview.text


async def test_an_archive_is_added_whole_and_says_what_it_leaves_out(server, hoa, kept):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in (1, 2):
            words = f"Bài thứ {number} nói về công tác kiểm tra, giám sát của cấp ủy năm {number}."
            archive.writestr(f"bai-{number}.txt", words)
        archive.writestr("hong.pdf", "%PDF-x")
    preview = await shown(server, sends(server, hoa, "goi.zip", data.getvalue()))
    text, labels = preview.text, [button["text"] for button in preview.buttons]
    press(hoa, preview, WORDS.draft_add)
    await indexed(server, 2)

    assert "✗ hong.pdf: " in text
    assert len(kept.sources()) == 4
    assert labels == [WORDS.draft_add, WORDS.draft_drop]


async def test_several_addresses_are_one_submission_with_one_summary(server, hoa, kept):
    other = PAGE.replace("sơ kết".encode(), "tổng kết".encode())
    async with (
        serving(answers(PAGE, "Content-Type: text/html")) as (port, _),
        serving(answers(other, "Content-Type: text/html")) as (second, _),
    ):
        urls = [f"http://127.0.0.1:{port}/a", f"http://127.0.0.1:{second}/b", "http://10.0.0.1/c"]
        preview = await shown(server, hoa.writes("/them " + "\n".join(urls)))

    assert preview.text.startswith(WORDS.draft_heading.format(count=2))
    assert "✗ http://10.0.0.1/c: " in preview.text
    press(hoa, preview, WORDS.draft_add)
    await indexed(server, 2)
    assert len(kept.sources()) == 4


async def test_what_is_there_already_is_said_before(server, hoa, articles):
    text = (articles / "hue.txt").read_bytes()

    preview = await shown(server, sends(server, hoa, "lai.txt", text))

    assert "⚠ Trùng với" in preview.text


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "Tệp rỗng"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "hỏng"), (b"PK\x03\x04", "hỏng")],
)
async def test_what_cannot_be_read_is_refused_with_the_reason(server, hoa, data, words):
    refused = await shown(server, sends(server, hoa, "a.doc", data))

    assert words in refused.text
    assert refused.buttons == []


async def test_documents_past_the_limit_are_not_even_fetched(server, hoa):
    file = {"file_id": "gross", "file_unique_id": "gross", "file_size": 21 << 20}
    entity = {"type": "bot_command", "offset": 0, "length": 5}
    content = {"document": file, "caption": "/them", "caption_entities": [entity]}

    refused = await shown(server, hoa.sends(hoa.private, content))

    assert "lớn hơn 20 MB" in refused.text


async def test_the_command_alone_tells_how_to_use_it(server, hoa):
    assert (await server.reply_to(hoa.writes("/them"))).text == WORDS.add_usage


async def test_others_can_neither_hand_in_nor_add(server, bot, hoa, articles, page):
    lan = server.person("Lan")
    refused = await server.reply_to(lan.writes(f"/them {page}"))
    preview = await shown(server, hoa.writes(f"/them {page}"))
    query = press(lan, preview, WORDS.draft_add)
    await server.until(lambda: server.world.callbacks[query] is not None)

    assert refused.text == VIETNAMESE.admins_only
    assert len(list(articles.iterdir())) == 2


async def test_a_folder_that_cannot_be_written_keeps_the_draft(server, bot, hoa, articles, page):
    preview = await shown(server, hoa.writes(f"/them {page}"))
    articles.rename(articles.with_name("weg"))
    press(hoa, preview, WORDS.draft_add)
    await server.until(lambda: any("SOURCES_DIR" in sent.text for sent in server.sent()))
    articles.with_name("weg").rename(articles)
    press(hoa, preview, WORDS.draft_add)
    await indexed(server, 1)
