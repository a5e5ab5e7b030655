"""`chidan logs`: the log read in the terminal.

Owns its arguments and what it prints. What a command needs is imported when it runs.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.output import WELL, complain, print_json
from bot.texts.texts import VIETNAMESE

if TYPE_CHECKING:
    from bot.log.exchanges import Conversations
    from bot.review.queries import Filter

_KINDS = tuple(VIETNAMESE.admin.review.entry.outcomes)
_REFUSALS = tuple(VIETNAMESE.admin.review.entry.refusals)
_VERDICTS = (*VIETNAMESE.admin.review.entry.verdicts, "none")


@click.group(invoke_without_command=True)
@click.option("-n", "count", type=click.IntRange(1), default=20, help="Số dòng mới nhất.")
@click.option("--since", metavar="7d", help="Từ lúc nào: 7d, 24h, 2w hoặc 2026-11-01.")
@click.option("--chat", type=int, help="Mã cuộc trò chuyện.")
@click.option("--kind", type=click.Choice(_KINDS), help="Kết quả của câu hỏi.")
@click.option("--vote", type=click.Choice(["up", "down"]), help="Được khen hay bị chê.")
@click.option("--refusal", type=click.Choice(_REFUSALS), help="Lý do không trả lời.")
@click.option("--source", metavar="MÃ", help="Nguồn được trích, hoặc gần nhất.")
@click.option("--verdict", type=click.Choice(_VERDICTS), help="Người xem xét đánh giá thế nào.")
@click.option("--search", metavar="TỪ", help="Các từ cần có, gõ có dấu hoặc không dấu.")
@click.option("--json", "as_json", is_flag=True, help="In mỗi lượt hỏi thành một dòng JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="In thành CSV cho bảng tính.")
@click.pass_context
def logs(
    context: click.Context,
    count: int,
    since: str | None,
    chat: int | None,
    kind: str | None,
    vote: str | None,
    refusal: str | None,
    source: str | None,
    verdict: str | None,
    search: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Xem, tìm và lọc các lượt hỏi đáp."""
    if context.invoked_subcommand is not None:
        return
    from bot.review.queries import Filter
    from bot.review.queries import since as begin

    start = begin(since, datetime.now(UTC)) if since else None
    wanted = Filter(start, None, chat, kind, vote, refusal, source, verdict, search)
    _print(wanted, count, "csv" if as_csv else "json" if as_json else "table")


def _print(wanted: Filter, limit: int, form: str) -> None:
    from bot.cli.chat import console_for
    from bot.cli.output import EXCHANGE_COLUMNS, print_table, review_row
    from bot.review.export import as_csv, as_jsonl
    from bot.review.queries import find, with_evidence

    with _log() as log:
        rows = find(log.file, wanted, limit)
        if form != "table":
            rows = with_evidence(log.file, rows)
    if form == "table":
        print_table(console_for(sys.stdout), EXCHANGE_COLUMNS, map(review_row, reversed(rows)))
    else:
        sys.stdout.write((as_csv if form == "csv" else as_jsonl)(rows).decode())


@logs.command("show")
@click.argument("exchange_id", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help="In thành một dòng JSON.")
def show_exchange(exchange_id: int, as_json: bool) -> int:
    """Xem một lượt hỏi với câu trả lời, trích dẫn và bằng chứng."""
    from bot.review.queries import ReadConnection, entry, with_standings
    from bot.review.rendering import entry_text

    with _log() as log:
        found = entry(log.file, exchange_id)
    if found is None:
        return complain(f"Không có lượt hỏi {exchange_id}. Xem: chidan logs")
    with suppress(sqlite3.Error), _index() as index:
        found = with_standings(found, ReadConnection(index))
    if as_json:
        print_json(found)
    else:
        click.echo(entry_text(found))
    return WELL


@logs.command()
@click.option("--json", "as_json", is_flag=True, help="In mỗi câu trả lời thành một dòng JSON.")
def touched(as_json: bool) -> None:
    """Xem những câu trả lời không còn đúng, điều gì đã đổi, và đã báo cho nơi nhận chưa."""
    from dataclasses import asdict

    from bot.log.corrections import Corrections
    from bot.review.rendering import local

    says = VIETNAMESE.admin.corrections
    with _log() as log:
        corrections = Corrections(log.file)
        found = [
            (one, answer) for one in corrections.all() for answer in corrections.answers(one.id)
        ]
    for one, answer in found:
        if as_json:
            told = asdict(answer) | {"asked_at": answer.asked_at.isoformat()}
            print_json({"correction": one.id, "state": one.state} | told)
            continue
        state = says[f"state_{one.state}"]
        when = local(answer.asked_at.isoformat())
        click.echo(f"{one.id} · {state} · {answer.exchange_id} · {when} · {answer.question}")
        for quote in answer.quotes:
            click.echo(f"  {says['before']} “{quote.before}”")
            click.echo(f"  {says['now']} “{quote.now}”" if quote.now else f"  {says[quote.cause]}")
    if not found and not as_json:
        click.echo(says["none"])


