"""Which passages are looked at closely, over a real index."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from indexes import MemoryFolder, Opened

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.models import Document, Source
from retrieval.query.analysis import analyse
from retrieval.ranking.retriever import fitting, fused, read_passages


@pytest.fixture
def folder() -> MemoryFolder:
    """A source a city, of one year each."""
    cities = ((1, "Hà Nội"), (2, "Đà Nẵng"), (3, "Huế"))
    return MemoryFolder(
        *(
            Document(
                Source(f"s{n}", f"s{n}.md", city, date=date(2020 + n, 5, 1)),
                f"{city} kết nạp {n}00 đảng viên.",
            )
            for n, city in cities
        )
    )


@pytest.fixture
def full_index(index: Opened, folder: MemoryFolder, embeddings: BuiltinEmbeddings) -> Opened:
    """The index of these cities."""
    reload(folder, index.ledger, index.store, embeddings)
    return index


def found(index: Opened, embeddings: BuiltinEmbeddings, question: str) -> tuple[list[str], str]:
    """The sources of what is kept for a question, and what none speaks of."""
    with index.ledger.snapshot() as snap:
        vector = embeddings.embed_query_array(question)
        dense = index.store.search(snap.edition, vector, 2)
        order = fused(snap, vector, dense, [(p, 1.0) for p in sorted(snap.passage_ids())], ())
        kept, missing = fitting(snap, analyse(question), order, ())
        return [f.source.id for f in read_passages(snap, kept)], missing


def test_what_only_words_find_is_near_as_its_nearest_sentence(
    full_index: Opened, folder: MemoryFolder, embeddings: BuiltinEmbeddings
) -> None:
    with full_index.ledger.snapshot() as snap:
        vector = embeddings.embed_query_array("Huế kết nạp bao nhiêu?")
        ids = sorted(snap.passage_ids())
        by_store = fused(snap, vector, full_index.store.search(snap.edition, vector, 99), (), ())
        by_ledger = fused(snap, vector, (), [(passage, 0.0) for passage in ids], ())
        nearest = snap.nearest(vector, ids)
        vectors = {f.passage.id: f.vectors for f in read_passages(snap, ids)}

    assert list(by_store) == list(by_ledger)
    assert next(iter(by_store.values())) == "s3"
    for passage, cosine in nearest.items():
        assert cosine == pytest.approx(float(np.max(vectors[passage] @ vector)), abs=1e-5)


def test_words_far_down_speak_for_what_vectors_found_and_find_nothing_more(
    full_index: Opened, embeddings: BuiltinEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.ranking.retriever._LEXICAL_PASSAGES", 1)
    with full_index.ledger.snapshot() as snap:
        vector = embeddings.embed_query_array("Kết nạp bao nhiêu đảng viên?")
        worded, plain, telling, unseen = (*sorted(snap.passage_ids()), 99)
        near = [s.id for s in snap.sentences([plain, telling])]
        dense = [(sentence, 0.9) for sentence in near]
        lexical = [(worded, 5.0), (telling, 4.9), (unseen, 4.8)]
        order = list(fused(snap, vector, dense, lexical, ()))
        without = list(fused(snap, vector, dense, lexical[:1], ()))

    assert set(order) == set(without) == {worded, plain, telling}
    assert order.index(telling) < order.index(plain)
    assert without.index(plain) < without.index(telling)


def test_sources_of_other_places_and_years_are_left_out(
    full_index: Opened, embeddings: BuiltinEmbeddings
) -> None:
    assert found(full_index, embeddings, "Đà Nẵng kết nạp bao nhiêu?") == (["s2"], "")
    assert found(full_index, embeddings, "Năm 2021 kết nạp bao nhiêu?") == (["s1"], "")


def test_where_none_fits_all_are_kept_and_what_is_missing_is_said(
    full_index: Opened, embeddings: BuiltinEmbeddings
) -> None:
    kept, missing = found(full_index, embeddings, "Cần Thơ kết nạp bao nhiêu?")

    assert sorted(kept) == ["s1", "s2", "s3"]
    assert missing == "Cần Thơ"


def test_what_is_about_a_directive_comes_first(
    full_index: Opened, embeddings: BuiltinEmbeddings
) -> None:
    with full_index.ledger.snapshot() as snap:
        vector = embeddings.embed_query_array("Huế kết nạp bao nhiêu?")
        order = fused(snap, vector, (), [(p, 1.0) for p in sorted(snap.passage_ids())], ())
        last = list(order)[-1]
        kept, _ = fitting(snap, analyse("Kết nạp bao nhiêu?"), order, [last])

    assert kept[0] == last


def test_nothing_found_is_nothing_kept(full_index: Opened) -> None:
    with full_index.ledger.snapshot() as snap:
        assert fused(snap, np.zeros(384, np.float32), (), (), ()) == {}
        assert fitting(snap, analyse("Ai?"), {}, ()) == ([], "")
        assert read_passages(snap, []) == []


def test_dead_passages_are_dropped(
    full_index: Opened, folder: MemoryFolder, embeddings: BuiltinEmbeddings
) -> None:
    with full_index.ledger.snapshot() as snap:
        before = sorted(snap.passage_ids())
    folder.documents.pop("s1.md")
    reload(folder, full_index.ledger, full_index.store, embeddings)

    with full_index.ledger.snapshot() as snap:
        vector = embeddings.embed_query_array("Hà Nội")
        order = fused(snap, vector, (), [(passage, 1.0) for passage in before], ())
        assert set(order.values()) == {"s2", "s3"}
