"""The `chidan` command: parse and print only.

Owns the way of errors to the streams, and the commands that answer; those that look after index and
log are `upkeep.py`'s. What a command needs is imported when it runs: `--help` is instant.
"""

from __future__ import annotations

import os
import sqlite3
import sys

import click

from bot.streams import FAILED, INTERRUPTED, MISUSED, WELL, complain, speak_utf8
from bot.upkeep import doctor, logs, reload, sources


def main() -> None:
    """Run the command line; every error is one line on standard error."""
    speak_utf8()
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


for _command in (reload, sources, logs, doctor):
    cli.add_command(_command)


if __name__ == "__main__":
    main()
