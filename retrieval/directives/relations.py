"""What one directive does to another, where a text says so: replaces, amends, guides, reviews.

Owns reading the verbs that tie two references of one sentence. Pure. Leaves references to
`directives`. What is only planned, asked or denied is told apart from what is done.

    >>> text = "Quy định số 114-QĐ/TW thay thế Quy định số 205-QĐ/TW."
    >>> [(r.verb, r.actor.number, r.target.number) for r in find_relations(text)]
    [('thay thế', '114', '205')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.directives.grammar import KIND_FOLDED
from retrieval.directives.recognition import Reference, find_references
from retrieval.models import Span
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import unaccented

REPLACING = frozenset({"thay thế", "bãi bỏ", "hết hiệu lực"})
AMENDING = frozenset({"sửa đổi, bổ sung", "sửa đổi", "bổ sung"})

_VERBS = {
    "thay thế": r"thay the(?: cho)?|thay cho",
    "sửa đổi, bổ sung": r"sua doi(?:,| va) bo sung|sua doi bo sung|bo sung(?:,| va) sua doi",
    "sửa đổi": r"sua doi",
    "bổ sung": r"bo sung",
    "bãi bỏ": r"bai bo|huy bo",
    "hết hiệu lực": r"het hieu luc|khong con hieu luc|cham dut hieu luc",
    "hướng dẫn": r"huong dan (?:thi hanh|thuc hien|mot so (?:noi dung|dieu)(?: cua)?)|huong dan",
    "sơ kết": r"so ket",
    "tổng kết": r"tong ket",
}
_VERB = re.compile(
    "|".join(f"(?P<v{i}>{words})" for i, words in enumerate(_VERBS.values())), re.IGNORECASE
)
_NAMES = tuple(_VERBS)
_PASSIVE = re.compile(r"(?:duoc|bi)(?: \w+){0,2} $", re.IGNORECASE)
_BY = re.compile(r"\s*(?:bang|boi|theo|tai|boi chinh)\s", re.IGNORECASE)
_NOT_YET = re.compile(
    r"(?<!\w)(?:sẽ|cần|phải|đề nghị|dự kiến|dự thảo|nghiên cứu|tham mưu|xem xét|yêu cầu|kiến nghị"
    r"|đề xuất|không|chưa|nếu|có thể|chuẩn bị|rà soát|tiếp tục|trình)(?!\w)",
    re.IGNORECASE,
)
_SEMICOLON = re.compile(r"[;:]")
_LISTED = re.compile(r"\s*(?:,|;|và|, và)\s+(?:một phần\s+)?", re.IGNORECASE)
_THIS = re.compile(rf"(?:{KIND_FOLDED}|van ban) nay\W", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s*(?:(?:mot|phan|toan|bo|so|nhung|noi|dung|dieu|khoan|diem|muc|[a-d]|\d+|nam|cua|cac|cho|va|,"
    r"|ket|qua|viec|thuc|thi|hanh|hien|trien|khai|som|tinh|hinh|tai)(?:\s+|(?=,)|$))*",
    re.IGNORECASE,
)
"""All that may stand between a verb and what it acts on."""


@dataclass(frozen=True, slots=True)
class Relation:
    """`actor` does `verb` to `target`, says the sentence text[start:end]."""

    verb: str
    actor: Reference | None
    """None where the sentence does not name it."""
    target: Reference
    start: int
    end: int
    done: bool
    """False where it is only planned, asked or denied."""
    itself: bool = False
    """True if the actor is the document that speaks ("Quy định này …")."""


def find_relations(
    text: str,
    references: Sequence[Reference] | None = None,
    sentences: Sequence[Span] | None = None,
) -> list[Relation]:
    """Return the relations in NFC `text`; its references and sentences are given if known."""
    found = find_references(text) if references is None else references
    if not found:
        return []
    plain = unaccented(text)
    return [
        relation
        for sentence in (split_sentences(text) if sentences is None else sentences)
        if (inside := [r for r in found if sentence.start <= r.start and r.end <= sentence.end])
        for relation in _in_sentence(text, plain, sentence, inside)
    ]


def _in_sentence(
    text: str, plain: str, sentence: Span, inside: Sequence[Reference]
) -> Iterator[Relation]:
    for match in _VERB.finditer(plain, sentence.start, sentence.end):
        if any(r.start < match.end() and match.start() < r.end for r in inside):
            continue
        verb = next(name for i, name in enumerate(_NAMES) if match[f"v{i}"])
        before = _before(plain, inside, match.start())
        after = _after(text, plain, inside, match.end())
        lead = plain[before.end if before else sentence.start : match.start()]
        clause = _SEMICOLON.split(text[sentence.start : match.start()])[-1]
        done = not (_NOT_YET.search(clause) or text[sentence.end - 1] == "?")
        if verb == "hết hiệu lực" or _PASSIVE.search(lead):
            by = _BY.match(plain, match.end())
            actor = next((r for r in inside if r.start > match.end()), None) if by else None
            targets = [before] if before else []
        else:
            actor, targets = before, after
        itself = actor is None and bool(_THIS.search(lead))
        for target in targets:
            if actor is not target:
                yield Relation(verb, actor, target, sentence.start, sentence.end, done, itself)


def _before(plain: str, inside: Sequence[Reference], at: int) -> Reference | None:
    """Return the reference that is the subject of a verb at `at`: the nearest in its clause."""
    near = [r for r in inside if r.end <= at]
    if not near or ";" in plain[near[-1].end : at]:
        return None
    return near[-1]


def _after(text: str, plain: str, inside: Sequence[Reference], at: int) -> list[Reference]:
    """Return what a verb that ends at `at` acts on, one or a list."""
    near = [r for r in inside if r.start >= at]
    if not near or not _BETWEEN.fullmatch(plain[at : near[0].start]):
        return []
    objects = near[:1]
    for reference in near[1:]:
        if not _LISTED.fullmatch(text[objects[-1].reach : reference.start]):
            break
        objects.append(reference)
    return objects
