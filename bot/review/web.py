"""The log in the browser: Datasette over a read-only `logs.db`, with pages and queries of ours.

Owns what Datasette is told, and the one form that writes: a verdict of a reviewer who is logged in,
through a connection of its own. Its words are in `pages/`, whom it answers is in `guard`. On the
loopback interface alone, unless there is a password.
"""

from __future__ import annotations

import asyncio
import csv
import io
import logging
import re
import socket
import sqlite3
from collections.abc import Callable, Collection, Mapping, MutableMapping
from contextlib import closing, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import Forbidden, NotFound, Response
from datasette_auth_passwords.utils import hash_password
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from bot.log.database import LogDatabase
from bot.log.migrations import open_log
from bot.log.verdicts import Judgement, Verdict, Verdicts
from bot.review.export import safe
from bot.review.guard import Application, AsgiScope, Send, guarded, names_of
from bot.review.queries import ReadConnection, entry, with_standings
from bot.review.reader_rights import Restricted, audience_of_user, may_see
from bot.review.rendering import dropped, local, steps_of, verdict_text, words_of
from bot.texts.texts import VIETNAMESE
from retrieval.errors import ChidanError
from retrieval.models import EVERYTHING

_log = logging.getLogger(__name__)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
"""A local time as the queries give it."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def neutralised(application: Application) -> Application:
    """Return the application with the cells of its CSV made safe."""

    async def wrapped(scope: AsgiScope, receive: Any, send: Send) -> None:
        of_csv = False

        async def sent(event: MutableMapping[str, Any]) -> None:
            nonlocal of_csv
            if event["type"] == "http.response.start":
                of_csv = _is_csv(scope, event)
            elif of_csv and event.get("body"):
                event = {**event, "body": _safe_rows(event["body"].decode()).encode()}
            await send(event)

        await application(scope, receive, sent)

    return wrapped


def _is_csv(scope: AsgiScope, start: MutableMapping[str, Any]) -> bool:
    kind = dict(start.get("headers", ())).get(b"content-type", b"")
    plain = kind.startswith(b"text/plain") and scope["path"].endswith(".csv")
    return bool(kind.startswith(b"text/csv") or plain)


def _safe_rows(text: str) -> str:
    """Return whole rows of CSV made safe; numbers stay.

    >>> _safe_rows("-1001,=1+1").strip()
    "-1001,'=1+1"
    """
    out = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(out).writerows(
        [cell if _NUMBER.fullmatch(cell) else safe(cell) for cell in row] for row in rows
    )
    return out.getvalue()


_WORDS = VIETNAMESE.admin.review.entry
PAGES = Path(__file__).parent / "pages"
NUMBER = "Số"
"""The column of a query that leads to an exchange."""
DIRECTIVE = "Văn bản"
"""The column of a query that leads to the exchanges about a directive."""
DROPPED, STEPS = "Bị bỏ", "Từng bước"
"""Columns that hold JSON: what was dropped of a model's text, and how long each step took."""
QUEUE = "can-danh-gia"
"""The query of what nobody has judged: its first column is an exchange, the most urgent first."""
_REASONS = {"Table not found": "", "Record not found": "", "Database not found": ""}
"""What Datasette says in English where the page has said it already."""
_JUDGED = re.compile(r"/danh-gia/(?P<number>\d{1,15})$")
CALLED: Mapping[str, Mapping[str, str]] = {
    "Kết quả": _WORDS.outcomes,
    "Lý do": _WORDS.reasons,
    "Vì sao": _WORDS.refusals,
    "Đánh giá": _WORDS.verdicts,
    "Đã xem xét": _WORDS.reviews,
}
"""Column of a query → what stands in the log → how the pages call it."""
_NAMES = {
    "outcomes": _WORDS.outcomes,
    "refusals": _WORDS.refusals,
    "verdicts": _WORDS.verdicts,
}
"""The same for charts, whose queries say `called('refusals', refusal)`."""
_SCALES = {"cau-hoi": _WORDS.outcomes, "danh-gia": _WORDS.verdicts}
"""Charts whose colours belong to such names: the scale lists what stands in the log."""


class NotOffered(ChidanError):
    """The log is not offered there."""


def pages_socket(host: str, port: int, *, has_password: bool) -> socket.socket:
    """Return a socket for the pages; raises NotOffered beyond loopback without a password."""
    if not _is_loopback(host) and not has_password:
        raise NotOffered(
            f"Không mở nhật ký ở {host} khi chưa có mật khẩu: hãy đặt LOGS_PASSWORD, "
            "hoặc bỏ --host để chỉ mở trên máy này."
        )
    try:
        return socket.create_server((host, port), family=_family(host))
    except OSError as error:
        raise NotOffered(
            f"Không mở được {host}:{port} ({error.strerror}); hãy chọn cổng khác bằng --port."
        ) from error


