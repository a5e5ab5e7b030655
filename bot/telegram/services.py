"""What the Telegram handlers share, made once from the settings and the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.access import Access
from bot.assistant.assistant import Answering
from bot.log.audit import AuditLog
from bot.log.deliveries import Deliveries
from bot.log.exchanges import Conversations
from bot.log.moved_chats import Chats
from bot.log.notices import Notices
from bot.log.official_answers import OfficialAnswers
from bot.log.threads import Threads
from bot.log.unanswered import Embed, Unanswered
from bot.log.votes import Votes
from bot.quotas import Limits, QuestionQuota
from bot.settings import Settings
from bot.telegram.admin.authorization import Administrators
from bot.telegram.admin.unanswered import Triage
from bot.telegram.background import Background
from bot.telegram.button_press import Presses
from bot.telegram.membership import UnknownGroups
from bot.telegram.redaction import Redactor
from retrieval.models import Source


class Services:
    """What the handlers share, made once."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations,
        sources: Callable[[], Sequence[Source]],
    ) -> None:
        file = conversations.file
        self.conversations, self.file, self.sources = conversations, file, sources
        self.chats = Chats(file)
        self.redact = Redactor.of(settings)
        self.access = Access(settings.allowed_chat_ids, settings.admin_ids, self.chats.names)
        self.limits = Limits(
            settings.questions_per_person, settings.questions_per_chat, settings.questions_waiting
        )
        self.allowances = QuestionQuota(file, self.limits, self.access)
        self.deliveries = Deliveries(conversations)
        self.notices, self.votes, self.threads = Notices(file), Votes(file), Threads(file)
        self.unknown_groups = UnknownGroups(
            self.access, self.notices, leaves=settings.unknown_groups == "leave"
        )
        self.presses = Presses(conversations, self.chats, self.access)
        self.administrators = Administrators(self.access, AuditLog(file), self.redact)
        self.background = Background()

    def triage(self, assistant: Answering, embed: Embed) -> Triage:
        """Return who goes through the open questions."""
        unanswered = Unanswered(self.file, embed)
        parts = (unanswered, OfficialAnswers(self.file), self.conversations, self.chats, assistant)
        return Triage(self.administrators, *parts)
