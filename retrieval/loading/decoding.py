"""From bytes to Unicode: UTF-8, UTF-16, and the Vietnamese letters from before Unicode.

Owns: which encoding a text is in, and that binary data is no text. Converting TCVN3, VNI, VISCII
and VPS is viparse's, imported when first needed. Pure.
"""

from __future__ import annotations

import re
from itertools import pairwise

from retrieval.errors import SourceError
from retrieval.loading.legibility import shares

_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SIGNATURES = (
    *(b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM\x00", b"II*\x00", b"MM\x00*", b"RIFF", b"\x7fELF"),
    *(
        b"MZ\x90",
        b"\x1f\x8b",
        b"7z\xbc\xaf",
        b"Rar!",
        b"ID3",
        b"OggS",
        b"\xca\xfe\xba\xbe",
        b"SQLite",
    ),
)
"""How pictures, programs, archives, sounds and databases begin."""
_CONTROLS = [bytes([code]) for code in (*range(1, 9), *range(14, 27), *range(28, 32))]
_MOST_CONTROLS = 0.02
"""VISCII writes six capitals with control characters, which are far rarer than this."""
_COMPOSED = re.compile("[Ạ-ỹ]")
_UNICODE_SHARE = 0.08
"""Vietnamese in Unicode has .11 to .13 of these letters; old letters are told from .06 down."""


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16, or one of the Vietnamese letters from before Unicode."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif unmarked := _utf16_without_mark(data):
        encodings = [unmarked]
    else:
        encodings = ["utf-8-sig", "latin-1"]
    if not encodings[0].startswith("utf-16") and _is_binary(data):
        raise SourceError("Tệp không phải là văn bản.")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NOT_TEXT.search(text) and encoding != "latin-1":
            break
        return repaired(text, data if encoding == "latin-1" else b"")
    raise SourceError("Tệp không phải là văn bản.")


def _utf16_without_mark(data: bytes) -> str:
    """The order of bytes in which every other byte of a text is mostly zero; "" for none.

    >>> _utf16_without_mark("Đảng bộ xã".encode("utf-16-le"))
    'utf-16-le'
    """
    if len(data) % 2 or data.startswith(_SIGNATURES):
        return ""
    low, high = data[:4000:2], data[1:4000:2]
    if 0 not in low and high.count(0) > 0.3 * len(high):
        return "utf-16-le"
    return "utf-16-be" if 0 not in high and low.count(0) > 0.3 * len(low) else ""


def _is_binary(data: bytes) -> bool:
    """True for pictures, programs and the like: no text of any encoding of one byte is so."""
    if data.startswith(_SIGNATURES) or b"\0" in data:
        return True
    return sum(map(data.count, _CONTROLS)) > _MOST_CONTROLS * len(data)


_IN_CAPITALS = re.compile(r"(?<!\S)(?=\w*?[A-Z]\w*?[A-Z])[^\W\da-z_]+(?!\S)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_STRANGER = 0.1
"""By how much of its words a text is stranger in a wrong encoding: .19 and more in our samples."""
_SMALL_ASCII = re.compile(r"[a-z]")


def capitals_restored(text: str) -> str:
    """Return text that was in TCVN3 with its lines of capitals in capitals.

    TCVN3 has no capitals with marks: fonts whose small letters look like capitals (.VnTimeH) drew
    them, so that a head comes as small letters in between.

    >>> capitals_restored("TỉNH ủY ĐồNG NAI\\nĐảng bộ xã")
    'TỈNH ỦY ĐỒNG NAI\\nĐảng bộ xã'
    """
    lines = text.split("\n")
    return "\n".join(line.upper() if _drawn_in_capitals(line) else line for line in lines)


def _drawn_in_capitals(line: str) -> bool:
    return not _SMALL_ASCII.search(line) and _IN_CAPITALS.search(line) is not None


def _is_vps(text: str, data: bytes) -> bool:
    """True if bytes, `text` in Latin-1, are words in VPS, and in nothing else.

    viparse converts VPS but does not detect it: it has the bytes of VISCII for other letters.
    """
    import viparse

    others = (text, str(viparse.fix(text)), data.decode("cp1258", "replace"))
    in_vps = str(viparse.fix(text, encoding="vps"))
    return _strange(in_vps) + _STRANGER < min(map(_strange, others))


def _strange(text: str) -> float:
    """The share of words that can be none, or that have a capital after a small letter."""
    words = _WORD.findall(text)
    inner = sum(any(a.islower() and b.isupper() for a, b in pairwise(word)) for word in words)
    return shares(text)[0] + inner / max(1, len(words))


def repaired(text: str, data: bytes = b"") -> str:
    """`text` in Unicode; `data` are its bytes where they were no UTF-8."""
    if not data and len(_COMPOSED.findall(text)) > _UNICODE_SHARE * len(text):
        return text  # Asking viparse would take as long as everything else about a file.
    import viparse

    if data and _is_vps(text, data):
        return str(viparse.fix(text, encoding="vps"))
    if encoding := viparse.detect_text_encoding(text):
        fixed = str(viparse.fix(text))
        return capitals_restored(fixed) if encoding == "tcvn3" else fixed
    if not data:
        return text
    if _NOT_TEXT.search(text):
        raise SourceError("Tệp không phải là văn bản.")
    try:
        return data.decode("cp1258")
    except UnicodeDecodeError as fault:
        raise SourceError("Không nhận ra bảng mã chữ của tệp: hãy lưu lại bằng UTF-8.") from fault
