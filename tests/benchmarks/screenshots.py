"""`make screenshots`: pictures of the log's pages and of /thongke, into docs/img.

Over a made-up log with one real exchange at its end, asked of data/articles.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from bot.bootstrap import open_session
from bot.log.votes import Reason, Votes
from bot.review.charts import chart
from bot.review.statistics import figures
from bot.settings import Settings
from bot.texts.texts import VIETNAMESE
from tests.benchmarks import chat_screenshots
from tests.benchmarks.browser import browser, missing, served
from tests.benchmarks.made_up_log import make_up
from tests.benchmarks.suites import ROOT

IMAGES = ROOT / "docs" / "img"
EXCHANGES = 2000
QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
WIDE, PHONE = 1100, 500
"""Chromium has no narrower window than a phone held upright is wide, more or less."""
PAGES = {
    "nhat-ky": ("/logs", WIDE, 1200),
    "tim": ("/logs/tim?tu=dang+vien&_hide_sql=1", WIDE, 900),
    "luot-hoi": (f"/logs/exchanges/{EXCHANGES + 1}", WIDE, 1200),
    "tong-quan": ("/-/dashboards/tong-quan", 1300, 1800),
    "luot-hoi-dien-thoai": (f"/logs/exchanges/{EXCHANGES + 1}", PHONE, 1200),
}
"""Name of the picture → the page, its width, and how high the picture is at most."""
_DRAWN = "canvas.marks, svg.marks"


def main() -> None:
    """Make up a log, serve it, take the pictures."""
    if absent := missing():
        raise SystemExit(absent)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        chats = chat_screenshots.played(state / "chat")
        make_up(state / "logs.db", EXCHANGES, 60)
        ask(state)
        with served(state) as address, browser(state / "profile") as driver:
            for name, (page, width, highest) in PAGES.items():
                take(driver, address + page, (width, highest), IMAGES / f"{name}.png")
            chat_screenshots.take(driver, chats, state, IMAGES)


def ask(state: Path) -> None:
    """Ask one real question, have it voted down, and draw the chart of all that is there."""
    settings = Settings(_env_file=None, state_dir=state, sources_dir=ROOT / "data" / "articles")
    now = datetime.now(UTC)
    with open_session(settings) as session:
        session.index.reload()
        asyncio.run(session.assistant.answer(QUESTION))  # a first answer waits for the models
        answer = asyncio.run(session.assistant.answer(QUESTION))
        log = session.log
        exchange = log.record(None, -1001, None, 1, "Lan", 1, QUESTION, now)
        if exchange is not None:
            log.finish(exchange, answer)
            Votes(log.file).explain(
                exchange, 2, reason=Reason("thieu"), words="Nên có số của từng quý."
            )
        told = figures(log.file, now - timedelta(days=30), now)
    last = now.astimezone().date()
    picture = chart(told, last - timedelta(days=29), last, VIETNAMESE.admin.review)
    (IMAGES / "thong-ke.png").write_bytes(picture)


def take(driver: Chrome, address: str, size: tuple[int, int], image: Path) -> None:
    """Take a picture of a page, as high as the page is where that is less."""
    width, highest = size
    driver.set_window_size(width, 900)
    driver.get(address)
    if "dashboards" in address:
        WebDriverWait(driver, 30).until(
            lambda page: len(page.find_elements(By.CSS_SELECTOR, _DRAWN)) == 5
        )
    high = driver.execute_script("return document.querySelector('.not-footer').offsetHeight + 60")
    # A window has a frame, which the page does not see.
    driver.set_window_size(width, min(int(high) + 150, highest))
    driver.save_screenshot(str(image))


if __name__ == "__main__":
    main()
