"""Which sentences are quoted, and which stand together in one quote."""

from __future__ import annotations

from dataclasses import replace

from retrieval.answering.quotes import select
from retrieval.models import Passage, Quote, Sentence, Source
from retrieval.query.analysis import analyse
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.ranking.weights import load_ranking

SOURCE = Source("a", "a.md", "Hội nghị")
RANKING = replace(load_ranking(), joined_above=0.03, quoted_above=0.007, softened_by=1.0)


def quotes(question: str, *scored: tuple[str, float], gap: str = " ") -> tuple[Quote, ...]:
    """Select among sentences that follow each other in one passage."""
    text = gap.join(sentence for sentence, _ in scored)
    passage = Passage(1, "a", 0, len(text), text)
    candidates, start = [], 0
    for i, (sentence, score) in enumerate(scored):
        end = start + len(sentence)
        own = Sentence(i, 1, "a", start, end, sentence)
        candidates.append(Candidate(own, passage, SOURCE, score))
        start = end + len(gap)
    best_first = tuple(sorted(candidates, key=lambda c: -c.score))
    chosen = select(Findings(analyse(question), best_first, 1.0, {"a": text}), RANKING)
    assert all(text[q.start : q.end] == q.text for q in chosen)
    return chosen


def texts(*arguments: object, **more: str) -> list[str]:
    return [quote.text for quote in quotes(*arguments, **more)]  # type: ignore[arg-type]


def test_the_best_come_first_and_three_are_enough() -> None:
    chosen = texts("?", ("Một con.", 1.0), ("Hai bò.", 5.0), ("Ba dê.", 3.5), ("Bốn gà.", 2.5))

    assert chosen == ["Hai bò.", "Ba dê.", "Bốn gà."]


def test_a_neighbour_nearly_as_good_stands_in_the_same_quote() -> None:
    assert texts("?", ("Ông An nói.", 4.5), ("Ông chủ trì.", 5.0)) == ["Ông An nói. Ông chủ trì."]


def test_only_the_better_of_two_neighbours_joins() -> None:
    chosen = texts("?", ("Một con.", 4.2), ("Hai bò.", 5.0), ("Ba dê.", 4.5))

    assert chosen == ["Hai bò. Ba dê.", "Một con."]


def test_what_makes_a_quote_too_long_stays_apart() -> None:
    long = "Rất dài " * 80 + "."

    assert texts("?", (long, 5.0), ("Ngắn thôi.", 4.9)) == [long, "Ngắn thôi."]


def test_what_says_the_same_again_is_left_out() -> None:
    said = ("Hà Nội kết nạp đảng viên.", 6.0), ("Chuyện khác.", 3.5)

    assert texts("?", *said, ("Hà Nội kết nạp đảng viên!", 5.0)) == [said[0][0], said[1][0]]


def test_a_list_is_quoted_whole_from_what_announces_it() -> None:
    chosen = texts(
        "Nêu các nhiệm vụ năm 2025",
        ("Hội nghị nêu các nhiệm vụ:", 5.0),
        ("- Tinh gọn bộ máy;", 0.0),
        ("- Chuẩn bị đại hội.", -3.0),
        ("Hội nghị bế mạc.", -9.0),
        gap="\n",
    )

    assert chosen[0] == "Hội nghị nêu các nhiệm vụ:\n- Tinh gọn bộ máy;\n- Chuẩn bị đại hội."


def test_an_item_brings_the_list_that_it_belongs_to() -> None:
    chosen = texts(
        "Nêu các nhiệm vụ năm 2025",
        ("Các nhiệm vụ:", 0.0),
        ("- Tinh gọn bộ máy;", 5.0),
        ("- Chuẩn bị đại hội.", 0.0),
        gap="\n",
    )

    assert chosen[0].startswith("Các nhiệm vụ:")
    assert chosen[0].endswith("đại hội.")


LISTED = (
    ("Xã có ba thôn:\n- Thôn Một;\n- Thôn Hai.", 4.0),
    ("- Thôn Một;", 5.0),
    ("- Thôn Hai.", 4.9),
)


