"""A backup is put back elsewhere and used; one that is not whole is never taken for one."""

import stat
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import found

from bot.log.backup import BackupFault
from bot.log.exchanges import Conversations
from bot.log.retention import pseudonyms
from bot.log.sealing import SealFault
from bot.maintenance.archives import (
    archives,
    drop_superseded,
    make_archive,
    restore_archive,
    superseded,
    try_archive,
)
from bot.review.queries import Filter, find

MOMENT = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
WORDS = "sao lưu của cơ quan"


@pytest.fixture
def state(tmp_path):
    state = tmp_path / "state"
    pseudonyms(state)
    with Conversations(state / "logs.db") as log:
        exchange = log.record(None, -5, None, 7, "Lan", 11, "Có bao nhiêu đảng viên?", MOMENT)
        log.finish(exchange, found("Có bao nhiêu đảng viên?"), [12])
    return state


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources" / "quận"
    folder.mkdir(parents=True)
    (folder / "một.md").write_text("Chi bộ họp mỗi tháng.")
    (folder / "hai.txt").write_text("Đảng bộ tổng kết.")
    return folder.parent


@pytest.mark.parametrize("passphrase", ["", WORDS])
def test_an_archive_brings_back_log_key_and_missing_sources(state, sources, tmp_path, passphrase):
    made = make_archive(state, sources, tmp_path / "kept", passphrase, MOMENT)
    assert try_archive(made.path, passphrase, state).exchanges == 1
    (sources / "quận" / "hai.txt").unlink()
    (sources / "quận" / "một.md").write_text("Đã sửa sau khi sao lưu.")

    back = restore_archive(made.path, passphrase, tmp_path / "new", sources, replace=False)

    assert (back.exchanges, back.sources) == (1, 1)
    assert (sources / "quận" / "hai.txt").read_text() == "Đảng bộ tổng kết."
    assert (sources / "quận" / "một.md").read_text() == "Đã sửa sau khi sao lưu."
    assert (tmp_path / "new" / "people.key").read_bytes() == (state / "people.key").read_bytes()
    with Conversations(tmp_path / "new" / "logs.db") as log:
        assert [row["question"] for row in find(log.file, Filter(search="dang vien"))] == [
            "Có bao nhiêu đảng viên?"
        ]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in state.glob("backup-*")] == []


def test_a_sealed_archive_says_nothing_without_its_passphrase(state, sources, tmp_path):
    made = make_archive(state, sources, tmp_path / "kept", WORDS, MOMENT)

    with pytest.raises(SealFault, match="BACKUP_PASSPHRASE"):
        try_archive(made.path, "khác", state)
    with pytest.raises(SealFault):
        restore_archive(made.path, "", state, sources, replace=True)
    assert made.path.name == "chidan-20261130T023000Z.tar.gz.enc"
    assert b"logs.db" not in made.path.read_bytes()


@pytest.mark.parametrize("passphrase", ["", WORDS])
@pytest.mark.parametrize("place", [0.02, 0.3, 0.7, 0.999])
def test_an_archive_that_was_cut_or_changed_is_found(state, tmp_path, passphrase, place):
    made = make_archive(state, None, tmp_path / "kept", passphrase, MOMENT)
    whole = made.path.read_bytes()
    at = int(place * len(whole))

    for changed in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
        made.path.write_bytes(changed)
        with pytest.raises((BackupFault, SealFault)):
            try_archive(made.path, passphrase, state)


def test_a_full_disk_leaves_no_half_and_says_so(state, sources, tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    monkeypatch.setattr(
        "bot.maintenance.archives.shutil.disk_usage", lambda folder: type("Usage", (), {"free": 5})
    )

    with pytest.raises(BackupFault, match="trống"):
        make_archive(state, sources, kept, "", MOMENT)
    assert [path.name for path in kept.iterdir()] == ["chidan-owner"]


def test_the_log_that_is_there_is_not_overwritten_unasked(state, sources, tmp_path):
    made = make_archive(state, sources, tmp_path / "kept", "", MOMENT)

    with pytest.raises(BackupFault, match="--replace"):
        restore_archive(made.path, "", state, sources, replace=False)


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=90),
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
)
def test_seven_days_and_four_weeks_are_kept(gaps, first):
    """Backups of any days, dropped after each: what is kept is what is kept of all at once."""
    days, kept = [], []
    for gap in gaps:
        days.append((days[-1] if days else first) + timedelta(days=gap))
        kept = [*kept, days[-1]]
        gone = superseded(kept)
        kept = [day for place, day in enumerate(kept) if place not in gone]

    at_once = superseded(days)
    assert kept == [day for place, day in enumerate(days) if place not in at_once]
    assert kept[-1] == days[-1]
    assert set(sorted(set(days))[-7:]) <= set(kept)
    assert len({day.isocalendar()[:2] for day in kept}) == min(
        len({day.isocalendar()[:2] for day in days}),
        max(4, len({d.isocalendar()[:2] for d in sorted(set(days))[-7:]})),
    )
    assert len(kept) <= 11


def test_old_archives_go_and_strange_files_stay(tmp_path):
    for day in range(1, 31):
        (tmp_path / f"chidan-202611{day:02}T120000Z.tar.gz").touch()
    (tmp_path / "chidan-cua-toi.tar.gz").touch()

    drop_superseded(tmp_path)

    assert [one.made_at.day for one in archives(tmp_path)] == [15, 22, *range(24, 31)]
    assert (tmp_path / "chidan-cua-toi.tar.gz").exists()


def test_from_the_command_line(chidan, state, sources, tmp_path):
    made = make_archive(state, sources, tmp_path / "kept", WORDS, MOMENT)
    where = {"STATE_DIR": str(tmp_path / "other"), "SOURCES_DIR": str(tmp_path / "leer")}

    wrong = chidan("restore", str(made.path), **where, BACKUP_PASSPHRASE=WORDS[::-1])
    right = chidan("restore", str(made.path), **where, BACKUP_PASSPHRASE=WORDS)

    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)
    assert "1 lượt hỏi" in right.stdout
    assert "2 tệp nguồn" in right.stdout
    assert (tmp_path / "leer" / "quận" / "một.md").exists()
