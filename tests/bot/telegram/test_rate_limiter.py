"""Telegram's limits, with a clock of the test's own."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.rate_limiter import RateLimiter, is_counted, may_have_arrived

pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after`")
GROUP, OTHER, PERSON = -100, -200, 5


def gone() -> NetworkError:
    """What PTB raises where there is no connection."""
    error = NetworkError("gone")
    error.__cause__ = httpx.ConnectError("refused")
    return error


class Time:
    """Goes on only while somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


@pytest.fixture
def time():
    return Time()


@pytest.fixture
async def pacing(time):
    pacing = RateLimiter(time, time.sleep)
    await pacing.initialize()
    return pacing


class Telegram:
    """What a request meets: errors in turn, then success; keeps when it came."""

    def __init__(self, time, *errors):
        self.time, self.errors, self.came = time, list(errors), []
        self.first = asyncio.Event()

    async def __call__(self):
        self.came.append(self.time.now)
        self.first.set()
        if self.errors:
            raise self.errors.pop(0)
        return {"ok": True}


async def send(pacing, telegram, chat_id, endpoint="sendMessage", step=None):
    return await pacing.process_request(telegram, (), {}, endpoint, {"chat_id": chat_id}, step)


async def test_a_group_gets_twenty_messages_in_any_minute(pacing, time):
    telegram = Telegram(time)
    for _ in range(45):
        await send(pacing, telegram, GROUP)

    for first, later in zip(telegram.came, telegram.came[20:], strict=False):
        assert later - first > 60


async def test_typing_and_button_answers_cost_nothing(pacing, time):
    telegram = Telegram(time)
    for _ in range(100):
        await send(pacing, telegram, GROUP, "sendChatAction")
        await send(pacing, telegram, GROUP, "answerCallbackQuery")
    for _ in range(20):
        await send(pacing, telegram, GROUP)

    assert time.now == 0


async def test_edits_count_like_messages(pacing, time):
    telegram = Telegram(time)
    for endpoint in ["editMessageText", "sendMessage"] * 10 + ["editMessageReplyMarkup"]:
        await send(pacing, telegram, GROUP, endpoint)

    assert telegram.came[-1] > 60


async def test_all_chats_together_get_thirty_a_second(pacing, time):
    telegram = Telegram(time)
    for person in range(1, 91):
        await send(pacing, telegram, person)

    assert telegram.came[-1] >= 2


async def test_who_waits_for_room_among_all_goes_before_who_comes_later(pacing, time):
    order = []

    async def ask(chat, then=None):
        async def request():
            order.append(chat)
            if then:
                await ask(then)

        await send(pacing, request, chat)

    for _ in range(30):
        await send(pacing, Telegram(time), PERSON)
    await asyncio.gather(ask(1, then=9), ask(2), ask(3))

    assert order == [1, 2, 3, 9]


async def test_a_retry_after_stalls_its_own_chat_alone(pacing, time):
    refused, free = Telegram(time, RetryAfter(timedelta(seconds=17))), Telegram(time)
    waiting = asyncio.create_task(send(pacing, refused, GROUP))
    await refused.first.wait()

    await send(pacing, free, OTHER)
    assert free.came == [0]
    await send(pacing, free, GROUP)
    await waiting

    assert refused.came[1] >= 17
    assert free.came[1] >= 17


async def test_where_none_can_connect_it_tries_again_with_growing_pauses(pacing, time):
    telegram = Telegram(time, *[gone()] * 3)

    await send(pacing, telegram, PERSON)

    assert telegram.came == [0, 1, 3, 7]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (BadRequest("chat not found"), None),
        (NetworkError("Bad Gateway"), None),
        (TelegramError("Invalid server response"), None),
        (TimedOut("late"), httpx.ReadTimeout("late")),
        (TimedOut("late"), httpx.WriteTimeout("late")),
        (NetworkError("reset"), httpx.ReadError("reset")),
        (NetworkError("reset"), httpx.RemoteProtocolError("without sending a response")),
    ],
)
async def test_what_is_refused_or_may_have_arrived_is_not_sent_again(pacing, time, error, cause):
    error.__cause__ = cause
    assert may_have_arrived(error) == (not isinstance(error, BadRequest))
    telegram = Telegram(time, error)

    with pytest.raises(type(error)):
        await send(pacing, telegram, PERSON)

    assert len(telegram.came) == 1


async def test_it_gives_up_on_a_network_that_stays_away(pacing, time):
    telegram = Telegram(time, *[gone()] * 1000)

    with pytest.raises(NetworkError):
        await send(pacing, telegram, PERSON)


async def test_the_sender_knows_when_a_request_leaves_and_when_it_failed(pacing, time):
    steps = []

    async def step(leaving):
        steps.append(leaving)

    telegram = Telegram(time, gone(), RetryAfter(timedelta(seconds=3)))
    await send(pacing, telegram, PERSON, step=step)

    assert steps == [True, False, True, False, True]


def test_only_what_puts_or_changes_a_message_is_counted():
    counted = ["sendMessage", "sendDocument", "editMessageText", "copyMessage", "forwardMessage"]
    free = ["sendChatAction", "answerCallbackQuery", "getMe", "setMyCommands", "deleteMessage"]

    assert all(map(is_counted, counted))
    assert not any(map(is_counted, free))
