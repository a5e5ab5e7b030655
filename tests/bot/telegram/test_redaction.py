"""What is said to people about failures: no path, no exception class, no key."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass

import pytest
from scripted import found
from telegram.error import NetworkError

import bot
import retrieval
from bot.bootstrap import Index
from bot.telegram.errors import Redactor
from retrieval.errors import ChidanError

KEY = "khoa-cua-may-chu-mo-hinh"
SAID = (
    "Không dùng được /srv/chi-dan/var/index.db (OperationalError: [Errno 28] No space left:"
    " '/srv/chi-dan/var/x'), {token}, sqlite3.DatabaseError, " + KEY + " tại {state}/chroma."
)


def all_errors():
    """Every class of the error tree, and errors that nobody foresaw."""
    for package in (bot, retrieval):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    tree = [ChidanError]
    for error in tree:
        tree += error.__subclasses__()
    return [*dict.fromkeys(tree), OSError, RuntimeError, NetworkError]


def made(kind, words):
    """An error with these words, also of a class that wants to know more."""
    try:
        return kind(words)
    except (TypeError, AttributeError):
        return kind.__new__(kind, words)


@dataclass(frozen=True, slots=True)
class Failing(Index):
    """An index whose every deed fails."""

    errors: list

    def reload(self, *args, **how):
        raise self.errors[-1]

    def roll_back(self, *args, **how):
        raise self.errors[-1]

    def twins(self, text):
        raise self.errors[-1]

    def troubles(self):
        return [("bai.md", str(self.errors[-1]))]


async def test_no_error_of_the_tree_tells_people_more_than_they_need(
    server, whole_bot, articles, tmp_path
):
    errors, kept = [], whole_bot.keeper

    def says(question):
        if errors and "hỏng" in question:
            raise errors[-1]
        return found(question)

    whole_bot.assistant.says = says
    whole_bot.keeper = Failing(kept.folder, kept.ledger, kept.store, kept.embeddings, errors)
    hoa = server.person("Hoa")
    await whole_bot.starts(
        admin_ids=[hoa.user.id], sources_dir=articles, llm_api_key=KEY, questions_per_person=0
    )
    reload_id = kept.last_reload().id if kept.last_reload() else 1
    words = SAID.format(token=server.token, state=tmp_path)
    classes = all_errors()
    for kind in classes:
        errors.append(made(kind, words))
        said = [hoa.writes(text) for text in ("hỏng?", "/reload", "/nguon", "/nhatky")]
        undo = await server.reply_to(hoa.writes("/nguon"))
        hoa.presses(undo, f"hoantac:{reload_id}")
        for one in said:
            await server.reply_to(one)
        number = whole_bot.log.latest(1)[0].id
        hoa.presses(server.replies_to(said[3])[0], f"luot:{number}:tat:0")
        file_id = f"file-{server.world.number()}"
        server.world.files[file_id] = ("moi.txt", "Một văn bản mới.".encode())
        document = {"file_id": file_id, "file_unique_id": file_id, "file_name": "moi.txt"}
        entity = {"type": "bot_command", "offset": 0, "length": 5}
        content = {"document": document, "caption": "/them", "caption_entities": [entity]}
        shown = await server.reply_to(hoa.sends(hoa.private, content))
        await server.until(lambda sent=shown: "Chưa thêm" in sent.text, "the refusal")
    await server.until(lambda: not server.world.updates, "all to be taken")
    await whole_bot.stops()

    told = "\n".join(sent.text for sent in server.sent())
    told += "\n".join(str(a) for a in server.world.callbacks.values())
    assert "/srv" not in told
    assert str(tmp_path) not in told
    assert KEY not in told
    assert server.token not in told
    names = {kind.__name__ for kind in classes} | {"OperationalError", "DatabaseError", "Errno"}
    assert not re.findall("|".join(rf"\b{name}\b" for name in sorted(names)), told)
    assert "index.db" in told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Hãy gửi /reload hoặc /moi nhom, xem 205-QĐ/TW.", None),
        ("Trang https://example.org/a/b.html trả lời mã 404.", None),
        ("Không đọc được thu-muc/bai.md: tệp hỏng và/hoặc trống.", None),
        ("Không tải được trang (ConnectTimeout).", "Không tải được trang."),
        ("Tạo thư mục “/home/lan/var” rồi chạy lại.", "Tạo thư mục “var” rồi chạy lại."),
        ("Bearer abcdefgh1234 sai.", "••• sai."),
        ("NetworkError('Bad Gateway')", "Bad Gateway"),
    ],
)
def test_what_people_can_use_stays(sentence, told):
    assert Redactor()(sentence) == (told or sentence)
