"""Where the network has one way out: Telegram and /them through an HTTP or a SOCKS proxy."""

import pytest
from ports import free_port
from proxies import http_proxy, socks_proxy
from pydantic import SecretStr
from webpages import answers, serving

from bot.maintenance.connections import telegram
from bot.settings import Settings
from retrieval.errors import SourceError
from retrieval.loading.web import fetch


@pytest.mark.parametrize("kind", [http_proxy, socks_proxy])
async def test_the_bot_reaches_telegram_through_a_proxy(server, bot, kind):
    async with kind() as proxy:
        await bot.starts(telegram_proxy=proxy.url)
        told = await server.reply_to(server.person("Lan").writes("Kết nạp bao nhiêu?"))
        await bot.stops()

    assert "11.144" in told.text
    assert set(proxy.hosts) == {"127.0.0.1"}


async def test_a_page_is_fetched_through_a_proxy_and_checked_all_the_same():
    async with http_proxy() as proxy, serving(answers(b"Tin")) as (port, _):
        address = f"http://127.0.0.1:{port}/tin"
        page = await fetch(address, ["127.0.0.1"], proxy=proxy.url)
        with pytest.raises(SourceError, match="không phải địa chỉ công khai"):
            await fetch(address, proxy=proxy.url)

    assert page.data == b"Tin"
    assert proxy.hosts == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ({}, None),
        ({"https_proxy": "http://cong:3128"}, "http://cong:3128"),
        ({"https_proxy": "http://cong:3128", "telegram_base_url": "http://may:8081/bot"}, None),
        ({"https_proxy": "http://a:1", "telegram_proxy": "socks5://b:2"}, "socks5://b:2"),
    ],
)
def test_which_way_leads_to_telegram(settings, way):
    assert Settings(_env_file=None, **settings).way_to_telegram == way


@pytest.mark.parametrize("address", ["ftp://a:1", "a:1", "http://", "socks5://a b:1"])
def test_a_proxy_that_is_none_is_named(address, chidan):
    done = chidan("sources", HTTPS_PROXY=address)

    assert (done.returncode, "HTTPS_PROXY" in done.stderr) == (1, True)


def test_doctor_names_the_proxy_that_does_not_answer():
    with free_port() as port:
        proxy = f"http://khoa:bi-mat@127.0.0.1:{port}"
        found = telegram(SecretStr("1:a"), "https://api.telegram.org/bot", proxy)

    assert (found.well, "qua proxy 127.0.0.1" in found.found) == (False, True)
    assert "bi-mat" not in f"{found}"
