"""What speaks for a sentence: features of made-up passages with made-up vectors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from retrieval.models import Document, Passage, Sentence, Source
from retrieval.query.analysis import analyse
from retrieval.ranking.features import FEATURES, Found, features
from retrieval.ranking.lexical import weighed

NEAR, FAR = (1.0, 0.0), (0.0, 1.0)


def found(*texts: str, vectors: tuple[tuple[float, float], ...] = (), **about: object) -> Found:
    source = Source("a", "a.md", "Hội nghị", **about)  # type: ignore[arg-type]
    whole = " ".join(texts)
    starts = [whole.index(text) for text in texts]
    sentences = tuple(
        Sentence(i, 1, "a", start, start + len(text), text)
        for i, (start, text) in enumerate(zip(starts, texts, strict=True))
    )
    array = np.array(vectors or [NEAR] * len(texts), dtype=np.float32)
    return Found(Passage(1, "a", 0, len(whole), whole), Document(source, whole), sentences, array)


def rows(question: str, passage: Found) -> list[dict[str, float]]:
    vector = np.array(NEAR, dtype=np.float32)
    table = features(weighed(analyse(question), lambda _: 1.0), vector, passage)
    assert table.shape == (len(passage.sentences), len(FEATURES))
    assert np.isfinite(table).all()
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in table]


def test_nearness_is_told_for_the_sentence_the_one_before_and_the_passage() -> None:
    first, second = rows("Ai họp?", found("Một câu.", "Hai câu.", vectors=(NEAR, FAR)))

    assert (first["cos_sentence"], second["cos_sentence"]) == (1.0, 0.0)
    assert second["cos_previous"] == 1.0
    assert second["cos_passage"] == 1.0
    assert second["cos_mean"] == pytest.approx(0.5**0.5, abs=1e-3)


def test_words_that_are_there_match_and_cover() -> None:
    says, silent = rows("Hà Nội kết nạp đảng viên?", found("Hà Nội kết nạp đảng viên.", "Hết."))

    assert says["match_sentence"] > silent["match_sentence"] == 0.0
    assert (says["cover_sentence"], silent["cover_sentence"]) == (1.0, 0.0)
    assert silent["cover_near"] == silent["cover_passage"] == 1.0


def test_diacritics_that_differ_match_less() -> None:
    (same,) = rows("đảng viên", found("đảng viên"))
    (other,) = rows("đảng viên", found("dáng viền"))

    assert same["match_sentence"] == other["match_sentence"]
    assert same["match_accented"] > other["match_accented"]


def test_the_title_covers_what_the_text_leaves_out() -> None:
    (row,) = rows("Hội nghị nêu chỉ tiêu?", found("Chỉ tiêu được nêu."))

    assert row["cover_context"] == 1.0 > row["cover_passage"]


def test_names_that_stand_nowhere_are_missing() -> None:
    (row,) = rows("Bao giờ Đà Nẵng họp?", found("Hà Nội họp."))

    assert row["names_missing"] == 1.0


@pytest.mark.parametrize(
    ("text", "day", "match", "conflict"),
    [
        ("Năm 2020 họp trực tuyến.", None, 1.0, 0.0),
        ("Họp trực tuyến.", date(2020, 6, 1), 0.5, 0.0),
        ("Năm 2024 họp trực tuyến.", date(2024, 6, 1), 0.0, 1.0),
    ],
)
def test_the_year_asked_for_is_held_against_text_and_source(
    text: str, day: date | None, match: float, conflict: float
) -> None:
    (row,) = rows("Năm 2020 họp thế nào?", found(text, date=day))

    assert (row["year_match"], row["year_conflict"]) == (match, conflict)


def test_a_question_without_words_has_no_features_but_nearness() -> None:
    (row,) = rows("?", found("Hà Nội họp."))

    assert row["match_sentence"] == row["cover_sentence"] == row["offers"] == 0.0


def test_lists_and_what_leaves_open_are_told_by_their_form() -> None:
    whole, item = rows("Hồ sơ gồm những gì?", found("Hồ sơ gồm:\n- Đơn;\n- Lý lịch.", "- Đơn;"))
    (announcing,) = rows("Ai họp?", found("Hồ sơ gồm:"))

    assert (whole["is_list"], whole["list_wanted"], whole["leaves_open"]) == (1.0, 1.0, 0.0)
    assert (item["is_list"], item["list_wanted"]) == (0.0, 0.0)
    assert (announcing["is_list"], announcing["leaves_open"]) == (0.0, 1.0)


def test_title_and_headings_cover_what_they_hold() -> None:
    (inside,) = rows("Hội nghị bàn gì?", found("Bàn nhân sự."))

    assert inside["cover_heading"] == pytest.approx(2 / 3)
    assert inside["reader"] == 0.0
