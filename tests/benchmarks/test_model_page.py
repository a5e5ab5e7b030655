"""The page of ten answers: chosen by rule, recorded for just these questions, quotes verbatim."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted_model import running

from bot.assistant.assistant import Assistant
from bot.bootstrap import build_grounded
from bot.settings import Settings
from retrieval.answering.chain import Answerer
from retrieval.evaluation.cases import load_cases
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Document, Source
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.model_page import PAGE, chosen, recordings, replayed, section
from tests.benchmarks.suites import ROOT, documents_of

CASES = load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases


def test_the_page_has_the_ten_questions_of_the_rule_and_says_that_they_are_recorded():
    page = PAGE.read_text(encoding="utf-8")

    assert page.count("\n## ") == page.count("(bản ghi)") == 10
    assert all(f"\n## {case.question}" in page for case in chosen(CASES))
    assert "recorded, not live" in page


def test_what_is_recorded_is_for_these_questions_and_its_evidence_is_verbatim():
    said = " ".join(" ".join(d.text.split()) for d in documents_of(ROOT / "data" / "articles"))
    recorded = recordings()

    assert set(recorded) == {case.id for case in chosen(CASES)}
    evidence = [w for entry in recorded.values() for c in entry["claims"] for w in c["evidence"]]
    assert len(evidence) > 10
    assert not [words for words in evidence if words not in said]


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.mark.parametrize(("verdict", "shown"), [("đúng", True), ("sai – năm khác", False)])
async def test_a_recording_is_replayed_through_prompt_checks_and_second_call(
    embeddings, server, verdict, shown
):
    text = "Năm 2021, Huyện ủy Mẫu Bình kết nạp 87 đảng viên."
    claim = {
        "text": "Số đảng viên Huyện ủy Mẫu Bình kết nạp năm 2021 là 87.",
        "evidence": [text],
        "verdict": verdict,
    }
    case = replace(CASES[0], question="Năm 2021 Huyện ủy Mẫu Bình kết nạp bao nhiêu đảng viên?")
    ranking = replace(load_ranking(), threshold=0.0)
    document = Document(Source("m", "m.md", "Mẫu Bình"), text)
    with scratch_index([document], embeddings) as (ledger, store):
        answerer = Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)
        server.usual = replayed({"id": "x", "claims": [claim]})
        known = {"llm_base_url": server.url, "llm_model": "m"}
        assistant = Assistant(answerer, build_grounded(answerer, Settings(_env_file=None, **known)))
        answer = await assistant.answer(case.question)
        await assistant.aclose()

    assert answer.numbered is shown
    page = section(case, answer, answer)
    assert (f"Không đưa ra: “{claim['text']}”" in page) is not shown
