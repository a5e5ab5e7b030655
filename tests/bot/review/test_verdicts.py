"""Reviewers judge answers on the pages of the log, and their verdicts become cases."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from axe_core_python.selenium import Axe
from scripted import found
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from bot.log.exchanges import Conversations
from bot.log.retention import forget
from bot.log.verdicts import Judgement, Verdict, Verdicts
from bot.log.votes import Vote, Votes
from bot.review.export import as_csv, as_jsonl
from bot.review.queries import Filter, entry, find, with_evidence
from bot.review.rendering import entry_text
from bot.review.web import build_pages
from retrieval.evaluation.cases import load_cases
from retrieval.models import Answer, Kind, Refusal, RefusalReason
from tests.benchmarks.browser import browser, follow, missing, served
from tests.benchmarks.made_up_log import make_up

USERS = {"nhatky": "chung-1", "lan": "riêng-2"}
ANSWERED, REFUSED, DISLIKED, GREETED = 1, 2, 3, 4


@pytest.fixture
def log(tmp_path):
    """Four exchanges: answered, refused, answered and voted down, small talk."""
    with Conversations(tmp_path / "state" / "logs.db") as log:

        def asked(question, answer):
            exchange = log.record(None, -7, None, 9, "Lan", 1, question, datetime.now(UTC))
            log.finish(exchange, replace(answer, question=question))

        asked("Kết nạp bao nhiêu đảng viên?", found("x"))
        refusal = Refusal(RefusalReason.WEAK_EVIDENCE)
        asked("Ai nuôi mèo?", Answer("", Kind.NOT_FOUND, "Không có.", refusal=refusal))
        asked("Năm 2023 thì sao?", found("x"))
        asked("Chào bạn", Answer("", Kind.SMALLTALK, "Chào bạn."))
        Votes(log.file).cast(DISLIKED, 9, Vote.DOWN)
        yield log


@pytest.fixture
async def pages(log, tmp_path):
    pages = build_pages(tmp_path / "state", USERS)
    await pages.invoke_startup()
    return pages


def inside(pages, name: str = "lan") -> dict[str, str]:
    return {"ds_actor": pages.sign({"a": {"id": name}}, "actor")}


async def judged(pages, number: int, **fields: str):
    """Send the form of an exchange as a browser does."""
    page = await pages.client.get(f"/logs/exchanges/{number}", cookies=inside(pages))
    token = re.search(r'name="csrftoken" value="([^"]+)"', page.text).group(1)
    cookies = {**inside(pages), "ds_csrftoken": page.cookies["ds_csrftoken"]}
    form = {"csrftoken": token, "then": "next"} | fields
    return await pages.client.post(f"/danh-gia/{number}", data=form, cookies=cookies)


async def test_the_queue_leads_from_the_disliked_to_the_rest(pages, log):
    first = await pages.client.get("/danh-gia", cookies=inside(pages))
    seen = [first.headers["location"]]
    for number, verdict in ((DISLIKED, "wrong_quote"), (REFUSED, "right"), (ANSWERED, "right")):
        seen.append((await judged(pages, number, verdict=verdict)).headers["location"])

    assert seen == [
        f"/logs/exchanges/{DISLIKED}",
        f"/logs/exchanges/{REFUSED}",
        f"/logs/exchanges/{ANSWERED}",
        "/logs/can-danh-gia?_hide_sql=1",
    ]
    assert {v["reviewer"] for v in Verdicts(log.file).latest()} == {"lan"}


async def test_a_verdict_stands_in_the_log_its_exports_and_its_filters(pages, log):
    await judged(pages, ANSWERED, verdict="incomplete", note="=thiếu Huế", must="1.234 đảng viên")
    again = await judged(pages, ANSWERED, verdict="right", note="=đủ rồi")

    (verdict,) = entry(log.file, ANSWERED)["verdicts"]
    assert (again.status_code, verdict["verdict"], verdict["note"]) == (302, "right", "=đủ rồi")
    assert "lan: đúng · =đủ rồi" in entry_text(entry(log.file, ANSWERED))
    assert [row["id"] for row in find(log.file, Filter(verdict="right"))] == [ANSWERED]
    assert len(find(log.file, Filter(verdict="none"))) == 3
    page = await pages.client.get(f"/logs/exchanges/{ANSWERED}", cookies=inside(pages))
    assert "lan: đúng · =đủ rồi" in page.text


async def test_without_login_token_or_sense_nothing_is_written(pages, log):
    stranger = await pages.client.post("/danh-gia/1", data={"verdict": "right"})
    forged = await pages.client.post(
        "/danh-gia/1", data={"verdict": "right"}, cookies=inside(pages)
    )
    sent_off = await pages.client.get("/danh-gia")
    unknown = await judged(pages, ANSWERED, verdict="great")
    gone = await pages.client.get("/danh-gia/99", cookies=inside(pages))

    assert [stranger.status_code, forged.status_code, unknown.status_code] == [403, 403, 404]
    assert sent_off.headers["location"] == "/-/login"
    assert gone.status_code == 302
    assert "Không có đánh giá nào như vậy" in unknown.text
    assert Verdicts(log.file).latest() == []


async def test_without_a_password_nobody_judges(log, tmp_path):
    pages = build_pages(tmp_path / "state")
    await pages.invoke_startup()

    page = await pages.client.get("/logs/exchanges/1")
    posted = await pages.client.post(
        "/danh-gia/1", data={"verdict": "right"}, cookies=inside(pages)
    )

    assert "LOGS_PASSWORD" in page.text
    assert posted.status_code == 403
    assert Verdicts(log.file).latest() == []


def test_verdicts_become_cases(chidan, log, tmp_path):
    verdicts = Verdicts(log.file)
    verdicts.give(ANSWERED, "lan", Judgement(Verdict.RIGHT))
    verdicts.give(REFUSED, "lan", Judgement(Verdict.SHOULD_ANSWER, must="con mèo\nmàu đen"))
    verdicts.give(DISLIKED, "lan", Judgement(Verdict.WRONG_QUOTE))
    verdicts.give(GREETED, "minh", Judgement(Verdict.SHOULD_REFUSE))

    done = chidan("logs", "to-eval")
    again = chidan("logs", "to-eval")

    cases = {case.id: case for case in load_cases(tmp_path / "log-cases.jsonl").cases}
    assert f"câu {DISLIKED}" in done.stdout
    assert "Đã thêm 0 câu" in again.stdout
    assert sorted(cases) == ["log-1", "log-2", "log-4"]
    assert cases["log-1"].must[0][0].startswith("Năm 2024, toàn Đảng bộ kết nạp")
    assert cases["log-2"].must == (("con mèo",), ("màu đen",))
    assert not cases["log-4"].answerable
    assert chidan("logs", "to-eval", "3").returncode == 2


def test_exports_hold_the_whole_exchange(log):
    Votes(log.file).explain(DISLIKED, 9, words="=thiếu số liệu Huế")
    Verdicts(log.file).give(DISLIKED, "lan", Judgement(Verdict.INCOMPLETE, "xem lại"))
    rows = with_evidence(log.file, find(log.file, Filter()))

    sheet = as_csv(rows).decode()
    objects = [json.loads(line) for line in as_jsonl(rows).splitlines()]

    for words in ("“Năm 2024, toàn Đảng bộ", "thiếu số liệu Huế", "lan: thiếu · xem lại",
                  "bằng chứng yếu"):  # fmt: skip
        assert words in sheet
    (disliked,) = [row for row in objects if row["id"] == DISLIKED]
    assert disliked["quoted"][0]["text"].startswith("Năm 2024")
    assert disliked["voted"][0]["words"] == "=thiếu số liệu Huế"
    assert disliked["verdicts"][0]["note"] == "xem lại"


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"refusal": "weak_evidence"}, [REFUSED]),
        ({"source": "bai-mot-123456"}, [DISLIKED, ANSWERED]),
        ({"source": "bai-mot-123456", "vote": "down"}, [DISLIKED]),
        ({"source": "khac"}, []),
    ],
)
def test_exchanges_are_filtered_by_reason_and_source(log, wanted, numbers):
    assert [row["id"] for row in find(log.file, Filter(**wanted))] == numbers


def test_what_a_person_deletes_leaves_no_words_in_a_verdict(log):
    Verdicts(log.file).give(ANSWERED, "lan", Judgement(Verdict.RIGHT, "nhắc tên Lan", "Lan"))
    forget(log.file, 9)

    (verdict,) = entry(log.file, ANSWERED)["verdicts"]
    assert (verdict["note"], verdict["must"], verdict["verdict"]) == ("", "", "right")
    assert not Verdicts(log.file).give(ANSWERED, "lan", Judgement(Verdict.RIGHT))


async def test_errors_of_pages_are_told_in_plain_words(pages):
    for path, words in (
        ("/logs/exchanges/999", "Không có trang này"),
        ("/logs/khong-co", "Không có trang này"),
        ("/-/login", "Tên người xem"),
    ):
        page = (await pages.client.get(path, cookies=inside(pages))).text
        assert words in page, path
        for english in ("Error 4", "not found", "Log in", "Username", "Traceback"):
            assert english not in page, (path, english)


PAGES = (
    "/",
    "/logs",
    "/logs/loc?_hide_sql=1",
    "/logs/can-danh-gia?_hide_sql=1",
    "/logs/exchanges",
    "/logs/exchanges/41",
    "/logs/quotes",
    "/logs/khong-co",
    "/-/dashboards",
    "/-/dashboards/tong-quan",
    "/-/dashboards/tong-quan/ty-le",
    "/-/logout",
)


@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
def test_in_a_browser_keys_judge_and_no_page_fails_the_accessibility_checker(tmp_path):
    state = tmp_path / "state"
    make_up(state / "logs.db", 40, 20)
    with Conversations(state / "logs.db") as log:
        ours = log.record(None, -7, None, 9, "Lan", 1, "Bao nhiêu?", datetime.now(UTC))
        log.finish(ours, found("Bao nhiêu?"))
        Votes(log.file).cast(ours, 9, Vote.DOWN)
    with (
        served(state, LOGS_REVIEWERS="lan:riêng-2") as address,
        browser(tmp_path / "profile", 420) as driver,
    ):
        driver.get(f"{address}/logs")
        assert "Tên người xem" in driver.page_source, "a stranger is led to the form"
        complaints = [f"login: {name}" for name in complained(driver)]
        driver.find_element(By.ID, "id_username").clear()
        driver.find_element(By.ID, "id_username").send_keys("lan")
        driver.find_element(By.ID, "id_password").send_keys("riêng-2")
        follow(driver, driver.find_element(By.CSS_SELECTOR, "[type=submit]"))
        for path in PAGES:
            driver.get(address + path)
            complaints += [f"{path}: {name}" for name in complained(driver)]
        assert complaints == []

        driver.get(f"{address}/danh-gia")
        assert driver.find_element(By.CSS_SELECTOR, "h1").text == f"Lượt hỏi {ours}"
        page = driver.find_element(By.TAG_NAME, "html")
        driver.find_element(By.TAG_NAME, "body").send_keys("2")
        WebDriverWait(driver, 30).until(staleness_of(page))
        driver.get(f"{address}/logs/exchanges/{ours}")
        assert "lan: thiếu" in driver.page_source


def complained(driver) -> list[str]:
    """Return what axe-core finds on a page: a rule and the first place it is broken at."""
    found = Axe().run(driver)["violations"]
    return [f"{one['id']} {one['nodes'][0]['html'][:160]}" for one in found]
