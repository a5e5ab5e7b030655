"""What a reload says: few plain lines off a terminal, one line in the end."""

import io

from bot.cli.output import showing_progress
from bot.texts.reloads import summary
from retrieval.indexing.reload import Report


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_off_a_terminal_a_long_reload_takes_few_lines():
    stream = io.StringIO()
    with showing_progress(stream) as progress:
        for done in range(1, 501):
            progress(done, 500)

    lines = stream.getvalue().splitlines()
    assert 5 <= len(lines) <= 12
    assert lines[-1] == "Đang lập chỉ mục: 500/500 tệp"
    assert "\x1b" not in stream.getvalue()


def test_where_nothing_is_read_nothing_is_said():
    for stream in (io.StringIO(), Terminal()):
        with showing_progress(stream) as progress:
            progress(0, 0)

        assert "lập chỉ mục" not in stream.getvalue()


def test_on_a_terminal_there_is_a_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with showing_progress(stream) as progress:
        progress(3, 7)

    assert "3/7" in stream.getvalue()


def test_the_summary_counts_everything():
    report = Report(added=("a", "b"), changed=("c",), unreadable=(("d", "hỏng"),), seconds=1.26)

    assert summary(report) == (
        "Chỉ mục đã khớp với nguồn sau 1,3 giây: thêm 2, đổi 1, bỏ 0, giữ nguyên 0, "
        "không đọc được 1."
    )


def test_unreadable_files_alone_move_nothing():
    assert not Report(unchanged=("a",), unreadable=(("d", "hỏng"),)).changes_anything
    assert Report(removed=("a",)).changes_anything
