"""A model server on loopback that answers as a test tells it, faults and lies included.

`script` holds the replies to come; when it is empty, `usual` answers. What came is in `requests`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
Reply = Callable[["Call"], Awaitable[None]]


@dataclass
class Call:
    """One request, and the way back; `over` is set when the test ends."""

    path: str
    headers: dict[str, str]
    body: Body
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    over: asyncio.Event

    async def head(self, status: int, kind: str, **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode())

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def event(self, **fields: Any) -> None:
        await self.raw(f"data: {json.dumps(fields, ensure_ascii=False)}\n\n".encode())

    async def piece(self, text: str, finish: str | None = None, name: str = "content") -> None:
        await self.event(choices=[{"index": 0, "delta": {name: text}, "finish_reason": finish}])


def says(
    text: str, *, usage: bool = True, finish: str = "stop", pace: float = 0.0, letters: int = 7
) -> Reply:
    """Answer with `text`, streamed or whole as asked, `pace` seconds between pieces."""

    async def reply(call: Call) -> None:
        counted = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        if not call.body.get("stream"):
            await call.head(200, "application/json")
            choice = {"index": 0, "message": {"content": text}, "finish_reason": finish}
            told = {"choices": [choice], **({"usage": counted} if usage else {})}
            await call.raw(json.dumps(told).encode())
            return
        await call.head(200, "text/event-stream")
        for at in range(0, len(text), letters):
            await call.piece(text[at : at + letters])
            await asyncio.sleep(pace)
        await call.piece("", finish)
        if usage:
            await call.event(choices=[], usage=counted)
        await call.raw(b"data: [DONE]\n\n")

    return reply


def says_then(first: str, rest: str, go_on: threading.Event) -> Reply:
    """Stream `first`, and `rest` once the test says so."""

    async def reply(call: Call) -> None:
        await call.head(200, "text/event-stream")
        await call.piece(first)
        await asyncio.to_thread(go_on.wait)
        await call.piece(rest, "stop")
        await call.raw(b"data: [DONE]\n\n")

    return reply


def says_and_stays(text: str, left: threading.Event) -> Reply:
    """Answer whole and keep the connection; `left` is set once the client closes it."""

    async def reply(call: Call) -> None:
        body = json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})
        head = f"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        await call.raw(f"{head}\r\n\r\n{body}".encode())
        gone = asyncio.ensure_future(call.reader.read())
        over = asyncio.ensure_future(call.over.wait())
        await asyncio.wait({gone, over}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            left.set()
        gone.cancel()
        over.cancel()

    return reply


def reasons(text: str, answer: str) -> Reply:
    """Think in a field of its own, as some servers have it, then answer."""

    async def reply(call: Call) -> None:
        await call.head(200, "text/event-stream")
        await call.piece(text, name="reasoning_content")
        await call.piece(answer, "stop")
        await call.raw(b"data: [DONE]\n\n")

    return reply


def status(code: int, content: bytes = b'{"error": "bi-mat"}', **headers: str) -> Reply:
    """Refuse with an HTTP status."""

    async def reply(call: Call) -> None:
        await call.head(code, "application/json", **headers)
        await call.raw(content)

    return reply


def sends(data: bytes, kind: str = "text/event-stream", encoding: str = "") -> Reply:
    """Send these very bytes with status 200, then close."""
    headers = {"Content_Encoding": encoding} if encoding else {}

    async def reply(call: Call) -> None:
        await call.head(200, kind, **headers)
        await call.raw(data)

    return reply


def html() -> Reply:
    """A page where an answer should be."""
    return sends("<html><title>Đăng nhập</title></html>".encode(), "text/html; charset=utf-8")


def cut(text: str) -> Reply:
    """Break off in the middle of a stream."""

    async def reply(call: Call) -> None:
        await call.head(200, "text/event-stream", Transfer_Encoding="chunked")
        event = f'data: {{"choices": [{{"delta": {{"content": {json.dumps(text)}}}}}]}}\n\n'
        await call.raw(f"{len(event):x}\r\n{event}\r\n".encode())
        call.writer.transport.abort()

    return reply


def silence(after: str = "") -> Reply:
    """Take the question and say nothing (more) until the test is over."""

    async def reply(call: Call) -> None:
        await call.head(200, "text/event-stream")
        if after:
            await call.piece(after)
        await call.over.wait()

    return reply


def drips(pace: float = 0.01) -> Reply:
    """Send an event that never ends, a byte at a time."""

    async def reply(call: Call) -> None:
        await call.head(200, "text/event-stream")
        await call.raw(b"data: ")
        while not call.over.is_set():
            await call.raw(b"x")
            await asyncio.sleep(pace)

    return reply


def drops() -> Reply:
    """Close the connection without a word."""

    async def reply(call: Call) -> None:
        call.writer.transport.abort()

    return reply


@dataclass
class ScriptedModel:
    """The server; use `running()`."""

    usual: Reply = field(default_factory=lambda: says("Không có gì."))
    script: list[Reply] = field(default_factory=list)
    listing: Reply = field(default_factory=lambda: status(404))
    """What answers a GET, such as for the list of models; such requests are not kept."""
    requests: list[Call] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set once a request has come."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set once a client has gone away before its answer was whole."""
    url: str = ""

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        calls: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._answer(reader, writer, stop))
            calls.add(task)
            task.add_done_callback(calls.discard)

        async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
            started.set()
            await stop.wait()
        if calls:
            await asyncio.wait(calls)

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, over: asyncio.Event
    ) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *rest = head.strip().split("\r\n")
            headers = dict(item.split(": ", 1) for item in rest)
            fields = {name.lower(): value for name, value in headers.items()}
            content = await reader.readexactly(int(fields.get("content-length", 0)))
            body = json.loads(content) if content else {}
            call = Call(line.split()[1], fields, body, reader, writer, over)
            if line.startswith("GET"):
                await self.listing(call)
                return
            self.requests.append(call)
            self.arrived.set()
            await (self.script.pop(0) if self.script else self.usual)(call)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left.set()
        finally:
            writer.close()


@contextmanager
def running() -> Iterator[ScriptedModel]:
    """Run a scripted model server in a thread of its own."""
    model, started = ScriptedModel(), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(model.serve(started, stop),))
    thread.start()
    started.wait()
    try:
        yield model
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
