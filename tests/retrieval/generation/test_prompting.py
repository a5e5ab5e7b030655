"""Which passages go along to a model."""

from __future__ import annotations

import pytest

from retrieval.generation.prompting import MOST_PASSAGES, given_in, letters_within
from retrieval.models import Passage, Sentence, Source
from retrieval.query.analysis import analyse
from retrieval.ranking.candidates import Candidate, Findings

OTHERS = tuple(f"Tổ công tác số {n} họp bàn việc chung của tháng." for n in range(20))


def findings(question: str, *texts: str) -> Findings:
    """Return passages found for a question, the best first."""
    candidates = []
    for n, text in enumerate(texts):
        source = Source(f"s{n}", f"s{n}.md", "Tin")
        sentence = Sentence(n, n, source.id, 0, len(text), text)
        candidates.append(
            Candidate(sentence, Passage(n, source.id, 0, len(text), text), source, -n)
        )
    return Findings(analyse(question), tuple(candidates), 1.0, {})


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Đà Nẵng làm gì?", "Đà Nẵng họp"),
        ("da nang lam gi", "Đà Nẵng họp"),
        ("Năm 2019 có gì?", "Năm 2019 có"),
        ("Ông Lò Văn Púng làm gì?", "Lò Văn Púng nói"),
        ("Chỉ thị số 77-CT/TU nói gì?", "Chỉ thị số 77-CT/TU nêu"),
        ("Xã Nậm Mìn làm gì?", "Xã Nậm Mìn họp"),
    ],
)
def test_two_passages_of_whatever_is_named_go_along_however_low_they_rank(question, named):
    own = [f"{named} lần {n}." for n in ("một", "hai", "ba")]

    given = given_in(findings(question, *OTHERS, *own))

    texts = [one.passage.text for one in given.values()]
    assert len(texts) == MOST_PASSAGES
    assert [text for text in texts if text in own] == own[:2]
    assert texts[0] == OTHERS[0]


def test_passages_stay_within_the_letters_that_fit():
    given = given_in(findings("Họp gì?", *OTHERS), letters_within(1000, None))

    assert sum(len(one.passage.text) for one in given.values()) <= letters_within(1000, None)