def overlapping(question: str, *units: tuple[str, float]) -> list[str]:
    """Select among units of one passage that may hold one another; the first is the passage."""
    text = units[0][0]
    passage = Passage(1, "a", 0, len(text), text)
    candidates = [
        Candidate(
            Sentence(i, 1, "a", text.index(unit), text.index(unit) + len(unit), unit),
            passage,
            SOURCE,
            score,
        )
        for i, (unit, score) in enumerate(units)
    ]
    found = tuple(sorted(candidates, key=lambda c: -c.score))
    chosen = select(Findings(analyse(question), found, 1.0, {"a": text}), RANKING)
    return [quote.text for quote in chosen]


def test_an_item_brings_the_unit_of_its_list_where_a_list_is_asked_for() -> None:
    assert overlapping("Xã có những thôn nào?", *LISTED) == [LISTED[0][0]]


def test_of_units_that_hold_one_another_the_better_is_quoted() -> None:
    assert overlapping("Thôn Một ở đâu?", *LISTED) == ["- Thôn Một;\n- Thôn Hai."]
    assert overlapping("Xã ở đâu?", (LISTED[0][0], 6.0), *LISTED[1:]) == [LISTED[0][0]]


def test_what_scores_far_below_the_best_is_not_shown() -> None:
    assert texts("?", ("Một con.", 9.0), ("Hai bò.", 5.0)) == ["Một con."]


def test_the_longer_a_quote_beside_the_best_the_surer_it_must_be() -> None:
    long, endless = "Rất dài " * 60 + "xong.", "Dài mãi " * 200 + "hết."

    assert texts("?", ("Ngắn thôi.", 5.0), ("Ở giữa.", 1.0), (long, 4.0)) == ["Ngắn thôi."]
    assert texts("?", (long, 5.0), ("Ở giữa.", 1.0), ("Ngắn thôi.", 3.5)) == [long, "Ngắn thôi."]
    assert texts("?", (endless, 5.0), ("Ngắn thôi.", 3.5)) == ["Ngắn thôi."]


def test_a_source_that_says_the_same_is_named_with_the_quote() -> None:
    said = "Hà Nội kết nạp 11.144 đảng viên."
    candidates = []
    for i, place in enumerate("abc"):
        text = said if place != "c" else "Huế kết nạp nhiều đảng viên."
        own = Sentence(i, i, place, 0, len(text), text)
        source = Source(place, f"{place}.md", place)
        candidates.append(Candidate(own, Passage(i, place, 0, len(text), text), source, 5.0 - i))
    stored = {c.source.id: c.sentence.text for c in candidates}

    first, *others = select(Findings(analyse("?"), tuple(candidates), 1.0, stored), RANKING)

    assert (first.text, [source.id for source in first.also]) == (said, ["b"])
    assert [quote.source.id for quote in others] == ["c"]


def test_of_a_list_in_part_it_is_told_how_many_items_follow() -> None:
    text = "Hồ sơ gồm:\n" + "\n".join(f"- Giấy tờ loại {i};" for i in range(1, 16))
    listed = text[: text.index("- Giấy tờ loại 13")].rstrip()
    unit = Sentence(1, 1, "a", 0, len(listed), listed)
    found = (Candidate(unit, Passage(1, "a", 0, len(text), text), SOURCE, 5.0),)

    (quote,) = select(Findings(analyse("Hồ sơ gồm gì?"), found, 1.0, {"a": text}), RANKING)

    assert (quote.text, quote.more) == (listed, 3)


def test_nothing_found_is_nothing_quoted() -> None:
    assert quotes("?") == ()


