"""Trouble in the middle of a reload: the index is before or after, and the next reload heals it."""

from __future__ import annotations

import resource

import pytest
from chroma_server import chroma_server
from indexes import MemoryFolder, Opened, document, opened

from bot.cli.doctor import findings
from bot.settings import Settings
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.errors import EndpointError, IndexFault
from retrieval.indexing.reload import reload
from retrieval.store.database import IndexDatabase


def paths(ledger: IndexDatabase) -> list[str]:
    with ledger.snapshot() as snap:
        return [source.path for source in snap.sources()]


def in_line(index: Opened) -> bool:
    with index.ledger.snapshot() as snap:
        return snap.sentence_ids() == index.store.ids(snap.edition)


@pytest.fixture
def more(folder: MemoryFolder) -> MemoryFolder:
    """A folder with a hundred documents besides those that are indexed."""
    for i in range(100):
        folder.put(document(f"moi-{i:02}.md", f"Mới {i}", f"Một bài mới, thứ {i} trong loạt bài."))
    del folder.documents["ha-noi.md"]
    return folder


def test_an_endpoint_that_fails_half_way_costs_nothing_that_was_embedded(
    full_index, more, embeddings
):
    class Failing(BuiltinEmbeddings):
        calls = 0

        def embed_array(self, texts):
            self.calls += 1
            if self.calls == 2:
                raise EndpointError("Máy chủ hỏng.")
            return super().embed_array(texts)

    before = paths(full_index.ledger)
    with pytest.raises(EndpointError):
        reload(more, full_index.ledger, full_index.store, Failing())

    assert paths(full_index.ledger) == before
    report = reload(more, full_index.ledger, full_index.store, embeddings)
    assert report.embedded == 100 - 64
    assert len(report.added) == 100
    assert in_line(full_index)


def test_a_chroma_server_that_dies_leaves_the_index_before_and_doctor_says_so(
    tmp_path, folder, more, embeddings, port
):
    kept, state = tmp_path / "chroma", tmp_path / "var"
    first = MemoryFolder(*list(folder.documents.values())[:2])
    with chroma_server(kept, port) as server, opened(state, server.url) as index:
        reload(first, index.ledger, index.store, embeddings)
        before = paths(index.ledger)

        class Killing(BuiltinEmbeddings):
            def embed_array(self, texts):
                server.kill()
                return super().embed_array(texts)

        with pytest.raises(IndexFault, match="máy chủ Chroma"):
            reload(more, index.ledger, index.store, Killing())
        assert paths(index.ledger) == before
        with pytest.raises(IndexFault, match="máy chủ Chroma"):
            reload(more, index.ledger, index.store, embeddings)

    settings = Settings(
        _env_file=None, state_dir=state, sources_dir=tmp_path, chroma_url=f"http://127.0.0.1:{port}"
    )
    troubles = [f"{f.found} {f.remedy}" for f in findings(settings) if not f.well]
    assert any("máy chủ Chroma" in trouble for trouble in troubles)

    with chroma_server(kept, port) as server, opened(state, server.url) as index:
        report = reload(more, index.ledger, index.store, embeddings)
        assert len(report.added) == 100
        assert in_line(index)


@pytest.mark.parametrize("room", [0, 40_000, 150_000])
def test_a_disk_that_fills_up_at_the_switch_leaves_it_before_or_after(
    full_index, more, embeddings, room
):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(done: int, total: int) -> None:
        if done == total:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))

    before = paths(full_index.ledger)
    try:
        reload(more, full_index.ledger, full_index.store, embeddings, fill)
    except IndexFault as error:
        assert "kiểm tra" in str(error)  # noqa: PT017 with much room there is no error
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert paths(full_index.ledger) in (before, sorted(more.documents))
    reload(more, full_index.ledger, full_index.store, embeddings)
    assert paths(full_index.ledger) == sorted(more.documents)
    assert in_line(full_index)
