"""Logging for the programs: lines on standard error, libraries quiet, no token in any of them.

Owns handlers, levels and masking. Modules log through `logging.getLogger(__name__)` as usual.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

# Their INFO lines hold whole addresses, and Telegram's hold the token.
_QUIET = ("httpx", "httpcore", "telegram", "apscheduler", "chromadb", "filelock", "trafilatura")
TOKEN = re.compile(r"(?<!\d)\d{3,}:[\w-]{30,}")
MASK = "•••"


class Masking(logging.Formatter):
    """Writes records, tracebacks included, without the given secrets or anything like a token."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole text of a record, masked."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return TOKEN.sub(MASK, text)


def set_up_logging(level: int = logging.INFO, secrets: Iterable[str] = ()) -> None:
    """Send log lines from `level` up to standard error, `secrets` masked; replaces what was set."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
