"""When the bot is meant, and what it is asked."""

import pytest
from botapi.people import naming
from botapi.server import BotApiServer
from telegram import Message, User

from bot.telegram.messages import question_in

ME = User(7000001, "Chỉ Dẫn", is_bot=True, username="ChiDanBot")


@pytest.fixture
def telegram():
    server = BotApiServer(privacy=False)
    yield server
    server.close_socket()


@pytest.fixture
def hanoi(telegram):
    return telegram.supergroup("Hà Nội", forum=True)


@pytest.fixture
def lan(telegram):
    return telegram.person("Lan")


def heard(place, said):
    return question_in(Message.de_json(place.chat.messages[said.message_id], None), ME)


def bot_message(place, **more):
    content = {"from": place.world.bot.json(), "text": "Câu trả lời", **more}
    message = place.world.add_message(place.chat, content)
    return type("Sent", (), {"message_id": message["message_id"]})


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("/hoi bao nhiêu?", "bao nhiêu?"),
        ("/ask bao nhiêu?", "bao nhiêu?"),
        ("/HOI@chidanbot bao nhiêu?", "bao nhiêu?"),
        ("/hoi", ""),
        ("/hoi@OtherBot bao nhiêu?", None),
        ("/khac bao nhiêu?", None),
        ("bao nhiêu? /hoi", None),
        ("@ChiDanBot bao nhiêu?", "bao nhiêu?"),
        ("@chidanBOT, bao nhiêu?", "bao nhiêu?"),
        ("Năm 2024 🇻🇳 bao nhiêu @ChiDanBot?", "Năm 2024 🇻🇳 bao nhiêu ?"),
        ("@ChiDanBot", ""),
        ("@ChiDanBotKhac bao nhiêu?", None),
        ("thư tới ai@ChiDanBot nhé", None),
        ("chỉ nói chuyện thôi", None),
    ],
)
def test_in_a_group(hanoi, lan, text, question):
    assert heard(hanoi, lan.says(hanoi, text)) == question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("bao nhiêu?", "bao nhiêu?"),
        ("/hoi bao nhiêu?", "bao nhiêu?"),
        ("/hoi", ""),
        ("/start", None),
        ("/start@OtherBot", None),
    ],
)
def test_in_private(lan, text, question):
    assert heard(lan.private, lan.writes(text)) == question


def test_a_mention_by_name_and_one_in_a_caption_count(telegram, hanoi, lan):
    words = "Chỉ Dẫn ơi, bao nhiêu?"
    named = lan.says(hanoi, words, entities=[naming(words, "Chỉ Dẫn", telegram.world.bot)])
    photo = {
        "photo": [{"file_id": "f", "file_unique_id": "f", "width": 1, "height": 1}],
        "caption": "@ChiDanBot bao nhiêu?",
        "caption_entities": [{"type": "mention", "offset": 0, "length": 10}],
    }

    assert heard(hanoi, named) == "ơi, bao nhiêu?"
    assert heard(hanoi, lan.sends(hanoi, photo)) == "bao nhiêu?"


def test_a_reply_to_the_bot_counts_and_one_to_a_person_does_not(hanoi, lan, telegram):
    minh = telegram.person("Minh")
    answer, remark = bot_message(hanoi), minh.says(hanoi, "tôi nghĩ là 5")

    assert heard(hanoi, lan.says(hanoi, "còn 2023?", reply_to=answer)) == "còn 2023?"
    assert heard(hanoi, lan.says(hanoi, "còn 2023?", reply_to=remark)) is None


def test_a_command_or_mention_alone_asks_what_the_answered_person_said(hanoi, lan, telegram):
    asked = telegram.person("Minh").says(hanoi, "Bao nhiêu đảng viên?")

    assert heard(hanoi, lan.says(hanoi, "/hoi", reply_to=asked)) == "Bao nhiêu đảng viên?"
    assert heard(hanoi, lan.says(hanoi, "@ChiDanBot", reply_to=asked)) == "Bao nhiêu đảng viên?"


def test_in_a_topic_of_the_bot_chatter_is_no_reply_to_it(hanoi, lan, telegram):
    topic = hanoi.opens_topic("Kết nạp", by=lan)
    root = hanoi.chat.messages[topic.topic.id]
    root["from"] = telegram.world.bot.json()

    assert heard(hanoi, lan.says(topic, "chào")) is None

    del root["forum_topic_created"]
    root["text"] = "Chủ đề này để hỏi"
    assert heard(hanoi, lan.says(topic, "chào")) is None


def test_other_bots_and_forwarded_posts_are_not_heard(hanoi, lan, telegram):
    words = "@ChiDanBot bao nhiêu?"
    channel = telegram.channel("Tin tức")
    origin = {"type": "channel", "chat": channel.json(), "message_id": 5, "date": 1}

    assert heard(hanoi, telegram.other_bot("KhacBot").says(hanoi, words)) is None
    assert heard(hanoi, lan.says(hanoi, words, forward_origin=origin)) is None
    assert heard(hanoi, hanoi.channel_says(channel, words, is_automatic_forward=True)) is None


def test_anonymous_administrators_and_channels_are_people(hanoi, telegram):
    words = "@ChiDanBot bao nhiêu?"

    assert heard(hanoi, hanoi.anonymous_admin_says(words)) == "bao nhiêu?"
    assert heard(hanoi, hanoi.channel_says(telegram.channel("Đoàn"), words)) == "bao nhiêu?"


def test_a_service_message_is_no_question(hanoi, lan):
    assert heard(hanoi, lan.sends(hanoi, {"new_chat_title": "Mới"})) is None


QUOTED = "Chi bộ họp mấy lần một tháng?"


@pytest.mark.parametrize("is_external", [False, True])
@pytest.mark.parametrize("text", ["/hoi", "@ChiDanBot", "/hoi@ChiDanBot "])
def test_what_is_marked_of_an_answered_message_is_asked(hanoi, lan, telegram, text, is_external):
    two = telegram.person("Minh").says(hanoi, f"Đảng phí đóng thế nào? {QUOTED}")
    quote = {"text": QUOTED, "position": 24, "is_manual": True}
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Minh"}
    external = {"external_reply": {"origin": origin}} if is_external else {}
    answered = None if is_external else two

    said = lan.says(hanoi, text, answered, quote=quote, **external)

    assert heard(hanoi, said) == QUOTED


def test_ones_own_words_go_before_what_is_marked(hanoi, lan):
    two = lan.says(hanoi, f"Đảng phí? {QUOTED}")
    said = lan.says(hanoi, "/hoi Ai chủ trì?", two, quote={"text": QUOTED, "position": 10})

    assert heard(hanoi, said) == "Ai chủ trì?"


def test_of_a_message_elsewhere_nothing_is_known_unless_marked(hanoi, lan):
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Minh"}

    assert heard(hanoi, lan.says(hanoi, "/hoi", external_reply={"origin": origin})) == ""


def test_a_forwarded_question_in_private_is_a_question(lan):
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Minh"}

    assert heard(lan.private, lan.writes(QUOTED, forward_origin=origin)) == QUOTED
