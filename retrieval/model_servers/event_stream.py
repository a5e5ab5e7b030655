"""Server-sent events read from a response within limits.

Owns decoding and the limits: bytes are counted as they are decoded, so that neither a line without
end nor a compressed bomb fills the memory. What the events mean is `protocol`'s business. The
format is that of the HTML standard, 9.2.6; an event without data (a ping, a comment) is no event.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import httpx

from retrieval.model_servers.protocol import BrokenProtocol

LONGEST_LINE = 1_000_000
"""Bytes of a line."""
LARGEST = 4_000_000
"""Bytes of an answer, all lines together."""
_AT_ONCE = 1 << 16
_GZIP_OR_ZLIB = 47
"""The window bits with which zlib finds out which of the two it is."""


async def body_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the decoded body in pieces; raises BrokenProtocol once it is larger than LARGEST."""
    size = 0
    async for piece in _decoded(response):
        size += len(piece)
        if size > LARGEST:
            raise BrokenProtocol("câu trả lời quá dài")
        yield piece


async def lines_of(body: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Yield the lines of a body; raises BrokenProtocol for one longer than LONGEST_LINE."""
    rest = bytearray()
    async for piece in body:
        looked = len(rest)
        rest += piece
        start = 0
        while (end := rest.find(b"\n", max(start, looked))) >= 0:
            yield _text(rest[start:end])
            start = end + 1
        del rest[:start]
        if len(rest) > LONGEST_LINE:
            raise BrokenProtocol("một dòng quá dài")
    if rest:
        yield _text(rest)


async def events_of(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """Yield the data of each event; one that no empty line ends is not whole and left out."""
    data: list[str] = []
    async for line in lines:
        if not line:
            if data:
                yield "\n".join(data)
            data = []
            continue
        name, _, value = line.partition(":")
        if name.strip("\ufeff ").lower() == "data":
            data.append(value.removeprefix(" "))


def _text(line: bytes | bytearray) -> str:
    return line.decode("utf-8", errors="replace").rstrip("\r")


async def _decoded(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the body; gzip and deflate, sent although not asked for, in pieces of bounded size."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        async for piece in response.aiter_raw():
            yield piece
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise BrokenProtocol(f"nén theo cách không được yêu cầu ({coding[:20]})")
    decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        async for piece in response.aiter_raw():
            while piece:
                yield decoder.decompress(piece, _AT_ONCE)
                piece = decoder.unconsumed_tail
    except zlib.error:
        raise BrokenProtocol("dữ liệu nén bị hỏng") from None
