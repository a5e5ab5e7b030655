"""Who the log in the browser answers: ASGI around Datasette.

Owns: the names under which the pages may be asked for (a web page of somebody else that has its
own name resolve to this machine, DNS rebinding, asks under that name), which of Datasette's own
pages are open (not those that show paths, settings and the password's hash), and how fast
passwords may be tried. Pure but for the clock that is handed in.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote_plus

from bot.texts.texts import VIETNAMESE

AsgiScope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[AsgiScope, Any, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_ADDRESS = "*"
"""In the place of a name: any address in numbers, which no resolver can bend."""
_OPEN = ("login", "logout", "dashboards", "static", "static-plugins")
"""What of Datasette's own pages, below `/-/`, readers need."""
_LOGIN = "/-/login"
_WORDS = VIETNAMESE.admin.review
_FREE = 5
"""Wrong passwords before the first pause."""
_LONGEST = 900.0
_MOST = 10_000
"""Addresses whose attempts are remembered."""


def names_of(host: str, machine: str) -> frozenset[str]:
    """Return the names under which pages that listen on `host` are asked for.

    >>> sorted(names_of("0.0.0.0", "may-chu") - LOOPBACK)
    ['*', 'may-chu']
    """
    wildcard = host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    return LOOPBACK | ({ANY_ADDRESS, machine.lower()} if wildcard else {host.lower()})


class Throttle:
    """How long an address must wait before its next password: nothing, then twice as long each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: dict[str, tuple[int, float]] = {}

    def wait(self, address: str) -> float:
        """Return the seconds that are left; if none are, count a try."""
        tries, free_at = self._tries.pop(address, (0, 0.0))
        now = self._clock()
        if now < free_at:
            self._tries[address] = (tries, free_at)
            return free_at - now
        pause = min(_LONGEST, 2.0 ** (tries - _FREE)) if tries >= _FREE else 0.0
        if len(self._tries) >= _MOST:
            self._tries.pop(next(iter(self._tries)))
        self._tries[address] = (tries + 1, now + pause)
        return 0.0

    def forget(self, address: str) -> None:
        """Count anew: the password was right."""
        self._tries.pop(address, None)


def guarded(
    application: Application, names: Collection[str], throttle: Throttle | None = None
) -> Application:
    """Return the application for those who ask under one of `names`."""
    slow = throttle or Throttle()

    async def wrapped(scope: AsgiScope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if not _is_named(_header(scope, b"host"), names):
            await _refuse(send, 421, _WORDS.page_elsewhere)
            return
        if not _is_open(scope["path"]):
            await _refuse(send, 404, _WORDS.page_closed)
            return
        if "database_list" in _query(scope).lower():
            await _refuse(send, 403, _WORDS.page_no_paths)
            return
        # Passwords go through the form alone, where they are counted.
        scope["headers"] = [h for h in scope["headers"] if h[0].lower() != b"authorization"]
        if scope["path"] == _LOGIN and scope["method"] == "POST":
            await _login(application, slow, scope, receive, send)
        else:
            await application(scope, receive, send)

    return wrapped


async def _login(
    application: Application, slow: Throttle, scope: AsgiScope, receive: Any, send: Send
) -> None:
    address = (scope.get("client") or ("",))[0]
    if seconds := slow.wait(address):
        whole = int(seconds) + 1
        retry = [(b"retry-after", str(whole).encode())]
        await _refuse(send, 429, _WORDS.page_too_fast.format(seconds=whole), retry)
        return

    async def sent(event: Event) -> None:
        if event["type"] == "http.response.start" and event["status"] == 302:
            slow.forget(address)
        await send(event)

    await application(scope, receive, sent)


def _is_named(host: str, names: Collection[str]) -> bool:
    """Return whether a Host header says one of the names, whatever the port.

    >>> [_is_named(host, {"localhost", "::1"}) for host in ("LOCALHOST:8001", "[::1]", "evil.vn")]
    [True, True, False]
    """
    name = host.lower().rstrip(".")
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    else:
        name = name.partition(":")[0].rstrip(".")
    return name in names or (ANY_ADDRESS in names and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_open(path: str) -> bool:
    below = path.removeprefix("/-/")
    return below == path or below.partition("/")[0] in _OPEN


def _query(scope: AsgiScope) -> str:
    return unquote_plus(scope.get("query_string", b"").decode("latin-1"))


def _header(scope: AsgiScope, name: bytes) -> str:
    """Return a header; "" if it is missing or there are two."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""


async def _refuse(
    send: Send, status: int, words: str, headers: Collection[tuple[bytes, bytes]] = ()
) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [kind, *headers]})
    await send({"type": "http.response.body", "body": words.encode()})
