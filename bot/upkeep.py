"""The commands that look after the index and the log: reload, rollback, backup …

Owns their arguments and what they print. What a command needs is imported when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.streams import FAILED, WELL, complain, print_json

if TYPE_CHECKING:
    from retrieval.snapshot import Snapshot


@click.command()
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
@click.option("--rebuild", is_flag=True, help="Lập lại toàn bộ chỉ mục, ví dụ khi đổi mô hình.")
@click.option("--force", is_flag=True, help="Theo đúng các tệp, kể cả những gì đã hoàn tác.")
def reload(as_json: bool, rebuild: bool, force: bool) -> int:
    """Cập nhật chỉ mục theo thư mục nguồn."""
    from bot.contract import report_json
    from bot.operator_deeds import noted
    from bot.progress import showing_progress, summary
    from bot.session import open_index
    from bot.settings import load_settings

    settings = load_settings()
    options = " ".join(["--rebuild"] * rebuild + ["--force"] * force)
    with (
        open_index(settings) as index,
        noted(settings, "reload", options) as ended,
        showing_progress(sys.stderr) as progress,
    ):
        report = index.reload(progress, rebuild=rebuild, force=force, who="chidan reload")
        ended(summary(report))
    if as_json:
        print_json(report_json(report))
    else:
        click.echo(summary(report))
    for path, reason in report.unreadable:
        complain(f"{path}: {reason}")
    for path, order in report.flagged:
        complain(f"{path}: câu ra lệnh cho trợ lý, không trích và không đưa cho mô hình: “{order}”")
    return FAILED if report.unreadable else WELL


@click.command()
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
def rollback(as_json: bool) -> None:
    """Đưa chỉ mục về trước lần nạp gần nhất; các tệp giữ nguyên."""
    from bot.contract import report_json
    from bot.operator_deeds import noted
    from bot.progress import summary_of_rollback
    from bot.session import open_index
    from bot.settings import load_settings

    settings = load_settings()
    with open_index(settings) as index, noted(settings, "hoantac") as ended:
        report = index.roll_back(who="chidan rollback")
        ended(summary_of_rollback(report))
    if as_json:
        print_json(report_json(report))
    else:
        click.echo(summary_of_rollback(report))


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="In danh sách thành JSON.")
@click.pass_context
def sources(context: click.Context, as_json: bool) -> None:
    """Liệt kê các nguồn đã lập chỉ mục."""
    if context.invoked_subcommand is not None:
        return
    from bot.contract import source_json
    from bot.tables import SOURCE_COLUMNS, print_table, source_row
    from bot.terminal import console_for
    from retrieval.rollback import held as held_back

    with _indexed() as snap:
        indexed, held = snap.sources(), held_back(snap)
    if as_json:
        print_json([source_json(s) | {"held": s.path in held} for s in indexed])
    else:
        rows = (source_row(source, held=source.path in held) for source in indexed)
        print_table(console_for(sys.stdout), SOURCE_COLUMNS, rows)
    for path in sorted(held.difference(source.path for source in indexed)):
        click.echo(f"Chưa nạp, giữ từ lần hoàn tác: {path}. Nạp: chidan reload --force", err=True)
    if not indexed:
        click.echo("Chưa có nguồn nào trong chỉ mục. Chạy: chidan reload", err=True)


@sources.command()
@click.argument("source_id", metavar="ID")
def show(source_id: str) -> int:
    """In nguyên văn văn bản đã lưu của một nguồn."""
    with _indexed() as snap:
        if snap.source(source_id) is None:
            return complain(f"Không có nguồn {source_id}. Xem: chidan sources")
        sys.stdout.write(snap.text(source_id))
    return WELL


@contextmanager
def _indexed() -> Iterator[Snapshot]:
    """Read the ledger alone: lists need neither vectors nor models."""
    from bot.settings import load_settings
    from retrieval.ledger import Ledger

    ledger = Ledger(load_settings().state_dir)
    try:
        with ledger.snapshot() as snap:
            yield snap
    finally:
        ledger.close()


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Sao lưu nhật ký vào một tệp, kể cả khi bot đang chạy."""
    from bot.backups import back_up
    from bot.settings import load_settings

    count = back_up(load_settings().state_dir / "logs.db", file)
    click.echo(f"Đã sao lưu {count} lượt hỏi vào {file}.")


@click.command()
@click.option("--replace", is_flag=True, help="Thay nhật ký đang có.")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path, replace: bool) -> None:
    """Khôi phục nhật ký từ một bản sao lưu."""
    from bot.backups import restore as put_back
    from bot.settings import load_settings

    count = put_back(file, load_settings().state_dir / "logs.db", replace=replace)
    click.echo(f"Đã khôi phục {count} lượt hỏi.")


@click.command()
def doctor() -> int:
    """Kiểm tra cấu hình, chỉ mục, mô hình và kết nối; nói rõ cần làm gì."""
    from bot.doctor import examine
    from bot.settings import load_settings

    status = WELL
    for finding in examine(load_settings()):
        click.echo(f"{'✓' if finding.well else '✗'} {finding.found}")
        if not finding.well:
            click.echo(f"  → {finding.remedy}")
            status = FAILED
    return status
