"""Judging and figures, on made-up answers; and the runner over a tiny index."""

from __future__ import annotations

from dataclasses import replace

import pytest
from indexes import Opened

from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.cases import Case, Place
from retrieval.evaluation.metrics import Outcome, Response, area, by_kind, judged, summarised, worst
from retrieval.evaluation.runner import Ask, Trial
from retrieval.models import Answer, Document, Kind, Passage, Quote, Sentence, Source
from retrieval.ranking.candidates import Candidate
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

RIGHT = Source("a", "a.md", "A")
OTHER = Source("b", "b.md", "B")
TEXT = "Hà Nội kết nạp 11.144 đảng viên. Bà Hoài chủ trì."
STORED = {"a": TEXT, "b": "Huế họp. Đà Nẵng họp."}
DOCUMENTS = {source.id: Document(source, STORED[source.id]) for source in (RIGHT, OTHER)}
CASE = Case("x", "fact", "?", must=(("11.144", "11144"), ("bà hoài",)), sources=("a.md",))


def quote(source: Source, text: str) -> Quote:
    start = STORED[source.id].index(text)
    return Quote(source, start, start + len(text), text)


def candidate(source: Source, passage: int) -> Candidate:
    text = STORED[source.id]
    whole = Passage(passage, source.id, 0, len(text), text)
    return Candidate(Sentence(1, passage, source.id, 0, len(text), text), whole, source, 1.0)


def given(*quotes: Quote, kind: Kind = Kind.ANSWER, confidence: float = 0.9) -> Response:
    shown = quotes if kind is Kind.ANSWER else ()
    return Response(Answer("?", kind, "", shown, confidence=confidence), quotes)


def outcome(case: Case, *quotes: Quote, kind: Kind = Kind.ANSWER, confidence: float = 0.9):
    return judged(case, given(*quotes, kind=kind, confidence=confidence), DOCUMENTS)


NUMBER, PERSON = quote(RIGHT, "Hà Nội kết nạp 11.144 đảng viên."), quote(RIGHT, "Bà Hoài chủ trì.")
ELSEWHERE = quote(OTHER, "Huế họp.")
UNANSWERABLE = Case("n", "unanswerable", "?")


def test_every_group_must_be_quoted_within_the_quotes_together() -> None:
    one, both = outcome(CASE, NUMBER), outcome(CASE, NUMBER, PERSON)

    assert (one.hit_1, one.hit_3) == (False, False)
    assert (both.hit_1, both.hit_3) == (False, True)
    assert outcome(CASE, quote(RIGHT, TEXT)).hit_1


def test_the_fourth_quote_does_not_count() -> None:
    third = quote(OTHER, "Đà Nẵng họp.")

    assert not outcome(CASE, NUMBER, ELSEWHERE, third, PERSON).hit_3


def test_a_squad_answer_is_hit_by_the_quote_around_its_place_alone() -> None:
    case = Case("s", "present", "?", place=Place("a", TEXT.index("11.144")))

    assert outcome(case, NUMBER).hit_1
    assert not outcome(case, PERSON).hit_1
    assert not outcome(case, ELSEWHERE).hit_1


def test_the_source_of_the_best_quote_counts() -> None:
    assert outcome(CASE, NUMBER, ELSEWHERE).source is True
    assert outcome(CASE, ELSEWHERE, NUMBER).source is False
    assert outcome(Case("x", "fact", "?", must=(("Huế",),)), ELSEWHERE).source is None


def test_the_rank_counts_passages_not_sentences() -> None:
    candidates = (candidate(OTHER, 7), candidate(OTHER, 7), candidate(RIGHT, 8))
    answer = Answer("?", Kind.ANSWER, "")

    assert judged(CASE, Response(answer, candidates=candidates), DOCUMENTS).rank == 2
    assert judged(CASE, Response(answer, candidates=candidates[:2]), DOCUMENTS).rank == 0


def test_a_quote_that_is_not_in_its_source_is_not_verbatim() -> None:
    invented = Quote(RIGHT, 0, 7, "Sài Gòn")

    assert summarised([outcome(CASE, NUMBER, invented)]).verbatim == 0.5
    assert summarised([outcome(CASE, NUMBER, PERSON)]).verbatim == 1.0
    assert summarised([outcome(CASE, NUMBER, kind=Kind.NOT_FOUND)]).verbatim is None


def test_a_refusal_is_a_hit_that_is_not_shown() -> None:
    refused = outcome(CASE, quote(RIGHT, TEXT), kind=Kind.NOT_FOUND, confidence=0.2)
    row = summarised([refused, outcome(CASE, quote(RIGHT, TEXT))])

    assert (row.hit_1, row.shown_1) == (1.0, 0.5)
    assert (row.hit_3, row.shown_3, row.refused) == (1.0, 0.5, 0.5)


