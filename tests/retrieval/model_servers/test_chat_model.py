"""Our chat model keeps LangChain's contract, and hides what a model only thinks."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.unit_tests import ChatModelUnitTests
from pydantic import SecretStr
from scripted_model import ScriptedModel, reasons, running, says, status

from retrieval.errors import EndpointError
from retrieval.model_servers.chat_model import EndpointChatModel


class TestContract(ChatModelUnitTests):
    """LangChain's own suite."""

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return EndpointChatModel

    @property
    def chat_model_params(self) -> dict:
        return {"base_url": "http://127.0.0.1:9/v1", "model": "m", "api_key": "bi-mat"}


@pytest.fixture
def server():
    with running() as server:
        yield server


def model_of(server: ScriptedModel) -> EndpointChatModel:
    return EndpointChatModel(base_url=server.url, model="m", api_key=SecretStr("bi-mat"))


async def test_a_stream_is_put_together_with_its_cost(server):
    model, server.usual = model_of(server), says("Hà Nội kết nạp 11.144 đảng viên.")

    chunks = [chunk async for chunk in model.astream("Bao nhiêu?")]
    whole = sum(chunks[1:], start=chunks[0])

    assert whole.text == "Hà Nội kết nạp 11.144 đảng viên."
    assert whole.usage_metadata == {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}
    assert whole.response_metadata["finish_reason"] == "stop"
    assert len(chunks) > 3
    await model.aclose()


async def test_a_whole_answer_has_its_cost(server):
    model, server.usual = model_of(server), says("Vâng.", finish="length")

    message = await model.ainvoke([("system", "Ngắn thôi."), ("human", "Bao nhiêu?")])

    assert message.text == "Vâng."
    assert message.usage_metadata["total_tokens"] == 18
    assert message.response_metadata["finish_reason"] == "length"
    assert [m["role"] for m in server.requests[0].body["messages"]] == ["system", "user"]
    await model.aclose()


async def test_a_cost_that_the_server_does_not_tell_is_estimated_and_marked(server):
    model, server.usual = model_of(server), says("Vâng, đúng thế.", usage=False)

    message = await model.ainvoke("Bao nhiêu?")

    assert message.usage_metadata["output_tokens"] > 0
    assert message.response_metadata["usage_counted"] is False
    await model.aclose()


@pytest.mark.parametrize("letters", [1, 3, 100])
async def test_thoughts_are_not_part_of_the_answer(server, letters):
    model = model_of(server)
    server.script = [
        says("<think>Hừm, 5 < 7.</think>Vâng, 5 < 7.", letters=letters),
        reasons("Hừm.", "Vâng."),
        says("<think>Hừm", letters=letters),
    ]

    async def told() -> str:
        return "".join([chunk.text async for chunk in model.astream("?")])

    assert [await told() for _ in range(3)] == ["Vâng, 5 < 7.", "Vâng.", ""]
    await model.aclose()


def test_it_also_answers_who_blocks(server):
    model, server.usual = model_of(server), says("Hà Nội kết nạp 11.144.")

    assert model.invoke("?").text == "Hà Nội kết nạp 11.144."
    assert "".join(chunk.text for chunk in model.stream("?")) == "Hà Nội kết nạp 11.144."


async def test_it_answers_who_blocks_inside_a_running_loop(server):
    model, server.usual = model_of(server), says("Vâng.")

    assert model.invoke("?").text == "Vâng."


def test_a_fault_reaches_who_blocks(server):
    model, server.usual = model_of(server), status(401)

    with pytest.raises(EndpointError, match="không nhận khoá"):
        model.invoke("?")


async def test_cancelling_breaks_the_connection_off(server):
    model, server.usual = model_of(server), says("a" * 100, pace=0.05, letters=1)
    first = asyncio.Event()

    async def listen() -> None:
        async for _ in model.astream("?"):
            first.set()

    listening = asyncio.create_task(listen())
    await first.wait()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert await asyncio.to_thread(server.left.wait, 10)
    await model.aclose()


def test_the_key_is_shown_nowhere():
    model = EndpointChatModel(base_url="http://127.0.0.1:9/v1", model="m", api_key="bi-mat")

    assert "bi-mat" not in repr(model) + str(model._identifying_params)
