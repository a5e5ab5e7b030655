"""Reading foreign files in processes of their own, with limits of time and memory.

Owns: starting such processes, one for each file that is read at the same time, and what people are
told when one ends before its answer. A process knows no secrets, reads what it is sent and writes
one line of JSON; it serves many files and ends when nobody needs it for a while. Leaves to others:
what is read out of a file (`formats`).
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import select
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import IO, Any

from retrieval.errors import SourceError
from retrieval.loading.formats import Content, read_bytes
from retrieval.loading.metadata import Description
from retrieval.loading.pdf import OnPage

MAX_SECONDS = 120.0
MAX_MEMORY_BYTES = 2 * 1024**3
AT_ONCE = max(2, min(4, os.cpu_count() or 1))
"""Files that are read at the same time."""
_IDLE_SECONDS = 20.0
_MAX_ANSWER_BYTES = 256 * 1024**2
_ROOT = Path(__file__).parents[2]
_PASSED_ON = ("PATH", "TESSDATA_PREFIX")
"""Of the environment, where programs that read pictures and office files are found."""
_ENVIRONMENT = {"PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"} | {
    name: os.environ[name] for name in _PASSED_ON if name in os.environ
}


def read_apart(
    data: bytes,
    suffix: str,
    max_seconds: float = MAX_SECONDS,
    on_page: OnPage = lambda done, total: None,
) -> Content:
    """What `read_bytes` makes of a file with that suffix, in another process. Raises SourceError.

    May be called from several threads; each call has a process to itself. `max_seconds` are for the
    whole file, and anew for each page that is read by machine, of which `on_page` hears.
    """
    process = _taken()
    try:
        answer = _asked(process, data, suffix, max_seconds, on_page)
    except SourceError:
        _end(process)
        raise
    _give_back(process)
    if "reason" in answer:
        raise SourceError(answer["reason"])
    return content_of(answer)


_idle: list[subprocess.Popen[bytes]] = []
_lock = threading.Lock()


def _taken() -> subprocess.Popen[bytes]:
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.poll() is None:
                return process
            _end(process)
    return subprocess.Popen(
        [sys.executable, "-m", "retrieval.loading.worker"],
        cwd=_ROOT,
        env=_ENVIRONMENT | {"MAX_MEMORY_BYTES": str(MAX_MEMORY_BYTES)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _give_back(process: subprocess.Popen[bytes]) -> None:
    with _lock:
        _idle.append(process)


@atexit.register
def _end_all() -> None:
    with _lock:
        while _idle:
            _end(_idle.pop())


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in filter(None, (process.stdin, process.stdout)):
        with suppress(OSError):
            stream.close()


def _asked(
    process: subprocess.Popen[bytes],
    data: bytes,
    suffix: str,
    max_seconds: float,
    on_page: OnPage,
) -> dict[str, Any]:
    """The answer of the process; raises SourceError if it gives none in time."""
    deadline = time.monotonic() + max_seconds
    head = json.dumps({"suffix": suffix, "length": len(data)}).encode() + b"\n"
    try:
        _write(process, head + data, deadline)
        answer: dict[str, Any] = json.loads(_line(process, deadline))
        while "page" in answer:
            on_page(answer["page"], answer["pages"])
            answer = json.loads(_line(process, time.monotonic() + max_seconds))
    except TimeoutError as fault:
        raise SourceError(f"Tệp quá phức tạp: {max_seconds:.0f} giây chưa đọc xong.") from fault
    except (OSError, ValueError) as fault:
        raise SourceError(
            "Tệp quá phức tạp hoặc bị hỏng: chương trình đọc đã phải dừng giữa chừng."
        ) from fault
    return answer


def _write(process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    number, left = _number(process.stdin), memoryview(data)
    os.set_blocking(number, False)
    while left:
        _wait(number, select.POLLOUT, deadline)
        left = left[os.write(number, left) :]


def _line(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """The next line that the process writes; ValueError if it ends before that."""
    number, line = _number(process.stdout), bytearray()
    while not line.endswith(b"\n"):
        _wait(number, select.POLLIN, deadline)
        chunk = os.read(number, 1 << 16)
        line += chunk
        if not chunk or len(line) > _MAX_ANSWER_BYTES:
            raise ValueError
    return bytes(line)


def _number(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise ValueError("the process has no such stream")
    return stream.fileno()


def _wait(number: int, event: int, deadline: float) -> None:
    """Wait until a stream can be read or written; raises TimeoutError."""
    poll = select.poll()
    poll.register(number, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


def content_of(answer: dict[str, Any]) -> Content:
    """Return what `said_of` made JSON of; raises KeyError, TypeError or ValueError."""
    return Content(
        answer["text"],
        _description(answer["found"]),
        _description(answer["front"]),
        tuple(answer["warnings"]),
        tuple(answer["left_out"]),
        answer["kept"],
    )


def _description(said: dict[str, Any]) -> Description:
    day = date.fromisoformat(said["date"]) if said["date"] else None
    return Description(**said | {"date": day})


def _serve(max_memory: int) -> None:
    """What the process does: read files from standard input until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints is no answer.
    while select.select([0], [], [], _IDLE_SECONDS)[0] and (head := sys.stdin.buffer.readline()):
        wanted = json.loads(head)
        data = sys.stdin.buffer.read(wanted["length"])

        def tell(said: dict[str, Any]) -> None:
            answers.write(json.dumps(said).encode() + b"\n")
            answers.flush()

        def on_page(done: int, total: int) -> None:
            tell({"page": done, "pages": total})

        tell(_answer(data, wanted["suffix"], on_page))


def _answer(data: bytes, suffix: str, on_page: OnPage) -> dict[str, Any]:
    try:
        with tempfile.TemporaryDirectory(prefix="chidan-") as folder:
            path = Path(folder, f"nguon{suffix}")
            with suppress(ValueError):
                path.write_bytes(data)
            content = read_bytes(data, path, on_page)
    except SourceError as fault:
        return {"reason": str(fault)}
    return said_of(content)


def said_of(content: Content) -> dict[str, Any]:
    """Return a content as JSON has it."""
    said = asdict(content)
    for name in ("found", "front"):
        day = said[name]["date"]
        said[name]["date"] = day.isoformat() if day else None
    return said


if __name__ == "__main__":
    _serve(int(os.environ["MAX_MEMORY_BYTES"]))
