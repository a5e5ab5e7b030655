"""From Telegram to a verbatim quote and back, with the real assistant over a real index.

The last test kills it at random moments, `--kills` of them. A kill between a reply's leaving and
the word that it arrived leaves it unknown; where not even the notice about it tells, the person
presses a button if there is no answer. Those are counted apart and printed.
"""

import asyncio
import os
import random
import shutil
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from processes import Child

from bot.bootstrap import open_session
from bot.settings import Settings
from bot.telegram.application import build_application
from bot.telegram.lifecycle import serving
from bot.texts.texts import VIETNAMESE

QUOTED = "Năm 2024, Đảng bộ tỉnh Ninh Thuận kết nạp 1.234 đảng viên mới."
ARTICLES = {
    "ninh-thuan.md": "---\ntitle: Ninh Thuận tổng kết công tác đảng viên\npublisher: Báo Thử\n"
    "date: 2024-12-20\nurl: https://example.org/ninh-thuan\n---\n\n"
    "Sáng 20-12, Tỉnh ủy tổ chức hội nghị tổng kết công tác xây dựng Đảng.\n\n"
    f"{QUOTED} Con số này vượt chỉ tiêu nghị quyết đại hội đề ra.\n",
    "can-bo.md": "---\ntitle: Luân chuyển cán bộ\npublisher: Báo Thử\ndate: 2023-05-02\n---\n\n"
    "Ban Tổ chức Trung ương hướng dẫn việc luân chuyển cán bộ cấp chiến lược trong năm 2023.\n",
}
EACH = 8
"""Chats of each kind that ask while it is killed: private ones, groups, topics."""
LONGEST = 0.12
"""Seconds between the answer after which it is killed and the kill."""
QUESTION = "Năm 2024 Đảng bộ tỉnh Ninh Thuận kết nạp bao nhiêu đảng viên?"


@pytest.fixture
def known(server, tmp_path):
    """Settings as the environment gives them, and the articles that they point to."""
    (tmp_path / "sources").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "sources" / name).write_text(text, encoding="utf-8")
    return {
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_BASE_URL": server.base_url,
        "SOURCES_DIR": str(tmp_path / "sources"),
        "STATE_DIR": str(tmp_path / "state"),
    }


@pytest.fixture
async def session(known):
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in known.items()})
    with open_session(settings) as session:
        await asyncio.to_thread(session.index.reload)
        yield settings, session


@pytest.fixture
def index(session):
    return session[1].index


@pytest.fixture
async def telegram(server, session):
    """The server with the whole bot at it."""
    settings, opened = session
    application = build_application(
        settings,
        opened.assistant,
        opened.log,
        sources=opened.index.sources,
        keeper=opened.index,
        stored=opened.index.stored,
    )
    async with serving(application, grace=0.1):
        yield server


async def test_a_question_in_a_topic_is_answered_with_a_quote_of_the_article(telegram):
    forum, lan = telegram.supergroup("Hà Nội", forum=True), telegram.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)

    reply = await telegram.reply_to(lan.says(topic, f"/hoi {QUESTION}"))

    assert reply.topic_id == topic.topic.id
    assert QUOTED in reply.marked("blockquote")[0]
    assert "1.234" in "".join(reply.marked("bold"))
    assert "Báo Thử · 20/12/2024 · Ninh Thuận tổng kết công tác đảng viên" in reply.text
    assert reply.links()[0] == "https://example.org/ninh-thuan"


async def test_the_passage_around_the_quote_is_shown_from_the_index(telegram):
    lan = telegram.person("Lan")
    reply = await telegram.reply_to(lan.writes(QUESTION))

    lan.presses(reply, reply.buttons[0]["callback_data"])
    await telegram.until(lambda: len(telegram.sent()) == 2)

    page = telegram.sent()[1]
    assert QUOTED in page.marked("bold")[0]
    assert "Sáng 20-12, Tỉnh ủy tổ chức hội nghị" in page.text
    assert "vượt chỉ tiêu" in page.text


async def test_a_quote_is_found_again_after_its_article_has_changed(telegram, known, index):
    lan = telegram.person("Lan")
    reply = await telegram.reply_to(lan.writes(QUESTION))
    path = Path(known["SOURCES_DIR"]) / "ninh-thuan.md"
    path.write_text(ARTICLES["ninh-thuan.md"].replace("1.234", "4.321"), encoding="utf-8")
    assert len((await asyncio.to_thread(index.reload)).changed) == 1

    lan.presses(reply, reply.buttons[0]["callback_data"])
    await telegram.until(lambda: len(telegram.sent()) == 2)

    page = telegram.sent()[1]
    assert page.marked("bold") == [QUOTED]
    assert "Sáng 20-12" in page.text
    assert VIETNAMESE.passage_gone not in page.text
    assert VIETNAMESE.passage_old in page.text


