"""May a model's claim be shown? Checked to the letter against its own evidence.

Owns the order of the checks. Three ends: a claim is dropped; or it nearly repeats its evidence and
may be shown; or it has passed to the letter and its meaning is still to be judged
(`generation.entailment`; where nobody can judge, it is dropped). What is said of the sources,
caveats and refusals, needs no evidence, but names nothing new. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retrieval.grounding.alignment import HARMLESS, is_close, repeats
from retrieval.grounding.claims import (
    RANKS,
    Claim,
    Sort,
    claims_in,
    held_by,
    holds,
    is_whole,
    name_stands,
)
from retrieval.grounding.evidence import Claimed, Evidence, Given, evidence_of
from retrieval.grounding.quantities import computed, duration, measured_otherwise, miscounted
from retrieval.models import Drop, DropReason
from retrieval.query.analysis import STOP_WORDS
from retrieval.text.prompt_injection import unfit_to_say
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import expanded, key, words

LONGEST = 700


class Standing(StrEnum):
    """How far a claim has come."""

    DROPPED = "dropped"
    SHOWN = "shown"
    """It nearly repeats its evidence, or says something of the sources."""
    OPEN = "open"
    """To the letter nothing speaks against it; whether it is borne out is to be judged."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim after the checks to the letter."""

    claimed: Claimed
    standing: Standing
    drop: Drop | None = None
    """Why it was dropped."""
    evidence: tuple[Evidence, ...] = ()
    formula: str = ""
    """How its figure was computed from figures of the evidence, where it was."""
    is_plausible: bool = False
    """For OPEN: it may stand in for a judgement where nobody can judge."""
    is_refusal: bool = False
    """True for a claim that the sources do not answer."""


_OF_SOURCES = re.compile(
    r"\b(?:nguồn|đoạn|bài(?: viết)?|tài liệu|văn bản|trích dẫn|thông tin)\b[^.;]{0,60}?"
    r"\b(?:không|chưa)\b(?: \w+){0,3}? (?:nêu|nói|có|đề cập|cho biết|ghi|cung cấp|xác định|làm rõ"
    r"|nhắc|trả lời|đủ|thấy|liệt kê|giải thích|thể hiện|chứa|rõ|tìm thấy|công bố)"
    r"|^(?:không|chưa) (?:có|thấy|tìm thấy)\b[^.;]{0,40}\b(?:nguồn|đoạn|bài|tài liệu|thông tin)\b"
    r"|\b(?:không|chưa)\b(?: \w+){0,3}? (?:được )?(?:nêu|nhắc|đề cập|nói)(?: \w+){0,3}? trong"
    r" (?:\w+ ){0,2}(?:nguồn|đoạn|bài|tài liệu)",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:không|chưa)(?: thể| đủ)?(?: \w+){0,4}? trả lời\b"
    r"|\bkhông có (?:thông tin|căn cứ) (?:về|để)",
    re.IGNORECASE,
)
_NO = re.compile(r"^Không(?: phải)?[,.:;]\s*")
"""The answer to a question of yes or no: that it is none stands in the rest."""
_ATTRIBUTION = re.compile(r"(?:Cũng )?[Tt]heo [^,]{3,120}?(?:,(?=\s\D)|(?=\sthì\s))")

_NEGATIONS = frozenset(map(key, ("không", "chưa", "chẳng", "đừng", "chớ", "cấm", "thôi", "ngừng")))
_LIKE_NEGATIONS = _NEGATIONS | frozenset(
    map(key, ("trừ", "miễn", "bãi", "bỏ", "hủy", "huỷ", "dừng", "hết", "thiếu", "ngoài", "tránh"))
)


