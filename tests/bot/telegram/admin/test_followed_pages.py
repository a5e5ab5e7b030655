"""Pages added by address, fetched again by the clock; sources that nobody confirmed for a year."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from clocks import SetTime, time_passes
from pressing import button
from scripted import found
from webpages import answers, serving

from bot.log.followed import FollowedPages, ProposalKind
from bot.telegram.application import Outside
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind, Quote

SAYS = VIETNAMESE.admin.following
OLD = "Hội nghị đánh giá việc sắp xếp tổ chức bộ máy của 12 địa phương trong sáu tháng đầu năm."
NEW = "Hội nghị đánh giá việc sắp xếp tổ chức bộ máy của 14 địa phương trong sáu tháng đầu năm."


@dataclass
class Page:
    """A page on loopback that a test changes; it knows its ETag."""

    says: str = OLD
    status: str = "200 OK"
    served: list[bytes] = field(default_factory=list)

    def body(self) -> bytes:
        return f"""<!doctype html><html><head><title>Hội nghị sơ kết của Tỉnh ủy Hoa Mai</title>
            <meta name="date" content="2025-07-02"></head><body><article>
            <h1>Hội nghị sơ kết của Tỉnh ủy Hoa Mai</h1>
            <p>Sáng 2/7/2025, Ban Thường vụ Tỉnh ủy Hoa Mai tổ chức hội nghị sơ kết.</p>
            <p>{self.says}</p></article></body></html>""".encode()

    async def answer(self, reader, writer):
        request = self.requests[-1]
        self.served.append(request)
        etag = f'ETag: "{abs(hash(self.says))}"'
        if self.status != "200 OK":
            await answers(b"", status=self.status)(reader, writer)
        elif etag.partition(": ")[2].encode() in request:
            await answers(b"", etag, status="304 Not Modified")(reader, writer)
        else:
            await answers(self.body(), "Content-Type: text/html", etag)(reader, writer)


@pytest.fixture
def clock() -> SetTime:
    return SetTime()


@pytest.fixture
async def page():
    page = Page()
    async with serving(page.answer) as (port, requests):
        page.requests, page.url = requests, f"http://127.0.0.1:{port}/hoi-nghi"
        yield page


@pytest.fixture
async def hoa(server, whole_bot, articles, clock, page):
    """An administrator who has added the page."""
    hoa = server.person("Hoa")
    hoa.private  # noqa: B018 the chat exists
    whole_bot.outside = Outside(clock, 0.0)
    whole_bot.start = lambda: whole_bot.starts(
        admin_ids=[hoa.user.id], sources_dir=articles, fetch_hosts=["127.0.0.1"]
    )
    await whole_bot.start()
    preview = await server.reply_to(hoa.writes(f"/them {page.url}"))
    await server.until(lambda: bool(preview.buttons), "the preview")
    hoa.presses(preview, button(preview, VIETNAMESE.admin.draft_add))
    await server.until(lambda: any("thêm 1," in s.text for s in server.sent()), "the source")
    return hoa


async def proposed(server, hoa, words="Trang của nguồn"):
    def messages():
        return [s for s in server.sent(hoa.private) if s.text.startswith(words)]

    await server.until(lambda: bool(messages()), words)
    return messages()[-1]


async def looked(server, page, times):
    await server.until(lambda: len(page.served) == times, f"{times} requests")


def text_of(bot):
    (source,) = [s for s in bot.keeper.sources() if "Hoa Mai" in s.title]
    return bot.keeper.text(source.id)


async def noted(server, bot, column, value):
    sql = f"select count(*) from followed_pages where {column} = ?"  # noqa: S608 columns of the test
    await server.until(lambda: bot.log.file.number(sql, value) == 1, column)


async def test_a_page_that_is_the_same_is_asked_for_by_its_etag_and_is_told_to_nobody(
    server, whole_bot, hoa, page, clock
):
    await time_passes(whole_bot, clock, days=6)
    await time_passes(whole_bot, clock, days=2)
    await noted(server, whole_bot, "etag <> ''", 1)
    await time_passes(whole_bot, clock, days=8)
    await looked(server, page, 3)

    assert b"If-None-Match" not in page.served[1]
    assert b"If-None-Match" in page.served[2]
    sql = "select count(*) from confirmations where confirmed_at > ?"
    day = (clock.now - timedelta(hours=1)).isoformat()
    await server.until(lambda: whole_bot.log.file.number(sql, day) == 1, "the confirmation")
    assert not [s for s in server.sent(hoa.private) if s.text.startswith("Trang của nguồn")]


async def test_what_changed_is_shown_and_taken(server, whole_bot, hoa, page, clock, articles):
    page.says = NEW
    await time_passes(whole_bot, clock, days=8)
    shown = await proposed(server, hoa)

    assert f"− {OLD}\n+ {NEW}" in shown.text
    assert page.url in shown.text
    assert OLD in text_of(whole_bot)
    hoa.presses(shown, button(shown, SAYS["take"]))
    await server.until(lambda: any("đổi 1" in s.text for s in server.sent(hoa.private)))

    assert NEW in text_of(whole_bot)
    assert OLD not in text_of(whole_bot)
    (file,) = [p for p in articles.iterdir() if "hoa-mai" in p.name]
    assert f"url: {page.url}\n" in file.read_text()
    await time_passes(whole_bot, clock, days=8)
    await looked(server, page, 3)
    assert len([s for s in server.sent(hoa.private) if s.text.startswith("Trang của nguồn")]) == 0


async def test_what_is_left_is_not_shown_again_until_the_page_changes_again(
    server, whole_bot, hoa, page, clock
):
    page.says = NEW
    await time_passes(whole_bot, clock, days=8)
    shown = await proposed(server, hoa)
    hoa.presses(shown, button(shown, SAYS["leave"]))
    await server.until(lambda: shown.text.startswith("Vẫn giữ"))
    await noted(server, whole_bot, "differs", 1)
    await time_passes(whole_bot, clock, days=8)
    await looked(server, page, 3)
    assert OLD in text_of(whole_bot)

    page.says = NEW.replace("14", "15")
    await time_passes(whole_bot, clock, days=8)
    again = await proposed(server, hoa)
    assert "của 15 địa phương" in again.text


async def test_an_older_proposal_gives_way_and_its_button_says_so(
    server, whole_bot, hoa, page, clock
):
    page.says = NEW
    await time_passes(whole_bot, clock, days=8)
    first = await proposed(server, hoa)
    page.says = NEW.replace("14", "15")
    await time_passes(whole_bot, clock, days=8)
    await server.until(lambda: "của 15" in server.sent(hoa.private)[-1].text)

    hoa.presses(first, button(first, SAYS["take"]))
    await server.until(lambda: first.text == SAYS["decided"])
    assert OLD in text_of(whole_bot)


async def test_only_administrators_decide(server, whole_bot, hoa, page, clock):
    page.says = NEW
    await time_passes(whole_bot, clock, days=8)
    shown = await proposed(server, hoa)
    query = server.person("Lan").presses(shown, button(shown, SAYS["take"]))
    await server.until(lambda: server.world.callbacks[query] is not None)

    assert server.world.callbacks[query]["text"] == VIETNAMESE.admins_only
    assert OLD in text_of(whole_bot)


async def test_a_page_that_is_gone_is_told_once_and_its_source_stays_until_it_is_deleted(
    server, whole_bot, hoa, page, clock
):
    page.status = "404 Not Found"
    await time_passes(whole_bot, clock, days=8)
    shown = await proposed(server, hoa, "Trang hoặc tệp gốc")
    await time_passes(whole_bot, clock, days=8)
    await looked(server, page, 3)

    assert "không còn ở chỗ cũ" in shown.text
    assert OLD in text_of(whole_bot)
    hoa.presses(shown, button(shown, VIETNAMESE.admin.delete))
    await server.until(lambda: any("bỏ 1" in s.text for s in server.sent(hoa.private)))
    assert len([s for s in server.sent(hoa.private) if "chỗ cũ" in s.text]) == 0


async def test_a_page_that_cannot_be_fetched_is_tried_the_next_day(
    server, whole_bot, hoa, page, clock
):
    page.status = "503 Service Unavailable"
    await time_passes(whole_bot, clock, days=8)
    await noted(server, whole_bot, "failures", 1)
    page.status = "200 OK"
    await time_passes(whole_bot, clock, days=2)
    await noted(server, whole_bot, "failures", 0)

    assert not [s for s in server.sent(hoa.private) if s.text.startswith("Trang của nguồn")]


async def test_a_source_that_nobody_confirmed_for_a_year_is_marked_until_somebody_does(
    server, whole_bot, hoa, clock
):
    keeper = whole_bot.keeper
    (source,) = [s for s in keeper.sources() if s.path == "hue.txt"]
    words = keeper.text(source.id).strip()

    def says(question):
        if "Huế" in question:
            return Answer(question, Kind.ANSWER, quotes=(Quote(source, 0, len(words), words),))
        return found(question)

    whole_bot.assistant.says = says
    mark = VIETNAMESE.remarks["unconfirmed"].format(day=f"{datetime.now():%-d/%-m/%Y}")
    lan = server.person("Lan")
    fresh = await server.reply_to(lan.writes("Huế mở mấy lớp?"))
    await time_passes(whole_bot, clock, days=366)
    old = await server.reply_to(lan.writes("Huế mở mấy lớp?"))
    assert mark not in fresh.text
    assert old.text.count(mark) == 1

    listed = await server.reply_to(hoa.writes("/moinhat"))
    number = next(b for b in listed.buttons if source.id in b["callback_data"])
    hoa.presses(listed, number["callback_data"])
    await server.until(lambda: "Xác nhận lần cuối" in server.sent(hoa.private)[-1].text)
    card = server.sent(hoa.private)[-1]
    query = hoa.presses(card, button(card, SAYS["still_right"]))
    await server.until(lambda: server.world.callbacks[query] is not None)
    again = await server.reply_to(lan.writes("Huế mở mấy lớp?"))
    assert "vẫn đúng" in server.world.callbacks[query]["text"]
    assert mark not in again.text


async def test_others_see_no_button_to_confirm_and_cannot_press_one(server, whole_bot, hoa):
    lan = server.person("Lan")
    listed = await server.reply_to(lan.writes("/moinhat"))
    lan.presses(listed, listed.buttons[0]["callback_data"])
    await server.until(lambda: len(server.sent(lan.private)) == 2)
    card = server.sent(lan.private)[1]
    assert "Xác nhận lần cuối" not in card.text
    query = lan.presses(card, f"xacnhan:{whole_bot.keeper.sources()[0].id}")
    await server.until(lambda: server.world.callbacks[query] is not None)

    assert server.world.callbacks[query]["text"] == VIETNAMESE.admins_only
    assert whole_bot.log.file.number("select count(*) from confirmations") == 0


async def test_many_changes_are_shown_a_few_at_a_time(server, whole_bot, hoa, clock, articles):
    pages = FollowedPages(whole_bot.log.file)
    for number in range(13):
        words = f"Chi bộ số {number} họp bàn về sinh hoạt chuyên đề của năm nay."
        (articles / f"so-{number}.md").write_text(f"{words}\n")
        pages.propose(ProposalKind.CHANGED, f"so-{number}.md", "", words + " Họp thêm.", clock.now)
    whole_bot.keeper.reload()

    def shown():
        return [s for s in server.sent(hoa.private) if s.text.startswith("Trang của nguồn")]

    await time_passes(whole_bot, clock, days=0)
    await server.until(lambda: len(shown()) == 10, "ten")
    await time_passes(whole_bot, clock, days=0)
    await server.until(lambda: len(shown()) == 13, "the others")
    assert len({s.text for s in shown()}) == 13
