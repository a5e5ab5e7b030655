"""Answers that are no longer right: found, shown to administrators, told to the chats once."""

import asyncio
import shutil
from datetime import datetime

import pytest
from botapi.refusals import Drop, forbidden, too_many_requests
from pressing import button

from bot.access import Grant, Role
from bot.log.corrections import Corrections
from bot.log.retention import forget
from bot.log.rights import RightsLog
from bot.log.verdicts import Judgement, Verdict, Verdicts
from bot.texts.texts import VIETNAMESE
from retrieval.loading.collections import collection_id
from retrieval.models import EVERYTHING, Answer, Audience, Kind, Quote

SAYS = VIETNAMESE.admin.corrections
OLD = "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đại hội đề ra."
NEW = "Năm 2024, Hà Nội kết nạp 11.441 đảng viên mới, vượt chỉ tiêu đại hội đề ra."
HUE = "Tỉnh ủy Thừa Thiên Huế tổ chức sáu lớp bồi dưỡng cho cán bộ trẻ trong năm."


@pytest.fixture
async def hoa(server, whole_bot, articles):
    """An administrator of the whole bot, whose assistant quotes what each source begins with."""
    hoa = server.person("Hoa")
    hoa.private  # noqa: B018 the chat exists
    keeper = whole_bot.keeper

    def says(question):
        path = "hue.txt" if "Huế" in question else "ha-noi.md"
        source = next(s for s in keeper.sources() if s.path == path)
        words = keeper.text(source.id).strip()
        at = keeper.text(source.id).index(words)
        return Answer(question, Kind.ANSWER, quotes=(Quote(source, at, at + len(words), words),))

    whole_bot.assistant.says = says
    await start(whole_bot, hoa, articles)
    await looked(server, whole_bot)
    return hoa


async def start(bot, hoa, articles):
    await bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)


async def looked(server, bot):
    await server.until(lambda: Corrections(bot.log.file).last_look() is not None, "the first look")


async def answered(server, bot, person, place, question):
    reply = await server.reply_to(person.says(place, f"/hoi {question}"))
    stored = (
        "select 1 from replies r join exchanges e on e.id = r.exchange_id"
        " where e.kind = 'answer' and r.message_id = ?"
    )
    await server.until(lambda: bot.log.file.rows(stored, reply.message_id), "the log")
    return reply


def correct(articles, old=OLD, new=NEW):
    path = articles / "ha-noi.md"
    path.write_text(path.read_text().replace(old, new))


async def shown(server, hoa, words="Đính chính số"):
    def found():
        return [s for s in server.sent(hoa.private) if s.text.startswith(words)]

    await server.until(lambda: bool(found()), words)
    return found()[-1]


async def until_told(server, listed):
    await server.until(lambda: "đã báo" in listed.text, "the summary")


async def brought_up(server, hoa, articles):
    """Correct a source and return the list of answers that an administrator is shown."""
    correct(articles)
    hoa.writes("/reload")
    return await shown(server, hoa)


async def tell(server, hoa, listed):
    hoa.presses(listed, button(listed, SAYS["tell"]))
    await until_told(server, listed)


def corrections_in(server, place):
    return [s for s in server.sent(place) if s.text.startswith("Đính chính câu trả lời")]


async def test_chats_that_got_a_corrected_quote_are_told_by_a_reply(
    server, whole_bot, hoa, articles
):
    hanoi, lan, minh = server.group("Hà Nội"), server.person("Lan"), server.person("Minh")
    one = await answered(server, whole_bot, lan, hanoi, "Hà Nội kết nạp bao nhiêu?")
    two = await answered(server, whole_bot, minh, minh.private, "bao nhiêu đảng viên?")
    await answered(server, whole_bot, minh, minh.private, "Huế mở mấy lớp?")
    correct(articles)

    hoa.writes("/reload")
    listed = await shown(server, hoa)
    assert "2 câu trả lời đã gửi không còn đúng, ở 2 nơi" in listed.text
    assert f"{datetime.now():%d/%m/%Y} · Hà Nội · “Hà Nội kết nạp bao nhiêu?”" in listed.text
    assert "· Minh · “bao nhiêu đảng viên?”" in listed.text
    assert f"Trước: “{OLD}”\n   Nay: “{NEW}”" in listed.text
    assert corrections_in(server, hanoi) == []

    await tell(server, hoa, listed)

    assert "đã báo 2 câu trả lời, không tới được 0" in listed.text
    for answer, place in ((one, hanoi), (two, minh.private)):
        (told,) = corrections_in(server, place)
        assert told.json["reply_to_message"]["message_id"] == answer.message_id
        assert f"Trước:\n{OLD}\nNay:\n{NEW}" in told.text
        bold = [e for e in told.json["entities"] if e["type"] == "bold"]
        assert [told.text[e["offset"] : e["offset"] + e["length"]] for e in bold] == ["441"]
    rows = whole_bot.log.file.rows(
        "select deed, subject, outcome from deeds where deed = 'dinhchinh'"
    )
    assert [row["subject"] for row in rows] == ["1"]


