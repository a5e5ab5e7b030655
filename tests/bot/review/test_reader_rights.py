"""Reviewers of the log's pages open what they may see, and nothing else."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from indexes import MemoryFolder, opened
from scripted import found

from bot.log.exchanges import Conversations
from bot.log.rights import RightsLog
from bot.log.verdicts import Verdicts
from bot.review.web import build_pages
from retrieval.indexing.reload import reload
from retrieval.models import EVERYTHING, PUBLIC, Audience, SourceCollection

INNER = "noi-bo-aaaaaa"
OPEN, CLOSED, WHOLE = 1, 2, 3
NOBODYS = (
    *("/logs", "/logs/exchanges", "/logs/quotes", "/index/versions", "/logs/tim?tu=kin"),
    *("/logs.json?sql=select+1", "/-/dashboards", "/logs/can-danh-gia", "/logs/exchanges/2.json"),
    *("/logs/exchanges/2", "/logs/exchanges/3", "/logs/exchanges/1/../2", "/logs/exchanges%2F2"),
)


@pytest.fixture
def log(tmp_path, embeddings):
    """Three exchanges: for everybody, for a collection's members, for administrators."""
    state = tmp_path / "state"
    with opened(state) as index:
        folder = MemoryFolder()
        folder.folders = (SourceCollection(INNER, "noi-bo", "Nội bộ"),)
        reload(folder, index.ledger, index.store, embeddings)
    with Conversations(state / "logs.db") as log:
        for audience in (PUBLIC, Audience(frozenset({INNER})), EVERYTHING):
            number = log.record(None, 7, None, 7, "Lan", None, "Câu kín?", datetime.now(UTC))
            log.finish(number, replace(found("Câu kín?"), audience=audience))
        yield log


@pytest.fixture
async def pages(log, tmp_path):
    passwords = {"nhatky": "mot", "lan": "hai"}
    pages = build_pages(tmp_path / "state", passwords, reviewers={"lan"})
    await pages.invoke_startup()
    return pages


def inside(pages, user="lan"):
    return {"ds_actor": pages.sign({"a": {"id": user}}, "actor")}


@pytest.mark.parametrize("path", NOBODYS)
async def test_a_reviewer_opens_nothing_that_holds_more(pages, path):
    page = await pages.client.get(path, cookies=inside(pages))

    assert page.status_code in {403, 404}
    assert "11.144" not in page.text


async def test_what_may_be_seen_is_opened_and_judged(pages, log):
    start = await pages.client.get("/", cookies=inside(pages))
    following = await pages.client.get("/danh-gia", cookies=inside(pages))
    one = await pages.client.get(f"/logs/exchanges/{OPEN}", cookies=inside(pages))

    assert start.headers["location"] == "/danh-gia"
    assert following.headers["location"] == f"/logs/exchanges/{OPEN}"
    assert "11.144" in one.text

    RightsLog(log.file).give_page_user("lan", INNER)
    closed = await pages.client.get(f"/logs/exchanges/{CLOSED}", cookies=inside(pages))
    whole = await pages.client.get(f"/logs/exchanges/{WHOLE}", cookies=inside(pages))

    assert "11.144" in closed.text
    assert whole.status_code == 403


async def test_no_verdict_is_given_on_what_is_not_seen(pages, log):
    told = await pages.client.post(
        f"/danh-gia/{CLOSED}", data={"verdict": "right"}, cookies=inside(pages)
    )

    assert told.status_code == 403
    assert Verdicts(log.file).latest() == []


async def test_the_owner_sees_everything(pages):
    for path in ("/logs", f"/logs/exchanges/{WHOLE}", "/index/versions"):
        page = await pages.client.get(path, cookies=inside(pages, "nhatky"))
        assert page.status_code == 200, path


async def test_without_collections_reviewers_see_everything_as_before(pages, log, tmp_path):
    with closing(sqlite3.connect(tmp_path / "state" / "index.db")) as index, index:
        index.execute("delete from meta where key = 'collections'")
    with log.file.writing() as db:
        db.execute("update exchanges set audience = null").close()

    page = await pages.client.get("/logs", cookies=inside(pages))

    assert page.status_code == 200
