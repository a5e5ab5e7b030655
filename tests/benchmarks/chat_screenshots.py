"""Pictures of the chat as people see it: the real bot over data/articles, at the tests' Bot API.

What the server recorded is shown as Telegram's clients show it (`tests/botapi/page.py`), light and
dark, as wide as a phone.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from selenium.webdriver import Chrome

from bot.bootstrap import open_session
from bot.settings import Settings
from bot.telegram.application import application_of
from bot.telegram.lifecycle import serving
from tests.benchmarks.browser import browser
from tests.benchmarks.suites import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from botapi.messages import Sent
from botapi.page import conversation, document
from botapi.people import Person, Place
from botapi.server import BotApiServer

_SETTLED = 2.0
"""Seconds in which edits and notes beside an answer are done."""
WIDTH, HIGHEST, SCALE = 400, 1500, 2
ANSWERED = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
REFUSED = "Chi bộ 3 họp vào ngày nào trong tháng?"


@dataclass
class Stage:
    """The bot, two people and a group; each scene speaks in one of the chats."""

    server: BotApiServer
    lan: Person
    hoa: Person
    group: Place
    pages: dict[str, str] = field(default_factory=dict)

    async def says(self, person: Person, place: Place, words: str) -> Sent:
        """Somebody writes, and the bot answers."""
        sent = await self.server.reply_to(person.says(place, words))
        await self.settles()
        return sent

    async def presses(self, person: Person, sent: Sent, words: str, brings: int = 1) -> None:
        """Somebody presses the button with these words, which brings so many messages."""
        wanted = len(self.server.world.sent) + brings
        data = next(b["callback_data"] for b in sent.buttons if words in b["text"])
        query = person.presses(sent, data)
        await self.server.until(lambda: self.server.world.callbacks[query] is not None, words)
        await self.server.until(lambda: len(self.server.world.sent) >= wanted, words)
        await self.settles()

    async def settles(self) -> None:
        """Let what the bot does beside its answer be done: edits, typing, notes in the log."""
        await asyncio.sleep(_SETTLED)

    def shoots(self, name: str, place: Place, person: Person, *, last: int, dark: bool) -> None:
        """Keep the last messages of a chat as a page."""
        shown = list(place.chat.messages.values())[-last:]
        body = conversation(self.server.world, shown, person.user.id)
        self.pages[name] = document(name, body, dark=dark)


async def first_contact(stage: Stage) -> None:
    """/start with questions, one of them pressed, and the passage behind its answer."""
    lan = stage.lan
    start = await stage.says(lan, lan.private, "/start")
    stage.shoots("chat-bat-dau", lan.private, lan, last=2, dark=False)
    await stage.presses(lan, start, start.buttons[0]["text"], brings=2)
    stage.shoots("chat-tra-loi", lan.private, lan, last=2, dark=False)
    await stage.says(lan, lan.private, "/vanban 205-QĐ/TW")
    stage.shoots("chat-van-ban", lan.private, lan, last=2, dark=False)


async def in_a_group(stage: Stage) -> None:
    """An answer and a refusal in a group; the refusal is put before a person, who answers."""
    lan, hoa, group = stage.lan, stage.hoa, stage.group
    await stage.says(lan, group, f"/hoi {ANSWERED}")
    refused = await stage.says(lan, group, f"/hoi {REFUSED}")
    stage.shoots("chat-nhom", group, lan, last=4, dark=True)
    await stage.presses(lan, refused, "Hỏi cán bộ")
    handed = stage.server.sent(hoa.private)[-1]
    await stage.presses(hoa, handed, "Trả lời")
    prompt = stage.server.sent(hoa.private)[-1]
    hoa.writes("Chi bộ 3 họp vào ngày mùng 5 hằng tháng, 19 giờ 30.", reply_to=prompt)
    await stage.server.until(lambda: "document" in stage.server.sent(hoa.private)[-1].json)
    await stage.says(lan, group, "/hoi Hằng tháng chi bộ 3 họp ngày nào ạ?")
    stage.shoots("chat-can-bo", group, lan, last=2, dark=False)


async def administration(stage: Stage) -> None:
    """The panel, and the open questions."""
    hoa, lan = stage.hoa, stage.lan
    await stage.says(lan, lan.private, "Đảng phí của người nghỉ hưu đóng bao nhiêu?")
    panel = await stage.says(hoa, hoa.private, "/quantri")
    await stage.presses(hoa, panel, "Câu chờ")
    stage.shoots("chat-quan-tri", hoa.private, hoa, last=2, dark=False)
    await stage.presses(hoa, panel, "Tuần qua", brings=2)
    stage.shoots("chat-tuan", hoa.private, hoa, last=2, dark=True)


SCENES: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    first_contact,
    in_a_group,
    administration,
)


def played(state: Path) -> dict[str, str]:
    """Return the pages of all scenes by name: what the bot said over `data/articles`."""
    return asyncio.run(_played(state))


async def _played(state: Path) -> dict[str, str]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(BotApiServer())
        lan, hoa = server.person("Lan"), server.person("Hoa")
        group = server.supergroup("Chi bộ", bot="administrator")
        stage = Stage(server, lan, hoa, group)
        settings = Settings(
            _env_file=None,
            telegram_bot_token=server.token,
            telegram_base_url=server.base_url,
            admin_ids=[hoa.user.id],
            state_dir=state,
            sources_dir=ROOT / "data" / "articles",
        )
        hoa.private.joined_by(hoa)
        session = stack.enter_context(open_session(settings))
        await asyncio.to_thread(session.index.reload)
        await stack.enter_async_context(serving(application_of(session)))
        for scene in SCENES:
            await scene(stage)
        return stage.pages


def take(driver: Chrome, pages: dict[str, str], folder: Path, images: Path) -> None:
    """Take a picture of each page, as high as the page is."""
    for name, page in pages.items():
        file = folder / f"{name}.html"
        file.write_text(page, encoding="utf-8")
        _size(driver, 800)
        driver.get(file.as_uri())
        high = driver.execute_script("return document.querySelector('main').offsetHeight")
        _size(driver, min(int(high), HIGHEST))
        driver.save_screenshot(str(images / f"{name}.png"))
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _size(driver: Chrome, height: int) -> None:
    """Make the screen a phone's; a window cannot be as narrow."""
    size = {"width": WIDTH, "height": height, "deviceScaleFactor": SCALE, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def main(images: Path = ROOT / "docs" / "img") -> None:
    """Take the pictures of the chat alone."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        pages = played(state / "chat")
        with browser(state / "profile") as driver:
            take(driver, pages, state, images)


if __name__ == "__main__":
    main()
