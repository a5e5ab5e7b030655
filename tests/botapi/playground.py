"""A Telegram to try the bot on: two people, a group and a browser instead of an app.

`make chat-server` runs it: a newcomer takes the bot to an answer in a group without Telegram. A
plain client (curl) is told in text what the bot said or changed in the chat until it was quiet.
"""

from __future__ import annotations

import asyncio
import errno
import sys
import time
from collections.abc import Sequence

from botapi.messages import Said, Sent
from botapi.page import conversation, document, plain
from botapi.params import read_params
from botapi.people import Person, Place
from botapi.server import BotApiServer
from botapi.world import LOOK, User
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
_QUIET = 1.0
"""Seconds without anything new after which the bot has said what it had to say."""
_SILENCE = 3.0
"""The same where it has said nothing at all."""
_TYPING = 6.0
"""Seconds for which clients show that somebody types, a little more."""
_WORKING = 60.0
"""Seconds without a change after which a message that work goes on is believed no more."""
_SHORT = 100
"""Characters of a message that only tells, with "…", that the bot is at work."""
_NO_CHAT = "Không có trò chuyện này. Xem /\n"
NOT_RUNNING = (
    "Bot chưa nhận tin này: bot chưa chạy, hoặc đang chuẩn bị. Chạy rồi thì bot sẽ trả lời."
)
SILENT = "(Bot không nhắn gì.)"
_FILE = '<label class="clip" title="Gửi tệp">📎<input type="file" name="file"></label>'
_LIVE = """<script>
let seen = "";
async function look() {
  const page = await (await fetch(location.pathname + "/tin" + location.search)).text();
  if (page !== seen) { seen = page; document.querySelector("main").outerHTML = page;
    window.scrollTo(0, document.body.scrollHeight); } }
document.addEventListener("submit", async (event) => {
  const form = event.target; if (form.method !== "post") return; event.preventDefault();
  const fields = new FormData(form);
  await fetch(form.action, {method: "post", headers: {"X-Page": "1"},
    body: form.enctype.startsWith("multipart") ? fields : new URLSearchParams(fields)});
  if (form.closest("footer")) form.reset(); look(); });
setInterval(look, 700); look();
</script>"""


class Playground:
    """The chats, and the pages on them."""

    def __init__(self, port: int = PORT, quiet: float = _QUIET) -> None:
        self._quiet = quiet
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
            return PlainTextResponse(_NO_CHAT, 404)
        title, place, _ = self.chats[key]
        head = f'<header><b>{title}</b><small><a href="/">mọi trò chuyện</a></small></header>'
        hint = "/hoi câu hỏi, hoặc @ChiDanBot câu hỏi" if key == GROUP else "Câu hỏi hoặc lệnh"
        file = "" if place.chat.is_group else _FILE
        foot = (
            f'<footer><form method="post" action="/{key}/noi" enctype="multipart/form-data">{file}'
            f'<input name="text" autofocus autocomplete="off" placeholder="{hint}">'
            f"<button>Gửi</button></form></footer>"
        )
        dark = "dark" in request.query_params
        return HTMLResponse(document(title, f"{head}<main></main>{foot}", dark=dark, script=_LIVE))

    async def messages(self, request: Request) -> Response:
        key = request.path_params["chat"]
        if key not in self.chats:
            return PlainTextResponse(_NO_CHAT, 404)
        _, place, person = self.chats[key]
        shown = [m for n, m in place.chat.messages.items() if n not in place.chat.deleted]
        alert = self._alerts.get(key, "")
        page = conversation(
            self.server.world, shown, person.user.id, press=f"/{key}/bam", alert=alert
        )
        return HTMLResponse(page)

    async def say(self, request: Request) -> Response:
        """Somebody writes or, as `file`, sends a document; curl gets what the bot does then."""
        key = request.path_params["chat"]
        if key not in self.chats:
            return PlainTextResponse(_NO_CHAT, 404)
        _, place, person = self.chats[key]
        sent = read_params(request.headers.get("content-type", ""), "", await request.body())
        text = sent.text("text").strip()
        name, data = sent.files.get("file", ("", b""))
        if not (text or data):
            return PlainTextResponse("Thiếu text=… hoặc file=@…\n", 400)
        if data and place.chat.is_group:
            return PlainTextResponse("Tệp chỉ gửi được ở trò chuyện riêng.\n", 400)
        self._alerts.pop(key, None)
        watch = Watch(self.server, place, self._quiet)
        if data:
            said = person.uploads(name, data, text)
        else:
            said = person.says(place, text, _asked_to_reply(self.server, place))
        if request.headers.get("x-page"):
            return JSONResponse({})
        return await watch.told(said)

    async def press(self, request: Request) -> Response:
        """Somebody presses a button, by its data or, with curl, the last one with words `nut`.

        What the bot answers to the press is shown as a notice.
        """
        key = request.path_params["chat"]
        if key not in self.chats:
            return PlainTextResponse(_NO_CHAT, 404)
        _, place, person = self.chats[key]
        fields = read_params("", "", await request.body())
        found = _button(place, fields.text("nut")) if "nut" in fields.values else None
        if found is None and "message" in fields.values:
            message = place.chat.messages.get(int(fields.text("message")))
            found = message and (Sent(message), fields.text("data"))
        if not found:
            return PlainTextResponse("Không có nút này.\n", 404)
        watch = Watch(self.server, place, self._quiet)
        query = person.presses(*found)
        world = self.server.world
        try:
            async with asyncio.timeout(_PATIENCE if self.server.api.polling else _QUIET):
                await world.bell.until(lambda: world.callbacks[query] is not None)
        except TimeoutError:
            return PlainTextResponse(f"{NOT_RUNNING}\n", 504)
        notice = (world.callbacks[query] or {}).get("text", "")
        self._alerts[key] = notice
        if request.headers.get("x-page"):
            return JSONResponse({})
        if "nut" in fields.values:
            return await watch.told(None, notice)
        return RedirectResponse(f"/{key}", 303)


