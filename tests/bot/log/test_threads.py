"""Which turns a question follows: a person's own in one place, or those of what it replies to."""

from datetime import UTC, datetime

import pytest

from bot.log.exchanges import Conversations
from bot.log.threads import Threads
from bot.texts.answers import remembered
from retrieval.models import Answer, Kind, Quote, Source, Turn

SOURCE = Source("bai-a1b2c3", "bài.md", "Tiêu đề")
ANSWER = Answer("", Kind.ANSWER, "Có 12.", (Quote(SOURCE, 4, 16, "có 12 người."),))


@pytest.fixture
def log(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        yield log


@pytest.fixture
def ask(log):
    """Record and answer a question of person 7 in chat -100; return its id."""

    def ask(question, answer=None, *, replies=(), **changes):
        place = {"update_id": None, "chat_id": -100, "topic_id": None, "person_id": 7}
        place |= {"person_name": "Lan", "message_id": None, "asked_at": datetime.now(UTC)}
        exchange = log.record(**place | {"question": question} | changes)
        log.finish(exchange, answer or Answer("", Kind.ANSWER, f"đáp {question}"), replies)
        return exchange

    return ask


@pytest.fixture
def asked_before(log, ask):
    """The questions that a new one follows."""

    def before(question="mới", **changes):
        return [turn.question for turn in Threads(log.file).before(ask(question, **changes))]

    return before


def test_a_question_follows_the_persons_own_in_this_place(log, ask, asked_before):
    for number in range(7):
        ask(f"câu {number}")
    ask("khác", person_id=8)
    ask("khác", topic_id=2)
    ask("khác", chat_id=-200)
    ask("chào", Answer("chào", Kind.SMALLTALK, "Chào bạn."))
    log.fail(ask("hỏng"), "lỗi")

    assert asked_before() == ["câu 2", "câu 3", "câu 4", "câu 5", "câu 6"]


def test_a_turn_is_remembered_as_in_the_terminal(log, ask):
    ask("còn nữ?", ANSWER)

    assert Threads(log.file).before(ask("mới")) == [remembered("còn nữ?", ANSWER)]


def test_a_reply_follows_what_it_replies_to_whoever_asked_that(ask, asked_before):
    ask("của Lan", replies=[71, 72])
    ask("của Lan nữa", replies=[73])
    ask("của Minh", person_id=8)

    assert asked_before(person_id=8, answers=72) == ["của Lan"]
    assert asked_before(person_id=8, answers=73) == ["của Lan", "của Lan nữa"]
    assert asked_before(person_id=9, answers=999) == []


def test_a_reply_to_the_question_itself_follows_it_too(ask, asked_before):
    ask("của Lan", message_id=70)

    assert asked_before(person_id=8, answers=70) == ["của Lan"]
    assert asked_before(person_id=8, answers=70, chat_id=-200) == []


def test_forgotten_is_what_was_said_here_but_a_reply_still_finds_it(log, ask, asked_before):
    ask("cũ", replies=[71])
    ask("trong chủ đề", topic_id=2)
    Threads(log.file).forget(-100, None, 7)

    assert asked_before() == []
    assert asked_before(topic_id=2) == ["trong chủ đề"]
    assert asked_before(answers=71) == ["cũ"]


def test_a_new_message_in_a_long_thread_gets_the_latest_turns(log, ask):
    for number in range(30):
        ask(f"câu {number}")

    turns = Threads(log.file).before(ask("mới"), limit=2)

    assert turns == [Turn("câu 28", "đáp câu 28"), Turn("câu 29", "đáp câu 29")]
