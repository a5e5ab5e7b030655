"""Copies of one text are found when they are indexed, whichever comes first; others are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from indexes import MemoryFolder, document

from retrieval.indexing.reload import reload
from retrieval.indexing.rollback import roll_back
from retrieval.store.near_duplicates import copies, groups
from retrieval.text.minhash import bands, likeness, minhash_signature, shingles

HEAD = (
    "HUYỆN ỦY AN TÂY\n*\nSố 6-CT/HU\nAn Tây, ngày 7 tháng 7 năm 2023\n\n"
    "CHỈ THỊ\nvề lịch họp của các chi bộ thôn\n\n"
)
VILLAGES = ("Sơn", "Hà", "Lâm", "Thượng", "Trung", "Hạ", "Đông", "Tây", "Nam", "Bắc")
BODY = "\n".join(
    f"{n}. Chi bộ thôn {name} họp vào ngày {n + 2} hằng tháng, ghi biên bản và gửi đảng ủy xã."
    for n, name in enumerate(VILLAGES, 1)
)
FURNITURE = "Trang chủ tin tức của huyện.\n{}\nÝ kiến bạn đọc xin gửi về tòa soạn trước cuối tuần."


def dated(path: str, text: str, day: str = ""):
    one = document(path, path, text)
    return replace(one, source=replace(one.source, date=date.fromisoformat(day) if day else None))


def indexed(index, embeddings, *documents):
    folder = MemoryFolder(*documents)
    return reload(folder, index.ledger, index.store, embeddings), folder


def found(index) -> list[list[str]]:
    with index.ledger.snapshot() as snap:
        return [[source.id for source in group] for group in groups(snap)]


OWN = HEAD + BODY
VARIANTS = {
    "in": FURNITURE.format(BODY),
    "du-thao": BODY.replace("gửi đảng ủy xã", "gửi đảng ủy xã trong ba ngày", 1),
    "khong-dau": BODY.upper(),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_copy_is_found_whichever_came_first(index, embeddings, name):
    report, folder = indexed(index, embeddings, dated("goc.md", BODY))
    assert report.duplicates == ()
    folder.put(dated(f"{name}.md", VARIANTS[name]))

    report = reload(folder, index.ledger, index.store, embeddings)

    assert [set(group) for group in report.duplicates] == [{"goc.md", f"{name}.md"}]
    assert [set(group) for group in found(index)] == [{"goc", name}]


def test_other_texts_of_one_form_are_no_copies(index, embeddings):
    other = OWN.replace("Số 6-CT/HU", "Số 9-CT/HU")
    tale = "\n".join(f"Năm thứ {n}, đội trồng thêm {n * 7} cây quế ở sườn đồi." for n in range(20))

    indexed(index, embeddings, dated("a.md", OWN), dated("b.md", other), dated("c.md", tale))

    assert found(index) == []


def test_the_official_text_is_the_best_copy_then_the_newest(index, embeddings):
    indexed(
        index,
        embeddings,
        dated("bao-cu.md", BODY, "2023-07-09"),
        dated("bao-moi.md", FURNITURE.format(BODY), "2024-01-01"),
        dated("goc.md", OWN, "2023-07-07"),
    )

    with index.ledger.snapshot() as snap:
        assert [source.id for source in copies(snap, "bao-cu")] == ["goc", "bao-moi"]
        assert [source.id for source in copies(snap, "goc")] == ["bao-moi", "bao-cu"]


def test_groups_follow_changes_and_their_taking_back(index, embeddings):
    _, folder = indexed(index, embeddings, dated("a.md", BODY), dated("b.md", f"{BODY}\nHết."))
    folder.put(dated("b.md", "Một bài hoàn toàn khác về trồng quế ở sườn đồi phía tây."))
    reload(folder, index.ledger, index.store, embeddings)
    assert found(index) == []

    roll_back(index.ledger, index.store)

    assert found(index) == [["a", "b"]]


def test_bands_meet_where_texts_are_alike():
    mine, near = shingles(BODY), shingles(VARIANTS["in"])
    far = shingles("Hội Nông dân xã vận động hội viên nuôi ong lấy mật dưới tán rừng.")

    assert likeness(mine, near) == 1
    assert set(bands(minhash_signature(mine))) & set(bands(minhash_signature(near)))
    assert not set(bands(minhash_signature(mine))) & set(bands(minhash_signature(far)))
