"""Every button that any keyboard can make, pressed in the whole application."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from botapi.refusals import Drop
from pressing import noted
from scripted import QUOTE, found
from telegram.ext import CallbackQueryHandler

from bot.access import Grant, Role
from bot.log.rights import RightsLog
from bot.log.subscriptions import Subscriptions
from bot.log.verdicts import Judgement, Verdict, Verdicts
from bot.review.queries import Filter, find
from bot.telegram.keyboards import Action
from bot.texts.texts import VIETNAMESE
from retrieval.loading.feeds import SubscriptionRule
from retrieval.models import Answer, Kind, Source

HANDLERS = {
    Action.VOTE: "Feedback.vote",
    Action.REASON: "Feedback.reason",
    Action.HAND_OVER: "Feedback.hand_over",
    Action.SEND_AGAIN: "Feedback.send_again",
    Action.CHOOSE: "Clarifying.choose",
    Action.PASSAGE: "PassagePages.show",
    Action.REST_OF_LIST: "PassagePages.rest_of_list",
    Action.TAKE_AWAY: "TakeAway.one",
    Action.DIRECTIVES: "Directives.turn",
    Action.DIRECTIVE: "Directives.show",
    Action.SOURCES: "Library.turn",
    Action.FORGET_ME: "Privacy.confirmed",
    Action.DELETE_SOURCE: "Deleting.confirmed",
    Action.ADD_SOURCE: "Adding.pressed",
    Action.ROLL_BACK: "Admin.confirmed",
    Action.RELOAD_AGAIN: "Admin.again",
    Action.LOG_PAGE: "Reviewing.turn",
    Action.LOG_ENTRY: "Reviewing.one",
    Action.LOG_SEARCH: "Reviewing.turn_found",
    Action.UNANSWERED: "Triage.turn",
    Action.RESOLVE: "Triage.act",
    Action.WAIT: "ignore",
    Action.REMEMBERED: "RememberedPages.turn",
    Action.KEEPING: "RememberedPages.decide",
    Action.NEAR: "SourceCards.show",
    Action.NEWEST: "SourceCards.turn",
    Action.SEARCH: "Searching.turn",
    Action.ASK: "SourceCards.ask",
    Action.PANEL: "Panel.pressed",
    Action.CORRECTION: "Correcting.decide",
    Action.CORRECTION_PAGE: "Correcting.turn",
    Action.PROPOSAL: "PageWatch.pressed",
    Action.CONFIRM_SOURCE: "PageWatch.confirm",
    Action.NEW_ITEMS: "Following.pressed",
    Action.UNFOLLOW: "Following.unfollow",
    Action.GIVE_ROLE: "Roles.give",
    Action.TAKE_ROLE: "Roles.take",
}


FIRST = "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới.\n"
ITEMS = [f"- Giấy tờ số {number}: {'bản chính, ' * 30}nộp tại chi bộ.\n" for number in range(15)]
LISTED = "Hồ sơ gồm:\n" + "".join(ITEMS)


@pytest.fixture
def articles(tmp_path):
    """More sources and directives than one page of a list holds."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(1, 17):
        (folder / f"bai-{number}.txt").write_text(
            f"Quy định số {300 + number}-QĐ/TW nêu trách nhiệm của chi bộ thứ {number}.\n"
        )
    (folder / "bai-17.md").write_text("---\ndate: 2024-05-01\n---\n\n" + FIRST)
    (folder / "bai-18.md").write_text(LISTED)
    return folder


class Presser:
    """Presses buttons as one person, and knows which handler took which action."""

    def __init__(self, server, application, person):
        self.server, self.person = server, person
        self.taken = defaultdict(set)
        for handler in application.handlers[0]:
            if isinstance(handler, CallbackQueryHandler):
                handler.callback = self._noting(handler.callback)

    def _noting(self, callback):
        async def noted(update, context):
            action = update.callback_query.data.partition(":")[0]
            self.taken[Action(action)].add(callback.__qualname__)
            await callback(update, context)

        return noted

    async def asks(self, words):
        """Write to the bot in private; return its reply."""
        return await self.server.reply_to(self.person.writes(words))

    async def presses(self, sent, action, nth=0):
        """Press the nth button with that action and wait until the press is answered."""
        begins = f"{action}:", action
        data = [b["callback_data"] for b in sent.buttons]
        fitting = [d for d in data if d == begins[1] or d.startswith(begins[0])]
        query = self.person.presses(sent, fitting[nth])
        await self.server.until(lambda: self.server.world.callbacks[query] is not None, action)

    async def until_it_has(self, sent, action):
        """Wait until a message bears a button with that action."""
        begins = str(action)
        await self.server.until(
            lambda: any(b["callback_data"].split(":")[0] == begins for b in sent.buttons), begins
        )


