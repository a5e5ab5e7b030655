"""The JSON that scripts rely on: batch lines in; answers, sources and reports out.

Owns field names and checking; who prints it is `main`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.texts.answers import lead, plain_text
from retrieval.directives.recognition import full_name, name_of
from retrieval.errors import ChidanError
from retrieval.models import (
    Answer,
    OfficialField,
    PartAnswer,
    Quote,
    RemarkKind,
    Source,
    Stated,
    Turn,
)

if TYPE_CHECKING:
    from retrieval.directives.resolution import Deed, Directive
    from retrieval.indexing.reload import Report
    from retrieval.store.reader import Snapshot

JsonObject = dict[str, Any]


class BadLine(ChidanError):
    """A line of a batch file cannot be read; the message says what is wrong with it."""


class BatchLine(BaseModel):
    """One question of a batch file: `{"id": …, "question": …, "history": [[question, answer]]}`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Any = None
    question: str
    history: tuple[tuple[str, str], ...] = ()

    @property
    def turns(self) -> list[Turn]:
        """The history as turns, oldest first."""
        return [Turn(question, answer) for question, answer in self.history]

    @property
    def identity(self) -> JsonObject:
        """`{"id": …}` if the line had one, else nothing."""
        return {"id": self.id} if "id" in self.model_fields_set else {}


def batch_line(line: bytes) -> BatchLine:
    """Read one line of a batch file; raises BadLine."""
    try:
        return BatchLine.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in detail["loc"])
        where = f"trường {field} thiếu hoặc sai kiểu" if field else "không phải một đối tượng JSON"
        raise BadLine(f"{where} ({detail['msg']})") from None


def answer_json(answer: Answer, question: str) -> JsonObject:
    """Return the fields of an answer to `question` as it was asked."""
    return {
        "question": question,
        "kind": answer.kind.value,
        "answer": plain_text(answer),
        **({"refusal": answer.refusal.reason.value} if answer.refusal else {}),
        "quotes": [quote_json(quote) for quote in answer.quotes],
        **({"choices": list(answer.choices)} if answer.choices else {}),
        **({"parts": [_part_json(part) for part in answer.parts]} if answer.parts else {}),
        "timings_ms": {stage: round(ms, 3) for stage, ms in answer.timings_ms.items()},
    }


def _part_json(part: PartAnswer) -> JsonObject:
    """Return one of several questions, its answer in words, and which quotes are its own."""
    return {
        "question": part.question,
        "answer": lead(part.answer),
        "quotes": list(part.indices),
    }


def quote_json(quote: Quote) -> JsonObject:
    """Return a quote with where it is from."""
    source = source_json(quote.source)
    remarks = [remark for remark in quote.remarks if remark.kind is RemarkKind.UNCONFIRMED]
    unconfirmed = [day for remark in remarks for day in remark.days]
    return {
        "text": quote.text,
        "source_id": source["id"],
        **{
            name: source[name]
            for name in ("title", "publisher", "date", "url", "path", "read_by_machine")
        },
        "start": quote.start,
        "end": quote.end,
        "unconfirmed_since": next((day.isoformat() for day in unconfirmed), None),
    }


def source_json(source: Source) -> JsonObject:
    """Return what is known of a source; the date in ISO form or None."""
    return {
        "id": source.id,
        "path": source.path,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "url": source.url,
        "about": source.about,
        "read_by_machine": source.read_by_machine,
    }


def official_json(said: Sequence[Stated]) -> JsonObject:
    """Return what the form of an official document says, by field; of some fields several."""
    several = {OfficialField.BASIS, OfficialField.RECIPIENT}
    found: JsonObject = {}
    for one in said:
        if one.field in several:
            found.setdefault(one.field.value, []).append(one.value)
        else:
            found.setdefault(one.field.value, one.value)
    return found


def known_json(snap: Snapshot, source_id: str) -> JsonObject:
    """Return a source with all that is known of it: official fields, copies, versions, text."""
    from retrieval.store.near_duplicates import copies
    from retrieval.store.official import stated

    source = snap.source(source_id)
    return {
        **(source_json(source) if source else {}),
        "official": official_json(stated(snap, source_id)),
        "copies": [source_json(copy) for copy in copies(snap, source_id)],
        "versions": [asdict(version) for version in snap.versions(source_id)],
        "left_out": snap.left_out(source_id),
        "text": snap.text(source_id),
    }


def report_json(report: Report) -> JsonObject:
    """Return what a reload or a rollback did: paths, and unreadable files with their reasons."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": len(report.unchanged),
        "flagged": [{"path": path, "sentence": order} for path, order in report.flagged],
        "unreadable": [{"path": path, "reason": reason} for path, reason in report.unreadable],
        "warnings": [{"path": path, "warning": odd} for path, odd in report.warnings],
        "losses": [asdict(loss) for loss in report.losses],
        "duplicates": [list(group) for group in report.duplicates],
        "held": list(report.held),
        "seconds": round(report.seconds, 3),
    }


def directive_json(directive: Directive) -> JsonObject:
    """Return what is known of a directive, and where it is spoken of."""
    reference = directive.reference
    return {
        "name": name_of(reference),
        "kind": reference.kind,
        "number": reference.number,
        "suffix": reference.suffix,
        "term": reference.term,
        "issued": reference.issued,
        "issuer": reference.issuer,
        "subject": reference.subject,
        "unclear": directive.unclear,
        "texts": [source_json(source) for source in directive.texts],
        "mentions": [quote_json(mention.quote) for mention in directive.mentions],
        "done_to": [_deed_json(deed) for deed in directive.done_to],
        "does": [_deed_json(deed) for deed in directive.does],
    }


def _deed_json(deed: Deed) -> JsonObject:
    return {
        "verb": deed.verb,
        "by": full_name(deed.actor) if deed.actor else None,
        "to": full_name(deed.target),
        "quote": quote_json(deed.quote),
    }
