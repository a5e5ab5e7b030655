"""The way of a question: small talk, follow-ups, then the sources."""

from __future__ import annotations

import pytest
from indexes import Opened

from bot.assistant.assistant import Assistant
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.models import Kind, SmallTalk, Turn
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking


@pytest.fixture
def assistant(full_index: Opened, embeddings: BuiltinEmbeddings) -> Assistant:
    ranking = load_ranking()
    search = Search(full_index.ledger.snapshot, full_index.store, embeddings, ranking)
    return Assistant(Answerer(search, ranking))


async def test_small_talk_does_not_reach_the_sources(assistant: Assistant) -> None:
    answer = await assistant.answer("Chào bot")

    assert answer.kind is Kind.SMALLTALK
    assert answer.quotes == ()


async def test_a_follow_up_is_answered_standing_alone(assistant: Assistant) -> None:
    history = [Turn("Năm 2023 Hà Nội kết nạp bao nhiêu đảng viên?", "…")]

    answer = await assistant.answer("Thế còn năm 2024?", history)

    assert answer.question == "Thế còn năm 2024?"
    assert answer.standalone == "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
    assert "11.144" in answer.quotes[0].text


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "\u200b\u202e", "?!…"])
async def test_what_holds_no_word_asks_for_words(assistant: Assistant, text: str) -> None:
    answer = await assistant.answer(text)

    assert answer.kind is Kind.SMALLTALK
    assert answer.small_talk is SmallTalk.NO_WORDS


async def test_a_very_long_question_is_no_error(assistant: Assistant) -> None:
    answer = await assistant.answer("đảng viên " * 2000)

    assert answer.kind in {Kind.ANSWER, Kind.NOT_FOUND}
