"""A strict Bot API server on loopback, for a real python-telegram-bot Application to talk to.

    async with BotApiServer() as server:
        hanoi, lan = server.group("Hà Nội"), server.person("Lan")
        asked = lan.says(hanoi, "/hoi Năm 2024 kết nạp bao nhiêu đảng viên?")
        answer = await server.reply_to(asked)

It refuses what Telegram refuses, with its words, and remembers each refusal; it knows nothing of
the program that it serves. It leaves out: media beyond documents and photos, payments, games.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Self

import uvicorn
from botapi.http import BotApi
from botapi.messages import Said, Sent
from botapi.people import Person, Place, membership
from botapi.postman import Postman
from botapi.refusals import Refusal, Trouble
from botapi.world import ANONYMOUS, CHANNEL_BOT, SERVICE, Chat, Clock, User, World
from starlette.routing import Route

TOKEN = "123456:loopback"  # noqa: S105 a token of nobody
PATIENCE = 90.0
"""Seconds after which a test that waits for something gives up."""
LAST_ANSWERS = 1.0
"""Seconds in which requests that are being answered may end when the server closes."""


class _Uvicorn(uvicorn.Server):
    """Leaves the signals to the test run, and stops at once: uvicorn sleeps tenths of seconds."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in [*self.servers, *(sockets or [])]:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if running := set(self.server_state.tasks):
            _, late = await asyncio.wait(running, timeout=LAST_ANSWERS)
            for task in late:
                task.cancel()
        await asyncio.sleep(0)  # the connections close in the loop's next round


class BotApiServer:
    """The server, and the world behind it as tests see it."""

    def __init__(
        self,
        *,
        privacy: bool = True,
        username: str = "ChiDanBot",
        port: int = 0,
        pages: Sequence[Route] = (),
    ) -> None:
        self.token = TOKEN
        bot = User(7000001, "Chỉ Dẫn", username, is_bot=True)
        self.world = World(bot, privacy=privacy)
        self.api = BotApi(self.world, TOKEN)
        self.postman = Postman(self.world)
        self.world.users = {
            bot.id: bot,
            ANONYMOUS: User(ANONYMOUS, "Group", "GroupAnonymousBot", is_bot=True),
            CHANNEL_BOT: User(CHANNEL_BOT, "Channel", "Channel_Bot", is_bot=True),
            SERVICE: User(SERVICE, "Telegram"),
        }
        self._socket = socket.create_server(("127.0.0.1", port))
        # Otherwise each answer's body waits 40 ms for the client to confirm its head.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(
            self.api.app(pages), lifespan="off", log_config=None, access_log=False
        )
        self._uvicorn = _Uvicorn(config)

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._uvicorn.serve([self._socket]))
        self._bringing = asyncio.create_task(self.postman.work())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.api.closing = True
        self._bringing.cancel()
        await asyncio.wait({self._bringing})
        self.world.bell.ring()
        self._uvicorn.over.set()
        await self._serving
        self.close_socket()

    def close_socket(self) -> None:
        """For tests that use the world alone."""
        self._socket.close()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """What TELEGRAM_BASE_URL is set to."""
        return f"{self.root}/bot"

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def unplanned(self) -> list[Refusal]:
        """Every request that was refused without a test having planted the refusal."""
        return [refusal for refusal in self.api.refused if not refusal.planted]

    def person(self, name: str, *, username: str = "", language: str = "vi") -> Person:
        user = User(10_000 + self.world.number(), name, username, language_code=language)
        self.world.users[user.id] = user
        return Person(self.world, user)

    def other_bot(self, username: str) -> Person:
        user = User(20_000 + self.world.number(), username, username, is_bot=True)
        self.world.users[user.id] = user
        return Person(self.world, user)

    def group(self, title: str, *, bot: str = "member") -> Place:
        return self._place(Chat(-self.world.number(), "group", title), bot)

    def supergroup(self, title: str, *, forum: bool = False, bot: str = "member") -> Place:
        number = -(10**12) - self.world.number()
        return self._place(Chat(number, "supergroup", title, is_forum=forum), bot)

    def channel(self, title: str) -> Chat:
        chat = Chat(-(2 * 10**12) - self.world.number(), "channel", title)
        self.world.chats[chat.id] = chat
        return chat

    def _place(self, chat: Chat, bot: str) -> Place:
        chat.members[self.world.bot.id] = membership(bot)
        self.world.chats[chat.id] = chat
        return Place(self.world, chat)

    def plant(
        self, method: str, what: Trouble, *, place: Place | None = None, times: int = 1
    ) -> None:
        """The next `times` calls of the method (in that place) go wrong in this way."""
        self.api.faults.plant(method, what, chat_id=place and place.id, times=times)

    def delivers_again(self, said: Said) -> None:
        """The update of a message comes once more, as after a confirmation that got lost."""
        message = self.world.chats[said.chat_id].messages[said.message_id]
        self.world.updates.appendleft({"update_id": said.update_id, "message": message})
        self.world.bell.ring()

    def sent(self, place: Place | None = None) -> list[Sent]:
        """All that the bot has sent (into that chat), oldest first."""
        messages = [Sent(message) for message in self.world.sent]
        return [m for m in messages if place is None or m.chat_id == place.id]

    def replies_to(self, said: Said) -> list[Sent]:
        wanted = (said.chat_id, said.message_id)
        return [sent for sent in self.sent() if (sent.chat_id, sent.answered_id) == wanted]

    async def reply_to(self, said: Said) -> Sent:
        """The bot's first answer to a message, as soon as there is one."""
        await self.until(lambda: bool(self.replies_to(said)), f"a reply to {said}")
        return self.replies_to(said)[0]

    async def until(self, happened: Callable[[], bool], what: str = "it") -> None:
        """Waits until the condition holds; it is looked at whenever something happens here."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.world.bell.until(happened)
        except TimeoutError:
            sent = [message.text[:60] for message in self.sent()]
            words = f"waited in vain for {what}; sent: {sent}; refused: {self.api.refused}"
            raise AssertionError(words) from None
