"""Taking reloads back: the states before, and what the next reload makes of them."""

from __future__ import annotations

import random

import pytest
from indexes import MemoryFolder, Opened, document

from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.errors import NoWayBack
from retrieval.indexing import staging
from retrieval.indexing.reload import Report, reload
from retrieval.indexing.rollback import roll_back
from retrieval.store.history import KEPT_RELOADS, KEPT_TEXTS
from retrieval.store.sync import heal


def run(index: Opened, folder: MemoryFolder, embeddings: ArrayEmbeddings, **how: bool) -> Report:
    return reload(folder, index.ledger, index.store, embeddings, **how)


def back(index: Opened, expected: int | None = None) -> Report:
    return roll_back(index.ledger, index.store, expected)


def texts(index: Opened) -> dict[str, str]:
    with index.ledger.snapshot() as snap:
        assert snap.sentence_ids() == index.store.ids(snap.edition)
        assert snap.passage_count == len(snap.passage_ids())
        return {source.path: snap.text(source.id) for source in snap.sources()}


@pytest.fixture
def moved(full_index, folder, embeddings) -> Opened:
    """The index after a reload that added, changed and removed one document each."""
    folder.put(document("moi.md", "Mới", "Một bài mới."))
    folder.put(document("can-bo.md", "Công tác cán bộ", "Cán bộ được đánh giá lại."))
    del folder.documents["ha-noi.md"]
    run(full_index, folder, embeddings)
    return full_index


def test_the_last_reload_is_taken_back_whole(moved):
    report = back(moved)

    assert (report.added, report.changed, report.removed) == (
        ("ha-noi.md",),
        ("can-bo.md",),
        ("moi.md",),
    )
    assert report.unchanged == ("bo-may.md",)
    assert texts(moved) == {
        "bo-may.md": "Trung ương sắp xếp lại tổ chức bộ máy.",
        "can-bo.md": "Cán bộ được luân chuyển. Quy hoạch được soát.",
        "ha-noi.md": "Năm 2024, Hà Nội kết nạp 11.144 đảng viên.",
    }
    with moved.ledger.snapshot() as snap:
        assert snap.lexical("folded:soat", 5)
        assert not snap.lexical("folded:moi", 5)


@pytest.mark.parametrize("touched", [False, True])
def test_the_next_reload_leaves_alone_what_has_not_changed_since(
    moved, folder, embeddings, touched
):
    back(moved)
    before = texts(moved)
    if touched:
        folder.stamps = lambda: dict.fromkeys(folder.documents, "touched")

    report = run(moved, folder, embeddings)
    again = run(moved, folder, embeddings)

    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert report.held == again.held == ("can-bo.md", "ha-noi.md", "moi.md")
    assert texts(moved) == before


def test_a_file_that_changes_after_a_rollback_is_followed_again(moved, folder, embeddings):
    back(moved)
    folder.put(document("can-bo.md", "Công tác cán bộ", "Bản thứ ba."))
    folder.put(document("ha-noi.md", "Hà Nội", "Bài này nay lại có."))

    report = run(moved, folder, embeddings)

    assert report.changed == ("can-bo.md", "ha-noi.md")
    assert report.held == ("moi.md",)
    del folder.documents["ha-noi.md"]
    assert run(moved, folder, embeddings).removed == ("ha-noi.md",)


def test_a_forced_reload_follows_the_files_and_embeds_nothing_again(moved, folder, embeddings):
    expected = texts(moved)
    back(moved)

    report = run(moved, folder, embeddings, force=True)

    assert texts(moved) == expected
    assert (report.embedded, report.held) == (0, ())


def test_a_file_broken_in_between_stays_held(moved, folder, embeddings):
    back(moved)
    folder.broken["can-bo.md"] = "Tệp hỏng."
    run(moved, folder, embeddings)
    folder.broken.clear()

    assert "can-bo.md" in run(moved, folder, embeddings).held


def test_ten_reloads_can_be_taken_back_one_by_one(full_index, folder, embeddings):
    states = [texts(full_index)]
    for i in range(11):
        folder.put(document("ha-noi.md", "Hà Nội", f"Bài viết đã được thay lần thứ {i} rồi."))
        run(full_index, folder, embeddings)
        states.append(texts(full_index))

    for state in reversed(states[1:-1]):
        back(full_index)
        assert texts(full_index) == state
    with pytest.raises(NoWayBack, match="Không còn lần nạp"):
        back(full_index)
    assert heal(full_index.ledger, full_index.store) == 0


