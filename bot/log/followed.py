"""Pages that are fetched again, and what is proposed of them: kept until somebody decides.

Owns the tables `followed_pages` and `page_proposals`. When a page is due is reckoned from the
moments that callers give. Methods may be called from any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.log.database import LogDatabase, clean_text, stamp
from retrieval.loading.web import Validators


class ProposalKind(StrEnum):
    """What is proposed; in the log as they stand here."""

    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class FollowedPage:
    """A source that came from an address, and how its page was found last."""

    path: str
    """Below SOURCES_DIR."""
    url: str
    validators: Validators
    digest: str
    """Of the page's words as they were fetched last; "" where they never were."""
    differs: bool
    """The page said something else than the source when it was fetched last."""
    is_gone: bool
    failures: int
    """Times in a row that it could not be fetched."""


@dataclass(frozen=True, slots=True)
class PageProposal:
    """That a source should follow its page; nobody has decided yet."""

    id: int
    kind: ProposalKind
    path: str
    url: str
    text: str
    """What the page says now; "" for one that is gone."""


_PAGE = "path, url, etag, modified, digest, differs, is_gone, failures"


class FollowedPages:
    """Those of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def follow(self, path: str, url: str, digest: str, due: datetime) -> None:
        """Fetch a page again once that moment has come."""
        with self._file.writing() as db:
            db.execute(
                "insert into followed_pages(path, url, digest, due_at) values (?, ?, ?, ?)"
                " on conflict(path) do update set url = excluded.url, digest = excluded.digest,"
                " due_at = excluded.due_at, etag = '', modified = '', differs = 0, is_gone = 0,"
                " failures = 0",
                (path, url, digest, stamp(due)),
            ).close()

    def forget(self, path: str) -> None:
        """Follow a page no longer: its source is gone."""
        with self._file.writing() as db:
            for table in ("followed_pages", "page_proposals"):
                db.table(table).delete_where("path = ?", [path])

    def due(self, moment: datetime, limit: int) -> list[FollowedPage]:
        """Return the pages to be fetched, the longest overdue first."""
        rows = self._file.rows(
            f"select {_PAGE} from followed_pages where due_at <= ? order by due_at, path limit ?",
            *(stamp(moment), limit),
        )
        found = []
        for row in rows:
            validators = Validators(row.pop("etag"), row.pop("modified"))
            flags = {"differs": bool(row["differs"]), "is_gone": bool(row["is_gone"])}
            found.append(FollowedPage(**row | flags, validators=validators))
        return found

    def fetched(self, page: FollowedPage, due: datetime) -> None:
        """Note how a page was found, and when to look again."""
        with self._file.writing() as db:
            db.execute(
                "update followed_pages set etag = ?, modified = ?, digest = ?, differs = ?,"
                " is_gone = ?, failures = ?, due_at = ? where path = ?",
                (
                    *(page.validators.etag, page.validators.modified, page.digest),
                    *(page.differs, page.is_gone, page.failures, stamp(due), page.path),
                ),
            ).close()

    def counts(self) -> dict[str, int]:
        """Return how many pages are followed, how many of them are gone or cannot be fetched."""
        (row,) = self._file.rows(
            "select count(*) as pages, coalesce(sum(is_gone), 0) as gone,"
            " coalesce(sum(failures > 0), 0) as failing from followed_pages"
        )
        return row

    def propose(self, kind: ProposalKind, path: str, url: str, text: str, moment: datetime) -> int:
        """Put a proposal in the place of the one before about the same source; return its id.

        The same proposal again, as after a kill, changes nothing.
        """
        with self._file.writing() as db:
            known = db.execute(
                "select id from page_proposals where path = ? and kind = ? and text = ?",
                (path, kind, clean_text(text)),
            ).fetchone()
            if known:
                return int(known[0])
            db.table("page_proposals").delete_where("path = ?", [path])
            row = (path, kind, url, clean_text(text), stamp(moment))
            found = db.execute(
                "insert into page_proposals(path, kind, url, text, found_at)"
                " values (?, ?, ?, ?, ?) returning id",
                row,
            ).fetchone()
        return int(found[0])

    def proposals(self) -> list[PageProposal]:
        """Return what nobody has decided on, oldest first."""
        return self._proposals("order by id")

    def proposal(self, proposal_id: int) -> PageProposal | None:
        """Return a proposal, None for one that was decided on or taken back."""
        return next(iter(self._proposals("where id = ?", proposal_id)), None)

    def _proposals(self, which: str, *values: int) -> list[PageProposal]:
        rows = self._file.rows(
            f"select id, kind, path, url, text from page_proposals {which}", *values
        )
        return [PageProposal(**row | {"kind": ProposalKind(row["kind"])}) for row in rows]

    def withdraw(self, path: str) -> None:
        """Drop what is proposed of a source: its page says again what the source says."""
        with self._file.writing() as db:
            db.table("page_proposals").delete_where("path = ?", [path])

    def decide(self, proposal: PageProposal, *, taken: bool) -> bool:
        """Note a decision; False if there was one before."""
        with self._file.writing() as db:
            first = db.execute(
                "delete from page_proposals where id = ? returning 1", (proposal.id,)
            ).fetchall()
            if first and taken:
                db.execute(
                    "update followed_pages set differs = 0 where path = ?", (proposal.path,)
                ).close()
        return bool(first)