def build_pages(
    state_dir: Path,
    passwords: Mapping[str, str] | None = None,
    host: str = "127.0.0.1",
    reviewers: Collection[str] = (),
) -> Datasette:
    """Return the pages over the log and, where there is one, the index, asked for on `host`.

    `passwords` are those of the users; without any, everybody who reaches the pages reads, and
    nobody judges. Where the index has collections, `reviewers` among the users see what they were
    given and what is public; the others see everything. Raises NotOffered where there is no log;
    LogFault, LogTooNew where it cannot be read.
    """
    files = [path for path in (state_dir / "logs.db", state_dir / "index.db") if path.exists()]
    if not files or files[0].name != "logs.db":
        raise NotOffered(f"Chưa có nhật ký trong {state_dir}; hãy hỏi một câu rồi thử lại.")
    open_log(files[0]).close()  # with the tables that the queries want; read-only from here on
    if not pm.is_registered(_Ours):
        pm.register(_Ours)
    metadata = yaml.safe_load((PAGES / "metadata.yaml").read_text(encoding="utf-8"))
    charts = metadata["plugins"]["datasette-dashboards"]["tong-quan"]["charts"]
    for chart, names in _SCALES.items():
        scale = charts[chart]["display"]["encoding"]["color"]["scale"]
        scale["domain"] = [names[value] for value in scale["domain"]]
    metadata["plugins"]["chidan"] = {
        "names": sorted(names_of(host, socket.gethostname())),
        "reviewers": sorted(reviewers),
    }
    if passwords:
        metadata["plugins"]["datasette-auth-passwords"] = {
            f"{name}_password_hash": hash_password(password) for name, password in passwords.items()
        }
        metadata["allow"] = {"id": sorted(passwords)}
    settings = {"sql_time_limit_ms": 5000, "max_returned_rows": 1000, "allow_download": False}
    return Datasette(
        [str(file) for file in files],
        metadata=metadata,
        template_dir=str(PAGES / "templates"),
        settings=settings,
    )


class _Ours:
    """What Datasette calls: links to exchanges, the evidence on their page, exports made safe."""

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
        names = datasette.plugin_config("chidan")["names"]
        return lambda application: guarded(Restricted(datasette, neutralised(application)), names)

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def prepare_jinja2_environment(env: Environment) -> None:
        # By this name our own templates extend those of the plugin that they stand in for.
        plugin = PrefixLoader({"dashboards": PackageLoader("datasette_dashboards")})
        env.loader = ChoiceLoader([*filter(None, [env.loader]), plugin])

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def prepare_connection(conn: sqlite3.Connection) -> None:
        conn.create_function("called", 2, _called, deterministic=True)

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def render_cell(value: object, column: str, table: str | None) -> Markup | None:
        return None if table else _shown(column, value)

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def extra_template_vars(
        datasette: Datasette, database: str | None, table: str | None, request: Any
    ) -> Callable[[], Any] | dict[str, Any]:
        number = request.url_vars.get("pks", "") if request else ""
        if (database, table) != ("logs", "exchanges") or not number.isdecimal():
            return {"names": _WORDS}

        async def found() -> dict[str, Any]:
            logs = datasette.get_database("logs")
            audience = await audience_of_user(datasette, request.actor)
            exchange = await logs.execute_fn(
                lambda db: entry(ReadConnection(db), int(number), audience)
            )
            if exchange and "index" in datasette.databases:
                told = exchange
                index = datasette.get_database("index")
                exchange = await index.execute_fn(
                    lambda db: with_standings(told, ReadConnection(db))
                )
            return {
                "exchange": _for_people(exchange) if exchange else None,
                "reviewer": (request.actor or {}).get("id", ""),
                "verdict_names": _WORDS.verdicts,
                "indexed": "index" in datasette.databases,
            }

        return found

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def register_routes() -> list[tuple[str, Callable[..., Any]]]:
        return [(_JUDGED.pattern, _judge), (r"/danh-gia$", _next)]

    @staticmethod
    @hookimpl  # type: ignore[untyped-decorator]  # pluggy has no types
    def forbidden(datasette: Datasette, request: Any) -> Response | None:
        # Programs get the status; people the form that lets them in.
        if datasette.plugin_config("datasette-auth-passwords") and not _is_for_programs(request):
            return Response.redirect("/-/login")
        return None

    @staticmethod
    @hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]  # pluggy has no types
    def handle_exception(
        datasette: Datasette, request: Any, exception: Exception
    ) -> Callable[[], Any]:
        """Tell a fault in plain words; Datasette's own way prints every local variable."""
        status = getattr(exception, "status", 500)
        if status == 500:
            _log.error("a page of the log failed", exc_info=exception)
        told = "" if status == 500 else str(getattr(exception, "message", exception))

        async def shown() -> Response:
            if request.path.endswith(".json"):
                return Response.json({"ok": False, "error": told, "status": status}, status=status)
            page = await datasette.render_template(
                "error.html", {"status": status, "error": _REASONS.get(told, told)}
            )
            return Response.html(page, status=status)

        return shown


