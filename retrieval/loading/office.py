"""DOCX, RTF and DOC as plain text.

Owns: what is refused before a parser sees it (archive bombs), and what people are told when a
parser fails. Parsing is viparse's (DOCX, RTF, with letters from before Unicode turned into
Unicode), and legacy-doc's (DOC, with nothing to install beside it). Leaves to others: limits of
time and memory (`worker`).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.tables import rendered
from retrieval.loading.word import read_word

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_BROKEN = "Tệp bị hỏng, không đọc được nội dung."
_LINK_FIELD = re.compile(r'\s?HYPERLINK\s+(?:\\\w\s+)?"[^"\n]*"\s?')


def read_docx(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of a .docx, and the lines of its headers and footers. Raises SourceError."""
    from lxml.etree import LxmlError

    _check_archive(data)
    try:
        lines, running = read_word(data)
    except (KeyError, ValueError, AttributeError, LxmlError):
        return read_rtf(data, path), ()
    return repaired("\n\n".join(lines)), tuple(filter(None, map(repaired, running)))


def read_rtf(data: bytes, path: Path) -> str:
    """The text of an .rtf, or of a .docx that only viparse can read. Raises SourceError."""
    return "\n\n".join(line for block in _loaded(path) for line in _block_lines(block))


def read_doc(data: bytes, path: Path) -> str:
    """The text of a Word 97-2003 document. Raises SourceError."""
    import legacy_doc

    try:
        text = legacy_doc.extract_text(data).text
    except Exception as fault:
        if "EncryptedPackage".encode("utf-16-le") in data or "crypt" in str(fault).lower():
            raise SourceError("Tệp Word có mật khẩu: hãy bỏ mật khẩu rồi thêm lại.") from fault
        raise SourceError("Tệp Word (.doc) bị hỏng hoặc quá cũ, không đọc được.") from fault
    return repaired(_LINK_FIELD.sub("", text)).replace("\n", "\n\n")


def _loaded(path: Path) -> list[Mapping[str, Any]]:
    """The blocks that viparse finds in the file at `path`."""
    import viparse

    try:
        (document,) = viparse.load(
            str(path), output="json", encoding="auto", ocr=False, settings=viparse.Settings()
        )
    except Exception as fault:
        raise SourceError(_reason(fault)) from fault
    blocks: list[Mapping[str, Any]] = json.loads(document.text)["blocks"]
    return blocks


def _reason(fault: BaseException | None) -> str:
    while fault is not None:
        if re.search(r"password|encrypt", f"{type(fault).__name__} {fault!r}", re.IGNORECASE):
            return "Tệp có mật khẩu: hãy bỏ mật khẩu rồi thêm lại."
        fault = fault.__cause__ or (fault.args[0] if _wraps(fault) else None)
    return _BROKEN


def _wraps(fault: BaseException) -> bool:
    return bool(fault.args) and isinstance(fault.args[0], BaseException)


def _block_lines(block: Mapping[str, Any]) -> Iterator[str]:
    rows = block.get("rows")
    if isinstance(rows, list):
        yield from rendered([[str(cell or "") for cell in row] for row in rows])
    else:
        yield str(block.get("text", ""))


def _check_archive(data: bytes) -> None:
    """Refuse an archive that unpacks to more than MAX_UNPACKED_BYTES, without keeping a byte."""
    left = MAX_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while chunk := stream.read(1 << 20):
                        left -= len(chunk)
                        if left < 0:
                            raise SourceError("Tệp nén bung ra quá lớn, không đọc.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        raise SourceError("Tệp DOCX bị hỏng, không mở được.") from fault
