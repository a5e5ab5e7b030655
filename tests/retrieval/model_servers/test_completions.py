"""The client of chat completions against a scripted server: every fault in plain words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from scripted_model import (
    ScriptedModel,
    cut,
    drips,
    drops,
    html,
    running,
    says,
    sends,
    silence,
    status,
)

from retrieval.errors import EndpointError
from retrieval.model_servers.completions import Completions, Patience
from retrieval.model_servers.endpoint import Circuit

ASKED = [{"role": "user", "content": "câu hỏi riêng"}]
QUICK = Patience(connect=2, read=1, total=3, attempts=3, backoff=0.01)
HANGING = 40
"""Seconds: longer than the client may take on any machine, shorter than the faults last."""


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
async def completions(server: ScriptedModel) -> AsyncIterator[Completions]:
    completions = Completions(server.url, "bi-mat", patience=QUICK, circuit=Circuit(failures=99))
    yield completions
    await completions.aclose()


async def text_of(completions: Completions) -> str:
    return "".join([delta.text async for delta in completions.stream("m", ASKED)])


async def test_an_answer_comes_in_pieces_with_its_cost(server, completions):
    server.script = [says("Hà Nội kết nạp 11.144 đảng viên [1].")]

    deltas = [delta async for delta in completions.stream("m", ASKED, max_tokens=5, stop=None)]

    assert "".join(d.text for d in deltas) == "Hà Nội kết nạp 11.144 đảng viên [1]."
    assert [d.usage.completion for d in deltas if d.usage] == [7]
    assert [d.finish for d in deltas if d.finish] == ["stop"]
    [call] = server.requests
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == "Bearer bi-mat"
    assert call.body == {
        "model": "m",
        "messages": ASKED,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 5,
    }


async def test_an_answer_comes_whole(server, completions):
    server.script = [says("<think>Hừm.</think>\nVâng.", usage=False)]

    delta = await completions.whole("m", ASKED)

    assert (delta.text, delta.finish, delta.usage) == ("Vâng.", "stop", None)
    assert server.requests[0].body["stream"] is False


async def test_a_server_that_cannot_stream_is_understood(server, completions):
    body = {"choices": [{"message": {"content": "Vâng."}, "finish_reason": "stop"}]}
    server.script = [sends(json.dumps(body).encode(), "application/json")]

    assert await text_of(completions) == "Vâng."


@pytest.mark.parametrize("fault", [status(429, retry_after="0"), status(500), status(503), drops()])
async def test_a_fault_before_the_first_piece_is_tried_again(server, completions, fault):
    server.script = [fault, fault, says("Vâng.")]

    assert await text_of(completions) == "Vâng."
    assert len(server.requests) == 3


async def test_nothing_is_tried_again_after_the_first_piece(server, completions):
    server.script = [cut("Hà Nội"), says("Vâng.")]

    with pytest.raises(EndpointError, match="Mất kết nối"):
        await text_of(completions)

    assert len(server.requests) == 1


async def test_a_wait_beyond_the_deadline_is_not_begun(server, completions):
    server.usual = status(429, retry_after="50")

    async with asyncio.timeout(HANGING):
        with pytest.raises(EndpointError, match="429"):
            await text_of(completions)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(400), "báo lỗi 400"),
        (status(401), "không nhận khoá"),
        (status(404), "tên mô hình"),
        (status(500), "báo lỗi 500"),
        (html(), "không phải JSON"),
        (drops(), "Mất kết nối"),
        (cut("Hà Nội"), "Mất kết nối"),
        (sends(b""), "bị cắt giữa chừng"),
        (sends(b'data: {"choices": [{"delta": {"content": "Ch'), "bị cắt giữa chừng"),
        (sends(b"data: {oops\n\n"), "không phải JSON"),
        (sends(b"data: []\n\n"), "không phải một đối tượng"),
        (sends(b'data: {"error": {"message": "bi-mat"}}\n\n'), "báo lỗi giữa chừng"),
        (sends(b'data: {"choices": [{"delta": 7}]}\n\n'), "không phải một đối tượng"),
        (sends(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'), "không phải chữ"),
        (sends(b'data: {"choices": [{"delta": {"content": "H\xe0"}}]}\n\n'), "UTF-8"),
        (sends(b'data: {"choices": [7]}\n\n'), "thiếu câu trả lời"),
        (sends(b"{}", "application/json"), "thiếu câu trả lời"),
        (silence(), "quá chậm"),
        (silence(after="Hà Nội"), "quá chậm"),
        (drips(), "quá chậm"),
    ],
)
async def test_every_fault_is_told_in_time_and_without_keys_or_texts(
    server, completions, fault, words, caplog
):
    server.usual = fault

    async with asyncio.timeout(HANGING):
        with pytest.raises(EndpointError, match=words) as caught:
            await text_of(completions)

    told = str(caught.value) + caplog.text
    assert "bi-mat" not in told
    assert "câu hỏi riêng" not in told


async def test_nobody_at_the_address_is_told(port):
    completions = Completions(f"http://127.0.0.1:{port}/v1", patience=QUICK)

    with pytest.raises(EndpointError, match="Mất kết nối"):
        await text_of(completions)
    await completions.aclose()


async def test_a_dead_server_is_left_alone_for_a_while_then_tried(server):
    clock = [0.0]
    circuit = Circuit(failures=2, rest=30, now=lambda: clock[0])
    patience = Patience(connect=2, read=1, total=3, attempts=1)
    completions = Completions(server.url, patience=patience, circuit=circuit)
    server.script = [drops(), drops(), says("Vâng.")]
    for _ in range(2):
        with pytest.raises(EndpointError, match="Mất kết nối"):
            await text_of(completions)

    with pytest.raises(EndpointError, match="tạm thời không được hỏi"):
        await text_of(completions)
    assert len(server.requests) == 2

    clock[0] = 31.0
    assert await text_of(completions) == "Vâng."
    await completions.aclose()


async def test_a_request_that_is_refused_does_not_count_against_the_server(server):
    completions = Completions(server.url, patience=QUICK, circuit=Circuit(failures=1))
    server.script = [status(400), says("Vâng.")]
    with pytest.raises(EndpointError, match="400"):
        await text_of(completions)

    assert await text_of(completions) == "Vâng."
    await completions.aclose()


async def test_answers_come_in_as_many_at_once_as_allowed_the_others_in_order(server):
    completions = Completions(server.url, patience=QUICK, concurrency=2)
    held = asyncio.Event()
    server.usual = says("Vâng.", pace=0.01)
    done: list[int] = []

    async def ask(number: int) -> None:
        await held.wait()
        await text_of(completions)
        done.append(number)

    asking = [asyncio.create_task(ask(n)) for n in range(6)]
    held.set()
    await asyncio.gather(*asking)

    assert [n // 2 for n in done] == [0, 0, 1, 1, 2, 2]
    await completions.aclose()


async def test_who_stops_listening_frees_the_place(server):
    completions = Completions(server.url, patience=QUICK, concurrency=1)
    server.script = [silence(after="Hà"), says("Vâng.")]
    listening = asyncio.create_task(text_of(completions))
    assert await asyncio.to_thread(server.arrived.wait, 10)

    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert await text_of(completions) == "Vâng."
    await completions.aclose()
