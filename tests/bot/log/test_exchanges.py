"""The log: recorded before the answer, once an update, and nothing lost or left behind."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.log.exchanges import Conversations
from bot.log.migrations import LogFault
from retrieval.models import Answer, Kind, Quote, Source

NOW = datetime.now(UTC)
SOURCE = Source(
    "bai-a1b2c3", "thư mục/bài.md", "Tiêu đề", "Báo Nhân", date(2024, 6, 14), "http://a"
)
ANSWER = Answer(
    "Có bao nhiêu?",
    Kind.ANSWER,
    "Có 12 người.",
    (Quote(SOURCE, 4, 16, "có 12 người."), Quote(SOURCE, 30, 33, "mười")),
    standalone="Có bao nhiêu đảng viên?",
    confidence=0.9,
    timings_ms={"search": 3.5, "total": 20.25},
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Conversations]:
    with Conversations(tmp_path / "state" / "logs.db") as log:
        yield log


def ask(log: Conversations, question: str = "Có bao nhiêu?", **changes: object) -> int | None:
    """Record a question of person 7 in chat -100."""
    row = {"update_id": None, "chat_id": -100, "topic_id": None, "person_id": 7}
    row |= {"person_name": "Lan", "message_id": 5, "asked_at": NOW}
    return log.record(**row | {"question": question} | changes)  # type: ignore[arg-type]


def stored(tmp_path: Path, table: str) -> list[dict[str, object]]:
    database = Database(tmp_path / "state" / "logs.db")
    rows = list(database.table(table).rows)
    database.close()
    return rows


def test_an_update_is_recorded_once(log):
    assert ask(log, update_id=10) is not None
    assert ask(log, update_id=10) is None
    assert ask(log, update_id=11) is not None
    assert ask(log) != ask(log), "questions of the terminal have no update"


def test_of_many_threads_with_one_update_one_wins(log):
    results: list[int | None] = []
    threads = [
        threading.Thread(target=lambda: results.append(ask(log, update_id=10))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(result is None for result in results) == [False] + [True] * 7


def test_two_programs_share_a_log(log, tmp_path):
    with Conversations(tmp_path / "state" / "logs.db") as other:
        assert ask(log, update_id=10) is not None
        assert ask(other, update_id=10) is None


def test_an_answer_is_kept_with_its_quotes_replies_and_times(log, tmp_path):
    exchange = ask(log)
    log.finish(exchange, ANSWER, [71, 72])

    (row,) = stored(tmp_path, "exchanges")
    assert (row["kind"], row["answer"], row["standalone"]) == (
        "answer",
        "Có 12 người.",
        "Có bao nhiêu đảng viên?",
    )
    assert (row["total_ms"], row["confidence"], row["error"]) == (20.25, 0.9, None)
    first, second = stored(tmp_path, "quotes")
    assert (first["rank"], first["source_id"], first["title"]) == (1, "bai-a1b2c3", "Tiêu đề")
    assert (first["start"], first["end"], first["text"]) == (4, 16, "có 12 người.")
    assert (first["date"], first["publisher"]) == ("2024-06-14", "Báo Nhân")
    assert second["rank"] == 2
    assert [reply["message_id"] for reply in stored(tmp_path, "replies")] == [71, 72]


def test_answering_again_replaces_the_answer(log, tmp_path):
    exchange = ask(log)
    log.finish(exchange, ANSWER, [71, 72])
    log.finish(exchange, Answer("Có bao nhiêu?", Kind.NOT_FOUND, "Không có.", nearest=SOURCE), [73])

    assert stored(tmp_path, "quotes") == []
    assert [reply["message_id"] for reply in stored(tmp_path, "replies")] == [73]
    assert stored(tmp_path, "exchanges")[0]["nearest_source_id"] == "bai-a1b2c3"


def test_pending_are_the_young_questions_of_chats_without_an_end(log):
    first = ask(log, update_id=1, topic_id=3, question="chưa trả lời")
    log.finish(ask(log, update_id=2), ANSWER)
    log.fail(ask(log, update_id=3), "hỏng")
    ask(log, update_id=4, asked_at=NOW - timedelta(minutes=11))
    ask(log, chat_id=None, person_id=None, message_id=None)

    (pending,) = log.pending(timedelta(minutes=10) + (datetime.now(UTC) - NOW))

    assert (pending.id, pending.update_id, pending.question) == (first, 1, "chưa trả lời")
    assert (pending.chat_id, pending.topic_id, pending.person_id) == (-100, 3, 7)
    assert pending.message_id == 5
    assert abs(pending.asked_at - NOW) < timedelta(milliseconds=1)


def test_latest_shows_newest_first_with_names_and_errors(log):
    log.finish(ask(log, "một"), ANSWER)
    log.fail(ask(log, "hai", person_name="Lan Anh"), "hỏng")
    ask(log, "ba", chat_id=None, person_id=None, person_name="")

    third, second, first = log.latest(10)

    assert (third.question, third.kind, third.chat_id) == ("ba", None, None)
    assert (second.error, second.person_name) == ("hỏng", "Lan Anh")
    assert (first.kind, first.quotes, first.answer) == (Kind.ANSWER, 2, "Có 12 người.")
    assert [exchange.question for exchange in log.latest(1)] == ["ba"]


def test_broken_unicode_is_recorded_all_the_same(log):
    ask(log, "hỏi \ud83d gì", person_name="\udcff")

    assert log.latest(1)[0].question == "hỏi ? gì"


def test_deleted_text_leaves_the_file(log, tmp_path):
    log.finish(ask(log, "bí mật của tôi"), ANSWER)
    log.close()

    with Conversations(tmp_path / "state" / "logs.db") as again, again.file.writing() as db:
        db.execute("update exchanges set question = ''")

    bytes_left = b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())
    assert "bí mật".encode() not in bytes_left


def test_a_file_that_is_no_log_is_an_error_of_ours(tmp_path):
    (tmp_path / "logs.db").write_text("not a database " * 100)

    with pytest.raises(LogFault, match=r"logs\.db"):
        Conversations(tmp_path / "logs.db")
