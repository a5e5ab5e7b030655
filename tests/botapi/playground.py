"""A Telegram to try the bot on: two people, a group and a browser instead of an app.

`make chat-server` runs it: a newcomer takes the bot to an answer in a group without Telegram.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from urllib.parse import parse_qsl

from botapi.messages import Sent
from botapi.page import conversation, document
from botapi.people import Person, Place
from botapi.server import BotApiServer
from botapi.world import User
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

PORT = 8081
LAN, HOA = 1001, 1002
GROUP = "nhom"
QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
_PATIENCE = 180.0
"""Seconds for which a plain request waits for the bot's answer."""
_LIVE = """<script>
let seen = "";
async function look() {
  const page = await (await fetch(location.pathname + "/tin" + location.search)).text();
  if (page !== seen) { seen = page; document.querySelector("main").outerHTML = page;
    window.scrollTo(0, document.body.scrollHeight); } }
document.addEventListener("submit", async (event) => {
  const form = event.target; if (form.method !== "post") return; event.preventDefault();
  await fetch(form.action, {method: "post", headers: {"X-Page": "1"},
    body: new URLSearchParams(new FormData(form))});
  if (form.closest("footer")) form.reset(); look(); });
setInterval(look, 700); look();
</script>"""


class Playground:
    """The chats, and the pages on them."""

    def __init__(self, port: int = PORT) -> None:
        self.server = BotApiServer(privacy=False, port=port, pages=self.routes())
        world = self.server.world
        for number, name in ((LAN, "Lan"), (HOA, "Hoa")):
            world.users[number] = User(number, name)
        self.lan, self.hoa = (Person(world, world.users[n]) for n in (LAN, HOA))
        group = self.server.supergroup("Chi bộ thử nghiệm")
        group.joined_by(self.lan)
        group.joined_by(self.hoa, "creator")
        self.chats: dict[str, tuple[str, Place, Person]] = {
            GROUP: ("Nhóm: Chi bộ thử nghiệm (bạn là Lan)", group, self.lan),
            "lan": ("Nhắn riêng (bạn là Lan)", self.lan.private, self.lan),
            "hoa": ("Nhắn riêng (bạn là Hoa, quản trị viên)", self.hoa.private, self.hoa),
        }
        self._alerts: dict[str, str] = {}

    def routes(self) -> Sequence[Route]:
        return [
            Route("/", self.index),
            Route("/{chat}", self.chat),
            Route("/{chat}/tin", self.messages),
            Route("/{chat}/noi", self.say, methods=["POST"]),
            Route("/{chat}/bam", self.press, methods=["POST"]),
        ]

    async def index(self, request: Request) -> Response:
        lines = "".join(
            f'<li><a href="/{key}">{title}</a></li>' for key, (title, _, _) in self.chats.items()
        )
        return HTMLResponse(document("Telegram thử", f'<ul class="chats">{lines}</ul>'))

    async def chat(self, request: Request) -> Response:
        key = request.path_params["chat"]
        if key not in self.chats:
            return PlainTextResponse("Không có trò chuyện này. Xem /", 404)
        title, _, _ = self.chats[key]
        head = f'<header><b>{title}</b><small><a href="/">mọi trò chuyện</a></small></header>'
        hint = "/hoi câu hỏi, hoặc @ChiDanBot câu hỏi" if key == GROUP else "Câu hỏi hoặc lệnh"
        foot = (
            f'<footer><form method="post" action="/{key}/noi"><input name="text" autofocus'
            f' autocomplete="off" placeholder="{hint}"><button>Gửi</button></form></footer>'
        )
        dark = "dark" in request.query_params
        return HTMLResponse(document(title, f"{head}<main></main>{foot}", dark=dark, script=_LIVE))

    async def messages(self, request: Request) -> Response:
        key = request.path_params["chat"]
        _, place, person = self.chats[key]
        shown = [m for n, m in place.chat.messages.items() if n not in place.chat.deleted]
        alert = self._alerts.get(key, "")
        page = conversation(
            self.server.world, shown, person.user.id, press=f"/{key}/bam", alert=alert
        )
        return HTMLResponse(page)

    async def say(self, request: Request) -> Response:
        """Somebody writes; a plain client (curl) gets the bot's answer as text."""
        key = request.path_params["chat"]
        _, place, person = self.chats[key]
        text = dict(parse_qsl((await request.body()).decode())).get("text", "").strip()
        if not text:
            return PlainTextResponse("Thiếu text=…", 400)
        self._alerts.pop(key, None)
        said = person.says(place, text, _asked_to_reply(self.server, place))
        if request.headers.get("x-page"):
            return JSONResponse({})
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self.server.reply_to(said)
        except TimeoutError:
            return PlainTextResponse("Bot chưa trả lời: bot có đang chạy không?", 504)
        keys = " ".join(f"[{button['text']}]" for button in answer.buttons)
        return PlainTextResponse(f"{answer.text}\n{keys}\n")

    async def press(self, request: Request) -> Response:
        """Somebody presses a button; what the bot answers to the press is shown as a notice."""
        key = request.path_params["chat"]
        _, place, person = self.chats[key]
        fields = dict(parse_qsl((await request.body()).decode()))
        message = place.chat.messages.get(int(fields.get("message", 0)))
        if message is None:
            return PlainTextResponse("Không có tin này.", 404)
        query = person.presses(Sent(message), fields["data"])
        world = self.server.world
        try:
            async with asyncio.timeout(_PATIENCE):
                await world.bell.until(lambda: world.callbacks[query] is not None)
        except TimeoutError:
            return PlainTextResponse("Bot chưa trả lời: bot có đang chạy không?", 504)
        self._alerts[key] = (world.callbacks[query] or {}).get("text", "")
        if request.headers.get("x-page"):
            return JSONResponse({})
        return RedirectResponse(f"/{key}", 303)


def _asked_to_reply(server: BotApiServer, place: Place) -> Sent | None:
    """Return the bot's last message here if it asked for a reply: a client answers it by itself."""
    last = place.chat.messages[max(place.chat.messages)] if place.chat.messages else None
    asked = any(last is message for message in server.world.asked_to_reply)
    return Sent(last) if last and asked else None


async def serve(port: int = PORT) -> None:
    """Serve until interrupted."""
    playground = Playground(port)
    async with playground.server as server:
        settings = {
            "TELEGRAM_BASE_URL": server.base_url,
            "TELEGRAM_BOT_TOKEN": server.token,
            "ADMIN_IDS": str(HOA),
        }
        line = " ".join(f"{name}={value}" for name, value in settings.items())
        sys.stdout.write(
            f"Telegram thử đang chạy: {server.root}/\n"
            f"Ở một cửa sổ lệnh khác, vào thư mục này rồi chạy bot:\n\n  {line} make run\n\n"
            f"Rồi mở {server.root}/{GROUP} và gửi: /hoi {QUESTION}\n"
            f"Không có trình duyệt:"
            f" curl --data-urlencode 'text=/hoi {QUESTION}' {server.root}/{GROUP}/noi\n"
        )
        sys.stdout.flush()
        await asyncio.Event().wait()
