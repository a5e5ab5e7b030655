"""Is the question answered from what search found? The one place where that is decided.

What an official document does not say of itself is told by `registry.official_documents`; that
words are not verbatim, or that a model found nothing, by the chains of answering and generation.

A refusal has one of two grounds. Vetoes compare what the question names with what the best units
offer: however alike the words, a sentence about one commune does not answer a question about
another. Otherwise the probability that the best unit answers, fitted on what speaks for and against
it (`ranking.signals`), is held against one threshold. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.directives.grammar import KIND_WRITTEN
from retrieval.models import Refusal, RefusalReason
from retrieval.query.analysis import Question, Wanted, asks_day
from retrieval.query.constraints import named_by, names_asked
from retrieval.query.subgroups import lacking_group
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.ranking.features import Floats, offers, other_year
from retrieval.ranking.signals import SIGNALS
from retrieval.registry.lookup import unmentioned
from retrieval.text.dates import (
    names_day,
    names_whole_year,
    part_of_year,
    periods_in,
    years_alone,
    years_in,
)
from retrieval.text.names import in_names, office_pairs, places_in
from retrieval.text.numbers import numbered_in, numbers_of
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import fold, terms_of
from retrieval.text.word_lists import word_list, word_table

_BODY_WORDS = "ban tinh thanh hoi uy quan huyen dang mat quoc phong trung doan xa phuong dai"
_BODIES = frozenset(_BODY_WORDS.split())
"""How the name of the body goes on after the office."""
_DEPUTY = ("pho",)
_STANDING = ("thuong", "truc")
"""What stands between the office of a first deputy and the body: "Phó Bí thư Thường trực"."""
_BEFORE, _AFTER = 14, 14
"""How many syllables off an office its holder is named."""
_RANK = re.compile(r"\b(?:dung|xep|hang)(?: (?:thu|hang|vi tri))* (nhat|nhi|ba|tu|dau|\d+)\b")
_RANKS = {"nhat": "1", "dau": "1", "nhi": "2", "ba": "3", "tu": "4"}
_OF_COUNTRY = re.compile(r"(?:thu \S+|dau|nhat)(?: (?:cua|trong))? (?:ca nuoc|toan quoc)")
_ASKS_HOLDER = re.compile(
    r"\b(?:la (?:ai|vi nao|nguoi nao|dong chi nao|ong nao|ba nao)|ten (?:la )?(?:ai|gi))\b"
    r"|\b(?:ai|vi nao|nguoi nao|dong chi nao|who)(?: \w+){0,3}"
    r" (?:la|lam|giu|ngoi|nam|dam nhiem|thay|noi|is)\b"
)
"""Asks who holds an office, folded; not who may do something to it: "ai bổ nhiệm chủ tịch"."""
_ASKS_RANK = re.compile(r"\b(?:xep|hang|dung|thu) ")
_COUNTRY = re.compile(r"\b(?:ca nuoc|toan quoc)\b")

_ENDS = re.compile(
    r"\b(?:bãi bỏ|hủy bỏ|huỷ bỏ|thu hồi|hết hiệu lực|mất hiệu lực|bai bo|huy bo|thu hoi"
    rf"|het hieu luc|bỏ(?= (?:{KIND_WRITTEN})))\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\b(?:bai bo|huy bo|thu hoi|hieu luc|thay the|thay cho|cham dut|khong con)\b")
"""Folded words of which one stands where a directive is said to have ended."""

_BEST = 5
"""Units one of which must offer what is asked for."""
_BEARING = 3
"""Units one of whose sources must name the person, organ or unit asked about."""
_NEAREST = 1
"""Units in which a number that names may stand without what it names: "năm thứ 90" of "90 năm"."""
_UNKNOWN_PAIRS, _MATCH = SIGNALS.index("unknown_pairs"), SIGNALS.index("match_passage")
_FOREIGN_PAIRS, _FOREIGN_MATCH = 0.6, 0.22
"""Between our own questions off the topic and those near it that have no answer: of 14 and 32, 13
and 1 lie beyond."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether quotes are shown for a question, and why not if they are not."""

    refusal: Refusal | None
    probability: float
    """That the best unit answers; 0 where a veto forbids it."""
    evidence: Floats | None = None
    """The signals that the probability rests on, shape (len(SIGNALS),)."""

    @property
    def answers(self) -> bool:
        """True if quotes are shown."""
        return self.refusal is None


