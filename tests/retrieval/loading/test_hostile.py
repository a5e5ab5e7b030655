"""Files made to break a reader: each is named with its reason, in bounded time."""

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from re import _constants as opcodes
from re import _parser as parser

import pytest
from written import SENTENCE, documents, reasons

import retrieval.directives
import retrieval.loading
import retrieval.text
from retrieval.directives.recognition import find_references
from retrieval.errors import SourceError
from retrieval.loading import formats, worker
from retrieval.loading.boilerplate import clean
from retrieval.loading.folder import source_id
from retrieval.loading.markdown import plain_words
from retrieval.loading.metadata import Description, found
from retrieval.loading.reflow import unwrap
from retrieval.loading.worker import read_apart
from retrieval.text.sentences import split_sentences
from retrieval.text.splitter import split_passages

BAD_FIELDS = {
    "date: 2023-02-29": "date",
    "date: 2024-13-01": "date",
    "date: 0000-01-01": "date",
    f"date: {'1' * 20_000}": "date",
    "title: !!int abc": "title",
    "url: !!binary aGVsbG8=": "url",
    'publisher: "\\uD801"': "publisher",
    "? [a, b]\n: c\ntitle: [x]": "title",
    f"about: {'[' * 3000}{']' * 3000}": "dòng",
    f"about: {'{a: ' * 3000}": "dòng",
    f"title: {'9' * 20_000}": "title",
    "about: &x [a]\ntitle: *x": "title",
    "title: &a !!python/object:os.system {}": "title",
}


