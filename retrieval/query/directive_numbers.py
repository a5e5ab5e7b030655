"""Numbers of directives as people type them, in the one form that sources use. Pure.

Owns blanks and dashes that are missing, doubled or misplaced in what a question calls a directive
by ("NQ18-NQ/TW", "35 CT / TW", "nq số18"), and a kind of directive that none with the number is of
("Quyết định 205" for the only 205, a Quy định). What counts as a reference is for
`directives.recognition` to say: what it does not recognise stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from retrieval.directives.grammar import CODES, KINDS
from retrieval.directives.recognition import Reference, find_references
from retrieval.directives.resolution import compatible
from retrieval.text.vietnamese import fold, unaccented

_G = r"[ \t\xa0]{0,8}"
_KIND = "|".join(words.replace(" ", _G) for words in KINDS)
_SHORT = {
    "nq": "Nghị quyết",
    "ct": "Chỉ thị",
    "qd": "QĐ",
    "kl": "Kết luận",
    "hd": "Hướng dẫn",
    "kh": "Kế hoạch",
    "tb": "Thông báo",
    "nd": "Nghị định",
}
"""Short forms before a number, written out; "QĐ" may be Quy định and Quyết định."""
_GLUED = frozenset(("nq", "ct", "qd", "kl"))
"""Short forms that stand for a directive wherever a number follows without a blank: "ct24"."""
_CODE = "|".join(sorted(CODES, key=len, reverse=True))
_ORGANS = {"T.Ư": "TW", "T.W": "TW", "T.U": "TW", "TƯ": "TW", "TTG": "TTg"}
"""Organs as they are typed in capitals, where they are not written so."""
_NUMBER = re.compile(
    rf"(?<![^\W_])(?<![/.,-])"
    rf"(?:(?P<kind>{_KIND})|(?P<short>{'|'.join(_SHORT)}))?(?(short){_G}[-–.:]?){_G}"
    rf"(?:(?P<so>so|no\.){_G}:?{_G})?(?P<number>\d{{1,4}})(?!\d)"
    rf"(?:{_G}(?P<first>[-–—/.]?){_G}(?P<code>{_CODE})"
    rf"(?:{_G}(?P<second>[-–—/.]){_G}(?P<organ>t\.[uw]|[a-z]{{1,10}})|{_G}(?P<glued>tw))"
    rf"(?![^\W_])|(?(short){_G}[-–/ ]{_G}(?P<short_organ>tw|t\.[uw]|(?-i:TU))(?![^\W_])))?"
    rf"(?![\w/]|[-–]\w|[.,]\d)",
    re.IGNORECASE,
)


def in_written_form(text: str) -> str:
    """Return NFC `text` with the numbers of directives as sources write them.

    >>> in_written_form("NQ18-NQ/TW tên gì, QĐ205QĐ/TW nói gì?")
    'Nghị quyết 18-NQ/TW tên gì, QĐ 205-QĐ/TW nói gì?'
    >>> in_written_form("ct  số35 là gì"), in_written_form("35 CT / TW ban hành khi nào")
    ('Chỉ thị số 35 là gì', '35-CT/TW ban hành khi nào')
    """
    pieces, end = [], 0
    for match in _NUMBER.finditer(unaccented(text)):
        pieces += [text[end : match.start()], _written(match, text)]
        end = match.end()
    return "".join([*pieces, text[end:]])


def _written(match: re.Match[str], text: str) -> str:
    """Return the number that `match` found in `text` as sources write it, if it is one."""
    typed = text[match.start() : match.end()]
    tail = _tail(match, text)
    if not (match["kind"] or match["short"] or tail):
        return typed
    so = f"{text[match.start('so') : match.end('so')]} " if match["so"] else ""
    number = f"{so}{match['number']}{tail}"
    plain = " ".join(filter(None, (_head(match, text), number)))
    after = text[match.end() : match.end() + 40]
    short = (match["short"] or "").lower()
    glued = short in _GLUED and match["short"] + match["number"] in unaccented(typed)
    if not glued and not any(r.start == 0 for r in find_references(f"{plain}{after}")):
        return typed
    return f"{_SHORT[short]} {number}" if short else plain


def _head(match: re.Match[str], text: str) -> str:
    """Return the words of the kind as typed, one blank between them; a short form in capitals."""
    if match["short"]:
        return _SHORT["qd"] if match["short"].lower() == "qd" else match["short"].upper()
    if not match["kind"]:
        return ""
    typed = "".join(text[match.start("kind") : match.end("kind")].split())
    words, start = [], 0
    for word in next(k for k in KINDS if k.replace(" ", "") == fold(typed)).split():
        words.append(typed[start : start + len(word)])
        start += len(word)
    return " ".join(words)


def _tail(match: re.Match[str], text: str) -> str:
    """Return code and organ behind the number, with the signs before them; "" if there are none."""
    group = next((g for g in ("organ", "glued", "short_organ") if match[g]), "")
    if not group:
        return ""
    code = CODES[(match["code"] or match["short"]).lower()][0]
    organ = text[match.start(group) : match.end(group)].upper()
    of_state = match["first"] == "/"
    signs = ("/", "-") if of_state else ("-", "/")
    return f"{signs[0]}{code}{signs[1]}{_ORGANS.get(organ, organ)}"


Known = Callable[[str], Collection[Reference]]
"""How the sources call the directives with a number."""


def with_known_kind(text: str, known: Known) -> str:
    """Return `text` with the kinds of directives that are of no such kind put right.

    A kind is another only where the sources know the number, and of one other kind alone.

    >>> held = {"205": find_references("Quy định số 205-QĐ/TW")}
    >>> with_known_kind("Quyết định 205 nói gì?", lambda number: held.get(number, []))
    'Quy định 205 nói gì?'
    """
    for reference in reversed(find_references(text)):
        if kind := _other_kind(reference, known):
            head = _KIND_TYPED.match(unaccented(text), reference.start)
            if head:
                typed = text[head.start() : head.end()]
                said = kind if typed[0].isupper() else kind.lower()
                text = f"{text[: head.start()]}{said}{text[head.end() :]}"
    return text


_KIND_TYPED = re.compile(_KIND, re.IGNORECASE)


def _other_kind(reference: Reference, known: Known) -> str:
    """Return the one other kind of which a directive with the number is known; "" if none is."""
    if not reference.kind or reference.series:
        return ""
    held = known(reference.number)
    if any(compatible(reference, other) for other in held):
        return ""
    coded = CODES[fold(reference.code)][1] if reference.code else ""
    kinds = {
        other.kind
        for other in held
        if other.kind and compatible(replace(reference, kind=other.kind), other)
    }
    return kinds.pop() if len(kinds) == 1 and coded in {"", *kinds} else ""
