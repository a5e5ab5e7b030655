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


class Seconds:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_off_a_terminal_slow_work_tells_the_time_to_go():
    stream, clock = io.StringIO(), Seconds()
    with showing_progress(stream, clock=clock) as progress:
        progress(0, 1000)
        for done in range(1, 61):
            clock.now = 12.0 * done
            progress(done, 1000)

    lines = stream.getvalue().splitlines()
    assert lines[0] == "Đang lập chỉ mục: 0/1000 tệp"
    assert lines[1] == "Đang lập chỉ mục: 3/1000 tệp, còn khoảng 3 giờ 19 phút"
    assert len(lines) == 21
    assert lines[-1] == "Đang lập chỉ mục: 60/1000 tệp, còn khoảng 3 giờ 8 phút"


def test_off_a_terminal_pages_read_by_machine_are_told_with_their_file():
    stream, clock = io.StringIO(), Seconds()
    with showing_progress(stream, clock=clock) as progress:
        for done in range(1, 9):
            clock.now = 2.0 * done
            progress.on_page("van-ban/quét.pdf", done, 8)

    assert stream.getvalue().splitlines() == [
        f"Đang nhận dạng chữ: van-ban/quét.pdf, {done}/8 trang" for done in (3, 6, 8)
    ]


def test_on_a_terminal_a_file_has_a_bar_while_its_pages_are_read(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with showing_progress(stream) as progress:
        progress(0, 2)
        progress.on_page("quét[1].pdf", 1, 3)

    assert "quét[1].pdf" in stream.getvalue()
    assert "1/3" in stream.getvalue()


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
