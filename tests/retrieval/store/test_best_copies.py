"""Of copies of one text the best is quoted: the official one, else the newest; others are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from indexes import MemoryFolder, document

from retrieval.answering.chain import Answerer
from retrieval.indexing.reload import reload
from retrieval.models import Document
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

VILLAGES = ("Sơn", "Hà", "Lâm", "Thượng", "Trung", "Hạ", "Đông", "Tây")
BODY = "Ban Thường vụ yêu cầu mọi chi bộ trong huyện thực hiện các việc sau.\n" + "\n".join(
    f"{n}. Chi bộ thôn {name} trồng {n * 130} cây quế ven suối trước ngày {n + 9}/11/2024."
    for n, name in enumerate(VILLAGES, 1)
)
OFFICIAL = (
    "HUYỆN ỦY LA PAN\n*\nSố 8-CT/HU\nLa Pan, ngày 2 tháng 5 năm 2024\n\n"
    f"CHỈ THỊ\nvề trồng quế ven suối\n\n{BODY}\n\nT/M BAN THƯỜNG VỤ\nSùng A Lử"
)


def page(path: str, text: str, day: str) -> Document:
    one = document(path, f"Bài {path}", text)
    return replace(one, source=replace(one.source, date=date.fromisoformat(day)))


OLD, NEW = page("bao-cu.md", BODY, "2024-05-03"), page("bao-moi.md", f"{BODY}\nTin.", "2024-06-01")
OWN = page("chi-thi.md", OFFICIAL, "2024-05-02")
OTHER = page("khac.md", "Huyện ủy La Pan mở lớp học chữ cho 40 phụ nữ vùng cao.", "2024-07-01")


@pytest.mark.parametrize(
    ("documents", "best", "also"),
    [
        ((OLD, NEW, OWN, OTHER), "chi-thi", ["bao-moi", "bao-cu"]),
        ((OLD, NEW, OTHER), "bao-moi", ["bao-cu"]),
        ((OLD, OTHER), "bao-cu", []),
    ],
)
def test_the_best_copy_is_quoted(index, embeddings, documents, best, also):
    reload(MemoryFolder(*documents), index.ledger, index.store, embeddings)
    ranking = load_ranking()
    answerer = Answerer(Search(index.ledger.snapshot, index.store, embeddings, ranking), ranking)

    answer = answerer.answer("Chi bộ thôn Lâm trồng bao nhiêu cây quế?")

    first = answer.quotes[0]
    assert "390 cây quế" in first.text
    assert first.source.id == best
    assert [source.id for source in first.also][: len(also)] == also
    with index.ledger.snapshot() as snap:
        assert snap.text(best)[first.start : first.end] == first.text
