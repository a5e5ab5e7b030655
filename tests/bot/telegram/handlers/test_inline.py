"""Inline queries: quotes to choose from, for people who may ask."""

import asyncio
import json
from dataclasses import replace

import pytest
from scripted import QUOTE, found

from bot.log.unanswered import Unanswered
from bot.texts.texts import VIETNAMESE
from retrieval.errors import IndexFault
from retrieval.models import Answer, Kind


@pytest.fixture
def offered(server):
    """Ask inline; returns what the client is offered."""

    async def offered(person, text):
        query = person.asks_inline(text)
        await server.until(lambda: server.world.inline[query] is not None, f"quotes for {text}")
        return server.world.inline[query]

    return offered


async def test_the_three_best_quotes_are_offered_as_articles(server, bot, offered):
    quotes = tuple(replace(QUOTE, start=n) for n in range(5))
    bot.assistant.says = lambda question: replace(found(question), quotes=quotes)
    await bot.starts()

    answer = await offered(server.person("Lan"), "bao nhiêu đảng viên?")

    assert len(answer["results"]) == 3
    first = answer["results"][0]
    assert first["type"] == "article"
    assert QUOTE.text in first["input_message_content"]["message_text"]
    kinds = {entity["type"] for entity in first["input_message_content"]["entities"]}
    assert kinds == {"blockquote", "bold", "text_link"}
    assert first["description"] == "Tạp chí · 26/12/2024 · Hội nghị tổng kết năm 2024"
    assert (answer["cache_time"], answer["is_personal"]) == ("60", "true")


async def test_a_long_quote_is_offered_all_the_same(server, bot, offered):
    long = replace(QUOTE, text="Các cấp ủy thực hiện nghiêm quy định. " * 300, highlights=())
    bot.assistant.says = lambda question: replace(found(question), quotes=(long,))
    await bot.starts()

    assert len((await offered(server.person("Lan"), "quy định gì?"))["results"]) == 1


async def test_people_who_may_not_ask_and_half_words_get_nothing(server, bot, offered):
    lan, minh = server.person("Lan"), server.person("Minh")
    await bot.starts(allowed_chat_ids=[lan.user.id])

    assert (await offered(minh, "bao nhiêu đảng viên?"))["results"] == []
    assert (await offered(lan, "bao"))["results"] == []
    assert (await offered(lan, ""))["results"] == []
    assert bot.assistant.asked == []


@pytest.mark.parametrize("trouble", [None, IndexFault("Chỉ mục hỏng.")])
async def test_where_nothing_is_found_the_way_to_a_private_chat_is_offered(
    server, bot, offered, trouble
):
    def nothing(question):
        if trouble:
            raise trouble
        return Answer(question, Kind.NOT_FOUND, "Không tìm thấy.")

    bot.assistant.says = nothing
    await bot.starts()

    answer = await offered(server.person("Lan"), "giá vàng hôm nay?")

    assert answer["results"] == []
    assert json.loads(answer["button"])["text"] == VIETNAMESE.ask_in_private


async def test_while_somebody_types_only_the_latest_query_is_worked_on(server, bot, offered):
    bot.assistant.held["bao nhiêu"] = asyncio.Event()
    await bot.starts()
    lan = server.person("Lan")
    lan.asks_inline("bao nhiêu")
    await server.until(lambda: bool(bot.assistant.asked))
    lan.asks_inline("bao nhiêu đả")
    lan.asks_inline("bao nhiêu đảng")
    last = lan.asks_inline("bao nhiêu đảng viên")
    await server.reply_to(server.person("Minh").writes("Xin hỏi"))

    bot.assistant.held["bao nhiêu"].set()
    await server.until(lambda: server.world.inline[last] is not None)

    asked = [question for question, _ in bot.assistant.asked]
    assert asked == ["bao nhiêu", "Xin hỏi", "bao nhiêu đảng viên"]


async def test_what_somebody_types_is_one_question_of_the_log(server, bot, offered):
    await bot.starts()
    lan = server.person("Lan")

    for text in ("bao nhiêu", "bao nhiêu đảng viên", "bao nhiêu đảng viê", "lớp nào?"):
        await offered(lan, text)
    await bot.stops()

    logged = [(e.question, e.person_name, e.chat_id, e.kind) for e in bot.log.latest(9)]
    assert logged == [
        ("lớp nào?", "Lan", None, Kind.ANSWER),
        ("bao nhiêu đảng viê", "Lan", None, Kind.ANSWER),
    ]
    assert bot.log.latest(1)[0].quotes == 1


async def test_inline_questions_count_against_the_allowance_of_their_person(server, bot, offered):
    lan, hoa = server.person("Lan"), server.person("Hoa")
    await bot.starts(questions_per_person=2, admin_ids=[hoa.user.id])
    for person in (lan, hoa):
        await offered(person, "bao nhiêu?")
        await offered(person, "lớp nào?")

    past = await offered(lan, "ở đâu thế?")
    asked = await server.reply_to(lan.writes("khi nào?"))
    exempt = await offered(hoa, "ở đâu thế?")
    await bot.stops()

    assert past["results"] == []
    assert json.loads(past["button"])["text"] == VIETNAMESE.allowance_spent
    assert asked.text == VIETNAMESE.person_allowance.format(limit=2)
    assert len(exempt["results"]) == 1
    assert [e.error for e in bot.log.latest(9)].count("turned away: person") == 2


async def test_an_inline_question_that_breaks_is_in_the_log(server, bot, offered):
    def breaks(question):
        raise RuntimeError("broken")

    bot.assistant.says = breaks
    await bot.starts()

    assert (await offered(server.person("Lan"), "bao nhiêu?"))["results"] == []
    await bot.stops()

    assert bot.log.latest(1)[0].error == "RuntimeError('broken')"


async def test_an_inline_query_that_comes_again_is_answered_once(server, bot, offered):
    await bot.starts()
    lan = server.person("Lan")
    await offered(lan, "bao nhiêu?")
    await server.until(lambda: not server.world.updates)
    await bot.stops()

    query = next(iter(server.world.inline))
    asked = {"id": query, "from": lan.user.json(), "query": "bao nhiêu?", "offset": ""}
    server.world.deliver("inline_query", asked)
    await bot.starts()
    await server.reply_to(lan.writes("lớp nào?"))

    assert [e.question for e in bot.log.latest(9)] == ["lớp nào?", "bao nhiêu?"]


async def test_what_was_typed_and_found_nothing_is_not_put_before_administrators(
    server, bot, offered
):
    bot.assistant.says = lambda question: Answer(question, Kind.NOT_FOUND, "Không tìm thấy.")
    await bot.starts()
    lan = server.person("Lan")
    await offered(lan, "bao nhiêu đả")
    await server.reply_to(lan.writes("giá vàng?"))
    await bot.stops()

    groups = Unanswered(bot.log.file, lambda texts: [[1.0]] * len(texts)).groups()

    assert [group.question for group in groups] == ["giá vàng?"]
