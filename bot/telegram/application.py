"""The composition root: the only place where the parts are put together.

Owns what the handlers share, made once from the settings and the log (`Services`), and the table of
handlers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from telegram import InlineKeyboardButton, Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.access import Access, Grant, Role
from bot.assistant.assistant import Answering, Remembering, StalenessMarker
from bot.assistant.suggestions import Suggestions
from bot.bootstrap import Session
from bot.log.audit import AuditLog
from bot.log.confirmations import Confirmations
from bot.log.database import LogDatabase
from bot.log.deliveries import Deliveries, Late, Unsure
from bot.log.exchanges import Conversations, Pending
from bot.log.followed import FollowedPages
from bot.log.moved_chats import Chats
from bot.log.notices import Notices
from bot.log.official_answers import OfficialAnswer, OfficialAnswers
from bot.log.remembered_answers import RememberedAnswers
from bot.log.rights import RightsLog
from bot.log.subscriptions import Subscriptions
from bot.log.threads import Threads
from bot.log.unanswered import Embed, Unanswered
from bot.log.votes import Votes
from bot.quotas import Limits, QuestionQuota, TokenLimits, TokenQuota, TurnedAway
from bot.review.statistics import answered, use_of_sources
from bot.settings import Settings
from bot.telegram import background
from bot.telegram.admin.add_source import Adding
from bot.telegram.admin.announcements import Announcements
from bot.telegram.admin.authorization import Administrators, Context
from bot.telegram.admin.corrections import LOOK_EVERY as CORRECTIONS
from bot.telegram.admin.corrections import Correcting
from bot.telegram.admin.diagnosis import Diagnosis
from bot.telegram.admin.followed_pages import LOOK_EVERY as PAGES
from bot.telegram.admin.followed_pages import Fetcher, Fetching, PageWatch
from bot.telegram.admin.inspect_source import Inspecting
from bot.telegram.admin.log_browser import Reviewing
from bot.telegram.admin.panel import Job, Panel, Start
from bot.telegram.admin.reload import Admin, Keeper
from bot.telegram.admin.remembered import RememberedPages
from bot.telegram.admin.reports import Reporting
from bot.telegram.admin.roles import Roles
from bot.telegram.admin.subscriptions import LOOK_EVERY as FEEDS
from bot.telegram.admin.subscriptions import Following
from bot.telegram.admin.unanswered import Triage
from bot.telegram.admin.weekly_summary import WEEK, Weekly, WeekTime
from bot.telegram.background import Background, Clock
from bot.telegram.button_press import Presses, ignore
from bot.telegram.client import build_bot
from bot.telegram.errors import Redactor, handle_failure
from bot.telegram.handlers.clarifying import Clarifying
from bot.telegram.handlers.commands import Commands, First, Status, show_menus
from bot.telegram.handlers.directives import Directives, Known
from bot.telegram.handlers.feedback import Feedback
from bot.telegram.handlers.groups import Groups, Started, look_around
from bot.telegram.handlers.inline import Inline, Typed
from bot.telegram.handlers.passages import PassagePages, Stored
from bot.telegram.handlers.privacy import DAY, Privacy
from bot.telegram.handlers.questions import Questions, TurningAway
from bot.telegram.handlers.search import Searching
from bot.telegram.handlers.source_cards import SourceCards, to_ask
from bot.telegram.handlers.sources import Deleting, Library, Record
from bot.telegram.handlers.takeaway import TakeAway
from bot.telegram.health import LOOK_EVERY, Heartbeat, UpdateHealth
from bot.telegram.inbox import Ballots, Inbox, Receiver, Words
from bot.telegram.keyboards import FORMER_FORGET_ME, Action, pattern
from bot.telegram.lifecycle import TelegramApplication
from bot.telegram.maintenance import Maintenance
from bot.telegram.membership import UnknownGroups
from bot.telegram.rate_limiter import RateLimiter, RefusalGuard
from bot.telegram.update_processor import PerChatProcessor
from retrieval.index import Index
from retrieval.models import EVERYTHING, Audience, Source, Stated
from retrieval.registry.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Outside:
    """What the bot takes from the world: the time, and how long it waits between two pages."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    fetch_pause: float = 5.0
    loops: Clock = field(default_factory=Clock)
    """What the loops beside the chats go by."""


