"""A fixed sample of our own questions over the shipped articles: quality cannot fall unseen.

Every fifth question by id, whatever becomes of it. `make eval` asks them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import trying
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.cases import SMALL_TALK, load_cases
from retrieval.evaluation.metrics import Outcome, summarised, worst
from retrieval.models import Kind
from retrieval.ranking.reader import open_reader
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store

DATA = Path(__file__).parent.parent / "data"
STEP = 5
LEAST_SHOWN = 0.93
"""Answerable questions that are answered, with all that is required in the quotes."""
MOST_REFUSED = 0.07
"""Answerable questions that are refused: two of the sample."""
MOST_ANSWERED = 0.34
"""Questions answered though the articles do not: three of the sample."""
MOST_QUOTED = 450
"""Characters of all quotes of an answer, on average."""


@pytest.fixture(scope="module")
def outcomes(
    articles_index: tuple[IndexDatabase, Store],
    embeddings: BuiltinEmbeddings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Outcome]]:
    reader = open_reader(tmp_path_factory.mktemp("engine"))
    assert reader is not None
    cases = sorted(load_cases(DATA / "eval" / "questions.jsonl").cases, key=lambda c: c.id)
    with trying(*articles_index, embeddings, load_ranking(reader)) as trial:
        yield trial.run(cases[::STEP])


def told(outcomes: list[Outcome]) -> str:
    return "\n".join(f"{o.fault}: {o.case.id} {o.case.question}" for o in worst(outcomes))


def test_the_sample_holds_questions_of_all_sorts(outcomes: list[Outcome]) -> None:
    assert len(outcomes) >= 40
    assert len({o.case.kind for o in outcomes}) >= 10


def test_answers_are_found_and_shown(outcomes: list[Outcome]) -> None:
    found = summarised(outcomes)

    assert found.hit_3 is not None
    assert found.shown_3 is not None
    assert found.hit_3 >= LEAST_SHOWN, told(outcomes)
    assert found.shown_3 >= LEAST_SHOWN, told(outcomes)


def test_few_that_are_answerable_are_refused_and_little_is_quoted(outcomes: list[Outcome]) -> None:
    found = summarised(outcomes)

    assert found.refused is not None
    assert found.refused <= MOST_REFUSED, told(outcomes)
    assert found.quoted is not None
    assert found.quoted <= MOST_QUOTED


def test_what_the_articles_do_not_say_is_refused(outcomes: list[Outcome]) -> None:
    absent = [o for o in outcomes if not o.case.answerable and o.case.kind != SMALL_TALK]

    assert sum(o.answered for o in absent) <= MOST_ANSWERED * len(absent), told(outcomes)


def test_small_talk_is_small_talk(outcomes: list[Outcome]) -> None:
    talk = [o for o in outcomes if o.case.kind == SMALL_TALK]

    assert {o.kind for o in talk} == {Kind.SMALLTALK}, told(outcomes)


def test_every_quote_is_verbatim(outcomes: list[Outcome]) -> None:
    assert summarised(outcomes).verbatim == 1.0
