"""The `chidan` command: parse and print only.

Owns arguments, exit statuses and what goes to which stream: results to standard output, everything
said about the work to standard error. What a command needs is imported when it runs, so that
`--help` is instant.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys

import click

WELL, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run the command line; every error is one line on standard error."""
    _speak_utf8()
    sys.exit(_status())


def _status() -> int:
    from retrieval.errors import ChidanError

    try:
        return cli(prog_name="chidan", standalone_mode=False) or WELL
    except ChidanError as error:
        return _complain(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return MISUSED
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "chidan"
        _complain(f"{error.format_message()} Xem: {command} --help")
        return MISUSED
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader left; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (OSError, sqlite3.Error) as error:
        return _complain(f"Hệ thống báo lỗi: {error}")


def _speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale; bytes that are none become �."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def _complain(message: str) -> int:
    click.echo(f"chidan: {' '.join(message.split())}", err=True)
    return FAILED


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="chidan", message="%(version)s")
def cli() -> None:
    """Chỉ Dẫn: hỏi đáp về công tác xây dựng Đảng, luôn kèm trích dẫn nguyên văn."""


@cli.command()
@click.option("-n", "count", type=click.IntRange(1), default=20, help="Số dòng mới nhất.")
@click.option("--json", "as_json", is_flag=True, help="In mỗi lượt hỏi thành một dòng JSON.")
def logs(count: int, as_json: bool) -> None:
    """Xem các lượt hỏi đáp mới nhất."""
    from bot.contract import exchange_json
    from bot.conversations import Conversations
    from bot.settings import load_settings
    from bot.tables import EXCHANGE_COLUMNS, exchange_row, print_table
    from bot.terminal import console_for

    with Conversations(load_settings().state_dir / "logs.db") as log:
        exchanges = log.latest(count)
    if as_json:
        for exchange in exchanges:
            _print_json(exchange_json(exchange))
    else:
        rows = map(exchange_row, reversed(exchanges))
        print_table(console_for(sys.stdout), EXCHANGE_COLUMNS, rows)


@cli.command()
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


if __name__ == "__main__":
    main()
