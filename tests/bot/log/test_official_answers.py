"""What an administrator answers to open questions is lost by no kill and said twice to nobody."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from botapi.refusals import too_many_requests
from pressing import noted
from telegram import Message, User

from bot.log.exchanges import Conversations
from bot.log.official_answers import OfficialAnswers
from bot.log.retention import expire, forget, pseudonyms, veil
from bot.telegram.inbox import official_answer
from retrieval.models import Answer, Kind

QUESTION = "Hà Nội kết nạp bao nhiêu đảng viên năm 2024?"
OFFICIAL = "Hà Nội kết nạp 11.144 đảng viên."
ADMIN, LAN = 700000000007, 800000000008


@pytest.fixture
async def hoa(server, bot, embeddings):
    """An administrator, asked to answer what Lan has asked in three groups; the bot is stopped."""
    hoa, lan = server.person("Hoa"), server.person("Lan")
    groups = [server.group(name) for name in ("Hà Nội", "Huế", "Cần Thơ")]
    bot.assistant.says = lambda question: Answer(question, Kind.NOT_FOUND, "Không có.")
    bot.embed = embeddings.embed_array
    await bot.starts(admin_ids=[hoa.user.id])
    bot.asked = [lan.says(group, f"/hoi {QUESTION}") for group in groups]
    for group in groups:  # a chat is served in order: all is logged
        await server.reply_to(lan.says(group, "/help"))
    queue = await server.reply_to(hoa.writes("/chuatraloi"))
    key = next(b["callback_data"] for b in queue.buttons if b["text"] == "Trả lời")
    hoa.presses(queue, key)
    await server.until(lambda: "Hãy trả lời" in server.sent(hoa.private)[-1].text, "the prompt")
    bot.prompt = server.sent(hoa.private)[-1]
    await noted(server, bot, bot.prompt)
    await server.until(lambda: not server.world.updates, "the updates to be confirmed")
    await bot.stops()
    bot.groups = groups
    return hoa


@pytest.fixture
def process(process, hoa):
    """The bot as a child process in which Hoa is an administrator."""

    @asynccontextmanager
    async def start():
        async with process("", "", str(hoa.user.id)) as child:
            yield child

    return start


def offers(server, hoa):
    return [sent.json for sent in server.sent(hoa.private) if "document" in sent.json]


def official(server, asked) -> list[str]:
    return [sent.text for sent in server.replies_to(asked) if OFFICIAL in sent.text]


async def served_once(server, bot, hoa):
    """Everybody has the answer once, and Hoa one offer; nobody waits any more."""
    await server.until(lambda: bool(offers(server, hoa)), "the offer")
    # The row is finished once the offer has arrived; whatever came twice would have come before.
    await server.reply_to(hoa.writes("/help"))
    await server.until(lambda: not server.world.updates, "the updates to be confirmed")
    assert [len(official(server, asked)) for asked in bot.asked] == [1, 1, 1]
    (offer,) = offers(server, hoa)
    assert offer["caption"].startswith("Đã gửi tới 3 lượt hỏi. Ai hỏi lại")
    states = bot.log.file.rows("select state, words, person_id from reviews")
    assert states == [{"state": "answered", "words": OFFICIAL, "person_id": hoa.user.id}] * 3


@pytest.mark.parametrize("held", [(0, 1, 2), (1,), (2,)])
async def test_killed_before_everybody_has_it_the_rest_get_it_after_the_start(
    server, bot, hoa, process, held
):
    for number in held:
        server.plant("sendMessage", too_many_requests(600), place=bot.groups[number])
    refused = len(server.api.refused)
    hoa.writes(OFFICIAL, reply_to=bot.prompt)
    async with process():
        await server.until(lambda: len(server.api.refused) > refused, "the planted 429")
        await server.until(lambda: not server.world.updates, "the update to be confirmed")
    assert not offers(server, hoa)
    server.api.faults.planted.clear()

    async with process():
        await served_once(server, bot, hoa)


async def test_an_update_that_comes_again_is_delivered_once(server, bot, hoa, process):
    said = hoa.writes(OFFICIAL, reply_to=bot.prompt)
    async with process():
        await served_once(server, bot, hoa)
        server.delivers_again(said)
        await served_once(server, bot, hoa)

    server.delivers_again(said)
    async with process():
        await served_once(server, bot, hoa)
    deeds = bot.log.file.rows("select outcome from deeds where deed = 'chuatraloi'")
    assert deeds == [{"outcome": "answered"}]


async def test_killed_before_the_confirmation_it_is_taken_up_once(server, bot, hoa, process):
    server.plant("sendMessage", too_many_requests(600), place=bot.groups[2])
    refused = len(server.api.refused)
    said = hoa.writes(OFFICIAL, reply_to=bot.prompt)
    async with process():
        await server.until(lambda: len(server.api.refused) > refused, "the planted 429")
        await server.until(lambda: not server.world.updates, "the update to be confirmed")

    server.delivers_again(said)
    async with process():
        await served_once(server, bot, hoa)


@pytest.fixture
def veiled(tmp_path):
    """A log that knows people by pseudonyms."""
    (tmp_path / "log").mkdir()
    with Conversations(tmp_path / "log" / "logs.db", pseudonyms(tmp_path)) as log:
        yield log


def written(log, message_id: int = 5):
    """An answer of the administrator to what Lan has asked."""
    asked = log.record(None, -5, None, LAN, "Lan", 11, QUESTION, datetime.now(UTC))
    log.finish(asked, Answer(QUESTION, Kind.NOT_FOUND, "Không có."), [12])
    author = {"id": ADMIN, "is_bot": False, "first_name": "Hoa zqx"}
    chat = {"id": ADMIN, "type": "private"}
    said = {"message_id": message_id, "date": 0, "chat": chat, "from": author, "text": OFFICIAL}
    message = Message.de_json(said)
    known = OfficialAnswers(log.file)
    answer = official_answer(asked, message, User.de_json(author))
    return known, known.note(answer, message.message_id), message


def test_what_is_finished_names_nobody_and_is_known_again(veiled, tmp_path):
    known, answer, message = written(veiled)
    assert known.unfinished() == [answer]
    known.begin(answer, [answer.exchange_id])
    known.tried(answer, answer.exchange_id, reached=True)
    known.finish(answer)

    files = b"".join(path.read_bytes() for path in (tmp_path / "log").iterdir())
    assert ADMIN.to_bytes(6) not in files
    assert b"zqx" not in files
    assert known.note(answer, message.message_id) is None
    assert known.unfinished() == []


def test_who_goes_takes_it_along_and_so_does_time(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        known, *_ = written(log)
        forget(log.file, ADMIN, is_admin=True)
        assert len(known.unfinished()) == 1
        forget(log.file, ADMIN)
        assert known.unfinished() == []

        written(log, 6)
        forget(log.file, LAN)
        assert known.unfinished() == []

        written(log, 7)
        expire(log.file, 0)
        assert log.file.rows("select * from official_answers") == []


def test_a_place_logged_by_number_is_veiled_later(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        known, answer, message = written(log)
        known.finish(answer)
    with Conversations(tmp_path / "logs.db", pseudonyms(tmp_path)) as log:
        veil(log.file)

        known = OfficialAnswers(log.file)
        assert known.note(answer, message.message_id) is None
        assert [row["place"] for row in log.file.rows("select place from official_answers")] == [
            log.file.person(ADMIN)
        ]
