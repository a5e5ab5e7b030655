"""The two languages say the same things; every sentence has a use, and every use a sentence."""

import re
import string
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
import yaml

from bot.log.votes import Reason
from bot.review.queries import KINDS
from bot.texts.table import rows, table
from bot.texts.texts import (
    ENGLISH,
    VIETNAMESE,
    AdminTexts,
    EntryTexts,
    GroupTexts,
    ReviewTexts,
    Texts,
    sentences_of,
    texts_for,
)
from retrieval.directives.relations import AMENDING, REPLACING
from retrieval.models import DropReason, Note, RefusalReason, SmallTalk

CLASSES = (Texts, AdminTexts, GroupTexts, ReviewTexts, EntryTexts)


def sentences(texts, name):
    value = getattr(texts, name)
    if is_dataclass(value):
        return [sentence for field in fields(value) for sentence in sentences(value, field.name)]
    return list(value.values()) if not isinstance(value, str) else [value]


def holes(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def keys(tree):
    if not isinstance(tree, dict):
        return None
    return {name: keys(branch) for name, branch in tree.items()}


@pytest.mark.parametrize("name", [field.name for field in fields(Texts)])
def test_every_sentence_is_said_in_both_with_the_same_things_filled_in(name):
    ours, theirs = sentences(VIETNAMESE, name), sentences(ENGLISH, name)

    assert len(ours) == len(theirs)
    for vietnamese, english in zip(ours, theirs, strict=True):
        assert vietnamese.strip()
        assert english.strip()
        assert vietnamese != english or not any(letter.isalpha() for letter in vietnamese)
        assert holes(vietnamese) == holes(english)


def test_both_files_have_the_same_keys_but_for_commands():
    """Commands are named in the language: /hoi and /ask."""
    ours, theirs = (
        keys(yaml.safe_load(Path(f"bot/texts/{language}.yaml").read_text(encoding="utf-8")))
        for language in ("vi", "en")
    )
    for tree in (ours, theirs):
        for name in ("commands", "admin_commands"):
            tree.pop(name)
    assert ours == theirs


def test_every_sentence_is_used():
    """That every use has a sentence is the type checker's: they are fields."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path("bot").rglob("*.py")
        if path.name != "texts.py"
    )
    used = set(re.findall(r"\.(\w+)", code))

    assert {field.name for cls in CLASSES for field in fields(cls)} - used == set()


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH])
def test_every_value_has_its_words(texts):
    entry = texts.admin.review.entry
    assert set(texts.reasons) == set(entry.reasons) == set(Reason)
    assert set(texts.refused) == set(entry.refusals) == set(RefusalReason)
    assert set(entry.drops) == set(DropReason)
    assert set(texts.notes) == set(Note)
    assert set(texts.small_talk) == set(SmallTalk)
    assert set(texts.done) == REPLACING | AMENDING
    assert set(entry.outcomes) == set(KINDS)


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH])
def test_the_help_names_every_command(texts):
    for said, commands in ((texts.help, texts.commands), (texts.admin_help, texts.admin_commands)):
        assert [name for name in commands if f"/{name} " not in f"{said} "] == []


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("en", ENGLISH), ("en-GB", ENGLISH), ("EN", ENGLISH), ("vi", VIETNAMESE), (None, VIETNAMESE),
     ("", VIETNAMESE), ("fr", VIETNAMESE), ("eng", VIETNAMESE)],
)  # fmt: skip
def test_english_clients_get_english_all_others_vietnamese(language, spoken):
    assert texts_for(language) is spoken


def test_the_table_of_all_sentences_is_current():
    page = (Path(__file__).parents[3] / "docs" / "texts.md").read_text(encoding="utf-8")

    assert page == table(), "make texts"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_tone_is_calm_and_short(language):
    said = [words for _, words, _ in rows(sentences_of(language), {})]

    assert [words for words in said if "!" in words] == []
    lines = [line for words in said for line in words.splitlines()]
    assert max(map(len, lines)) <= 420
    if language == "vi":
        stiff = re.compile(r"quý (?:vị|khách)|kính (?:mời|thưa)|trân trọng|thực hiện việc")
        assert [words for words in said if stiff.search(words.lower())] == []
