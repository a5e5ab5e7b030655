"""May a sentence of a model be shown? Only if the passages that it cites bear it out.

Owns the order of the checks and the reasons, in Vietnamese for whoever reads the log. A sentence
that fails one check is dropped, never mended. Pure but for `similarity`, which the caller brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from retrieval.claims import Claim, Sort, claims_in, held_by, holds, is_whole
from retrieval.documents import Sentence
from retrieval.drafting import Claimed
from retrieval.injection import addresses_assistant
from retrieval.support import Given, attribution, coverage, joined_anew, supporting, unsupported
from retrieval.twisting import exchanged, misattached, turned_round

LEAST_OF_EACH = 0.3
"""The share of a sentence's words that each passage it cites must hold by itself."""
LEAST_COVERAGE = 0.7
"""The share of its words that must stand in what supports it, …"""
SURE_COVERAGE = 0.85
"""… and the share from which on the words alone are enough; in between, meaning must be near."""
LEAST_SIMILARITY = 0.88
"""Cosine of the sentence and its support, by the built-in embedding model."""
LONGEST = 700

Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that may be shown, and what bears it out, by the number of the passage."""

    claimed: Claimed
    support: Mapping[int, tuple[Sentence, ...]]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that may not, and why."""

    claimed: Claimed
    reason: str


def judge(claimed: Claimed, given: Mapping[int, Given], similarity: Similarity) -> Kept | Dropped:
    """Check one sentence against the passages under their numbers."""
    reason = _malformed(claimed, given)
    if reason:
        return Dropped(claimed, reason)
    text = claimed.text
    support = {n: supporting(text, given[n]) for n in claimed.cited}
    reason = _unsupported(text, {given[n]: support[n] for n in claimed.cited}, similarity)
    return Dropped(claimed, reason) if reason else Kept(claimed, support)


def _malformed(claimed: Claimed, given: Mapping[int, Given]) -> str:
    text = claimed.text
    if "[" in text or "【" in text:
        return "dẫn nguồn sai cách"
    if not claimed.cited:
        return "không dẫn nguồn nào"
    if unknown := [n for n in claimed.cited if n not in given]:
        return f"dẫn nguồn không có: [{unknown[0]}]"
    if "\ufffd" in text or len(text) > LONGEST:
        return "câu hỏng hoặc quá dài"
    if not is_whole(text):
        return "dấu ngoặc kép không trọn"
    if addresses_assistant(text):
        return "là lời ra lệnh cho trợ lý"
    return ""


def _unsupported(
    text: str, support: Mapping[Given, tuple[Sentence, ...]], similarity: Similarity
) -> str:
    """Return why the support does not bear `text` out, "" if it does."""
    body = text[attribution(text, " ".join(given.origin for given in support)) :]
    said = {given: " ".join(s.text for s in chosen) for given, chosen in support.items()}
    around = " ".join(given.around for given in support)
    for given, words in said.items():
        if coverage(body, words, given.around) < LEAST_OF_EACH or not words:
            return f"nguồn [{given.number}] không nói điều này"
    together = " ".join(said.values())
    if claim := _missing_claim(text, support, together, around):
        return f"không có trong nguồn đã dẫn: {text[claim.start : claim.end]}"
    if word := turned_round(body, together):
        return f"khác nguồn ở chữ “{word}”"
    if claim := misattached(text, together):
        return f"gắn sai số liệu: {text[claim.start : claim.end]}"
    if words_put := exchanged(body, [s.text for chosen in support.values() for s in chosen]):
        return f"đặt sai chỗ: {words_put}"
    added = unsupported(body, together, around) or joined_anew(body, together, around)
    if added:
        return f"nguồn không nói: {added}"
    share = coverage(body, together, around)
    if share < LEAST_COVERAGE:
        return f"chỉ {share:.0%} số từ có trong nguồn"
    if share < SURE_COVERAGE and (near := similarity(text, together)) < LEAST_SIMILARITY:
        return f"nghĩa không đủ gần nguồn ({near:.2f})"
    return ""


def _missing_claim(
    text: str, support: Mapping[Given, tuple[Sentence, ...]], together: str, around: str
) -> Claim | None:
    """Return the first claim that the sources cited do not hold, None if they hold all."""
    held, titles = held_by(together), held_by(around)
    passages = held_by(" ".join(given.passage.text for given in support))
    origin = " ".join(given.origin for given in support)
    origins, prefix = held_by(origin), attribution(text, origin)
    for claim in claims_in(text):
        if holds(claim, text, held):
            continue
        if claim.sort is Sort.QUOTATION and holds(claim, text, passages):
            continue
        if claim.sort is not Sort.NUMBER and holds(claim, text, titles):
            continue
        if claim.end <= prefix and holds(claim, text, origins):
            continue
        return claim
    return None
