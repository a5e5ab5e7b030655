"""Everyday words in the words of official texts."""

from __future__ import annotations

from query_vocabulary import Texts

from retrieval.query.synonyms import in_official_words, synonyms
from retrieval.query.understanding import meaning

TEXTS = ["Ông An chủ trì hội nghị.", "Bà Bình được bầu vào cấp ủy."]


def test_only_what_the_sources_say_otherwise_is_changed() -> None:
    frequency = Texts(TEXTS).frequency
    assert in_official_words("Ai cầm trịch buổi họp?", frequency) == "Ai chủ trì hội nghị?"
    assert in_official_words("Có mấy giấy tờ?", frequency) == "Có mấy giấy tờ?"


def test_words_that_the_sources_use_themselves_stay() -> None:
    texts = [*TEXTS, "Ai trúng cử?", "Danh sách trúng cử."]
    assert in_official_words("ai trúng cử", Texts(texts).frequency) == "ai trúng cử"


def test_it_is_a_stage_after_diacritics() -> None:
    found = meaning("ai trung cu cap uy", Texts([*TEXTS, "Trúng cử."]))
    assert "trúng cử" in found.text
    found = meaning("ai trúng cử cấp ủy", Texts(TEXTS))
    assert found.text == "ai được bầu cấp ủy"


def test_no_entry_says_what_another_changes_again() -> None:
    assert not set(synonyms()) & {official.lower() for official in synonyms().values()}
