"""The commands that look after the index and the log: reload, rollback, backup …

Owns their arguments and what they print. What a command needs is imported when it runs.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.output import FAILED, WELL, complain, print_json
from retrieval.errors import ChidanError

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.directives.resolution import Directive
    from retrieval.models import Quote
    from retrieval.store.reader import Snapshot


@click.command()
@click.argument("reference", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành JSON.")
def directive(reference: str, as_json: bool) -> int:
    """Liệt kê các văn bản được nhắc tới, hoặc mọi lần nhắc tới một văn bản, ví dụ 205-QĐ/TW."""
    from bot.settings import load_settings
    from retrieval.models import EVERYTHING
    from retrieval.registry.catalogue import Catalogue
    from retrieval.store.database import IndexDatabase

    ledger = IndexDatabase(load_settings().state_dir)
    try:
        catalogue = Catalogue(ledger.snapshot)
        found = catalogue.find(reference, EVERYTHING) if reference else catalogue.all(EVERYTHING)
    finally:
        ledger.close()
    if as_json:
        from bot.cli.json_output import directive_json

        print_json([directive_json(one) for one in found])
        return WELL
    if reference and not found:
        return complain(f"Không nguồn nào nhắc tới {reference}.")
    click.echo(_about(found[0]) if reference and len(found) == 1 else _list(found))
    return WELL


def _list(found: list[Directive]) -> str:
    from bot.texts.directives import listed

    return "\n".join(map(listed, found))


def _about(one: Directive) -> str:
    from bot.texts.directives import called, directive_counts, fates, full_texts

    lines = [called(one), *full_texts(one)]
    for words, deed in fates(one):
        lines += ["", f"{words}:", *_quoted(deed.quote)]
    lines += ["", f"{directive_counts(one)}:"]
    for quote in dict.fromkeys(mention.quote for mention in one.mentions):
        lines += _quoted(quote)
    return "\n".join(lines)


def _quoted(quote: Quote) -> list[str]:
    from bot.texts.answers import source_line

    source = quote.source
    place = f"{quote.place}, " if quote.place else ""
    where = f"{place}{source_line(source)} [{source.id} {quote.start}–{quote.end}]"
    return [f"  “{quote.text}”", f"  — {where}"]


OPERATOR = -1
"""In the place of a Telegram id, none of which is negative."""
STOPPED = "Dừng giữa chừng."


@contextmanager
def noted(settings: Settings, deed: str, subject: str = "") -> Iterator[Callable[[str], None]]:
    """Note what the block does, once it is over; it is given what takes the outcome.

    A log that cannot be written is told, and hinders nothing.
    """
    outcome = STOPPED

    def ended(words: str) -> None:
        nonlocal outcome
        outcome = words

    try:
        yield ended
    except ChidanError as error:
        ended(str(error))
        raise
    finally:
        _note(settings, deed, subject, outcome)


def _note(settings: Settings, deed: str, subject: str, outcome: str) -> None:
    from bot.bootstrap import open_conversations
    from bot.log.audit import AuditLog, Who

    try:
        with open_conversations(settings) as log:
            name = f"{_account()} (dòng lệnh)" if log.file.names_people else ""
            AuditLog(log.file).note(Who(OPERATOR, name), deed, subject, outcome)
    except ChidanError as error:
        complain(f"Việc này không ghi được vào nhật ký: {error}")


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
@click.option("--rebuild", is_flag=True, help="Lập lại toàn bộ chỉ mục, ví dụ khi đổi mô hình.")
@click.option("--force", is_flag=True, help="Theo đúng các tệp, kể cả những gì đã hoàn tác.")
def reload_command(as_json: bool, rebuild: bool, force: bool) -> int:
    """Cập nhật chỉ mục theo thư mục nguồn."""
    from bot.bootstrap import open_index
    from bot.cli.json_output import report_json
    from bot.cli.output import showing_progress
    from bot.settings import load_settings
    from bot.texts.reloads import alike, loss_line, summary

    settings = load_settings()
    options = " ".join(["--rebuild"] * rebuild + ["--force"] * force)
    with (
        showing_progress(sys.stderr) as progress,
        open_index(settings, on_page=progress.on_page) as index,
        noted(settings, "reload", options) as ended,
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
        complain(
            f"{path}: câu đáng ngờ, không đưa cho mô hình, có trích thì kèm cảnh báo: “{order}”"
        )
    for path, odd in report.warnings:
        complain(f"{path}: {odd}")
    for loss in report.losses:
        complain(loss_line(loss))
    for group in report.duplicates:
        complain(alike(group))
    return FAILED if report.unreadable else WELL


@click.command()
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
def rollback(as_json: bool) -> None:
    """Đưa chỉ mục về trước lần nạp gần nhất; các tệp giữ nguyên."""
    from bot.bootstrap import open_index
    from bot.cli.json_output import report_json
    from bot.settings import load_settings
    from bot.texts.reloads import summary_of_rollback

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
    from bot.cli.chat import console_for
    from bot.cli.json_output import source_json
    from bot.cli.output import SOURCE_COLUMNS, print_table, source_row
    from retrieval.indexing.rollback import held as held_back

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
@click.option("--all", "everything", is_flag=True, help="In cả những dòng của tệp bị để ngoài.")
@click.option("--json", "as_json", is_flag=True, help="In nguồn với mọi điều đã biết thành JSON.")
@click.option("--version", type=int, help="Một bản cũ, theo số trong `sources history`.")
@click.argument("source_id", metavar="ID")
def show(source_id: str, everything: bool, as_json: bool, version: int | None) -> int:
    """In nguyên văn văn bản đã lưu của một nguồn."""
    from bot.cli.json_output import known_json
    from bot.cli.output import LEFT_OUT

    with _indexed() as snap:
        if version is not None:
            if version not in {one.id for one in snap.versions(source_id)}:
                return complain(f"Nguồn {source_id} không có bản {version}.")
            if not (text := snap.text_of(version)):
                return complain(f"Bản {version} đã cũ: văn bản của nó không còn được giữ.")
            sys.stdout.write(text)
            return WELL
        if snap.source(source_id) is None:
            return complain(f"Không có nguồn {source_id}. Xem: chidan sources")
        if as_json:
            print_json(known_json(snap, source_id))
            return WELL
        sys.stdout.write(snap.text(source_id))
        if everything and (lines := snap.left_out(source_id)):
            sys.stdout.write("\n".join(["", "", LEFT_OUT, *lines, ""]))
    return WELL


@sources.command()
@click.option("--json", "as_json", is_flag=True, help="In thành JSON.")
@click.argument("source_id", metavar="ID")
def history(source_id: str, as_json: bool) -> int:
    """Liệt kê các bản của một nguồn, mới nhất trước; bản cũ vẫn đọc được."""
    with _indexed() as snap:
        versions = snap.versions(source_id)
    if not versions:
        return complain(f"Không có nguồn {source_id}. Xem: chidan sources")
    if as_json:
        print_json([asdict(version) for version in versions])
        return WELL
    for one in versions:
        mark = " (đang dùng)" if one.is_live else ""
        click.echo(f"{one.id}\t{one.created_at}\t{one.length} ký tự\t{one.title}{mark}")
    return WELL


@sources.command()
@click.option("--json", "as_json", is_flag=True, help="In thành JSON.")
def duplicates(as_json: bool) -> int:
    """Liệt kê các nhóm nguồn gần trùng nhau."""
    from retrieval.store.near_duplicates import groups

    with _indexed() as snap:
        found = [[source.path for source in group] for group in groups(snap)]
    if as_json:
        print_json(found)
    else:
        click.echo("\n\n".join("\n".join(group) for group in found) or "Không có nguồn nào trùng.")
    return WELL


@contextmanager
def _indexed() -> Iterator[Snapshot]:
    """Read the ledger alone: lists need neither vectors nor models."""
    from bot.settings import load_settings
    from retrieval.models import EVERYTHING
    from retrieval.store.database import IndexDatabase

    ledger = IndexDatabase(load_settings().state_dir)
    try:
        with ledger.snapshot(EVERYTHING) as snap:
            yield snap
    finally:
        ledger.close()


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Sao lưu nhật ký vào một tệp, kể cả khi bot đang chạy."""
    from bot.log.backup import back_up
    from bot.settings import load_settings

    count = back_up(load_settings().state_dir / "logs.db", file)
    click.echo(f"Đã sao lưu {count} lượt hỏi vào {file}.")


