"""Answers through a model, over the questions of the suites: `make eval-model`.

    LLM_BASE_URL=… python -m tests.benchmarks.model [--suite NAME …] [--limit N] [--write]

Asks the endpoint of the settings, as the bot does: follow-ups, prompt, claims, checks, second call.
Where none is set, a stand-in on loopback answers with the passages' own sentences and finds all
claims borne out: that measures what reaches a model and what a question costs, not answers.
Reports what reached the model, claims shown and dropped, refusals, claims shown for questions that
nothing answers (false wherever that is labelled), tokens and seconds. `--write` puts the report
into docs/quality.md.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.assistant.assistant import Assistant
from bot.bootstrap import build_grounded
from bot.cli.output import ASKING, showing_progress
from bot.settings import Settings
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.cases import Case
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Answer, AnswerOptions, GrowingAnswer, Kind, ModelUse, RefusalReason
from retrieval.ranking.reader import Reader
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking, load_ranking
from retrieval.text.vietnamese import fold
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import CACHE, OFFICE, OWN, ROOT, Suite, suites

sys.path.append(str(ROOT / "tests"))
from scripted_model import Call, running, says

PAGE = ROOT / "docs" / "quality.md"
_INTRODUCTION = """
What `make eval-model` counts. The stand-in repeats passages and finds every claim borne out: its
rows tell what reaches a model, what a question costs and how long the product's own share takes,
not how good answers are. Tokens are the server's, or letters through three where it does not count.
"""
AIMS = {"in": 6000, "out": 500, "second call": 1500}
"""Tokens of a question that are aimed at."""
_SHOWN = re.compile(r"(?:\[\d+\])+")
PASSAGE = re.compile(r"--- NGUỒN (\d+) · \w+ ---\n.*?^Nội dung: (.*?)\n--- HẾT", re.S | re.M)
_QUESTION = re.compile(r"Câu hỏi của người đọc: (.*)")
_NUMBERED = re.compile(r"^(\d+)\. KHẲNG ĐỊNH", re.M)
_STATED = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its answer, and how long the first claim and the whole took, in seconds."""

    case: Case
    answer: Answer
    first: float | None
    """None where no claim was shown."""
    whole: float

    @property
    def use(self) -> ModelUse | None:
        """What the model was asked; None where it was not."""
        return self.answer.model

    @property
    def claims(self) -> int:
        """How many claims of the model are shown."""
        return len(_SHOWN.findall(self.answer.lead)) if self.answer.numbered else 0

    @property
    def is_refused(self) -> bool:
        """Whether the model refused."""
        refusal = self.answer.refusal
        return refusal is not None and refusal.reason is RefusalReason.FOUND_BY_MODEL

    @property
    def is_right(self) -> bool:
        """Whether the words that a right answer quotes stand in the answer or in its quotes."""
        said = fold(" ".join([self.answer.lead, *(q.text for q in self.answer.quotes)]))
        return all(any(fold(words) in said for words in group) for group in self.case.must)


async def ask(suite: Suite, assistant: Assistant, limit: int = 0) -> list[Asked]:
    """Ask the questions of a suite one by one, evenly spread ones if there is a `limit`."""
    step = max(1, len(suite.cases) // limit) if limit else 1
    chosen = suite.cases[::step][: limit or None]
    found = []
    with showing_progress(sys.stderr, ASKING) as progress:
        for case in chosen:
            found.append(await _asked(case, assistant))
            progress(len(found), len(chosen))
    await assistant.aclose()
    return found


async def _asked(case: Case, assistant: Assistant) -> Asked:
    started, first = time.monotonic(), None

    async def show(growing: GrowingAnswer) -> None:
        nonlocal first
        if growing.text and first is None:
            first = time.monotonic() - started

    answer = await assistant.answer(case.question, case.history, AnswerOptions(show=show))
    return Asked(case, answer, first, time.monotonic() - started)


def measured(
    suite: Suite, settings: Settings, embeddings: ArrayEmbeddings, ranking: Ranking, limit: int = 0
) -> list[Asked]:
    """Index the documents of a suite and ask its questions through the model of the settings."""
    with scratch_index(suite.documents, embeddings) as (ledger, store):
        answerer = Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)
        assistant = Assistant(answerer, build_grounded(answerer, settings))
        return asyncio.run(ask(suite, assistant, limit))


