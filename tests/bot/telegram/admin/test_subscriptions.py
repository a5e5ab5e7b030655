"""/theodoi: feeds and a synchronised folder, what they bring, by the clock and through restarts."""

from dataclasses import dataclass, field

import pytest
from clocks import SetTime, time_passes
from pressing import button
from webpages import answers, serving

from bot.telegram.application import Outside
from bot.texts.texts import VIETNAMESE

SAYS, PAGES = VIETNAMESE.admin.subscriptions, VIETNAMESE.admin.following
NAMES = ("Nghị quyết về công tác cán bộ", "Giá rau ngoài chợ", "Chỉ thị về dân vận khéo")


@dataclass
class Site:
    """A feed and its pages on loopback; a test adds entries."""

    titles: list[str] = field(default_factory=lambda: list(NAMES))
    status: str = "200 OK"
    port: int = 0

    @property
    def feed(self) -> str:
        return f"http://127.0.0.1:{self.port}/rss"

    def rss(self) -> bytes:
        entries = "".join(
            f"<item><title>{title}</title><link>http://127.0.0.1:{self.port}/bai-{n}</link>"
            f"<guid>bai-{n}</guid></item>"
            for n, title in reversed(list(enumerate(self.titles)))
        )
        head = '<?xml version="1.0"?><rss version="2.0"><channel><title>Báo Hoa Mai</title>'
        return f"{head}{entries}</channel></rss>".encode()

    def page(self, n: int) -> bytes:
        title = self.titles[n]
        words = f"Ngày 2/7/2025, Huyện ủy Hoa Mai bàn về {title.lower()} trong cuộc họp thứ {n}."
        return (
            f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
            f"<p>{words}</p></article></body></html>"
        ).encode()

    async def answer(self, reader, writer):
        path = self.requests[-1].split()[1].decode()
        if self.status != "200 OK":
            await answers(b"", status=self.status)(reader, writer)
        elif path == "/rss":
            await answers(self.rss(), "Content-Type: application/rss+xml")(reader, writer)
        else:
            number = int(path.rpartition("-")[2])
            await answers(self.page(number), "Content-Type: text/html")(reader, writer)


@pytest.fixture
def clock() -> SetTime:
    return SetTime()


@pytest.fixture
async def site():
    site = Site()
    async with serving(site.answer) as (port, requests):
        site.port, site.requests = port, requests
        yield site


@pytest.fixture
def synced(tmp_path):
    folder = tmp_path / "synced"
    (folder / "cong-van").mkdir(parents=True)
    return folder


@pytest.fixture
async def hoa(server, whole_bot, articles, clock, synced):
    """An administrator of the whole bot."""
    hoa = server.person("Hoa")
    hoa.private  # noqa: B018 the chat exists
    whole_bot.outside = Outside(clock, 0.0)
    whole_bot.start = lambda: whole_bot.starts(
        admin_ids=[hoa.user.id], sources_dir=articles, fetch_hosts=["127.0.0.1"], sync_dir=synced
    )
    await whole_bot.start()
    return hoa


async def new_items(server, hoa, count):
    words = f"{count} mục. Trang"

    def lists():
        return [
            s for s in server.sent(hoa.private) if s.text.startswith("Mới ở") and words in s.text
        ]

    await server.until(lambda: bool(lists()), words)
    return lists()[-1]


async def follows(server, hoa, words):
    return await server.reply_to(hoa.writes(f"/theodoi {words}"))


async def until_lost(server, hoa):
    def told():
        return [s for s in server.sent(hoa.private) if "không còn ở chỗ cũ" in s.text]

    await server.until(lambda: bool(told()), "what is lost")
    (one,) = told()
    return one


async def until_sources(server, bot, count):
    await server.until(lambda: len(bot.keeper.sources()) == count, f"{count} sources")


async def test_a_feed_is_followed_and_its_items_are_taken_or_left(
    server, whole_bot, hoa, site, clock
):
    told = await follows(server, hoa, f"{site.feed} | từ: nghị quyết, chỉ thị")
    assert "Đang theo dõi “Báo Hoa Mai”" in told.text
    assert "Hiện có 3 mục, 2 mục hợp quy tắc" in told.text
    listed = await new_items(server, hoa, 2)
    assert "1. Chỉ thị về dân vận khéo" in listed.text
    assert "Giá rau" not in listed.text

    hoa.presses(listed, button(listed, SAYS["take"].format(number=1)))
    await until_sources(server, whole_bot, 3)
    await server.until(lambda: "1 mục. Trang" in listed.text)
    hoa.presses(listed, button(listed, SAYS["leave_all"]))
    await server.until(lambda: listed.text == SAYS["nothing_left"])

    (source,) = [s for s in whole_bot.keeper.sources() if s.title == NAMES[2]]
    assert source.url == f"http://127.0.0.1:{site.port}/bai-2"
    page = "select count(*) from followed_pages where url = ?"
    assert whole_bot.log.file.number(page, source.url) == 1
    site.titles.append("Nghị quyết về chuyển đổi số")
    await time_passes(whole_bot, clock, hours=7)
    again = await new_items(server, hoa, 1)
    assert "Nghị quyết về chuyển đổi số" in again.text


