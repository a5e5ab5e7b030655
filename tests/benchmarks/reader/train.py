"""Train the reader, in rounds.

All units of a question's passages and a null of 0 share one softmax; the loss is minus the log of
the share of the units that answer, or of the null where none does. A second, small loss teaches
tokens to tell whether they stand in the answer. Seeded: the same files give the same weights on the
same machine. What the weights are worth is told by `make fit`, on documents that are held out.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, distributed, nn
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR

from retrieval.embeddings.onnx.weights import Vocabulary, open_vocabulary
from tests.benchmarks.reader.examples import (
    Label,
    Laid,
    Question,
    Sampler,
    Swaps,
    laid_out,
)
from tests.benchmarks.reader.model import Batches, ReaderModel

LAYERS = 6
RATE, HEAD_RATE = 1.5e-4, 1e-3
WARM, WARM_AGAIN, LOWEST = 0.08, 0.02, 0.03
QUESTIONS_A_STEP = 8
WORKERS = 2
ANSWER_SHARE = 0.15
_DEALT = (0, 1, 3, 2, 4, 5, 7, 6)
"""Questions of a step, longest first, as two workers take turns: neither waits long."""
_SAY_EVERY, _SAVE_EVERY = 20, 40
_OUT_OF_REACH = -1e4


@dataclass(frozen=True, slots=True)
class Kit:
    """What training works with."""

    vocabulary: Vocabulary
    batches: Batches
    model: ReaderModel


def open_kit(folder: Path) -> Kit:
    """Return the model as it comes, before training; the tokenizer is kept in `folder`."""
    vocabulary = open_vocabulary(folder)
    return Kit(vocabulary, Batches(vocabulary), ReaderModel(vocabulary.file, LAYERS))


def loss_of(kit: Kit, questions: Sequence[Sequence[Laid]]) -> Tensor:
    """Return the mean loss of questions, each given by its windows."""
    laid = [one for windows_ in questions for one in windows_]
    owner = [number for number, windows_ in enumerate(questions) for _ in windows_]
    logits: list[Tensor] = []
    labels: list[int] = []
    owners: list[int] = []
    answers: list[Tensor] = []
    for numbers, batch in kit.batches([one.window for one in laid]):
        scores, tokens = kit.model(batch)
        logits.append(scores)
        for row, number in enumerate(numbers):
            labels.extend(laid[number].labels)
            owners.extend([owner[number]] * len(laid[number].labels))
            answers.extend(
                functional.binary_cross_entropy_with_logits(
                    tokens[row, first:after], torch.tensor(inside, dtype=torch.float32)
                )
                for first, after, inside in laid[number].answer
            )
    every, known, whose = torch.cat(logits), torch.tensor(labels), torch.tensor(owners)
    losses = [
        _choice(every[whose == number], known[whose == number]) for number in range(len(questions))
    ]
    loss = torch.stack(losses).mean()
    return loss + ANSWER_SHARE * torch.stack(answers).mean() if answers else loss


def _choice(logits: Tensor, labels: Tensor) -> Tensor:
    """Return minus the log of the share of what answers; what may answer counts for nothing."""
    best = int(labels.max())
    right = labels == best if best >= Label.PART else torch.zeros_like(labels, dtype=torch.bool)
    counted = right | (labels == Label.NONE)
    kept = torch.where(counted, logits, torch.full_like(logits, _OUT_OF_REACH))
    everything = torch.logsumexp(functional.pad(kept, (1, 0)), 0)
    return everything - torch.logsumexp(logits[right], 0) if right.any() else everything


@dataclass(frozen=True, slots=True)
class Round:
    """A stretch of training: the rate rises to `peaks` of RATE, and falls, once an epoch."""

    seed: int
    peaks: tuple[float, ...]
    passages: int
    """Passages read for a question."""
    frozen: int
    """Layers, from the lowest, that stay as they are."""
    few: int = 1
    """How often the questions of small sets are seen in an epoch."""
    answerable: int = 1
    """Of the large set, one of so many questions with an answer is seen, and all of LISTS."""
    swapped: float = 0.0
    """How often a question asks for another year, number or name, so that nothing answers."""


LISTS = frozenset({"list", "howto", "condition"})
"""Kinds of questions whose answers stand below a line that announces them."""
FIRST = Round(7, (1.0, 0.6), passages=4, frozen=2, few=2)
"""Which unit answers."""
SECOND = tuple(
    Round(seed, (0.4,), passages=4, frozen=3, answerable=4, swapped=0.6) for seed in (8, 9)
)
"""Whether any does, with near misses as half of the questions: twice from the same beginning, to be
averaged (a model soup, Wortsman et al. 2022)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained on, how, and where the weights go."""

    questions: Sequence[Question]
    round: Round
    out: Path
    start: Path | None = None
    """Weights to begin with, those of the built-in model if there are none."""

    @property
    def epoch(self) -> list[Question]:
        """The questions of an epoch."""
        seen = []
        for question in self.questions:
            kept = not question.answerable or question.row["kind"] in LISTS
            if question.is_of_few:
                seen += [question] * self.round.few
            elif kept or zlib.crc32(question.row["id"].encode()) % self.round.answerable == 0:
                seen.append(question)
        return seen

    @property
    def steps(self) -> int:
        """Steps of an epoch, at most."""
        return len(self.epoch) // QUESTIONS_A_STEP


def train(worker: int, plan: Plan, port: int) -> None:
    """Train as one of WORKERS that share the questions of each step; go on where it was left.

    One thread each: that waits for nobody within a step, which counts where others work beside it.
    """
    torch.set_num_threads(1)
    torch.manual_seed(plan.round.seed + worker)
    distributed.init_process_group(
        "gloo", f"tcp://127.0.0.1:{port}", rank=worker, world_size=WORKERS
    )
    kit = open_kit(plan.out.parent / f"worker{worker}")
    kit.model.freeze(plan.round.frozen)
    if plan.start is not None:
        kit.model.load_state_dict(torch.load(plan.start, weights_only=True))
    pupil = Pupil(kit, plan, tell=worker == 0)
    rng, number = random.Random(plan.round.seed), 0
    for epoch in range(len(plan.round.peaks)):
        for laid in _steps(kit, plan, rng):
            number += 1
            if number > pupil.done:
                pupil.step(epoch, laid[worker::WORKERS])
    if worker == 0:
        torch.save(kit.model.state_dict(), plan.out)
    distributed.destroy_process_group()


class Pupil:
    """A model in training, with what it takes to go on later; one of the workers tells."""

    def __init__(self, kit: Kit, plan: Plan, *, tell: bool) -> None:
        self._kit, self._plan, self._tell = kit, plan, tell
        self._parameters = [p for p in kit.model.parameters() if p.requires_grad]
        self._optimizer, self._schedule = _optimizer(kit.model, plan)
        self._left = plan.out.with_suffix(".resume")
        self._total, self._started = 0.0, time.time()
        self.done = 0
        """Steps that were made, of all epochs."""
        if self._left.is_file():
            self._take_up()

    def step(self, epoch: int, questions: Sequence[Sequence[Laid]]) -> None:
        """Learn from a worker's share of a step."""
        while self._schedule.last_epoch < epoch * self._plan.steps:
            self._schedule.step()  # an epoch may have had fewer steps than it could have
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(self._kit, questions)
        self._optimizer.zero_grad()
        loss.backward()
        _shared(self._parameters)
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._total += float(loss.detach())
        self.done += 1
        if self._tell and self.done % _SAY_EVERY == 0:
            self._say()
        if self._tell and self.done % _SAVE_EVERY == 0:
            self._save()

    def _say(self) -> None:
        rate = self._optimizer.param_groups[0]["lr"]
        steps = len(self._plan.round.peaks) * self._plan.steps
        spent = time.time() - self._started
        mean, self._total = self._total / _SAY_EVERY, 0.0
        print(f"step {self.done}/{steps} rate {rate:.1e} loss {mean:.3f} {spent:.0f} s", flush=True)

    def _save(self) -> None:
        half = self._left.with_suffix(".half")
        left = {"model": self._kit.model.state_dict(), "optimizer": self._optimizer.state_dict()}
        torch.save({**left, "done": self.done, "scheduled": self._schedule.last_epoch}, half)
        half.replace(self._left)

    def _take_up(self) -> None:
        left = torch.load(self._left, weights_only=True)
        self._kit.model.load_state_dict(left["model"])
        self._optimizer.load_state_dict(left["optimizer"])
        while self._schedule.last_epoch < left["scheduled"]:
            self._schedule.step()
        self.done = int(left["done"])


