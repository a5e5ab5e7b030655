"""What the Telegram handlers share, made once from the settings and the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.access import Access
from bot.administrators import Administrators
from bot.allowances import Allowances, Limits
from bot.chats import Chats
from bot.conversations import Conversations
from bot.deeds import Deeds
from bot.deliveries import Deliveries
from bot.long_work import Background
from bot.notices import Notices
from bot.official_answers import OfficialAnswers
from bot.places import Places
from bot.presses import Presses
from bot.questions import Answering
from bot.settings import Settings
from bot.threads import Threads
from bot.triage import Triage
from bot.unanswered import Embed, Unanswered
from bot.votes import Votes
from retrieval.documents import Source


class Desk:
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
        self.access = Access(settings.allowed_chat_ids, settings.admin_ids, self.chats.names)
        self.limits = Limits(
            settings.questions_per_person, settings.questions_per_chat, settings.questions_waiting
        )
        self.allowances = Allowances(file, self.limits, self.access)
        self.deliveries = Deliveries(conversations)
        self.notices, self.votes, self.threads = Notices(file), Votes(file), Threads(file)
        self.places = Places(
            self.access, self.notices, self.chats, leaves=settings.unknown_groups == "leave"
        )
        self.presses = Presses(conversations, self.chats, self.access)
        self.administrators = Administrators(self.access, Deeds(file))
        self.background = Background()

    def triage(self, assistant: Answering, embed: Embed) -> Triage:
        """Return who goes through the open questions."""
        unanswered = Unanswered(self.file, embed)
        parts = (unanswered, OfficialAnswers(self.file), self.conversations, self.chats, assistant)
        return Triage(self.administrators, *parts)