@pytest.mark.parametrize("first", ["at once", "after an empty folder", "after a rollback", "anew"])
def test_what_filled_an_empty_index_is_not_taken_back(index, folder, embeddings, first):
    if first == "after an empty folder":
        run(index, MemoryFolder(), embeddings)
    run(index, folder, embeddings)
    if first == "after a rollback":
        folder.put(document("moi.md", "Mới", "Một bài mới."))
        run(index, folder, embeddings)
        back(index)
    if first == "anew":
        run(index, MemoryFolder(), embeddings)
        run(index, folder, embeddings)
    before = texts(index)

    with index.ledger.snapshot() as snap:
        assert snap.last_reload() is None
    with pytest.raises(NoWayBack, match="chưa có nguồn nào"):
        back(index)

    assert len(before) == 3
    assert texts(index) == before
    assert run(index, folder, embeddings).added == ()


def test_a_reload_that_emptied_the_index_is_taken_back(full_index, folder, embeddings):
    before = texts(full_index)
    run(full_index, MemoryFolder(), embeddings)

    back(full_index)

    assert texts(full_index) == before


def test_any_mix_of_reloads_and_rollbacks_leads_back(full_index, folder, embeddings):
    chance = random.Random(5)
    states = [texts(full_index)]
    for _ in range(25):
        if len(states) > 1 and chance.random() < 0.5:
            back(full_index)
            states.pop()
        else:
            name = chance.choice("abc")
            if chance.random() < 0.3:
                folder.documents.pop(f"{name}.md", None)
            else:
                text = f"Nội dung thứ {chance.random()}."
                folder.put(document(f"{name}.md", name, text))
            report = run(full_index, folder, embeddings)
            if report.added or report.changed or report.removed:
                states.append(texts(full_index))
        assert texts(full_index) == states[-1]


def test_only_the_reload_that_was_meant_is_taken_back(moved, folder, embeddings):
    with moved.ledger.snapshot() as snap:
        meant = snap.last_reload()
    folder.put(document("moi.md", "Mới", "Lại đổi."))
    run(moved, folder, embeddings)
    before = texts(moved)

    with pytest.raises(NoWayBack, match="không còn là lần gần nhất"):
        back(moved, meant.id)

    assert len(meant.changes) == 3
    assert texts(moved) == before


def test_there_is_no_way_back_over_a_rebuild(moved, folder, embeddings):
    run(moved, folder, embeddings, rebuild=True)
    before = texts(moved)

    with pytest.raises(NoWayBack, match="lập lại toàn bộ"):
        back(moved)

    assert texts(moved) == before


def test_quotes_of_versions_long_gone_keep_their_place(full_index, folder, embeddings):
    for i in range(12):
        folder.put(document("ha-noi.md", "Hà Nội", f"Bản {i} của bài."))
        run(full_index, folder, embeddings)

    with full_index.ledger.snapshot() as snap:
        assert snap.text_where("ha-noi", 0, 5, "Bản 0") == "Bản 0 của bài."


def test_the_oldest_texts_of_a_source_that_changes_daily_are_let_go(full_index, folder, embeddings):
    last = KEPT_RELOADS + KEPT_TEXTS + 5
    for number in range(last):
        folder.put(document("ha-noi.md", "Hà Nội", f"Bản {number} của bài."))
        run(full_index, folder, embeddings)

    with full_index.ledger.snapshot() as snap:
        kept = [snap.text_of(version.id) for version in snap.versions("ha-noi")]
        assert kept[0] == f"Bản {last - 1} của bài."
        assert KEPT_TEXTS <= sum(map(bool, kept)) <= KEPT_TEXTS + KEPT_RELOADS + 1
        assert snap.text_where("ha-noi", 0, 5, "Bản 0") is None
        assert len(kept) > last


def test_new_abbreviations_are_noticed_and_undo_no_rollback(moved, folder, embeddings, monkeypatch):
    back(moved)
    before = texts(moved)
    known = {**staging.abbreviations(), "bm": ("bộ máy", False)}
    monkeypatch.setattr("retrieval.text.vietnamese.abbreviations", lambda: known)
    monkeypatch.setattr(staging, "abbreviations", lambda: known)
    staging.current_format.cache_clear()
    try:
        report = run(moved, folder, embeddings)
    finally:
        monkeypatch.undo()
        staging.current_format.cache_clear()

    assert (report.changed, report.embedded) == ((), 0)
    assert texts(moved) == before
