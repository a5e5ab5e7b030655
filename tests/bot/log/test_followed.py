"""Pages that are fetched again: those added before there was such a thing, and what is due."""

from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from bot.log.exchanges import Conversations
from bot.log.followed import FollowedPages, ProposalKind
from bot.log.migrations import MIGRATIONS

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_pages_that_were_added_before_are_followed_with_their_last_address():
    database = Database(memory=True)
    MIGRATIONS.apply(database, stop_before="m024_followed")
    done = (
        ("them", "a.md", "https://bao.example/cu"),
        ("them", "a.md", "https://bao.example/a"),
        ("them", "b.md, c.md", "https://bao.example/b.zip"),
        ("them", "d.md", ""),
        ("them", "d.md", "Chưa thêm được: Tệp rỗng."),
        ("xoanguon", "e.md", "https://bao.example/e"),
    )
    for deed, subject, outcome in done:
        row = {"done_at": NOW.isoformat(), "person_id": 7, "person_name": "", "deed": deed}
        database.table("deeds").insert(row | {"subject": subject, "outcome": outcome})

    MIGRATIONS.apply(database)

    rows = database.execute("select path, url from followed_pages").fetchall()
    assert rows == [("a.md", "https://bao.example/a")]


def test_what_is_due_comes_by_its_time_and_the_same_proposal_stays_one(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        pages = FollowedPages(log.file)
        for days, path in ((3, "sau.md"), (1, "truoc.md"), (9, "chua.md")):
            pages.follow(path, f"https://bao.example/{path}", "", NOW + timedelta(days=days))

        due = [page.path for page in pages.due(NOW + timedelta(days=4), 10)]
        assert due == ["truoc.md", "sau.md"]
        first, again, other = (
            pages.propose(ProposalKind.CHANGED, "sau.md", "", text, NOW)
            for text in ("một", "một", "hai")
        )
        assert first == again < other
        assert [one.text for one in pages.proposals()] == ["hai"]
