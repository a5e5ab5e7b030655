"""What speaks for and against the best evidence."""

from __future__ import annotations

import numpy as np

from retrieval.query.analysis import analyse
from retrieval.ranking.features import FEATURES
from retrieval.ranking.lexical import weighed
from retrieval.ranking.signals import SIGNALS, Ranked, signals
from retrieval.text.vietnamese import terms_of

KNOWN = frozenset(["ha", "noi", "ket", "nap", "ha_noi", "ket_nap"])


def told(
    question: str, *sentences: str, scores: tuple[float, ...], passages: tuple[int, ...] = ()
) -> dict[str, float]:
    ranked = Ranked(
        rows=np.zeros((len(sentences), len(FEATURES)), dtype=np.float32),
        scores=np.array(scores, dtype=np.float32),
        passage_ids=passages or range(len(sentences)),
        sentences=[terms_of(s) for s in sentences],
        passage=terms_of(sentences[int(np.argmax(scores))]),
    )
    values = signals(weighed(analyse(question), lambda _: 1.0), ranked, KNOWN.__contains__)
    assert values.shape == (len(SIGNALS),)
    assert np.isfinite(values).all()
    return dict(zip(SIGNALS, map(float, values), strict=True))


def test_the_lead_is_over_other_passages_not_over_neighbours() -> None:
    found = told("Hà Nội", "một", "hai", "ba", scores=(5.0, 4.5, 2.0), passages=(1, 1, 2))

    assert (found["score"], found["score_lead"]) == (5.0, 3.0)


def test_a_single_candidate_leads_nobody() -> None:
    found = told("Hà Nội", "Hà Nội", scores=(5.0,))

    assert found["score_lead"] == found["cos_gap"] == found["cos_standing"] == 0.0


def test_the_best_three_together_cover_the_question() -> None:
    covered = told("Hà Nội kết nạp", "Hà Nội", "kết nạp", scores=(2.0, 1.0))
    half = told("Hà Nội kết nạp", "Hà Nội", "họp bàn", scores=(2.0, 1.0))

    assert (covered["cover_best_three"], half["cover_best_three"]) == (1.0, 0.5)


def test_a_word_that_the_passage_lacks_is_missing() -> None:
    assert told("Hà Nội", "Hà Nội họp", scores=(1.0,))["heaviest_missing"] == 0.0
    assert told("Hà Nội", "Huế họp", scores=(1.0,))["heaviest_missing"] == 1.0


def test_what_the_corpus_does_not_know_is_told_as_a_share() -> None:
    known = told("ai ở Hà Nội", "Hà Nội", scores=(1.0,))
    strange = told("ai ở Đà Nội", "Hà Nội", scores=(1.0,))

    assert known["unknown_words"] == known["unknown_names"] == 0.0
    assert (strange["unknown_words"], strange["unknown_names"]) == (0.5, 0.5)


def test_a_property_that_no_unit_speaks_of_is_missing() -> None:
    asked = "Ông An sinh năm nào?"

    assert told(asked, "Ông An sinh năm 1960.", scores=(1.0,))["attribute_missing"] == 0.0
    assert told(asked, "Chị Bình họp.", scores=(1.0,))["attribute_missing"] == 1.0
    assert told("Ai họp?", "Chị Bình họp.", scores=(1.0,))["attribute_missing"] == 0.0