async def test_what_was_taken_out_is_told_as_gone_and_what_was_moved_is_not(
    server, whole_bot, hoa, articles
):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    await answered(server, whole_bot, lan, lan.private, "Huế mở mấy lớp?")
    shutil.move(articles / "ha-noi.md", articles / "ha-noi-2024.md")
    (articles / "hue.txt").unlink()

    hoa.writes("/reload")
    listed = await shown(server, hoa)
    hoa.presses(listed, button(listed, SAYS["tell"]))
    assert "1 câu trả lời" in listed.text
    assert f"Trước: “{HUE}”\n   Nay: bị gỡ" in listed.text
    await until_told(server, listed)

    (told,) = corrections_in(server, lan.private)
    assert "đã được gỡ khỏi kho" in told.text
    assert HUE in told.text


async def test_a_directive_that_was_replaced_touches_answers_that_quote_it(
    server, whole_bot, hoa, articles
):
    quoted = "Quy định số 47-QĐ/TW nêu những điều đảng viên không được làm."
    (articles / "hue.txt").write_text(f"{quoted}\n")
    whole_bot.keeper.reload()
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "Huế nói gì về điều không được làm?")
    said = (
        "Quy định số 37-QĐ/TW thay thế Quy định số 47-QĐ/TW về những điều đảng viên không được làm."
    )
    (articles / "moi.md").write_text(f"---\ntitle: Quy định mới\ndate: 2025-10-25\n---\n\n{said}\n")

    hoa.writes("/reload")
    listed = await shown(server, hoa)

    assert "đã được thay thế hoặc sửa đổi, theo “Quy định mới”" in listed.text
    assert f"Nay: “{said}”" in listed.text
    (articles / "lap-lai.md").write_text(f"Báo hôm nay nhắc lại: {said}\n")
    hoa.writes("/reload")
    await server.until(lambda: sum("thêm 1" in s.text for s in server.sent(hoa.private)) == 2)
    hoa.writes("/dinhchinh")
    await server.until(
        lambda: len([s for s in server.sent(hoa.private) if "Đính chính số" in s.text]) == 2
    )
    assert [s.text for s in server.sent(hoa.private) if "Đính chính số" in s.text][1] == listed.text


async def test_an_answer_that_a_reviewer_judged_wrong_is_told(server, whole_bot, hoa, articles):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    verdicts = Verdicts(whole_bot.log.file)
    verdicts.give(1, "mai", Judgement(Verdict.RIGHT))
    hoa.writes("/dinhchinh")
    await shown(server, hoa, SAYS["none"])
    verdicts.give(1, "mai", Judgement(Verdict.WRONG_QUOTE, "nhầm năm", "chỉ tiêu"))

    hoa.writes("/dinhchinh")
    listed = await shown(server, hoa)
    assert "✎ mai: nhầm năm" in listed.text
    await tell(server, hoa, listed)

    (told,) = corrections_in(server, lan.private)
    assert VIETNAMESE.correction["wrong"] in told.text
    assert "nhầm năm" not in told.text
    verdicts.give(1, "mai", Judgement(Verdict.SHOULD_REFUSE))
    hoa.writes("/dinhchinh")
    await server.until(lambda: server.sent(hoa.private)[-1].text == SAYS["none"])


async def test_what_is_so_again_before_the_decision_is_told_to_nobody(
    server, whole_bot, hoa, articles
):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    listed = await brought_up(server, hoa, articles)
    correct(articles, NEW, OLD)
    whole_bot.keeper.reload()

    query = hoa.presses(listed, button(listed, SAYS["tell"]))
    await server.until(lambda: listed.text == SAYS["decided"])

    assert server.world.callbacks[query]["text"] == SAYS["decided"]
    assert corrections_in(server, lan.private) == []