async def test_what_the_articles_do_not_say_is_said_not_to_be_found(telegram):
    reply = await telegram.reply_to(telegram.person("Lan").writes("Giá vàng hôm nay bao nhiêu?"))

    assert reply.marked("blockquote") == []
    *near, ask = [button["text"] for button in reply.buttons]
    assert ask == VIETNAMESE.hand_over
    assert 1 <= len(near) <= 3


async def test_small_talk_and_the_list_of_sources(telegram):
    lan = telegram.person("Lan")
    assert (await telegram.reply_to(lan.writes("Xin chào"))).buttons == []

    listed = await telegram.reply_to(lan.writes("/nguon"))

    assert "Ninh Thuận tổng kết công tác đảng viên" in listed.text


@pytest.fixture
def chidan_run(known, engine):
    """`chidan run` as a process of its own, killed at the end of the block."""
    shutil.copytree(engine, Path(known["STATE_DIR"]) / "engine", copy_function=os.link)

    @asynccontextmanager
    async def start(**more):
        unset = {name.upper(): "" for name in Settings.model_fields}
        child = Child("bot.cli", "run", environment=os.environ | unset | known | more)
        try:
            yield child
        finally:
            child.kill()
            await child.wait()

    return start


@pytest.fixture
def chats(server):
    """Who asks, and where."""
    people = [server.person(f"Người {n}") for n in range(EACH)]
    forums = [server.supergroup(f"Diễn đàn {n}", forum=True) for n in range(EACH)]
    return [
        *((person, person.private) for person in people),
        *((person, server.supergroup(f"Nhóm {n}")) for n, person in enumerate(people)),
        *(
            (person, forum.opens_topic("Hỏi đáp", by=person))
            for person, forum in zip(people, forums, strict=True)
        ),
    ]


async def test_killed_at_random_moments_it_answers_each_question_once(
    server, chats, chidan_run, request
):
    seed, kills = (request.config.getoption(name) for name in ("--seed", "--kills"))
    chance = random.Random(seed)
    asked, pressed = [], set()
    for _ in range(kills):
        async with chidan_run(QUESTIONS_PER_PERSON="0", QUESTIONS_PER_CHAT="0") as child:
            await listening(server)
            await settled(server, asked[-len(chats) :], pressed)
            new = [(who, who.says(where, f"/hoi {QUESTION}")) for who, where in chats]
            asked += new
            wanted = chance.randrange(len(chats))
            await server.until(lambda: answered(server, new) >= wanted, f"{wanted} answers")  # noqa: B023
            await asyncio.sleep(chance.random() * LONGEST)
            child.kill()
            assert await child.wait() == -signal.SIGKILL
        server.clock.advance(61)
    async with chidan_run(QUESTIONS_PER_PERSON="0", QUESTIONS_PER_CHAT="0"):
        await listening(server)
        await settled(server, asked[-len(chats) :], pressed)
        await server.until(lambda: not server.world.updates, "the updates to be confirmed")

    counted = Counter(len(answers_to(server, said)) for _, said in asked)
    offered = [said for _, said in asked if offers_to(server, said)]
    sys.stdout.write(
        f"{kills} kills, {len(asked)} questions: {counted[1]} answered exactly once; ambiguous:"
        f" {len(offered)} answers came before the notice, {len(pressed)} at a press of its button\n"
    )
    assert counted == {1: len(asked)}


async def listening(server):
    """Wait until the process that was just started asks for updates."""
    polls = server.api.polls
    await server.until(lambda: server.api.polls > polls, "the bot to listen")


async def settled(server, asked, pressed):
    """Wait until every question has its answer; who is offered one and has none presses."""
    unanswered = list(asked)

    def done():
        unanswered[:] = [one for one in unanswered if not answers_to(server, one[1])]
        for person, said in unanswered:
            for offer in offers_to(server, said):
                if id(offer.json) not in pressed:
                    pressed.add(id(offer.json))
                    person.presses(offer, offer.buttons[0]["callback_data"])
        return not unanswered

    await server.until(done, "an answer to each question")


def answered(server, asked):
    return sum(bool(answers_to(server, said)) for _, said in asked)


def answers_to(server, said):
    return [reply for reply in server.replies_to(said) if QUOTED in reply.text]


def offers_to(server, said):
    """What still reads as an offer: a notice may have become the answer."""
    return [reply for reply in server.replies_to(said) if reply.text == VIETNAMESE.unsure]