async def test_what_waits_on_is_not_shown_again(server, whole_bot, hoa, site, clock):
    await follows(server, hoa, site.feed)
    listed = await new_items(server, hoa, 3)
    hoa.presses(listed, button(listed, SAYS["leave"].format(number=1)))
    await server.until(lambda: "2 mục. Trang" in listed.text)
    later = "select count(*) from subscriptions where due_at > ?"
    for _ in range(2):
        await time_passes(whole_bot, clock, hours=7)
        await server.until(lambda: whole_bot.log.file.number(later, clock.now.isoformat()) == 1)
        await server.reply_to(hoa.writes("/theodoi"))

    assert len([s for s in server.sent(hoa.private) if s.text.startswith("Mới ở")]) == 1


async def test_a_rule_may_take_by_itself(server, whole_bot, hoa, site, clock):
    await follows(
        server, hoa, f"{site.feed} | từ: nghị quyết | nơi: 127.0.0.1 | loại: html | tự động"
    )
    await until_sources(server, whole_bot, 3)
    words = SAYS["taken"].format(title="Báo Hoa Mai", count=1)
    await server.until(lambda: any(s.text.startswith(words) for s in server.sent(hoa.private)))
    site.titles.append("Nghị quyết về chuyển đổi số")
    await time_passes(whole_bot, clock, hours=7)
    await until_sources(server, whole_bot, 4)
    await time_passes(whole_bot, clock, hours=7)

    assert len([r for r in site.requests if b"/bai-" in r]) == 2
    assert not [s for s in server.sent(hoa.private) if s.text.startswith("Mới ở")]


async def test_a_folder_is_followed_below_the_synchronised_one_alone(
    server, whole_bot, hoa, synced, articles, clock
):
    file = synced / "cong-van" / "Công văn 12.txt"
    file.write_text("Công văn số 12 hướng dẫn sinh hoạt chi bộ của huyện Hoa Mai.\n")
    (synced / "cong-van" / "ghi-chu.log").write_text("không phải nguồn")
    for outside in ("..", "/etc", "khong-co"):
        assert "Không có thư mục" in (await follows(server, hoa, outside)).text
    await follows(server, hoa, "cong-van | loại: txt, pdf")
    listed = await new_items(server, hoa, 1)
    hoa.presses(listed, button(listed, SAYS["take_all"]))
    await until_sources(server, whole_bot, 3)
    assert (articles / "Công văn 12.txt").read_bytes() == file.read_bytes()

    file.write_text("Công văn số 12 hướng dẫn sinh hoạt chi bộ của huyện Hoa Mai, bản sửa.\n")
    await time_passes(whole_bot, clock, hours=2)
    listed = await new_items(server, hoa, 1)
    hoa.presses(listed, button(listed, SAYS["take_all"]))
    await server.until(lambda: any("đổi 1" in s.text for s in server.sent(hoa.private)))
    assert (articles / "Công văn 12.txt").read_bytes() == file.read_bytes()
    assert len(whole_bot.keeper.sources()) == 3

    file.unlink()
    await time_passes(whole_bot, clock, hours=2)  # empty, as a folder that is not connected
    (synced / "cong-van" / "Công văn 13.txt").write_text("Công văn số 13 của huyện Hoa Mai.\n")
    await time_passes(whole_bot, clock, hours=2)
    lost = await until_lost(server, hoa)
    assert "cong-van/Công văn 12.txt" in lost.text
    assert [b["text"] for b in lost.buttons] == [VIETNAMESE.admin.delete, PAGES["keep"]]


async def test_what_is_no_feed_or_not_public_or_no_rule_is_refused(server, hoa, site):
    for words, why in (
        (f"http://127.0.0.1:{site.port}/bai-0", "không phải nguồn tin RSS"),
        ("http://localhost:9/rss", "không phải địa chỉ công khai"),
        (f"{site.feed} | màu: đỏ", "Không hiểu “màu: đỏ”"),
    ):
        assert why in (await follows(server, hoa, words)).text


