"""What the live index knows of words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from indexes import Opened

from retrieval.query.analysis import analyse
from retrieval.ranking.lexical import Corpus


@pytest.fixture
def corpus(full_index: Opened) -> Iterator[Corpus]:
    with full_index.ledger.snapshot() as snap:
        yield Corpus(snap)


def test_words_of_the_sources_are_known_without_their_diacritics(corpus: Corpus) -> None:
    corpus.learn(["dang", "phong", "dang_vien"])

    assert corpus.knows("dang")
    assert corpus.knows("dang_vien")
    assert not corpus.knows("phong")


def test_a_rare_word_weighs_more_and_an_unknown_one_most(corpus: Corpus) -> None:
    corpus.learn(["bo", "dang", "phong"])

    assert 0 < corpus.weight("dang") < corpus.weight("phong") == 1.0
    assert corpus.weight("bo") < corpus.weight("dang")


def test_passages_are_found_by_the_words_of_a_question(corpus: Corpus) -> None:
    hits = corpus.lexical(corpus.telling(analyse("Hà Nội kết nạp bao nhiêu đảng viên?")), 5)
    near = corpus.near("ha noi ket nap", 1)

    assert hits[0][0] == near[0].id
    assert "11.144" in near[0].text


@pytest.mark.parametrize("text", ["", "?", 'đảng" OR *', "NEAR(a b)", "folded : x", "-- ;"])
def test_operators_are_words_or_nothing(corpus: Corpus, text: str) -> None:
    assert len(corpus.lexical(corpus.telling(analyse(text)), 5)) <= 5
    assert len(corpus.near(text, 5)) <= 5


def test_past_too_many_hits_the_rarest_words_are_enough(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = analyse("Hà Nội kết nạp bao nhiêu đảng viên?")
    best = corpus.lexical(corpus.telling(question), 5)[0]

    monkeypatch.setattr("retrieval.ranking.lexical._HITS_SCORED", 0)
    fewer = corpus.lexical(corpus.telling(question), 5)[0]

    assert fewer[0] == best[0]
    assert fewer[1] < best[1]


def test_where_even_the_rarest_words_are_common_what_holds_them_all_is_enough(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.ranking.lexical._HITS_SCORED", 0)
    question = analyse("Hà Nội kết nạp bao nhiêu đảng viên?")
    rarest = corpus.telling(question)

    (both,) = corpus.lexical(corpus.telling(question), 1)
    one = dict(corpus.lexical(corpus.telling(question), 5))

    assert len(rarest) == 2
    assert both[0] in one
    assert both[1] > one[both[0]]
