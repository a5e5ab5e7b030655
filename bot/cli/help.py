"""What `--help` says, in the language of the locale.

The commands carry their Vietnamese help; `bot/texts/help.en.yaml` holds the English one. English is
spoken where the locale asks for it (LC_ALL, LC_MESSAGES, LANG), Vietnamese everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

ENGLISH = Path(__file__).parents[1] / "texts" / "help.en.yaml"
EXIT_CODES = (
    "Mã thoát: 0 xong; 1 có lỗi, nói rõ trong một dòng; 2 gõ sai cách dùng; 130 bị ngắt (Ctrl-C)."
    "\n\n\b\nGợi ý lệnh bằng phím Tab (bash; zsh và fish cũng vậy):\n"
    '  eval "$(_CHIDAN_COMPLETE=bash_source chidan)"'
)
_HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh", "Usage: ": "Cách dùng: "}
_OF_CLICK = {
    "--help": "Cho xem lời giải thích này rồi thôi.",
    "--version": "Cho xem phiên bản rồi thôi.",
}


class VietnameseFormatter(click.HelpFormatter):
    """The page that click lays out, under Vietnamese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is typed."""
        super().write_usage(prog, args, prefix or _HEADINGS["Usage: "])

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list."""
        super().write_heading(_HEADINGS.get(heading, heading))


def speaks_english(environment: Mapping[str, str]) -> bool:
    """Return whether the locale is an English one.

    >>> speaks_english({"LANG": "vi_VN.UTF-8", "LC_ALL": "en_US.UTF-8"}), speaks_english({})
    (True, False)
    """
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, names), "").startswith("en")


def localise(command: click.Command, *, english: bool) -> None:
    """Put the help of a command and of all below it into one language."""
    if not english:
        command.epilog = EXIT_CODES
        click.Context.formatter_class = VietnameseFormatter
        for _, each in commands(command):
            for option in _options(each):
                option.help = _OF_CLICK.get(option.opts[-1], option.help)
        return
    import yaml

    texts = yaml.safe_load(ENGLISH.read_text(encoding="utf-8"))
    command.epilog = texts["exit_codes"]
    for path, each in commands(command):
        own = texts["commands"][path]
        each.help = own["help"]
        for option in _options(each):
            option.help = own.get("options", {}).get(option.name, option.help)


def commands(command: click.Command, path: str = "chidan") -> Iterator[tuple[str, click.Command]]:
    """Yield a command and all below it, each with how it is typed."""
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from commands(command.commands[name], f"{path} {name}")


def _options(command: click.Command) -> list[click.Option]:
    found = command.get_params(click.Context(command, help_option_names=["-h", "--help"]))
    return [param for param in found if isinstance(param, click.Option)]
