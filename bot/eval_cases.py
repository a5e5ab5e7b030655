"""Exchanges of the log as evaluation cases: lines that `chidan eval` reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bot.log_file import LogFile
from bot.review import entry
from bot.threads import Threads
from retrieval.errors import ChidanError


class NoCase(ChidanError):
    """An exchange cannot become a case."""


def append_case(file: LogFile, exchange_id: int, must: Sequence[str], cases: Path) -> None:
    """Append an exchange to a file of cases; each of `must` has to stand in the quotes.

    Raises NoCase: unknown, stripped of its text, or in the file already.
    """
    found = entry(file, exchange_id)
    if found is None or not found["question"]:
        raise NoCase(f"Không có câu hỏi nào ở số {exchange_id}; tệp {cases} giữ nguyên.")
    known = cases.read_text(encoding="utf-8") if cases.exists() else ""
    name = f"log-{exchange_id}"
    if f'"{name}"' in known:
        raise NoCase(f"Câu {name} đã có trong {cases}; tệp giữ nguyên.")
    turns = Threads(file).before(exchange_id)
    line = {
        "id": name,
        "kind": "log",
        "question": found["question"],
        "must": [[words] for words in must],
        "source": None,
        "history": [[turn.question, turn.answer] for turn in turns],
    }
    seam = "" if not known or known.endswith("\n") else "\n"
    with cases.open("a", encoding="utf-8") as out:
        out.write(f"{seam}{json.dumps(line, ensure_ascii=False)}\n")
