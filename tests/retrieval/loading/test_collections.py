"""collection.yaml: read, and where it is wrong less is shown, never more."""

import pytest

from retrieval.loading.collections import MISPLACED, read_collections
from retrieval.loading.folder import SourceFolder

WRONG = (
    "audience: everybody\n",
    "audiance: public\n",
    "audience: [public]\n",
    "add: all\n",
    "- public\n",
    "title: a: b\naudience: public\n",
    "\xff\xfe\x00",
    "a: &a [*a]\n",
)


def written(tmp_path, text, name="collection.yaml", folder="Nội bộ"):
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / folder / name).write_bytes(text.encode("latin-1", "ignore") or b"")
    return tmp_path


def test_what_it_says_is_read(tmp_path):
    root = tmp_path
    (root / "a").mkdir()
    said = "title: Tài liệu mở\naudience: Public\nadd: members\n"
    (root / "a" / "collection.yaml").write_text(said, encoding="utf-8")

    (one,), wrong = read_collections(root)

    assert (one.folder, one.title, one.public, one.open_to_members) == (
        "a", "Tài liệu mở", True, True,
    )  # fmt: skip
    assert wrong == {}


@pytest.mark.parametrize("name", ["collection.yaml", "Collection.yml", "COLLECTION.YAML"])
def test_an_empty_one_makes_the_folder_internal(tmp_path, name):
    (one,), wrong = read_collections(written(tmp_path, "", name))

    assert (one.title, one.public, one.open_to_members, wrong) == ("Nội bộ", False, False, {})


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named_and_stays_internal(tmp_path, text):
    (one,), wrong = read_collections(written(tmp_path, text))

    assert (one.public, one.open_to_members) == (False, False)
    assert ["nội bộ" in why for why in wrong.values()] == [True]


def test_one_that_stands_elsewhere_is_named(tmp_path):
    root = written(tmp_path, "audience: internal\n", folder="a/b")
    (root / "collection.yaml").write_text("audience: internal\n")
    folder = SourceFolder(root)

    stamps = folder.stamps()

    assert folder.collections() == ()
    assert sorted(stamps) == ["a/b/collection.yaml", "collection.yaml"]
    for path in stamps:
        with pytest.raises(Exception, match=MISPLACED[:20]):
            folder.read(path)
