"""What people send: single documents, and archives of them, unpacked within limits.

Owns: which members of a .zip are documents, how many and how large they may be, and that nothing
that carries macros comes in. Leaves to others: reading a document (`drafts`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from retrieval.errors import SourceError
from retrieval.loading.formats import MAX_BYTES, SUFFIXES

MAX_DOCUMENTS = 50
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_MACROS = ("vbaproject.bin", "vbadata.xml")
_VBA = "_VBA_PROJECT".encode("utf-16-le")


def unpacked_documents(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """Return the documents in a file that was sent, with their names; raises SourceError."""
    members = _members(data)
    if members is None or {"[Content_Types].xml", "mimetype"} & set(members):
        refuse_macros(data, members or [])
        return [(name, data)]
    return list(_unpacked(data))


def refuse_macros(data: bytes, members: list[str]) -> None:
    """Raise SourceError for a document that can run a program."""
    if any(PurePosixPath(member).name.lower() in _MACROS for member in members) or _VBA in data:
        raise SourceError("Tệp có macro nên không nhận: hãy lưu lại thành tệp không có macro.")


def _members(data: bytes) -> list[str] | None:
    """Return the names in an archive; None for what is none."""
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceError("Tệp nén bị hỏng, không mở được.") from error


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [member for member in archive.infolist() if _is_document(member)]
            if not wanted:
                raise SourceError("Tệp nén không có tài liệu nào đọc được.")
            if len(wanted) > MAX_DOCUMENTS:
                raise SourceError(f"Tệp nén có hơn {MAX_DOCUMENTS} tài liệu: hãy chia nhỏ.")
            left = MAX_UNPACKED_BYTES
            for member in wanted:
                content = _content(archive, member, min(left, MAX_BYTES))
                left -= len(content)
                refuse_macros(content, _members(content) or [])
                yield PurePosixPath(member.filename).name, content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SourceError("Tệp nén bị hỏng hoặc có mật khẩu, không mở được.") from error


def _is_document(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not member.is_dir() and not hidden


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Read no more than `most` bytes, whatever the archive says of itself."""
    with archive.open(member) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise SourceError(f"Tệp nén bung ra quá lớn ({member.filename}), không nhận.")
    return content
