"""The retriever and the chain as LangChain knows them, in the code that docs/langchain.md shows."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from grounding import DOCUMENTS, STORED
from indexes import MemoryFolder, Opened
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.tracers import BaseTracer

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.index import Index
from retrieval.ranking.weights import load_ranking

QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
SHOWN = re.findall(r"```python\n(.*?)```", Path("docs/langchain.md").read_text("utf-8"), re.S)


class Listening(BaseTracer):
    """Keeps the runs of a chain."""

    def _persist_run(self, run):
        self.run = run


@pytest.fixture
def filled(index: Opened, embeddings: BuiltinEmbeddings) -> Index:
    found = Index(MemoryFolder(*DOCUMENTS), index.ledger, index.store, embeddings)
    found.reload()
    return found


def test_documents_are_passages_to_the_letter_with_source_offsets_and_scores(filled: Index):
    found = filled.retriever(k=2).invoke("Năm 2024 kết nạp bao nhiêu đảng viên?")

    first = found[0].metadata
    assert {d.metadata["source"] for d in found} == {"ha-noi.md", "hai-phong.md"}
    assert first["publisher"] == "Báo Thử"
    assert first["date"] in {"2024-12-30", "2024-12-31"}
    assert first["score"] > found[1].metadata["score"]
    assert 0 < first["probability"] <= 1
    for document in found:
        told = document.metadata
        stored = STORED[told["source_id"]]
        assert stored[told["start"] : told["end"]] == document.page_content
        assert stored[told["sentence_start"] : told["sentence_end"]] in document.page_content


async def test_it_is_awaited_as_any_retriever(filled: Index):
    assert len(await filled.retriever(k=1).ainvoke(QUESTION)) == 1


def test_the_retriever_in_a_chain_of_somebody_else_as_shown(filled: Index, capsys):
    asked: list[str] = []

    class Model(GenericFakeChatModel):
        def _generate(self, messages, *args, **kwargs):
            asked.append(messages[0].text)
            return super()._generate(messages, *args, **kwargs)

    exec(  # noqa: S102 - the page is ours
        SHOWN[0],
        {
            "open_index": lambda settings: nullcontext(filled),
            "load_settings": lambda: None,
            "RunnablePassthrough": RunnablePassthrough,
            "prompt": ChatPromptTemplate.from_template("{context}\n\n{question}"),
            "model": Model(messages=iter([AIMessage("Đã trả lời.")])),
        },
    )

    assert capsys.readouterr().out == "Đã trả lời.\n"
    assert "11.144 đảng viên" in asked[0]
    assert asked[0].endswith("205-QĐ/TW nói gì?")


def test_the_answer_as_a_runnable_as_shown(filled: Index, capsys):
    exec(  # noqa: S102 - the page is ours
        SHOWN[1].replace("Quy định số 205-QĐ/TW nói gì?", QUESTION),
        {
            "open_index": lambda settings: nullcontext(filled),
            "load_settings": lambda: None,
            "Answerer": Answerer,
            "load_ranking": load_ranking,
            "lead": lead,
        },
    )

    assert "11.144" in capsys.readouterr().out


def test_the_steps_of_the_chain_are_seen_by_tracers(filled: Index):
    ranking, listening = load_ranking(), Listening()

    Answerer(filled.search(ranking), ranking).chain().invoke(
        QUESTION, config={"callbacks": [listening]}
    )

    assert [step.name for step in listening.run.child_runs] == ["find", "extract"]
