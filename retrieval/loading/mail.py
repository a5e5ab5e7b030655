"""E-mail (EML) and saved pages (MHTML): what was written, and what the head says of it.

Owns: the parts of a MIME message. Leaves to others: web pages (`html`). Parsing is the standard
library's `email`. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from retrieval.errors import SourceError
from retrieval.loading.decoding import decoded
from retrieval.loading.metadata import Description

_HEAD = re.compile(rb"\s*(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n)")
_NAMED = re.compile(rb"^(?:from|subject|mime-version|content-type|date):", re.I | re.M)
_SNIFFED = 8000


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: plain text or a page (one of them is empty), and what its head says."""

    text: str
    page: bytes
    about: Description
    attachments: tuple[str, ...]
    """Names of files that came with it."""


def is_mail(data: bytes) -> bool:
    """True for bytes that begin as a message does.

    >>> is_mail(b"Subject: a\\nFrom: b\\n\\nc"), is_mail(b"Subject: a")
    (True, False)
    """
    head = data[:_SNIFFED].replace(b"\r\n", b"\n").split(b"\n\n")[0]
    named = {name.lower() for name in _NAMED.findall(head)}
    return _HEAD.match(data[:_SNIFFED]) is not None and len(named) > 1


def read_mail(data: bytes) -> Letter:
    """Return what a message holds; raises SourceError."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not isinstance(message, EmailMessage):
        raise SourceError("Tệp thư bị hỏng, không đọc được.")
    body = message.get_body(preferencelist=("plain", "html"))
    is_page = message.get_content_type() == "multipart/related" or body is None
    if is_page:
        body = next((p for p in message.walk() if p.get_content_type() == "text/html"), body)
    if body is None:
        raise SourceError("Thư không có lời nào để đọc.")
    words = _words(body)
    html = body.get_content_type() == "text/html"
    names = tuple(part.get_filename() or "" for part in message.iter_attachments())
    attached = () if is_page else tuple(filter(None, names))
    return Letter("" if html else words, words.encode() if html else b"", _about(message), attached)


def _words(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "")
    except (LookupError, UnicodeDecodeError):
        return decoded(data)


def _about(message: EmailMessage) -> Description:
    try:
        day = parsedate_to_datetime(str(message["date"])).date() if message["date"] else None
    except ValueError:
        day = None
    name, address = parseaddr(str(message["from"] or ""))
    url = str(message["snapshot-content-location"] or message["content-location"] or "")
    who = "" if url else name or address
    title = " ".join(str(message["subject"] or "").split())[:300]
    return Description(title, who[:200], None if url else day, url)