@pytest.mark.parametrize("entry", BAD_FIELDS, ids=lambda entry: entry[:24])
@pytest.mark.parametrize("place", ["front matter", "manifest"])
def test_a_field_that_is_no_value_is_named_and_everything_else_goes_on(tmp_path, entry, place):
    (tmp_path / "zz.txt").write_text(SENTENCE, encoding="utf-8")
    if place == "manifest":
        (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
        lines = "\n".join(f"  {line}" for line in entry.split("\n"))
        manifest = f"zz.txt: {{title: Tên}}\na.txt:\n{lines}\n"
        (tmp_path / "sources.yaml").write_text(manifest, encoding="utf-8")
        reason = "; ".join(reasons(tmp_path).values())
    else:
        (tmp_path / "a.md").write_text(f"---\n{entry}\n---\n{SENTENCE}", encoding="utf-8")
        reason = reasons(tmp_path)["a.md"]

    assert BAD_FIELDS[entry] in reason
    assert "zz.txt" in documents(tmp_path)


def test_aliases_are_refused_before_they_grow(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    (tmp_path / "a.md").write_text("\n".join(["---", *lines, "title: *a9", "---", SENTENCE]))
    assert "tham chiếu" in reasons(tmp_path)["a.md"]


def test_unknown_fields_and_missing_files_are_said(tmp_path):
    (tmp_path / "a.md").write_text(f"---\ntitle: Tên\ntác giả: An\n---\n{SENTENCE}")
    (tmp_path / "sources.yaml").write_text("b.pdf: {title: Mất}\na.md: {ngay: 2024}")
    document = documents(tmp_path)["a.md"]

    assert "tác giả" in document.warnings[0]
    assert "ngay" in document.warnings[1]
    assert "b.pdf" in reasons(tmp_path)["sources.yaml"]


def test_many_comments_before_a_page_are_passed_over_at_once(tmp_path):
    page = f"<html><body><article><p>{SENTENCE}</p><p>{SENTENCE}</p></article></body></html>"
    (tmp_path / "a.html").write_text("<!-- x -->\n" * 60 + page, encoding="utf-8")
    (tmp_path / "b.txt").write_text("<!-- x -->\n" * 60 + "<!--" + SENTENCE, encoding="utf-8")
    assert SENTENCE in documents(tmp_path)["a.html"].text
    assert SENTENCE in documents(tmp_path)["b.txt"].text


LONG = {
    "dots": "Điều 1" + "." * 200_000,
    "digits": "1" * 200_000 + "-CT/TW",
    "cells": "| " + "a | " * 30_000,
    "asterisks": "*" * 100_000,
    "brackets": "[" * 200_000,
    "blanks": "Số" + " " * 200_000 + "x",
    "quotes": "“" * 200_000,
    "reference marks": "[1]" * 60_000,
    "addresses": "Nguồn: " + "http://" * 28_000,
    "short lines": "Bình luận\n" * 20_000,
    "capitals": "Đảng " * 40_000,
}
READINGS = {
    "clean": clean,
    "found": found,
    "plain words": plain_words,
    "unwrap": unwrap,
    "references": find_references,
    "passages": lambda text: split_passages(text, split_sentences(text)),
}


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("reading", READINGS)
def test_long_repetitive_text_is_read_in_time_that_grows_with_its_length(reading, kind):
    before = time.process_time()
    READINGS[reading](LONG[kind])
    assert time.process_time() - before < 10  # About one second; what is not linear takes minutes.


LETTERS = 40_000
MOST_SECONDS = 3.0
"""Of processor time; what is linear takes a tenth of it."""
USUAL = (
    " ",
    "\n",
    "a",
    "0",
    ".",
    ",",
    "-",
    "*",
    "[",
    "(",
    "<",
    "“",
    "|",
    "1.",
    "a b ",
    "[1]",
    "- a\n",
)
_CLASSES = {"DIGIT": "1", "NOT_DIGIT": "x", "SPACE": " ", "NOT_SPACE": "x", "WORD": "a"}


def patterns() -> Iterator[re.Pattern[str]]:
    """Yield the patterns that the packages which read foreign text keep in their modules."""
    for package in (retrieval.text, retrieval.loading, retrieval.directives):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            values = vars(importlib.import_module(info.name)).values()
            yield from (
                v for v in values if isinstance(v, re.Pattern) and isinstance(v.pattern, str)
            )


def sample(parsed) -> str:
    """Return a text that a parsed pattern matches, roughly: repetitions twice, first branches."""
    text = ""
    for op, value in parsed:
        if op is opcodes.LITERAL:
            text += chr(value)
        elif op in (opcodes.NOT_LITERAL, opcodes.ANY):
            text += "x"
        elif op is opcodes.IN:
            text += letter(*value[0])
        elif op in (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT, opcodes.POSSESSIVE_REPEAT):
            low, high, inner = value
            text += sample(inner) * min(max(low, 2), high)
        elif op is opcodes.SUBPATTERN:
            text += sample(value[-1])
        elif op is opcodes.ATOMIC_GROUP:
            text += sample(value)
        elif op is opcodes.BRANCH:
            text += sample(value[1][0])
    return text


def letter(op, value) -> str:
    """Return a letter of the first part of a set of letters."""
    if op is opcodes.LITERAL:
        return chr(value)
    if op is opcodes.RANGE:
        return chr(value[0])
    return _CLASSES.get(str(value).removeprefix("CATEGORY_"), "x")


def pieces() -> list[str]:
    """Return what is repeated."""
    own = (sample(parser.parse(p.pattern, p.flags & ~re.DEBUG))[:60] for p in patterns())
    return list(filter(None, dict.fromkeys([*USUAL, *own])))


@pytest.mark.parametrize("reading", READINGS)
def test_repetitions_of_what_patterns_match_are_read_in_time(reading, request):
    step = 1 if request.config.getoption("--moments") >= 40 else 20
    found = pieces()
    slow = {}
    for piece in found[::step]:
        text = (piece * (LETTERS // len(piece) + 1))[:LETTERS]
        before = time.process_time()
        READINGS[reading](text)
        if (took := time.process_time() - before) > MOST_SECONDS:
            slow[piece] = took

    assert len(found) > 150
    assert slow == {}


def test_a_reader_that_takes_too_long_is_ended_and_the_next_file_is_read():
    with pytest.raises(SourceError, match="chưa đọc xong"):
        read_apart(SENTENCE.encode(), ".txt", max_seconds=0.0)
    assert read_apart(SENTENCE.encode(), ".txt").text == SENTENCE


def test_a_file_that_wants_too_much_memory_is_refused_and_the_next_one_is_read(monkeypatch):
    monkeypatch.setattr("retrieval.loading.worker._idle", [])
    monkeypatch.setattr("retrieval.loading.worker.MAX_MEMORY_BYTES", 600 * 2**20)
    page = b"<html><body><article>" + b"<p>a</p>" * 1_500_000
    try:
        with pytest.raises(SourceError, match=r"phức tạp|không đọc nổi"):
            read_apart(page, ".html")
        assert read_apart(SENTENCE.encode(), ".txt").text == SENTENCE
    finally:
        worker._end_all()  # those with so little memory


def test_a_reader_that_dies_is_told_as_the_fault_of_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr("retrieval.loading.worker._idle", [])
    monkeypatch.setattr(sys, "executable", "/bin/false")
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    assert "dừng giữa chừng" in reasons(tmp_path)["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyError, AssertionError, RecursionError])
def test_whatever_a_parser_raises_becomes_the_reason_of_its_file(monkeypatch, tmp_path, error):
    def broken(data, path):
        raise error("x")

    monkeypatch.setitem(formats._READERS, "text", broken)
    with pytest.raises(SourceError, match="không đọc"):
        formats.read_bytes(SENTENCE.encode(), tmp_path / "a.txt")


def test_a_worker_gives_what_reading_here_gives(tmp_path):
    data = f"---\ntitle: Một\ndate: 2024-03-05\nx: y\n---\n{SENTENCE}\n\nQuảng cáo".encode()
    here = formats.read_bytes(data, tmp_path / "a.txt")
    assert read_apart(data, ".txt") == here
    assert here.front == Description(title="Một", date=here.front.date)
    assert here.left_out == ("Quảng cáo",)
    assert source_id("a.txt")
