"""Files sealed with a passphrase, written and read as streams of any length.

The format, version 1, all numbers big-endian:

    8 bytes    CHIDAN, 0, 1
    1 byte     binary logarithm of scrypt's cost N (r = 8, p = 1); RFC 7914
    16 bytes   salt
    7 bytes    beginning of every nonce
    chunks     65,536 bytes each, the last one of any length: AES-256-GCM, 16 bytes longer

The nonce of chunk n is the beginning, n in 4 bytes, and 1 for the last chunk or 0; the head of 32
bytes is associated data of each chunk. So no chunk can be cut off, moved, doubled or taken from
another file (STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015).
"""

from __future__ import annotations

import hashlib
import io
import secrets
import struct
from typing import TYPE_CHECKING, BinaryIO

from retrieval.errors import ChidanError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"CHIDAN\x00\x01"
CHUNK = 1 << 16
"""Bytes of plain text in a chunk."""
_HEAD = struct.Struct(">8sB16s7s")
_TAG = 16
_COST, _LARGEST_COST = 15, 20
"""Binary logarithms of N: 32 MB of memory for writing, at most 1 GB for reading."""


class SealFault(ChidanError):
    """What is sealed cannot be opened: another passphrase, or a damaged file."""


def is_sealed(file: BinaryIO) -> bool:
    """Return whether a file begins as sealed ones do; it is left at its beginning."""
    beginning = file.read(len(MAGIC))
    file.seek(0)
    return beginning == MAGIC


def _key(passphrase: str, salt: bytes, cost: int) -> AESGCM:
    # Imported where it is needed: most bots start without.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    n = 1 << cost
    return AESGCM(
        hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=8, p=1, maxmem=256 * n * 8, dklen=32)
    )


class Sealer(io.RawIOBase):
    """Seals what is written into `file`; only closed it is whole. `file` stays open."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt, self._nonce = secrets.token_bytes(16), secrets.token_bytes(7)
        self._file, self._key = file, _key(passphrase, salt, _COST)
        self._head = _HEAD.pack(MAGIC, _COST, salt, self._nonce)
        self._waiting, self._number = bytearray(), 0
        file.write(self._head)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; raises OSError where `file` cannot be written."""
        given = bytes(data)  # type: ignore[call-overload]  # a buffer, as io.RawIOBase has it
        self._waiting += given
        while len(self._waiting) > CHUNK:  # one chunk waits: it may be the last
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(given)

    def close(self) -> None:
        """Write the last chunk."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._nonce, self._number, last=last)
        self._file.write(self._key.encrypt(nonce, plain, self._head))
        self._number += 1


class Unsealer(io.RawIOBase):
    """Reads what is sealed in `file`; raises SealFault at a chunk that is not as it was written."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file = file
        self._head = file.read(_HEAD.size)
        if len(self._head) < _HEAD.size or not self._head.startswith(MAGIC):
            raise SealFault("Tệp này không phải bản sao lưu có mật khẩu.")
        _, cost, salt, self._nonce = _HEAD.unpack(self._head)
        if not 0 < cost <= _LARGEST_COST:
            raise SealFault("Đầu tệp sao lưu bị hỏng; hãy dùng bản khác.")
        self._key = _key(passphrase, salt, cost)
        self._next, self._plain, self._number = file.read(CHUNK + _TAG), b"", 0
        self._is_over = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer; return how many bytes, 0 at the end."""
        if not self._plain and not self._is_over:
            self._plain = self._open()
        view = memoryview(buffer)  # type: ignore[arg-type]  # a buffer, as io.RawIOBase has it
        part = self._plain[: len(view)]
        view[: len(part)] = part
        self._plain = self._plain[len(part) :]
        return len(part)

    def _open(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        chunk, self._next = self._next, self._file.read(CHUNK + _TAG)
        self._is_over = not self._next
        nonce = _nonce(self._nonce, self._number, last=self._is_over)
        try:
            plain = self._key.decrypt(nonce, chunk, self._head)
        except InvalidTag:
            why = "Sai mật khẩu (BACKUP_PASSPHRASE), hoặc tệp" if not self._number else "Tệp"
            raise SealFault(f"{why} sao lưu bị hỏng; chưa đổi gì.") from None
        self._number += 1
        return plain


def _nonce(beginning: bytes, number: int, *, last: bool) -> bytes:
    return beginning + number.to_bytes(4) + bytes([last])
