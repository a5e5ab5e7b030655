"""How questions are understood: the time that it takes, and what each stage and table gains.

    python -m tests.benchmarks.understanding [--write] [--shared DIR]

Over our own questions, as typed in chats (data/eval/typed.jsonl) and others, and over the suites of
another team where they are at hand: none of the tables was made from these. Each stage or table is
taken away in turn: the questions that are understood otherwise without it are asked with and
without. `--write` puts the tables into docs/quality.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

import numpy as np

from bot.bootstrap import trying
from retrieval.evaluation.cases import Case, load_cases
from retrieval.evaluation.runner import Trial
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.query import (
    abbreviations,
    duplicates,
    rewriting,
    spelling,
    subgroups,
    translation,
    understanding,
)
from retrieval.query.analysis import Wanted
from retrieval.query.understanding import meaning
from retrieval.ranking.lexical import Corpus
from retrieval.ranking.reader import open_reader
from retrieval.ranking.weights import load_ranking
from retrieval.text import names, vietnamese
from retrieval.text.vietnamese import key, normalise, spelled, unaccented
from tests.benchmarks.cached_embeddings import CachedEmbeddings, kept_embeddings
from tests.benchmarks.quality_page import table
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import (
    CACHE,
    EVERYDAY,
    OFFICE,
    ROOT,
    SHARED,
    TRAINING,
    Suite,
    documents_of,
    suites,
)

PAGE = ROOT / "docs" / "quality.md"
PAIRS = "tests/retrieval/query/data/question_pairs.tsv"
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
def _without(
    *patches: AbstractContextManager[object], caches: Sequence[_Cached] = ()
) -> Iterator[None]:
    """Take something away, and let `caches` forget what they made of it, before and after."""
    with ExitStack() as stack:
        for cached in caches:
            stack.callback(cached.cache_clear)
        for each in patches:
            stack.enter_context(each)
        for cached in caches:
            cached.cache_clear()
        yield


class _Cached(Protocol):
    def cache_clear(self) -> None: ...


def _as_it_is(text: str, frequency: Callable[[str], int]) -> str:
    return text


def _nothing() -> dict[str, tuple[str, bool]]:
    return {}


_TERMS = (vietnamese._written_out, vietnamese.forms, vietnamese.terms_of)
_USUAL = (spelling._usual, spelling._usual_spelling)

ABLATIONS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    **{f"stage {name}": partial(_without_stage, name) for name, _ in understanding._STAGES},
    "data/abbreviations.tsv": lambda: _without(
        patch.object(vietnamese, "abbreviations", _nothing),
        patch.object(abbreviations, "abbreviations", _nothing),
        caches=_TERMS,
    ),
    "data/chat_abbreviations.tsv": lambda: patch.object(abbreviations, "chat_forms", dict),
    "data/glossary.tsv": lambda: patch.object(translation, "glossary", dict),
    "data/synonyms.tsv": lambda: patch.object(understanding, "in_official_words", _as_it_is),
    "data/places.txt in questions": lambda: patch.object(rewriting, "_names", dict),
    "data/place_aliases.tsv": lambda: _without(
        patch.object(names, "place_aliases", tuple),
        caches=(names._keys,),
    ),
    "data/subgroups.tsv": lambda: _without(
        patch.object(subgroups, "subgroups", tuple),
        patch.object(subgroups, "_named", lambda question: iter(())),
        patch.object(spelling, "subgroups", tuple),
        caches=_USUAL,
    ),
    "data/usual_phrases.txt": lambda: _without(
        patch.object(spelling, "usual_phrases", tuple), caches=_USUAL
    ),
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


Reading = tuple[str, str, tuple[str, ...], tuple[str, ...], str]
"""All of what is made of a question that an ablation may change."""
_BEYOND_QUESTIONS = frozenset(
    ("data/abbreviations.tsv", "data/place_aliases.tsv", "data/subgroups.tsv")
)
"""Tables that read sources, or judge answers, too."""
Counts = dict[str, list[int]]
"""Of each ablation: the questions it changes, and those answered rightly with and without it."""


def ablated(trial: Trial, cases: Sequence[Case], today: date) -> Counts:
    """Return what each ablation changes.

    An answer counts if it is right and shown, or if nothing is said where nothing answers.
    """

    def read() -> list[Reading]:
        with trial.ledger.snapshot() as snap:
            corpus = Corpus(snap, today)
            return [_read(normalise(case.question), corpus) for case in cases]

    def right(some: Mapping[str, Reading], known: dict[tuple[str, Reading], bool]) -> int:
        asked = [case for case in cases if case.id in some]
        missing = [case for case in asked if (case.id, some[case.id]) not in known]
        for outcome in trial.run(missing) if missing else ():
            known[outcome.case.id, some[outcome.case.id]] = not outcome.fault
        return sum(known[case.id, some[case.id]] for case in asked)

    ids = [case.id for case in cases]
    counts, whole = {}, read()
    outcomes: dict[tuple[str, Reading], bool] = {}
    for name, without in ABLATIONS.items():
        with without():
            pairs = zip(ids, whole, read(), strict=True)
            changed = {one: after for one, before, after in pairs if before != after}
            # What is read alike is answered alike, unless more than the question is read otherwise.
            left = right(changed, {} if name in _BEYOND_QUESTIONS else outcomes)
        before = right(
            {one: w for one, w in zip(ids, whole, strict=True) if one in changed}, outcomes
        )
        counts[name] = [len(changed), before, left]
        print(name, *counts[name], file=sys.stderr, flush=True)
    return counts


def _read(question: str, corpus: Corpus) -> Reading:
    """Return all of what is made of a question that an ablation may change."""
    found = meaning(question, corpus).question
    group = subgroups.lacking_group(found.text, ()) if found.wanted is Wanted.NUMBER else ""
    return found.text, found.rival, found.folded, found.named.places, group


def words_restored(corpus: Corpus, cases: Sequence[Case]) -> tuple[int, int]:
    """Return how many words of questions stripped of their diacritics get them back, and of all."""
    right = total = 0
    for question in (normalise(case.question) for case in cases):
        if spelling.is_bare(question) or translation.is_english(question):
            continue
        bare = unaccented(question).lower()
        mended = understanding._mended(bare, bare, corpus)
        made = spelled(understanding._accents(bare, mended, corpus))
        meant = spelled(question.lower())
        total += len(meant)
        if len(made) == len(meant):
            right += sum(key(a) == key(b) for a, b in zip(made, meant, strict=True))
    return right, total


def contrasts_table(embeddings: CachedEmbeddings) -> str:
    """Return how many pairs of questions are told apart or not rightly, with data/contrasts.tsv."""
    lines = (ROOT / PAIRS).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]

    def right() -> int:
        found = 0
        for kind, one, other in rows:
            vectors = embeddings.embed_array([one, other])
            cosine = float(vectors[0] @ vectors[1])
            apart = duplicates.difference(one, other, lambda cosine=cosine: cosine)
            found += (apart is None) is (kind == "alike")
        return found

    with_it = right()
    with patch.object(duplicates, "_contrasts", tuple):
        without = right()
    return (
        f"Of {len(rows)} pairs of questions, {with_it} are rightly told apart or taken for one;"
        f" {without} without data/contrasts.tsv."
    )


def _own() -> Suite:
    found = [load_cases(ROOT / "data" / "eval" / file).cases for file in FILES]
    return Suite("own", tuple(chain(*found)), documents_of(ROOT / "data" / "articles"))


def _added(one: Counts, other: Counts) -> Counts:
    return {name: [a + b for a, b in zip(one[name], other[name], strict=True)] for name in one}


def _rows(own: Counts, others: Counts) -> list[list[str]]:
    return [
        [name, *(str(count) for count in (*own[name], *others.get(name, ("–", "–", "–"))))]
        for name in own
    ]


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other suites")
    parser.add_argument("--own", action="store_true", help="ask our own questions alone")
    options = parser.parse_args()
    embeddings = kept_embeddings()
    ranking = load_ranking(open_reader(CACHE))
    own: Counts = {}
    others: Counts = {}
    restored = np.zeros((2, 2), dtype=int)
    times = ""
    asked_too = () if options.own else suites(options.shared, (OFFICE, EVERYDAY, TRAINING))
    for suite in (_own(), *asked_too):
        cases = [case for case in suite.cases if not case.history]
        today = max(d.source.date for d in suite.documents if d.source.date)
        print(f"{suite.name} …", file=sys.stderr)
        with (
            scratch_index(suite.documents, embeddings) as (ledger, store),
            trying(ledger, store, embeddings, ranking) as trial,
        ):
            with ledger.snapshot() as snap:
                restored[0] += words_restored(Corpus(snap, today), cases)
                with ABLATIONS["data/usual_phrases.txt"]():
                    restored[1] += words_restored(Corpus(snap, today), cases)
            if not own:
                with ledger.snapshot() as snap:
                    asked = [normalise(case.question) for case in cases]
                    median, high = times_ms(Corpus(snap, today), asked)
                times = (
                    f"Understanding one of {len(cases)} questions takes {median:.1f} ms (median;"
                    f" 95th percentile {high:.1f} ms)."
                )
                own = ablated(trial, cases, today)
                continue
            counts = ablated(trial, cases, today)
            others = _added(others, counts) if others else counts
    told = (
        f"Of {restored[0][1]} words of all these questions, stripped of their diacritics,"
        f" {restored[0][0] / restored[0][1]:.1%} get them back;"
        f" {restored[1][0] / restored[1][1]:.1%} without data/usual_phrases.txt."
        f" {contrasts_table(embeddings)}"
    )
    embeddings.close()
    head = [
        *("taken away", "own questions changed", "right with it", "right without"),
        *("others changed", "right with it", "right without"),
    ]
    body = (
        f"{times} What each stage and table gains, on our own questions and on those of others"
        f" ({OFFICE}, {EVERYDAY}, {TRAINING}: held-out documents), from which none was made:\n\n"
        f"{table(head, _rows(own, others))}\n\n{told} What the lists that reading uses gain is"
        " measured by `make test-documents` and `python -m tests.benchmarks.metadata`,"
        " data/qualifiers.tsv by `make eval-claims`."
    )
    print(body)
    if options.write:
        put_section(PAGE, "understanding", "How questions are understood", body)


if __name__ == "__main__":
    main()