def test_a_list_cut_by_its_passage_is_quoted_whole_where_a_list_is_asked_for() -> None:
    text = "Hồ sơ gồm:\n- Đơn;\n- Lý lịch;\n- Giấy giới thiệu;\n- Nghị quyết.\nNộp tại chi bộ."
    passage = text[: text.index("- Giấy")].rstrip()
    unit = Sentence(1, 1, "a", 0, len(passage), passage)
    found = (Candidate(unit, Passage(1, "a", 0, len(passage), passage), SOURCE, 5.0),)

    def chosen(question: str) -> tuple[str, int, int]:
        (quote,) = select(Findings(analyse(question), found, 1.0, {"a": text}), RANKING)
        return quote.text, quote.more, quote.items

    assert chosen("Nêu các giấy tờ trong hồ sơ") == (text[: text.index("\nNộp")], 0, 4)
    assert chosen("Đơn nộp ở đâu?") == (passage, 2, 0)


def test_a_question_on_a_line_of_its_own_is_quoted_only_where_questions_are_asked_for() -> None:
    lines = (("Hồ sơ nộp ở đâu?", 5.0), ("Hồ sơ nộp tại chi bộ.", 4.0))

    assert texts("Nộp hồ sơ ở đâu?", *lines, gap="\n") == ["Hồ sơ nộp tại chi bộ."]
    assert texts("Có câu hỏi nào về hồ sơ?", *lines, gap="\n")[0].startswith("Hồ sơ nộp ở đâu?")


def test_in_the_second_place_too_an_item_brings_its_list_where_a_list_is_asked_for() -> None:
    first, listed = "Hồ sơ nộp tại chi bộ.", "Hồ sơ gồm:\n- Đơn;\n- Lý lịch;\n- Nghị quyết."
    item = "- Đơn;"
    start = listed.index(item)
    other = Source("b", "b.md", "Hướng dẫn")
    passages = Passage(1, "a", 0, len(first), first), Passage(2, "b", 0, len(listed), listed)
    found = (
        Candidate(Sentence(1, 1, "a", 0, len(first), first), passages[0], SOURCE, 5.0),
        Candidate(Sentence(2, 2, "b", start, start + len(item), item), passages[1], other, 4.9),
        Candidate(Sentence(3, 2, "b", 0, len(listed), listed), passages[1], other, 0.0),
    )
    stored = {"a": first, "b": listed}

    chosen = select(Findings(analyse("Nêu các giấy tờ trong hồ sơ"), found, 1.0, stored), RANKING)

    assert [quote.text for quote in chosen] == [first, listed]


def test_items_from_the_middle_of_a_list_are_no_list_in_part() -> None:
    text = "Hồ sơ gồm:\n- Đơn;\n- Lý lịch;\n- Giấy giới thiệu;\n- Nghị quyết."
    items = text[text.index("- Lý") : text.index("\n- Nghị")]
    start = text.index(items)
    unit = Sentence(1, 1, "a", start, start + len(items), items)
    found = (Candidate(unit, Passage(1, "a", 0, len(text), text), SOURCE, 5.0),)

    (quote,) = select(
        Findings(analyse("Giấy giới thiệu để đâu?"), found, 1.0, {"a": text}), RANKING
    )

    assert (quote.text, quote.more) == (items, 0)


def test_a_long_second_quote_need_not_be_worth_as_much_a_character_as_a_short_one() -> None:
    long = "Cấp ủy cơ sở phải " + "xem xét, kết luận và báo cáo " * 8 + "đúng hạn."
    scored = [(long, 4.5), ("Mưa rơi.", -4.0), ("Bí thư.", 5.0)]

    assert texts("Ai?", *scored) == ["Bí thư.", long]
    assert texts("Ai?", (f"{long} {long} {long}", 4.5), *scored[1:]) == ["Bí thư."]


def test_the_surer_the_best_the_less_stands_beside_it() -> None:
    text = "Trại họp. " + "Xã nhận mười phiếu bầu."
    passage = Passage(1, "a", 0, len(text), text)
    spans = ((0, 9, 5.0), (10, len(text), 1.8))
    candidates = tuple(
        Candidate(Sentence(i, 1, "a", a, b, text[a:b]), passage, SOURCE, score)
        for i, (a, b, score) in enumerate(spans)
    )
    sure, unsure = (
        select(Findings(analyse("?"), candidates, probability, {"a": text}), RANKING)
        for probability in (1.0, 0.4)
    )

    assert [len(sure), len(unsure)] == [1, 2]
