"""Who may ask, who decides what, and what whom may see. Pure; looked at only after the trigger.

Owners are those of ADMIN_IDS; nothing that is given or taken in a chat touches them. What else
people and groups were given is read from the log by `granted`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from retrieval.models import EVERYTHING, Audience, SourceCollection


class Role(StrEnum):
    """What somebody is to the bot; in the log as they stand here."""

    OWNER = "owner"
    """Of ADMIN_IDS alone."""
    ADMINISTRATOR = "administrator"
    """Of everything, or of one collection: its sources, and who is a member."""
    REVIEWER = "reviewer"
    """Reads the log, as far as it holds what he or she may see."""
    MEMBER = "member"
    """Sees a collection; so does a group that is one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that was given: of one collection, by its id, or "" of none in particular."""

    role: Role
    collection: str = ""


@dataclass(frozen=True, slots=True)
class GrantedRights:
    """All that one person, or one group, was given.

    >>> chief = GrantedRights(frozenset({Grant(Role.ADMINISTRATOR, "noi-bo-1a2b3c")}))
    >>> chief.manages("noi-bo-1a2b3c"), chief.manages(""), chief.decides
    (True, False, False)
    """

    grants: frozenset[Grant] = frozenset()

    @property
    def is_owner(self) -> bool:
        """Whether nobody can take anything from them."""
        return Grant(Role.OWNER) in self.grants

    @property
    def decides(self) -> bool:
        """Whether they are an administrator of everything."""
        return self.is_owner or Grant(Role.ADMINISTRATOR) in self.grants

    @property
    def manages_any(self) -> bool:
        """Whether they are an administrator of anything."""
        return self.is_owner or any(g.role is Role.ADMINISTRATOR for g in self.grants)

    @property
    def reviews(self) -> bool:
        """Whether they read the log."""
        return self.manages_any or any(g.role is Role.REVIEWER for g in self.grants)

    @property
    def is_given_any(self) -> bool:
        """Whether they were given anything."""
        return bool(self.grants)

    @property
    def audience(self) -> Audience:
        """What they may see."""
        if self.decides:
            return EVERYTHING
        return Audience(frozenset(g.collection for g in self.grants if g.collection))

    def manages(self, collection: str) -> bool:
        """Return whether they decide about the sources of a collection, "" of what is in none."""
        return self.decides or (
            bool(collection) and Grant(Role.ADMINISTRATOR, collection) in self.grants
        )

    def may_add_to(self, collection: SourceCollection | None) -> bool:
        """Return whether they may add documents to a collection, or (None) to what is in none."""
        if collection is None:
            return self.decides
        is_member = Grant(Role.MEMBER, collection.id) in self.grants
        return self.manages(collection.id) or (is_member and collection.open_to_members)

    def may_give(self, grant: Grant) -> bool:
        """Return whether they may give, or take, a role."""
        if grant.role is Role.OWNER:
            return False
        if grant == Grant(Role.ADMINISTRATOR):
            return self.is_owner
        if self.decides:
            return True
        return grant.role is Role.MEMBER and self.manages(grant.collection)


def _only_itself(chat_id: int) -> frozenset[int]:
    return frozenset({chat_id})


def _nothing(subjects: Iterable[int]) -> frozenset[Grant]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of the settings, and what was given. No allowed chats: every chat is allowed."""

    allowed_chat_ids: frozenset[int] = frozenset()
    admin_ids: frozenset[int] = frozenset()
    names: Callable[[int], frozenset[int]] = _only_itself
    """Every id that a chat has or had: a group that moved stays allowed."""
    granted: Callable[[Iterable[int]], frozenset[Grant]] = _nothing
    """What people or groups of these ids were given; blocks as long as the log takes."""

    def may_ask(self, chat_id: int, person_id: int | None) -> bool:
        """Return whether a question from this person in this chat is answered."""
        return (
            not self.allowed_chat_ids
            or not self.allowed_chat_ids.isdisjoint(self.names(chat_id))
            or (chat_id == person_id and bool(self.rights(person_id).grants))
            or self.is_admin(person_id)
        )

    def rights(self, person_id: int | None) -> GrantedRights:
        """Return what a person was given; a chat, in whose name many write, never has any."""
        if person_id is None or person_id <= 0:
            return GrantedRights()
        if person_id in self.admin_ids:
            return GrantedRights(frozenset({Grant(Role.OWNER)}))
        return GrantedRights(self.granted([person_id]))

    def is_admin(self, person_id: int | None) -> bool:
        """Return whether the person is an owner or an administrator of everything."""
        return self.rights(person_id).decides

    def audience(self, chat_id: int | None) -> Audience:
        """Return what is shown in a chat: in a private one what the person may see.

        A group sees what was given to the group, whoever asks there: all of it will read that.
        """
        if chat_id is None:
            return Audience()
        if chat_id > 0:
            return self.rights(chat_id).audience
        members = (g for g in self.granted(self.names(chat_id)) if g.role is Role.MEMBER)
        return Audience(frozenset(g.collection for g in members if g.collection))