def says(question):
    if "mập mờ" in question:
        return Answer(question, Kind.CLARIFY, choices=("Câu thứ nhất?", "Câu thứ hai?"))
    if "lạ" in question:
        return Answer(question, Kind.NOT_FOUND, "Không có.")
    other = Source("bai-hai", "bai-hai.md", "Bài hai")
    second = QUOTE.__class__(other, 0, 5, "Hai ba")
    return Answer(question, Kind.ANSWER, found(question).lead, (QUOTE, second))


@pytest.fixture
async def presser(server, whole_bot, articles):
    hoa = server.person("Hoa")
    (source,) = (s for s in whole_bot.keeper.sources() if s.path == "bai-17.md")
    suggested = QUOTE.__class__(source, 0, len(FIRST.strip()), FIRST.strip())
    (listed,) = (s for s in whole_bot.keeper.sources() if s.path == "bai-18.md")
    stored = whole_bot.keeper.text(listed.id)
    end = stored.index(ITEMS[2]) - 1
    cut = QUOTE.__class__(listed, 0, end, stored[:end], more=13)
    known = {
        "Năm 2024, Hà Nội": Answer("", Kind.ANSWER, quotes=(suggested,)),
        "Hồ sơ gồm những gì": Answer("", Kind.ANSWER, quotes=(cut,)),
    }
    whole_bot.assistant.says = lambda question: (
        next(
            (answer for begins, answer in known.items() if question.startswith(begins)),
            None,
        )
        or says(question)
    )
    application = await whole_bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)
    return Presser(server, application, hoa)


async def test_each_button_reaches_its_own_handler(server, whole_bot, presser):
    answer = await presser.asks("Bao nhiêu đảng viên?")
    await presser.presses(answer, Action.VOTE)
    await presser.presses(answer, Action.VOTE, 1)
    await presser.until_it_has(answer, Action.REASON)
    await presser.presses(answer, Action.REASON)
    await presser.presses(answer, Action.PASSAGE)
    await server.until(lambda: len(server.sent()) == 2)
    await presser.presses(server.sent()[1], Action.PASSAGE)
    await presser.presses(answer, Action.TAKE_AWAY)

    await presser.presses(await presser.asks("Chuyện lạ thứ nhất?"), Action.HAND_OVER)
    await presser.presses(await presser.asks("Câu mập mờ?"), Action.CHOOSE)
    await presser.asks("Giá vàng, chuyện lạ khác?")
    listed = await presser.asks("/vanban")
    await presser.presses(listed, Action.DIRECTIVES)
    await presser.presses(listed, Action.DIRECTIVE)
    await presser.presses(await presser.asks("/nguon"), Action.SOURCES)
    log = await presser.asks("/nhatky")
    await presser.presses(log, Action.LOG_PAGE, 1)
    await presser.presses(log, Action.LOG_ENTRY)
    for number in range(5):
        await presser.asks(f"Câu tìm {number}?")
    await presser.asks("Câu tìm thêm?")
    await presser.presses(await presser.asks("/nhatky tìm"), Action.LOG_SEARCH)
    listed = await presser.asks("Hồ sơ gồm những gì?")
    before = len(server.sent())
    await presser.presses(listed, Action.REST_OF_LIST)
    await server.until(lambda: len(server.sent()) > before, "the rest of the list")
    waiting = await presser.asks("/chuatraloi")
    await presser.presses(waiting, Action.UNANSWERED)
    before = len(server.sent())
    await presser.presses(waiting, Action.RESOLVE)
    await server.until(lambda: len(server.sent()) > before, "what the answer is asked in")

    server.plant("sendMessage", Drop(after=True), place=presser.person.private)
    unsure = presser.person.writes("Có đến không?")
    await server.until(lambda: any(s.text == VIETNAMESE.unsure for s in server.replies_to(unsure)))
    (offer,) = (s for s in server.replies_to(unsure) if s.text == VIETNAMESE.unsure)
    await presser.presses(offer, Action.SEND_AGAIN)

    await through_the_store(presser)
    await through_the_panel(server, whole_bot, presser)
    await through_a_correction(server, whole_bot, presser)
    await presser.presses(await presser.asks("/xoanguon bai-1.txt"), Action.DELETE_SOURCE, 1)
    page = presser.person.sends(
        presser.person.private,
        {"document": document(server, "moi.txt", "Một văn bản mới của chi bộ."), "caption": "/them",
         "caption_entities": [{"type": "bot_command", "offset": 0, "length": 5}]},
    )  # fmt: skip
    shown = await server.reply_to(page)
    await presser.until_it_has(shown, Action.ADD_SOURCE)
    await presser.presses(shown, Action.ADD_SOURCE)
    await server.until(lambda: len(whole_bot.keeper.sources()) == 19, "the new source")
    undo = await presser.asks("/hoantac")
    await presser.presses(undo, Action.ROLL_BACK)
    await presser.until_it_has(undo, Action.RELOAD_AGAIN)
    await presser.presses(undo, Action.RELOAD_AGAIN)
    await server.until(lambda: len(whole_bot.keeper.sources()) == 19, "the new source again")

    for data in (f"{Action.WAIT}:1", f"{Action.PROPOSAL}:1:bo:0", f"{Action.NEW_ITEMS}:1:bo:1"):
        query = presser.person.presses(answer, data)
        await server.until(lambda query=query: server.world.callbacks[query] is not None, data)
    await presser.presses(await presser.asks("/xoadulieu"), Action.FORGET_ME)

    assert set(HANDLERS) == set(Action)
    assert presser.taken == {action: {handler} for action, handler in HANDLERS.items()}


