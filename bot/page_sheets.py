"""The CSV that Datasette hands out, with no cell that a spreadsheet would run.

Wraps the whole application: Datasette has no hook for the cells of its exports. It writes one row
at a time, and each arrives here as one piece of the body.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bot.exports import safe

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def neutralised(application: Application) -> Application:
    """Return the application with the cells of its CSV made safe."""

    async def wrapped(scope: Scope, receive: Any, send: Send) -> None:
        of_csv = False

        async def sent(event: MutableMapping[str, Any]) -> None:
            nonlocal of_csv
            if event["type"] == "http.response.start":
                of_csv = _is_csv(scope, event)
            elif of_csv and event.get("body"):
                event = {**event, "body": _safe_rows(event["body"].decode()).encode()}
            await send(event)

        await application(scope, receive, sent)

    return wrapped


def _is_csv(scope: Scope, start: MutableMapping[str, Any]) -> bool:
    kind = dict(start.get("headers", ())).get(b"content-type", b"")
    plain = kind.startswith(b"text/plain") and scope["path"].endswith(".csv")
    return bool(kind.startswith(b"text/csv") or plain)


def _safe_rows(text: str) -> str:
    """Return whole rows of CSV made safe; numbers stay.

    >>> _safe_rows("-1001,=1+1").strip()
    "-1001,'=1+1"
    """
    out = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(out).writerows(
        [cell if _NUMBER.fullmatch(cell) else safe(cell) for cell in row] for row in rows
    )
    return out.getvalue()
