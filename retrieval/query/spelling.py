"""Questions as they were meant: slips of the finger mended, diacritics restored.

Owns two guesses. A word that the index does not hold is taken for one that it does hold: what its
telex or VNI keys stand for, what is one slip away (of a long word that is no syllable, such as a
borrowed one or a foreign name, with the same first letter), or two words without the blank between
them (Damerau 1964; the candidates are made and looked up, as in Norvig's corrector). Words without
diacritics then take the form that texts near the question give them. Both choose the likeliest path
through the spellings: Viterbi's (1967) over counts of words and of neighbouring words. Pure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from string import ascii_lowercase

from retrieval.query.subgroups import subgroups
from retrieval.query.translation import glossary
from retrieval.text.names import offices, organs
from retrieval.text.vietnamese import Word, fold, is_syllable, spelled, words
from retrieval.text.word_lists import word_list

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


_COMMON_COUNT = 4
"""As if each usual phrase had been read so often."""
_OFFICIAL_COUNT = 2
"""The same of the words of the field."""
_PAIR = 2.0
"""How much more a known pair of words counts than a known word."""
_SLOPPY = 0.5
"""The share of words without diacritics from which some must be missing: usual is a third."""
_AS_TYPED = 3.0
"""How much oftener a word without diacritics is meant so in a question that has some."""
_UNSEEN = 3.0
"""How much more each word that follows counts for others that may follow too. Chosen on 200
training questions stripped of their diacritics: words right .935 → .941, with the usual phrases."""

_SHORTEST_MENDED = 3
_LONGEST_MENDED = 40
_KEYS, _DOUBLED, _SLIP, _NEIGHBOUR, _SPLIT, _BLANK = 0.5, 2.0, 4.0, 3.0, 4.5, 2.0
"""Costs, in nats: keys undone, a letter doubled, a slip, a likelier one, a missing blank, and each
further one."""
_MARKED_WORD = 4.0
"""What a syllable is worth as it stands where diacritics are typed: whoever sets them means it."""
_UNREAD, _UNKNOWN = 0.0, 7.0
"""Costs of leaving a word that the index does not hold: a syllable, and what is none."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_OPTIONS = 12
_MOST_JOINED, _LONGEST_SYLLABLE = 4, 7
_ONE_LETTER = "ởoýy"
"""Words of one letter that may begin what is written without blanks."""
_ALPHABET = "abcdeghiklmnopqrstuvxy"
_BORROWED = range(5, 16)
"""Letters of a borrowed word or foreign name that may be mended: shorter ones are near too many."""

Frequency = Callable[[str], int]
"""In how many passages of the index a folded term stands."""
_GLUED = re.compile(r"(?<![\w/-])(?:([^\W\d_]{2,40})(\d{1,4})|(\d{1,4})([^\W\d_]{2,40}))(?![\w/-])")

Option = tuple[str, str, float]
"""What a word may be: its folded words, how to write them, and what that costs."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How some texts spell: the accented forms of each folded word, and which follow each other."""

    forms: dict[str, Counter[str]]
    read: Counter[str]
    follows: Counter[tuple[str, str]]
    followers: Counter[str]
    """How many words follow each."""


def spelling_of(texts: Iterable[str]) -> Spelling:
    """Return how `texts` spell their words, and questions theirs."""
    usual, usual_pairs = _usual_spelling()
    read, follows = usual.copy(), usual_pairs.copy()
    for text in texts:
        lower = _lower(text)
        read.update(lower)
        follows.update(pairwise(lower))
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count in read.items():
        forms[fold(word)][word] = count
    return Spelling(dict(forms), read, follows, Counter(before for before, _ in follows))


@lru_cache(maxsize=1024)
def _lower(text: str) -> tuple[str, ...]:
    """The words of a passage in small letters; the same passages are near many questions."""
    return tuple(spelled(text.lower()))


@cache
def usual_phrases() -> tuple[str, ...]:
    """Return phrases that people ask and chat with, in lower case."""
    said = " ".join(word_list("usual_phrases.txt"))
    return tuple(filter(None, map(str.strip, said.split("."))))


