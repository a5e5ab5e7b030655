"""The Bot API over HTTP: tokens, long polling, faults, and the record of what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from botapi.methods import METHODS
from botapi.params import Params, read_params
from botapi.refusals import Drop, Faults, Garbage, Late, Refusal, Refused, bad_request
from botapi.world import World
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

TWO_POLLERS = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete"
    " the webhook first"
)


class BrokenConnection(Response):
    """A connection that is cut: without a word, or (`begun`) in the middle of the answer."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__()
        self._begun = begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._begun:
            headers = [(b"content-length", b"100"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
        else:
            scope["cut"]()
            await receive()  # until the server has noticed, so that it does not answer


def _broken(planted: Drop | Garbage) -> Response:
    if isinstance(planted, Garbage):
        return Response(planted.body, planted.status)
    return BrokenConnection(begun=planted.after)


def cuttable(app: ASGIApp) -> ASGIApp:
    """Give every request a way to cut its own connection; uvicorn's `send` knows the transport."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)
        if cycle is not None:
            scope["cut"] = cycle.transport.abort
        await app(scope, receive, send)

    return serve


@dataclass(slots=True)
class BotApi:
    """The HTTP face of a world; the world's bell rings after every call."""

    world: World
    token: str
    faults: Faults = field(default_factory=Faults)
    refused: list[Refusal] = field(default_factory=list)
    closing: bool = False
    polls: int = 0
    """How often getUpdates has been called; the latest caller is the only one served."""
    polling: int = 0
    """How many callers of getUpdates are waiting now: without one no bot runs."""

    def app(self, pages: Sequence[Route] = ()) -> ASGIApp:
        routes = Starlette(
            routes=[
                Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self.download),
                *pages,
            ]
        )
        return cuttable(routes)

    async def call(self, request: Request) -> Response:
        method = request.path_params["method"].lower()
        content_type = request.headers.get("content-type", "")
        params = read_params(content_type, request.url.query, await request.body())
        planted = self.faults.strike(method, params.values)
        try:
            if isinstance(planted, Refused):
                planted.planted = True
                raise planted
            if isinstance(planted, Drop | Garbage) and not planted.after:
                return _broken(planted)
            result = await self._carry_out(request, method, params)
        except Refused as refusal:
            return await self._refuse(request, method, params, refusal)
        finally:
            self.world.bell.ring()
        if isinstance(planted, Late):
            await planted.told.wait()
        elif planted:
            return _broken(planted)
        return JSONResponse({"ok": True, "result": result})

    async def _carry_out(self, request: Request, method: str, params: Params) -> Any:
        if request.path_params["token"] != self.token:
            raise Refused(401, "Unauthorized")
        if method == "getupdates":
            return await self._updates(params)
        if method not in METHODS:
            raise Refused(404, "Not Found: method not found")
        return METHODS[method](self.world, params)

    async def _refuse(
        self, request: Request, method: str, params: Params, refusal: Refused
    ) -> Response:
        if not (refusal.code == 409 and await request.is_disconnected()):
            facts = refusal.code, refusal.description, refusal.planted
            self.refused.append(Refusal(method, params.values, *facts))
        body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.parameters:
            body["parameters"] = refusal.parameters
        return JSONResponse(body, status_code=refusal.code)

    async def _updates(self, params: Params) -> list[dict[str, Any]]:
        if self.world.webhook.get("url"):
            raise Refused(409, WEBHOOK_SET)
        self.polls += 1
        mine = self.polls
        self.world.bell.ring()
        if "allowed_updates" in params.values:
            self.world.allowed_updates = params.json("allowed_updates")
        self._confirm(params.optional_integer("offset") or 0)
        self.polling += 1
        try:
            await self._something(mine, params.optional_integer("timeout") or 0)
        finally:
            self.polling -= 1
        if mine != self.polls:
            raise Refused(409, TWO_POLLERS)
        limit = params.optional_integer("limit") or 100
        return list(self.world.updates)[:limit]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            raise bad_request("this server wants offsets of zero and more")
        while self.world.updates and self.world.updates[0]["update_id"] < offset:
            self.world.updates.popleft()

    async def _something(self, mine: int, seconds: int) -> None:
        """Waits for an update, a second poller, the end of the server, or the timeout."""

        def over() -> bool:
            return bool(self.world.updates) or mine != self.polls or self.closing

        try:
            async with asyncio.timeout(seconds):
                await self.world.bell.until(over)
        except TimeoutError:
            return

    async def download(self, request: Request) -> Response:
        file_id = request.path_params["path"].removeprefix("documents/")
        if request.path_params["token"] != self.token or file_id not in self.world.files:
            return JSONResponse({"ok": False, "error_code": 404}, status_code=404)
        return Response(self.world.files[file_id][1])