def test_characters_are_those_of_all_quotes_of_what_was_answered() -> None:
    silent = outcome(CASE, NUMBER, kind=Kind.NOT_FOUND)

    assert summarised([outcome(CASE, NUMBER, PERSON), silent]).quoted == len(
        NUMBER.text + PERSON.text
    )


def test_absent_cases_are_told_from_the_answerable_of_all_kinds() -> None:
    answered = outcome(CASE, NUMBER, PERSON, confidence=0.8)
    silent = outcome(UNANSWERABLE, kind=Kind.NOT_FOUND, confidence=0.3)
    loud = outcome(UNANSWERABLE, ELSEWHERE, confidence=0.9)
    rows = by_kind([answered, silent, loud])

    assert rows["unanswerable"].auc == 0.5
    assert rows["unanswerable"].balanced == 0.75
    assert rows["unanswerable"].answered == 0.5
    assert rows["fact"].auc is None
    assert rows["total"].n == 3


def test_small_talk_makes_no_figure_of_abstention_better() -> None:
    talk = outcome(Case("h", "smalltalk", "?"), kind=Kind.SMALLTALK, confidence=0.0)
    rows = by_kind([outcome(CASE, NUMBER), outcome(UNANSWERABLE, ELSEWHERE), talk])

    assert rows["total"].auc == 0.5
    assert rows["smalltalk"].auc is None


@pytest.mark.parametrize(
    ("higher", "lower", "expected"),
    [
        ([2.0, 3.0], [0.0, 1.0], 1.0),
        ([0.0], [1.0], 0.0),
        ([1.0, 1.0], [1.0], 0.5),
        ([], [1.0], None),
    ],
)
def test_the_area_under_the_curve(
    higher: list[float], lower: list[float], expected: float | None
) -> None:
    assert area(higher, lower) == expected


def test_figures_over_nothing_are_none() -> None:
    row = summarised([]).rounded()

    assert row.pop("n") == 0
    assert set(row.values()) == {None}


def test_the_worst_come_first_and_what_is_right_does_not_come() -> None:
    unsure = outcome(UNANSWERABLE, ELSEWHERE, confidence=0.6)
    sure = outcome(UNANSWERABLE, ELSEWHERE, confidence=0.9)
    missed = outcome(CASE, ELSEWHERE)
    right = outcome(CASE, NUMBER, PERSON)

    assert list(worst([missed, unsure, right, sure])) == [sure, unsure, missed]


@pytest.fixture
def trial(full_index: Opened, embeddings: BuiltinEmbeddings) -> Trial:
    ranking = load_ranking()
    return Trial(
        full_index.ledger,
        full_index.store,
        embeddings,
        ranking,
        lambda search: lambda question, history: Answerer(search, ranking).answer(question),
    )


def ran(trial: Trial, **fields: object) -> Outcome:
    asked = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
    (judgement,) = trial.run([Case("x", "fact", asked, **fields)])  # type: ignore[arg-type]
    return judgement


def test_the_runner_judges_what_the_index_answers(trial: Trial) -> None:
    judgement = ran(trial, must=(("11.144",),), sources=("ha-noi",))

    assert (judgement.hit_1, judgement.source, judgement.rank) == (True, True, 1)
    assert judgement.verbatim == judgement.quotes > 0
    assert judgement.ms > 0


def test_a_source_left_out_of_a_case_is_not_there(trial: Trial) -> None:
    judgement = ran(trial, absent=frozenset(["ha-noi"]))

    assert judgement.kind is Kind.NOT_FOUND
    assert "11.144" not in judgement.best


def test_a_file_that_is_not_indexed_is_not_asked_for(trial: Trial) -> None:
    judgement = ran(trial, must=(("11.144",),), sources=("000",))

    assert (judgement.hit_1, judgement.source, judgement.rank) == (True, None, 1)


def test_of_several_questions_the_candidates_of_each_count(trial: Trial) -> None:
    def asked_apart(search: Search) -> Ask:
        answerer = Answerer(search, trial.ranking)
        parts = ("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?", "Đà Nẵng xây bao nhiêu cây cầu?")
        return lambda question, history: [answerer.answer(part) for part in parts][-1]

    case = Case("x", "multi", "Hai câu hỏi", must=(("11.144",),), sources=("ha-noi",))
    (judgement,) = replace(trial, assist=asked_apart).run([case])

    assert judgement.stages.unit


def test_progress_counts_to_the_end(trial: Trial) -> None:
    seen: list[tuple[int, int]] = []

    trial.run([UNANSWERABLE, UNANSWERABLE], lambda done, total: seen.append((done, total)))

    assert seen == [(1, 2), (2, 2)]
