"""The shipped articles describe themselves, and the shipped questions agree with them."""

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

DATA = Path(__file__).parent.parent / "data"
ARTICLES = sorted((DATA / "articles").glob("*.md"))
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (DATA / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
MINIMA = {
    "fact": 45,
    "list": 15,
    "temporal": 15,
    "nodiac": 15,
    "abbr": 12,
    "typo": 12,
    "english": 10,
    "followup": 14,
    "unanswerable": 25,
    "offtopic": 12,
    "smalltalk": 10,
}
SILENT = {"unanswerable", "offtopic", "smalltalk"}


def parts(article: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body."""
    _, front, body = article.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def bodies() -> dict[str, str]:
    return {article.name: parts(article)[1] for article in ARTICLES}


def test_there_are_five_articles_with_plain_names():
    assert len(ARTICLES) == 5
    assert all(re.fullmatch(r"20\d\d-[a-z0-9-]+\.md", article.name) for article in ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.stem)
def test_an_article_says_what_it_is(article: Path):
    front, body = parts(article)

    assert set(front) <= {"title", "publisher", "date", "url", "about"}
    assert all(front[name].strip() for name in ("title", "publisher", "about"))
    assert front["title"] != front["about"]
    assert isinstance(front.get("date", date.today()), date)
    assert urlsplit(front.get("url", "https://")).scheme == "https"
    assert "date" in front or "url" in front
    assert body.count("\n## ") >= 3


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.stem)
def test_an_article_is_clean_unicode(article: Path):
    text = article.read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Co"}]


def test_questions_have_their_own_ids_and_words():
    assert max(Counter(q["id"] for q in QUESTIONS).values()) == 1
    asked = Counter((q["question"].casefold(), json.dumps(q.get("history"))) for q in QUESTIONS)
    assert max(asked.values()) == 1


def test_every_kind_has_enough_questions():
    counts = Counter(q["kind"] for q in QUESTIONS)

    assert set(counts) == set(MINIMA)
    assert {kind: n for kind, n in counts.items() if n < MINIMA[kind]} == {}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_question_agrees_with_the_articles(question: dict[str, Any]):
    texts = bodies()
    named = [texts[question["source"]]] if question["source"] else list(texts.values())

    assert bool(question["must"]) == (question["kind"] not in SILENT)
    assert question["must"] or question["source"] is None
    for group in question["must"]:
        assert group
        missing = [words for words in group if not any(words in text for text in named)]
        assert missing == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_follow_up_and_only_a_follow_up_has_earlier_turns(question: dict[str, Any]):
    history = question.get("history", [])

    assert bool(history) == (question["kind"] == "followup")
    assert all(len(turn) == 2 and all(turn) for turn in history)


def test_a_question_without_diacritics_has_none():
    for question in QUESTIONS:
        if question["kind"] == "nodiac":
            assert question["question"].isascii(), question["id"]
