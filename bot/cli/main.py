"""The `chidan` command: parse and print only.

Owns the way of errors to the streams, and the commands that answer; those that look after the index
are `index`'s, those about the log `logs`'s. What a command needs is
imported when it runs: `--help` is instant.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from bot.cli.access import access, audit
from bot.cli.doctor import doctor
from bot.cli.evaluate import evaluate
from bot.cli.fit import fit
from bot.cli.help import localise, speaks_english
from bot.cli.index import (
    backup,
    directive,
    reload_command,
    restore_command,
    rollback,
    rollback_upgrade,
    sources,
)
from bot.cli.inspect_file import inspect_file
from bot.cli.logs import logs
from bot.cli.output import FAILED, INTERRUPTED, MISUSED, WELL, complain, print_json, speak_utf8

if TYPE_CHECKING:
    from rich.console import Console

    from bot.bootstrap import Session
    from retrieval.models import Answer, Turn


def main() -> None:
    """Run the command line; every error is one line on standard error."""
    speak_utf8()
    if {"-h", "--help"} & {*sys.argv} or len(sys.argv) == 1:
        localise(cli, english=speaks_english(os.environ))
    sys.exit(_status())


def _status() -> int:
    from retrieval.errors import ChidanError

    try:
        return cli(prog_name="chidan", standalone_mode=False) or WELL
    except ChidanError as error:
        return complain(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return MISUSED
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "chidan"
        complain(f"{error.format_message()} Xem: {command} --help")
        return MISUSED
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader left; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (OSError, sqlite3.Error) as error:
        return complain(f"Hệ thống báo lỗi: {error}")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="chidan", message="%(version)s")
def cli() -> None:
    """Chỉ Dẫn: hỏi đáp về công tác xây dựng Đảng, luôn kèm trích dẫn nguyên văn."""


@cli.command()
def run_command() -> int:
    """Chạy bot Telegram; chưa có token thì mở trò chuyện trong cửa sổ lệnh."""
    from bot.settings import load_settings

    settings = load_settings()
    if settings.telegram_bot_token is None and _is_first_start():
        from bot.cli.setup import set_up

        set_up()
        settings = load_settings()
    if settings.telegram_bot_token is None:
        from bot.cli.chat import WITHOUT_BOT

        click.echo(WITHOUT_BOT, err=True)
        return _chat()
    _run_bot(settings.telegram_bot_token.get_secret_value())
    return WELL


@cli.command()
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Thay cho .env.")
def setup(file: Path | None) -> int:
    """Hỏi token và quản trị viên, thử với Telegram rồi ghi vào .env."""
    from bot.cli.setup import set_up

    set_up(file)
    return WELL


def _is_first_start() -> bool:
    """Whether somebody sits at a terminal who has not set anything up yet."""
    from bot.cli.setup import env_file

    return sys.stdin.isatty() and sys.stdout.isatty() and not env_file().exists()


def _run_bot(token: str) -> None:
    with _imported_for_good():
        from bot.log.instance import only_instance
        from bot.logging_setup import set_up_logging
        from bot.settings import load_settings
        from bot.telegram.application import application_of
        from bot.telegram.client import webhook_of
        from bot.telegram.lifecycle import run as serve

    set_up_logging(secrets=[token])
    with only_instance(load_settings().state_dir), _session() as session:
        serve(
            application_of(session),
            webhook=webhook_of(session.settings),
            closing=session.assistant.aclose,
        )


@cli.command()
def chat_command() -> int:
    """Trò chuyện trong cửa sổ lệnh; đọc từng dòng nếu đầu vào không phải bàn phím."""
    return _chat()


def _chat() -> int:
    from bot.cli.chat import chat, console_for, typed_lines

    console = console_for(sys.stdout)
    with _session() as session, _running(session) as runner:
        lines = typed_lines(console) if sys.stdin.isatty() else sys.stdin
        ask_now = partial(_asked, session, runner, console)
        well = chat(lines, ask_now, console, complain)
    return WELL if well else FAILED


@contextmanager
def _session() -> Iterator[Session]:
    """Open everything that answers, in line with the sources; say on standard error what moved."""
    with _imported_for_good():
        from bot.bootstrap import open_session
        from bot.cli.output import showing_progress
        from bot.settings import load_settings
        from bot.texts.reloads import summary

    with open_session(load_settings()) as session:
        with showing_progress(sys.stderr) as progress:
            report = session.index.start(progress, complain)
        if report and (report.changes_anything or report.unreadable):
            hint = " Xem: chidan reload" if report.unreadable else ""
            click.echo(f"{summary(report)}{hint}", err=True)
        yield session


@contextmanager
def _imported_for_good() -> Iterator[None]:
    """Look for no garbage while importing, nor later in what is imported: a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _running(session: Session) -> Iterator[asyncio.Runner]:
    """Run an event loop; the session's connections in it are closed before it ends."""
    with asyncio.Runner() as runner:
        try:
            yield runner
        finally:
            runner.run(session.assistant.aclose())


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="In một dòng JSON cho mỗi câu hỏi.")
@click.option("--batch", type=click.File("rb"), metavar="FILE", help="Tệp JSONL nhiều câu hỏi.")
@click.option("--explain", is_flag=True, help="In thêm từng chặng: hiểu, tìm, chấm, quyết định.")
@click.argument("question", required=False)
def ask(question: str | None, batch: BinaryIO | None, as_json: bool, explain: bool) -> int:
    """Hỏi một câu (không ghi thì đọc từ bàn phím), hoặc cả tệp JSONL với --json --batch FILE."""
    if (question is not None and batch is not None) or (batch and not as_json):
        raise click.UsageError("Cần một câu hỏi, hoặc --json --batch FILE.")
    if explain and as_json:
        raise click.UsageError("--explain không đi cùng --json.")
    if question is None and batch is None:
        question = _typed_question()
    with _session() as session, _running(session) as runner:
        if batch is not None:
            return _ask_batch(session, runner, batch)
        answer = _ask_one(session, runner, _readable(question or ""), as_json)
        if explain:
            _explain(session, answer)
    return WELL


