"""Pages from the web: fetched from public addresses only, within limits of time and size.

Owns: that the address which was checked is the one connected to, at the first request and at each
redirect, so that nobody can have the bot look into the network it runs in. Leaves to others: what
the page holds (`drafts`).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import httpx

from retrieval.errors import SourceError

MAX_SECONDS = 15.0
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; chidan)",
    "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PageGone(SourceError):
    """The server says that there is no such page (404), or no longer (410)."""


_LONGEST_VALIDATOR = 500


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it later whether a page is still the same (RFC 9110, 8.8)."""

    etag: str = ""
    modified: str = ""

    @classmethod
    def of(cls, headers: httpx.Headers) -> Validators:
        """Return those of a response; one that is too long is none."""
        found = headers.get("etag", ""), headers.get("last-modified", "")
        return cls(*(value if len(value) <= _LONGEST_VALIDATOR else "" for value in found))

    @property
    def asked(self) -> dict[str, str]:
        """The headers of a request that asks for a page only if it has changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value}


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave."""

    url: str
    """Where it was found in the end."""
    data: bytes
    is_html: bool
    """Whether the server calls it a web page."""
    validators: Validators = NO_VALIDATORS
    is_same: bool = False
    """Whether the page is the one that was asked about; then there is no data."""


async def fetch(
    url: str,
    open_hosts: Collection[str] = (),
    *,
    proxy: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
    known: Validators = NO_VALIDATORS,
) -> Fetched:
    """Return what `url` gives; `open_hosts` may have any address. Raises SourceError, PageGone.

    `proxy` is the way out. Hosts are looked up and checked here all the same, and the proxy is
    asked for the address that was checked; `open_hosts` it looks up itself. A page that is as it
    was when the server gave the validators `known` is not sent again.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise SourceError("Địa chỉ phải bắt đầu bằng http:// hoặc https://.")
    try:
        async with (
            asyncio.timeout(max_seconds),
            _opened(url, open_hosts, proxy, known.asked) as response,
        ):
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return Fetched(str(response.url), b"", False, known, is_same=True)
            data = await _body(response, max_bytes)
            is_html = "html" in response.headers.get("content-type", "")
            return Fetched(str(response.url), data, is_html, Validators.of(response.headers))
    except TimeoutError as error:
        raise SourceError(f"Trang không tải xong trong {max_seconds:.0f} giây.") from error
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        gone = status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}
        raise (PageGone if gone else SourceError)(f"Trang trả lời mã {status}.") from error
    except httpx.TooManyRedirects as error:
        raise SourceError("Trang chuyển hướng quá nhiều lần.") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SourceError(f"Không tải được trang ({type(error).__name__}).") from error


@contextlib.asynccontextmanager
async def _opened(
    url: str, open_hosts: Collection[str], proxy: str | None, headers: Mapping[str, str]
) -> AsyncIterator[httpx.Response]:
    client = httpx.AsyncClient(
        transport=PublicTransport(open_hosts, proxy),
        headers=_HEADERS,
        timeout=MAX_SECONDS,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        trust_env=False,
    )
    async with client, client.stream("GET", url, headers=headers) as response:
        if response.status_code != httpx.codes.NOT_MODIFIED or not headers:
            response.raise_for_status()
        yield response


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    """The body, unpacked no further than to `max_bytes`; raises SourceError beyond."""
    unpack = _unpacker(response.headers.get("content-encoding", ""))
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += unpack(chunk, max_bytes + 1 - len(data))
        if len(data) > max_bytes:
            raise SourceError(f"Trang lớn hơn {max_bytes // 2**20} MB.")
    return bytes(data)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return what unpacks chunk by chunk, each time at most as many bytes as it is told.

    httpx unpacks each chunk whole, and packed data in packed data, whatever comes of it.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return lambda chunk, most: chunk
        case "gzip" | "x-gzip" | "deflate":
            packed = zlib.decompressobj(_GZIP_OR_ZLIB)
        case _:
            raise SourceError("Trang được nén theo cách không đọc được.")

    def unpacked(chunk: bytes, most: int) -> bytes:
        nonlocal packed
        try:
            return packed.decompress(chunk, most)
        except zlib.error:
            if packed.eof or encoding.strip().lower() != "deflate":
                raise SourceError("Trang bị hỏng khi tải: không giải nén được.") from None
            packed = zlib.decompressobj(-zlib.MAX_WBITS)  # Some servers leave the header out.
            return unpacked_raw(chunk, most)

    def unpacked_raw(chunk: bytes, most: int) -> bytes:
        try:
            return packed.decompress(chunk, most)
        except zlib.error as fault:
            raise SourceError("Trang bị hỏng khi tải: không giải nén được.") from fault

    return unpacked


class PublicTransport(httpx.AsyncBaseTransport):
    """Connects to the very address that it has looked up and found public."""

    def __init__(self, open_hosts: Collection[str] = (), proxy: str | None = None) -> None:
        self._open_hosts = frozenset(host.lower() for host in open_hosts)
        self._has_proxy = proxy is not None
        # Connections are not kept: one to an address must not serve another host at it.
        self._plain = httpx.AsyncHTTPTransport(
            trust_env=False, proxy=proxy, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to a checked address; TLS and Host still name the host."""
        host = request.url.host
        is_open = host.lower() in self._open_hosts
        if is_open and self._has_proxy:
            return await self._plain.handle_async_request(request)
        addresses = await _looked_up(host, request.url.port or _port(request.url.scheme))
        if not is_open and not all(map(is_public, addresses)):
            raise SourceError(
                f"Địa chỉ {host} không phải địa chỉ công khai nên không tải. "
                "Muốn mở cho máy chủ nội bộ này, hãy thêm tên của nó vào FETCH_HOSTS."
            )
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=str(addresses[0])),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._plain.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._plain.aclose()


def is_public(address: _Address) -> bool:
    """Return whether an address, and any IPv4 address inside it, is of the public Internet.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("93.184.215.14", "::ffff:127.0.0.1")]
    [True, False]
    """
    return all(a.is_global and not a.is_multicast for a in _with_inner(address))


def _with_inner(address: _Address) -> Iterator[_Address]:
    """Yield the address, or the IPv4 addresses that it stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    known = [a for a in inner if a is not None]
    yield from known or [address]


async def _looked_up(host: str, port: int) -> list[_Address]:
    """Return all addresses of a host, those of IPv4 first."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceError(f"Không tìm thấy máy chủ {host}.") from error
    addresses = {ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found}
    return sorted(addresses, key=lambda address: (address.version, int(address)))


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
