"""A question is on disk before Telegram hears that the bot has it."""

from datetime import UTC, datetime

import pytest
from telegram import Update, User

from bot.access import Access
from bot.log.exchanges import Conversations, Pending
from bot.log.moved_chats import Chats
from bot.log.official_answers import OfficialAnswers
from bot.log.votes import Votes
from bot.quotas import Limits, QuestionQuota
from bot.telegram.button_press import Presses
from bot.telegram.inbox import Ballots, Inbox, Receiver
from bot.telegram.update_processor import lane_of


@pytest.fixture
def log(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        yield log


@pytest.fixture
def intake(server, log):
    access = Access(admin_ids=frozenset({1}))
    bot = User.de_json(server.world.bot.json(), None)
    allowances = QuestionQuota(log.file, Limits(), access)
    votes, chats = Votes(log.file), Chats(log.file)
    ballots = Ballots(Presses(log, chats, access), votes)
    receiver = Receiver(log, chats, access, allowances, votes, ballots, lambda: bot)
    return Inbox(receiver.receive)


def message(server, text):
    lan = server.person("Lan")
    return lan.private.chat.messages[lan.writes(text).message_id]


def update(server, number, text):
    return Update.de_json({"update_id": number, "message": message(server, text)}, None)


async def test_a_question_goes_in_recorded_and_a_known_one_not_again(server, intake, log):
    asked = update(server, 7, "bao nhiêu?")
    await intake.put(asked)
    await intake.put(asked)

    assert intake.qsize() == 1
    question = intake.get_nowait()
    assert isinstance(question, Pending)
    assert (question.update_id, question.question) == (7, "bao nhiêu?")
    assert [exchange.question for exchange in log.latest(9)] == ["bao nhiêu?"]


async def test_what_is_no_question_goes_in_as_it_is(server, intake, log):
    command = update(server, 8, "/start")
    await intake.put(command)
    await intake.put("PTB's own sign to stop")

    assert intake.get_nowait() is command
    assert intake.get_nowait() == "PTB's own sign to stop"
    assert log.latest(9) == []


async def test_words_about_an_answer_are_in_the_log_before_telegram_hears(server, intake, log):
    await intake.put(update(server, 7, "bao nhiêu?"))
    asked = intake.get_nowait()
    said = message(server, "Số này cũ rồi.")
    prompt = {**said, "message_id": 99, "from": server.world.bot.json()}
    words = Update.de_json({"update_id": 8, "message": {**said, "reply_to_message": prompt}}, None)
    person = words.message.from_user.id
    Votes(log.file).ask_for_words(asked.id, person, words.message.chat_id, 99)

    await intake.put(words)
    noted = log.file.rows("select person_id, vote, words from votes")
    await intake.put(words)

    assert noted == [{"person_id": person, "vote": "down", "words": "Số này cũ rồi."}]
    assert intake.qsize() == 1
    assert [exchange.question for exchange in log.latest(9)] == ["bao nhiêu?"]


async def test_an_official_answer_is_on_disk_before_telegram_hears(server, intake, log):
    await intake.put(update(server, 7, "bao nhiêu?"))
    asked = intake.get_nowait()
    said = message(server, "11.144 đảng viên.")
    chat = said["chat"]["id"]
    prompt = {**said, "message_id": 99, "from": server.world.bot.json()}

    def written(number, author):
        words = {**said, "message_id": number, "from": author, "reply_to_message": prompt}
        return Update.de_json({"update_id": number, "message": words}, None)

    with log.file.writing() as db:
        place = {"chat_id": chat, "message_id": 99}
        db.table("answer_prompts").insert(place | {"exchange_id": asked.id})
    admin = {**said["from"], "id": 1}
    for _ in range(2):
        await intake.put(written(100, admin))

    assert OfficialAnswers(log.file).unfinished() == [intake.get_nowait()]
    assert intake.empty()
    await intake.put(written(101, said["from"]))  # no administrator: this is a question
    assert isinstance(intake.get_nowait(), Pending)
    assert len(OfficialAnswers(log.file).unfinished()) == 1


async def test_votes_are_in_the_log_before_telegram_hears(server, intake, log):
    asked = message(server, "bao nhiêu?")
    await intake.put(Update.de_json({"update_id": 7, "message": asked}, None))
    number = intake.get_nowait().id
    press = {"id": "1", "from": asked["from"], "chat_instance": "1", "message": asked}

    for n, data in enumerate(("phieu:{}:up", "phieu:{}:down", "lydo:{}:thieu", "lydo:{}:up")):
        query = {**press, "data": data.format(number)}
        await intake.put(Update.de_json({"update_id": 8 + n, "callback_query": query}, None))

    noted = log.file.rows("select vote, reason from votes")
    assert noted == [{"vote": "down", "reason": "thieu"}]
    assert intake.qsize() == 4


def test_questions_and_messages_of_a_chat_share_its_lane_and_buttons_have_none(server):
    said = update(server, 9, "bao nhiêu?")
    chat_id = said.effective_chat.id
    pending = Pending(1, 9, chat_id, None, None, 1, "hỏi", datetime.now(UTC))
    press = {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "Lan"}}
    button = Update.de_json({"update_id": 10, "callback_query": {**press, "chat_instance": "1"}})
    under = {**press, "chat_instance": "1", "message": message(server, "câu trả lời")}
    pressed = Update.de_json({"update_id": 11, "callback_query": under})

    assert lane_of(said) == lane_of(pending) == chat_id
    assert lane_of(button) is None
    assert lane_of(pressed) not in {None, pressed.effective_chat.id}
    assert lane_of("something else") is None
