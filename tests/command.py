"""Running `chidan` as people and scripts do: a process, its streams and its exit status."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from processes import ROOT, Child

from bot.settings import Settings

_OF_THE_INTERPRETER = ("PYTHON", "LC_")
"""What a forked process cannot be told: a test that sets it gets an interpreter of its own."""
Chidan = Callable[..., subprocess.CompletedProcess[str]]


def command(tmp_path: Path) -> Chidan:
    """Run `chidan` in a folder of its own, its articles in `sources`, what it keeps in `state`."""
    # Empty means unset, and goes before the `.env` of whoever runs the tests.
    unset = {name.upper(): "" for name in Settings.model_fields}
    own = {"STATE_DIR": str(tmp_path / "state"), "SOURCES_DIR": str(tmp_path / "sources")}

    def run(*arguments: str, stdin: bytes = b"", **settings: str):
        environment = os.environ | unset | own | {"PYTHONPATH": str(ROOT)} | settings
        if any(name.startswith(_OF_THE_INTERPRETER) for name in settings):
            done = subprocess.run(
                [sys.executable, "-m", "bot.cli", *arguments],
                input=stdin,
                capture_output=True,
                cwd=tmp_path,
                env=environment,
                timeout=120,
                check=False,
            )
            status, output, errors = done.returncode, done.stdout, done.stderr
        else:
            child = Child(
                "bot.cli", *arguments, folder=tmp_path, environment=environment, stdin=stdin
            )
            status = child.ended(within=120)
            output, errors = child.output, child.errors
        return subprocess.CompletedProcess(arguments, status, output.decode(), errors.decode())

    return run
