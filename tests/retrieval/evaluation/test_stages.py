"""At which stage an answer is lost, on made-up passages."""

from __future__ import annotations

from dataclasses import asdict

from retrieval.evaluation.cases import Case, Place
from retrieval.evaluation.metrics import Response
from retrieval.evaluation.stages import Stages, stage_counts, stages_of
from retrieval.models import Answer, Document, Kind, Passage, Quote, Sentence, Source, Turn
from retrieval.ranking.candidates import Candidate

TEXT = "Xã Tân Lập họp.\nXã có 12 chi bộ. Bí thư là ông Nông Văn Ba.\nXã có 300 đảng viên."
SOURCE, OTHER = Source("a", "a.md", "Xã Tân Lập"), Source("b", "b.md", "Xã khác")
DOCUMENTS = {"a": Document(SOURCE, TEXT), "b": Document(OTHER, "Xã có 12 chi bộ.")}


def candidate(text: str, passage: str) -> Candidate:
    start, begin = TEXT.index(text), TEXT.index(passage)
    whole = Passage(begin, "a", begin, begin + len(passage), passage)
    sentence = Sentence(start, begin, "a", start, start + len(text), text)
    return Candidate(sentence, whole, SOURCE, 1.0)


SECOND = "Xã có 12 chi bộ. Bí thư là ông Nông Văn Ba."
CANDIDATES = (
    candidate("Xã có 12 chi bộ.", SECOND),
    candidate("Bí thư là ông Nông Văn Ba.", SECOND),
    candidate("Xã có 300 đảng viên.", "Xã có 300 đảng viên."),
)


def quote(text: str) -> Quote:
    return Quote(SOURCE, TEXT.index(text), TEXT.index(text) + len(text), text)


def reached(
    *must: str, quotes: tuple[str, ...] = (), kind: Kind = Kind.ANSWER, **fields: object
) -> set[str]:
    groups = tuple((text,) for text in must)
    case = Case("x", "fact", "?", must=groups, sources=("a.md",), **fields)  # type: ignore[arg-type]
    given = Response(Answer("?", kind, ""), tuple(map(quote, quotes)), CANDIDATES)
    return {name for name, came in asdict(stages_of(case, given, DOCUMENTS)).items() if came}


def test_an_answer_is_followed_to_where_it_is_lost() -> None:
    found = {"asked", "stored", "document"}

    assert reached("tân lập") == found
    assert reached("12 chi bộ", "300 đảng viên") == {*found, "together"}
    assert reached("12 chi bộ", "Văn Ba") == {*found, "together", "passage"}
    assert reached("12 chi bộ") == {*found, "together", "passage", "unit"}


def test_quotes_count_shown_or_not_but_only_the_last_stage_asks_whether() -> None:
    both = ("Xã có 300 đảng viên.", "Xã có 12 chi bộ.")

    assert reached("12 chi bộ", quotes=both) >= {"three", "shown"}
    assert "first" not in reached("12 chi bộ", quotes=both)
    assert "first" in reached("300 đảng viên", quotes=both)
    assert "shown" not in reached("300 đảng viên", quotes=both, kind=Kind.NOT_FOUND)


def test_follow_ups_and_what_has_no_answer_are_not_followed() -> None:
    assert reached("12 chi bộ", history=(Turn("?", "."),)) == set()
    assert reached() == set()


def test_a_place_is_held_by_what_stands_around_it() -> None:
    case = Case("x", "present", "?", place=Place("a", TEXT.index("12")))
    given = Response(Answer("?", Kind.ANSWER, ""), (quote("Xã có 12 chi bộ."),), CANDIDATES)

    assert stages_of(case, given, DOCUMENTS).first
    assert stages_of(case, Response(given.answer, (), CANDIDATES), DOCUMENTS).unit


def test_stages_are_counted() -> None:
    counts = stage_counts([Stages(asked=True, stored=True), Stages(asked=True)])

    assert (counts["asked"], counts["stored"], counts["first"]) == (2, 1, 0)
    assert set(stage_counts([]).values()) == {0}
