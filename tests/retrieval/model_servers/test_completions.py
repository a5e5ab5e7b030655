"""The client of chat completions against a scripted server: every fault in plain words."""

from __future__ import annotations

import asyncio
import gzip
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


def events(*data: str, ending: str = "\n\n") -> bytes:
    return "".join(f"data: {one}{ending}" for one in data).encode()


LONG = events(json.dumps({"choices": [{"delta": {"content": "x" * 9000}}]})) * 500


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
        (status(418, b'{"error": {"message": "am tra, khoa bi-mat"}}'), "am tra, khoa"),
        (sends(b"data: " + b"x" * 1_100_000), "một dòng quá dài"),
        (sends(LONG), "quá dài"),
        (sends(b"{" + b" " * 5_000_000, "application/json"), "quá dài"),
        (sends(gzip.compress(b"data: " + b" " * 90_000_000), encoding="gzip"), "quá dài"),
        (sends(b"\x1b", encoding="br"), "nén theo cách không được yêu cầu"),
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
    server.usual = status(400)
    with pytest.raises(EndpointError, match="400"):
        await text_of(completions)
    server.usual = says("Vâng.")

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


def refuses(name: str, code: int, words: str, nested: bool = False):
    """Refuse requests in which `name` stands: a field of the body, or a role of a message."""

    async def reply(call):
        body = call.body
        there = body.get("stream_options", {}) if nested else body
        if name in there or any(name == m["role"] for m in body["messages"]):
            await status(code, json.dumps({"error": {"message": words}}).encode())(call)
        else:
            await says("Vâng.")(call)

    return reply


SYSTEM = [{"role": "system", "content": "Trả lời ngắn."}, {"role": "user", "content": "Hỏi?"}]


@pytest.mark.parametrize(
    "refusing",
    [
        refuses("stream_options", 400, "Unknown parameter: stream_options"),
        refuses("stream_options", 422, "extra fields not permitted"),
        refuses("include_usage", 400, "bad request", nested=True),
        refuses("max_tokens", 400, "Use 'max_completion_tokens' instead of 'max_tokens'."),
        refuses("max_tokens", 500, "internal error"),
        refuses("temperature", 400, "temperature does not support 0, only the default (1)"),
        refuses("temperature", 422, ""),
        refuses("system", 400, "System role not supported"),
        refuses("system", 500, "Conversation roles must alternate user/assistant"),
    ],
)
async def test_what_a_server_refuses_is_left_out_and_remembered(server, completions, refusing):
    server.usual = refusing
    asked = {"max_tokens": 5, "temperature": 0.0}

    for _ in range(2):
        pieces = [d.text async for d in completions.stream("m", SYSTEM, **asked)]
        assert "".join(pieces) == "Vâng."
        tries, server.requests[:] = len(server.requests), []

    assert tries == 1
    whole = await completions.whole("m", SYSTEM, **asked)
    assert whole.text == "Vâng."


async def test_without_a_system_role_its_words_open_the_question(server, completions):
    server.usual = refuses("system", 400, "System role not supported")

    await completions.whole("m", SYSTEM)

    assert server.requests[-1].body["messages"] == [
        {"role": "user", "content": "Trả lời ngắn.\n\nHỏi?"}
    ]


async def test_the_newer_name_of_the_limit_is_tried(server, completions):
    server.usual = refuses("max_tokens", 400, "Use max_completion_tokens")

    await completions.whole("m", ASKED, max_tokens=5)

    assert server.requests[-1].body["max_completion_tokens"] == 5


SAID = '{"choices": [{"delta": {"content": "Vâng."}, "finish_reason": "stop"}]}'
PARTS = (
    '{"choices": [{"delta": {"content": [{"type": "thinking", "text": "Hừm"},'
    ' {"type": "text", "text": "Vâ"}, {"type": "text", "text": "ng."}]},'
    ' "finish_reason": "stop"}]}'
)
COST = '"usage": {"prompt_tokens": 1, "completion_tokens": 2}'


@pytest.mark.parametrize(
    "stream",
    [
        sends(events("null", SAID, "[DONE]")),
        sends(b": ping\n\nevent: ping\ndata:\n\n" + events('{"type": "ping"}', SAID)),
        sends(events(SAID, "{" + COST + "}", "[DONE]")),
        sends(events(SAID, '{"choices": null, ' + COST + "}", "[DONE]")),
        sends(events(SAID, '{"choices": [], ' + COST + "}", "[DONE]")),
        sends(events(SAID, "[DONE]"), "text/plain"),
        sends(events(SAID, "[DONE]"), "application/json"),
        sends(b"\n\n" + events(SAID, "[DONE]", ending="\r\n\r\n"), "Text/Event-Stream"),
        sends(events(SAID, "[DONE]").replace(b"data", b"DATA"), "TEXT/EVENT-STREAM"),
        sends(b"id: 7\nretry: 10\n" + events(SAID)),
        sends(events(PARTS, "[DONE]")),
        sends(gzip.compress(events(SAID, "[DONE]")), encoding="gzip"),
    ],
)
async def test_streams_that_differ_say_the_same(server, completions, stream):
    server.usual = stream

    assert await text_of(completions) == "Vâng."


@pytest.mark.parametrize(
    ("pages", "window"),
    [
        ({"/v1/models": {"data": [{"id": "m", "max_model_len": 8192}]}}, 8192),
        ({"/v1/models": {"data": [{"id": "x", "meta": {"n_ctx": 4096, "n_ctx_train": 9}}]}}, 4096),
        (
            {
                "/v1/models": {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {}}]},
                "/props": {"default_generation_settings": {"n_ctx": 2048}},
            },
            2048,
        ),
        (
            {
                "/v1/models": {"data": [{"id": "m", "owned_by": "library"}]},
                "/api/ps": {"models": [{"name": "m", "context_length": 16384}]},
            },
            16384,
        ),
        (
            {
                "/v1/models": {"data": [{"id": "m", "owned_by": "organization_owner"}]},
                "/api/v0/models": {"data": [{"id": "m", "loaded_context_length": 4096}]},
            },
            4096,
        ),
        ({"/v1/models": {"data": [{"id": "a"}, {"id": "b", "max_model_len": 5}]}}, None),
        ({"/v1/models": {"data": [{"id": "m", "max_model_len": -1}]}}, None),
        ({"/v1/models": ["rác"]}, None),
        ({}, None),
    ],
)
async def test_the_context_size_is_found_where_each_server_tells_it(server, pages, window):
    async def listing(call):
        page = pages.get(call.path)
        reply = status(404) if page is None else sends(json.dumps(page).encode())
        await reply(call)

    server.listing = listing
    completions = Completions(server.url)

    assert await completions.window("m") == window
    await completions.aclose()


async def test_a_list_that_never_comes_is_given_up_soon(server):
    server.listing = silence()
    completions = Completions(server.url, patience=QUICK)

    with pytest.raises(EndpointError):
        await completions.window("m")
    await completions.aclose()