@cache
def _usual_spelling() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """The words of questions and of the field, and which follow each other."""
    read: Counter[str] = Counter()
    follows: Counter[tuple[str, str]] = Counter()
    groups = (form for forms in subgroups() for form in forms)
    official = (*organs(), *offices(), *glossary().values())
    for count, phrases in (
        (_COMMON_COUNT, (*usual_phrases(), *groups)),
        (_OFFICIAL_COUNT, official),
    ):
        for phrase in phrases:
            lower = spelled(phrase.lower())
            read.update(lower * count)
            follows.update(list(pairwise(lower)) * count)
    return read, follows


def is_bare(text: str) -> bool:
    """Return True if `text` is written without any diacritics."""
    return fold(text) == text.lower()


def is_sloppy(text: str) -> bool:
    """Return True if so many words of `text` have no diacritics that some must be missing.

    >>> is_sloppy("quyet đinh nay cua ai"), is_sloppy("Ai ban hành quyết định này?")
    (True, False)
    """
    letters = [word for word in spelled(text) if word.isalpha() and not word.isupper()]
    plain = sum(word.isascii() for word in letters)
    return bool(plain) and plain >= _SLOPPY * len(letters)


def accented(
    text: str, spelling: Spelling, spared: Collection[str] = frozenset(), *, bare: bool
) -> str:
    """Return `text` with the diacritics that `spelling` gives its words.

    Unless all of the question is `bare`, a word that `spelling` knows as it is typed likely stays;
    words in lower case among `spared` do in any.

    >>> accented("dai hoi diem", spelling_of(["Có 1.746 đại hội điểm."]), bare=True)
    'đại hội điểm'
    """
    found = words(text)
    options = [
        {lower: 0.0}
        if (lower := word.text.lower()) in spared
        else _forms(word, spelling, bare=bare)
        for word in found
    ]
    return _rewritten(text, found, _best_path(options, spelling))


def _forms(word: Word, spelling: Spelling, *, bare: bool) -> dict[str, float]:
    """Return the forms that a word may have, each with how often it was read."""
    lower = word.text.lower()
    known = spelling.forms.get(fold(lower)) if lower.isalpha() and not word.text.isupper() else None
    if not known or (not lower.isascii() and lower in known):
        return {lower: 1.0}
    counts: dict[str, float] = dict(known)
    if not bare:
        counts[lower] = _AS_TYPED * (counts.get(lower, 0.0) + 1)
    return counts


def _best_path(options: Sequence[dict[str, float]], spelling: Spelling) -> list[str]:
    """Return the likeliest forms: a bigram model, interpolated (Witten and Bell 1991)."""
    total = spelling.read.total()
    paths: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    for forms in options:
        after: dict[str, tuple[float, list[str]]] = {}
        for form, count in forms.items():
            alone = max(count, 0.5) / total
            after[form] = max(
                (score + math.log(_follows(spelling, before, form, alone)), [*path, form])
                for before, (score, path) in paths.items()
            )
        paths = after
    return max(paths.values())[1]


def _follows(spelling: Spelling, before: str, form: str, alone: float) -> float:
    """The probability of `form` after `before`, whose own probability is `alone`.

    What hardly any word follows but one, as "bí" is followed by "thư", is followed by no other.
    """
    unseen = 1 + _UNSEEN * spelling.followers[before]
    return (unseen * alone + spelling.follows[before, form]) / (unseen + spelling.read[before])