@logs.command()
@click.option("--since", default="30d", show_default=True, help="Từ lúc nào.")
@click.option("--json", "as_json", is_flag=True, help="In thành một dòng JSON.")
def stats(since: str, as_json: bool) -> None:
    """Xem số liệu: bao nhiêu câu, tỷ lệ trả lời được, bình chọn, thời gian, nguồn hay dùng."""
    from bot.review.queries import since as begin
    from bot.review.rendering import figures_text
    from bot.review.statistics import figures

    now = datetime.now(UTC)
    with _log() as log:
        found = figures(log.file, begin(since, now), now)
    if as_json:
        print_json(found)
    else:
        click.echo(figures_text(found))


@logs.command("to-eval")
@click.argument("exchange_id", metavar="[ID]", type=int, required=False)
@click.option("--must", multiple=True, help="Chữ phải có trong trích dẫn; cần khi có ID.")
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    default=Path("log-cases.jsonl"),
    show_default=True,
    help="Tệp câu hỏi.",
)
def to_eval(exchange_id: int | None, must: tuple[str, ...], file: Path) -> None:
    """Thêm một lượt hỏi, hoặc mọi lượt đã được đánh giá, vào tệp câu hỏi mà `chidan eval` đọc."""
    from bot.review.cases import append_case, append_reviewed

    if (exchange_id is None) != (not must):
        raise click.UsageError("--must đi cùng ID; không có cả hai thì lấy mọi lượt đã đánh giá.")
    with _log() as log:
        if exchange_id is not None:
            append_case(log.file, exchange_id, must, file)
            click.echo(f"Đã thêm câu {exchange_id} vào {file}.")
            return
        done = append_reviewed(log.file, file)
    click.echo(f"Đã thêm {len(done.added)} câu vào {file}; {len(done.known)} câu đã có từ trước.")
    if done.unclear:
        numbers = ", ".join(map(str, done.unclear))
        click.echo(f"Chưa rõ thế nào là đúng, hãy ghi chữ phải có: câu {numbers}.")


@logs.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ để mở.")
@click.option("--port", default=8001, show_default=True, help="Cổng; 0 là một cổng còn trống.")
def serve(host: str, port: int) -> None:
    """Mở nhật ký trong trình duyệt; ngoài máy này thì cần LOGS_PASSWORD hoặc LOGS_REVIEWERS."""
    import uvicorn

    from bot.review.web import build_pages, pages_socket
    from bot.settings import load_settings

    settings = load_settings()
    passwords = settings.logs_passwords
    with pages_socket(host, port, has_password=bool(passwords)) as opened:
        pages = build_pages(settings.state_dir, passwords, host, settings.logs_reviewers)
        shown = f"[{host}]" if ":" in host else host
        click.echo(
            f"Nhật ký: http://{shown}:{opened.getsockname()[1]}/logs (Ctrl-C để dừng)", err=True
        )
        config = uvicorn.Config(pages.app(), log_level="warning", lifespan="on")
        uvicorn.Server(config).run(sockets=[opened])


@contextmanager
def _index() -> Iterator[sqlite3.Connection]:
    """Read the index alone; raises sqlite3.Error where there is none that can be read."""
    from bot.settings import load_settings

    path = load_settings().state_dir / "index.db"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as index:
        yield index


@contextmanager
def _log() -> Iterator[Conversations]:
    from bot.log.exchanges import Conversations
    from bot.settings import load_settings

    with Conversations(load_settings().state_dir / "logs.db") as log:
        yield log


@logs.command("new-key")
def new_key() -> None:
    """Tạo khóa bí danh mới khi khóa cũ đã mất; bí danh cũ không còn nối được với ai."""
    from bot.log.retention import renew_key
    from bot.settings import load_settings

    state_dir = load_settings().state_dir
    old = renew_key(state_dir)
    kept = f" Khóa cũ được cất ở {old}." if old else ""
    click.echo(f"Đã tạo khóa bí danh mới trong {state_dir}.{kept} Hãy khởi động lại bot.")
