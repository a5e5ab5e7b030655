"""`make eval-model` against a model server on loopback: what it counts and reports."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted_model import running, says, status

from bot.settings import Settings
from retrieval.evaluation.cases import Case
from retrieval.models import Document, Source
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.model import measured, repeats_passages, report
from tests.benchmarks.suites import Suite

TEXT = "Năm 2021, Huyện ủy Mẫu Bình kết nạp 87 đảng viên. Thị ủy Mẫu Sơn mở 3 lớp tập huấn."
CASES = (
    Case("a", "fact", "Năm 2021 Huyện ủy Mẫu Bình kết nạp bao nhiêu đảng viên?", must=(("87",),)),
    Case("b", "fact", "Thị ủy Mẫu Sơn mở mấy lớp tập huấn?", must=(("3 lớp",),)),
    Case("c", "absent", "Thị ủy Mẫu Sơn chi bao nhiêu tiền mở lớp?"),
)
SUITE = Suite("mẫu", CASES, (Document(Source("m", "m.md", "Mẫu Bình"), TEXT),))


@pytest.fixture
def ask(embeddings):
    ranking = replace(load_ranking(), threshold=0.0)

    def ask(reply, limit=0):
        with running() as server:
            server.usual = reply
            known = {"llm_base_url": server.url, "llm_model": "m", "llm_silence": 5}
            settings = Settings(_env_file=None, **known)
            return measured(SUITE, settings, embeddings, ranking, limit)

    return ask


def test_the_stand_in_repeats_passages_and_every_figure_is_counted(ask):
    found = ask(repeats_passages)

    assert [asked.is_right for asked in found[:2]] == [True, True]
    assert all(asked.claims and asked.use and asked.first is not None for asked in found)
    assert found[0].use.prompt_tokens > 300
    table = report(found)
    assert "| answerable ones that reached the model | 1.000 (2 of 2) |" in table
    assert f"| … shown though nothing answers (false) | {found[2].claims} |" in table


def test_refusals_drops_and_failures_are_told_apart(ask):
    lie = "Ý: Huyện ủy Mẫu Bình kết nạp 88 đảng viên.\nNguồn 1: “kết nạp 87 đảng viên”"

    async def reply(call):
        asked = call.body["messages"][-1]["content"]
        if "87 đảng viên" in asked and "bao nhiêu đảng viên?" in asked:
            await says(lie)(call)
        elif "mấy lớp" in asked:
            await says("Các đoạn nguồn không nêu số lớp tập huấn.")(call)
        else:
            await status(401)(call)

    table = report(ask(reply))

    assert "| refused by it though answerable | 0.500 (1 of 2) |" in table
    assert "dropped: 1 × not_in_evidence" in table
    assert "stood in: 1 × Không ý nào" in table
    assert "mã 401" in table


def test_a_limit_asks_questions_evenly_spread(ask):
    assert [asked.case.id for asked in ask(repeats_passages, limit=1)] == ["a"]
