"""What the bot remembers of a conversation, and when it forgets."""

from bot.texts.texts import ENGLISH, VIETNAMESE
from retrieval.models import Answer, Kind


def before(bot):
    return [turn.question for turn in bot.assistant.asked[-1][1]]


async def test_a_reply_continues_the_thread_of_somebody_else(server, bot):
    await bot.starts()
    hanoi, lan, minh = server.group("Hà Nội"), server.person("Lan"), server.person("Minh")
    await server.reply_to(lan.says(hanoi, "/hoi câu một"))
    answer = await server.reply_to(lan.says(hanoi, "/hoi câu hai"))
    await server.reply_to(minh.says(hanoi, "/hoi chuyện khác"))

    await server.reply_to(minh.says(hanoi, "Còn năm 2023?", reply_to=answer))

    assert before(bot) == ["câu một", "câu hai"]


async def test_a_follow_up_works_after_a_restart(server, bot):
    await bot.starts()
    lan = server.person("Lan")
    await server.reply_to(lan.writes("câu một"))
    await bot.stops()

    await bot.starts()
    await server.reply_to(lan.writes("câu hai"))

    assert before(bot) == ["câu một"]


async def test_forgetting_is_one_persons_in_one_topic(server, bot):
    await bot.starts()
    forum = server.supergroup("Hà Nội", forum=True)
    lan, minh = server.person("Lan"), server.person("Minh")
    topic, other = forum.opens_topic("Một", by=lan), forum.opens_topic("Hai", by=lan)
    for place in (topic, other):
        await server.reply_to(lan.says(place, "/hoi của Lan"))
    await server.reply_to(minh.says(topic, "/hoi của Minh"))

    told = await server.reply_to(lan.says(topic, "/moi"))
    assert (told.text, told.topic_id) == (VIETNAMESE.forgotten, topic.topic.id)

    await server.reply_to(lan.says(topic, "/hoi mới"))
    assert before(bot) == []
    await server.reply_to(lan.says(other, "/hoi mới"))
    assert before(bot) == ["của Lan"]
    await server.reply_to(minh.says(topic, "/hoi mới"))
    assert before(bot) == ["của Minh"]


async def test_an_english_client_is_spoken_to_in_english(server, bot):
    await bot.starts()
    ann = server.person("Ann", language="en-GB")

    told = await server.reply_to(ann.writes("/new"))
    answer = await server.reply_to(ann.writes("how many?"))

    bot.assistant.says = lambda question: Answer(question, Kind.NOT_FOUND)
    nothing = await server.reply_to(ann.writes("and gold?"))

    assert "forgotten" in told.text
    assert nothing.text == ENGLISH.not_found
    assert bot.log.latest(1)[0].answer in {"", VIETNAMESE.not_found}
    assert answer.buttons[0]["text"] == "📚 Sources"
