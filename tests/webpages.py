"""Web pages on loopback, reply by reply."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(reply: Reply):
    """Serve raw replies on loopback; yields the port and the list of requests."""
    requests: list[bytes] = []
    handling: set[asyncio.Task[None] | None] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handling.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError):
            requests.append(await reader.read(4096))
            await reply(reader, writer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], requests
    await asyncio.gather(*filter(None, handling))


def answers(body: bytes, *headers: str, status: str = "200 OK") -> Reply:
    async def reply(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)

    return reply