@click.command()
@click.option("--replace", is_flag=True, help="Thay nhật ký đang có.")
@click.argument("file", type=click.Path(path_type=Path))
def restore_command(file: Path, replace: bool) -> None:
    """Khôi phục từ một bản sao lưu: tệp của `chidan backup`, hay bản bot tự sao lưu hằng ngày."""
    from bot.log.backup import restore as put_back
    from bot.log.instance import only_instance
    from bot.maintenance.archives import is_archive, restore_archive
    from bot.settings import load_settings

    settings = load_settings()
    state_dir = settings.state_dir
    with only_instance(state_dir):
        if not is_archive(file):
            count = put_back(file, state_dir / "logs.db", replace=replace)
            click.echo(f"Đã khôi phục {count} lượt hỏi.")
            return
        passphrase = _passphrase(file, settings)
        back = restore_archive(file, passphrase, state_dir, settings.sources_dir, replace=replace)
    click.echo(
        f"Đã khôi phục {back.exchanges} lượt hỏi, và {back.sources} tệp nguồn còn thiếu vào "
        f"{settings.sources_dir}."
    )


def _passphrase(file: Path, settings: Settings) -> str:
    """Return what opens an archive: as set, else as typed in."""
    from bot.maintenance.archives import needs_passphrase

    if not needs_passphrase(file) or settings.sealing:
        return settings.sealing
    return str(click.prompt("Mật khẩu của bản sao lưu", hide_input=True, err=True))


