"""Does anything false get past verification, and does what is true stay?

    python -m benchmarks.liar [--cases N] [--write]

A scripted model on loopback writes true and false sentences about the passages that it was given
(see `lies`), each case by its seed; the whole chain answers. Counted is what of them is shown.
`--write` puts the figures into docs/quality.md. Fails if anything false is shown.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.lies import LIES, TRUTHS, Said, case
from benchmarks.sections import put_section
from retrieval.answering import Answerer
from retrieval.chat_model import EndpointChatModel
from retrieval.documents import Document
from retrieval.drafting import Claimed, sentences_of
from retrieval.embeddings import BuiltinEmbeddings
from retrieval.folder import SourceFolder
from retrieval.generation import Grounded
from retrieval.prompting import given_in
from retrieval.ranking import load_ranking
from retrieval.scratch import scratch_index
from retrieval.search import Search
from retrieval.sentences import split_sentences
from tests.scripted_model import running, says

ROOT = Path(__file__).parent.parent
CASES = 240
_LEAST_LETTERS = 60


@dataclass
class Tally:
    """How many sentences of each manner were written, and how many of them shown."""

    written: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    let_through: list[Said] = field(default_factory=list)

    def count(self, said: Said, shown: bool) -> None:
        """Take note of a sentence."""
        self.written[said.manner] += 1
        self.shown[said.manner] += shown
        if shown and not said.true:
            self.let_through.append(said)

    @property
    def kept(self) -> float:
        """The share of the true sentences that were shown."""
        return sum(self.shown[m] for m in TRUTHS) / max(1, sum(self.written[m] for m in TRUTHS))


def measure(seeds: Iterable[int]) -> Tally:
    """Let the liar speak once for each seed."""
    folder = SourceFolder(ROOT / "data" / "articles")
    documents = [folder.read(path) for path in sorted(folder.stamps())]
    embeddings = BuiltinEmbeddings()
    # Whether a question is answered at all is measured elsewhere; here each of them is.
    ranking = replace(load_ranking(), threshold=0.0)
    with scratch_index(documents, embeddings) as (ledger, store), running() as server:
        search = Search(ledger.snapshot, store, embeddings, ranking)
        model = EndpointChatModel(base_url=server.url, model="liar")
        grounded = Grounded(Answerer(search, ranking), model, embeddings)

        async def ask_all() -> Tally:
            tally = Tally()
            for seed in seeds:
                question = _question(seed, documents)
                said = case(seed, given_in(search.find(question)))
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


def _question(seed: int, documents: list[Document]) -> str:
    """Return a sentence of the sources to ask about."""
    rng = random.Random(seed)
    text = rng.choice(documents).text
    found = [text[s.start : s.end] for s in split_sentences(text)]
    return rng.choice([sentence for sentence in found if len(sentence) > _LEAST_LETTERS])


def table(cases: int, tally: Tally) -> str:
    """Return the section of docs/quality.md."""
    false = sum(tally.written[m] for m in LIES)
    rows = [
        f"| {name} | {tally.written[name]} | {tally.shown[name]} |"
        for name in [*TRUTHS, *LIES]
        if tally.written[name]
    ]
    return "\n".join(
        [
            f"Over {cases} generated cases: **{len(tally.let_through)} of {false} false sentences "
            f"shown, {tally.kept:.1%} of the true ones kept.**",
            "",
            "| sentences | written | shown |",
            "|---|---|---|",
            *rows,
            "",
            "The first nine rows are true, the others false. The true sentences keep close to the",
            "words of the sources, as the prompt asks; freer ones are dropped more often.",
            "`python -m benchmarks.liar --write` measures it.",
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
    if arguments.write:
        put_section(ROOT / "docs" / "quality.md", "liar", "A model that lies", body)
    raise SystemExit(bool(tally.let_through))


if __name__ == "__main__":
    main()