def mended(text: str, frequency: Frequency, spared: Collection[str] = frozenset()) -> str:
    """Return `text` with the words that the index does not hold taken for such as it holds.

    Words in lower case among `spared` stay.

    >>> held = {"chi": 9, "thi": 9, "chi_thi": 9, "moi": 5}
    >>> mended("hcỉ thij moi", lambda term: held.get(term, 0))
    'chi thị moi'
    >>> mended("chithi205 baonhiêu", lambda term: held.get(term, 0))
    'chi thi 205 bao nhiêu'
    """
    text = _apart(text, frequency)
    found = words(text)
    folded = [fold(word.text.lower()) for word in found]
    strange = [
        i
        for i, word in enumerate(found)
        if word.text.lower() not in spared and _is_strange(word, folded[i], frequency)
    ]
    if not strange:
        return text
    options = [[(folded[i], word.text, 0.0)] for i, word in enumerate(found)]
    marked = not is_sloppy(text)
    made = {i: _corrections(found[i].text) for i in strange}

    def read(term: str) -> int:
        return max(frequency(term), _usual()[term])

    for i, each in made.items():
        known = [one for one in each if all(map(read, one[0].split()))]
        is_name = i > 0 and found[i].text[0].isupper()
        if is_name or is_syllable(folded[i]):
            # Of a name only the sources can tell: what people ask holds none.
            held = frequency if is_name else read
            known = [o for o in known if o[2] == _KEYS or _fits(o[0].split(), folded, i, held)]
        if not known and not is_syllable(folded[i]):
            held_words = [one for one in _borrowed(folded[i]) if frequency(one[0])]
            known = [one for one in held_words if _fits([one[0]], folded, i, frequency)]
        cost = _UNREAD if is_syllable(folded[i]) else _UNKNOWN
        if cost == _UNREAD and (marked or not found[i].text.isascii()):
            cost -= _MARKED_WORD
        options[i] = [(folded[i], found[i].text, cost), *_likeliest(known, read)]
    return _rewritten(text, found, _path(options, read))


def _fits(parts: Sequence[str], folded: Sequence[str], i: int, frequency: Frequency) -> bool:
    """Return True if `parts` stand beside a neighbour of word `i` somewhere.

    What could be a word is not taken for another only because that one is frequent.
    """
    before, after = folded[max(i - 1, 0) : i], folded[i + 1 : i + 2]
    pairs = [*(f"{word}_{parts[0]}" for word in before), *(f"{parts[-1]}_{w}" for w in after)]
    return len(folded) == 1 or any(map(frequency, pairs))


def _apart(text: str, frequency: Frequency) -> str:
    """Return `text` with a blank between letters and figures that the index does not hold as one.

    VNI keys stay: they are not the end of a word.
    """

    def blank(found: re.Match[str]) -> str:
        held = undone(found[0]) or frequency(fold(found[0].lower()))
        return found[0] if held else " ".join(filter(None, found.groups()))

    return _GLUED.sub(blank, text)


def _is_strange(word: Word, folded: str, frequency: Frequency) -> bool:
    """True for a word of letters, or of letters with VNI digits, that the index does not hold."""
    if word.text.isupper() or not _SHORTEST_MENDED <= len(folded) <= _LONGEST_MENDED:
        return False
    letters = folded.isalpha() or bool(undone(word.text))
    usual = _usual()[folded] and is_syllable(folded)
    return (
        folded[0].isalpha() and folded.isascii() and letters and not usual and not frequency(folded)
    )


@cache
def _usual() -> Counter[str]:
    """The folded words and pairs of words of questions, which no index need hold."""
    words_read, follows = _usual_spelling()
    usual: Counter[str] = Counter()
    for word, count in words_read.items():
        usual[fold(word)] += count
    for pair, count in follows.items():
        usual["_".join(map(fold, pair))] += count
    return usual


def _likeliest(known: list[Option], frequency: Frequency) -> list[Option]:
    def loss(option: Option) -> float:
        return option[2] - math.log1p(min(frequency(part) for part in option[0].split()))

    return sorted(known, key=loss)[:_OPTIONS]


@lru_cache(maxsize=1024)
def _corrections(word: str) -> tuple[Option, ...]:
    """Return what `word` may be: folded words, how to write them, and the cost."""
    lower = word.lower()
    folded = fold(lower)
    if (keys := undone(word)) and (not is_syllable(folded) or not folded.isalpha()):
        return ((fold(keys), keys, _KEYS), *_slips(folded))
    if is_syllable(folded):
        return tuple(_slips(folded))
    return (*_slips(folded), *_splits(lower))


def _slips(folded: str) -> Iterator[Option]:
    """Syllables that are one slip away."""
    edits = _edits(folded, _ALPHABET) if len(folded) <= _LONGEST_SYLLABLE + 1 else ()
    yield from _least((candidate, cost) for candidate, cost in edits if is_syllable(candidate))


