"""The command that measures answers over a file of questions.

Owns its arguments and what it prints. Metrics are `retrieval.evaluation`'s, tables `quality`'s,
what is asked is put together in `trials`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.streams import WELL, complain, print_json

if TYPE_CHECKING:
    from bot.quality import Rows
    from retrieval.documents import Document
    from retrieval.evaluation import Outcome

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_REPORT = click.Path(dir_okay=False, path_type=Path)


@click.command("eval")
@click.argument("file", type=_FILE)
@click.option("--sources", type=_FOLDER, help="Hỏi trên thư mục này, bằng chỉ mục tạm.")
@click.option(
    "--originals",
    type=_FOLDER,
    help="Thư mục của các tệp mà tệp câu hỏi nêu tên, nếu hỏi trên bài thuật lại chúng.",
)
@click.option("--strip-diacritics", is_flag=True, help="Hỏi không dấu.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
@click.option("--report", type=_REPORT, metavar="FILE.md", help="Ghi thêm ra tệp Markdown.")
def evaluate(
    file: Path,
    sources: Path | None,
    originals: Path | None,
    strip_diacritics: bool,
    as_json: bool,
    report: Path | None,
) -> int:
    """Đo chất lượng trả lời trên một tệp câu hỏi: JSONL (id, kind, question, must…) hoặc SQuAD."""
    from bot.progress import ASKING, showing_progress
    from bot.quality import page
    from bot.settings import load_settings
    from bot.trials import open_trial
    from retrieval.cases import load_cases, retold, stripped
    from retrieval.evaluation import by_kind

    loaded = load_cases(file)
    cases = retold(loaded.cases, _read(originals)) if originals else loaded.cases
    cases = tuple(map(stripped, cases)) if strip_diacritics else cases
    documents = _read(sources) if sources else loaded.documents
    with (
        open_trial(load_settings(), documents) as trial,
        showing_progress(sys.stderr, ASKING) as progress,
    ):
        outcomes = trial.run(cases, progress)
    rows = by_kind(outcomes)
    _show(rows, outcomes, as_json)
    if report:
        report.write_text(page(file.name, rows, outcomes), encoding="utf-8")
    if rows["total"].verbatim not in (None, 1.0):
        return complain("Có lời trích không đúng nguyên văn.")
    return WELL


def _show(rows: Rows, outcomes: list[Outcome], as_json: bool) -> None:
    from bot.quality import drawn, figures_json, plain
    from bot.terminal import console_for

    if as_json:
        print_json(figures_json(rows, outcomes))
    elif sys.stdout.isatty():
        console_for(sys.stdout).print(drawn(rows, outcomes))
    else:
        click.echo(plain(rows, outcomes))


def _read(folder: Path) -> list[Document]:
    """Read the documents of a folder; what cannot be read is named."""
    from retrieval.errors import SourceError
    from retrieval.sources import Unreadable, read_folder

    documents = []
    for read in read_folder(folder):
        if isinstance(read, Unreadable):
            complain(f"{read.path}: {read.reason}")
        else:
            documents.append(read)
    if not documents:
        raise SourceError(f"Thư mục {folder} không có tệp nào đọc được.")
    return documents
