"""Words around a question that ask nothing: "dạ cho em hỏi …", "… vậy ạ". Pure.

Owns taking them off, with and without diacritics; they weigh nothing, yet a reader reads them.
"""

from __future__ import annotations

import re

from retrieval.text.vietnamese import fold, words

_VOCATIVE = r"(?:ban|bot|ad|admin|anh|chi|anh chi|cac ban|moi nguoi|ca nha|bac|chu|co|thay|sep)"
_SELF = r"(?:minh|em|toi|tui|chau|con|anh|chi|chung toi|chung em|ban|ai|duoc|phep)"
_OPENING = re.compile(
    rf"(?:(?:da|thua|vang|alo|xin chao|chao|{_VOCATIVE}(?: oi)?)[ ,!.]+){{0,4}}"
    rf"(?:(?:lam on|vui long|nho|phien|xin) )?(?:{_VOCATIVE} )?(?:{_SELF} )?"
    rf"(?:(?:cho|muon|xin|nho|giup) (?:{_SELF} ){{0,2}}hoi|cho (?:{_SELF} ){{0,2}}biet)(?![^ ,:])"
)
_PARTICLES = re.compile(
    r"(?: (?:tí|tý|chút|xíu|một chút|một tí|là|rằng|về|với|chut|xiu|mot chut|la|rang|ve|voi)\b)*"
    r"[ ,:]+",
    re.IGNORECASE,
)
"""With their diacritics: "tí" is no "tỉ lệ"."""
_CLOSING = re.compile(
    r"[ ,]+(?:vậy ạ|thế ạ|với ạ|đấy ạ|nhỉ|nhé|nha|ạ|vậy|vay a|the a|voi a|nhi|nhe|a)(?=[ ?.!]*$)",
    re.IGNORECASE,
)
_FEWEST = 2
"""Words that must be left."""


def without_frame(text: str) -> str:
    """Return NFC `text` without the words around its question.

    >>> without_frame("Dạ cho em hỏi hồ sơ nộp ở đâu vậy ạ?"), without_frame("cho hoi ai ky")
    ('hồ sơ nộp ở đâu?', 'ai ky')
    >>> without_frame("Cho biết tên"), without_frame("Ai hỏi cung bị can?")
    ('Cho biết tên', 'Ai hỏi cung bị can?')
    """
    opening = _OPENING.match(fold(text))
    after = _PARTICLES.match(text, opening.end()) if opening else None
    bare = _CLOSING.sub("", text[after.end() :] if after else text)
    return bare if len(words(bare)) >= _FEWEST else text
