"""Make the reader's weights again: `python -m tests.benchmarks.reader [--shared DIR] [--work DIR]`.

Collects candidates with the product's own search, trains, and writes the weights that the product
ships with. What is in the work folder already is not made again, and training goes on where it was
left; an empty folder gives the same weights each time on the same machine. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from torch import multiprocessing

from tests.benchmarks.reader.collect import Collected, collect, collect_squad, write
from tests.benchmarks.reader.examples import load
from tests.benchmarks.reader.export import TARGET, export
from tests.benchmarks.reader.train import WORKERS, averaged, plans_of, train
from tests.benchmarks.suites import ROOT, SHARED


def collected(shared: Path, work: Path) -> list[Path]:
    """Return the files of candidates, made in `work` where they are not there yet."""
    training, own = shared / "training", ROOT / "data"
    made: dict[str, Callable[[], Iterable[Collected]]] = {
        "training": lambda: collect(
            training / "documents", work / "training", training / "questions.jsonl"
        ),
        "own": lambda: collect(own / "articles", work / "own", own / "eval" / "questions.jsonl"),
        "squad": lambda: collect_squad(shared / "eval" / "xquad-vi-dev.json"),
    }
    paths = []
    for name, make in made.items():
        path = work / f"{name}.jsonl"
        if not path.is_file():
            half = path.with_suffix(".half")
            print(name, write(make(), half), "questions", flush=True)
            half.replace(path)
        paths.append(path)
    return paths


def main() -> None:
    """Collect, train, export."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the questions")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "reader")
    parser.add_argument("--everything", action="store_true", help="hold nothing out")
    parser.add_argument("--port", type=int, default=29511)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    questions = [q for path in collected(given.shared, given.work) for q in load(path)]
    plans = plans_of(questions, given.work / "reader.pt", everything=given.everything)
    for plan in plans:
        if not plan.out.is_file():
            multiprocessing.spawn(train, (plan, given.port), WORKERS)
    export(averaged(plans), TARGET)
    print(TARGET.relative_to(ROOT), f"{TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
