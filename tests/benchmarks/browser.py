"""Debian's Chromium, headless, and the pages of a log for it: both on this machine alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=vi",
)


def missing() -> str:
    """Return what is missing of the browser, empty if nothing is."""
    absent = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    hint = "not installed (apt install chromium chromium-driver)"
    return f"{' and '.join(absent)} {hint}" if absent else ""


@contextmanager
def browser(folder: Path, width: int = 1100, height: int = 900) -> Iterator[Chrome]:
    """A browser whose profile is in `folder`."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={folder}", f"--window-size={width},{height}"):
        options.add_argument(flag)
    driver = Chrome(options, ChromeService(shutil.which("chromedriver")))
    try:
        driver.implicitly_wait(20)
        yield driver
    finally:
        driver.quit()


def follow(driver: Chrome, element: WebElement) -> None:
    """Click what leads to another page, and wait until that has taken the place of this one."""
    page = driver.find_element(By.TAG_NAME, "html")
    element.click()
    WebDriverWait(driver, 30).until(staleness_of(page))


@contextmanager
def served(state_dir: Path, *options: str, **settings: str) -> Iterator[str]:
    """`chidan logs serve` over a state directory; its address without a path."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "logs", "serve", "--port", "0", *options],
        env=os.environ | {"STATE_DIR": str(state_dir)} | settings,
        cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = child.stderr.readline() if child.stderr else ""
        address = re.search(r"http://[^/\s]+", said)
        if address is None:
            raise RuntimeError(f"no address in: {said}")
        yield address.group()
    finally:
        child.terminate()
        child.communicate()
