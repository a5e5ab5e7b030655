"""Processes of ours for tests, forked from one that has imported everything: a start costs little.

What runs in them is what would run in an interpreter of its own: arguments, environment, folder and
streams are its own, signals reach it, and it ends with its status. What is imported, and how the
interpreter itself is set up, cannot be seen here: such tests start an interpreter.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import runpy
import shutil
import sys
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from multiprocessing import connection, forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@cache
def _warm() -> multiprocessing.context.ForkServerContext:
    """The context of the fork server, which has imported `tests/warm.py`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["warm"])
    with pytest.MonkeyPatch.context() as patch:  # Python 3.11 does not tell it our sys.path
        patch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{ROOT / 'tests'}")
        forkserver.ensure_running()
    return context


def forked(target: Callable[..., object], *arguments: object) -> BaseProcess:
    """Start a process that calls `target`."""
    process = _warm().Process(target=target, args=arguments)
    process.start()
    return process


def run_program(
    program: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], said: Path
) -> None:
    """Be `program`, a module or a file; its streams are the files of the folder `said`."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, mode) in enumerate((("stdin", "rb"), ("stdout", "wb"), ("stderr", "wb"))):
        with (said / name).open(mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, closefd=False)  # noqa: SIM115 - a descriptor
        for number, mode in enumerate("rww")
    )
    sys.argv = [program, *arguments]
    if program.endswith(".py"):
        sys.path.insert(0, str(Path(program).parent))
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


class Child:
    """A process that runs `program`; what it says is kept in files."""

    def __init__(
        self,
        program: str,
        *arguments: str,
        folder: Path = ROOT,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
    ) -> None:
        self._said = said = Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, said, ignore_errors=True)
        for name in ("stdin", "stdout", "stderr"):
            (said / name).write_bytes(stdin if name == "stdin" else b"")
        known = os.environ if environment is None else environment
        self._process = forked(run_program, program, arguments, folder, dict(known), said)

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """The status, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    @property
    def output(self) -> bytes:
        return (self._said / "stdout").read_bytes()

    @property
    def errors(self) -> bytes:
        return (self._said / "stderr").read_bytes()

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    async def wait(self) -> int:
        """Wait for its end without blocking the event loop."""
        await asyncio.to_thread(connection.wait, [self._process.sentinel])
        assert self.returncode is not None
        return self.returncode

    def ended(self, within: float) -> int:
        """Wait so many seconds for its end; what goes on longer is killed, and TimeoutError."""
        self._process.join(within)
        if (status := self.returncode) is None:
            self.kill()
            self._process.join()
            raise TimeoutError(f"no end within {within:.0f} s")
        return status
