"""Callback data: what goes in comes out, and forged data is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.callback_data import MAX_BYTES, pack, pattern, unpack

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-.", min_size=1, max_size=20)
numbers = st.integers(-(10**14), 10**14)


@given(number=numbers, word=words)
def test_what_goes_in_comes_out(number, word):
    data = pack("nguon", number, word)

    assert len(data.encode()) <= MAX_BYTES
    assert unpack(data, int, str) == (number, word)
    assert pattern("nguon").match(data)
    assert not pattern("nguo").match(data)


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


@pytest.mark.parametrize(
    ("action", "field"), [("Nguồn", 1), ("nguon", "a:b"), ("nguon", ""), ("nguon", "a" * 60)]
)
def test_what_would_not_come_back_is_refused(action, field):
    with pytest.raises(ValueError, match="callback data"):
        pack(action, field)


def test_a_button_without_fields():
    assert unpack(pack("dong")) == ()
