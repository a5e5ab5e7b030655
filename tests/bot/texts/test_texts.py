"""The two faces say the same things, each in its own language."""

import string
from dataclasses import fields, is_dataclass

import pytest

from bot.log.votes import Reason
from bot.texts.english import ENGLISH
from bot.texts.faces import face
from bot.texts.texts import VIETNAMESE, Texts


def sentences(texts, name):
    value = getattr(texts, name)
    if is_dataclass(value):
        return [sentence for field in fields(value) for sentence in sentences(value, field.name)]
    return list(value.values()) if not isinstance(value, str) else [value]


def holes(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("name", [field.name for field in fields(Texts)])
def test_every_sentence_is_said_in_both_with_the_same_things_filled_in(name):
    ours, theirs = sentences(VIETNAMESE, name), sentences(ENGLISH, name)

    assert len(ours) == len(theirs)
    for vietnamese, english in zip(ours, theirs, strict=True):
        assert vietnamese.strip()
        assert english.strip()
        assert vietnamese != english
        assert holes(vietnamese) == holes(english)


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH])
def test_every_reason_has_its_words(texts):
    assert set(texts.reasons) == set(Reason)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("en", ENGLISH), ("en-GB", ENGLISH), ("EN", ENGLISH), ("vi", VIETNAMESE), (None, VIETNAMESE),
     ("", VIETNAMESE), ("fr", VIETNAMESE), ("eng", VIETNAMESE)],
)  # fmt: skip
def test_english_clients_get_english_all_others_vietnamese(language, spoken):
    assert face(language) is spoken
