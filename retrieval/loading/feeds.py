"""Feeds (RSS 2.0, RSS 1.0, Atom) and synchronised folders as lists of items, and what is taken.

Owns reading a feed's XML without entities, network or a DTD, within limits, and the rule of a
subscription. `feedparser` is not used: a feed here is title, link, id and day of its entries.
Leaves to others: fetching (`web`), reading what an item leads to (`drafts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

from retrieval.errors import SourceError
from retrieval.loading.formats import SUFFIXES
from retrieval.text.vietnamese import fold, normalise

MOST_ITEMS = 100
"""The first entries of a feed that are looked at; feeds begin with the newest."""
_LONGEST = 500
"""Characters of a title, id or address."""
_NOT_A_FEED = "Địa chỉ này không phải nguồn tin RSS hay Atom."


@dataclass(frozen=True, slots=True)
class FeedItem:
    """Something that could become a source."""

    key: str
    """Tells it from the others of its feed or folder."""
    title: str
    url: str = ""
    """"" for a file."""
    kind: str = "html"
    """What it is called, as a suffix without its dot: "pdf"; a web page is "html"."""
    date: date | None = None
    stamp: str = ""
    """Of a file: tells one version from the next."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was fetched."""

    title: str
    items: tuple[FeedItem, ...]


@dataclass(frozen=True, slots=True)
class SubscriptionRule:
    """What is taken of a feed or folder; what is empty does not matter.

    >>> rule = rule_of("từ: nghị quyết, chỉ thị | nơi: example.org | tự động")
    >>> rule.takes(FeedItem("1", "Nghị quyết về cán bộ", "https://www.example.org/a"))
    True
    >>> rule.takes(FeedItem("2", "Giá vàng", "https://www.example.org/b")), rule.automatic
    (False, True)
    """

    words: tuple[str, ...] = ()
    """Phrases, one of which stands in the title, diacritics aside."""
    hosts: tuple[str, ...] = ()
    """Hosts of the item's address, their subdomains included; of no account for files."""
    kinds: tuple[str, ...] = ()
    automatic: bool = False
    """Taken without being asked about."""

    def takes(self, item: FeedItem) -> bool:
        """Return whether an item is wanted."""
        title = f" {_spaced(item.title)} "
        host = (urlsplit(item.url).hostname or "").lower() if item.url else ""
        return (
            (not self.words or any(f" {_spaced(words)} " in title for words in self.words))
            and (not self.hosts or not item.url or any(_within(host, h) for h in self.hosts))
            and (not self.kinds or item.kind in self.kinds)
        )


_FIELDS = {"tu": "words", "words": "words", "noi": "hosts", "host": "hosts", "loai": "kinds"}
_FIELDS |= {"kind": "kinds"}
_AUTOMATIC = frozenset({"tu dong", "auto"})


def rule_of(typed: str) -> SubscriptionRule:
    """Return the rule that was typed: "từ: a, b | nơi: c | loại: pdf | tự động".

    Raises SourceError for what is none of these.
    """
    found: dict[str, tuple[str, ...]] = {}
    automatic = False
    for piece in filter(None, (piece.strip() for piece in normalise(typed).split("|"))):
        if fold(piece) in _AUTOMATIC:
            automatic = True
            continue
        name, colon, listed = piece.partition(":")
        field = _FIELDS.get(fold(name.strip()))
        values = tuple(filter(None, (one.strip() for one in listed.split(","))))
        if not (colon and field and values):
            raise SourceError(
                f"Không hiểu “{piece[:60]}”. Quy tắc viết như: từ: nghị quyết, chỉ thị | nơi:"
                " dangcongsan.vn | loại: pdf | tự động."
            )
        found[field] = values
    hosts = tuple(host.lower() for host in found.get("hosts", ()))
    kinds = tuple(kind.lower().lstrip(".") for kind in found.get("kinds", ()))
    return SubscriptionRule(found.get("words", ()), hosts, kinds, automatic)


def parse_feed(data: bytes, url: str) -> Feed:
    """Return what a feed holds; `url` is where it was found. Raises SourceError."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(_NOT_A_FEED) from error
    if root is None or _name(root) not in {"rss", "RDF", "feed"}:
        raise SourceError(_NOT_A_FEED)
    channel = next((e for e in root if _name(e) == "channel"), root)
    entries = (e for e in root.iter() if _name(e) in {"item", "entry"})
    items: dict[str, FeedItem] = {}
    for _, entry in zip(range(MOST_ITEMS), entries, strict=False):
        if (item := _item(entry, url)) and item.key not in items:
            items[item.key] = item
    return Feed(_said(channel, "title") or (urlsplit(url).hostname or url), tuple(items.values()))


def kind_of(url: str) -> str:
    """Return what an address leads to as its name says: the suffix of a document, else "html"."""
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    return suffix[1:] if suffix in SUFFIXES and suffix != ".htm" else "html"


def _item(entry: Any, base: str) -> FeedItem | None:
    """Return an entry that leads somewhere, None for any other."""
    link = _link(entry)
    url = urljoin(base, link)[:_LONGEST]
    if not (link and url.startswith(("http://", "https://"))):
        return None
    key = _said(entry, "guid") or _said(entry, "id") or url
    title = _said(entry, "title") or url
    return FeedItem(key, title, url, kind_of(url), _day(entry))


def _link(entry: Any) -> str:
    """Return where an entry leads: Atom's alternate link, RSS's link, or the file enclosed."""
    links = [e for e in entry if _name(e) == "link"]
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href")).strip()
    written = next((link.text.strip() for link in links if (link.text or "").strip()), "")
    enclosed = (str(e.get("url", "")) for e in entry if _name(e) == "enclosure")
    return written or next(enclosed, "")


def _day(entry: Any) -> date | None:
    for name in ("pubDate", "published", "date", "updated"):
        if said := _said(entry, name):
            for read in (parsedate_to_datetime, datetime.fromisoformat):
                try:
                    return read(said.replace("Z", "+00:00")).date()
                except (ValueError, TypeError):
                    continue
    return None


def _said(parent: Any, name: str) -> str:
    """Return the text of a child in one line, "" where there is none."""
    texts: Iterator[str] = ("".join(e.itertext()) for e in parent if _name(e) == name)
    plain = re.sub(r"<[^<>]{0,200}>", "", next(texts, ""))
    return " ".join(normalise(plain).split())[:_LONGEST]


def _name(element: Any) -> str:
    """Return the name of an element without its namespace; "" for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _spaced(words: str) -> str:
    return " ".join(re.findall(r"\w+", fold(normalise(words)).lower()))


def _within(host: str, wanted: str) -> bool:
    return host == wanted or host.endswith(f".{wanted}")
