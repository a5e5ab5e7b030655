"""PDF, DOCX, RTF and DOC as plain text.

Owns: what is refused before a parser sees it (archive bombs), and what people are told when a
parser fails, runs for too long or wants too much memory. Parsing is viparse's (PDF, DOCX, RTF, with
letters from before Unicode turned into Unicode), in a process of its own with neither secrets nor
time to waste, and legacy-doc's (DOC, with nothing to install beside it).
"""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.reflow import PAGE_BREAK, unwrap

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_MEMORY_BYTES = 2 * 1024**3
MAX_SECONDS = 120
_BROKEN = "Tệp bị hỏng, không đọc được nội dung."
_LINK_FIELD = re.compile(r'\s?HYPERLINK\s+(?:\\\w\s+)?"[^"\n]*"\s?')
_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {"PYTHONUTF8": "1"}


def read_docx_or_rtf(data: bytes, path: Path) -> str:
    """The text of a .docx or .rtf. Raises SourceError."""
    if data.startswith(b"PK"):
        _check_archive(data)
    lines = [line for block in _loaded(path) for line in _block_lines(block)]
    return "\n\n".join(lines)


def read_pdf(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The text of a .pdf that has a text layer, and its running lines. Raises SourceError."""
    text, running = unwrap(PAGE_BREAK.join(map(_block_text, _loaded(path))))
    if not text:
        raise SourceError("PDF không có lớp chữ (bản quét): hãy nhận dạng chữ (OCR) trước.")
    return text, running


def _block_text(block: Mapping[str, object]) -> str:
    return "\n".join(_block_lines(block))


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


def _loaded(path: Path) -> list[Mapping[str, object]]:
    """The blocks that viparse finds in the file at `path`."""
    command = [sys.executable, "-m", "retrieval.loading.office", str(path.resolve())]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=_ROOT,
            env=_ENVIRONMENT,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise SourceError(f"Tệp quá phức tạp: {MAX_SECONDS} giây chưa đọc xong.") from fault
    if done.returncode:
        raise SourceError(done.stdout.decode() or _BROKEN)
    blocks: list[Mapping[str, object]] = json.loads(done.stdout)
    return blocks


def _parse(path: str) -> None:
    """What the process does: write the blocks as JSON, or the reason why there are none."""
    import viparse

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    try:
        (document,) = viparse.load(
            path, output="json", encoding="auto", ocr=False, settings=viparse.Settings()
        )
        sys.stdout.write(json.dumps(json.loads(document.text)["blocks"]))
    except Exception as fault:
        sys.stdout.write(_reason(fault))
        sys.exit(1)


def _reason(fault: BaseException | None) -> str:
    while fault is not None:
        if re.search(r"password|encrypt", f"{type(fault).__name__} {fault!r}", re.IGNORECASE):
            return "Tệp có mật khẩu: hãy bỏ mật khẩu rồi thêm lại."
        fault = fault.__cause__ or (fault.args[0] if _wraps(fault) else None)
    return _BROKEN


def _wraps(fault: BaseException) -> bool:
    return bool(fault.args) and isinstance(fault.args[0], BaseException)


def _block_lines(block: Mapping[str, object]) -> Iterator[str]:
    rows = block.get("rows")
    if isinstance(rows, list):
        for row in rows:
            yield " | ".join(" ".join(str(cell).split()) for cell in row if str(cell).strip())
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


if __name__ == "__main__":
    _parse(sys.argv[1])
