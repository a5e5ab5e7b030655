"""The reader: question and passage read together, a logit for each unit of the passage.

A cross-encoder made of the first layers of the built-in model, trained to tell which unit (a
sentence, a list, an item, a row) answers a question, and whether any does; see docs/reader.md. Owns
how question and passage are laid out as sequences of bounded length, and running the network.
Leaves to others: what a unit is, and what a logit means for ranking and for refusing.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime

from retrieval.embeddings.onnx.weights import Floats, Vocabulary, open_vocabulary

_LOG = logging.getLogger(__name__)
WEIGHTS = "reader.onnx"
LONGEST = 256
"""Tokens of a sequence."""
_QUESTION, _CONTEXT = 48, 32
"""Tokens of the question, and of what stands around a passage, that are read."""
MOST_TOKENS = 4096
"""Tokens read for one question; the passages that come last go without."""
UNREAD = -12.0
"""The logit of a unit that is not read: as of one that does not answer."""
_TOKENS_A_RUN = 400
MODEL_KEY, SAMPLE_KEY = "model", "sample"
"""What the weights know of themselves: the model they stand on, and the logits of SAMPLE."""
_NEAR = 0.5
"""Logits may differ by this much from one processor to another."""


@dataclass(frozen=True, slots=True)
class ReadingPassage:
    """What is read: units in reading order, and the words that stand around them.

    A unit that is part of another unit (an item of a list) is read where it stands there.
    """

    context: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A sequence, and where units stand in it: unit numbers[i] is tokens[slice(*units[i])]."""

    tokens: list[int]
    units: list[tuple[int, int]]
    numbers: list[int]


SAMPLE = (
    "Năm 2024 chi bộ kết nạp bao nhiêu đảng viên?",
    (
        ReadingPassage(
            "Báo cáo tổng kết | Đảng bộ xã | 12/12/2024",
            (
                "Chi bộ có 45 đảng viên.",
                "Năm 2024, chi bộ kết nạp 7 đảng viên mới.",
                "Đại hội diễn ra trong hai ngày.",
            ),
        ),
    ),
)


def context_of(title: str, publisher: str = "", day: date | None = None, heading: str = "") -> str:
    """Return what is read around a passage, in the form the reader was trained with.

    >>> context_of("Kết luận số 157-KL/TW", "Bộ Chính trị", date(2025, 5, 25))
    'Kết luận số 157-KL/TW | Bộ Chính trị | 25/5/2025'
    """
    written = f"{day.day}/{day.month}/{day.year}" if day else ""
    return " | ".join(part for part in (title, publisher, written, heading) if part)


class Reader:
    """The network in the file `weights`, over the words of `vocabulary`. Safe from threads.

    Raises whatever is wrong: a file that is missing or broken, an operator this machine lacks.
    """

    def __init__(self, vocabulary: Vocabulary, weights: Path) -> None:
        self._vocabulary = vocabulary
        self._session = onnxruntime.InferenceSession(
            str(weights), _options(), ["CPUExecutionProvider"]
        )

    @classmethod
    def open(cls, folder: Path) -> Reader | None:
        """Return the reader that the program ships with, None where it cannot run here.

        `folder` is where the built-in engine keeps what it makes; the tokenizer is kept there.
        """
        try:
            with resources.as_file(resources.files(__package__) / WEIGHTS) as weights:
                reader = cls(open_vocabulary(folder), weights)
            reader.prove()
        except Exception as error:  # whatever it is: the product answers without it
            _LOG.warning("Answering without the reader: %s", error)
            return None
        return reader

    def read(self, question: str, passages: Sequence[ReadingPassage]) -> list[list[float]]:
        """Return a logit for each unit of each passage: above 0 where it likely answers.

        Reads MOST_TOKENS, the first passages first; units of others get UNREAD.
        """
        logits = [[UNREAD] * len(passage.units) for passage in passages]
        laid = list(self._laid_out(question, passages))
        batches = _batches([window for _, window in laid])
        # A run on one core each is a sixth faster than each run on all of them.
        with ThreadPoolExecutor(os.cpu_count() or 1, "reader") as cores:
            runs = cores.map(self._run, ([laid[i][1] for i in batch] for batch in batches))
            scored = list(zip(batches, runs, strict=True))
        for batch, scores in scored:
            for i, row in zip(batch, scores, strict=True):
                place, window = laid[i]
                for number, logit in zip(window.numbers, row.tolist(), strict=False):
                    logits[place][number] = logit
        self._vocabulary.let_go()
        return logits

    def prove(self) -> None:
        """Raise ValueError if this reader does not say of SAMPLE what its weights should."""
        known = self._session.get_modelmeta().custom_metadata_map
        said = [logit for row in self.read(*SAMPLE) for logit in row]
        far = np.abs(np.array(said) - json.loads(known[SAMPLE_KEY])).max()
        if not far <= _NEAR:
            raise ValueError(f"its logits are {far:.2f} off; weights for {known[MODEL_KEY]}")

    def _laid_out(
        self, question: str, passages: Sequence[ReadingPassage]
    ) -> Iterator[tuple[int, Window]]:
        left = MOST_TOKENS
        for place, passage in enumerate(passages):
            for window in windows(self._vocabulary, question, passage):
                left -= len(window.tokens)
                if left < 0:
                    return
                yield place, window

    def _run(self, batch: Sequence[Window]) -> Floats:
        """Return the logits of windows, shape (n, most units); what is past a row's units is 0."""
        lengths = np.array([len(window.tokens) for window in batch])
        mask = np.arange(lengths.max()) < lengths[:, None]
        tokens = np.full(mask.shape, self._vocabulary.specials.pad)
        tokens[mask] = np.concatenate([window.tokens for window in batch])
        most = max(len(window.units) for window in batch)
        shares = np.zeros((len(batch), most, mask.shape[1]), np.float32)
        for row, window in enumerate(batch):
            for unit, (first, after) in enumerate(window.units):
                shares[row, unit, first:after] = 1 / (after - first)
        embedded = self._vocabulary.embedded(tokens)
        fed = {"embedded": embedded, "mask": mask.astype(np.int32), "shares": shares}
        logits: Floats = self._session.run(["logits"], fed)[0]
        return logits


