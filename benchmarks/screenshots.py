"""`make screenshots`: pictures of the log's pages and of /thongke, into docs/img."""

from __future__ import annotations

import tempfile
from pathlib import Path

from selenium.webdriver.common.by import By

from benchmarks.browser import browser, missing, served
from benchmarks.made_up_log import make_up

IMAGES = Path(__file__).parents[1] / "docs" / "img"
PAGES = {
    "tim": "/logs/tim?tu=dang+vien&_hide_sql=1",
    "luot-hoi": "/logs/exchanges/1898",
    "tong-quan": "/-/dashboards/tong-quan",
}


def main() -> None:
    """Make up a log, serve it, take the pictures."""
    if absent := missing():
        raise SystemExit(absent)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make_up(Path(folder) / "logs.db", 2000, 60)
        with served(Path(folder)) as address, browser(Path(folder) / "profile") as driver:
            for name, page in PAGES.items():
                driver.get(address + page)
                if name == "tong-quan":
                    driver.set_window_size(1300, 1500)
                    driver.find_element(
                        By.CSS_SELECTOR, "#chart-thoi-gian canvas, svg.marks, canvas"
                    )
                    driver.implicitly_wait(2)
                driver.save_screenshot(str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
