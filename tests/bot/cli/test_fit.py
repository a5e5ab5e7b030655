"""fit, over the index and the reviewed log of a made-up office."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from offices import Asked, asked, write_sources

from bot.bootstrap import build_embeddings, open_session, weights_in_force
from bot.cli.main import cli
from bot.log.exchanges import Conversations
from bot.log.verdicts import Judgement, Verdict, Verdicts
from bot.maintenance import checks, fitting
from bot.settings import Settings, read_settings
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.errors import ChidanError
from retrieval.index import Index
from retrieval.loading.folder import SourceFolder
from retrieval.models import EVERYTHING, Answer, Kind, Quote, Refusal, RefusalReason
from retrieval.ranking.own_weights import FILE, OwnWeights, base_of, keep_own
from retrieval.ranking.weights import load_ranking, weights_of
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import open_store

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory, embeddings: BuiltinEmbeddings) -> Path:
    """Sources, their index, and a log in which reviewers judged every answer."""
    home = tmp_path_factory.mktemp("office")
    write_sources(home / "sources")
    state = home / "state"
    with (
        closing(IndexDatabase(state)) as ledger,
        closing(open_store(state)) as store,
        Conversations(state / "logs.db") as log,
    ):
        index = Index(SourceFolder(home / "sources"), ledger, store, embeddings)
        index.reload()
        for question in (*asked(), asked()[0]):
            review(log, index, question)
    return home


def review(log: Conversations, index: Index, question: Asked) -> None:
    """Record a question of the terminal with an answer; a reviewer tells what is right."""
    exchange = log.record(None, None, None, None, "", None, question.question, datetime.now(UTC))
    if question.must and exchange % 3:
        source = next(s for s in index.sources(EVERYTHING) if s.path == question.source)
        start = index.text(source.id, EVERYTHING).index(question.must)
        quote = Quote(source, start, start + len(question.must), question.must)
        log.finish(exchange, Answer(question.question, Kind.ANSWER, quote.text, (quote,)))
        judgement = Judgement(Verdict.RIGHT)
    else:
        refusal = Refusal(RefusalReason.WEAK_EVIDENCE)
        log.finish(exchange, Answer(question.question, Kind.NOT_FOUND, "Không.", refusal=refusal))
        should = Judgement(Verdict.SHOULD_ANSWER, must=question.must)
        judgement = should if question.must else Judgement(Verdict.RIGHT)
    assert Verdicts(log.file).give(exchange, "lan", judgement)


@pytest.fixture
def office(made: Path, tmp_path: Path, engine: Path, monkeypatch) -> Settings:
    """A copy of the office as the settings say, on a machine where the reader cannot run."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    shutil.copytree(engine, tmp_path / "state" / "engine", copy_function=os.link)
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SOURCES_DIR", str(tmp_path / "sources"))
    monkeypatch.setattr("retrieval.ranking.reader.open_reader", lambda folder: None)
    guard(tmp_path, monkeypatch, *asked()[:4])
    return read_settings()


def guard(home: Path, monkeypatch, *questions: Asked) -> None:
    """Let a few questions over the sources of the office stand for those that are shipped."""
    lines = [
        {
            "id": str(n),
            "kind": "guard",
            "question": q.question,
            "must": [[q.must]] if q.must else [],
        }
        for n, q in enumerate(questions)
    ]
    path = home / "guard.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr(fitting, "GUARD_QUESTIONS", path)
    monkeypatch.setattr(fitting, "GUARD_SOURCES", home / "sources")


@pytest.fixture
def run(capsys) -> Run:
    """`chidan fit` in this process: its status, and what it prints."""

    def fit(*arguments: str) -> tuple[int, str]:
        status = cli.main(["fit", *arguments], prog_name="chidan", standalone_mode=False)
        printed = capsys.readouterr()
        return status, printed.out

    return fit


def own(settings: Settings, **other: object) -> OwnWeights:
    """Weights that an office may have, with the shipped ones where nothing else is said."""
    shipped = weights_of(load_ranking())
    made = {
        "fitted_at": datetime(2026, 10, 1, tzinfo=UTC),
        "answerable": 40,
        "unanswerable": 20,
        "program": "2.0.0",
        "base": base_of(load_ranking(), model(settings)),
    }
    return OwnWeights.model_validate({**shipped, **made, **other})


def model(settings: Settings) -> str:
    return build_embeddings(settings).name


def in_force(settings: Settings) -> OwnWeights | None:
    return weights_in_force(settings, model(settings)).own


