"""The command that measures answers over a file of questions.

Owns its arguments, its tables and what it prints; the metrics are `retrieval.evaluation.metrics`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bot.cli.output import WELL, complain, print_json

if TYPE_CHECKING:
    from retrieval.evaluation.metrics import Figures, Outcome
    from retrieval.models import Document


QUOTING = {
    "n": "n",
    "hit_1": "hit@1",
    "hit_3": "hit@3",
    "shown_1": "shown@1",
    "shown_3": "shown@3",
    "source": "source",
    "r_1": "R@1",
    "r_5": "R@5",
    "mrr": "MRR",
    "verbatim": "verbatim",
    "chars": "chars",
    "quoted": "quoted",
}
STAGES = {
    "asked": "hỏi",
    "stored": "văn bản lưu có lời đáp",
    "document": "tìm được tài liệu",
    "together": "các đoạn cùng có",
    "passage": "một đoạn có",
    "unit": "một câu có",
    "three": "ba lời trích có",
    "first": "lời trích đầu có",
    "shown": "ba lời trích, không im lặng",
}
REFUSING = {
    "n": "n",
    "auc": "AUC",
    "balanced": "balanced",
    "refused": "refused",
    "answered": "answered",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
}
LEGEND = (
    "hit@k: lời trích thứ nhất, hoặc ba lời trích, có đủ điều cần nêu, kể cả khi bot im lặng; "
    "shown@k: có đủ và được trả lời; source: lời trích đầu đúng nguồn; R@k, MRR: thứ hạng của đoạn "
    "đúng; chars: số ký tự của lời trích đầu; quoted: của mọi lời trích trong một câu trả lời; "
    "AUC, balanced: phân biệt câu có và không có lời đáp; refused: có mà im lặng; answered: không "
    "có mà trả lời. Bảng chặng đường: số câu hỏi đứng riêng mà lời đáp còn tới được từng chặng."
)
FAULTS = {
    "answered": "không có mà trả lời",
    "missed": "trích thiếu",
    "refused": "có mà im lặng",
}
_SHORT = 160

Rows = Mapping[str, "Figures"]


def drawn(rows: Rows, outcomes: Sequence[Outcome]) -> Group:
    """Return tables for a terminal, and the worst cases."""
    dim = [Text(line, style="dim") for line in (LEGEND, *worst_lines(outcomes))]
    tables = (_cells(rows, QUOTING), _cells(rows, REFUSING), _stages(outcomes))
    return Group(*(part for lines in tables for part in (_table(lines), Text())), *dim)


def plain(rows: Rows, outcomes: Sequence[Outcome]) -> str:
    """Return tables and worst cases as Markdown."""
    cases = "\n".join(f"- {line}" for line in worst_lines(outcomes))
    return f"{markdown(rows)}\n\n{stages_table(outcomes)}\n\n{LEGEND}\n\n{cases}".rstrip()


def page(name: str, rows: Rows, outcomes: Sequence[Outcome]) -> str:
    """Return a whole Markdown page."""
    return f"# {name}\n\n{plain(rows, outcomes)}\n"


def markdown(rows: Rows) -> str:
    """Return the two tables as Markdown."""
    return "\n\n".join(_pipes(_cells(rows, columns)) for columns in (QUOTING, REFUSING))


def stages_table(outcomes: Iterable[Outcome]) -> str:
    """Return how many answers came as far as each stage, as Markdown."""
    return _pipes(_stages(outcomes))


def worst_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for each of the cases that went most wrong."""
    from retrieval.evaluation.metrics import worst

    return [
        f"{FAULTS[o.fault]} ({o.confidence:.2f}) {o.case.id} {o.case.kind}: {o.case.question} → "
        f"{_shortened(o.best)}"
        for o in worst(outcomes)
    ]


def figures_json(rows: Rows, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of each kind by name, and the worst cases."""
    from retrieval.evaluation.metrics import worst
    from retrieval.evaluation.stages import stage_counts

    return {
        "stages": stage_counts(outcome.stages for outcome in outcomes),
        "figures": {kind: figures.rounded() for kind, figures in rows.items()},
        "worst": [
            {
                "id": o.case.id,
                "kind": o.case.kind,
                "fault": o.fault,
                "confidence": round(o.confidence, 3),
                "question": o.case.question,
                "quote": o.best,
            }
            for o in worst(outcomes)
        ],
    }


def _stages(outcomes: Iterable[Outcome]) -> list[list[str]]:
    from retrieval.evaluation.stages import stage_counts

    counts = stage_counts(outcome.stages for outcome in outcomes)
    return [["", *STAGES.values()], ["total", *(str(counts[name]) for name in STAGES)]]


def _table(lines: Sequence[Sequence[str]]) -> Table:
    head, *cells = lines
    table = Table(box=None, header_style="bold", pad_edge=False)
    for i, name in enumerate(head):
        table.add_column(name, justify="right" if i else "left", no_wrap=True)
    for row in cells:
        table.add_row(*row, style="bold" if row[0] == "total" else "")
    return table


def _cells(rows: Rows, columns: Mapping[str, str]) -> list[list[str]]:
    lines = [["", *columns.values()]]
    for kind, figures in rows.items():
        values = figures.rounded()
        lines.append([kind, *(_cell(values[name]) for name in columns)])
    return lines


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _pipes(lines: Sequence[Sequence[str]]) -> str:
    head, *rest = (f"| {' | '.join(line)} |" for line in lines)
    ruler = f"|---{'|--:' * (len(lines[0]) - 1)}|"
    return "\n".join([head, ruler, *rest])


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT]}…"


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
    from bot.bootstrap import open_trial
    from bot.cli.output import ASKING, showing_progress
    from bot.settings import load_settings
    from retrieval.evaluation.cases import load_cases, retold, stripped
    from retrieval.evaluation.metrics import by_kind

    loaded = load_cases(file)
    cases = retold(loaded.cases, _read(originals)) if originals else loaded.cases
    cases = tuple(map(stripped, cases)) if strip_diacritics else cases
    documents = _read(sources) if sources else loaded.documents
    with (
        showing_progress(sys.stderr) as indexing,
        open_trial(load_settings(), documents, indexing, complain) as trial,
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
    from bot.cli.chat import console_for

    if as_json:
        print_json(figures_json(rows, outcomes))
    elif sys.stdout.isatty():
        console_for(sys.stdout).print(drawn(rows, outcomes))
    else:
        click.echo(plain(rows, outcomes))


def _read(folder: Path) -> list[Document]:
    """Read the documents of a folder; what cannot be read is named."""
    from retrieval.errors import SourceError
    from retrieval.loading.folder import Unreadable, read_folder

    documents = []
    for read in read_folder(folder):
        if isinstance(read, Unreadable):
            complain(f"{read.path}: {read.reason}")
        else:
            documents.append(read)
    if not documents:
        raise SourceError(f"Thư mục {folder} không có tệp nào đọc được.")
    return documents
