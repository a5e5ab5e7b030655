"""Lists: a table on a terminal, plain lines that no spreadsheet runs elsewhere."""

import io

from rich.console import Console

from bot.cli.output import EXCHANGE_COLUMNS, print_table, review_row

ROW = {
    "id": 7,
    "asked_at": "2026-11-20T01:02:03.000+00:00",
    "chat_id": -5,
    "person_id": 9,
    "person": "Lan",
    "kind": "not_found",
    "question": "=1+1\n[b]đậm[/b]\x1b[31m",
    "answer": "",
    "error": "",
    "up": 0,
    "down": 2,
}


def printed(*, terminal: bool, **changes: object) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=120, color_system=None)
    print_table(console, EXCHANGE_COLUMNS, [review_row({**ROW, **changes})])
    return stream.getvalue()


def test_a_terminal_shows_headings_and_the_words_as_they_are():
    shown = printed(terminal=True)

    assert all(heading in shown.splitlines()[0] for heading in EXCHANGE_COLUMNS)
    assert "=1+1 [b]đậm[/b]" in shown
    assert "'=1+1" not in shown
    assert "\x1b[31m" not in shown


def test_elsewhere_there_is_one_line_a_row_without_headings():
    (line,) = printed(terminal=False).splitlines()
    cells = line.split("\t")

    assert len(cells) == len(EXCHANGE_COLUMNS)
    assert cells[0] == "7"
    assert cells[3] == "chưa có nguồn 👎"
    assert cells[4].startswith("'=1+1 [b]đậm[/b]")


def test_where_a_question_came_from_is_said_where_nobody_is_named():
    nobody = {"person": "", "chat_id": None}

    assert "cửa sổ lệnh" in printed(terminal=False, **nobody, person_id=None)
    assert "cửa sổ lệnh" not in printed(terminal=False, **nobody)