_opening = Lock()
_shared: list[Reader] = []


def open_reader(folder: Path) -> Reader | None:
    """Return the reader of this process, opened by the first who asks; None where it cannot run.

    `folder` is as for `Reader.open`. One is enough for all: it is safe from threads and keeps
    nothing of a question.
    """
    with _opening:
        if not _shared and (reader := Reader.open(folder)):
            _shared.append(reader)
    return _shared[0] if _shared else None


def windows(vocabulary: Vocabulary, question: str, passage: ReadingPassage) -> list[Window]:
    """Lay out question and passage as sequences of at most LONGEST tokens, all units in some."""
    special = vocabulary.specials
    asked = _tokens(vocabulary, f"query: {question}")[:_QUESTION]
    around = _tokens(vocabulary, passage.context)[:_CONTEXT]
    head = [special.begin, *asked, special.end, *around, special.end]
    room = LONGEST - len(head) - 1
    made: list[Window] = []
    for group in _groups(vocabulary, passage.units, room):
        if not made or len(made[-1].tokens) + len(group.tokens) >= LONGEST:
            made.append(Window([*head], [], []))
        window = made[-1]
        at = len(window.tokens)
        window.tokens.extend(group.tokens)
        window.units.extend((at + first, at + after) for first, after in group.units)
        window.numbers.extend(group.numbers)
    for window in made:
        window.tokens.append(special.end)
    return made


def _groups(vocabulary: Vocabulary, units: Sequence[str], room: int) -> Iterator[Window]:
    """Yield each unit that is part of no other, with those that are part of it."""
    inside: dict[int, list[int]] = {}
    for number, host in enumerate(_hosts(units)):
        inside.setdefault(host, []).append(number)
    for host, numbers in sorted(inside.items()):
        group = _group(vocabulary, units, host, numbers)
        over = [i for i, (_, after) in enumerate(group.units) if after > room and i > 0]
        cut = [min(after, room) for _, after in group.units]
        kept = [i for i in range(len(cut)) if i not in over]
        spans = [(group.units[i][0], cut[i]) for i in kept]
        yield Window(group.tokens[:room], spans, [group.numbers[i] for i in kept])
        for i in over:
            number = group.numbers[i]
            tokens = (_tokens(vocabulary, units[number]) or [vocabulary.specials.end])[:room]
            yield Window(tokens, [(0, len(tokens))], [number])


def _hosts(units: Sequence[str]) -> Iterator[int]:
    """Yield for each unit the number of the longest unit that it is part of, maybe itself."""
    for number, unit in enumerate(units):
        holding = (
            other for other, text in enumerate(units) if len(text) > len(unit) > 0 and unit in text
        )
        yield max(holding, key=lambda other: (len(units[other]), -other), default=number)


def _group(
    vocabulary: Vocabulary, units: Sequence[str], host: int, numbers: Sequence[int]
) -> Window:
    """Return the tokens of a unit, and where those that are part of it stand; itself first."""
    text, at = units[host], 0
    spans: list[tuple[int, int, int]] = [(0, len(text), host)]
    for number in numbers:
        if number != host:
            start = text.find(units[number], at)
            at = start if start >= 0 else text.find(units[number])
            spans.append((at, at + len(units[number]), number))
            at += len(units[number])
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    tokens: list[int] = []
    places = {0: 0}
    for start, end in pairwise(edges):
        tokens.extend(_tokens(vocabulary, text[start:end]))
        places[end] = len(tokens)
    tokens = tokens or [vocabulary.specials.end]
    last = len(tokens)
    units_ = [
        (min(places[start], last - 1), max(places.get(end, 0), places[start] + 1))
        for start, end, _ in spans
    ]
    return Window(tokens, [(a, min(b, last)) for a, b in units_], [n for _, _, n in spans])


def _tokens(vocabulary: Vocabulary, text: str) -> list[int]:
    text = text.strip()
    return vocabulary.encode(text) if text else []


def _batches(made: Sequence[Window]) -> list[list[int]]:
    """Return the numbers of windows in batches of like length and bounded size."""
    batches: list[list[int]] = []
    for number in sorted(range(len(made)), key=lambda i: len(made[i].tokens)):
        length = len(made[number].tokens)
        if not batches or (len(batches[-1]) + 1) * length > _TOKENS_A_RUN:
            batches.append([])
        batches[-1].append(number)
    return batches


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options
