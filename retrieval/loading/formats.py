"""From the bytes of one file to its text and to what the file says about itself.

Owns: telling formats apart by content as well as by name, and which reader gets what. Leaves to
others: folders and links (`folder`, `web`), the formats themselves (`office`, `markdown`,
`decoding`; web pages are trafilatura's), furniture (`boilerplate`), and what a text proves of its
origin (`metadata`).
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from retrieval.errors import SourceError
from retrieval.loading.boilerplate import Cleaned, clean, is_prose, is_scraped, kept_share
from retrieval.loading.decoding import decoded
from retrieval.loading.hidden_text import visible_markdown, without_comments
from retrieval.loading.html import read_page
from retrieval.loading.legibility import is_garbled
from retrieval.loading.mail import is_mail, read_mail
from retrieval.loading.markdown import front_matter, plain_words
from retrieval.loading.metadata import Description, description_of, found, of_page, unknown_fields
from retrieval.loading.ocr import INSTALL, missing
from retrieval.loading.office import (
    read_doc,
    read_docx,
    read_odt,
    read_pptx,
    read_rtf,
    read_xlsx,
)
from retrieval.loading.pdf import OnPage, PagesText, read_pdf, read_pictures
from retrieval.loading.reflow import is_wrapped, tidy, unwrap
from retrieval.loading.spreadsheets import read_table
from retrieval.loading.tables import with_drawn_rows
from retrieval.loading.yaml_subset import Value

_log = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024

GARBLED = "Chữ trong tệp lẫn lộn (sai bảng mã hoặc sai phông), không đọc đúng được."

_NO_TEXT = "PDF không có lớp chữ (bản quét)"
_NO_UNICODE = "Phông chữ trong PDF không cho biết chữ nào là chữ nào (thiếu bảng Unicode)"
_NO_WORDS = "Không đọc được chữ nào trong ảnh."

_HTML_PROLOGUE = re.compile(rb"\s+|<\?xml[^>]*>|<!--(?:(?!-->).)*-->", re.I | re.S)
_HTML_START = re.compile(rb"<(?:!doctype\s+html|html)\b", re.I)
_SNIFFED = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_KINDS = {
    ".md": ("text",),
    ".txt": ("text",),
    ".csv": ("text",),
    ".html": ("html", "text"),
    ".htm": ("html", "text"),
    ".pdf": ("pdf",),
    ".jpg": ("picture",),
    ".jpeg": ("picture",),
    ".png": ("picture",),
    ".tif": ("picture",),
    ".tiff": ("picture",),
    ".webp": ("picture",),
    ".docx": ("docx", "doc", "rtf", "html"),
    ".doc": ("docx", "doc", "rtf", "html"),
    ".rtf": ("docx", "doc", "rtf", "html"),
    ".odt": ("odt",),
    ".xlsx": ("xlsx",),
    ".pptx": ("pptx",),
    ".eml": ("mail",),
    ".mht": ("mail",),
    ".mhtml": ("mail",),
}
"""What a file with that suffix may hold: Word opens its own formats by whatever name."""
SUFFIXES = frozenset(_KINDS)
_READ_AS = {".md": "markdown", ".csv": "csv", ".html": "html", ".htm": "html"}
"""The reader of a suffix where it is not that of the content."""
_SUFFIX = {"text": ".txt", "mail": ".eml", "picture": ".jpg"}
_ARCHIVES = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
    "content.xml": "odt",
}
"""What a ZIP archive is that holds such a file."""
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"BM")


@dataclass(frozen=True, slots=True)
class Content:
    """What one file holds: the text to be stored, and what is known about it."""

    text: str
    found: Description
    """Proven by the text, or said by the page."""
    front: Description = field(default_factory=Description)
    """Said in front matter: a person's word, which goes before everything."""
    warnings: tuple[str, ...] = ()
    """What is odd about the file though it can be read, in sentences for people."""
    left_out: tuple[str, ...] = ()
    """Lines of the file that are not in the text, in their order."""
    kept: float = 1.0
    """The share of the file's words that is in the text, 0 to 1."""