class Watch:
    """What the bot says and changes in a chat from now on."""

    def __init__(self, server: BotApiServer, place: Place, quiet: float) -> None:
        self._quiet = quiet
        self._server = server
        self._place = place
        self._before = self._messages()
        self._deeds = len(server.world.actions)

    def _messages(self) -> dict[int, str]:
        """Return the bot's messages as text, by number."""
        chat, bot = self._place.chat, self._server.world.bot.id
        return {
            number: plain(message)
            for number, message in chat.messages.items()
            if message.get("from", {}).get("id") == bot and number not in chat.deleted
        }

    def _new(self) -> dict[int, str]:
        return {n: text for n, text in self._messages().items() if self._before.get(n) != text}

    def _is_at_work(self, new: dict[int, str], quiet: float) -> bool:
        """Whether more is to come: the bot may still begin, types, or says that it is at work."""
        typed = self._server.world.actions[self._deeds :]
        if not new:
            types = any(deed["chat_id"] == self._place.id for deed in typed)
            return quiet < (_TYPING if types else _SILENCE)
        last = new[max(new)]
        return "…" in last and len(last) <= _SHORT and quiet < _WORKING

    async def told(self, said: Said | None, notice: str = "") -> Response:
        """Wait until the bot is quiet; a message that it does not take is told at once."""
        world, api = self._server.world, self._server.api
        begun = since = time.monotonic()
        new: dict[int, str] = {}
        while (moment := time.monotonic()) - begun < _PATIENCE:
            taken = said is None or said.update_id is None or world.has_taken(said.update_id)
            deeds = len(world.actions)
            if not taken and not api.polling and moment - since > self._quiet:
                return PlainTextResponse(f"{NOT_RUNNING}\n", 504)
            if taken and moment - since > self._quiet and not self._is_at_work(new, moment - since):
                break
            await asyncio.sleep(LOOK)
            if self._new() != new or len(world.actions) > deeds:
                since, new = time.monotonic(), self._new()
        said_now = [notice, *new.values()] if notice else list(new.values())
        return PlainTextResponse("\n\n".join(said_now or [SILENT]) + "\n")


def _button(place: Place, words: str) -> tuple[Sent, str] | None:
    """Return the last message with a button that has these words, and what the button carries."""
    for number, message in reversed(place.chat.messages.items()):
        for button in Sent(message).buttons if number not in place.chat.deleted else ():
            if words in button["text"] and "callback_data" in button:
                return Sent(message), button["callback_data"]
    return None


def _asked_to_reply(server: BotApiServer, place: Place) -> Sent | None:
    """Return the bot's last message here if it asked for a reply: a client answers it by itself."""
    last = place.chat.messages[max(place.chat.messages)] if place.chat.messages else None
    asked = any(last is message for message in server.world.asked_to_reply)
    return Sent(last) if last and asked else None


async def serve(port: int = PORT) -> None:
    """Serve until interrupted; raises SystemExit with what to do where the port is taken."""
    try:
        playground = Playground(port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise SystemExit(f"Không mở được cổng {port}: {error.strerror}") from None
        raise SystemExit(
            f"Cổng {port} đang có chương trình khác dùng.\n"
            f"Có lẽ make chat-server đã chạy ở cửa sổ khác: xem http://127.0.0.1:{port}/\n"
            f"Muốn mở ở cổng khác: make chat-server ARGS={port + 1}"
        ) from None
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
            f"\nKhông có trình duyệt thì dùng curl, ở /{GROUP}, /lan hay /hoa:\n"
            f"  nhắn:     curl --data-urlencode 'text=/hoi {QUESTION}' {server.root}/{GROUP}/noi\n"
            f"  bấm nút:  curl --data-urlencode 'nut=👍' {server.root}/{GROUP}/bam\n"
            f"  gửi tệp:  curl -F text=/them -F file=@van-ban.pdf {server.root}/hoa/noi\n"
        )
        sys.stdout.flush()
        await asyncio.Event().wait()
