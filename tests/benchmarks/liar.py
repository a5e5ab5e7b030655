"""Does anything false get past verification, and does what is true stay?

    python -m tests.benchmarks.liar [--cases N] [--write]

A scripted model on loopback writes true and false sentences about the passages that it was given
(see `sayings`), each case by its seed; the whole chain answers. Counted is what of them is shown.
The sources, seeds and words are not those that `thresholds` fits on. `--write` puts the figures
into docs/quality.md. Fails if a lie of the plain sort is shown.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.generation.chain import Grounded
from retrieval.generation.output_parser import sentences_of
from retrieval.generation.prompting import given_in
from retrieval.grounding.claims import Claimed
from retrieval.grounding.support import Given
from retrieval.loading.folder import SourceFolder
from retrieval.model_servers.chat_model import EndpointChatModel
from retrieval.models import Document
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.text.sentences import split_sentences
from tests.benchmarks.sayings import WAYS, Said, Sort, case
from tests.benchmarks.sections import put_section
from tests.benchmarks.wording import Half
from tests.scripted_model import running, says

ROOT = Path(__file__).parents[2]
CASES = 240
_LEAST_LETTERS = 60


@dataclass(frozen=True)
class Questioned:
    """The articles of one half, searched."""

    half: Half
    documents: Sequence[Document]
    search: Search
    embeddings: BuiltinEmbeddings
    answerer: Answerer

    def question(self, seed: int) -> str:
        """Return a sentence of the sources to ask about."""
        dice = random.Random(seed)
        text = dice.choice(self.documents).text
        found = [text[s.start : s.end] for s in split_sentences(text)]
        return dice.choice([sentence for sentence in found if len(sentence) > _LEAST_LETTERS])

    def case(self, seed: int) -> tuple[str, Mapping[int, Given], list[Said]]:
        """Return a question, the passages a model gets with it, and what it says."""
        question = self.question(seed)
        given = given_in(self.search.find(question))
        return question, given, case(seed, self.half, given)


@contextmanager
def articles_of(half: Half) -> Iterator[Questioned]:
    """Index the articles of a half for a while."""
    folder = SourceFolder(ROOT / "data" / "articles")
    # The reporting half gets the odd one.
    documents = [folder.read(path) for path in sorted(folder.stamps())[1 - half :: 2]]
    embeddings = BuiltinEmbeddings()
    # Whether a question is answered at all is measured elsewhere; here each of them is.
    ranking = replace(load_ranking(), threshold=0.0)
    with scratch_index(documents, embeddings) as (ledger, store):
        search = Search(ledger.snapshot, store, embeddings, ranking)
        yield Questioned(half, documents, search, embeddings, Answerer(search, ranking))


@dataclass
class Tally:
    """How many sentences of each manner were written, and how many of them shown."""

    written: Counter[tuple[Sort, str]] = field(default_factory=Counter)
    shown: Counter[tuple[Sort, str]] = field(default_factory=Counter)
    let_through: list[Said] = field(default_factory=list)
    lost: list[Said] = field(default_factory=list)

    def count(self, said: Said, shown: bool) -> None:
        """Take note of a sentence."""
        self.written[said.sort, said.manner] += 1
        self.shown[said.sort, said.manner] += shown
        if shown is not said.sort.is_true:
            (self.let_through if shown else self.lost).append(said)

    def of(self, sort: Sort) -> tuple[int, int]:
        """Return how many sentences of a sort were shown, and how many written."""
        return sum(self.shown[sort, m] for m in WAYS[sort]), sum(
            self.written[sort, m] for m in WAYS[sort]
        )

    @property
    def kept(self) -> float:
        """The share of the true sentences that were shown."""
        shown, written = self.of(Sort.TRUE)
        return shown / max(1, written)


def measure(seeds: Iterable[int], half: Half = Half.REPORTING) -> Tally:
    """Let the liar speak once for each seed."""
    with articles_of(half) as articles, running() as server:
        model = EndpointChatModel(base_url=server.url, model="liar")
        grounded = Grounded(articles.answerer, model, articles.embeddings)

        async def ask_all() -> Tally:
            tally = Tally()
            for seed in seeds:
                question, _, said = articles.case(seed)
                server.usual = says(" ".join(s.written for s in said), letters=200)
                answer = await grounded.answer(question)
                shown = {_words(text) for text in sentences_of(answer.lead) if answer.numbered}
                for one in said:
                    tally.count(one, not shown.isdisjoint(map(_words, sentences_of(one.written))))
            await model.aclose()
            return tally

        return asyncio.run(ask_all())


def _words(claimed: Claimed) -> str:
    return claimed.text.rstrip(".")


def table(cases: int, tally: Tally) -> str:
    """Return the section of docs/quality.md."""
    false, harder, freer = map(tally.of, (Sort.FALSE, Sort.HARDER, Sort.FREER))
    rows = [
        f"| {sort} | {name} | {tally.written[sort, name]} | {tally.shown[sort, name]} |"
        for sort, ways in WAYS.items()
        for name in ways
        if tally.written[sort, name]
    ]
    return "\n".join(
        [
            f"Over {cases} generated cases: **{false[0]} of {false[1]} false sentences shown, "
            f"{tally.kept:.1%} of {tally.of(Sort.TRUE)[1]} true ones kept.** Of {harder[1]} harder "
            f"lies, made of the source's own words, {harder[0]} were shown; of {freer[1]} truths "
            f"told more freely, {freer[0]} were kept.",
            "",
            "| sort | sentences | written | shown |",
            "|---|---|--:|--:|",
            *rows,
            "",
            "Sources, seeds and words of the lies are not those that thresholds were fitted on.",
            "The true sentences keep close to the words of the sources, as the prompt asks; freer",
            "ones have three words or more put in other words.",
            "`python -m tests.benchmarks.liar --write` measures it.",
        ]
    )


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/quality.md")
    arguments = parser.parse_args()
    tally = measure(range(arguments.cases))
    body = table(arguments.cases, tally)
    print(body)
    for said in tally.let_through:
        print(f"SHOWN ({said.manner}): {said.written}")
    for said in (said for said in tally.lost if said.sort is Sort.TRUE):
        print(f"LOST ({said.manner}): {said.written}")
    if arguments.write:
        put_section(ROOT / "docs" / "quality.md", "liar", "A model that lies", body)
    raise SystemExit(tally.of(Sort.FALSE)[0] > 0)


if __name__ == "__main__":
    main()
