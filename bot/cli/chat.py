"""The assistant in a terminal: the chat loop, and how answers look there.

Owns reading lines and rendering. Answering is the assistant's, the log is `log.exchanges`'s.
Colours and wrapping only on a terminal; elsewhere text goes out as it is, quotes unbroken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.padding import Padding
from rich.text import Text

from bot.texts.answers import (
    beside,
    cited,
    growing_text,
    lead,
    nearest,
    number,
    plain_text,
    remembered,
)
from bot.texts.texts import VIETNAMESE
from retrieval.errors import ChidanError
from retrieval.models import Answer, GrowingAnswer, Kind, Quote, Show, Turn
from retrieval.text.vietnamese import fold

KEPT_TURNS = 5
MARGIN = (0, 0, 0, 2)
GREETING = (
    "Hãy đặt câu hỏi. /moi: bắt đầu chuyện mới · /help: các lệnh · /thoat hoặc Ctrl-D: thoát."
)
FORGOTTEN = "Đã quên các câu trước."
UNKNOWN_COMMAND = "Chưa có lệnh này. /help: các lệnh · /thoat: thoát."
HELP = """Cách hỏi: gõ câu hỏi rồi Enter; hỏi tiếp được, ví dụ “so với chỉ tiêu thì sao?”.
/moi: bắt đầu chuyện mới
/help: lời giải thích này
/thoat hoặc Ctrl-D: thoát
Việc khác làm ở cửa sổ lệnh: chidan sources (các nguồn), chidan directive 205-QĐ/TW (một văn bản),
chidan logs (nhật ký), chidan reload (nạp lại); chidan --help kể hết."""
LEAVING = frozenset({"/thoat", "/exit", "/quit", "/q"})
FORGETTING = frozenset({"/moi", "/new"})
HELPING = frozenset({"/help", "/giupdo", "/trogiup", "/start", "/?"})
ASKING = frozenset({"/hoi", "/ask"})
"""Commands as they are typed here and in Telegram, folded."""
PROMPT = "Hỏi: "
WITHOUT_BOT = (
    "Chưa có TELEGRAM_BOT_TOKEN nên mở trò chuyện tại đây; để chạy bot Telegram, nhắn /newbot cho "
    "@BotFather rồi ghi TELEGRAM_BOT_TOKEN=… vào tệp .env."
)

Ask = Callable[[str, Sequence[Turn]], Answer]


def console_for(stream: TextIO) -> Console:
    """Return a console that adds nothing to text of ours, and wraps lines only on a terminal."""
    return Console(
        file=stream, markup=False, emoji=False, highlight=False, soft_wrap=not stream.isatty()
    )


def chat(
    lines: Iterable[str], ask: Ask, console: Console, complain: Callable[[str], object]
) -> bool:
    """Answer line after line, follow-ups included, until /thoat or the end.

    A question that fails is complained about and the next one asked; returns whether none failed.
    """
    history: list[Turn] = []
    well = True
    for line in lines:
        question = line.strip()
        command, _, rest = question.partition(" ")
        if fold(command) in ASKING:
            question = rest.strip()
        match fold(question):
            case "":
                continue
            case command if command in LEAVING:
                break
            case command if command in FORGETTING:
                history.clear()
                console.print(FORGOTTEN)
            case command if command in HELPING:
                console.print(HELP)
            case command if command.startswith("/"):
                console.print(UNKNOWN_COMMAND)
            case _:
                try:
                    answer = ask(question, history[-KEPT_TURNS:])
                except ChidanError as error:
                    complain(str(error))
                    well = False
                    continue
                console.print(Rendered(answer))
                if answer.kind in (Kind.ANSWER, Kind.NOT_FOUND):
                    history.append(remembered(question, answer))
    return well


def typed_lines(console: Console) -> Iterator[str]:
    """Prompt for lines on a terminal until Ctrl-D."""
    import readline  # noqa: F401 - gives the prompt line editing and arrow keys

    console.print(GREETING, style="dim")
    while True:
        try:
            yield console.input(PROMPT)
        except EOFError:
            console.print()
            return


@contextmanager
def drawn_live(console: Console, *, by_a_model: bool) -> Iterator[Show | None]:
    """Yield what draws a model's answer while it grows, gone in the end; None off a terminal."""
    if not (console.is_terminal and by_a_model):
        yield None
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:

        async def show(draft: GrowingAnswer) -> None:
            live.update(Text(growing_text(draft, VIETNAMESE)), refresh=True)

        yield show


class Rendered:
    """An answer as people see it; off a terminal, plain text."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if console.is_terminal:
            yield from self._drawn()
        else:
            yield Text(plain_text(self._answer))
        yield Text()

    def _drawn(self) -> Iterator[Text | Padding]:
        yield Text(lead(self._answer))
        for rank, quote in enumerate(self._answer.quotes, 1):
            mark = number(self._answer, rank)
            source = Text(f"{mark}— {cited(quote)}", style="dim")
            yield Text()
            yield Padding(_quoted(quote), MARGIN)
            yield Padding(source, MARGIN)
            yield from (Padding(Text(line, style="dim"), MARGIN) for line in beside(quote))
        if self._answer.nearest:
            yield Text(nearest(self._answer.nearest), style="dim")
        if self._answer.note:
            yield Text(f"\n{VIETNAMESE.notes[self._answer.note]}", style="dim")


def _quoted(quote: Quote) -> Text:
    """The words between “…”, what answers in bold."""
    text = Text(f"“{quote.text}”")
    for span in quote.highlights:
        text.stylize("bold", span.start + 1, span.end + 1)
    return text
