"""What goes to which stream: results to standard output, all about the work to standard error.

Owns the exit statuses too. Lines for people on a terminal are `terminal.py`'s and `tables.py`'s.
"""

from __future__ import annotations

import json
import sys

import click

from retrieval.vietnamese import normalise

WELL, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale; what is none is replaced."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def complain(message: str) -> int:
    """Tell a fault in one line on standard error; return the exit status it stands for."""
    click.echo(f"chidan: {' '.join(normalise(message).split())}", err=True)
    return FAILED


def print_json(value: object) -> None:
    """Print one line of JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))
