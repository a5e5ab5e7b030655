"""What is sealed comes back with its passphrase, and with nothing else."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.log import sealing
from bot.log.sealing import CHUNK, Sealer, SealFault, Unsealer


@pytest.fixture(autouse=True, scope="module")
def _cheap():
    """Scrypt with a small cost: what is tested is the format."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_COST", 4)
        yield


WORDS = "mật khẩu dài"


def sealed(plain: bytes, passphrase: str = WORDS) -> bytes:
    file = io.BytesIO()
    with Sealer(file, passphrase) as sealer:
        for at in range(0, len(plain), 50_000):
            sealer.write(plain[at : at + 50_000])
    return file.getvalue()


def opened(file: bytes, passphrase: str = WORDS) -> bytes:
    return io.BufferedReader(Unsealer(io.BytesIO(file), passphrase)).read()


@settings(max_examples=30)
@given(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]), st.binary(min_size=1))
def test_what_is_sealed_comes_back(length, pattern):
    plain = (pattern * (length // len(pattern) + 1))[:length]

    file = sealed(plain)

    assert opened(file) == plain
    assert len(file) == 32 + length + 16 * max(1, -(-length // CHUNK))


@settings(max_examples=60)
@given(st.data())
def test_nothing_that_was_changed_is_opened(data):
    file = sealed(bytes(range(256)) * 1024)  # four chunks
    at = data.draw(st.integers(0, len(file) - 1))
    chunk = CHUNK + 16
    changed = data.draw(
        st.sampled_from(
            [
                file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :],
                file[:at],
                file[: 32 + chunk] + file[32 + 2 * chunk :],
                file[: 32 + chunk] + file[32:],
                file + b"x",
            ]
        )
    )

    with pytest.raises(SealFault):
        opened(changed)


def test_another_passphrase_opens_nothing_and_the_words_do_not_stand_there():
    file = sealed("Câu hỏi riêng".encode() * 99)

    with pytest.raises(SealFault, match="Sai mật khẩu"):
        opened(file, "mật khẩu khác")
    assert "Câu hỏi".encode() not in file
