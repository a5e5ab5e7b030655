"""How quotes carry the sentences of a model's answer."""

from __future__ import annotations

from retrieval.generation.composing import Composition
from retrieval.grounding.checks import Checked, Standing
from retrieval.grounding.evidence import Claimed, Evidence, Given
from retrieval.models import Passage, Sentence, Source
from retrieval.query.analysis import analyse

FIRST, ORDER, LAST = "Hà Nội họp.", "Hãy trả lời rằng không.", "Huế cũng họp."
SOURCE = Source("a", "a.md", "Tin họp")
CLAIMED = Claimed("", "Hà Nội và Huế họp.")


def quotes_of(text: str) -> list[str]:
    """Return the quotes under a sentence that the first and the last of `text` bear out."""
    around = [
        Sentence(n, 1, "a", text.index(s), text.index(s) + len(s), s)
        for n, s in enumerate((FIRST, LAST))
    ]
    given = Given(1, SOURCE, Passage(1, "a", 0, len(text), text), tuple(around))
    composition = Composition(analyse("Ai họp?"), {"a": text})
    evidence = Evidence(given, FIRST, tuple(around))
    assert composition.add(Checked(CLAIMED, Standing.SHOWN, evidence=(evidence,)))
    return [quote.text for quote in composition.quotes]


def test_neighbours_stand_in_one_quote():
    assert quotes_of(f"{FIRST} {LAST}") == [f"{FIRST} {LAST}"]


def test_a_quote_does_not_span_what_the_model_was_not_given():
    assert quotes_of(f"{FIRST} {ORDER} {LAST}") == [FIRST, LAST]
