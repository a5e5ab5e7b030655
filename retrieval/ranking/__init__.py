"""From a question to scored sentences: vectors and words searched, fused, weighed.

Comes in: a `Question` and a snapshot of the index. Goes out: `Findings`, candidates best first.
Weights stand in `ranking.json`, fitted by `tests/benchmarks/fit_ranking.py`.
"""
