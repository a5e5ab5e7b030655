"""chidan directive, as a process over real files."""

import json

import pytest
from command import command


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    """The command line over two indexed articles; nothing here changes them."""
    home = tmp_path_factory.mktemp("directives")
    chidan, folder = command(home), home / "sources"
    folder.mkdir()
    (folder / "a.md").write_text(
        "---\ntitle: Bài A\npublisher: Báo A\ndate: 2020-06-01\n---\n\n"
        "Thực hiện Chỉ thị số 35-CT/TW. Quy định số 205-QĐ/TW chống chạy chức.\n",
        encoding="utf-8",
    )
    (folder / "b.md").write_text(
        "---\ntitle: Bài B\npublisher: Báo B\ndate: 2024-07-04\n---\n\n"
        "Chỉ thị số 35 ngày 14/6/2024 nêu rõ. Quy định số 114-QĐ/TW thay thế Quy định 205-QĐ/TW.\n",
        encoding="utf-8",
    )
    assert chidan("reload").returncode == 0
    return chidan


def test_the_directives_are_listed_with_their_counts(indexed):
    assert indexed("directive").stdout.splitlines() == [
        "Chỉ thị số 35 ngày 14/6/2024 – 1 lần",
        "Chỉ thị số 35-CT/TW – 1 lần",
        "Quy định số 114-QĐ/TW – 1 lần",
        "Quy định số 205-QĐ/TW – 2 lần",
    ]


def test_one_is_shown_with_all_that_is_said_of_it(indexed):
    shown = indexed("directive", "205").stdout

    assert shown.startswith("Quy định số 205-QĐ/TW\n")
    assert "Được thay thế bằng Quy định số 114-QĐ/TW:" in shown
    assert "2 lần nhắc tới trong 2 nguồn:" in shown
    assert shown.index("chống chạy chức.”") < shown.rindex("thay thế Quy định 205-QĐ/TW.”")


def test_a_number_of_two_directives_lists_both(indexed):
    assert len(indexed("directive", "35").stdout.splitlines()) == 2


def test_quotes_stand_at_their_offsets(indexed):
    [found] = json.loads(indexed("directive", "--json", "205-QĐ/TW").stdout)

    for quote in [*found["mentions"], *(deed["quote"] for deed in found["done_to"])]:
        text = indexed("sources", "show", quote["source_id"]).stdout
        assert text[quote["start"] : quote["end"]] == quote["text"]
    assert found["done_to"][0]["by"] == "Quy định số 114-QĐ/TW"


def test_what_no_source_mentions_is_one_line_and_status_1(indexed):
    done = indexed("directive", "999-QĐ/TW")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "chidan: Không nguồn nào nhắc tới 999-QĐ/TW.\n"
