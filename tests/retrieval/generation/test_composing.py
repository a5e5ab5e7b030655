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


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the first and the last sentence as a model is given them."""
    return tuple(
        Sentence(n, 1, "a", text.index(s), text.index(s) + len(s), s)
        for n, s in enumerate((FIRST, LAST))
    )


def quotes_of(text: str) -> list[str]:
    """Return the quotes under a sentence that the first and the last of `text` bear out."""
    around = sentences_of(text)
    given = Given(1, SOURCE, Passage(1, "a", 0, len(text), text), around)
    composition = Composition(analyse("Ai họp?"), {"a": text})
    evidence = Evidence(given, FIRST, around)
    assert composition.add(Checked(CLAIMED, Standing.SHOWN, evidence=(evidence,)), 1)
    return [quote.text for quote in composition.quotes]


def test_neighbours_stand_in_one_quote():
    assert quotes_of(f"{FIRST} {LAST}") == [f"{FIRST} {LAST}"]


def test_a_quote_does_not_span_what_the_model_was_not_given():
    assert quotes_of(f"{FIRST} {ORDER} {LAST}") == [FIRST, LAST]


def test_claims_stand_in_the_models_order_whenever_they_came_in():
    text = f"{FIRST} {ORDER} {LAST}"
    said = sentences_of(text)
    given = Given(1, SOURCE, Passage(1, "a", 0, len(text), text), said)
    composition = Composition(analyse("Ai họp?"), {"a": text})

    for place, sentence in ((2, said[1]), (1, said[0])):
        evidence = Evidence(given, sentence.text, (sentence,))
        claimed = Claimed("", sentence.text)
        assert composition.add(Checked(claimed, Standing.SHOWN, evidence=(evidence,)), place)

    assert composition.text == "Hà Nội họp [1]. Huế cũng họp [2]."
    assert [quote.text for quote in composition.quotes] == [FIRST, LAST]