async def test_a_second_correction_is_told_from_where_the_first_left_off(
    server, whole_bot, hoa, articles
):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    third = NEW.replace("11.441", "11.500")
    for old, new, number in ((OLD, NEW, 1), (NEW, third, 2)):
        correct(articles, old, new)
        hoa.writes("/reload")
        listed = await shown(server, hoa, f"Đính chính số {number}")
        await tell(server, hoa, listed)

    assert f"Trước:\n{NEW}\nNay:\n{third}" in corrections_in(server, lan.private)[1].text
    assert len(corrections_in(server, lan.private)) == 2


async def test_skipping_tells_nobody_and_the_same_is_not_brought_up_again(
    server, whole_bot, hoa, articles
):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    listed = await brought_up(server, hoa, articles)
    hoa.presses(listed, button(listed, SAYS["skip"]))
    await server.until(lambda: "bỏ qua" in listed.text)

    with (articles / "ha-noi.md").open("a") as file:
        file.write("\nMột đoạn khác được thêm vào cuối bài viết này.\n")
    hoa.writes("/reload")
    await server.until(lambda: sum("đổi 1" in s.text for s in server.sent(hoa.private)) == 2)
    hoa.writes("/dinhchinh")
    await server.until(lambda: server.sent(hoa.private)[-1].text == SAYS["none"])
    assert corrections_in(server, lan.private) == []


async def test_only_administrators_decide_and_the_first_decision_counts(
    server, whole_bot, hoa, articles
):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    listed = await brought_up(server, hoa, articles)
    tell, skip = button(listed, SAYS["tell"]), button(listed, SAYS["skip"])
    query = lan.presses(listed, tell)
    await server.until(lambda: server.world.callbacks[query] is not None)
    assert server.world.callbacks[query]["text"] == VIETNAMESE.admins_only

    hoa.presses(listed, skip)
    await server.until(lambda: "bỏ qua" in listed.text)
    late = hoa.presses(listed, tell)
    await server.until(lambda: server.world.callbacks[late] is not None)
    assert server.world.callbacks[late]["text"] == SAYS["decided"]
    assert corrections_in(server, lan.private) == []


async def test_the_forgotten_and_chats_that_are_left_are_not_told(server, whole_bot, hoa, articles):
    people = [server.person(name) for name in ("Lan", "Minh", "Nga")]
    for person in people:
        await answered(server, whole_bot, person, person.private, "bao nhiêu đảng viên?")
    lan, minh, nga = people
    listed = await brought_up(server, hoa, articles)
    await asyncio.to_thread(forget, whole_bot.log.file, lan.user.id)
    server.plant(
        "sendMessage", forbidden("Forbidden: bot was blocked by the user"), place=minh.private
    )
    await tell(server, hoa, listed)

    assert "đã báo 1 câu trả lời, không tới được 1." in listed.text
    assert [len(corrections_in(server, p.private)) for p in people] == [0, 0, 1]
    assert nga.private.id != minh.private.id


async def test_long_lists_have_pages(server, whole_bot, hoa, articles):
    lan = server.person("Lan")
    for number in range(6):
        await answered(server, whole_bot, lan, lan.private, f"bao nhiêu đảng viên, lần {number}?")
    listed = await brought_up(server, hoa, articles)
    assert "Trang 1/2" in listed.text
    assert "lần 3" in listed.text
    assert "lần 4" not in listed.text

    hoa.presses(listed, button(listed, "2/2 ▶"))
    await server.until(lambda: "Trang 2/2" in listed.text)
    assert "6. " in listed.text
    assert button(listed, SAYS["tell"])


async def test_where_nobody_knows_whether_it_arrived_it_is_sent_again_on_a_press_only(
    server, whole_bot, hoa, articles
):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    listed = await brought_up(server, hoa, articles)
    server.plant("sendMessage", Drop(after=False), place=lan.private)
    await tell(server, hoa, listed)
    assert "Chưa rõ 1 nơi" in listed.text
    assert corrections_in(server, lan.private) == []

    hoa.presses(listed, button(listed, SAYS["again"]))
    await server.until(lambda: "đã báo 1" in listed.text)
    assert len(corrections_in(server, lan.private)) == 1


