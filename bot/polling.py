"""Fetching updates: what PTB would stumble over is taken out of its way.

PTB ends its polling for good at a refused token, and asks for an update that it cannot read again
and again, deaf to all after it.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.request import HTTPXRequest

from bot.failures import explain

_log = logging.getLogger(__name__)


class PollingRequest(HTTPXRequest):
    """Getting updates; a token refused while running is a trouble that may pass."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Do a request as httpx does."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == 401:
            raise NetworkError(explain(InvalidToken()))
        return code, readable(payload) if code == 200 else payload


def readable(payload: bytes) -> bytes:
    """Return an answer of getUpdates in which updates that cannot be read are empty ones."""
    body = json.loads(payload)
    result = body.get("result")
    if not isinstance(result, list):
        return payload
    updates = [update if _is_readable(update) else _emptied(update) for update in result]
    return payload if updates == result else json.dumps(body | {"result": updates}).encode()


def _is_readable(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        _log.warning("an update cannot be read: %r", error)
        return False
    return True


def _emptied(update: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": update["update_id"]}
