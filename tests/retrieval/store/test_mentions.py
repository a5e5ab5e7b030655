"""The register of directives follows the live index, and old indexes are entered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from indexes import MemoryFolder, document

from retrieval.directives import resolution
from retrieval.directives.recognition import find_references
from retrieval.indexing.reload import reload
from retrieval.indexing.rollback import roll_back
from retrieval.models import Document, Quote
from retrieval.registry.catalogue import Catalogue
from retrieval.registry.supersession import overtaken
from retrieval.store.mentions import kept_readings, passages_naming


def said(name: str, text: str, title: str = "Bài", day: str = "2024-01-01") -> Document:
    one = document(f"{name}.md", title, text)
    return replace(one, source=replace(one.source, date=date.fromisoformat(day)))


OLD = said("cu", "Nhắc lại Quy định số 205-QĐ/TW ngày 23/9/2019, về kiểm soát quyền lực.")
NEW = said("moi", "Mở đầu. Quy định số 114-QĐ/TW thay thế Quy định số 205-QĐ/TW.")
OWN = said("chinh", "Quy định này thay thế Quy định số 205-QĐ/TW.", "Quy định số 114-QĐ/TW")


def live(index, number=None) -> resolution.Readings:
    with index.ledger.snapshot() as snap:
        return kept_readings(snap, number)


def read_anew(*documents: Document) -> tuple[list, list]:
    said = [resolution.read_directives(d) for d in sorted(documents, key=lambda d: d.source.path)]
    return [m for r in said for m in r.mentions], [d for r in said for d in r.deeds]


def test_what_is_kept_is_what_is_read(index, embeddings):
    reload(MemoryFolder(OLD, NEW, OWN), index.ledger, index.store, embeddings)

    kept = live(index)

    assert ([*kept.mentions], [*kept.deeds]) == read_anew(OLD, NEW, OWN)
    assert len(kept.mentions) == 4
    assert len(kept.deeds) == 2


def test_one_number_is_looked_up_with_the_deeds_it_has_part_in(index, embeddings):
    reload(MemoryFolder(OLD, NEW, OWN), index.ledger, index.store, embeddings)

    one = live(index, "114")

    assert [m.reference.number for m in one.mentions] == ["114"]
    assert [d.quote.source.id for d in one.deeds] == ["chinh", "moi"]
    assert live(index, "35") == resolution.Readings((), ())


def test_it_moves_with_reload_and_rollback(index, embeddings):
    folder = MemoryFolder(OLD)
    reload(folder, index.ledger, index.store, embeddings)
    before = live(index)
    folder.documents = {NEW.source.path: NEW}
    reload(folder, index.ledger, index.store, embeddings)
    after = live(index)
    roll_back(index.ledger, index.store)

    assert [m.quote.source.id for m in after.mentions] == ["moi", "moi"]
    assert live(index) == before != after


def test_what_cannot_be_reached_any_more_leaves_it(index, embeddings):
    folder = MemoryFolder(NEW)
    reload(folder, index.ledger, index.store, embeddings)
    folder.put(said("moi", "Không còn nhắc tới văn bản nào."))
    reload(folder, index.ledger, index.store, embeddings, rebuild=True)

    with index.ledger.writing() as writer:
        assert writer._db["mentions"].count == writer._db["deeds"].count == 0


def test_passages_name_a_directive_in_their_text_their_heading_or_their_title(index, embeddings):
    [asked] = find_references("Quy định số 205-QĐ/TW")
    headed = said(
        "muc", "Quy định số 205-QĐ/TW\n\nNgười đứng đầu chịu trách nhiệm.\n\nKhác\n\nHết."
    )
    titled = said("ten", "Người đứng đầu chịu trách nhiệm.", "Giới thiệu Quy định số 205-QĐ/TW")
    other = said("khac", "Chỉ thị số 205-CT/TW nêu rõ trách nhiệm.")
    reload(MemoryFolder(OLD, headed, titled, other), index.ledger, index.store, embeddings)

    with index.ledger.snapshot() as snap:
        everywhere = passages_naming(snap, asked)
        found = snap.passages(sorted(everywhere))
        near = passages_naming(snap, asked, [found[0].id])

    assert sorted((p.source_id, p.text) for p in found) == [
        ("cu", OLD.text),
        ("muc", "Người đứng đầu chịu trách nhiệm."),
        ("ten", "Người đứng đầu chịu trách nhiệm."),
    ]
    assert near == {found[0].id}


def test_what_became_of_a_directive_is_told_by_the_newest_that_names_its_successor(
    index, embeddings
):
    documents = [
        OLD,
        said("a", "Quy định số 205-QĐ/TW đã hết hiệu lực.", day="2025-02-01"),
        said("b", "Quy định số 114-QĐ/TW thay thế Quy định số 205-QĐ/TW.", day="2024-02-01"),
        said("c", "Quy định số 80-QĐ/TW thay thế Quy định số 205-QĐ/TW.", day="2023-02-01"),
    ]
    reload(MemoryFolder(*documents), index.ledger, index.store, embeddings)

    with index.ledger.snapshot() as snap:
        quote = Quote(replace(OLD.source, date=date(2022, 1, 1)), 0, len(OLD.text), OLD.text)
        news = overtaken(snap, quote)

    told = news.remark
    assert (told.verb, told.actor) == ("thay thế", "Quy định số 114-QĐ/TW")
    assert news.quote.source.id == "b"


OFFICIAL = (
    "HUYỆN ỦY AN TÂY\n*\nSố 6-QĐ/HU\nAn Tây, ngày 7 tháng 7 năm 2023\n\n"
    "QUY ĐỊNH\nvề giữ gìn đường làng\n\nCăn cứ Quy định số 205-QĐ/TW,\n1. Mỗi thôn quét đường."
)
LETTER = (
    "SỞ NỘI VỤ\nSố 120/SNV-VP\nV/v mượn hội trường\n\nLa Phù, ngày 2/3/2024\n\nKính gửi: Văn phòng"
)


def test_a_directive_that_is_a_source_is_known_with_all_its_head_says(index, embeddings):
    folder = MemoryFolder(document("quy-dinh.md", "Quy định 6-QĐ/HU", OFFICIAL))
    reload(folder, index.ledger, index.store, embeddings)

    [one] = [m for m in live(index, "6").mentions if m.itself]

    r = one.reference
    assert (r.kind, r.issued, r.issuer) == ("Quy định", "2023-07-07", "Huyện ủy An Tây")
    assert r.subject == "về giữ gìn đường làng"
    assert [m.itself for m in live(index, "205").mentions] == [False]


def test_a_letter_whose_number_no_grammar_knows_is_known_too(index, embeddings):
    folder = MemoryFolder(document("thu.md", "Công văn", LETTER), OLD)
    reload(folder, index.ledger, index.store, embeddings)

    directives = Catalogue(index.ledger.snapshot)

    assert [one.reference.kind for one in directives.find("120")] == ["Công văn"]
    [letter] = [one for one in directives.all() if one.texts]
    assert [source.id for source in letter.texts] == ["thu"]
    assert letter.reference.subject == "về mượn hội trường"
