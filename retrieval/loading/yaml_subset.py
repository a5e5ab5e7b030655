r"""The part of YAML that describes sources: text, lists of text, and tables of these.

Owns: reading front matter and manifests in time that grows with their length. There are no types:
a number or a date is its text. Aliases, tags and tables in tables are no values; what is no value
says why, and everything beside it is read. Leaves to others: which fields there are (`metadata`).

    >>> parsed("title: Hội nghị\nsố: [1, 2]\nngày: !!int x")
    {'title': 'Hội nghị', 'số': ['1', '2'], 'ngày': Invalid(reason='không dùng thẻ kiểu như !!int')}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from retrieval.errors import SourceError

MAX_CHARACTERS = 2_000_000
MAX_VALUE = 2_000
"""Characters of one text."""
_MAX_DEPTH = 3
_SKIPPED_DEPTH = 50
"""A deeper one is not read to its end: parsing takes time with the square of the depth."""
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Invalid:
    """What stands in the place of a value that cannot be used, and why."""

    reason: str


Value = str | list["Value"] | dict[str, "Value"] | Invalid


def parsed(text: str) -> Value:
    """The value that `text` spells; raises SourceError where it is no YAML."""
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"phần mô tả dài hơn {MAX_CHARACTERS} ký tự")
    events = _events(text)
    value = next((_value(event, events, 0) for event in events if _begins(event)), "")
    for _ in events:
        """Read to the end: what follows must be YAML too."""
    return value


def _events(text: str) -> Iterator[Any]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f" ở dòng {mark.line + 1}{_named(text, mark.line)}" if mark else ""
        raise SourceError(
            f"không đọc được{where}: hãy đặt giá trị có dấu hai chấm trong ngoặc kép."
        ) from fault


def _named(text: str, line: int) -> str:
    """The field that a line begins with, for a message."""
    name = "".join(text.splitlines()[line : line + 1]).partition(":")[0].strip()
    return f" (mục “{name[:40]}”)" if name else ""


def _begins(event: object) -> bool:
    kinds = (yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)
    return isinstance(event, kinds)


def _value(event: Any, events: Iterator[Any], depth: int) -> Value:
    """The value that begins with `event`; takes its events out of `events`."""
    if isinstance(event, yaml.AliasEvent):
        return Invalid("không dùng tham chiếu (dấu *)")
    if isinstance(event, yaml.ScalarEvent):
        return _text(event)
    if depth == _MAX_DEPTH:
        _skip(events)
        return Invalid("lồng nhau quá nhiều tầng")
    is_table = isinstance(event, yaml.MappingStartEvent)
    value = _table(events, depth + 1) if is_table else _list(events, depth + 1)
    return Invalid(f"không dùng thẻ kiểu như {_tag(event)}") if event.tag else value


def _text(event: Any) -> Value:
    if event.tag and event.tag != "!":
        return Invalid(f"không dùng thẻ kiểu như {_tag(event)}")
    text: str = event.value
    if len(text) > MAX_VALUE:
        return Invalid(f"dài hơn {MAX_VALUE} ký tự")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return Invalid("có ký tự không phải Unicode")
    return "" if event.implicit[0] and text in _EMPTY else text


def _tag(event: Any) -> str:
    return str(event.tag).replace("tag:yaml.org,2002:", "!!")[:40]


def _list(events: Iterator[Any], depth: int) -> list[Value]:
    items: list[Value] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        items.append(_value(event, events, depth))
    return items


def _table(events: Iterator[Any], depth: int) -> dict[str, Value]:
    table: dict[str, Value] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _value(event, events, depth)
        value = _value(next(events), events, depth)
        if isinstance(key, str):
            table[key] = value
        else:
            table["?"] = Invalid("tên mục phải là một dòng chữ")
    return table


def _skip(events: Iterator[Any]) -> None:
    """Take what is open out of `events`; raises SourceError where it goes on too deep."""
    depth = 1
    while depth:
        event = next(events)
        depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
        depth -= isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent))
        if depth > _SKIPPED_DEPTH:
            raise SourceError(f"lồng nhau quá nhiều tầng ở dòng {event.start_mark.line + 1}.")