class Services:
    """What the handlers share, made once."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations,
        sources: Callable[[Audience], Sequence[Source]],
        clock: Clock,
    ) -> None:
        file = conversations.file
        self.conversations, self.file, self.sources = conversations, file, sources
        self.chats = Chats(file)
        self.redact = Redactor.of(settings)
        self.rights = RightsLog(file)
        self.access = Access(
            settings.allowed_chat_ids, settings.admin_ids, self.chats.names, self.rights.of
        )
        self.limits = Limits(
            settings.questions_per_person, settings.questions_per_chat, settings.questions_waiting
        )
        self.allowances = QuestionQuota(file, self.limits, self.access)
        self.notices, self.votes, self.threads = Notices(file), Votes(file), Threads(file)
        self.unknown_groups = UnknownGroups(
            self.access, self.notices, leaves=settings.unknown_groups == "leave"
        )
        self.presses = Presses(conversations, self.chats, self.access)
        self.ballots = Ballots(self.presses, self.votes)
        self.deliveries = Deliveries(conversations, self.ballots.arrived)
        self.administrators = Administrators(self.access, AuditLog(file), self.redact)
        self.background = Background(clock)

    def triage(self, assistant: Answering, embed: Embed, remembered: RememberedAnswers) -> Triage:
        """Return who goes through the open questions."""
        unanswered = Unanswered(self.file, embed)
        parts = (unanswered, OfficialAnswers(self.file), self.conversations, self.chats, assistant)
        return Triage(self.administrators, *parts, remembered)


Handlers = list[BaseHandler[Any, Any, Any]]
Jobs = dict[Job, Start]
_NEW = filters.UpdateType.MESSAGE


def question_handlers(services: Services, questions: Questions) -> Handlers:
    """Recorded questions, and those that get a notice instead of an answer."""
    turning = TurningAway(services.conversations, services.notices, services.chats, services.limits)
    return [
        TypeHandler(Pending, questions.answer),
        TypeHandler(TurnedAway, turning.past_a_limit),
        TypeHandler(Unsure, turning.unsure),
        TypeHandler(Late, turning.late),
    ]


def button_handlers(services: Services, stored: Stored) -> Handlers:
    """The buttons under answers, and the words that a 👎 asks for."""
    feedback = Feedback(services.presses, services.votes, services.deliveries, services.access)
    passages = PassagePages(
        services.presses,
        services.chats,
        services.file,
        services.deliveries,
        stored,
        services.access,
    )
    clarifying = Clarifying(services.presses, services.conversations, services.deliveries)
    return [
        CallbackQueryHandler(clarifying.choose, pattern(Action.CHOOSE)),
        TypeHandler(Words, feedback.words),
        CallbackQueryHandler(feedback.vote, pattern(Action.VOTE)),
        CallbackQueryHandler(feedback.reason, pattern(Action.REASON)),
        CallbackQueryHandler(feedback.hand_over, pattern(Action.HAND_OVER)),
        CallbackQueryHandler(feedback.send_again, pattern(Action.SEND_AGAIN)),
        CallbackQueryHandler(passages.show, pattern(Action.PASSAGE)),
        CallbackQueryHandler(passages.rest_of_list, pattern(Action.REST_OF_LIST)),
    ]


def directive_handlers(directives: Directives) -> Handlers:
    """/vanban and its pages."""
    return [
        CommandHandler("vanban", directives.command, _NEW),
        CallbackQueryHandler(directives.turn, pattern(Action.DIRECTIVES)),
        CallbackQueryHandler(directives.show, pattern(Action.DIRECTIVE)),
    ]


def place_handlers(services: Services) -> Handlers:
    """The bot comes into groups, and looks around at the start."""
    groups = Groups(services.access, services.notices, services.chats, services.unknown_groups)
    return [
        TypeHandler(Started, groups.started),
        ChatMemberHandler(groups.membership, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


def store_handlers(
    services: Services,
    keeper: Keeper,
    suggestions: Suggestions,
    receiver: Receiver,
    care: SourceCare,
) -> Handlers:
    """What everybody can read of the store: /timkiem, /moinhat, a source and its questions."""
    searching = Searching(services.access, keeper.passages_with)
    cards = SourceCards(
        services.access,
        keeper.sources,
        keeper.text,
        suggestions,
        receiver.pressed,
        care.confirmations.last,
    )
    return [
        CommandHandler(["timkiem", "search"], searching.command, _NEW),
        CallbackQueryHandler(searching.turn, pattern(Action.SEARCH)),
        CommandHandler(["moinhat", "newest"], cards.newest, _NEW),
        CallbackQueryHandler(cards.turn, pattern(Action.NEWEST)),
        CallbackQueryHandler(cards.show, pattern(Action.NEAR)),
        CallbackQueryHandler(cards.ask, pattern(Action.ASK)),
    ]


def library_of(services: Services, keeper: Keeper | None) -> Library:
    """Return what shows the list of sources."""

    def troubles() -> list[tuple[str, str]]:
        known = keeper.troubles() if keeper else []
        return [(path, services.redact(reason)) for path, reason in known]

    def records() -> dict[str, Record]:
        added = keeper.added_at() if keeper else {}
        used = use_of_sources(services.file)
        return {
            source.id: Record(added.get(source.id), *used.get(source.id, (0, 0)))
            for source in services.sources(EVERYTHING)
        }

    held = keeper.held if keeper else frozenset
    return Library(
        services.access,
        services.sources,
        troubles,
        held,
        records,
        has_collections=lambda: bool(keeper and keeper.collections()),
    )


def library_handlers(library: Library) -> Handlers:
    """/nguon and its pages."""
    return [
        CommandHandler("nguon", library.show, _NEW),
        CallbackQueryHandler(library.turn, pattern(Action.SOURCES)),
    ]


class SourceCare:
    """What looks after the sources and the answers that rest on them, made once."""

    def __init__(
        self, services: Services, keeper: Keeper, settings: Settings, outside: Outside
    ) -> None:
        announcements = Announcements(services.access, services.file)
        self.correcting = Correcting(
            services.administrators,
            announcements,
            services.background,
            services.file,
            services.chats,
            services.access,
            keeper,
        )
        self.admin = Admin(
            services.administrators, keeper, services.background, reloaded=self.correcting.round
        )
        self.confirmations = Confirmations(services.file, keeper.read_at)
        self.fetcher = Fetcher(
            Fetching(settings.fetch_hosts, settings.https_proxy, outside.fetch_pause)
        )
        self.followed = FollowedPages(services.file)
        self.pages = PageWatch(
            services.administrators,
            announcements,
            self.admin,
            keeper,
            self.followed,
            self.confirmations,
            self.fetcher,
            settings.sources_dir,
            timedelta(days=settings.recheck_days),
            outside.clock,
        )

        self.following = Following(
            services.administrators,
            announcements,
            self.admin,
            keeper,
            Subscriptions(services.file),
            self.followed,
            self.pages,
            self.confirmations,
            self.fetcher,
            settings.sources_dir,
            settings.sync_dir,
            timedelta(days=settings.confirm_days),
            outside.clock,
        )

    def keep(self, background: Background, bot: ExtBot[Any]) -> None:
        """Keep the loops going."""
        background.keep("corrections", partial(self.correcting.round, bot), lambda: CORRECTIONS)
        background.keep("pages", partial(self.pages.round, bot), lambda: PAGES)
        background.keep("feeds", partial(self.following.round, bot), lambda: FEEDS)


def admin_handlers(
    services: Services, keeper: Keeper, settings: Settings, jobs: Jobs, care: SourceCare
) -> Handlers:
    """Sources and the index, for administrators; adds what they begin to `jobs`."""
    admin, correcting = care.admin, care.correcting
    folder = settings.sources_dir
    adding = Adding(
        services.administrators,
        admin,
        keeper,
        folder,
        settings.fetch_hosts,
        settings.https_proxy,
        care.pages.follow,
    )
    deleting = Deleting(services.administrators, admin, services.sources, folder)
    inspecting = Inspecting(services.administrators, services.sources, folder)
    jobs[Job.ADD] = adding.command
    jobs[Job.RELOAD], jobs[Job.ROLL_BACK] = admin.reload, admin.back
    jobs[Job.CORRECTIONS] = correcting.show
    files = _NEW & (filters.Document.ALL | filters.PHOTO)
    return [
        CommandHandler("them", adding.command, _NEW),
        MessageHandler(files & filters.CaptionRegex(r"(?i)^/them(@\w+)?\b"), adding.command),
        CommandHandler("xemtep", inspecting.command, _NEW),
        MessageHandler(files & filters.CaptionRegex(r"(?i)^/xemtep(@\w+)?\b"), inspecting.command),
        CallbackQueryHandler(adding.pressed, pattern(Action.ADD_SOURCE)),
        CommandHandler("xoanguon", deleting.command, _NEW),
        CallbackQueryHandler(deleting.confirmed, pattern(Action.DELETE_SOURCE)),
        CommandHandler("reload", admin.reload, _NEW),
        CommandHandler("hoantac", admin.back, _NEW),
        CallbackQueryHandler(admin.confirmed, pattern(Action.ROLL_BACK)),
        CallbackQueryHandler(admin.again, pattern(Action.RELOAD_AGAIN)),
        CommandHandler(["dinhchinh", "corrections"], correcting.show, _NEW),
        CallbackQueryHandler(correcting.turn, pattern(Action.CORRECTION_PAGE)),
        CallbackQueryHandler(correcting.decide, pattern(Action.CORRECTION)),
        CallbackQueryHandler(care.pages.pressed, pattern(Action.PROPOSAL)),
        CommandHandler(["theodoi", "follow"], care.following.command, _NEW),
        CallbackQueryHandler(care.following.pressed, pattern(Action.NEW_ITEMS)),
        CallbackQueryHandler(care.following.unfollow, pattern(Action.UNFOLLOW)),
        CallbackQueryHandler(care.pages.confirm, pattern(Action.CONFIRM_SOURCE)),
    ]


def command_handlers(services: Services, model: str, first: First) -> Handlers:
    """Commands for everybody, and whatever is left."""
    commands = Commands(services.access, services.threads, services.unknown_groups, first)
    status = Status(services.access, services.allowances, services.sources, model)
    return [
        CommandHandler("start", commands.start, _NEW),
        CommandHandler(["help", "giupdo", "trogiup"], commands.help, _NEW),
        CommandHandler(["moi", "new"], commands.forget, _NEW),
        CommandHandler(["tinhtrang", "status"], status.tell, _NEW),
        MessageHandler(_NEW, commands.otherwise),
    ]


def review_handlers(administrators: Administrators, file: LogDatabase, jobs: Jobs) -> Handlers:
    """Return what leads to reading the log; adds what administrators begin to `jobs`."""
    reviewing, reporting = Reviewing(administrators, file), Reporting(administrators, file)
    jobs[Job.LOG], jobs[Job.STATS], jobs[Job.EXPORT] = (
        reviewing.latest,
        reporting.stats,
        reporting.export,
    )
    return [
        CommandHandler(["nhatky", "logs"], reviewing.latest, _NEW),
        CallbackQueryHandler(reviewing.turn, pattern(Action.LOG_PAGE)),
        CallbackQueryHandler(reviewing.turn_found, pattern(Action.LOG_SEARCH)),
        CallbackQueryHandler(reviewing.one, pattern(Action.LOG_ENTRY)),
        CommandHandler(["thongke", "stats"], reporting.stats, _NEW),
        CommandHandler(["xuat", "export"], reporting.export, _NEW),
    ]


def triage_handlers(
    triage: Triage, administrators: Administrators, remembered: RememberedAnswers, jobs: Jobs
) -> Handlers:
    """Return what leads to the open questions, and to the answers that administrators gave."""
    pages = RememberedPages(administrators, remembered)
    jobs[Job.UNANSWERED], jobs[Job.REMEMBERED] = triage.show, pages.show
    return [
        CallbackQueryHandler(pages.turn, pattern(Action.REMEMBERED)),
        CallbackQueryHandler(pages.decide, pattern(Action.KEEPING)),
        TypeHandler(OfficialAnswer, triage.answered),
        CommandHandler(["chuatraloi", "unanswered"], triage.show, _NEW),
        CallbackQueryHandler(triage.turn, pattern(Action.UNANSWERED)),
        CallbackQueryHandler(triage.act, pattern(Action.RESOLVE)),
    ]


def takeaway_handlers(
    services: Services, stored: Stored, stated: Callable[[str, Audience], Sequence[Stated]]
) -> Handlers:
    """Return what gives answers as documents."""
    take = TakeAway(
        services.access,
        services.presses,
        services.chats,
        services.file,
        services.deliveries,
        stored,
        stated,
    )
    return [
        CommandHandler(["bienban", "minutes"], take.minutes, _NEW),
        CallbackQueryHandler(take.one, pattern(Action.TAKE_AWAY)),
    ]


def role_handlers(roles: Roles, jobs: Jobs) -> Handlers:
    """Return what gives and takes roles and collections; adds the job to `jobs`."""
    jobs[Job.ROLES] = roles.command
    return [
        CommandHandler(["vaitro", "roles"], roles.command, _NEW),
        CallbackQueryHandler(roles.give, pattern(Action.GIVE_ROLE)),
        CallbackQueryHandler(roles.take, pattern(Action.TAKE_ROLE)),
    ]


def privacy_handlers(privacy: Privacy) -> Handlers:
    """Return what leads to what is kept of people."""
    return [
        CommandHandler(["quyenriengtu", "privacy"], privacy.tell, _NEW),
        CommandHandler(["dulieu", "my_data"], privacy.give, _NEW),
        CommandHandler(["xoadulieu", "forget_me"], privacy.ask, _NEW),
        CallbackQueryHandler(privacy.confirmed, pattern(Action.FORGET_ME)),
    ]


_log = logging.getLogger(__name__)


def application_of(session: Session) -> TelegramApplication:
    """Wire the Telegram bot over all that a session has open."""
    index = session.index
    return build_application(
        session.settings,
        session.assistant,
        session.log,
        sources=index.sources,
        keeper=index,
        stored=index.stored,
        known=Catalogue(index.ledger.snapshot),
        embed=index.embeddings.embed_array,
        stated=index.stated,
    )


def build_application(
    settings: Settings,
    assistant: Answering,
    conversations: Conversations,
    *,
    sources: Callable[[Audience], Sequence[Source]],
    keeper: Index | None = None,
    stored: Stored = lambda source_id, start, end, words, audience: None,
    known: Known | None = None,
    embed: Embed | None = None,
    stated: Callable[[str, Audience], Sequence[Stated]] = lambda source_id, audience: (),
    pacing: RateLimiter | None = None,
    outside: Outside = Outside(),
) -> TelegramApplication:
    """Wire the Telegram bot; what it is given to call is called off the event loop."""
    clock = outside.loops
    services = Services(settings, conversations, sources, clock)
    bot = build_bot(settings, RefusalGuard(pacing or RateLimiter(), services.chats, services.file))
    receiver = Receiver(
        conversations,
        services.chats,
        services.access,
        services.allowances,
        services.votes,
        services.ballots,
        lambda: bot.bot,
    )
    care = SourceCare(services, keeper, settings, outside) if keeper else None
    assistant = _marking(assistant, care, settings.confirm_days, outside.clock)
    remembered = None
    if embed:
        fingerprint = keeper.fingerprint if keeper else lambda source_id: ""
        remembered = RememberedAnswers(services.file, embed, fingerprint)
    questions = Questions(
        Remembering(assistant, remembered) if remembered else assistant,
        conversations,
        services.chats,
        services.deliveries,
        _spending(settings, services.file),
        services.access.audience,
    )
    typed = Typed(conversations, services.allowances)
    privacy = Privacy(services.access, services.file, settings.retention_days)
    triage = services.triage(assistant, embed, remembered) if embed and remembered else None

    suggestions = Suggestions(assistant, keeper) if keeper else None
    weekly = Weekly(
        services.file,
        settings.admin_ids,
        WeekTime.of(settings.weekly_summary_at),
        (lambda since: keeper.added_since(since, EVERYTHING)) if keeper else lambda since: (),
        worst=Unanswered(services.file, embed).groups if embed else lambda since: (),
    )
    directives = Directives(services.access, known) if known else None

    async def begin(application: TelegramApplication) -> None:
        keep = services.background.keep
        keep("heartbeat", heartbeat.beat, lambda: LOOK_EVERY)
        if suggestions:
            # Tried once beside the chats, so that the first /start waits for nothing.
            keep("suggestions", suggestions.warm)
        keep("menus", partial(_menus, bot, services))
        keep("groups", partial(look_around, application, services.chats))
        keep("open questions", partial(questions.resume, application))
        if triage:
            keep("official answers", partial(triage.resume, application))
        if keeper and settings.watch_sources:
            reload = partial(keeper.reload, who="WATCH_SOURCES")
            watcher = background.Watcher(settings.sources_dir, reload, background.QUIET)
            keep("sources", watcher.watch, lambda: LOOK_EVERY)
        if care:
            care.keep(services.background, bot)
        keep("retention", privacy.daily_round, lambda: DAY)
        maintenance.keep(services.background, bot)
        if settings.weekly_summary:
            keep("weekly summary", partial(weekly.round, bot), weekly.wait)
        _log.info("Bot @%s đã sẵn sàng.", bot.username)

    async def end(application: TelegramApplication) -> None:
        await services.background.stop()
        heartbeat.stop()

    intake = Inbox(receiver.receive, UpdateHealth(clock.seconds))
    maintenance = Maintenance(
        settings,
        services.file,
        keeper,
        intake.health,
        Announcements(services.access, services.file).administrators,
        services.redact,
        clock,
    )
    heartbeat = Heartbeat(settings.state_dir, intake.health)
    application = (
        Application.builder()
        .bot(bot)
        .updater(None)  # see polling.py
        .update_queue(intake)
        .concurrent_updates(PerChatProcessor())
        .post_init(begin)
        .post_stop(end)
        .build()
    )
    jobs: Jobs = {}
    library = library_of(services, keeper)
    if triage and remembered:
        triaging = triage_handlers(triage, services.administrators, remembered, jobs)
    else:
        triaging = []
    jobs[Job.SOURCES] = library.show
    keeping = admin_handlers(services, keeper, settings, jobs, care) if keeper and care else []
    reviewing = review_handlers(services.administrators, services.file, jobs)
    jobs[Job.WEEK] = partial(weekly.show, services.administrators)
    diagnosis = Diagnosis(
        services.administrators, settings, keeper, intake.health, clock, services.redact
    )
    jobs[Job.HEALTH] = diagnosis.tell
    panel = Panel(
        services.administrators, jobs, partial(_state, services, triage, remembered, care)
    )
    roles = Roles(
        services.administrators,
        services.access,
        services.rights,
        keeper.collections if keeper else tuple,
        partial(_menus, services=services),
    )
    roling = role_handlers(roles, jobs)
    first = First(
        lambda audience: len(services.sources(audience)),
        settings.retention_days,
        partial(_first_questions, suggestions),
        directives.named if directives else _no_directive,
        roles.accept,
    )
    application.add_handlers(
        [
            CallbackQueryHandler(privacy.confirmed, FORMER_FORGET_ME),
            *question_handlers(services, questions),
            *(directive_handlers(directives) if directives else ()),
            InlineQueryHandler(Inline(assistant, services.access, typed).offer),
            *button_handlers(services, stored),
            *takeaway_handlers(services, stored, stated),
            *place_handlers(services),
            *(
                store_handlers(services, keeper, suggestions, receiver, care)
                if suggestions and keeper and care
                else ()
            ),
            CommandHandler(["quantri", "admin"], panel.show, _NEW),
            CommandHandler(["suckhoe", "health"], diagnosis.tell, _NEW),
            CallbackQueryHandler(panel.pressed, pattern(Action.PANEL)),
            *keeping,
            *library_handlers(library),
            *reviewing,
            *triaging,
            *roling,
            *privacy_handlers(privacy),
            *command_handlers(services, settings.models, first),
            CallbackQueryHandler(ignore),
        ]
    )
    application.add_error_handler(handle_failure)
    return application


async def _menus(bot: ExtBot[Any], services: Services) -> None:
    """Show everybody the commands that are theirs."""
    given = await asyncio.to_thread(services.rights.all)
    appointed = {one.subject for one in given if one.grant == Grant(Role.ADMINISTRATOR)}
    people = frozenset(person for person in appointed if person > 0)
    await show_menus(bot, services.access.admin_ids | people)


def _marking(
    assistant: Answering, care: SourceCare | None, days: int, clock: Callable[[], datetime]
) -> Answering:
    """Return the assistant that marks sources grown old, itself where there is no index."""
    return StalenessMarker(assistant, care.confirmations.last, days, clock) if care else assistant


def _spending(settings: Settings, file: LogDatabase) -> TokenQuota | None:
    """Return the allowances for the chat model, None where there is no model."""
    return TokenQuota(file, TokenLimits.of(settings)) if settings.llm_base_url else None


def _state(
    services: Services,
    triage: Triage | None,
    remembered: RememberedAnswers | None,
    care: SourceCare | None,
) -> dict[str, int]:
    """Return the figures at the top of the panel; blocks."""
    now = datetime.now(UTC)
    return {
        "sources": len(services.sources(EVERYTHING)),
        "unanswered": triage.waiting() if triage else 0,
        "remembered": len(remembered.all()) if remembered else 0,
        "corrections": care.correcting.waiting() if care else 0,
        "asked": answered(services.file, now - WEEK, now)["total"],
    }


async def _first_questions(
    suggestions: Suggestions | None, audience: Audience
) -> list[list[InlineKeyboardButton]]:
    return to_ask(await suggestions.to_begin_with(audience)) if suggestions else []


async def _no_directive(update: Update, context: Context, named: str) -> None:
    """Without an index there is nothing to be said of a directive."""
