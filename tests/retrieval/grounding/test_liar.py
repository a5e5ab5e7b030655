"""A model that lies: nothing false is shown, what is true stays. All cases: benchmarks.liar."""

from __future__ import annotations

from tests.benchmarks.liar import measure
from tests.benchmarks.sayings import Sort


def test_nothing_false_is_shown_and_what_is_true_stays():
    tally = measure(range(1000, 1012))

    assert sum(tally.written.values()) > 60
    assert [said for said in tally.let_through if said.sort is Sort.FALSE] == []
    assert tally.kept >= 0.9