async def _judge(datasette: Datasette, request: Any) -> Response:
    """Note a reviewer's verdict on an exchange and go on to the next."""
    if request.method != "POST":
        return Response.redirect(f"/logs/exchanges/{request.url_vars['number']}")
    reviewer = _reviewer(datasette, request)
    number = int(request.url_vars["number"])
    form = await request.post_vars()
    try:
        verdict = Verdict(form.get("verdict", ""))
    except ValueError:
        raise NotFound(_WORDS.pages["no_verdict"]) from None
    judgement = Judgement(verdict, form.get("note", "").strip(), form.get("must", "").strip())
    path = datasette.get_database("logs").path
    if not await may_see(datasette, request.actor, number):
        raise NotFound(_WORDS.pages["no_exchange"].format(number=number))
    if not await asyncio.to_thread(_write, path, number, reviewer, judgement):
        raise NotFound(_WORDS.pages["no_exchange"].format(number=number))
    if form.get("then") == "next":
        return await _next(datasette, request)
    return Response.redirect(f"/logs/exchanges/{number}")


async def _next(datasette: Datasette, request: Any) -> Response:
    """Lead to the exchange that needs a verdict most, or say that none does."""
    if not await datasette.permission_allowed(request.actor, "view-instance"):
        raise Forbidden("view-instance")
    query = datasette.metadata("queries", database="logs")[QUEUE]
    found = await datasette.get_database("logs").execute(query["sql"])
    for row in found.rows:
        if await may_see(datasette, request.actor, row[0]):
            return Response.redirect(f"/logs/exchanges/{row[0]}")
    if await audience_of_user(datasette, request.actor) != EVERYTHING:
        return Response.text(_WORDS.pages["none_waiting"])
    return Response.redirect(f"/logs/{QUEUE}?_hide_sql=1")


def _write(path: str, number: int, reviewer: str, judgement: Judgement) -> bool:
    with closing(LogDatabase(Path(path))) as file:
        return Verdicts(file).give(number, reviewer, judgement)


def _reviewer(datasette: Datasette, request: Any) -> str:
    """Return who judges; raises Forbidden unless somebody is logged in."""
    if not request.actor or not datasette.plugin_config("datasette-auth-passwords"):
        raise Forbidden(_WORDS.pages["log_in"])
    return str(request.actor["id"])


def _is_for_programs(request: Any) -> bool:
    return bool(request.path.endswith((".json", ".csv")) or request.method != "GET")


def _called(table: str, value: str | None) -> str | None:
    """Return how a value of the log is called in one of the tables of names."""
    return _NAMES[table].get(value or "", value)


def _shown(column: str, value: object) -> Markup | None:
    """Return how a cell of a query is shown, None for as it is."""
    if column == NUMBER and isinstance(value, int):
        return Markup('<a href="/logs/exchanges/{0}">{0}</a>').format(value)
    if not isinstance(value, str):
        return None
    if column == DIRECTIVE:
        return Markup('<a href="/logs/ve-van-ban?{}">{}</a>').format(
            urlencode({"van_ban": value}), value
        )
    if column == DROPPED:
        lines = [f"“{one['sentence']}” – {one['reason']}" for one in dropped({"dropped": value})]
        return Markup("<br>").join(lines)
    if column == STEPS:
        return escape(steps_of({"timings_ms": value}, _WORDS))
    if _MOMENT.fullmatch(value):
        with suppress(ValueError):
            return escape(local(value))
    return escape(CALLED[column][value]) if value in CALLED.get(column, ()) else None


def _for_people(exchange: dict[str, Any]) -> dict[str, Any]:
    for quote in exchange["quoted"]:
        quote["since"] = _WORDS.standings.get(quote.get("standing", ""), "")
        quote["link"] = quote["url"] if quote["url"].startswith(("http://", "https://")) else ""
    for use in exchange["model"]:
        use["left_out"] = dropped(use)
    for vote in exchange["votes"]:
        vote["said"] = words_of(vote, _WORDS)
    for verdict in exchange["verdicts"]:
        verdict["said"] = verdict_text(verdict, _WORDS)
    return exchange | {
        "why": _WORDS.refusals.get(exchange["refusal"], exchange["refusal"]),
        "when": local(exchange["asked_at"]),
        "outcome": _WORDS.outcomes[exchange["kind"]],
        "spent": steps_of(exchange, _WORDS),
    }


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
