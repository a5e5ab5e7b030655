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
from retrieval.misplacing import exchanged, traded
from retrieval.support import Given, attribution, coverage, joined_anew, supporting, unsupported
from retrieval.twisting import misattached, ranked_otherwise, turned_round

LONGEST = 700

Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How alike a sentence and its support must be; `benchmarks.thresholds` measured all but one.

    `of_each` is for sentences that cite several passages, which no generated sentence does.
    """

    of_each: float = 0.3
    """The share of a sentence's words that each passage it cites must hold by itself."""
    coverage: float = 0.8
    """The share of its words that must stand in what supports it, …"""
    sure: float = 1.0
    """… and the share from which on words alone are enough; in between, meaning must be near."""
    similarity: float = 0.97
    """Cosine of the sentence and its support, by the built-in embedding model."""


MEASURED = Thresholds()


@dataclass(frozen=True, slots=True)
class Bearing:
    """The words of a sentence, who says them left out, beside the sentences that bear them out."""

    body: str
    support: Mapping[Given, tuple[Sentence, ...]]

    @property
    def sentences(self) -> list[str]:
        """The supporting sentences."""
        return [sentence.text for chosen in self.support.values() for sentence in chosen]

    @property
    def together(self) -> str:
        """The supporting sentences as one text."""
        return " ".join(self.sentences)

    @property
    def around(self) -> str:
        """The words over all passages cited."""
        return " ".join(given.around for given in self.support)

    @property
    def share(self) -> float:
        """The share of the words that stand in the support."""
        return coverage(self.body, self.together, self.around)

    def share_of(self, given: Given) -> float:
        """The share that one of the passages holds, 0 without a sentence that supports."""
        said = " ".join(sentence.text for sentence in self.support[given])
        return coverage(self.body, said, given.around) if said else 0.0


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


def judge(
    claimed: Claimed,
    given: Mapping[int, Given],
    similarity: Similarity,
    least: Thresholds = MEASURED,
) -> Kept | Dropped:
    """Check one sentence against the passages under their numbers."""
    reason = _malformed(claimed, given)
    if reason:
        return Dropped(claimed, reason)
    bearing = bearing_of(claimed, given)
    reason = _unsupported(claimed.text, bearing, similarity, least)
    support = {one.number: chosen for one, chosen in bearing.support.items()}
    return Dropped(claimed, reason) if reason else Kept(claimed, support)


def bearing_of(claimed: Claimed, given: Mapping[int, Given]) -> Bearing:
    """Return what bears a sentence out in the passages that it cites."""
    text, cited = claimed.text, [given[n] for n in claimed.cited]
    body = text[attribution(text, " ".join(one.origin for one in cited)) :]
    return Bearing(body, {one: supporting(text, one) for one in cited})


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


def _unsupported(text: str, bearing: Bearing, similarity: Similarity, least: Thresholds) -> str:
    """Return why the support does not bear `text` out, "" if it does."""
    body, together, around = bearing.body, bearing.together, bearing.around
    for given in bearing.support:
        if bearing.share_of(given) < least.of_each or not bearing.support[given]:
            return f"nguồn [{given.number}] không nói điều này"
    if claim := _missing_claim(text, bearing.support, together, around):
        return f"không có trong nguồn đã dẫn: {text[claim.start : claim.end]}"
    if word := turned_round(body, together) or ranked_otherwise(body, together):
        return f"khác nguồn ở chữ “{word}”"
    if claim := misattached(text, together):
        return f"gắn sai số liệu: {text[claim.start : claim.end]}"
    sentences = bearing.sentences
    if words_put := exchanged(body, sentences) or traded(body, sentences):
        return f"đặt sai chỗ: {words_put}"
    added = unsupported(body, together, around) or joined_anew(body, together, around)
    if added:
        return f"nguồn không nói: {added}"
    if bearing.share < least.coverage:
        return f"chỉ {bearing.share:.0%} số từ có trong nguồn"
    if bearing.share < least.sure and (near := similarity(text, together)) < least.similarity:
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