def _explain(session: Session, answer: Answer) -> None:
    """Print how a question is understood, searched, scored and decided."""
    from bot.bootstrap import build_ranking
    from bot.cli.explain import stage_lines, understood_as
    from retrieval.answering.abstention import decide
    from retrieval.models import EVERYTHING

    if answer.small_talk or answer.parts:
        click.echo("\n".join(understood_as(answer)))
        return
    ranking = build_ranking(session.settings, session.index.embeddings)
    search = session.index.search(ranking).within(EVERYTHING)
    findings = search.find(answer.standalone or answer.question)
    click.echo(stage_lines(answer, findings, decide(findings, ranking.threshold), ranking))


def _typed_question() -> str:
    """Return the line typed or piped in; raises UsageError if there is none."""
    if sys.stdin.isatty():
        click.echo("Hỏi: ", nl=False, err=True)
    if question := sys.stdin.readline().strip():
        return question
    raise click.UsageError("Cần một câu hỏi, hoặc --json --batch FILE.")


def _readable(argument: str) -> str:
    """Replace bytes of an argument that are no UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _ask_one(session: Session, runner: asyncio.Runner, question: str, as_json: bool) -> Answer:
    from bot.cli.chat import Rendered, console_for
    from bot.cli.json_output import answer_json

    if as_json:
        answer = runner.run(session.ask(question))
        print_json(answer_json(answer, question))
    else:
        console = console_for(sys.stdout)
        answer = _asked(session, runner, console, question)
        console.print(Rendered(answer))
    return answer


def _asked(
    session: Session,
    runner: asyncio.Runner,
    console: Console,
    question: str,
    history: Sequence[Turn] = (),
) -> Answer:
    """Answer a question of the terminal, where a model's answer is seen to grow."""
    from bot.cli.chat import drawn_live

    with drawn_live(console, by_a_model=session.spending is not None) as show:
        return runner.run(session.ask(question, history, show))


def _ask_batch(session: Session, runner: asyncio.Runner, lines: Iterable[bytes]) -> int:
    """Answer line by line; a line that cannot be read or answered is named, the others go on."""
    from bot.cli.json_output import answer_json, batch_line
    from retrieval.errors import ChidanError
    from retrieval.models import EVERYTHING, AnswerOptions

    status = WELL
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = batch_line(line)
            options = AnswerOptions(audience=EVERYTHING)
            answer = runner.run(session.assistant.answer(asked.question, asked.turns, options))
        except ChidanError as error:
            status = complain(f"dòng {number}: {error}")
            continue
        print_json(asked.identity | answer_json(answer, asked.question))
    return status


for _command in (
    reload_command,
    rollback,
    inspect_file,
    sources,
    directive,
    logs,
    evaluate,
    fit,
    doctor,
    backup,
    restore_command,
    access,
    audit,
    rollback_upgrade,
):
    cli.add_command(_command)
