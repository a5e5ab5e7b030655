"""reload and sources, as a process over real files."""

import json
import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from indexes import opened

from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.loading.ocr import missing

DOCUMENTS = Path(__file__).parents[2] / "data" / "documents"

TEXTS = {
    "hà-nội.md": "---\ntitle: Hà Nội tổng kết\npublisher: Báo A\ndate: 2024-12-30\n---\n\n"
    "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu mà đại hội đề ra.\n",
    "con/huế.txt": "Tỉnh ủy Thừa Thiên Huế tổ chức sáu lớp bồi dưỡng cho cán bộ trẻ trong năm.\n",
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with two small articles; the folder that the commands read."""
    folder = tmp_path / "sources"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def indexed(sources, tmp_path, embeddings) -> None:
    """The index of `sources`, without a process of its own."""
    with opened(tmp_path / "state") as index:
        reload(SourceFolder(sources), index.ledger, index.store, embeddings)


def reloaded(chidan, *options: str) -> dict[str, object]:
    done = chidan("reload", "--json", *options)
    assert done.stderr.count("chidan:") == len(json.loads(done.stdout)["unreadable"])
    return json.loads(done.stdout)


def test_a_reload_tells_what_moved(chidan, sources):
    first = reloaded(chidan)
    again = reloaded(chidan)
    (sources / "con" / "huế.txt").unlink()
    third = reloaded(chidan)

    assert first["added"] == sorted(TEXTS)
    assert (again["added"], again["unchanged"]) == ([], 2)
    assert third["removed"] == ["con/huế.txt"]


@pytest.mark.skipif(bool(missing()), reason="no picture can be read")
def test_a_reload_tells_which_page_of_which_file_is_read_by_machine(chidan, sources):
    shutil.copy(DOCUMENTS / "sealed-pages-libreoffice.pdf", sources / "quét.pdf")

    done = chidan("reload")

    assert "Đang nhận dạng chữ: quét.pdf, 2/2 trang" in done.stderr
    assert "Đang lập chỉ mục: 3/3 tệp" in done.stderr


NEWS = [
    "Huyện ủy Hoa Mai họp bàn công tác dân vận",
    "Sáng 4/3, Huyện ủy Hoa Mai [1] họp bàn công tác dân vận của sáu tháng cuối năm.",
    "Bình luận",
    "Hội nghị giao các xã kết nạp thêm 17 đảng viên là người ở các thôn vùng cao.",
]
FOOT = ["Cùng chuyên mục", "Thêm một cây cầu mới ở xã bên", "© Báo Hoa Mai", *["Tin mới hơn"] * 40]


def test_what_a_file_lost_is_told_and_shown(chidan, sources):
    (sources / "tin.txt").write_text("\n\n".join([*NEWS, *FOOT]), encoding="utf-8")
    (sources / "hà-nội.md").write_text("# Họp\n\n" + "\n\n".join(NEWS[1:]), encoding="utf-8")
    done = chidan("reload", "--json")
    losses = json.loads(done.stdout)["losses"]
    sources_there = json.loads(chidan("sources", "--json").stdout)
    ids = {source["path"]: source["id"] for source in sources_there}
    text = chidan("sources", "show", ids["tin.txt"]).stdout
    shown = chidan("sources", "show", "--all", ids["tin.txt"]).stdout

    assert [(x["path"], x["first"]) for x in losses] == [("tin.txt", FOOT[0])]
    assert "tin.txt: khi đọc chỉ giữ" in done.stderr
    assert [line for line in text.split("\n") if line] == NEWS
    assert shown.startswith(text)
    assert [line for line in shown.split("\n") if line][-len(FOOT) :] == FOOT
    assert NEWS[3] in chidan("sources", "show", ids["hà-nội.md"]).stdout
    assert "tin.txt (" in chidan("doctor").stdout


def test_a_rollback_stays_until_the_file_changes(chidan, sources, indexed):
    (sources / "hà-nội.md").write_text("Bài này đã được thay bằng một bài hoàn toàn khác.\n")
    reloaded(chidan)

    back = chidan("rollback")
    again = reloaded(chidan)
    forced = reloaded(chidan, "--force")
    twice = json.loads(chidan("rollback", "--json").stdout)
    none = chidan("rollback")

    assert "đổi 1" in back.stdout
    assert (again["changed"], again["held"]) == ([], ["hà-nội.md"])
    assert (forced["changed"], forced["held"]) == (["hà-nội.md"], [])
    assert twice["changed"] == ["hà-nội.md"]
    assert (none.returncode, len(none.stderr.splitlines())) == (1, 1)
    assert "chưa có nguồn nào" in none.stderr
    assert len(chidan("sources").stdout.splitlines()) == 2


def test_a_rebuild_leaves_the_same_sources(chidan, indexed):
    before = chidan("sources").stdout

    assert reloaded(chidan, "--rebuild")["unchanged"] == 2
    assert chidan("sources").stdout == before


def test_an_unreadable_file_is_named_and_the_others_go_on(chidan, sources):
    (sources / "trống.md").touch()

    done = chidan("reload")

    assert done.returncode == 1
    assert "trống.md" in done.stderr
    assert "thêm 2" in done.stdout
    assert len(chidan("sources").stdout.splitlines()) == 2


def test_what_a_rollback_holds_back_is_marked(chidan, sources, indexed):
    (sources / "hà-nội.md").write_text("Bài này đã được thay bằng một bài hoàn toàn khác.\n")
    (sources / "thêm.md").write_text("Một bài mới được thêm vào thư mục nguồn hôm nay.\n")
    (sources / "con" / "huế.txt").unlink()
    reloaded(chidan)
    free = chidan("sources")
    chidan("rollback")

    listed = chidan("sources")

    assert "hoàn tác" not in free.stdout + free.stderr
    assert {line.split("\t")[4]: line.split("\t")[5] for line in listed.stdout.splitlines()} == {
        "con/huế.txt": "giữ bản trước lần hoàn tác",
        "hà-nội.md": "giữ bản trước lần hoàn tác",
    }
    assert "3 tệp giữ bản trước lần hoàn tác" in chidan("doctor").stdout
    assert "thêm.md" not in listed.stdout
    assert "thêm.md" in listed.stderr
    held = {s["path"]: s["held"] for s in json.loads(chidan("sources", "--json").stdout)}
    assert held == {"hà-nội.md": True, "con/huế.txt": True}
    reloaded(chidan, "--force")
    assert "hoàn tác" not in chidan("sources").stdout


def test_what_is_done_here_is_in_the_log_of_administrators(chidan, sources, tmp_path):
    reloaded(chidan)
    (sources / "hà-nội.md").unlink()
    reloaded(chidan, "--force")
    chidan("rollback")
    chidan("rollback")

    with closing(sqlite3.connect(tmp_path / "state" / "logs.db")) as log:
        rows = log.execute("SELECT deed, subject, outcome, person_name FROM deeds").fetchall()

    assert [row[:2] for row in rows] == [
        ("reload", ""),
        ("reload", "--force"),
        ("hoantac", ""),
        ("hoantac", ""),
    ]
    assert "thêm 2" in rows[0][2]
    assert "thêm 1" in rows[2][2]
    assert "Không còn lần nạp nào" in rows[3][2]
    assert all(row[3].endswith("(dòng lệnh)") for row in rows)


def test_what_is_indexed_is_listed_and_shown_to_the_character(chidan, indexed):
    listed = json.loads(chidan("sources", "--json").stdout)
    first = next(source for source in listed if source["path"] == "hà-nội.md")
    text = chidan("sources", "show", first["id"]).stdout

    assert (first["title"], first["publisher"], first["date"]) == (
        "Hà Nội tổng kết",
        "Báo A",
        "2024-12-30",
    )
    assert "Hà Nội kết nạp 11.144 đảng viên mới" in text
    assert not text.endswith("\n\n")
    assert [line.split("\t")[0] for line in chidan("sources").stdout.splitlines()] == [
        source["id"] for source in listed
    ]


def test_an_unknown_source_is_one_line_and_status_1(chidan, sources):
    done = chidan("sources", "show", "nguon-000000")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_folder_is_one_line_and_status_1(chidan):
    done = chidan("reload")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_doctor_sees_an_index_that_is_behind(chidan, sources):
    behind = chidan("doctor")
    reloaded(chidan)
    in_line = chidan("doctor")

    assert behind.returncode == 1
    assert "✗ Chỉ mục chưa khớp" in behind.stdout
    assert "chidan reload" in behind.stdout
    assert in_line.returncode == 0, in_line.stdout
    assert "✗" not in in_line.stdout


def test_doctor_names_an_embedding_server_that_is_dead(chidan, indexed, port):
    host = f"http://127.0.0.1:{port}"

    done = chidan("doctor", EMBEDDINGS_BASE_URL=f"{host}/v1", EMBEDDINGS_MODEL="bge-m3")

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    fault, remedy = next(pair for pair in pairwise(lines) if host in pair[0])
    assert "bge-m3 không trả lời" in fault
    assert "EMBEDDINGS_BASE_URL" in remedy


ORDER = (
    "HUYỆN ỦY AN TÂY\n*\nSố 6-CT/HU\nAn Tây, ngày 7 tháng 7 năm 2023\n\nCHỈ THỊ\n"
    "về giữ gìn đường làng\n\n1. Mỗi thôn quét đường vào sáng thứ bảy.\n\n"
    "2. Mỗi nhà trồng hai cây trước ngõ, do trưởng thôn ghi sổ và báo cáo đảng ủy xã hằng quý.\n\n"
    "Nơi nhận:\n- Các đảng ủy xã,\n- Lưu.\n\nT/M BAN THƯỜNG VỤ\nBÍ THƯ\nĐỗ Thị Hạnh\n"
)


def test_a_source_is_shown_with_its_fields_copies_and_versions(chidan, sources):
    file = sources / "chi-thi.txt"
    file.write_text(ORDER, encoding="utf-8")
    (sources / "ban-sao.txt").write_text(f"{ORDER}\nNgười đăng: Phòng Tin.", encoding="utf-8")
    told = json.loads(chidan("reload", "--json").stdout)
    assert told["duplicates"] == [["ban-sao.txt", "chi-thi.txt"]]
    file.write_text(ORDER.replace("thứ bảy", "chủ nhật"), encoding="utf-8")
    chidan("reload")
    ids = {row["path"]: row["id"] for row in json.loads(chidan("sources", "--json").stdout)}

    known = json.loads(chidan("sources", "show", "--json", ids["chi-thi.txt"]).stdout)

    assert known["official"]["number"] == "6-CT/HU"
    assert known["official"]["signer"] == "Đỗ Thị Hạnh"
    assert known["official"]["recipient"] == ["Các đảng ủy xã", "Lưu"]
    assert [copy["path"] for copy in known["copies"]] == ["ban-sao.txt"]
    assert [one["is_live"] for one in known["versions"]] == [True, False]
    first = str(known["versions"][-1]["id"])
    assert "thứ bảy" in chidan("sources", "show", "--version", first, known["id"]).stdout
    assert len(chidan("sources", "history", known["id"]).stdout.splitlines()) == 2
    assert "ban-sao.txt\nchi-thi.txt" in chidan("sources", "duplicates").stdout