def _borrowed(folded: str) -> Iterator[Option]:
    """What is one slip away, whatever it is: people hardly ever mistake the first letter."""
    edits = _edits(folded, ascii_lowercase) if len(folded) in _BORROWED else ()
    yield from _least((candidate, cost) for candidate, cost in edits if candidate[0] == folded[0])


def _least(edits: Iterable[tuple[str, float]]) -> Iterator[Option]:
    """Yield each word once, as an option at the least of its costs."""
    best: dict[str, float] = {}
    for candidate, cost in edits:
        best[candidate] = min(cost, best.get(candidate, cost))
    yield from ((candidate, candidate, cost) for candidate, cost in best.items())


def _edits(word: str, alphabet: str) -> Iterator[tuple[str, float]]:
    """One slip: a letter too many, too few, another, or two changed over."""
    for i in range(len(word)):
        doubled = i and word[i] == word[i - 1]
        yield word[:i] + word[i + 1 :], _DOUBLED if doubled else _SLIP
        if i:
            yield word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :], _NEIGHBOUR
        for letter in alphabet:
            cost = _NEIGHBOUR if letter in _beside()[word[i]] else _SLIP
            yield word[:i] + letter + word[i + 1 :], cost
    for i in range(len(word) + 1):
        for letter in alphabet:
            usual = letter in "nh" and (word[i - 1 : i] in "nctgpk" or word[i : i + 1] == "g")
            yield word[:i] + letter + word[i:], _NEIGHBOUR if usual else _SLIP


@cache
def _beside() -> defaultdict[str, str]:
    """The keys beside each key."""
    beside: defaultdict[str, str] = defaultdict(str)
    for row in _ROWS:
        for one, other in pairwise(row):
            beside[one] += other
            beside[other] += one
    for upper, lower in pairwise(_ROWS):
        for i, key in enumerate(lower):
            for above in upper[i : i + 2]:
                beside[key] += above
                beside[above] += key
    return beside


def _splits(lower: str) -> Iterator[Option]:
    """Syllables without the blanks between them, at most four."""
    for parts in _syllables(lower, _MOST_JOINED):
        if len(parts) > 1:
            cost = _SPLIT + _BLANK * (len(parts) - 2)
            yield " ".join(map(fold, parts)), " ".join(parts), cost


def _syllables(lower: str, most: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways of reading `lower` as at most so many syllables of two letters or more."""
    if is_syllable(fold(lower)):
        yield (lower,)
    shortest = 1 if lower[0] in _ONE_LETTER else 2
    for i in range(shortest, min(_LONGEST_SYLLABLE, len(lower) - 2) + 1) if most > 1 else ():
        if is_syllable(fold(lower[:i])):
            yield from ((lower[:i], *rest) for rest in _syllables(lower[i:], most - 1))


def _path(options: Sequence[list[Option]], frequency: Frequency) -> list[str]:
    """Return how to write each word on the likeliest path."""
    paths: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    sure = True
    for here in options:
        paired = not (sure and len(here) == 1)
        after: dict[str, tuple[float, list[str]]] = {}
        for folded, written, cost in here:
            parts = folded.split()
            gain = _gain(parts, frequency) - cost
            for before, (score, path) in paths.items():
                joint = _PAIR * math.log1p(frequency(f"{before}_{parts[0]}")) if paired else 0.0
                reached = (score + gain + joint, [*path, written])
                after[parts[-1]] = max(reached, after.get(parts[-1], reached))
        paths, sure = after, len(here) == 1
    return max(paths.values())[1]


def _gain(parts: list[str], frequency: Frequency) -> float:
    inside = sum(math.log1p(frequency("_".join(pair))) for pair in pairwise(parts))
    return math.log1p(min(map(frequency, parts))) + _PAIR * inside


def _rewritten(text: str, found: list[Word], spelling: list[str]) -> str:
    pieces, end = [], 0
    for word, new in zip(found, spelling, strict=True):
        same = new.lower() == word.text.lower()
        pieces += [text[end : word.start], word.text if same else _cased(new, word.text)]
        end = word.end
    return "".join([*pieces, text[end:]])


def _cased(new: str, like: str) -> str:
    return new.capitalize() if like[0].isupper() else new