def decide(findings: Findings, threshold: float) -> Decision:
    """Return whether what was found answers its question with at least that probability."""
    if findings.in_cell:
        return Decision(None, 1.0, findings.evidence)
    if refusal := _veto(findings):
        return Decision(refusal, 0.0, findings.evidence)
    if findings.asked.in_full:
        return Decision(None, 1.0, findings.evidence)
    weak = findings.probability < threshold
    reason = RefusalReason.OUT_OF_DOMAIN if is_foreign(findings) else RefusalReason.WEAK_EVIDENCE
    refusal = Refusal(reason) if weak else None
    return Decision(refusal, findings.probability, findings.evidence)


def is_foreign(findings: Findings) -> bool:
    """Return True if the sources know hardly anything of what the question speaks of.

    Hardly two of its words stand side by side anywhere, nor does the best passage hold them.
    """
    if findings.evidence is None:
        return False
    unknown, match = findings.evidence[_UNKNOWN_PAIRS], findings.evidence[_MATCH]
    return bool(unknown >= _FOREIGN_PAIRS and match <= _FOREIGN_MATCH)


def _veto(findings: Findings) -> Refusal | None:
    """Return why there can be no answer, whatever the evidence; None if nothing forbids one."""
    if findings.is_empty:
        return Refusal(RefusalReason.EMPTY_INDEX)
    if findings.asked.in_vain and (said := unmentioned(findings.asked)):
        return Refusal(RefusalReason(said.kind.value), said.subjects)
    if _of_daily_life(findings):
        return Refusal(RefusalReason.OUT_OF_DOMAIN)
    missing = findings.missing or lacking(findings)
    if missing:
        return Refusal(RefusalReason.MISSING_CONSTRAINT, (missing,))
    return None if findings.candidates else Refusal(RefusalReason.WEAK_EVIDENCE)


def lacking(findings: Findings) -> str:
    """Return what the question names and none of the best units offers; "" if nothing."""
    question, best = findings.question, findings.candidates[:_BEST]
    if not best:
        return ""
    texts = [candidate.sentence.text for candidate in best]
    if other_year(question, texts[0]) or _period(question, best[0]):
        return f"năm {question.years[0]}"
    return (
        _place(findings)
        or _stranger(findings, best[:_BEARING])
        or _other_number(findings, best)
        or _group(question, best)
        or _repeal(question, best)
        or _property(question, best)
        or wanting(question, texts)
    )


def _period(question: Question, best: Candidate) -> bool:
    """Return True if the figure of a year is asked for and the best unit has that of a period."""
    asked = set(years_alone(question.text)) if question.wanted is Wanted.NUMBER else set()
    date, text = best.source.date, best.sentence.text
    if not asked or years_alone(text) or (date and str(date.year) in asked):
        return False
    return any(asked.intersection(years_in(period)) for period in periods_in(text))


def _place(findings: Findings) -> str:
    """Return which of several places asked about no source found speaks of; "" if none is left."""
    asked = named_by(findings.question).places
    if len(asked) < 2:  # one alone is held against each source when passages are chosen
        return ""
    told = frozenset().union(*map(places_in, findings.stored.values()))
    return next((place for place in asked if place not in told), "")


def _group(question: Question, best: Sequence[Candidate]) -> str:
    """Return the group whose figure is asked for, if no sentence near the best has one of it."""
    if question.wanted is not Wanted.NUMBER:
        return ""
    sentences = (t[s.start : s.end] for t in _told(best) for s in split_sentences(t))
    return lacking_group(
        question.text, [s for s in sentences if offers(question, s, terms_of(s)) == 1.0]
    )


