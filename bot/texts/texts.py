"""Every sentence that the bot says itself, by language: a typed tree over `vi.yaml`, `en.yaml`.

The classes name the sentences, so that the type checker finds one that is used and does not exist;
the words stand in the YAML files, where `{…}` are filled with str.format. What sources say is not
here.

    >>> texts_for("en-GB").keep, texts_for(None).keep
    ('Keep', 'Giữ lại')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from retrieval.models import Note, RefusalReason, RemarkKind, SmallTalk


@dataclass(frozen=True, slots=True)
class InspectionTexts:
    """What reading made of a file."""

    usage: str
    reading: str
    refused: str
    unknown: str
    facts: Mapping[str, str]
    """What is known of every file → how it is called."""
    fields: Mapping[str, str]
    """retrieval.models.OfficialField → how it is called."""
    blocks: Mapping[str, str]
    """Kind of a block → how it is called."""
    kept: str
    left_out: str
    more: str


@dataclass(frozen=True, slots=True)
class EntryTexts:
    """One exchange of the log with its evidence, and the figures of a period."""

    outcomes: Mapping[str, str]
    """One of review.KINDS → how it is called."""
    reasons: Mapping[str, str]
    """bot.log.votes.Reason → why a vote is a 👎."""
    stages: Mapping[str, str]
    """Stage of understanding a question → what it does."""
    steps: Mapping[str, str]
    """Step of an answer → how it is called."""
    refusals: Mapping[str, str]
    """retrieval.models.RefusalReason → why there was no answer."""
    drops: Mapping[str, str]
    """retrieval.models.DropReason → why a model's claim is not shown."""
    standings: Mapping[str, str]
    """bot.review.queries.SourceState → what became of a source since; nothing for the same."""
    verdicts: Mapping[str, str]
    """bot.log.verdicts.Verdict → what a reviewer says of an answer."""
    reviews: Mapping[str, str]
    """bot.log.unanswered: what became of a question without an answer → how it is called."""
    must: str
    pages: Mapping[str, str]
    """What the pages of the log say to a reviewer."""
    nobody: str
    head: str
    terminal: str
    inline: str
    chat: str
    question: str
    understood: str
    outcome: str
    answer: str
    error: str
    nearest: str
    confidence: str
    spent: str
    model: str
    dropped: str
    handed_over: str
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReviewTexts:
    """What administrators who review the log read."""

    filters: Mapping[str, str]
    """Filter of /nhatky → the words on its button."""
    entry: EntryTexts
    page_elsewhere: str
    page_closed: str
    page_too_fast: str
    page_no_paths: str
    no_exchanges: str
    list: str
    found: str
    back: str
    gone: str
    cut: str
    cannot_write: str
    chart_questions: str
    chart_share: str
    reading: str
    trend: str
    times: str
    missing: str
    exported: str
    export_usage: str
    nothing_to_export: str
    too_large: str
    all_answered: str
    group: str
    now_answered: str
    send_new: str
    reply: str
    add_source: str
    ignore: str
    done: str
    how_to_add: str
    answer_prompt: str
    official_publisher: str
    delivered: str
    missed: str
    withdraw: str
    withdrawn: str
    withdrawn_already: str
    still_right: str
    confirmed: str
    remembered_none: str
    remembered: str
    resting: str
    sent: str
    week: str
    week_before: str
    week_unanswered: str
    week_sources: str
    week_no_sources: str
    week_more: str
    columns: Mapping[str, str]
    """Column of an export → its heading."""


@dataclass(frozen=True, slots=True)
class AdminTexts:
    """What administrators of the index and the sources read."""

    decimal_mark: str
    reloading: str
    reloaded: str
    unreadable: str
    flagged: str
    duplicates: str
    lossy: str
    kept_share: str
    reload_failed: str
    unforeseen: str
    reloading_far: str
    held: str
    held_mark: str
    nothing_to_undo: str
    undo_question: str
    undo: str
    redo: str
    leave: str
    left: str
    undone: str
    undo_failed: str
    add_usage: str
    draft_reading: str
    draft_reading_page: str
    draft_heading: str
    draft_no_date: str
    draft_no_publisher: str
    draft_same: str
    draft_nearly: str
    draft_add: str
    draft_add_to: str
    draft_edit: str
    draft_drop: str
    draft_dropped: str
    draft_edit_how: str
    draft_edited: str
    draft_gone: str
    draft_saved: str
    not_added: str
    delete_usage: str
    delete_question: str
    delete: str
    deleted: str
    corrections: Mapping[str, str]
    """What the list of touched answers says; `bot.log.corrections.Cause` → what happened, `State` →
    how far it is."""
    following: Mapping[str, str]
    """What is said of pages that are fetched again, and of sources that grow old."""
    subscriptions: Mapping[str, str]
    """What is said of feeds and folders that are followed."""
    panel: str
    jobs: Mapping[str, str]
    """Job of the panel → the words on its button."""
    roles: Mapping[str, str]
    """What is said of roles; bot.access.Role → how it is called."""
    source_named: str
    source_record: str
    source_age: str
    source_age_today: str
    source_age_unknown: str
    alerts: Mapping[str, str]
    """What stands around troubles that are told to administrators."""
    troubles: Mapping[str, str]
    """Kind of a trouble (`bot.maintenance`) → what is wrong."""
    upgrade: Mapping[str, str]
    """What is told once an earlier edition's state was taken over."""
    health: Mapping[str, str]
    """What each line of /suckhoe is about, and what is said there."""
    review: ReviewTexts
    inspection: InspectionTexts


