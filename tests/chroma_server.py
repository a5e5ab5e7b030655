"""A real Chroma server on loopback."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed


@dataclass
class ChromaServer:
    """A server; `kill` ends it at once."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def chroma_server(path: Path, port: int) -> Iterator[ChromaServer]:
    """Serve what is kept in `path` while the block lasts."""
    address = ["--host", "127.0.0.1", "--port", str(port)]
    command = [Path(sys.executable).with_name("chroma"), "run", *address, "--path", path]
    server = ChromaServer(
        f"http://127.0.0.1:{port}", subprocess.Popen(command, stdout=subprocess.DEVNULL)
    )
    try:
        _await(f"{server.url}/api/v2/heartbeat")
        yield server
    finally:
        server.kill()


@retry(
    retry=retry_if_exception_type(httpx.TransportError),
    wait=wait_fixed(0.05),
    stop=stop_after_delay(30),
    reraise=True,
)
def _await(url: str) -> None:
    httpx.get(url).raise_for_status()
