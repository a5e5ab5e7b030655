"""Which directives sources speak of: grouping of mentions, and finding one by its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from indexes import MemoryFolder, document

from retrieval.directives.recognition import full_name
from retrieval.directives.resolution import Directive, directives_in, read_directives
from retrieval.indexing.reload import reload
from retrieval.models import Document
from retrieval.registry.catalogue import Catalogue


def said(name: str, day: str, text: str, title: str = "") -> Document:
    one = document(f"{name}.md", title or name, text)
    when = date.fromisoformat(day) if day else None
    return replace(one, source=replace(one.source, date=when))


A2020 = said("a2020", "2020-06-01", "Thực hiện Chỉ thị số 35-CT/TW của Bộ Chính trị về đại hội.")
B2024 = said(
    "b2024", "2024-07-04", "Chỉ thị số 35 ngày 14/6/2024 của Bộ Chính trị. Chỉ thị 35 nêu rõ."
)
C2024 = said("c2024", "2024-12-01", "Tỉnh học Chỉ thị số 35-CT/TW.")
D2023 = said("d2023", "2023-08-01", "Quy định số 114-QĐ/TW thay thế Quy định 205-QĐ/TW.")
E2020 = said("e2020", "2020-01-01", "Nhắc lại Quy định số 205-QĐ/TW ngày 23/9/2019.")


def directory(*documents: Document) -> dict[str, Directive]:
    return {
        full_name(d.reference) + (" ?" if d.unclear else ""): d
        for d in directives_in(map(read_directives, documents))
    }


def test_two_directives_of_one_number_stay_two():
    known = directory(A2020, B2024)

    assert {name: len(d.mentions) for name, d in known.items()} == {
        "Chỉ thị số 35 ngày 14/6/2024": 2,
        "Chỉ thị số 35-CT/TW": 1,
    }


def test_a_mention_that_may_mean_either_stands_apart_as_unclear():
    known = directory(A2020, B2024, C2024)

    assert sorted(known) == [
        "Chỉ thị số 35 ngày 14/6/2024",
        "Chỉ thị số 35-CT/TW",
        "Chỉ thị số 35-CT/TW ?",
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_sources_changes_nothing(order):
    documents = [A2020, B2024, C2024]

    assert directory(*(documents[i] for i in order)) == directory(*documents)


def test_mentions_stand_in_the_order_of_time_and_to_the_character():
    [directive] = [d for d in directory(D2023, E2020).values() if d.reference.number == "205"]

    assert [m.quote.source.id for m in directive.mentions] == ["e2020", "d2023"]
    assert [m.quote.text for m in directive.mentions] == [E2020.text, D2023.text]
    assert full_name(directive.reference) == "Quy định số 205-QĐ/TW ngày 23/9/2019"


def test_what_replaced_it_is_known_from_the_sentence_that_says_so():
    known = directory(D2023, E2020)
    old, new = known["Quy định số 205-QĐ/TW ngày 23/9/2019"], known["Quy định số 114-QĐ/TW"]

    [deed] = old.done_to
    assert (deed.verb, deed.actor.number, deed.quote.text) == ("thay thế", "114", D2023.text)
    assert new.does == old.done_to


def test_a_document_that_speaks_of_itself_acts_under_its_title():
    own = said(
        "o", "2023-07-11", "Quy định này thay thế Quy định số 205-QĐ/TW.", "Quy định 114-QĐ/TW"
    )

    [deed] = directory(own)["Quy định số 205-QĐ/TW"].done_to

    assert full_name(deed.actor) == "Quy định số 114-QĐ/TW"


def test_what_it_did_is_found_where_another_source_names_it():
    own = said("o", "2023-07-11", "Nay thay đổi. Quy định này thay thế Quy định số 205-QĐ/TW.")
    own = replace(own, source=replace(own.source, title="Quy định số 114-QĐ/TW"))
    other = said("p", "2024-02-02", "Số 1: học Quy định số 114-QĐ/TW.")

    assert [d.target.number for d in directory(own, other)["Quy định số 114-QĐ/TW"].does] == ["205"]


@pytest.fixture
def catalogue(index, embeddings) -> Catalogue:
    folder = MemoryFolder(A2020, B2024, D2023)
    reload(folder, index.ledger, index.store, embeddings)
    return Catalogue(index.ledger.snapshot)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("205", ["Quy định số 205-QĐ/TW"]),
        ("205-QĐ/TW", ["Quy định số 205-QĐ/TW"]),
        ("qd 205", ["Quy định số 205-QĐ/TW"]),
        ("số 35", ["Chỉ thị số 35 ngày 14/6/2024", "Chỉ thị số 35-CT/TW"]),
        ("Chỉ thị 35 ngày 14/6/2024", ["Chỉ thị số 35 ngày 14/6/2024"]),
        ("Nghị quyết 35", []),
        ("999", []),
        ("xin chào", []),
    ],
)
def test_a_query_finds_all_that_it_may_mean(catalogue, query, names):
    found = catalogue.find(query)

    assert [full_name(d.reference) for d in found] == names


def test_the_list_follows_a_reload(index, embeddings):
    folder = MemoryFolder(A2020)
    reload(folder, index.ledger, index.store, embeddings)
    catalogue = Catalogue(index.ledger.snapshot)
    before = [d.reference.number for d in catalogue.all()]
    folder.put(D2023)
    reload(folder, index.ledger, index.store, embeddings)

    assert before == ["35"]
    assert sorted(d.reference.number for d in catalogue.all()) == ["114", "205", "35"]
