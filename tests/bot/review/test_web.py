"""The log in the browser: every page answers, nothing can be written, and who is let in."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from scripted import found
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from bot.log.exchanges import Conversations
from bot.log.votes import Vote, Votes
from bot.review.export import safe
from bot.review.web import NotOffered, build_pages, pages_socket
from bot.texts.texts import VIETNAMESE
from retrieval.models import Drop, DropReason, ModelUse, RefusalReason
from tests.benchmarks.browser import browser, follow, missing, served
from tests.benchmarks.made_up_log import make_up

QUESTION = "Năm 2024 kết nạp bao nhiêu đảng viên? <script>alert(1)</script>"


MORE = (">home<", "dashboards</a>", "View and edit", "SQL query", "Fullscreen")
"""English words of Datasette and its plugin that people met on pages."""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """A log with one hundred made-up exchanges and one of ours, number 101."""
    state = tmp_path_factory.mktemp("state")
    make_up(state / "logs.db", 100, 20)
    with Conversations(state / "logs.db") as log:
        ours = log.record(None, -7, None, 9, "Lan", 1, QUESTION, datetime.now(UTC))
        drop = Drop(DropReason.NOT_IN_EVIDENCE, "{88}")
        use = ModelUse("mô-hình-9", "Nguyên văn.", dropped=(("Câu bịa.", drop),))
        log.finish(ours, replace(found(QUESTION), model=use))
        Votes(log.file).explain(ours, 9, words="thiếu số liệu Huế")
        Votes(log.file).cast(1, 9, Vote.UP)
    return state


@pytest.fixture
async def pages(state):
    pages = build_pages(state)
    await pages.invoke_startup()
    return pages


async def test_every_query_and_chart_answers(pages):
    queries = pages.metadata("queries", database="logs")
    board = pages.plugin_config("datasette-dashboards")["tong-quan"]

    for name, query in queries.items():
        got = await pages.client.get(f"/logs/{name}.json?tu=dang+vien&ngay=90&van_ban=35-CT%2FTW")
        assert (got.status_code, got.json()["ok"]) == (200, True), name
        assert re.search(r"[À-ỹ]", query["title"]), name
    for name, chart in board["charts"].items():
        got = await pages.client.get("/logs.json", params={"sql": chart["query"]})
        assert got.json()["rows"], name
        scale = chart.get("display", {}).get("encoding", {}).get("color", {}).get("scale", {})
        if column := {"cau-hoi": "kind", "danh-gia": "verdict"}.get(name):
            at = got.json()["columns"].index(column)
            assert {row[at] for row in got.json()["rows"]} <= set(scale["domain"]), name


async def test_every_reason_of_a_refusal_has_its_name_in_the_chart(pages):
    for reason in RefusalReason:
        got = await pages.client.get(
            "/logs.json", params={"sql": f"select called('refusals', '{reason}') as n"}
        )
        assert got.json()["rows"] == [[VIETNAMESE.admin.review.entry.refusals[reason]]]


async def test_words_are_found_without_diacritics(pages):
    for typed in ("dang vien bao nhieu", "Đảng viên bao nhiêu", '"đảng* viên? bao nhiêu'):
        got = await pages.client.get("/logs/tim.json", params={"tu": typed, "_shape": "array"})
        assert [row["Số"] for row in got.json()] == [101], typed
    for typed in ("", '"', "  "):
        assert (await pages.client.get("/logs/tim.json", params={"tu": typed})).json()["ok"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"tu": "Đảng viên bao nhiêu"}, [101]),
        ({"cuoc": "-7"}, [101]),
        ({"cuoc": "-7", "ket_qua": "not_found"}, []),
        ({"cuoc": "-7", "ket_qua": "answer", "phieu": "down", "nguoi": "lan"}, [101]),
        ({"cuoc": "-7", "nguoi": "Mai"}, []),
    ],
)
async def test_exchanges_are_filtered(pages, wanted, expected):
    asked = dict.fromkeys(("ngay", "ket_qua", "phieu", "cuoc", "nguoi", "tu"), "")
    got = await pages.client.get("/logs/loc.json", params=asked | wanted | {"_shape": "array"})

    assert [row["Số"] for row in got.json()] == expected


async def test_pages_speak_vietnamese(pages):
    for path, words in (
        ("/", "Biểu đồ 30 ngày"),
        ("/logs", "Lượt hỏi đáp</a> – 101 dòng"),
        ("/logs/tim?tu=dang+vien", "Từ cần tìm"),
        ("/logs/theo-nguon", "Trong mấy ngày qua"),
        ("/logs/chua-tra-loi", "Nguồn gần nhất"),
        ("/logs/bi-bo", "“Câu bịa.” – không có trong chứng cứ: {88}"),
        ("/logs/bi-che", "lý do khác"),
        ("/logs/cham", "tìm "),
        ("/logs/tim?tu=kxyz", "Không có dòng nào."),
        ("/logs?sql=select+1", "Câu truy vấn tự viết"),
        ("/-/dashboards", "<h1>Biểu đồ</h1>"),
        ("/-/dashboards/tong-quan", ">Trang đầu</a>"),
        ("/-/dashboards/tong-quan/ty-le", "Xem câu truy vấn"),
    ):
        page = (await pages.client.get(path, follow_redirects=True)).text
        assert words in page, path
        for english in ("Run SQL", "Query parameters", "Custom SQL", ">not_found<", *MORE):
            assert english not in page, (path, english)
    bad = await pages.client.get("/logs?sql=select+nix")
    assert "no such column" in bad.text


async def test_moments_stand_on_pages_as_people_write_them(pages):
    page = (await pages.client.get("/logs/loc?_hide_sql=1", follow_redirects=True)).text
    odd = (await pages.client.get("/logs?sql=select+'2024-99-99 10:00:00'+as+x")).text

    assert f"{datetime.now():%d/%m/%Y }" in page
    assert "2024-99-99 10:00:00" in odd


async def test_an_exchange_is_a_page_to_read(pages):
    page = (await pages.client.get("/logs/exchanges/101")).text

    for words in (
        "“Năm 2024, toàn Đảng bộ kết nạp",
        "bai-mot-123456 [0:48]",
        "Chê – Lan: lý do khác · thiếu số liệu Huế",
        "Mô hình mô-hình-9 viết</dt><dd>Nguyên văn.",
        "“Câu bịa.” – không có trong chứng cứ: {88}",
    ):
        assert words in page
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page
    assert (await pages.client.get("/logs/exchanges/999")).status_code == 404


@pytest.mark.parametrize("how", ["_stream=on", "_dl=on", "_labels=on&_size=max", "_shape=x"])
async def test_no_exported_cell_runs_in_a_spreadsheet(tmp_path, how):
    typed = ["=1+1", "+84", "-1+2", "@SUM(A1)", "\t=1", "dòng\n=2", '"a",=3', "Đảng viên"]
    with Conversations(tmp_path / "logs.db") as log:
        for words in typed:
            log.record(None, -7, None, 9, "=Lan", 1, words, datetime.now(UTC))
    pages = build_pages(tmp_path)
    await pages.invoke_startup()

    asked = "select question, -7 as chat_id from exchanges"
    for page in ("exchanges.csv?", "hom-nay.csv?", f"../logs.csv?sql={asked}&"):
        got = await pages.client.get(f"/logs/{page}{how}")
        heads, *rows = csv.reader(io.StringIO(got.text, newline=""))
        at = heads.index("question") if "question" in heads else heads.index("Câu hỏi")
        cells = sorted(row[at] for row in rows)
        assert cells == sorted(safe(words) for words in typed), page
        if "chat_id" in heads:
            assert {row[heads.index("chat_id")] for row in rows} == {"-7"}
    people = await pages.client.get(f"/logs/people.csv?{how}")
    assert "'=Lan" in people.text


async def test_nothing_can_be_written(pages):
    got = await pages.client.get("/logs.json", params={"sql": "delete from exchanges"})

    assert got.status_code == 400
    with pytest.raises(Exception, match="readonly"):
        await pages.get_database("logs").execute_fn(lambda db: db.execute("delete from votes"))


async def test_a_reader_hinders_no_writer(pages, state):
    def while_reading(reader):
        reader.execute("begin")
        reader.execute("select count(*) from exchanges").fetchone()
        with Conversations(state / "logs.db") as log:
            exchange = log.record(None, -8, None, 9, "Lan", 2, "trong lúc đọc", datetime.now(UTC))
            log.fail(exchange, "xong")
        reader.execute("rollback")
        return exchange

    assert await pages.get_database("logs").execute_fn(while_reading) > 101


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_beyond_this_machine_a_password_is_needed(host, chidan, state):
    with pytest.raises(NotOffered, match="LOGS_PASSWORD"):
        pages_socket(host, 0, has_password=False)

    refused = chidan("logs", "serve", "--host", host, STATE_DIR=str(state))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


async def test_with_a_password_nobody_else_reads(state):
    pages = build_pages(state, {"nhatky": "mật khẩu"})
    await pages.invoke_startup()
    locked = [
        (await pages.client.get(path)).status_code
        for path in ("/", "/logs", "/logs/tim", "/logs/exchanges/1", "/logs.json", "/-/dashboards")
    ]
    form = await pages.client.get("/-/login")
    token = re.search(r'name="csrftoken" value="([^"]+)"', form.text).group(1)
    login = {"username": "nhatky", "password": "mật khẩu", "csrftoken": token}
    wrong = await pages.client.post(
        "/-/login", data=login | {"password": "khác"}, cookies=form.cookies
    )
    right = await pages.client.post("/-/login", data=login, cookies=form.cookies)
    inside = await pages.client.get("/logs", cookies={"ds_actor": right.cookies["ds_actor"]})

    assert set(locked) == {302, 403}, "people are led to the form, programs told"
    assert "ds_actor" not in wrong.cookies
    assert (inside.status_code, "Chưa trả lời được" in inside.text) == (200, True)


def test_without_a_log_that_is_said(chidan):
    done = chidan("logs", "serve", "--port", "0")

    assert (done.returncode, "Chưa có nhật ký" in done.stderr) == (1, True)


@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
def test_in_a_browser(state, tmp_path):
    with served(state) as address, browser(tmp_path / "profile") as driver:

        def there(css: str):
            return driver.find_element(By.CSS_SELECTOR, css)

        def link(words: str):
            return driver.find_element(By.LINK_TEXT, words)

        driver.get(f"{address}/logs")
        follow(driver, link("Tìm trong câu hỏi, câu trả lời và trích dẫn"))
        there("input[name=tu]").send_keys("dang vien bao nhieu")
        follow(driver, there("form.sql [type=submit]"))
        assert "đảng viên?" in there("table.rows-and-columns").text
        follow(driver, link("101"))
        assert there("h1").text == "Lượt hỏi 101"
        assert there(".question").text == QUESTION
        assert "11.144 đảng viên" in there("blockquote").text

        follow(driver, link("Mọi lượt hỏi"))
        Select(there("select[name=ket_qua]")).select_by_visible_text("chưa có nguồn")
        follow(driver, there("form.sql [type=submit]"))
        assert Select(there("select[name=ket_qua]")).first_selected_option.text == "chưa có nguồn"
        kinds = driver.find_elements(By.CSS_SELECTOR, "td[data-of='Kết quả']")
        assert {kind.text for kind in kinds} == {"chưa có nguồn"}

        driver.get(f"{address}/-/dashboards/tong-quan")
        drawn = "canvas.marks, svg.marks"
        WebDriverWait(driver, 30).until(
            lambda page: len(page.find_elements(By.CSS_SELECTOR, drawn)) == 5
        )
        assert there(drawn).size["width"] > 100
