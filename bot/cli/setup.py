"""`chidan setup`: asks for the bot's token and its administrator, and writes them to `.env`.

Owns the conversation with the installer and the file. The token is tried against Telegram before
it is written; the administrator's id is read off a message to the bot, which stays unconfirmed, so
that the bot answers it once it runs.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx
from dotenv import set_key
from pydantic import SecretStr

from bot.settings import PROJECT, Settings, load_settings

TELEGRAM = "https://api.telegram.org/bot"
WAIT = 180.0
"""Seconds in which the administrator may write to the bot."""
_POLL = 20
"""Seconds of one long poll."""
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Account:
    """A Telegram account: its id, and the name it shows."""

    id: int
    name: str


def set_up(file: Path | None = None) -> None:
    """Ask for the token and the administrator; write what was given to `file`, or to `.env`."""
    settings = load_settings()
    path = file or env_file()
    click.echo(
        "Nhắn /newbot cho @BotFather, đặt tên, rồi dán token vào đây. Token không hiện khi gõ."
    )
    token = _token(settings)
    if token is None:
        click.echo(f"Chưa ghi gì vào {path.name}. Chạy lại lúc nào cũng được: chidan setup")
        return
    write_setting(path, "TELEGRAM_BOT_TOKEN", token)
    admin = _administrator(_address(settings), token, settings)
    if admin is not None:
        known = {*settings.admin_ids, admin}
        write_setting(path, "ADMIN_IDS", ",".join(map(str, sorted(known))))
    click.echo(f"Đã ghi {path} (chỉ bạn đọc được). Chạy bot: make run, hoặc chidan run")


def _token(settings: Settings) -> str | None:
    """Return a token that Telegram knows; None where the installer gives none."""
    while True:
        given = click.prompt(
            "Token (Enter: chưa có, hỏi thử ngay tại đây)",
            default="",
            show_default=False,
            hide_input=True,
        ).strip()
        if not given:
            return None
        try:
            Settings(telegram_bot_token=SecretStr(given), _env_file=None)  # type: ignore[call-arg]
            name = bot_name(_address(settings), given)
        except ValueError:
            click.echo("Đây chưa phải token: cần dạng 123456:ABC-DEF.")
            continue
        except httpx.HTTPError:
            click.echo("Không tới được Telegram: kiểm tra mạng hoặc TELEGRAM_BASE_URL.")
            if click.confirm("Vẫn ghi token này?", default=False):
                return given
            continue
        if name is None:
            click.echo("Telegram không nhận token này. Lấy lại ở @BotFather bằng /token.")
            continue
        click.echo(f"Telegram nhận bot @{name}.")
        return given


def _administrator(base_url: str, token: str, settings: Settings) -> int | None:
    """Return the id of who is to administer the bot; None where nobody is named."""
    if settings.admin_ids and not click.confirm("Đã có quản trị viên. Thêm một người nữa?"):
        return None
    click.echo("Từ tài khoản sẽ quản trị, nhắn /start cho bot. Đang chờ (Ctrl-C để bỏ qua) …")
    try:
        found = wait_for_sender(base_url, token)
    except KeyboardInterrupt:
        found = None
    if found and click.confirm(f"{found.name} (mã {found.id}) là quản trị viên?", default=True):
        return found.id
    given = click.prompt(
        "Mã Telegram của quản trị viên (Enter để thôi)", default="", show_default=False
    ).strip()
    return int(given) if given.isdecimal() else None


def bot_name(base_url: str, token: str) -> str | None:
    """Return the user name of the bot with that token, None if Telegram does not know it.

    Raises httpx.HTTPError where Telegram cannot be reached.
    """
    reply = httpx.get(f"{base_url}{token}/getMe", timeout=10)
    return str(_result(reply)["username"]) if reply.is_success else None


def wait_for_sender(base_url: str, token: str, seconds: float = WAIT) -> Account | None:
    """Return who wrote to the bot in private last, waiting up to `seconds`; None if nobody did.

    The messages are not confirmed: the bot gets them again. None too where Telegram refuses, as it
    does while another bot or a webhook takes the updates.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        pause = min(_POLL, int(left) + 1)
        try:
            reply = httpx.get(
                f"{base_url}{token}/getUpdates",
                params={"timeout": pause, "allowed_updates": '["message"]'},
                timeout=pause + 10,
            )
        except httpx.HTTPError:
            time.sleep(1)
            continue
        if not reply.is_success:
            return None
        if people := [found for update in _result(reply) if (found := _sender(update))]:
            return people[-1]
    return None


def _result(reply: httpx.Response) -> Any:
    return reply.json()["result"]


def _sender(update: dict[str, Any]) -> Account | None:
    """Return who sent a private message, None for any other update."""
    message = update.get("message") or {}
    sender = message.get("from") or {}
    if (message.get("chat") or {}).get("type") != "private" or sender.get("is_bot", True):
        return None
    names = (sender.get("first_name", ""), sender.get("last_name", ""))
    return Account(int(sender["id"]), " ".join(filter(None, names)))


def env_file() -> Path:
    """Return the `.env` to write: the project's, or the current folder's if it is installed."""
    return (PROJECT if (PROJECT / "pyproject.toml").exists() else Path.cwd()) / ".env"


def write_setting(path: Path, name: str, value: str) -> None:
    """Set one line of a `.env`, made of `.env.example` if it is new; only its owner may read it."""
    example = path.with_name(".env.example")
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        if example.exists():
            shutil.copyfile(example, path)
    set_key(path, name, value, quote_mode="never")
    path.chmod(0o600)


def _address(settings: Settings) -> str:
    return settings.telegram_base_url or TELEGRAM