def read_bytes(data: bytes, path: Path, on_page: OnPage = lambda done, total: None) -> Content:
    """The content of a file that holds `data`. Raises SourceError.

    `path` gives the name, and for office files the place to read from; `on_page` hears which page
    is read by machine.
    """
    kind = _kind(data, path.suffix.lower())
    paged = _PAGED.get(kind)
    reader = _READERS[kind] if paged is None else lambda data, path: paged(data, on_page)
    content = _guarded(reader, data, path)
    if not any(c.isalnum() for c in content.text):
        raise SourceError("Tệp không có chữ nào để trích dẫn.")
    if is_garbled(content.text):
        raise SourceError(GARBLED)
    return content


def _guarded(reader: Callable[[bytes, Path], Content], data: bytes, path: Path) -> Content:
    """What the reader finds; whatever else a parser raises becomes a SourceError."""
    try:
        return reader(data, path)
    except SourceError:
        raise
    except (RecursionError, MemoryError) as fault:
        raise SourceError("Nội dung tệp quá phức tạp, không đọc được.") from fault
    except Exception as fault:
        _log.warning("a %s file cannot be read", path.suffix, exc_info=True)
        raise SourceError("Tệp có lỗi mà chương trình không đọc nổi.") from fault


def suffix_of(data: bytes, name: str = "", *, is_html: bool = False) -> str:
    """The suffix to read `data` by: that of `name` if it is one of ours, else by content.

    `is_html` is what the sender of a page calls it.
    """
    suffix = Path(name).suffix.lower()
    if suffix in SUFFIXES:
        return suffix
    kind = _content(data)
    return ".html" if kind == "text" and is_html else _SUFFIX.get(kind, f".{kind}")


def _kind(data: bytes, suffix: str) -> str:
    """The reader of `data`; SourceError where it is not what `suffix` promises."""
    if suffix not in SUFFIXES:
        raise SourceError(f"Loại tệp “{suffix or 'không có đuôi'}” chưa đọc được.")
    if not data.strip():
        raise SourceError("Tệp rỗng.")
    kind = _content(data)
    if kind == "mail" and kind not in _KINDS[suffix]:
        kind = "text"  # A message is plain text too.
    if kind == "zip" and {*_ARCHIVES.values()} & {*_KINDS[suffix]}:
        raise SourceError("Tệp bị hỏng, không mở được.")
    if kind not in _KINDS[suffix]:
        raise SourceError(f"Nội dung không phải là {suffix[1:].upper()} như tên tệp nói.")
    return _READ_AS.get(suffix, kind)


