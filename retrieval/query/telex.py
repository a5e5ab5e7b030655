"""Keystrokes of Vietnamese input methods that were left in a text: telex and VNI. Pure.

Owns undoing them in one word. Which words are tried is for `understanding` to say: only what is
no syllable as typed. The keys are those of the two methods: s f r x j and 1–5 for tones, doubled
vowels, w and 6–8 for the marks of vowels, dd and d9 for đ.

>>> undone("hooij"), undone("tru7o73ng"), undone("đươcj"), undone("kieemr"), undone("covid")
('hội', 'trưởng', 'được', 'kiểm', '')
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.text.vietnamese import fold, is_syllable

_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_TONE_MARKS = frozenset(_TONES.values())
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_MARKS = {"6": _CIRCUMFLEX, "7": _HORN, "8": _BREVE}
_MARKED = {_CIRCUMFLEX: "aeo", _BREVE: "a", _HORN: "ou"}
_VOWELS = frozenset("aeiouy")
_LONGEST = 12
_STOPPED = re.compile(r"(?:ch|[cpt])$")
_VNI = re.compile(r"[a-z]+[1-9][a-z1-9]*")


def undone(word: str) -> str:
    """Return the syllable that the keys of `word` stand for; "" if they stand for none."""
    lower = word.lower()
    if len(lower) > _LONGEST:
        return ""
    plain = unicodedata.normalize("NFD", lower)
    for letters in (_vni(plain), _telex(plain)):
        if letters and letters != plain and (syllable := _composed(letters)):
            return syllable
    return ""


def _vni(plain: str) -> str:
    """Return `plain` with the digits of VNI as combining marks; "" if it is none."""
    if not _VNI.fullmatch(plain):
        return ""
    out: list[str] = []
    tone = ""
    for key in plain:
        if key in _VNI_TONES:
            tone += _VNI_TONES[key]
        elif key == "9":
            out = ["đ" if letter == "d" else letter for letter in out]
        elif key in _VNI_MARKS:
            mark = _VNI_MARKS[key]
            places = [i for i, letter in enumerate(out) if letter in _MARKED[mark]]
            if not places:
                return ""
            out[places[-1]] += mark
        else:
            out.append(key)
    return "".join(out) + tone if len(tone) < 2 else ""


def _telex(plain: str) -> str:
    """Return `plain` with the keys of telex as combining marks."""
    out: list[str] = []
    tone = ""
    for i, key in enumerate(plain):
        before = out[-1] if out else ""
        if key in _TONE_MARKS:
            tone += key
        elif unicodedata.combining(key):
            out[-1:] = [before + key]
        elif key in _TONES and any(letter[0] in _VOWELS for letter in out):
            tone += _TONES[key]
        elif key == "d" and out[:1] == ["d"] and (i == 1 or out[0] == "d"):
            out[0] = "đ"
        elif key in "aeo" and key in out and not _after_gap(out, key):
            place = len(out) - 1 - out[::-1].index(key)
            out[place] = key + _CIRCUMFLEX
        elif key == "w" and out:
            _horn(out)
        else:
            out.append(key)
    return "".join(out) + tone if len(tone) < 2 else ""


def _after_gap(out: list[str], vowel: str) -> bool:
    """True if the last such vowel stands before another vowel that cannot lie between: "oao"."""
    place = len(out) - 1 - out[::-1].index(vowel)
    return any(letter in "aeo" for letter in out[place + 1 :])


def _horn(out: list[str]) -> None:
    """Let a "w" mark what stands before: ư, ơ, ươ or ă."""
    letters = "".join(letter[0] for letter in out)
    if (pair := letters.rfind("uo")) >= 0:
        out[pair], out[pair + 1] = "u" + _HORN, "o" + _HORN
        return
    for i in range(len(out) - 1, -1, -1):
        if out[i] in "ou":
            out[i] += _HORN
            return
        if out[i] == "a":
            out[i] += _BREVE
            return


def _composed(letters: str) -> str:
    """Return the syllable of base letters with marks and one tone at the end; "" if it is none."""
    tone = letters[-1] if letters[-1] in _TONE_MARKS else ""
    body = unicodedata.normalize("NFC", letters[: -len(tone)] if tone else letters)
    folded = fold(body)
    if not is_syllable(folded) or (tone not in {"", "\u0301", "\u0323"} and _STOPPED.search(body)):
        return ""
    return toned(body, tone)


def toned(body: str, tone: str) -> str:
    """Return a syllable with its combining `tone` on the vowel that bears it.

    >>> toned("hoa", "\u0300"), toned("trương", "\u0309"), toned("quy", "\u0301")
    ('hòa', 'trưởng', 'quý')
    """
    if not tone:
        return body
    folded = fold(body)
    start = 2 if folded[:2] in {"qu", "gi"} and len(folded) > 2 and folded[2] in _VOWELS else 0
    vowels = [i for i in range(start, len(body)) if folded[i] in _VOWELS]
    if not vowels:
        return ""
    marked = [i for i in vowels if body[i] in "âăêôơư"]
    closed = vowels[-1] < len(body) - 1
    if marked:
        place = marked[-1]
    elif len(vowels) == 1 or (closed and len(vowels) == 2):
        place = vowels[-1]
    else:
        place = vowels[1] if len(vowels) > 2 else vowels[0]
    return unicodedata.normalize("NFC", body[: place + 1] + tone + body[place + 1 :])