@dataclass(frozen=True, slots=True)
class GroupTexts:
    """What is said about a group, and to those who administer it."""

    unknown_group: str
    joined: str
    hears_all: str
    hears_little: str
    cannot_write: str
    forgotten: str
    chat_admins_only: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's sentences in one language; `{…}` are filled with str.format."""

    start: str
    start_examples: str
    help: str
    inline_help: str
    admin_help: str
    empty_question: str
    only_text: str
    instead_of_voice: str
    instead_of_photo: str
    instead_of_file: str
    unknown_command: str
    not_allowed: str
    admins_only: str
    failed: str
    moved: str
    notes: Mapping[Note, str]
    correction: Mapping[str, str]
    """What a chat is told of an answer; `bot.log.corrections.Cause` → what happened."""
    checking: str
    """Under an answer that grows, while its claims are judged."""
    unsure: str
    late: str
    send_again: str
    sent_again: str
    show_sources: str
    rest_of_list: str
    passage_gone: str
    passage_old: str
    voted_up: str
    voted_down: str
    reasons: Mapping[str, str]
    """bot.log.votes.Reason → the words on its button."""
    reason_kept: str
    tell_more: str
    words_kept: str
    hand_over: str
    handed_over: str
    handed_over_already: str
    for_admins: str
    official: str
    official_by: str
    official_about: str
    expired: str
    forgotten: str
    person_allowance: str
    chat_allowance: str
    busy: str
    status: str
    unlimited: str
    ask_in_private: str
    allowance_spent: str
    according: str
    not_found: str
    clarify: str
    refused: Mapping[RefusalReason, str]
    remarks: Mapping[RemarkKind, str]
    superseded: str
    superseded_by: str
    done: Mapping[str, str]
    """Verb of `retrieval.directives.relations` → that it was done."""
    earlier: str
    on: str
    and_: str
    more_items: str
    items: str
    also: str
    read_by_machine: str
    """Beside a source whose letters were taken from a picture."""
    nearest: str
    near_hint: str
    no_answer: str
    no_sources: str
    no_sources_like: str
    sources: str
    source_gone: str
    source_answers: str
    newest: str
    search_usage: str
    search_nothing: str
    search_found: str
    admin: AdminTexts
    group: GroupTexts
    directives: str
    no_directives: str
    directive_unknown: str
    directive_which: str
    directive_page: str
    directive_gone: str
    privacy: str
    people_named: str
    people_hashed: str
    delete_question: str
    delete: str
    keep: str
    not_yours: str
    kept: str
    deleted: str
    own_data: Mapping[str, str]
    """Heading of the page that /dulieu sends → its words; a table of the log by its name."""
    own_data_caption: str
    own_data_sent: str
    no_own_data: str
    take_away: str
    takeaway: Mapping[str, str]
    """What a document of answers says, and what is said about it."""
    commands: dict[str, str]
    """Command → what the menu says of it."""
    admin_commands: dict[str, str]
    small_talk: Mapping[SmallTalk, str]
    complaint_noted: str
    """Where the 👎 is noted already."""


def texts_for(language: str | None) -> Texts:
    """Return the sentences for a client's language as Telegram names it ("vi", "en-GB")."""
    return _loaded("en" if (language or "").lower().partition("-")[0] == "en" else "vi")


def sentences_of(language: str) -> dict[str, Any]:
    """Return the sentences of "vi" or "en" as its file has them."""
    # The C loader reads both files in 10 ms, the other in 100.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    path = Path(__file__).with_name(f"{language}.yaml")
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506
    return data


@cache
def _loaded(language: str) -> Texts:
    """Read a file of sentences; raises TypeError where one is missing or none asks for it."""
    data = sentences_of(language)
    admin = data.pop("admin")
    review = admin.pop("review")
    entry = EntryTexts(**review.pop("entry"))
    return Texts(
        admin=AdminTexts(
            review=ReviewTexts(entry=entry, **review),
            inspection=InspectionTexts(**admin.pop("inspection")),
            **admin,
        ),
        group=GroupTexts(**data.pop("group")),
        **data,
    )


VIETNAMESE = texts_for("vi")
ENGLISH = texts_for("en")
