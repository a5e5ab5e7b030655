"""Files of office suites as plain text: DOCX, ODT, PPTX, XLSX, RTF and DOC.

Owns: what is refused before a parser sees it (archive bombs), and what people are told when a
parser fails. RTF and DOC are LibreOffice's where it is installed, else viparse's and legacy-doc's
(text without numbers and tables, with nothing to install beside it). Leaves to others: what of each
format is text (`word`, `opendocument`, `slides`, `spreadsheets`), letters from before Unicode
(`decoding`), limits of time and memory (`worker`).
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.opendocument import read_opendocument
from retrieval.loading.slides import read_slides
from retrieval.loading.spreadsheets import read_workbook
from retrieval.loading.tables import rendered
from retrieval.loading.word import read_word

_log = logging.getLogger(__name__)
_Read = TypeVar("_Read")
_OFFICE_SECONDS = 60.0

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_BROKEN = "Tệp bị hỏng, không đọc được nội dung."
_LINK_FIELD = re.compile(r'\s?HYPERLINK\s+(?:\\\w\s+)?"[^"\n]*"\s?')


def read_docx(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of a .docx, and the lines of its headers and footers. Raises SourceError."""
    from lxml.etree import LxmlError

    _check_archive(data)
    try:
        return _texts(*read_word(data))
    except (KeyError, ValueError, AttributeError, LxmlError):
        return _read_loosely(path), ()


def read_odt(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of an .odt, and the lines of its headers and footers. Raises SourceError."""
    _check_archive(data)
    return _texts(*_parsed(read_opendocument, data))


def read_pptx(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of a .pptx, and the lines at the foot of its slides. Raises SourceError."""
    _check_archive(data)
    return _texts(*_parsed(read_slides, data))


def read_xlsx(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of an .xlsx. Raises SourceError."""
    _check_archive(data)
    return _texts(_parsed(read_workbook, data), ())


def _parsed(reader: Callable[[bytes], _Read], data: bytes) -> _Read:
    """What a parser finds in a file; SourceError for whatever it cannot do with it."""
    try:
        return reader(data)
    except (SourceError, MemoryError, RecursionError):
        raise
    except Exception as fault:
        raise SourceError(_reason(fault)) from fault


def _texts(lines: Sequence[str], running: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    return repaired("\n\n".join(lines)), tuple(filter(None, map(repaired, running)))


def read_rtf(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of an .rtf: LibreOffice's reading where it is installed. Raises SourceError."""
    return _by_libreoffice(path, _read_loosely(path))


def _read_loosely(path: Path) -> str:
    """The text of an .rtf, or of a .docx that only viparse can read. Raises SourceError."""
    return "\n\n".join(line for block in _loaded(path) for line in _block_lines(block))


def read_doc(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of a Word 97-2003 document: LibreOffice's reading where it is installed.

    Raises SourceError.
    """
    import legacy_doc

    try:
        text = legacy_doc.extract_text(data).text
    except Exception as fault:
        if "EncryptedPackage".encode("utf-16-le") in data or "crypt" in str(fault).lower():
            raise SourceError("Tệp Word có mật khẩu: hãy bỏ mật khẩu rồi thêm lại.") from fault
        raise SourceError("Tệp Word (.doc) bị hỏng hoặc quá cũ, không đọc được.") from fault
    return _by_libreoffice(path, repaired(_LINK_FIELD.sub("", text)).replace("\n", "\n\n"))


def _by_libreoffice(path: Path, plain: str) -> tuple[str, tuple[str, ...]]:
    """What LibreOffice reads in the file at `path`; `plain` where that has more letters.

    LibreOffice drops soft hyphens, which are letters in texts from before Unicode.
    """
    converted = _converted(path)
    if converted is None:
        return plain, ()
    text, running = read_docx(converted, path)
    return (text, running) if _letters(text) >= 0.995 * _letters(plain) else (plain, ())


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _converted(path: Path) -> bytes | None:
    """The file at `path` as a .docx of LibreOffice's making; None where it makes none."""
    program = shutil.which("soffice")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="chidan-office-") as home:
        profile = f"-env:UserInstallation={Path(home, 'profile').as_uri()}"
        order = [program, profile, "--headless", "--norestore", "--convert-to", "docx"]
        try:
            subprocess.run(  # noqa: S603
                [*order, "--outdir", home, str(path)],
                timeout=_OFFICE_SECONDS,
                check=True,
                capture_output=True,
                env={"HOME": home, "PATH": os.environ.get("PATH", os.defpath)},
            )
            return Path(home, f"{path.stem}.docx").read_bytes()
        except (OSError, subprocess.SubprocessError):
            _log.warning("LibreOffice did not convert a %s file", path.suffix, exc_info=True)
            return None


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
        raise SourceError("Tệp bị hỏng, không mở được.") from fault
