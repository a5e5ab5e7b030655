"""Killing an operation at a random moment, in a process of its own."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from processes import forked

OUTCOMES: defaultdict[str, Counter[str]] = defaultdict(Counter)
"""By operation, in which state it was found and how often; told at the end of the run."""

Operation = Callable[[Path], object]


def _go(operation: Operation, folder: Path, seconds: float) -> None:
    """Do it, until the kernel ends the process, in whatever code it is; 0 lets it end itself."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    started = time.perf_counter()
    if seconds:
        signal.setitimer(signal.ITIMER_REAL, seconds)
    operation(folder)
    signal.setitimer(signal.ITIMER_REAL, 0)
    (folder / "seconds").write_text(str(time.perf_counter() - started))


def run(operation: Operation, folder: Path, seconds: float = 0.0) -> bool:
    """Do it in a process; return whether it was killed."""
    process = forked(_go, operation, folder, seconds)
    process.join()
    assert process.exitcode in {0, -signal.SIGALRM}
    return process.exitcode != 0


def killed(
    name: str, operation: Operation, make: Callable[[Path], None], folder: Path, kills: int
) -> Iterator[tuple[Path, Callable[[str], None]]]:
    """Yield, for so many kills at random moments, the state that was left, and what notes it."""
    chance = random.Random(name)
    whole = folder / "whole"
    make(whole)
    assert not run(operation, whole)
    seconds = float((whole / "seconds").read_text())
    done = number = 0
    while done < kills:
        number += 1
        assert number < 20 * kills, "it ends before it can be killed"
        here = folder / str(number)
        make(here)
        if not run(operation, here, chance.uniform(0.0005, 1.1 * seconds)):
            seconds = (seconds + float((here / "seconds").read_text())) / 2
            continue
        done += 1
        yield here, lambda found: OUTCOMES[name].update([found])
