"""Words for people stand in `bot/texts`: what else in the front ends speaks Vietnamese.

Two kinds of sentences are made where they are: errors, for only there it is known what went wrong,
and lines for operators (the command line and the program's own log).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOR_CHATS_AND_PAGES = (
    *("bot/access.py", "bot/quotas.py", "bot/bootstrap.py", "bot/assistant", "bot/log"),
    *("bot/review", "bot/telegram"),
)
ERRORS = {"bot/telegram/errors.py", "bot/telegram/client.py", "bot/log/retention.py"}
"""Modules that put errors together: what Telegram refuses, and a key that is lost."""
_VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")
_PATTERN = re.compile(r"[\\|()\[\]]")
_LOGGERS = {"debug", "info", "warning", "error", "exception"}


def sentences(source: str) -> Iterator[str]:
    """Yield the Vietnamese sentences among the strings of a module, errors and log lines apart."""
    tree = ast.parse(source)
    apart: set[int] = set()
    for node in ast.walk(tree):
        is_raised = isinstance(node, ast.Raise) and node.exc
        is_logged = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _LOGGERS
        )
        is_said_alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_raised or is_logged or is_said_alone:
            apart |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            words = node.value.strip()
            is_sentence = words[:1].isupper() and len(words.split()) > 3
            if is_sentence and _VIETNAMESE.search(words) and not _PATTERN.search(words):
                yield words


def test_a_sentence_is_told_from_errors_logs_and_patterns():
    source = '''"""Tài liệu của một mô-đun."""
_log.warning("Đã hơn 2 phút bot không nhận được gì.")
PATTERN = r"Ban (Tổ chức|Dân vận) Trung ương"
raise ValueError("Mục này phải là một con số.")
say("Xin chào, đồng chí cần gì?")
'''

    assert list(sentences(source)) == ["Xin chào, đồng chí cần gì?"]


def test_what_chats_and_pages_say_stands_in_texts():
    found = {}
    for place in FOR_CHATS_AND_PAGES:
        path = ROOT / place
        for module in [path] if path.is_file() else sorted(path.rglob("*.py")):
            name = module.relative_to(ROOT).as_posix()
            if said := list(sentences(module.read_text(encoding="utf-8"))):
                found[name] = said

    assert {name: said for name, said in found.items() if name not in ERRORS} == {}