def test_better_weights_are_taken_at_the_next_start_and_can_be_taken_back(office, run):
    timid = own(office, threshold=1.0)
    keep_own(office.state_dir, timid)
    status, said = run("--dry-run")
    assert (status, in_force(office)) == (0, timid)
    assert "có lời đáp mà im lặng" in said
    assert "chưa đổi gì" in said

    status, said = run("--json")
    found = json.loads(said)

    assert (status, found["verdict"], found["kept"]) == (0, "better", True)
    assert found["cases"] == {
        "reviewed": 49, "given": 0, "unclear": 0, "lost": 0, "answerable": 36, "unanswerable": 12,
    }  # fmt: skip
    before, after = found["own"]["before"], found["own"]["after"]
    assert after["wrongly_refused"] < before["wrongly_refused"]
    assert (found["own"]["worse"], found["guard"]["worse"]) == ([], [])
    taken = in_force(office)
    assert (taken.answerable, taken.unanswerable, taken.before) == (36, 12, timid)
    assert taken.threshold < timid.threshold
    assert stat.S_IMODE((office.state_dir / FILE).stat().st_mode) == 0o600
    assert "36 câu có lời đáp và 12 câu không có" in checks.weights(office).found

    assert "01/10/2026" in run("--undo")[1]
    assert in_force(office) == timid
    assert "đi kèm chương trình" in run("--undo")[1]
    assert in_force(office) is None
    with pytest.raises(ChidanError, match="không có gì để hoàn tác"):
        run("--undo")


def test_nothing_is_taken_that_is_worse_on_the_offices_own_cases(office, run):
    """Reviewers like what the bot quotes: the wrong sentence, so that no fit comes to it."""
    shipped = weights_of(load_ranking())["features"]
    turned = {
        name: -weight if "sentence" in name or name[:5] in ("offer", "count") else weight
        for name, weight in shipped.items()
    }
    perverse = own(office, threshold=0.0, features=turned)
    keep_own(office.state_dir, perverse)
    (office.state_dir / "logs.db").unlink()
    with open_session(office) as session:
        for number, question in enumerate(asked(), start=1):
            asyncio.run(session.ask(question.question))
            verdict = Verdict.RIGHT if question.must else Verdict.SHOULD_REFUSE
            assert Verdicts(session.log.file).give(number, "lan", Judgement(verdict))

    status, said = run()

    assert status == 0
    assert "trên câu hỏi của cơ quan kém hơn ở “lời trích đầu đúng”" in said
    assert in_force(office) == perverse


def test_nothing_is_taken_that_is_worse_on_the_guard_questions(office, run, tmp_path, monkeypatch):
    timid = own(office, threshold=1.0)
    keep_own(office.state_dir, timid)
    guard(tmp_path, monkeypatch, *(Asked(q.question, "") for q in asked()[:8] if q.must))

    found = json.loads(run("--json")[1])

    assert (found["verdict"], found["kept"]) == ("worse_elsewhere", False)
    assert found["guard"]["worse"] == ["rightly_refused"]
    assert in_force(office) == timid


def test_cases_of_files_count_too(office, run, tmp_path):
    lines = [
        {"id": str(n), "kind": "x", "question": f"{n} con chó nằm ở đâu?", "must": []}
        for n in range(3)
    ]
    path = tmp_path / "more.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    status, said = run("--cases", str(path), "--dry-run")

    assert status == 0
    assert "3 câu trong tệp; dùng được 36 câu có lời đáp, 15 câu không có" in said
    assert not (office.state_dir / FILE).exists()


def test_with_too_few_cases_it_says_how_many_are_missing(chidan, tmp_path):
    write_sources(tmp_path / "sources")
    assert chidan("reload").returncode == 0

    done = chidan("fit")

    assert done.returncode == 1
    assert "cần ít nhất 30 câu có lời đáp (đang có 0)" in done.stderr
    assert "chidan logs serve" in done.stderr
    assert not (tmp_path / "state" / FILE).exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[:-9], "hỏng"),
        (lambda text: text.replace('"bias":', '"bas":'), "hỏng"),
        (lambda text: text.replace("cos_mean", "cos_man"), "đã khác"),
        (lambda text: text.replace('"base":"', '"base":"0'), "đã khác"),
    ],
)
def test_what_cannot_be_used_is_left_aside_and_told(office, run, spoil, words):
    keep_own(office.state_dir, own(office, threshold=1.0))
    path = office.state_dir / FILE
    path.write_text(spoil(path.read_text()))

    found = weights_in_force(office, model(office))
    told = checks.weights(office)

    assert (found.own, found.ranking.threshold) == (None, load_ranking().threshold)
    assert not told.well
    assert words in told.found
    run("--undo")
    assert checks.weights(office).well


def test_without_scipy_it_says_how_to_install_it(office, run, monkeypatch):
    monkeypatch.setattr(fitting, "find_spec", lambda name: None)

    with pytest.raises(ChidanError, match="pip install"):
        run()
