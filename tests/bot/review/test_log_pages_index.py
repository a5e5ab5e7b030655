"""The log in the browser beside the index: quotes in their sources, directives, reloads."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from selenium.webdriver.common.by import By

from bot.bootstrap import open_index
from bot.cli.logs import logs
from bot.log.exchanges import Conversations
from bot.review.web import build_pages
from bot.settings import Settings
from retrieval.models import Answer, Kind, Quote
from tests.benchmarks.browser import browser, follow, missing, served

WORDS = "Đại hội đảng bộ các cấp tiến hành theo Chỉ thị số 35-CT/TW của Bộ Chính trị."
BEFORE = "Đây là câu đứng trước. "
REWRITTEN = (
    "Cả bài đã được viết lại bằng những lời khác hẳn. Bài mới dài hơn bài cũ nhiều, kể thêm việc"
    " chuẩn bị nhân sự, và không còn nhắc tới số hiệu văn bản nào nữa trong suốt cả bài.\n"
)


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """A log whose first exchange quotes a source that has been changed since."""
    folder, state = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("state")
    article = folder / "dai-hoi.txt"
    article.write_text(f"{BEFORE}{WORDS} Đây là câu đứng sau.\n")
    with (
        open_index(Settings(_env_file=None, sources_dir=folder, state_dir=state)) as index,
        Conversations(state / "logs.db") as log,
    ):
        index.reload()
        (source,) = index.sources()
        begin = len(BEFORE)
        quote = Quote(source, begin, begin + len(WORDS), WORDS)
        assert index.stored(source.id, quote.start, quote.end, WORDS)
        asked(log, "Đại hội theo chỉ thị nào?", Kind.ANSWER, (quote,))
        asked(log, "chi thi 35-ct/tw noi gi", Kind.NOT_FOUND, ())
        asked(log, "Quy định 205-QĐ/TW nói gì?", Kind.NOT_FOUND, ())
        asked(log, "135-CT/TW là gì?", Kind.NOT_FOUND, ())
        article.write_text(REWRITTEN)
        assert index.reload().changed == ("dai-hoi.txt",)
    return state


def asked(log, question, kind, quotes) -> None:
    exchange = log.record(None, -7, None, 9, "Lan", 1, question, datetime.now(UTC))
    log.finish(exchange, Answer(question, kind, "Theo nguồn:", quotes))


@pytest.fixture
async def pages(state):
    pages = build_pages(state)
    await pages.invoke_startup()
    return pages


async def rows(pages, path: str) -> list[dict[str, object]]:
    got = await pages.client.get(path, params={"_shape": "array"})
    assert got.status_code == 200, got.text
    return got.json()


async def test_directives_are_counted_by_what_questions_and_quotes_say(pages):
    counted = await rows(pages, "/logs/theo-van-ban.json")

    assert {row["Văn bản"]: (row["Lượt hỏi"], row["Chưa có nguồn"]) for row in counted} == {
        "Chỉ thị số 35-CT/TW": (2, 1),
        "Quy định số 205-QĐ/TW": (1, 1),
        "Chỉ thị số 135-CT/TW": (1, 1),
    }


@pytest.mark.parametrize("typed", ["35-CT/TW", "Chỉ thị số 35-CT/TW", "35-ct/tw"])
async def test_a_directive_leads_to_the_exchanges_about_it(pages, typed):
    found = await pages.client.get(
        "/logs/ve-van-ban.json", params={"van_ban": typed, "_shape": "array"}
    )
    assert [row["Số"] for row in found.json()] == [2, 1]


@pytest.mark.parametrize(
    ("database", "there", "not_there"),
    [("logs", "Bình chọn</a> – 0 dòng", ">replies<"), ("index", "Nguồn</a> – 1 dòng", ">vectors<")],
)
async def test_tables_are_listed_by_their_titles(pages, database, there, not_there):
    page = (await pages.client.get(f"/{database}")).text

    assert there in page
    assert not_there not in page
    assert "sqlite_sequence" not in page


async def test_reloads_are_listed(pages):
    listed = await rows(pages, "/index/cac-lan-nap.json")

    assert [(row["Thêm"], row["Đổi"], row["Bỏ"]) for row in listed] == [(0, 1, 0), (1, 0, 0)]


@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
def test_in_a_browser_a_quote_leads_to_the_version_it_stands_in(state, tmp_path):
    with served(state) as address, browser(tmp_path / "profile") as driver:
        driver.get(f"{address}/logs/theo-van-ban")
        follow(driver, driver.find_element(By.LINK_TEXT, "Chỉ thị số 35-CT/TW"))
        follow(driver, driver.find_element(By.LINK_TEXT, "1"))
        assert driver.find_element(By.CSS_SELECTOR, "h1").text == "Lượt hỏi 1"

        follow(
            driver, driver.find_element(By.CSS_SELECTOR, "blockquote .place a[href*='trong-nguon']")
        )
        (row,) = driver.find_elements(By.CSS_SELECTOR, "table.rows-and-columns tbody tr")

        assert f"{BEFORE.strip()} 【{WORDS}】 Đây là câu đứng sau." in row.text
        current = row.find_element(By.CSS_SELECTOR, "td:nth-child(5)")
        assert current.text == "không", "another version is live by now"


async def test_a_quote_of_a_source_that_changed_says_so(pages, state):
    page = (await pages.client.get("/logs/exchanges/1")).text

    assert WORDS in page
    assert "Nguồn này đã thay đổi từ đó" in page


def test_the_terminal_says_what_became_of_the_sources_of_an_answer(state, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(state))
    told = CliRunner().invoke(logs, ["show", "1"], standalone_mode=False).output
    in_json = CliRunner().invoke(logs, ["show", "--json", "1"], standalone_mode=False).output

    assert "Nguồn này đã thay đổi từ đó" in told
    assert json.loads(in_json)["quoted"][0]["standing"] == "changed"