@click.command()
@click.option("--yes", is_flag=True, help="Không hỏi lại.")
def rollback_upgrade(yes: bool) -> int:
    """Đưa dữ liệu về trước lần nâng cấp gần nhất, để chạy lại phiên bản trước; bot phải dừng."""
    from bot.log.instance import only_instance
    from bot.log.upgrades import last_upgrade, lost_by_return, return_to_earlier
    from bot.settings import load_settings

    state_dir = load_settings().state_dir
    with only_instance(state_dir):
        upgrade = last_upgrade(state_dir)
        lost = lost_by_return(state_dir, upgrade)
        when = f"{datetime.fromisoformat(upgrade.upgraded_at).astimezone():%H:%M %d/%m/%Y}"
        click.echo(
            f"Nâng cấp lúc {when}; khi đó nhật ký có {upgrade.exchanges} lượt hỏi.\n"
            f"Quay lại thì mất khỏi nhật ký những gì ghi từ đó: {lost.exchanges} lượt hỏi, "
            f"{lost.votes} bình chọn, {lost.deeds} việc quản trị; những gì người hỏi đã xóa từ đó "
            "(/xoadulieu) sẽ trở lại. Nguồn và .env giữ nguyên."
        )
        if not yes and not click.confirm("Quay lại?", default=False):
            return complain("Không đổi gì.")
        after = return_to_earlier(state_dir, upgrade)
    click.echo(
        f"Đã quay lại. Nhật ký và chỉ mục vừa thay được giữ ở {after}.\n"
        "Bây giờ hãy chạy phiên bản trước; chạy phiên bản này thì dữ liệu lại được nâng cấp."
    )
    return WELL