def _repeal(question: Question, best: Sequence[Candidate]) -> str:
    """Return what is said to have ended a directive, if the best passage and units end none."""
    asked = _ENDS.search(question.text) if question.named.documents else None
    if asked is None or question.wanted is Wanted.YES_NO:
        return ""
    return "" if any(_ENDED.search(fold(text)) for text in _told(best)) else asked.group()


@cache
def _properties() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return what is asked, and what tells it."""
    rows = word_table("properties.tsv")
    return tuple((_any_of(asked.split("|")), _any_of(told.split("|"))) for asked, told in rows)


@cache
def _daily_life() -> re.Pattern[str]:
    """Return what is asked of any assistant."""
    return _any_of(word_list("daily_life.txt"))


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _property(question: Question, best: Sequence[Candidate]) -> str:
    """Return the property asked for, if no word that tells it stands near the best units."""
    for asked, telling in _properties():
        if found := asked.search(question.text):
            return "" if any(map(telling.search, _told(best))) else found.group()
    return ""


def _of_daily_life(findings: Findings) -> bool:
    """Return True if the weather, a recipe or the like is asked about, and not told of here."""
    asked, best = _daily_life().search(findings.question.text), findings.candidates[:_BEST]
    if asked is None or not best:
        return asked is not None
    return not any(map(_any_of([asked.group()]).search, _told(best)))


def _told(best: Sequence[Candidate]) -> Iterator[str]:
    """Yield the passage of the best unit with what stands above it, then the units themselves."""
    first = best[0]
    yield f"{first.source.title}. {first.passage.heading}. {first.passage.text}"
    yield from (candidate.sentence.text for candidate in best)


def _other_number(findings: Findings, best: Sequence[Candidate]) -> str:
    """Return the numbered thing asked about, if the sources of `best` tell only of others."""
    question = findings.question
    asked = numbered_in(question.spelled, question.folded)
    if not asked:
        return ""
    found = {c.source.id: f"{c.source.title}\n{findings.stored[c.source.id]}" for c in best}
    sources = [terms_of(text) for text in found.values()]
    units = [terms_of(candidate.sentence.text) for candidate in best[:_NEAREST]]
    for thing in asked:
        told = [numbers_of(thing.kind, each.spelled, each.sequence) for each in sources]
        numbers = frozenset().union(*told)
        beside = any(thing.number in each.sequence for each in units)
        if numbers and thing.number not in numbers and not beside:
            return thing.text
    return ""


def _stranger(findings: Findings, best: Sequence[Candidate]) -> str:
    """Return who or what is asked about, if none of the sources of `best` bears the name.

    Of people and organs the source of the best unit itself must bear one: another's words are no
    answer, though a third source names both.
    """
    asked = names_asked(findings.question)
    if not asked:
        return ""
    found = {c.source.id: f"{c.source.title}\n{findings.stored[c.source.id]}" for c in best}
    sources = [fold(text) for text in found.values()]
    missing = [name for name in asked if not any(map(name.stands_in, sources))]
    apart = [name for name in asked if not name.is_unit]
    if not missing and not any(name.stands_in(sources[0]) for name in apart):
        missing = apart
    return missing[0].text if missing else ""


def wanting(question: Question, best: Sequence[str]) -> str:
    """Return what `question` asks for and none of the `best` units offers; "" if nothing.

    >>> from retrieval.query.analysis import analyse
    >>> wanting(analyse("Bí thư Tỉnh ủy là ai?"), ["Phó Bí thư Tỉnh ủy Lê An dự."])
    'Bí thư Tỉnh ủy'
    """
    return (
        _day(question, best)
        or ("" if question.wanted is Wanted.YES_NO else _rank(question, best[0]))
        or _figure(question, best[0])
        or _part_of_year(question, best[0])
        or (_holder(question, best) if question.wanted is Wanted.PERSON else "")
    )


def _day(question: Question, best: Sequence[str]) -> str:
    return "ngày nào" if asks_day(question) and not any(names_day(text) for text in best) else ""


def _rank(question: Question, best: str) -> str:
    """Return the rank asked about, if the best sentence tells another."""
    asked = _RANK.search(fold(question.text))
    told = {_RANKS.get(rank, rank) for rank in _RANK.findall(fold(best))}
    other = asked and told and _RANKS.get(asked[1], asked[1]) not in told
    return question.text[asked.start() : asked.end()] if asked and other else ""


def _figure(question: Question, best: str) -> str:
    """Return whose figure is asked for, if the best sentence has that of the other: place, country.

    >>> from retrieval.query.analysis import analyse
    >>> _figure(analyse("Cả nước kết nạp bao nhiêu đảng viên?"), "Hà Nội kết nạp 11 người.")
    'cả nước'
    """
    if question.wanted is not Wanted.NUMBER:
        return ""
    asked = named_by(question).places
    whole = _COUNTRY.search(_OF_COUNTRY.sub("", fold(best)))
    if asked:
        return asked[0] if whole and not places_in(best).intersection(asked) else ""
    typed = fold(question.text)
    of_all = _COUNTRY.search(typed) if not _ASKS_RANK.search(typed) else None
    return (
        question.text[of_all.start() : of_all.end()].lower()
        if (of_all and not whole and places_in(best))
        else ""
    )


def _part_of_year(question: Question, best: str) -> str:
    """Return the part of a year whose figure is asked for, if the best sentence has a whole year's.

    >>> from retrieval.query.analysis import analyse
    >>> asked = analyse("Quý 1 năm 2024 Huế kết nạp bao nhiêu người?")
    >>> _part_of_year(asked, "Năm 2024, Huế kết nạp 90 người.")
    'Quý 1'
    >>> _part_of_year(asked, "Huế kết nạp 20 người.")
    ''
    """
    if question.wanted is not Wanted.NUMBER:
        return ""
    part = part_of_year(fold(question.text))
    if part is None or not names_whole_year(fold(best)):
        return ""
    return question.text[part.start : part.end]


def _holder(question: Question, best: Sequence[str]) -> str:
    """Return the office asked about, if no sentence names who holds it in the place asked about."""
    if not _ASKS_HOLDER.search(fold(question.text)):
        return ""
    start, office = _office(question)
    asked = named_by(question).places
    deputy = question.folded[max(start - 1, 0) : start] == _DEPUTY
    for text in best:
        there = places_in(text)
        elsewhere = asked and there and there.isdisjoint(asked)
        if not office or (not elsewhere and _names_holder(text, office, deputy=deputy)):
            return ""
    return " ".join(question.spelled[start : start + len(office)])


def _office(question: Question) -> tuple[int, tuple[str, ...]]:
    """Where the first office with its body stands in the question, and its folded words."""
    folded = question.folded
    for i in range(len(folded) - 3):
        if folded[i : i + 2] in office_pairs() and folded[i + 2] in _BODIES:
            longer = folded[i + 2 : i + 4] == ("uy", "ban")
            return i, folded[i : i + (6 if longer else 4)]
    return 0, ()


def _names_holder(text: str, office: tuple[str, ...], *, deputy: bool) -> bool:
    """True if somebody is named close to `office`, and is not its deputy."""
    terms = terms_of(text)
    words, names = terms.sequence, in_names(terms.spelled)
    if deputy and not set(_STANDING).intersection(office):
        kept = [i for i in range(len(words)) if not _is_standing(words, i)]
        words, names = tuple(words[i] for i in kept), tuple(names[i] for i in kept)
    return any(
        words[i : i + len(office)] == office
        and (deputy or words[max(i - 1, 0) : i] != _DEPUTY)
        and any(names[max(i - _BEFORE, 0) : i + len(office) + _AFTER])
        for i in range(len(words))
    )


def _is_standing(words: Sequence[str], i: int) -> bool:
    return _STANDING in (words[i : i + 2], words[max(i - 1, 0) : i + 1])