def _content(data: bytes) -> str:
    """What bytes hold, whatever they are called."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLE):
        return "doc"
    if data.removeprefix(b"\xef\xbb\xbf").startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(_PICTURES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return "picture"
    if _is_html(data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return "mail" if is_mail(data) else "text"


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return "zip"
    return next((kind for name, kind in _ARCHIVES.items() if name in names), "zip")


def _is_html(data: bytes) -> bool:
    """True if nothing but white space and comments stands before <html> or its doctype."""
    at = 0
    while before := _HTML_PROLOGUE.match(data, at):
        at = before.end()
    return _HTML_START.match(data, at) is not None


def _read_text(data: bytes, path: Path) -> Content:
    front, body = front_matter(decoded(data))
    body = with_drawn_rows(without_comments(body))
    plain, running = unwrap(body) if is_wrapped(body) else (body, ())
    return _with_front(front, _content_of(clean(plain), found(plain), running))


def _read_markdown(data: bytes, path: Path) -> Content:
    front, body = front_matter(decoded(data))
    plain = plain_words(visible_markdown(body))
    if description_of(front) == Description():
        return _with_front(front, _document(plain, marked=body))
    return _with_front(front, Content(tidy(plain), found(plain, body)))


def _with_front(front: Mapping[str, Value], content: Content) -> Content:
    names = ", ".join(name[:40] for name in unknown_fields(front)[:5])
    odd = (f"phần mô tả có mục không dùng đến: {names}.",) if names else ()
    return replace(content, front=description_of(front), warnings=odd)


def _read_html(data: bytes, path: Path) -> Content:
    page = read_page(data)
    cleaned = clean(page.text)
    left_out = (*cleaned.left_out, *page.left_out)
    counted = (*cleaned.left_out, *filter(is_prose, page.left_out))
    about = of_page(page.about, page.text)
    return Content(cleaned.text, about, left_out=left_out, kept=kept_share(cleaned.text, counted))


def _document(text: str, running: Sequence[str] = (), marked: str = "") -> Content:
    """A document written by people; furniture is looked for only where a web page was pasted in."""
    cleaned = clean(text) if is_scraped(text) else Cleaned(tidy(text))
    return _content_of(cleaned, found(text, marked), running)


def _content_of(cleaned: Cleaned, about: Description, running: Sequence[str]) -> Content:
    left_out = (*cleaned.left_out, *running)
    share = kept_share(cleaned.text, left_out)
    return Content(cleaned.text, about, left_out=left_out, kept=share)


def _read_pdf(data: bytes, on_page: OnPage) -> Content:
    found = read_pdf(data, on_page)
    if is_garbled(found.text) and not found.read_by_machine and not missing():
        found = read_pdf(data, on_page, all_by_machine=True)
    if found.unknown:
        raise _without_machine(_NO_UNICODE)
    if not found.text and found.read_by_machine:
        raise SourceError(_NO_WORDS)
    if not found.text:
        raise _without_machine(_NO_TEXT)
    return _paged(found)


def _read_picture(data: bytes, on_page: OnPage) -> Content:
    if missing():
        raise _without_machine("Ảnh chụp cần nhận dạng chữ")
    found = read_pictures(data, on_page)
    if not found.text:
        raise SourceError(_NO_WORDS)
    return _paged(found)


def _without_machine(reason: str) -> SourceError:
    """The error of a file that only OCR could read."""
    why = f", mà {missing()} ({INSTALL})" if missing() else ""
    return SourceError(f"{reason}{why}: hãy nhận dạng chữ (OCR) trước.")


def _paged(found: PagesText) -> Content:
    """The content of pages, with what is to be said of those that no letters were found on."""
    content = _document(found.text, found.left_out)
    if found.read_by_machine:
        content = replace(content, found=replace(content.found, read_by_machine=True))
    odd = [
        f"trang {_numbers(pages)} {what}."
        for pages, what in (
            (found.empty_pages, "là ảnh, chưa đọc được chữ"),
            (found.unsure, "đọc bằng máy, chưa chắc đúng: hãy đối chiếu bản gốc"),
        )
        if pages
    ]
    return replace(content, warnings=(*content.warnings, *odd))


def _numbers(pages: Sequence[int]) -> str:
    more = f" và {len(pages) - 20} trang nữa" if len(pages) > 20 else ""
    return ", ".join(str(page + 1) for page in pages[:20]) + more


_PAGED: dict[str, Callable[[bytes, OnPage], Content]] = {
    "pdf": _read_pdf,
    "picture": _read_picture,
}
"""Readers that tell of each page which a machine reads."""


def _read_mail(data: bytes, path: Path) -> Content:
    letter = read_mail(data)
    if letter.page:
        content = _read_html(letter.page, path)
    else:
        plain, running = unwrap(letter.text) if is_wrapped(letter.text) else (letter.text, ())
        content = _document(plain, running)
    about = letter.about.completed_by(content.found)
    names = ", ".join(name[:60] for name in letter.attachments[:5])
    odd = (f"thư có tệp đính kèm chưa đọc: {names}.",) if names else ()
    return replace(content, found=about, warnings=(*content.warnings, *odd))


_READERS: dict[str, Callable[[bytes, Path], Content]] = {
    "text": _read_text,
    "markdown": _read_markdown,
    "html": _read_html,
    "docx": lambda data, path: _document(*read_docx(data, path)),
    "rtf": lambda data, path: _document(*read_rtf(data, path)),
    "doc": lambda data, path: _document(*read_doc(data, path)),
    "odt": lambda data, path: _document(*read_odt(data, path)),
    "xlsx": lambda data, path: _document(*read_xlsx(data, path)),
    "pptx": lambda data, path: _document(*read_pptx(data, path)),
    "csv": lambda data, path: _document("\n".join(read_table(decoded(data)))),
    "mail": _read_mail,
}
