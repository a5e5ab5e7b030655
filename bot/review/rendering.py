"""One exchange with its evidence, and the figures of a period, in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.texts.texts import VIETNAMESE, EntryTexts

Row = dict[str, Any]
_VOTES = {"up": "👍", "down": "👎"}


def entry_text(entry: Row, texts: EntryTexts = VIETNAMESE.admin.review.entry) -> str:
    """Return an exchange as lines to read: who, what, answer, quotes, scores, times, votes."""
    return "\n".join((*_asked(entry, texts), *_answered(entry, texts), *_after(entry, texts)))


def figures_text(figures: Row, texts: EntryTexts = VIETNAMESE.admin.review.entry) -> str:
    """Return figures as lines to read."""
    return "\n".join(_figure_lines(figures, texts))


def local(moment: str) -> str:
    """Return a time of the log in the local zone."""
    return f"{datetime.fromisoformat(moment).astimezone():%d/%m/%Y %H:%M}"


def share(part: float | None) -> str:
    """Return a share in percent, a dash where there is none."""
    return "–" if part is None else f"{part:.0%}"


def dropped(use: Row, texts: EntryTexts = VIETNAMESE.admin.review.entry) -> list[Row]:
    """Return what was dropped of a model's text: rows of `sentence` and `reason`, in words.

    Rows of earlier versions hold the words themselves.
    """
    return [
        {"sentence": one["sentence"], "reason": _drop_text(one, texts)}
        for one in json.loads(use["dropped"] or "[]")
    ]


def _drop_text(one: Row, texts: EntryTexts) -> str:
    said = texts.drops.get(one["reason"])
    return said.format(subject=one["subject"]) if said else str(one["reason"])


def words_of(vote: Row, texts: EntryTexts) -> str:
    """Return why somebody voted so: the reason chosen and their own words."""
    reason = texts.reasons.get(vote["reason"] or "", vote["reason"])
    return " · ".join(filter(None, (reason, vote["words"])))


def evidence_cells(row: Row, texts: EntryTexts = VIETNAMESE.admin.review.entry) -> dict[str, str]:
    """Return what `queries.with_evidence` adds as texts for a spreadsheet, and why a refusal."""
    return {
        "refusal": texts.refusals.get(row["refusal"], row["refusal"]),
        "quoted": "\n".join(
            f"[{quote['rank']}] “{quote['text']}” — {_place(quote)}" for quote in row["quoted"]
        ),
        "voted": "\n".join(
            " ".join(filter(None, (_VOTES[vote["vote"]], vote["person"], words_of(vote, texts))))
            for vote in row["voted"]
        ),
        "verdicts": "\n".join(verdict_text(verdict, texts) for verdict in row["verdicts"]),
    }


def verdict_text(verdict: Row, texts: EntryTexts = VIETNAMESE.admin.review.entry) -> str:
    """Return a reviewer's verdict with its reasons, in one line."""
    called = texts.verdicts.get(verdict["verdict"], verdict["verdict"])
    said = " · ".join(filter(None, (called, verdict["note"])))
    must = texts.must.format(words=verdict["must"]) if verdict["must"] else ""
    return " ".join(filter(None, (f"{verdict['reviewer']}: {said}", must)))


def _place(quote: Row) -> str:
    facts = (quote["publisher"], quote["date"], quote["title"], quote["path"], quote["url"])
    return ", ".join(filter(None, facts))


def steps_of(entry: Row, texts: EntryTexts) -> str:
    """Return how long each step of an answer took."""
    spent = json.loads(entry["timings_ms"] or "{}")
    return ", ".join(f"{texts.steps.get(step, step)} {ms:.0f} ms" for step, ms in spent.items())


def stage_rows(entry: Row) -> list[tuple[str, str]]:
    """Return the stages that changed a question as it was typed, each with what came of it."""
    read = json.loads(entry["understood"] or "{}")
    return [(stage, words) for stage, words in read.get("steps", ())]


def _asked(entry: Row, texts: EntryTexts) -> Iterator[str]:
    chat = entry["chat_id"]
    nowhere = texts.terminal if entry["person_id"] is None else texts.inline
    where = nowhere if chat is None else texts.chat.format(id=chat)
    person = entry["person"] or texts.nobody
    yield texts.head.format(
        id=entry["id"], when=local(entry["asked_at"]), person=person, where=where
    )
    yield texts.question.format(words=entry["question"])
    if entry["standalone"] not in ("", entry["question"]):
        yield texts.understood.format(words=entry["standalone"])
    for stage, words in stage_rows(entry):
        yield f"  {texts.stages.get(stage, stage)}: {words}"
    outcome, reason = texts.outcomes[entry["kind"]], entry["refusal"]
    why = f" – {texts.refusals.get(reason, reason)}" if reason else ""
    yield texts.outcome.format(words=f"{outcome}{why}")


def _answered(entry: Row, texts: EntryTexts) -> Iterator[str]:
    if entry["answer"]:
        yield texts.answer.format(words=entry["answer"])
    if entry["error"]:
        yield texts.error.format(words=entry["error"])
    for quote in entry["quoted"]:
        yield f"\n[{quote['rank']}] “{quote['text']}”"
        facts = (quote["publisher"], quote["date"], quote["title"])
        yield f"    — {', '.join(filter(None, facts))}"
        place = f"{quote['source_id']} [{quote['start']}:{quote['end']}]"
        yield f"    {' · '.join(filter(None, (place, quote['path'], quote['url'])))}"
        if since := texts.standings.get(quote.get("standing", "")):
            yield f"    {since}"
    yield ""


def _after(entry: Row, texts: EntryTexts) -> Iterator[str]:
    if entry["nearest_source_id"]:
        yield texts.nearest.format(source=entry["nearest_source_id"])
    if entry["confidence"] is not None:
        yield texts.confidence.format(share=entry["confidence"])
    if spent := steps_of(entry, texts):
        yield texts.spent.format(steps=spent)
    for use in entry["model"]:
        yield texts.model.format(name=use["model"], words=use["raw"])
        yield from (texts.dropped.format(**one) for one in dropped(use, texts))
    for vote in entry["votes"]:
        said = words_of(vote, texts)
        yield f"{_VOTES.get(vote['vote'], vote['vote'])} {vote['person']}: {said}".rstrip(": ")
    yield from (verdict_text(verdict, texts) for verdict in entry["verdicts"])
    if entry["handed_over"]:
        yield texts.handed_over


def _figure_lines(figures: Row, texts: EntryTexts) -> Iterator[str]:
    words = texts.figures
    since, until = local(figures["since"]), local(figures["until"])
    yield words["period"].format(since=since, until=until)
    yield words["asked"].format(total=figures["total"], people=figures["people"])
    for kind, times in sorted(figures["kinds"].items(), key=lambda item: -item[1]):
        yield f"  {texts.outcomes[kind]}: {times}"
    for reason, times in figures["refusals"].items():
        yield f"    {texts.refusals.get(reason, reason)}: {times}"
    yield words["share"].format(share=share(figures["answered"]))
    yield words["votes"].format(**figures["votes"])
    if figures["p50_ms"] is not None:
        yield words["times"].format(p50=figures["p50_ms"], p95=figures["p95_ms"])
    for table, name in (("sources", "title"), ("unanswered", "question")):
        if figures[table]:
            yield words[table]
        for row in figures[table]:
            yield f"  {row['times']:>4} × {row[name] or row.get('source_id', '')}"
