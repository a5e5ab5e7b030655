"""The OpenAI protocol of chat completions as data: what goes out, what comes in. Pure.

Owns reading whole answers and the events of streamed ones, with the habits that servers differ in:
usage left out or sent without `choices`, answers inside `<think>` or beside it in
`reasoning_content`, content as a list of parts, errors in place of events, optional fields that are
refused. Leaves connections, time and retries to `completions`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import shorten
from typing import Any

_OPEN, _CLOSE = "<think>", "</think>"
_LETTERS_A_TOKEN = 3
"""Of Vietnamese, roughly: only for servers that do not count."""
_LONGEST_COMPLAINT = 160
_TEXT_PARTS = ("text", "output_text")


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


class Without(StrEnum):
    """What a server may refuse in a request; the value is what its complaint names."""

    RESPONSE_FORMAT = "response_format"
    GRAMMAR = "grammar"
    STREAM_OPTIONS = "stream_options"
    MAX_TOKENS = "max_tokens"
    TEMPERATURE = "temperature"
    SYSTEM = "system"
    LIMIT = "max_completion_tokens"
    """The newer name of `max_tokens`, tried where the old one is refused."""


_COMPLAINTS = {
    Without.RESPONSE_FORMAT: re.compile(r"response_format|json_schema|structured", re.I),
    Without.GRAMMAR: re.compile(r"grammar", re.I),
    Without.STREAM_OPTIONS: re.compile(r"stream_options|include_usage", re.I),
    Without.LIMIT: re.compile(r"max_completion_tokens|max_tokens|max tokens", re.I),
    Without.MAX_TOKENS: re.compile(r"max_tokens|max tokens", re.I),
    Without.TEMPERATURE: re.compile(r"temperature", re.I),
    Without.SYSTEM: re.compile(r"system|\broles?\b|alternat|developer instruction", re.I),
}
_ORDER = (
    Without.RESPONSE_FORMAT,
    Without.GRAMMAR,
    Without.STREAM_OPTIONS,
    Without.MAX_TOKENS,
    Without.LIMIT,
    Without.TEMPERATURE,
    Without.SYSTEM,
)


def payload(
    model: str,
    messages: Sequence[Mapping[str, str]],
    stream: bool,
    options: Mapping[str, Any],
    without: frozenset[Without] = frozenset(),
) -> dict[str, Any]:
    """Return the body of a request; options that are None or empty, or refused, stay out.

    Without a system role its words open the first message of the user.
    """
    asked = {name: value for name, value in options.items() if value not in (None, [], ())}
    if Without.MAX_TOKENS in without and "max_tokens" in asked:
        limit = asked.pop("max_tokens")
        if Without.LIMIT not in without:
            asked["max_completion_tokens"] = limit
    for name in (Without.TEMPERATURE, Without.RESPONSE_FORMAT, Without.GRAMMAR):
        if name in without:
            asked.pop(name, None)
    said = _without_system(messages) if Without.SYSTEM in without else list(messages)
    body: dict[str, Any] = {"model": model, "messages": said, "stream": stream, **asked}
    if stream and Without.STREAM_OPTIONS not in without:
        body["stream_options"] = {"include_usage": True}
    return body


def given_up(
    complaint: str, body: Mapping[str, Any], without: frozenset[Without]
) -> Without | None:
    """Return what to leave out after a refusal: what it names, else the next thing there is.

    None when there is nothing left in the body that could be left out.
    """
    left = [what for what in _ORDER if what not in without and _stands_in(what, body)]
    named = (what for what in left if _COMPLAINTS[what].search(complaint))
    return next(named, left[0] if left else None)


def complaint_in(data: str) -> str:
    """Return the words with which a server refuses, in one short line; "" where it has none."""
    try:
        told: object = json.loads(data)
    except ValueError:
        return "" if "<" in data else shorten(data, _LONGEST_COMPLAINT, placeholder="…")
    for name in ("error", "message", "detail", "msg"):
        while isinstance(told, list) and told:
            told = told[0]
        if isinstance(told, Mapping) and told.get(name):
            told = told[name]
    words = told if isinstance(told, str) else ""
    return shorten(words, _LONGEST_COMPLAINT, placeholder="…")


def _stands_in(what: Without, body: Mapping[str, Any]) -> bool:
    if what is Without.SYSTEM:
        return any(message["role"] == "system" for message in body["messages"])
    return what.value in body


def _without_system(messages: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    orders = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    others = [dict(m) for m in messages if m["role"] != "system"]
    if not others or others[0]["role"] != "user":
        return [{"role": "user", "content": orders}, *others]
    first = {"role": "user", "content": f"{orders}\n\n{others[0]['content']}"}
    return [first, *others[1:]]


def read_event(data: str) -> Delta:
    """Return the piece in one event of a stream, empty for pings and bare usage.

    Raises BrokenProtocol.
    """
    if data.strip() == "null":
        return Delta()
    body = _object(data)
    if not body.get("choices"):
        return Delta(usage=_usage(body.get("usage")))
    return _delta(body, _message(_first_choice(body), "delta"))


def read_whole(data: str) -> Delta:
    """Return a whole answer, thoughts left out; raises BrokenProtocol."""
    body = _object(data)
    message = _message(_first_choice(body), "message")
    if not message:
        raise BrokenProtocol("thiếu câu trả lời")
    found = _delta(body, message)
    return Delta(found.text.rpartition(_CLOSE)[2].lstrip("\n"), found.finish, found.usage)


_WINDOWS = (
    *("loaded_context_length", "max_model_len", "context_length", "context_window"),
    *("max_context_length", "n_ctx"),
)
"""What servers call the tokens that prompt and answer may have together: LM Studio's loaded model,
vLLM, OpenRouter and Together, Groq, Mistral, llama.cpp. What a model was trained for is not it."""
ELSEWHERE = {"library": "/api/ps", "llamacpp": "/props", "organization_owner": "/api/v0/models"}
"""Where Ollama, older llama.cpp and LM Studio tell it, by the owner that their lists name."""


def window_of(told: object, model: str) -> int | None:
    """Return the tokens that prompt and answer may have together; None where it is not told.

    Reads `/v1/models` and the places of ELSEWHERE.

    >>> window_of({"data": [{"id": "m", "max_model_len": 8192}]}, "m")
    8192
    """
    if not isinstance(told, Mapping):
        return None
    entry = _entry(told, model)
    inner = (entry.get("meta"), entry.get("default_generation_settings"))
    for place in (entry, *inner):
        for name in _WINDOWS:
            value = place.get(name) if isinstance(place, Mapping) else None
            if isinstance(value, int) and value > 0:
                return value
    return None


def elsewhere(told: object, model: str) -> str:
    """Return the path where a server that does not tell its window in its list does, or ""."""
    entry = _entry(told, model) if isinstance(told, Mapping) else {}
    return ELSEWHERE.get(str(entry.get("owned_by")), "")


def _entry(told: Mapping[str, Any], model: str) -> Mapping[str, Any]:
    """Return what a list of models says of one, the answer itself where it is no list."""
    listed = told.get("data") or told.get("models")
    if not isinstance(listed, list):
        return told
    entries = [entry for entry in listed if isinstance(entry, Mapping)]
    named = [e for e in entries if model in (e.get("id"), e.get("name"), e.get("model"))]
    only = entries if len(entries) == 1 else []
    return next(iter(named or only), {})


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
        said = complaint_in(data)
        raise BrokenProtocol(f"máy chủ báo lỗi giữa chừng{f': {said}' if said else ''}")
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
    text = _joined(message.get("content"))
    finish = _first_choice(body).get("finish_reason") or ""
    if "\ufffd" in text:
        raise BrokenProtocol("chữ bị hỏng mã UTF-8")
    return Delta(text, str(finish), _usage(body.get("usage")))


def _joined(content: object) -> str:
    """Return the text of a content: a string, or parts of which those with thoughts stay out."""
    parts = content if isinstance(content, list) else [content or ""]
    return "".join(map(_text_of, parts))


def _text_of(part: object) -> str:
    """Return the text of one part; raises BrokenProtocol for what is no text."""
    if isinstance(part, Mapping):
        part = (part.get("text") or "") if part.get("type", "text") in _TEXT_PARTS else ""
    if not isinstance(part, str):
        raise BrokenProtocol("câu trả lời không phải chữ")
    return part


def _usage(told: object) -> Usage | None:
    if not isinstance(told, Mapping):
        return None
    prompt, completion = told.get("prompt_tokens"), told.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    return Usage(max(prompt, 0), max(completion, 0))
