"""What a reviewer of the log's pages may see: exchanges made of what is public or given to them.

Owns, for reviewers who do not see everything, that nothing of the pages is open to them but single
exchanges they may see, and the form under these: tables, queries and charts hold everybody's. What
they were given stands in the log (`log.rights`); it holds from the next page on.
"""

from __future__ import annotations

import json
import logging
import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

from bot.log.exchanges import audience_of
from bot.review.guard import Application, AsgiScope, Send
from bot.review.queries import ReadConnection
from bot.texts.texts import VIETNAMESE
from retrieval.models import EVERYTHING, Audience

if TYPE_CHECKING:
    from datasette.app import Datasette

_log = logging.getLogger(__name__)
_ONE = re.compile(r"/(?:logs/exchanges|danh-gia)/(?P<number>\d{1,15})")
_OPEN = ("/danh-gia", "/-/login", "/-/logout", "/-/static", "/-/static-plugins")
"""What else such a reviewer needs, with all below it."""
_NEXT = "/danh-gia"
_WORDS = VIETNAMESE.admin.review.entry.pages


async def audience_of_user(datasette: Datasette, actor: dict[str, Any] | None) -> Audience:
    """Return what whoever is logged in may see."""
    reviewers = (datasette.plugin_config("chidan") or {}).get("reviewers", ())
    user = (actor or {}).get("id")
    if user not in reviewers or not await _has_collections(datasette):
        return EVERYTHING
    rows = await datasette.get_database("logs").execute(
        "select collection from page_users where user = ?", [user]
    )
    return Audience(frozenset(row[0] for row in rows.rows))


async def may_see(datasette: Datasette, actor: dict[str, Any] | None, number: int) -> bool:
    """Return whether whoever is logged in may see an exchange; True for one that is not there."""
    audience = await audience_of_user(datasette, actor)
    if audience == EVERYTHING:
        return True
    rows = await datasette.get_database("logs").execute_fn(
        lambda db: ReadConnection(db).rows("select audience from exchanges where id = ?", number)
    )
    return all(audience_of(row["audience"]).within(audience) for row in rows)


class Restricted:
    """The pages for everybody who sees everything, and of them what others may see."""

    def __init__(self, datasette: Datasette, application: Application) -> None:
        self._datasette = datasette
        self._application = application

    async def __call__(self, scope: AsgiScope, receive: Any, send: Send) -> None:
        """Answer a request, or lead to what may be seen."""
        if scope["type"] != "http" or await self._is_open(scope):
            await self._application(scope, receive, send)
        elif scope["path"] == "/":
            headers = [(b"location", _NEXT.encode())]
            await send({"type": "http.response.start", "status": 302, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            kind = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": kind})
            await send({"type": "http.response.body", "body": _WORDS["not_yours"].encode()})

    async def _is_open(self, scope: AsgiScope) -> bool:
        actor = self._actor(scope)
        if await audience_of_user(self._datasette, actor) == EVERYTHING:
            return True
        # As Datasette reads it, percent signs and all.
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw.partition(b"?")[0].decode("latin-1")
        if one := _ONE.fullmatch(path):
            return await may_see(self._datasette, actor, int(one["number"]))
        return path in _OPEN or path.startswith(tuple(f"{top}/" for top in _OPEN[1:]))

    def _actor(self, scope: AsgiScope) -> dict[str, Any] | None:
        """Return who is logged in, as Datasette reads it off its cookie."""
        for name, value in scope["headers"]:
            if name.lower() != b"cookie":
                continue
            try:
                cookie = SimpleCookie(value.decode("latin-1")).get("ds_actor")
                said = self._datasette.unsign(cookie.value, "actor") if cookie else {}
            except Exception as error:
                _log.info("a cookie of nobody's: %r", error)
                return None
            return dict(said.get("a") or {}) or None
        return None


async def _has_collections(datasette: Datasette) -> bool:
    """Return whether there are collections now, or were when something was answered."""
    rows = await datasette.get_database("logs").execute(
        """select 1 from exchanges where audience is not null and audience <> '["*"]' limit 1"""
    )
    if rows.rows or "index" not in datasette.databases:
        return bool(rows.rows)
    kept = await datasette.get_database("index").execute(
        "select value from meta where key = 'collections'"
    )
    return any(json.loads(row[0]) for row in kept.rows)
