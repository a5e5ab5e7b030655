"""QuestionQuota for the chat model, counted from the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scripted import found

from bot.log.exchanges import Conversations
from bot.quotas import TokenLimits, TokenQuota
from retrieval.models import Drop, DropReason, ModelUse, Note

LAN, BA, HANOI, HUE = 7, 8, -100, -200


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Conversations]:
    with Conversations(tmp_path / "logs.db") as log:
        yield log


def spend(log: Conversations, chat: int, person: int, tokens: int, update: int) -> int:
    now = datetime.now(UTC)
    exchange = log.record(update, chat, None, person, "Ai đó", update, "hỏi?", now)
    use = ModelUse(
        "m",
        "Thô.",
        (("Câu sai.", Drop(DropReason.NEW_NAME, "Huế")),),
        tokens - 5,
        5,
        failure="hỏng",
    )
    log.finish(exchange, replace(found("hỏi?"), model=use))
    return exchange


@pytest.mark.parametrize(
    ("limits", "spent"),
    [
        (TokenLimits(), []),
        (TokenLimits(person=100), [(HANOI, LAN), (HUE, LAN)]),
        (TokenLimits(chat=100), [(HANOI, LAN), (HANOI, BA)]),
        (TokenLimits(total=100), [(HANOI, LAN), (HANOI, BA), (HUE, LAN), (HUE, BA), (None, None)]),
        (TokenLimits(101, 101, 101), []),
    ],
)
def test_who_has_spent_the_allowance_is_answered_without_the_model(log, limits, spent):
    spend(log, HANOI, LAN, 60, 1)
    spend(log, HANOI, LAN, 40, 2)
    spending = TokenQuota(log.file, limits)
    places = [(HANOI, LAN), (HANOI, BA), (HUE, LAN), (HUE, BA), (None, None)]

    told = {place: spending.options(*place) for place in places}

    assert [place for place in places if told[place].without_model] == spent
    assert all((o.note is Note.TOKENS_SPENT) is o.without_model for o in told.values())


def test_what_is_older_than_a_day_is_not_counted(log):
    spend(log, HANOI, LAN, 100, 1)
    with log.file.writing() as db:
        db.execute("update model_uses set used_at = '2020-01-01T00:00:00.000+00:00'").close()

    assert not TokenQuota(log.file, TokenLimits(1, 1, 1)).options(HANOI, LAN).without_model


def test_the_log_keeps_what_the_model_said_and_why_it_was_dropped(log):
    exchange = spend(log, HANOI, LAN, 60, 1)

    [row] = log.file.rows("select * from model_uses")

    assert row["exchange_id"] == exchange
    assert (row["model"], row["raw"], row["failure"]) == ("m", "Thô.", "hỏng")
    assert row["dropped"] == ('[{"sentence": "Câu sai.", "reason": "new_name", "subject": "Huế"}]')
    assert (row["prompt_tokens"], row["completion_tokens"]) == (55, 5)


def test_a_deleted_exchange_takes_the_models_words_with_it(log):
    exchange = spend(log, HANOI, LAN, 60, 1)
    with log.file.writing() as db:
        db.execute("delete from quotes").close()
        db.execute("delete from exchanges where id = ?", (exchange,)).close()

    assert log.file.rows("select * from model_uses") == []
