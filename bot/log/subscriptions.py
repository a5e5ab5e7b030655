"""Feeds and folders that are followed, and their items until somebody has decided on each.

Owns the tables `subscriptions` and `subscription_items`. Methods may be called from any thread.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from bot.log.database import LogDatabase, clean_text, stamp
from retrieval.loading.feeds import FeedItem, SubscriptionRule
from retrieval.loading.web import Validators


class ItemState(StrEnum):
    """What became of an item; in the log as they stand here."""

    OPEN = "open"
    TAKING = "taking"
    TAKEN = "taken"
    LEFT = "left"
    LOST = "lost"
    """Taken, and no longer in its folder: administrators were told."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed, by its address, or a folder, by its path below the folder that is synchronised."""

    id: int
    address: str
    title: str
    rule: SubscriptionRule
    validators: Validators
    failures: int

    @property
    def is_feed(self) -> bool:
        """Whether it is fetched from the web."""
        return self.address.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class SubscribedItem:
    """An item that the rule of its subscription wants."""

    id: int
    key: str
    title: str
    url: str
    kind: str
    stamp: str


_SUBSCRIPTION = "id, address, title, rule, etag, modified, failures"
_ITEM = "id, key, title, url, kind, stamp"


class Subscriptions:
    """Those of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def add(self, address: str, title: str, rule: SubscriptionRule, due: datetime) -> int:
        """Follow a feed or folder, with another rule if it is followed already; return its id."""
        kept = json.dumps(asdict(rule), ensure_ascii=False)
        with self._file.writing() as db:
            found = db.execute(
                "insert into subscriptions(address, title, rule, due_at) values (?, ?, ?, ?)"
                " on conflict(address) do update set title = excluded.title, rule = excluded.rule,"
                " due_at = excluded.due_at, etag = '', modified = '' returning id",
                (address, clean_text(title), clean_text(kept), stamp(due)),
            ).fetchall()
        return int(found[0][0])

    def remove(self, subscription_id: int) -> bool:
        """Follow it no longer; False if it was not followed. What was taken stays."""
        with self._file.writing() as db:
            gone = db.execute(
                "delete from subscriptions where id = ? returning 1", (subscription_id,)
            ).fetchall()
        return bool(gone)

    def all(self) -> list[Subscription]:
        """Return what is followed, in the order in which it was added."""
        return self._found(f"select {_SUBSCRIPTION} from subscriptions order by id")

    def due(self, moment: datetime) -> list[Subscription]:
        """Return what is to be looked at, the longest overdue first."""
        return self._found(
            f"select {_SUBSCRIPTION} from subscriptions where due_at <= ? order by due_at",
            stamp(moment),
        )

    def one(self, subscription_id: int) -> Subscription | None:
        """Return a subscription, None for one unknown."""
        sql = f"select {_SUBSCRIPTION} from subscriptions where id = ?"
        return next(iter(self._found(sql, subscription_id)), None)

    def looked(
        self,
        subscription: Subscription,
        items: Sequence[FeedItem],
        validators: Validators,
        due: datetime,
    ) -> int:
        """Note the items that the rule wants; return how many are new."""
        with self._file.writing() as db:
            new = 0
            for item in reversed(items):  # feeds begin with the newest
                known = (item.key, item.stamp, item.title, item.url, item.kind)
                new += len(
                    db.execute(
                        "insert into subscription_items(subscription_id, key, stamp, title, url,"
                        " kind, state) values (?, ?, ?, ?, ?, ?, ?)"
                        " on conflict do nothing returning 1",
                        (subscription.id, *map(clean_text, known), ItemState.OPEN),
                    ).fetchall()
                )
                # Of a file that changed before anybody decided, the older version is of no use.
                db.execute(
                    "update subscription_items set state = ? where subscription_id = ?"
                    " and key = ? and stamp <> ? and state = ?",
                    (ItemState.LEFT, subscription.id, item.key, item.stamp, ItemState.OPEN),
                ).close()
            db.execute(
                "update subscriptions set etag = ?, modified = ?, failures = 0, due_at = ?"
                " where id = ?",
                (validators.etag, validators.modified, stamp(due), subscription.id),
            ).close()
        return new

    def failed(self, subscription: Subscription, due: datetime) -> None:
        """Note that a feed or folder could not be looked at."""
        with self._file.writing() as db:
            db.execute(
                "update subscriptions set failures = failures + 1, due_at = ? where id = ?",
                (stamp(due), subscription.id),
            ).close()

    def open_items(self, subscription_id: int) -> list[SubscribedItem]:
        """Return what nobody has decided on, newest first."""
        rows = self._file.rows(
            f"select {_ITEM} from subscription_items where subscription_id = ? and state = ?"
            " order by id desc",
            *(subscription_id, ItemState.OPEN),
        )
        return [SubscribedItem(**row) for row in rows]

    def newest(self, subscription_id: int) -> int:
        """Return the id of the newest item, decided on or not, 0 for none."""
        sql = "select coalesce(max(id), 0) from subscription_items where subscription_id = ?"
        return self._file.number(sql, subscription_id)

    def begin(self, item_ids: Collection[int]) -> list[SubscribedItem]:
        """Note that items are being taken; return those on which nobody had decided."""
        return self._decide(item_ids, ItemState.TAKING)

    def leave(self, item_ids: Collection[int]) -> list[SubscribedItem]:
        """Note that items are not wanted; return those on which nobody had decided."""
        return self._decide(item_ids, ItemState.LEFT)

    def taken(self, item: SubscribedItem, path: str) -> None:
        """Note the file below SOURCES_DIR that an item became."""
        self._set(item.id, ItemState.TAKEN, path)

    def put_back(self, item: SubscribedItem) -> None:
        """Note that an item could not be taken after all."""
        self._set(item.id, ItemState.OPEN, "")

    def path_of(self, subscription_id: int, key: str) -> str:
        """Return the file that an earlier version of an item became, "" where there is none."""
        rows = self._file.rows(
            "select path from subscription_items where subscription_id = ? and key = ?"
            " and state in (?, ?) order by id desc limit 1",
            *(subscription_id, key, ItemState.TAKEN, ItemState.LOST),
        )
        return str(rows[0]["path"]) if rows else ""

    def lost(self, subscription_id: int, there: Collection[str]) -> list[tuple[str, str]]:
        """Note which files, by their keys, are no longer in a folder; return (key, path) once."""
        with self._file.writing() as db:
            rows = db.execute(
                "update subscription_items set state = ? where subscription_id = ? and state = ?"
                " and url = '' and key not in (select value from json_each(?)) returning key, path",
                (ItemState.LOST, subscription_id, ItemState.TAKEN, json.dumps(sorted(there))),
            ).fetchall()
        return sorted({(key, path) for key, path in rows})

    def interrupted(self, urls: Collection[str]) -> None:
        """Note, at a start, what became of items that were being taken when the process ended.

        Those whose address is among the `urls` of the sources were taken, the others were not.
        """
        with self._file.writing() as db:
            db.execute(
                "update subscription_items set state ="
                " case when url in (select value from json_each(?)) then ? else ? end"
                " where state = ?",
                (json.dumps(sorted(urls)), ItemState.TAKEN, ItemState.OPEN, ItemState.TAKING),
            ).close()

    def _decide(self, item_ids: Collection[int], state: ItemState) -> list[SubscribedItem]:
        with self._file.writing() as db:
            rows = db.execute(
                "update subscription_items set state = ? where state = ?"
                f" and id in (select value from json_each(?)) returning {_ITEM}",
                (state, ItemState.OPEN, json.dumps(list(item_ids))),
            ).fetchall()
        return [SubscribedItem(*row) for row in sorted(rows)]

    def _set(self, item_id: int, state: ItemState, path: str) -> None:
        with self._file.writing() as db:
            db.execute(
                "update subscription_items set state = ?, path = ? where id = ?",
                (state, path, item_id),
            ).close()

    def _found(self, sql: str, *values: object) -> list[Subscription]:
        found = []
        for row in self._file.rows(sql, *values):
            kept = json.loads(row.pop("rule"))
            lists = {name: tuple(kept[name]) for name in ("words", "hosts", "kinds")}
            rule = SubscriptionRule(**lists, automatic=kept["automatic"])
            validators = Validators(row.pop("etag"), row.pop("modified"))
            found.append(Subscription(**row, rule=rule, validators=validators))
        return found
