"""Who the log in the browser answers, under which names, and how fast passwords may be tried."""

import csv
import http.client
import io
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from bot.log.exchanges import Conversations
from bot.review.guard import Throttle
from bot.review.web import build_pages
from tests.benchmarks.browser import served


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    with Conversations(state / "logs.db") as log:
        log.record(None, -7, None, 9, "=Lan", 1, "=1+1", datetime.now(UTC))
    return state


async def pages_of(state, **how):
    pages = build_pages(state, **how)
    await pages.invoke_startup()
    return pages


@pytest.mark.parametrize(
    ("host", "asked", "status"),
    [
        ("127.0.0.1", "localhost:8001", 200),
        ("127.0.0.1", "[::1]:8001", 200),
        ("127.0.0.1", "127.0.0.1", 200),
        ("127.0.0.1", "evil.example", 421),
        ("127.0.0.1", "localhost.evil.example", 421),
        ("127.0.0.1", "192.0.2.7", 421),
        ("127.0.0.1", "", 421),
        ("nhatky.noibo", "NhatKy.noibo:8001", 200),
        ("nhatky.noibo", "evil.example", 421),
        ("0.0.0.0", "192.0.2.7:8001", 200),  # noqa: S104 - nothing listens
        ("0.0.0.0", "evil.example", 421),  # noqa: S104 - nothing listens
    ],
)
async def test_only_names_of_this_place_are_answered(state, host, asked, status):
    pages = await pages_of(state, host=host)
    for path in ("/", "/logs.json?sql=select+question+from+exchanges", "/logs/exchanges.csv"):
        got = await pages.client.get(path, headers={"host": asked})
        assert got.status_code == status, path
        assert ("=1+1" in got.text and "json" in path) == (status == 200 and "json" in path)


async def test_no_page_shows_paths_settings_or_the_hash(state):
    pages = await pages_of(state, passwords={"nhatky": "mật khẩu"})
    inside = {"ds_actor": pages.sign({"a": {"id": "nhatky"}}, "actor")}
    closed = ("metadata", "databases", "plugins", "versions", "settings", "threads", "actor",
              "permissions", "messages", "allow-debug", "patterns", "password-tool")  # fmt: skip
    for name in closed:
        for end in ("", ".json"):
            got = await pages.client.get(f"/-/{name}{end}", cookies=inside)
            assert got.status_code == 404, name
    sql = "select+file+from+"
    paths = (
        "/", "/.json", "/logs", "/logs.json", "/index.json", "/logs/exchanges.json?_extra=metadata",
        f"/logs.json?sql={sql}pragma_database_list", f"/logs?sql={sql}%22Pragma_Database_List%22()",
    )  # fmt: skip
    seen = [
        (await pages.client.get(path, cookies=inside, follow_redirects=True)).text for path in paths
    ]

    assert not any(str(state) in text or "pbkdf2" in text for text in seen)


async def test_passwords_are_tried_ever_more_slowly(state):
    pages = await pages_of(state, passwords={"nhatky": "mật khẩu"})
    form = await pages.client.get("/-/login")
    token = re.search(r'name="csrftoken" value="([^"]+)"', form.text).group(1)

    async def login(password: str):
        fields = {"username": "nhatky", "password": password, "csrftoken": token}
        return await pages.client.post("/-/login", data=fields, cookies=form.cookies)

    statuses = [(await login(f"sai {i}")).status_code for i in range(9)]
    late = await login("mật khẩu")
    basic = await pages.client.get("/logs.json", auth=("nhatky", "mật khẩu"))

    assert statuses[:6] == [200] * 6
    assert statuses[-1] == late.status_code == 429
    assert int(late.headers["retry-after"]) >= 1
    assert "giây" in late.text
    assert basic.status_code == 403  # not a second door to try passwords at


def test_the_pauses_grow_and_end_with_the_right_password():
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    waited = []
    for _ in range(20):
        while left := throttle.wait("a"):
            waited.append(left)
            now[0] += left

    assert waited[:4] == [1.0, 2.0, 4.0, 8.0]
    assert waited[-1] == 900.0
    assert throttle.wait("b") == 0.0
    throttle.forget("a")
    assert throttle.wait("a") == 0.0


def test_a_served_log_knows_its_names_and_neutralises_what_it_streams(state):
    with served(state) as address:
        server = urlsplit(address)

        def get(path: str, host: str) -> tuple[int, str]:
            connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
            try:
                connection.request("GET", path, headers={"Host": host})
                reply = connection.getresponse()
                return reply.status, reply.read().decode()
            finally:
                connection.close()

        assert get("/logs", "evil.example")[0] == 421
        for path in (
            "/logs/exchanges.csv?_stream=on",
            "/logs.csv?sql=select+question+from+exchanges&_stream=on",
            "/logs.csv?sql=select+question+from+exchanges&_dl=on",
        ):
            status, text = get(path, "localhost")
            heads, row = csv.reader(io.StringIO(text, newline=""))
            assert (status, row[heads.index("question")]) == (200, "'=1+1"), path
