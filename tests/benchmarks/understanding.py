"""How questions are understood: the time that it takes, and what each stage and table gains.

    python -m tests.benchmarks.understanding [--write]

Over data/articles and our own questions, as typed in chats (data/eval/typed.jsonl) and others. Each
stage or table is taken away in turn: the questions that are understood otherwise without it are
asked with and without. `--write` puts the tables into docs/quality.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

import numpy as np

from bot.bootstrap import trying
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.cases import Case, load_cases
from retrieval.evaluation.runner import Trial
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.query import abbreviations, rewriting, spelling, translation, understanding
from retrieval.query.understanding import meaning
from retrieval.ranking.lexical import Corpus
from retrieval.ranking.reader import open_reader
from retrieval.ranking.weights import load_ranking
from retrieval.text.vietnamese import normalise
from tests.benchmarks.cached_embeddings import CachedEmbeddings
from tests.benchmarks.quality_page import table
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import CACHE, ROOT, documents_of

PAGE = ROOT / "docs" / "quality.md"
FILES = ("typed.jsonl", "questions.jsonl")
ROUNDS = 5
"""How often each question is understood; the least time counts."""


@contextmanager
def _without_stage(name: str) -> Iterator[None]:
    kept = tuple(stage for stage in understanding._STAGES if stage[0] != name)
    english = tuple(stage for stage in understanding._ENGLISH_STAGES if stage[0] != name)
    with (
        patch.object(understanding, "_STAGES", kept),
        patch.object(understanding, "_ENGLISH_STAGES", english),
    ):
        yield


@contextmanager
def _without_common_words() -> Iterator[None]:
    with patch.object(spelling, "_COMMON", ""):
        _forget_usual()
        yield
    _forget_usual()


def _forget_usual() -> None:
    spelling._usual.cache_clear()
    spelling._usual_spelling.cache_clear()


ABLATIONS: dict[str, Callable[[], object]] = {
    **{
        f"stage {name}": lambda name=name: _without_stage(name) for name, _ in understanding._STAGES
    },
    "data/chat.tsv": lambda: patch.object(abbreviations, "chat_forms", dict),
    "data/glossary.tsv": lambda: patch.object(translation, "glossary", dict),
    "data/places.txt in questions": lambda: patch.object(rewriting, "_names", dict),
    "usual words of questions": _without_common_words,
    "definitions of the sources": lambda: patch.object(Corpus, "definitions", lambda *_: {}),
    "readings that fit what is asked": lambda: patch.object(understanding, "_FITTING", {}),
}
"""What is taken away, by what it is called."""


def times_ms(corpus: Corpus, questions: Sequence[str]) -> tuple[float, float]:
    """Return the median and the 95th percentile of understanding one question, in ms."""
    spent = []
    for question in questions:
        runs = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            _ = meaning(question, corpus).question
            runs.append(time.perf_counter() - started)
        spent.append(1000 * min(runs))
    return float(np.median(spent)), float(np.percentile(spent, 95))


def ablated(trial: Trial, cases: Sequence[Case], today: date) -> str:
    """Return a table: of each ablation, the questions it changes and the answers with and without.

    An answer counts if it is right and shown, or if nothing is said where nothing answers.
    """

    def read() -> list[str]:
        with trial.ledger.snapshot() as snap:
            corpus = Corpus(snap, today)
            return [meaning(normalise(case.question), corpus).text for case in cases]

    def right(some: Sequence[Case]) -> int:
        return sum(not outcome.fault for outcome in trial.run(some))

    rows, whole = [], read()
    for name, without in ABLATIONS.items():
        with without():  # type: ignore[attr-defined]
            pairs = zip(cases, whole, read(), strict=True)
            changed = [case for case, before, after in pairs if before != after]
            left = right(changed)
        rows.append([name, str(len(changed)), str(right(changed)), str(left)])
        print("; ".join(rows[-1]), file=sys.stderr, flush=True)
    return table(["taken away", "questions changed", "right with it", "right without"], rows)


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    options = parser.parse_args()
    embeddings = CachedEmbeddings(BuiltinEmbeddings(CACHE), CACHE / "vectors.db")
    cases = [
        case
        for file in FILES
        for case in load_cases(ROOT / "data" / "eval" / file).cases
        if not case.history
    ]
    documents = documents_of(ROOT / "data" / "articles")
    today = max(d.source.date for d in documents if d.source.date)
    ranking = load_ranking(open_reader(CACHE))
    with (
        scratch_index(documents, embeddings) as (ledger, store),
        trying(ledger, store, embeddings, ranking) as trial,
    ):
        with ledger.snapshot() as snap:
            median, high = times_ms(
                Corpus(snap, today), [normalise(case.question) for case in cases]
            )
        gains = ablated(trial, cases, today)
    embeddings.close()
    body = (
        f"Understanding one of {len(cases)} questions takes {median:.1f} ms (median; 95th"
        f" percentile {high:.1f} ms). What each stage and table gains:\n\n{gains}"
    )
    print(body)
    if options.write:
        put_section(PAGE, "understanding", "How questions are understood", body)


if __name__ == "__main__":
    main()