def _optimizer(model: ReaderModel, plan: Plan) -> tuple[torch.optim.AdamW, LambdaLR]:
    """Return the optimizer, and a rate that falls within each epoch, so that each ends usable."""
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    heads = [p for name, p in named if name.startswith(("head", "answer"))]
    body = [p for name, p in named if not name.startswith(("head", "answer"))]
    groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)

    steps, peaks = plan.steps, plan.round.peaks

    def rate(step: int) -> float:
        epoch, within = divmod(step, steps)
        warm = WARM * steps if epoch == 0 else WARM_AGAIN * steps
        return peaks[min(epoch, len(peaks) - 1)] * min(
            1.0, (within + 1) / warm, max(LOWEST, (steps - within) / (steps - warm))
        )

    return optimizer, LambdaLR(optimizer, rate)


def _steps(kit: Kit, plan: Plan, rng: random.Random) -> Iterator[list[list[Laid]]]:
    """Yield the questions of each step of an epoch, the same for all workers."""
    sampler = Sampler(rng, plan.round.passages, Swaps(plan.questions, plan.round.swapped))
    order = plan.epoch
    rng.shuffle(order)
    waiting: list[list[Laid]] = []
    for question in order:
        example = sampler(question)
        if example is not None:
            waiting.append(laid_out(kit.vocabulary, example, question.row["must"], rng))
        if len(waiting) == QUESTIONS_A_STEP:
            waiting.sort(key=lambda laid: -sum(len(one.window.tokens) for one in laid))
            yield [waiting[i] for i in _DEALT]
            waiting = []


def _shared(parameters: Sequence[nn.Parameter]) -> None:
    """Replace each gradient by the mean of all workers'."""
    for p in parameters:
        p.grad = torch.zeros_like(p) if p.grad is None else p.grad
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients]) / WORKERS
    distributed.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def plans_of(questions: Sequence[Question], out: Path, *, everything: bool = False) -> list[Plan]:
    """Return a plan a round that trains on `questions`; those held out are left out.

    The weights of round n are `out` with `-n` in its name.
    """
    kept = [q for q in questions if q.teaches and (everything or not q.held)]
    print(len(kept), "questions", flush=True)
    plans: list[Plan] = []
    for number, one in enumerate((FIRST, *SECOND)):
        path = out.with_name(f"{out.stem}-{number}{out.suffix}")
        start = plans[0].out if plans else None
        plans.append(Plan(kept, one, path, start))
    return plans


def averaged(plans: Sequence[Plan]) -> dict[str, Tensor]:
    """Return the mean of the weights of the second rounds."""
    states = [torch.load(plan.out, weights_only=True) for plan in plans[1:]]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}
