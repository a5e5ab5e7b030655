"""The chat in a terminal and how answers look there."""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from bot.bootstrap import answer_logged
from bot.cli.chat import Rendered, chat, console_for, drawn_live
from bot.log.exchanges import Conversations
from bot.texts.answers import remembered
from retrieval.errors import EndpointError
from retrieval.models import Answer, GrowingAnswer, Kind, Quote, Source, Span, Turn

LONG = "Toàn Đảng bộ kết nạp được 11.144 đảng viên mới, " * 6
SOURCE = Source("a-1", "a.md", "Tiêu đề [b]đậm[/b] :smile:", "Báo Nhân", date(2024, 6, 4))


def answer(lead: str = "Có 12 người.", kind: Kind = Kind.ANSWER, text: str = LONG) -> Answer:
    quotes = (Quote(SOURCE, 0, len(text), text, (Span(26, 32),)),) if kind is Kind.ANSWER else ()
    return Answer("?", kind, lead, quotes)


class Recorded:
    """Answers everything alike and remembers what it was asked."""

    def __init__(self, reply: Answer) -> None:
        self.reply = reply
        self.asked: list[tuple[str, list[Turn]]] = []

    def __call__(self, question: str, history: Sequence[Turn]) -> Answer:
        self.asked.append((question, list(history)))
        return self.reply

    async def answer(self, question, history=(), options=None) -> Answer:
        return self(question, history)


class Fails:
    async def answer(self, question, history=(), options=None) -> Answer:
        raise RuntimeError("hỏng")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Conversations]:
    with Conversations(tmp_path / "logs.db") as log:
        yield log


def shown(reply: Answer) -> str:
    stream = io.StringIO()
    console_for(stream).print(Rendered(reply))
    return stream.getvalue()


def conversation(*lines: str, reply: Answer | None = None) -> tuple[Recorded, str]:
    stream, ask = io.StringIO(), Recorded(reply or answer())
    chat(lines, ask, console_for(stream), pytest.fail)
    return ask, stream.getvalue()


def test_elsewhere_than_a_terminal_quotes_stand_in_one_piece_without_colours():
    lines = shown(answer()).splitlines()

    assert lines[0] == "Có 12 người."
    assert f"“{LONG}”" in lines
    assert "— Báo Nhân, 4/6/2024, Tiêu đề [b]đậm[/b] :smile:" in lines


def test_on_a_terminal_lines_fit_and_what_answers_is_bold():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=60, color_system="standard")
    console.print(Rendered(answer()))

    assert "\x1b[1m11.144\x1b[0m" in stream.getvalue()
    plain = Text.from_ansi(stream.getvalue()).plain
    assert max(map(len, plain.splitlines())) <= 60


def test_what_is_not_known_of_a_source_is_left_out():
    quote = Quote(Source("a", "a.md", "Tiêu đề"), 0, 1, "x")

    assert "— Tiêu đề\n" in shown(Answer("?", Kind.ANSWER, "", (quote,)))


def test_an_unanswered_question_names_the_nearest_source():
    reply = Answer("?", Kind.NOT_FOUND, "Không có.", nearest=SOURCE)

    assert shown(reply).startswith("Không có.\nNguồn gần nhất: Báo Nhân, 4/6/2024, Tiêu đề")


def test_a_chat_passes_on_what_was_said():
    ask, _ = conversation("một\n", "\n", "hai\n")

    assert ask.asked == [("một", []), ("hai", [remembered("một", answer())])]


def test_a_follow_up_is_remembered_as_it_was_searched():
    ask, _ = conversation("còn nữ?", "ba", reply=Answer("?", Kind.ANSWER, "12", standalone="nữ"))

    assert ask.asked[1] == ("ba", [Turn("nữ", "12")])


def test_greetings_are_not_remembered():
    ask, _ = conversation("chào", "hai", reply=answer("Chào bạn.", Kind.SMALLTALK))

    assert ask.asked[1] == ("hai", [])


@pytest.mark.parametrize("command", ["/moi", "/mới", " /MOI ", "/new"])
def test_moi_forgets(command):
    ask, _ = conversation("một", command, "hai")

    assert ask.asked[1] == ("hai", [])


@pytest.mark.parametrize("command", ["/thoat", "/thoát\n", "/exit", "/quit"])
def test_thoat_leaves(command):
    ask, _ = conversation("một", command, "hai")

    assert len(ask.asked) == 1


@pytest.mark.parametrize("command", ["/help", "/giupdo", "/giúpđỡ"])
def test_help_tells_the_commands(command):
    ask, output = conversation(command)

    assert ask.asked == []
    assert all(name in output for name in ("/moi", "/thoat", "chidan sources"))


def test_a_question_may_be_put_as_in_telegram():
    ask, _ = conversation("/hoi bao nhiêu?", "/hoi", "/ask hai")

    assert [question for question, _ in ask.asked] == ["bao nhiêu?", "hai"]


def test_an_unknown_command_is_not_a_question():
    ask, output = conversation("/xin")

    assert ask.asked == []
    assert "/thoat" in output


def test_a_question_that_fails_does_not_end_the_chat():
    stream, complaints = io.StringIO(), []

    def ask(question: str, history: Sequence[Turn]) -> Answer:
        if question == "một":
            raise EndpointError("máy chủ bận")
        return answer()

    assert not chat(["một", "hai"], ask, console_for(stream), complaints.append)
    assert complaints == ["máy chủ bận"]
    assert "Có 12 người." in stream.getvalue()


async def test_a_question_of_the_terminal_is_logged(log):
    await answer_logged(Recorded(answer()), log, "bao nhiêu?", [Turn("a", "b")])

    (exchange,) = log.latest(5)
    assert (exchange.question, exchange.answer, exchange.chat_id) == (
        "bao nhiêu?",
        "Có 12 người.",
        None,
    )


async def test_a_failure_is_logged_with_its_reason(log):
    with pytest.raises(RuntimeError):
        await answer_logged(Fails(), log, "bao nhiêu?")

    assert "hỏng" in log.latest(1)[0].error


async def test_a_models_answer_is_seen_growing_on_a_terminal_and_gone_in_the_end():
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=60)

    with drawn_live(console, by_a_model=True) as show:
        await show(GrowingAnswer("Một câu."))
        await show(GrowingAnswer("Một câu. Hai câu."))

    drawn = screen.getvalue()
    assert drawn.index("Một câu.") < drawn.index("Một câu. Hai câu.")
    erases_the_line = "\x1b[2K"
    assert drawn.endswith(erases_the_line)


@pytest.mark.parametrize(("terminal", "model"), [(False, True), (True, False)])
def test_nothing_is_drawn_off_a_terminal_or_without_a_model(terminal, model):
    screen = io.StringIO()

    with drawn_live(Console(file=screen, force_terminal=terminal), by_a_model=model) as show:
        assert show is None

    assert screen.getvalue() == ""
