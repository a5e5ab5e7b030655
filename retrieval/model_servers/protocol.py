"""The OpenAI protocol of chat completions as data: what goes out, what comes in. Pure.

Owns reading whole answers and the events of streamed ones, with the habits that servers differ in:
usage left out, answers inside `<think>` or beside it in `reasoning_content`, errors in place of
events. Leaves connections, time and retries to `completions`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_OPEN, _CLOSE = "<think>", "</think>"
_LETTERS_A_TOKEN = 3
"""Of Vietnamese, roughly: only for servers that do not count."""


class BrokenProtocol(ValueError):
    """The server said what the protocol does not know; the message says what, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `counted` by the server, else estimated by us."""

    prompt: int
    completion: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer; `finish` is the reason given with the last one that has text."""

    text: str = ""
    finish: str = ""
    usage: Usage | None = None


def payload(
    model: str, messages: Sequence[Mapping[str, str]], stream: bool, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the body of a request; options that are None or empty stay out."""
    asked = {name: value for name, value in options.items() if value not in (None, [], ())}
    body: dict[str, Any] = {"model": model, "messages": list(messages), "stream": stream, **asked}
    if stream:
        body["stream_options"] = {"include_usage": True}
    return body


def read_event(data: str) -> Delta:
    """Return the piece in one event of a stream; raises BrokenProtocol."""
    body = _object(data)
    return _delta(body, _message(_first_choice(body), "delta"))


def read_whole(data: str) -> Delta:
    """Return a whole answer, thoughts left out; raises BrokenProtocol."""
    body = _object(data)
    message = _message(_first_choice(body), "message")
    if not message:
        raise BrokenProtocol("thiếu câu trả lời")
    found = _delta(body, message)
    return Delta(found.text.rpartition(_CLOSE)[2].lstrip("\n"), found.finish, found.usage)


def estimated(messages: Sequence[Mapping[str, str]], answer: str) -> Usage:
    """Return what a call may have cost, for servers that do not say."""
    asked = sum(len(message["content"]) for message in messages)
    return Usage(asked // _LETTERS_A_TOKEN + 1, len(answer) // _LETTERS_A_TOKEN + 1, counted=False)


class Thoughts:
    """Takes `<think>…</think>` out of a text that arrives in pieces."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def visible(self, piece: str) -> str:
        """Return what of the text up to this piece can be shown now."""
        self._held += piece
        shown = ""
        while True:
            mark = _CLOSE if self._thinking else _OPEN
            before, found, after = self._held.partition(mark)
            if not found:
                break
            shown += "" if self._thinking else before
            self._held, self._thinking = after, not self._thinking
        kept = _begun(self._held, mark)
        at = len(self._held) - kept
        ready, self._held = self._held[:at], self._held[at:]
        return shown + ("" if self._thinking else ready)

    def rest(self) -> str:
        """Return what was held back in case a mark had begun."""
        return "" if self._thinking else self._held


def _begun(text: str, mark: str) -> int:
    """Return how many letters at the end of `text` may be the beginning of `mark`."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)


def _object(data: str) -> Mapping[str, Any]:
    try:
        body = json.loads(data)
    except ValueError:
        raise BrokenProtocol("không phải JSON") from None
    if not isinstance(body, Mapping):
        raise BrokenProtocol("không phải một đối tượng JSON")
    if body.get("error"):
        raise BrokenProtocol("máy chủ báo lỗi giữa chừng")
    return body


def _first_choice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = body.get("choices")
    if not isinstance(choices, list) or not all(isinstance(c, Mapping) for c in choices):
        raise BrokenProtocol("thiếu câu trả lời")
    return choices[0] if choices else {}


def _message(choice: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    message = choice.get(name) or {}
    if not isinstance(message, Mapping):
        raise BrokenProtocol("câu trả lời không phải một đối tượng")
    return message


def _delta(body: Mapping[str, Any], message: Mapping[str, Any]) -> Delta:
    text, finish = message.get("content") or "", _first_choice(body).get("finish_reason") or ""
    if not isinstance(text, str):
        raise BrokenProtocol("câu trả lời không phải chữ")
    if "\ufffd" in text:
        raise BrokenProtocol("chữ bị hỏng mã UTF-8")
    return Delta(text, str(finish), _usage(body.get("usage")))


def _usage(told: object) -> Usage | None:
    if not isinstance(told, Mapping):
        return None
    prompt, completion = told.get("prompt_tokens"), told.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    return Usage(max(prompt, 0), max(completion, 0))