def report(found: Sequence[Asked]) -> str:
    """Return the figures of a suite as a Markdown table, and why claims and answers fell."""
    answerable = [asked for asked in found if asked.case.must]
    absent = [asked for asked in found if not asked.case.answerable]
    through = [asked for asked in found if asked.use]
    own = [asked for asked in through if asked.answer.numbered]
    dropped = [drop.reason for asked in through if asked.use for _, drop in asked.use.dropped]
    rows = [
        ("questions · answerable · not", f"{len(found)} · {len(answerable)} · {len(absent)}"),
        ("answerable ones that reached the model", _share(map(_reached, answerable))),
        ("answered in the model's words", _share(asked.answer.numbered for asked in through)),
        ("… with the words of a right answer", _share(a.is_right for a in own if a.case.must)),
        ("refused by it though answerable", _share(a.is_refused for a in answerable)),
        ("refused by it or before, nothing answers", _share(map(_is_silent, absent))),
        ("claims shown · dropped", f"{sum(a.claims for a in found)} · {len(dropped)}"),
        ("… shown though nothing answers (false)", str(sum(a.claims for a in absent))),
        ("the sources' own words stood in", _share(bool(a.use and a.use.failure) for a in found)),
        *_costs(through),
        ("seconds to the first claim", _spread([a.first for a in own if a.first is not None])),
        ("seconds to the whole answer", _spread([a.whole for a in through])),
    ]
    table = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    reasons = Counter(dropped)
    failures = Counter(a.use.failure for a in through if a.use and a.use.failure)
    fallen = [f"dropped: {count} × {reason}" for reason, count in reasons.most_common()]
    stood_in = [f"stood in: {count} × {reason}" for reason, count in failures.most_common(5)]
    return "\n".join([*table, "", *fallen, *stood_in])


def _costs(through: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    uses = [asked.use for asked in through if asked.use]
    told = {
        "in": [float(u.prompt_tokens) for u in uses],
        "out": [float(u.completion_tokens) for u in uses],
        "second call": [float(u.judging_tokens) for u in uses if u.judging_tokens],
    }
    for name, counts in told.items():
        yield f"tokens a question, {name} (aim {AIMS[name]})", _spread(counts)


def _reached(asked: Asked) -> bool:
    return asked.use is not None


def _is_silent(asked: Asked) -> bool:
    return asked.answer.kind is Kind.NOT_FOUND


def _share(told: Iterator[bool] | map[bool]) -> str:
    values = list(told)
    return f"{sum(values) / len(values):.3f} ({sum(values)} of {len(values)})" if values else "–"


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "–"
    ordered = sorted(values)
    middle, high = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
    digits = 0 if middle >= 10 else 2
    return f"median {middle:.{digits}f}, 95 % {high:.{digits}f}, most {ordered[-1]:.{digits}f}"


async def repeats_passages(call: Call) -> None:
    """Answer as the stand-in does: the sentences most like the question; all is borne out."""
    asked = call.body["messages"][-1]["content"]
    if numbers := _NUMBERED.findall(asked):
        await says("\n".join(f"{n}: đúng" for n in numbers))(call)
        return
    question = _QUESTION.search(asked)
    wanted = set(fold(question[1] if question else "").split())
    sentences = [
        (len(wanted & set(fold(sentence).split())), int(number), sentence.strip())
        for number, text in PASSAGE.findall(asked)
        for sentence in re.split(r"(?<=[.!?])\s", text)
        if sentence.strip()
    ]
    best = sorted(sentences, key=lambda entry: -entry[0])[:_STATED]
    said = "".join(f"Ý: {text}\nNguồn {number}: “{text}”\n" for _, number, text in best)
    await says(said, usage=False)(call)


@contextmanager
def endpoint() -> Iterator[Settings]:
    """Yield the settings with an endpoint in them: the configured one, or the stand-in's."""
    settings = Settings()
    if settings.llm_base_url is not None:
        yield settings
        return
    print("LLM_BASE_URL is not set: a stand-in on loopback repeats passages.\n")
    with running() as server:
        server.usual = repeats_passages
        yield Settings(_env_file=None, llm_base_url=server.url, llm_model="stand-in")


def main() -> None:
    """Measure the suites and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", action="append", help="only suites whose name holds this")
    parser.add_argument("--limit", type=int, default=0, help="questions of each suite")
    parser.add_argument("--write", action="store_true", help="write it into docs/quality.md")
    options = parser.parse_args()
    tables = []
    embeddings = kept_embeddings()
    ranking = load_ranking(Reader.open(CACHE))
    with endpoint() as settings:
        for suite in suites(names=options.suite or (OWN, OFFICE)):
            found = measured(suite, settings, embeddings, ranking, options.limit)
            tables.append(f"### {suite.name}, {settings.llm_model}\n\n{report(found)}\n")
            print(tables[-1], flush=True)
    embeddings.close()
    if options.write:
        put_section(PAGE, "model", "Through a model", "\n".join([_INTRODUCTION, *tables]))


if __name__ == "__main__":
    main()
