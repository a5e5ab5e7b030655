"""Indexes that are thrown away, and snapshots without some sources."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from indexes import Opened, document

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.errors import SourceError
from retrieval.evaluation.scratch_index import Documents, scratch_index, snapshot_without
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking


def test_a_scratch_index_is_gone_in_the_end(
    embeddings: BuiltinEmbeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_index([document("a.md", "A", "Hà Nội họp.")], embeddings) as (ledger, _):
        with ledger.snapshot() as snap:
            assert snap.text("a") == "Hà Nội họp."
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_a_document_that_is_not_there_cannot_be_read() -> None:
    with pytest.raises(SourceError):
        Documents([]).read("a.md")


def test_an_absent_source_is_seen_nowhere(full_index: Opened) -> None:
    with (
        full_index.ledger.snapshot() as whole,
        snapshot_without(full_index.ledger, {"ha-noi"}) as snap,
    ):
        everything = sorted(whole.passage_ids())
        hits = {p for p, _ in snap.lexical("folded : (to OR ket OR bo)", 10)}

        assert {p.source_id for p in snap.passages(everything)} == {"bo-may", "can-bo"}
        assert {p.source_id for p in whole.passages(sorted(hits))} <= {"bo-may", "can-bo"}
        assert snap.passage_count == whole.passage_count - 1
        assert set(snap.owners(everything).values()) == {"bo-may", "can-bo"}


def test_words_of_an_absent_source_alone_are_unknown(full_index: Opened) -> None:
    with snapshot_without(full_index.ledger, {"ha-noi"}) as snap:
        assert snap.frequencies(["11144", "bo"]) == {"11144": 0, "bo": 2}


def test_without_anything_absent_all_is_there(full_index: Opened) -> None:
    with full_index.ledger.snapshot() as whole, snapshot_without(full_index.ledger, ()) as snap:
        assert snap.passage_count == whole.passage_count == 3


def test_words_of_the_only_source_are_unknown_without_it(embeddings: BuiltinEmbeddings) -> None:
    whole = [document("a.md", "Kết quả", "Kết quả\nNăm nay xã kết nạp 7 đảng viên.")]
    with (
        scratch_index(whole, embeddings) as (ledger, store),
        snapshot_without(ledger, {"a"}) as snap,
    ):
        counts = snap.frequencies(["ket_qua", "qua_ket", "qua_nam", "7"])
        view = partial(snapshot_without, ledger, {"a"})
        search = Search(view, store, embeddings, load_ranking())

        assert snap.passage_count == 0
        assert set(counts.values()) == {0}
        assert search.find("Kết quả kết nạp 7 đảng viên?").candidates == ()