async def test_long_lists_have_pages_and_others_decide_nothing(server, whole_bot, hoa, site):
    site.titles[:] = [f"Nghị quyết số {n} của Huyện ủy" for n in range(7)]
    await follows(server, hoa, site.feed)
    listed = await new_items(server, hoa, 7)
    assert "số 6 " in listed.text
    assert "số 1 " not in listed.text
    take = button(listed, SAYS["take_all"])
    hoa.presses(listed, button(listed, "2/2 ▶"))
    await server.until(lambda: "Trang 2/2" in listed.text)
    assert "số 0 " in listed.text

    query = server.person("Lan").presses(listed, take)
    await server.until(lambda: server.world.callbacks[query] is not None)
    assert server.world.callbacks[query]["text"] == VIETNAMESE.admins_only
    assert len(whole_bot.keeper.sources()) == 2


async def test_an_item_that_cannot_be_taken_is_named_and_waits_on(server, whole_bot, hoa, site):
    await follows(server, hoa, f"{site.feed} | từ: nghị quyết")
    listed = await new_items(server, hoa, 1)
    site.status = "500 Internal Server Error"
    take = button(listed, SAYS["take"].format(number=1))
    hoa.presses(listed, take)
    await server.until(lambda: any("mã 500" in s.text for s in server.sent(hoa.private)))
    await server.until(lambda: bool(listed.buttons), "the item to wait again")
    site.status = "200 OK"
    hoa.presses(listed, take)

    await until_sources(server, whole_bot, 3)


async def test_what_was_being_taken_when_the_bot_was_killed_waits_again_unless_it_is_there(
    server, whole_bot, hoa, site, clock
):
    await follows(server, hoa, f"{site.feed} | từ: nghị quyết, chỉ thị")
    await new_items(server, hoa, 2)
    await whole_bot.stops()
    with whole_bot.log.file.writing() as db:
        db.execute("update subscription_items set state = 'taking'").close()
    folder = whole_bot.keeper.folder._root
    front = f"---\ntitle: {NAMES[2]}\nurl: http://127.0.0.1:{site.port}/bai-2\n---\n\n"
    (folder / "lay-roi.md").write_text(f"{front}Chỉ thị này đã được lấy về trước khi máy tắt.\n")
    whole_bot.keeper.reload()
    await whole_bot.start()
    states = "select state from subscription_items order by key"

    def known():
        return [row["state"] for row in whole_bot.log.file.rows(states)]

    await server.until(lambda: known() == ["open", "taken"], "the states")


async def test_what_is_followed_is_listed_and_left_again(server, whole_bot, hoa, site, clock):
    await follows(server, hoa, f"{site.feed} | từ: không có gì")
    overview = await server.reply_to(hoa.writes("/theodoi"))
    assert "1. Báo Hoa Mai – có từ: không có gì; hỏi trước khi lấy" in overview.text
    assert SAYS["pages"].format(pages=0, gone=0, failing=0) in overview.text
    hoa.presses(overview, button(overview, SAYS["unfollow"].format(number=1)))
    await server.until(lambda: "Báo Hoa Mai" not in overview.text)

    await time_passes(whole_bot, clock, hours=24 * 366)
    old = await server.reply_to(hoa.writes("/theodoi"))
    assert SAYS["old"].format(count=2) in old.text
    assert len([b for b in old.buttons if b["callback_data"].startswith("gan:")]) == 2
    assert len(site.requests) == 1


async def test_what_is_a_source_already_is_not_offered(server, whole_bot, hoa, site, articles):
    front = f"---\ntitle: Có rồi\nurl: http://127.0.0.1:{site.port}/bai-2\n---\n\n"
    (articles / "co-roi.md").write_text(f"{front}Chỉ thị này đã có trong kho từ trước.\n")
    whole_bot.keeper.reload()
    told = await follows(server, hoa, f"{site.feed} | từ: nghị quyết, chỉ thị")

    assert "1 mục hợp quy tắc" in told.text


async def test_in_a_group_the_overview_goes_to_the_administrator_alone(server, hoa, site):
    group = server.group("Hà Nội")
    await follows(server, hoa, f"{site.feed} | từ: không có gì")
    hoa.says(group, "/theodoi")
    await server.until(lambda: any("1. Báo Hoa Mai" in s.text for s in server.sent(hoa.private)))

    assert server.sent(group) == []
