"""Callback data: what goes in comes out, and forged data is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.keyboards import MAX_BYTES, Action, pack, pattern, unpack

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-.", min_size=1, max_size=20)
numbers = st.integers(-(10**14), 10**14)


@given(number=numbers, word=words)
def test_what_goes_in_comes_out(number, word):
    data = pack(Action.PASSAGE, number, word)

    assert len(data.encode()) <= MAX_BYTES
    assert unpack(data, int, str) == (number, word)
    assert pattern(Action.PASSAGE).match(data)
    assert not any(pattern(other).match(data) for other in Action if other != Action.PASSAGE)


@given(data=st.text(max_size=80))
def test_anything_else_is_read_as_nothing_or_as_fields_of_their_kinds(data):
    fields = unpack(data, int, str)

    assert fields is None or [type(field) for field in fields] == [int, str]


@pytest.mark.parametrize(
    "data",
    ["", "nguon", "nguon:1", "nguon:1:a:b", "nguon:x:a", "nguon:٣:a", "nguon:01:a", "NGUON:1:a",
     "nguon:1:ă", "nguon:1:" + "a" * 60, None],
)  # fmt: skip
def test_forged_data_is_nothing(data):
    assert unpack(data, int, str) is None


@pytest.mark.parametrize("field", ["a:b", "", "a" * 60, "ă"])
def test_what_would_not_come_back_is_refused(field):
    with pytest.raises(ValueError, match="callback data"):
        pack(Action.PASSAGE, field)


@pytest.mark.parametrize("action", Action)
def test_every_action_fits_on_a_button(action):
    assert unpack(pack(action)) == ()
