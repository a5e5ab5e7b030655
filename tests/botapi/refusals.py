"""What Telegram answers when it refuses, in its own words; and the faults that a test plants."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """An error answer of the Bot API: HTTP status, words, and `parameters`."""

    def __init__(
        self, code: int, description: str, *, planted: bool = False, **parameters: Any
    ) -> None:
        super().__init__(f"{code} {description}")
        self.planted = planted
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(words: str, **parameters: Any) -> Refused:
    return Refused(400, f"Bad Request: {words}", **parameters)


def forbidden(words: str) -> Refused:
    return Refused(403, f"Forbidden: {words}")


def too_many_requests(seconds: int) -> Refused:
    words = f"Too Many Requests: retry after {seconds}"
    return Refused(429, words, retry_after=seconds)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused, as the server remembers it."""

    method: str
    params: Mapping[str, Any]
    code: int
    description: str
    planted: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection breaks; with `after`, once the request has been carried out."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Garbage:
    """An answer that is none of the Bot API's; with `after`, once the request is carried out."""

    body: bytes
    status: int = 200
    after: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """The request is carried out at once; its answer comes only after `told` is set."""

    told: asyncio.Event = field(default_factory=asyncio.Event)


Trouble = Refused | Drop | Garbage | Late


@dataclass(slots=True)
class Fault:
    """Something that shall go wrong with the next `times` calls of a method (in one chat)."""

    method: str
    what: Trouble
    chat_id: int | None = None
    times: int = 1

    def strikes(self, method: str, params: Mapping[str, Any]) -> bool:
        here = self.chat_id is None or str(params.get("chat_id")) == str(self.chat_id)
        return self.times > 0 and method == self.method.lower() and here


@dataclass(slots=True)
class Faults:
    """The planted faults; each one is used up as it strikes."""

    planted: list[Fault] = field(default_factory=list)

    def plant(
        self, method: str, what: Trouble, *, chat_id: int | None = None, times: int = 1
    ) -> None:
        self.planted.append(Fault(method, what, chat_id, times))

    def strike(self, method: str, params: Mapping[str, Any]) -> Trouble | None:
        for fault in self.planted:
            if fault.strikes(method, params):
                fault.times -= 1
                return fault.what
        return None
