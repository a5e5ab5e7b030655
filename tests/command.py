"""Running `chidan` as people and scripts do: a process, its streams and its exit status."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
Chidan = Callable[..., subprocess.CompletedProcess[str]]


def command(tmp_path: Path) -> Chidan:
    """Run `chidan` in a folder of its own, its articles in `sources`, what it keeps in `state`."""
    # Empty means unset, and goes before the `.env` of whoever runs the tests.
    unset = {name.upper(): "" for name in Settings.model_fields}
    own = {"STATE_DIR": str(tmp_path / "state"), "SOURCES_DIR": str(tmp_path / "sources")}

    def run(*arguments: str, stdin: bytes = b"", **settings: str):
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=os.environ | unset | own | {"PYTHONPATH": str(ROOT)} | settings,
            timeout=120,
            check=False,
        )
        output, errors = done.stdout.decode(), done.stderr.decode()
        return subprocess.CompletedProcess(done.args, done.returncode, output, errors)

    return run