def check(claimed: Claimed, given: Mapping[int, Given], question: str) -> Checked:
    """Check one claim against its own evidence among the passages given."""
    text = claimed.text
    if reason := _malformed(text) or unfit_to_say(text):
        return _dropped(claimed, reason)
    if _OF_SOURCES.search(text):
        return _of_sources(claimed, given, question)
    evidence = evidence_of(claimed, given)
    if evidence is None:
        return _dropped(claimed, DropReason.EVIDENCE_NOT_CITED)
    if not evidence and not (evidence := _own_words(claimed, given)):
        return _dropped(claimed, DropReason.NO_EVIDENCE)
    return _against(claimed, evidence)


def _dropped(claimed: Claimed, reason: DropReason, subject: str = "") -> Checked:
    return Checked(claimed, Standing.DROPPED, Drop(reason, subject))


def nearly_repeats(text: str, evidence: Sequence[Evidence]) -> bool:
    """Return True if `text` says what one stretch of one sentence says, in its words and order.

    "Theo …, " at its head may name who says so.
    """
    body = text[_attribution(text, evidence) :]
    return any(
        repeats(said, sentence)
        for sentence in _sentences(evidence)
        for said in dict.fromkeys((text, body))
    )


def _malformed(text: str) -> DropReason | None:
    if not words(text):
        return DropReason.EMPTY
    if "\ufffd" in text or len(text) > LONGEST:
        return DropReason.GARBLED
    if any(c.isalpha() and ord(c) > _LATIN_END for c in text):
        return DropReason.FOREIGN_SCRIPT
    if not is_whole(text):
        return DropReason.OPEN_QUOTATION
    return None


_LATIN_END = 0x1EFF


def _of_sources(claimed: Claimed, given: Mapping[int, Given], question: str) -> Checked:
    """Keep what is said of the sources unless it names what neither question nor passages hold."""
    text = claimed.text
    known = " ".join([question, *(f"{g.around}. {g.passage.text}" for g in given.values())])
    if claim := _missing(text, known, known):
        return _dropped(claimed, DropReason.NEW_NAME, text[claim.start : claim.end])
    found = tuple(evidence_of(claimed, given) or ())
    refuses = bool(_REFUSES.search(text))
    return Checked(claimed, Standing.SHOWN, evidence=found, is_refusal=refuses)


def _own_words(claimed: Claimed, given: Mapping[int, Given]) -> list[Evidence]:
    """Return the sentence of a cited passage that the claim nearly repeats: it is its evidence."""
    for number, _ in claimed.evidence:
        for sentence in given[number].sentences if number in given else ():
            own = Evidence(given[number], sentence.text, (sentence,))
            if nearly_repeats(claimed.text, [own]):
                return [own]
    return []


def _against(claimed: Claimed, evidence: Sequence[Evidence]) -> Checked:
    text = claimed.text
    said = " ".join(one.whole for one in evidence)
    around = " ".join(dict.fromkeys(one.given.around for one in evidence))
    passages = " ".join(one.given.passage.text for one in evidence)
    formula = ""
    if claim := _missing(text, f"{said}. {around}", passages):
        formula = _computed(text, claim, said, around) if claim.sort is Sort.NUMBER else ""
        if not formula:
            missing = text[claim.start : claim.end]
            return _dropped(claimed, DropReason.NOT_IN_EVIDENCE, missing)
    word = (
        miscounted(text, said)
        or measured_otherwise(text, said)
        or _negated(text, said)
        or _ranked_otherwise(text, said)
    )
    if word:
        return _dropped(claimed, DropReason.CONTRADICTED, word)
    shown = not formula and nearly_repeats(text, evidence)
    standing = Standing.SHOWN if shown else Standing.OPEN
    plausible = not formula and _is_plausible(text, evidence)
    return Checked(claimed, standing, None, tuple(evidence), formula, is_plausible=plausible)