async def test_a_restart_tells_those_who_were_not_told_yet_and_nobody_twice(
    server, whole_bot, hoa, articles
):
    people = [server.person(name) for name in ("Lan", "Minh", "Nga")]
    for person in people:
        await answered(server, whole_bot, person, person.private, "bao nhiêu đảng viên?")
    lan, minh, nga = people
    listed = await brought_up(server, hoa, articles)
    server.plant("sendMessage", too_many_requests(600), place=minh.private)
    hoa.presses(listed, button(listed, SAYS["tell"]))
    noted = "select count(*) from correction_deliveries where reached = 'told'"
    await server.until(lambda: whole_bot.log.file.number(noted) == 2, "two to be told")
    await whole_bot.stops()
    assert corrections_in(server, minh.private) == []

    await start(whole_bot, hoa, articles)
    await until_told(server, listed)

    assert "đã báo 3 câu trả lời" in listed.text
    assert [len(corrections_in(server, p.private)) for p in (lan, minh, nga)] == [1, 1, 1]


async def test_killed_while_one_was_leaving_it_is_not_sent_twice(server, whole_bot, hoa, articles):
    people = [server.person(name) for name in ("Lan", "Minh")]
    for person in people:
        await answered(server, whole_bot, person, person.private, "bao nhiêu đảng viên?")
    listed = await brought_up(server, hoa, articles)
    await whole_bot.stops()
    known = Corrections(whole_bot.log.file)
    assert known.decide(1, tell=True, chat_id=hoa.private.id, message_id=listed.message_id)
    known.leaving(1, 1)

    await start(whole_bot, hoa, articles)
    await until_told(server, listed)

    assert "đã báo 1 câu trả lời, không tới được 0. Chưa rõ 1 nơi" in listed.text
    assert [len(corrections_in(server, p.private)) for p in people] == [0, 1]


async def test_a_group_that_moved_since_is_told_in_the_new_one(server, whole_bot, hoa, articles):
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    await answered(server, whole_bot, lan, hanoi, "bao nhiêu đảng viên?")
    moved = hanoi.becomes_supergroup()
    listed = await brought_up(server, hoa, articles)
    await tell(server, hoa, listed)

    assert "đã báo 1 câu trả lời" in listed.text
    (told,) = corrections_in(server, moved)
    assert "Câu hỏi khi ấy: “bao nhiêu đảng viên?”" in told.text


async def test_new_words_are_told_only_where_their_source_may_still_be_seen(
    server, whole_bot, hoa, articles
):
    folder = articles / "noi-bo"
    folder.mkdir()
    (folder / "collection.yaml").write_text("title: Nội bộ\naudience: internal\n")
    shutil.move(articles / "hue.txt", folder / "hue.txt")
    whole_bot.keeper.reload()
    (source,) = [s for s in whole_bot.keeper.sources(EVERYTHING) if s.path == "noi-bo/hue.txt"]
    quote = Quote(source, 0, len(HUE), HUE)
    inner = Audience(frozenset({collection_id("noi-bo")}))
    answer = Answer("", Kind.ANSWER, quotes=(quote,), audience=inner)
    whole_bot.assistant.says = lambda asked: answer
    people = [server.person(name) for name in ("Lan", "Minh")]
    rights = RightsLog(whole_bot.log.file)
    for person in people:
        rights.give(person.user.id, "", Grant(Role.MEMBER, collection_id("noi-bo")))
        await answered(server, whole_bot, person, person.private, "Huế mở mấy lớp?")
    lan, minh = people
    rights.take(minh.user.id, Grant(Role.MEMBER, collection_id("noi-bo")))
    now = HUE.replace("sáu", "bảy")
    (folder / "hue.txt").write_text(f"{now}\n")

    hoa.writes("/reload")
    listed = await shown(server, hoa)
    assert f"Nay: “{now}”" in listed.text
    await tell(server, hoa, listed)

    assert now in corrections_in(server, lan.private)[0].text
    (told,) = corrections_in(server, minh.private)
    assert "bảy" not in told.text
    assert "đã được gỡ khỏi kho" in told.text


async def test_the_terminal_lists_what_was_touched(server, whole_bot, hoa, articles, chidan):
    lan = server.person("Lan")
    await answered(server, whole_bot, lan, lan.private, "bao nhiêu đảng viên?")
    correct(articles)
    hoa.writes("/reload")
    await shown(server, hoa)
    done = await asyncio.to_thread(chidan, "logs", "touched", STATE_DIR=str(whole_bot.state_dir))

    assert done.returncode == 0
    assert "1 · chưa quyết định · 1 · " in done.stdout
    assert f"Nay: “{NEW}”" in done.stdout
