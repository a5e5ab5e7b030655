"""Fetching: limits, and no way into the network that the bot runs in."""

import asyncio
import gzip
import ipaddress
import socket
import tracemalloc
import zlib

import pytest
from webpages import answers, serving

from retrieval.errors import SourceError
from retrieval.loading.web import fetch, is_public

HERE = {"127.0.0.1"}


def names(monkeypatch, **known: str) -> list[str]:
    """Let names lead to addresses; returns the list of what is looked up."""
    asked: list[str] = []

    def getaddrinfo(host, port, *_, **__):
        asked.append(host)
        if host not in known:
            raise socket.gaierror("unknown")
        version = ipaddress.ip_address(known[host]).version
        family = socket.AF_INET6 if version == 6 else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (known[host], port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


async def test_a_page_is_fetched_with_what_its_server_calls_it():
    async with serving(answers(b"<p>Xin", "Content-Type: text/html")) as (port, _):
        page = await fetch(f"http://127.0.0.1:{port}/a", HERE)

    assert (page.data, page.is_html, page.url) == (b"<p>Xin", True, f"http://127.0.0.1:{port}/a")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
        *("169.254.169.254", "0.0.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::a00:1"),
    ],
)
async def test_addresses_inside_a_network_are_refused(address, monkeypatch):
    names(monkeypatch, **{"trang.test": address})

    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(SourceError, match="không phải địa chỉ công khai"):
        await fetch("http://trang.test/")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("url", ["http://127.1/", "http://0x7f000001/", "http://[::1]/"])
async def test_odd_spellings_of_loopback_are_refused(url):
    with pytest.raises(SourceError):
        await fetch(url)


async def test_a_redirect_into_the_network_is_refused():
    reply = answers(b"", "Location: http://127.0.0.1:9/", status="302 Found")
    async with serving(reply) as (port, requests):
        with pytest.raises(SourceError, match=r"127\.0\.0\.1 không phải"):
            await fetch(f"http://localhost:{port}/", {"localhost"})

    assert len(requests) == 1


async def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    async with serving(answers(b"Xin")) as (port, requests):
        asked = names(monkeypatch, **{"trang.test": "127.0.0.1", "127.0.0.1": "127.0.0.1"})
        await fetch(f"http://trang.test:{port}/", {"trang.test"})

    assert asked.count("trang.test") == 1
    assert f"Host: trang.test:{port}".encode() in requests[0]


async def test_tls_names_the_host_and_not_the_address(monkeypatch):
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with serving(hang_up) as (port, requests):
        names(monkeypatch, **{"trang.test": "127.0.0.1", "127.0.0.1": "127.0.0.1"})
        with pytest.raises(SourceError):
            await fetch(f"https://trang.test:{port}/", {"trang.test"})

    assert b"trang.test" in requests[0]


async def test_pages_too_large_too_slow_or_missing_are_refused():
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nX")
        await writer.drain()
        await reader.read()  # until the other side gives up

    async with serving(answers(b"x" * 2000)) as (port, _):
        with pytest.raises(SourceError, match="lớn hơn"):
            await fetch(f"http://127.0.0.1:{port}/", HERE, max_bytes=1000)
    async with serving(answers(b"", status="404 Not Found")) as (port, _):
        with pytest.raises(SourceError, match="mã 404"):
            await fetch(f"http://127.0.0.1:{port}/", HERE)
    async with serving(slow) as (port, _):
        with pytest.raises(SourceError, match="không tải xong"):
            await fetch(f"http://127.0.0.1:{port}/", HERE, max_seconds=0.2)


async def test_redirects_end_somewhere():
    async with serving(answers(b"", "Location: /", status="302 Found")) as (port, requests):
        with pytest.raises(SourceError, match="quá nhiều lần"):
            await fetch(f"http://127.0.0.1:{port}/", HERE)

    assert len(requests) == 6


@pytest.mark.parametrize(
    "url", ["ftp://a.vn/", "file:///etc/passwd", "a.vn", "http://", "http://[x", "javascript:x"]
)
async def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(SourceError):
        await fetch(url)


def zipped(size: int, times: int = 1) -> bytes:
    data = bytes(size)
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (zipped(64 * 2**20), "gzip", "lớn hơn"),
        (zlib.compress(bytes(64 * 2**20)), "deflate", "lớn hơn"),
        (zipped(64 * 2**20, 2), "gzip, gzip", "nén theo cách"),
        (b"x", "br", "nén theo cách"),
        (b"x", "zstd", "nén theo cách"),
        (b"no gzip", "gzip", "giải nén"),
        (b"\xff\xff no deflate", "deflate", "giải nén"),
    ],
)
async def test_packed_pages_are_unpacked_no_further_than_the_limit(body, encoding, reason):
    tracemalloc.start()
    try:
        async with serving(answers(body, f"Content-Encoding: {encoding}")) as (port, _):
            with pytest.raises(SourceError, match=reason):
                await fetch(f"http://127.0.0.1:{port}/", ["127.0.0.1"], max_bytes=2**20)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"words", mtime=0), "gzip"),
        (zlib.compress(b"words"), "deflate"),
        (zlib.compress(b"words", wbits=-15), "deflate"),
    ],
)
async def test_packed_pages_are_unpacked(body, encoding):
    async with serving(answers(body, f"Content-Encoding: {encoding}")) as (port, _):
        assert (await fetch(f"http://127.0.0.1:{port}/", ["127.0.0.1"])).data == b"words"