def _missing(text: str, said: str, quoted: str) -> Claim | None:
    """Return the first figure, date, name, document or quotation of `text` that is not `said`."""
    held = held_by(said)
    for claim in claims_in(text):
        if claim.sort is Sort.NAME and (
            name_stands(text[claim.start : claim.end], text, claim, held)
            or name_stands(text[claim.start : claim.end], text, claim, held_by(quoted))
        ):
            continue
        if claim.sort is Sort.QUOTATION and _quoted(claim.value, quoted):
            continue
        if claim.sort not in (Sort.NAME, Sort.QUOTATION) and holds(claim, text, held):
            continue
        return claim
    return None


def _quoted(inside: str, passages: str) -> bool:
    """Return True if the words between quotation marks stand in the passages, case aside."""
    plain = " ".join(passages.split()).casefold()
    return inside.rstrip(" .,;").casefold() in plain


_UNIT = re.compile(r"\s+(ngày|tuần|tháng|năm)\b", re.IGNORECASE)


def _computed(text: str, missing: Claim, said: str, around: str) -> str:
    """Return the formula of all figures that are not in the evidence, "" if one has none."""
    held, known = (
        held_by(f"{said}. {around}"),
        [c.value for c in claims_in(said) if c.sort in (Sort.NUMBER, Sort.DATE)],
    )
    figures = [value for value in known if re.fullmatch(r"-?[\d.]+%?", value)]
    formulas = []
    for claim in claims_in(text):
        if holds(claim, text, held) or claim.sort is Sort.QUOTATION:
            continue
        if claim.sort is Sort.NAME and name_stands(
            text[claim.start : claim.end], text, claim, held
        ):
            continue
        if claim.sort is not Sort.NUMBER:
            return ""
        unit = _UNIT.match(text, claim.end)
        formula = computed(claim.value, figures) or (
            duration(claim.value, unit[1].lower(), known) if unit else ""
        )
        if not formula:
            return ""
        formulas.append(formula)
    return "; ".join(formulas) or missing.value


def _negated(text: str, said: str) -> str:
    """Return a negation that the evidence has nothing of, "" if there is none."""
    if _LIKE_NEGATIONS & {key(word.text) for word in words(said)}:
        return ""
    body = _NO.sub("", text)
    return next((w.text for w in words(body) if key(w.text) in _NEGATIONS), "")


def _ranked_otherwise(text: str, said: str) -> str:
    """Return an office that the evidence has only of a deputy or former holder, or the reverse."""
    (ranked, plain), (theirs, theirs_plain) = _offices(text), _offices(said)
    other = (plain & (theirs - theirs_plain)) | (ranked & (theirs_plain - theirs))
    return " ".join(min(other)) if other else ""


def _offices(text: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Return each three words in a row that follow "phó" or the like, and those that do not."""
    keys = ["", *(key(word.text) for word in words(text))]
    ranked, plain = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for at in range(1, len(keys) - 2):
        (ranked if keys[at - 1] in RANKS else plain).add(tuple(keys[at : at + 3]))
    return ranked, plain


def _attribution(text: str, evidence: Sequence[Evidence]) -> int:
    """Return where “Theo …, ” at the head ends if it names who says so, else 0."""
    match = _ATTRIBUTION.match(text)
    if match is None:
        return 0
    known = {key(word) for one in evidence for word in expanded(f"{one.given.around} {one.whole}")}
    named = {key(word) for word in expanded(match.group())} - STOP_WORDS - {key("theo")}
    return match.end() if named <= known | HARMLESS else 0


def _is_plausible(text: str, evidence: Sequence[Evidence]) -> bool:
    """Return True if a single sentence of the evidence holds nearly all of the claim."""
    said = text[_attribution(text, evidence) :]
    return any(
        is_close(text, sentence) or is_close(said, sentence, attributed=said != text)
        for sentence in _sentences(evidence)
    )


def _sentences(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Yield the sentences in which the evidence stands."""
    for text in dict.fromkeys(unit.text for one in evidence for unit in one.sentences):
        for span in split_sentences(text):
            yield text[span.start : span.end]
