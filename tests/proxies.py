"""Proxies on loopback for tests: one that speaks HTTP, one that speaks SOCKS 5 (RFC 1928)."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Passed:
    """The address of a proxy and the hosts that it was asked for."""

    url: str = ""
    hosts: list[str] = field(default_factory=list)


@asynccontextmanager
async def http_proxy() -> AsyncIterator[Passed]:
    """A proxy that is asked for whole addresses, or for a tunnel (CONNECT)."""
    passed = Passed()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, version = head.split(b"\r\n", 1)[0].decode().split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            first = b""
        else:
            parts = urlsplit(target)
            host, port = parts.hostname or "", str(parts.port or 80)
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            rest = head.split(b"\r\n", 1)[1]
            first = f"{method} {path} {version}\r\nConnection: close\r\n".encode() + rest
        passed.hosts.append(host)
        there = await asyncio.open_connection(host, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            there[1].write(first)
        await _piped((reader, writer), there)

    async with _listening(serve, passed, "http"):
        yield passed


@asynccontextmanager
async def socks_proxy() -> AsyncIterator[Passed]:
    """A proxy that connects wherever it is told, without a password."""
    passed = Passed()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        if kind == 1:
            host = ".".join(map(str, await reader.readexactly(4)))
        else:
            (length,) = await reader.readexactly(1)
            host = (await reader.readexactly(length)).decode()
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        passed.hosts.append(host)
        there = await asyncio.open_connection(host, port)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await _piped((reader, writer), there)

    async with _listening(serve, passed, "socks5"):
        yield passed


@asynccontextmanager
async def _listening(serve, passed: Passed, scheme: str) -> AsyncIterator[None]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    passed.url = f"{scheme}://127.0.0.1:{port}"
    try:
        yield
    finally:
        server.close()


async def _piped(here, there) -> None:
    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, OSError):
            pass
        finally:
            writer.close()

    await asyncio.gather(copy(here[0], there[1]), copy(there[0], here[1]))
