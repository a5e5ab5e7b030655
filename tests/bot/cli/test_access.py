"""`chidan access` and `chidan audit`."""

import json

import pytest


@pytest.fixture
def filed(chidan, tmp_path):
    """The command line over a folder with an internal collection."""
    inner = tmp_path / "sources" / "noi-bo"
    inner.mkdir(parents=True)
    (inner / "collection.yaml").write_text("title: Tài liệu nội bộ\n", encoding="utf-8")
    (inner / "bai.txt").write_text("Chi bộ họp kín ngày 17 tháng 8 hằng năm.\n", encoding="utf-8")
    assert chidan("reload").returncode == 0
    return chidan


def test_rights_are_given_listed_taken_and_noted(filed):
    given = filed("access", "give", "-100123", "member", "tài liệu nội bộ")
    page = filed("access", "give", "lan", "reviewer", "noi-bo")
    again = filed("access", "give", "-100123", "member", "noi-bo")
    listed = filed("access").stdout
    told = json.loads(filed("access", "--json").stdout)
    taken = filed("access", "take", "-100123", "member", "noi-bo")

    assert [done.returncode for done in (given, page, again, taken)] == [0, 0, 0, 0]
    assert "Đã giao từ trước" in again.stdout
    assert "-100123" in listed
    assert "Tài liệu nội bộ" in listed
    assert [one["subject"] for one in told["given"]] == [-100123]
    assert [one["user"] for one in told["page_users"]] == ["lan"]
    rows = [json.loads(line) for line in filed("audit", "--json").stdout.splitlines()]
    assert [(row["deed"], row["outcome"]) for row in rows][-3:] == [
        ("access", "give"), ("access", "give"), ("access", "take"),
    ]  # fmt: skip
    assert "member noi-bo" in filed("audit", "-n", "1").stdout


@pytest.mark.parametrize(
    "typed",
    [
        ("5", "member"),
        ("5", "member", "khong-co"),
        ("lan", "member", "noi-bo"),
        ("-5", "reviewer"),
    ],
)
def test_what_makes_no_sense_is_refused(filed, typed):
    refused = filed("access", "give", *typed)

    assert refused.returncode == 1
    assert refused.stderr


def test_whoever_has_the_files_is_answered_from_all_of_them(filed):
    answered = filed("ask", "Chi bộ họp kín ngày nào?")

    assert "17 tháng 8" in answered.stdout
