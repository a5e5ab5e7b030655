"""Twenty answers as they stand on the screen, chosen by a seed, to be read by a person.

    python -m tests.benchmarks.twenty [--seed 7] [--suite office] [--count 20]

Prints each question with its kind, the answer as a message shows it, and whether it is right as the
suite counts. What is read so is better known than what is only counted.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import trying
from bot.telegram.formatting import compose
from bot.texts.texts import VIETNAMESE
from retrieval.evaluation.metrics import Outcome
from retrieval.evaluation.runner import Ask
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Answer
from retrieval.ranking.reader import Reader
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.suites import CACHE, OFFICE, SHARED, suites


def main() -> None:
    """Ask the chosen questions and print the answers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other suites")
    parser.add_argument("--suite", default=OFFICE, help="the suite whose name holds this")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    suite = next(suites(options.shared, (options.suite,)))
    chance = random.Random(options.seed)
    cases = chance.sample(suite.cases, min(options.count, len(suite.cases)))
    embeddings = kept_embeddings()
    ranking = load_ranking(Reader.open(CACHE))
    answers: list[Answer] = []
    with (
        scratch_index(suite.documents, embeddings) as (ledger, store),
        trying(ledger, store, embeddings, ranking) as trial,
    ):

        def kept(search: Search) -> Ask:
            ask = trial.assist(search)

            def asked(question: str, history: object) -> Answer:
                answers.append(ask(question, history))  # type: ignore[arg-type]
                return answers[-1]

            return asked

        outcomes = replace(trial, assist=kept).run(cases)
    embeddings.close()
    for number, (outcome, answer) in enumerate(zip(outcomes, answers, strict=True), 1):
        print(f"{number}. [{outcome.case.id}, {outcome.case.kind}: {_verdict(outcome)}]")
        print(f"HỎI: {outcome.case.question}\n{'─' * 60}")
        print("\n".join(part.text for part in compose(answer, VIETNAMESE)), end="\n\n")


def _verdict(outcome: Outcome) -> str:
    if not outcome.case.answerable:
        return "answered in vain" if outcome.answered else "rightly not answered"
    if not outcome.answered:
        return "wrongly refused"
    if outcome.hit_1:
        return "right"
    return "right in the second or third" if outcome.hit_3 else "missed"


if __name__ == "__main__":
    main()
