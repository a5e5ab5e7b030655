"""The parameters of a Bot API request, as they come over HTTP: form fields, JSON or files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from botapi.refusals import bad_request


@dataclass(frozen=True, slots=True)
class Params:
    """Every value as it was sent: text, or whatever JSON held."""

    values: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def required(self, name: str) -> str:
        if name not in self.values:
            raise bad_request(f"message {name} is empty")
        return self.text(name)

    def integer(self, name: str) -> int:
        try:
            return int(self.values[name])
        except (KeyError, ValueError):
            raise bad_request(f"{name} is empty or not a number") from None

    def optional_integer(self, name: str) -> int | None:
        return self.integer(name) if name in self.values else None

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"

    def json(self, name: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def file(self, name: str) -> tuple[str, bytes]:
        """Name and content of an upload, whether attached by name or by `attach://`."""
        value = self.text(name)
        key = value.removeprefix("attach://") if value else name
        if key not in self.files:
            raise bad_request(f"there is no {name} in the request")
        return self.files[key]


def read_params(content_type: str, query: str, body: bytes) -> Params:
    """Parameters of a request from its query string and body."""
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("application/json"):
        return Params(values | json.loads(body or b"{}"))
    if content_type.startswith("multipart/form-data"):
        return _multipart(content_type, body, values)
    return Params(values | dict(parse_qsl(body.decode(), keep_blank_values=True)))


def _multipart(content_type: str, body: bytes, values: dict[str, Any]) -> Params:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    files: dict[str, tuple[str, bytes]] = {}
    for part in BytesParser().parsebytes(head + body).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if part.get_filename():
            files[name] = (str(part.get_filename()), content)
        else:
            values[name] = content.decode()
    return Params(values, files)