async def through_the_store(presser):
    """Press what everybody reads the store with."""
    newest = await presser.asks("/moinhat")
    await presser.presses(newest, Action.NEAR)
    await presser.server.until(lambda: "Xác nhận lần cuối" in presser.server.sent()[-1].text)
    await presser.presses(presser.server.sent()[-1], Action.CONFIRM_SOURCE)
    await presser.presses(newest, Action.NEWEST)
    found = await presser.asks("/timkiem chi bo")
    await presser.presses(found, Action.SEARCH)
    start = await presser.asks("/start")
    await presser.presses(start, Action.ASK)


async def through_the_panel(server, bot, presser):
    """Answer an open question from the panel, look at the answer, withdraw it."""
    panel = await presser.asks("/quantri")
    assert len([b for b in panel.buttons if b["callback_data"].startswith(Action.PANEL)]) == 13
    waiting = await presser.asks("/chuatraloi")
    await presser.presses(waiting, Action.RESOLVE)
    await server.until(lambda: "Hãy trả lời" in server.sent()[-1].text, "the prompt")
    prompt = server.sent()[-1]
    await noted(server, bot, prompt)
    presser.person.writes("Có, ở bài một.", reply_to=prompt)
    await server.until(lambda: "document" in server.sent()[-1].json, "the offer")
    await presser.presses(panel, Action.PANEL, 1)
    await server.until(lambda: "được ghi nhớ 1/1" in server.sent()[-1].text, "the answer")
    page = server.sent()[-1]
    await presser.presses(page, Action.KEEPING)
    query = presser.person.presses(page, f"{Action.REMEMBERED}:0")
    await server.until(lambda: server.world.callbacks[query] is not None, "the next page")


async def through_a_correction(server, bot, presser):
    """Judge more answers wrong than a page of a correction holds, turn the page, leave it."""
    judged = [row["id"] for row in find(bot.log.file, Filter(kind="answer"))][:5]
    for exchange in judged:
        Verdicts(bot.log.file).give(exchange, "mai", Judgement(Verdict.WRONG_QUOTE))
    listed = await presser.asks("/dinhchinh")
    await presser.presses(listed, Action.CORRECTION_PAGE)
    await presser.presses(listed, Action.CORRECTION, 1)
    added = datetime.now(UTC)
    Subscriptions(bot.log.file).add("trong", "Thư mục trống", SubscriptionRule(), added)
    await presser.presses(await presser.asks("/theodoi"), Action.UNFOLLOW)
    RightsLog(bot.log.file).give(
        server.group("Nhóm").id, "Nhóm", Grant(Role.MEMBER, "noi-bo-1a2b3c")
    )
    roles = await presser.asks("/vaitro")
    await presser.presses(roles, Action.TAKE_ROLE)
    await presser.presses(roles, Action.GIVE_ROLE)


def document(server, name, text):
    file_id = f"file-{server.world.number()}"
    server.world.files[file_id] = (name, text.encode())
    return {"file_id": file_id, "file_unique_id": file_id, "file_name": name}


async def test_who_asks_for_it_is_erased_from_the_log(server, whole_bot, presser, tmp_path):
    minh = server.person("Minh")
    reply = await server.reply_to(minh.writes("Câu của Minh?"))
    minh.presses(reply, reply.buttons[2]["callback_data"])
    await presser.asks("Câu của Hoa?")
    mine = await server.reply_to(minh.writes("/xoadulieu"))

    minh.presses(mine, mine.buttons[0]["callback_data"])
    await server.until(lambda: mine.text.startswith("Đã xóa"), "the erasure")
    await whole_bot.stops()

    asked = find(whole_bot.log.file, Filter())
    assert [row["question"] for row in asked] == ["Câu của Hoa?", ""]
    known = whole_bot.log.file.rows("select id from people union select person_id from votes")
    assert minh.user.id not in {row["id"] for row in known}
    assert "Câu của Minh".encode() not in (tmp_path / "logs.db").read_bytes()


async def test_the_rest_of_a_list_is_shown_to_its_last_item(server, presser):
    shown = await presser.asks("Hồ sơ gồm những gì?")
    seen = []
    while any(b["callback_data"].startswith(Action.REST_OF_LIST) for b in shown.buttons):
        before = len(server.sent())
        await presser.presses(shown, Action.REST_OF_LIST)
        await server.until(lambda before=before: len(server.sent()) > before)
        shown = server.sent()[-1]
        seen += shown.marked("blockquote")
    assert len(seen) > 1
    assert "\n".join(seen) == "".join(ITEMS[2:]).strip()
