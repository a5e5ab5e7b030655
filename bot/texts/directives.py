"""A directive in words: what it is, what became of it, how often it is spoken of. Pure.

Owns the sentences about directives, in Vietnamese as the directives themselves are. The front ends
put quotes and buttons around them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from retrieval.directives.recognition import dated, full_name, name_of, roman
from retrieval.directives.relations import REPLACING
from retrieval.directives.resolution import Deed, Directive
from retrieval.text.names import publisher_name

UNCLEAR = "chưa rõ văn bản nào"


def called(directive: Directive) -> str:
    """Return name, date and issuer of a directive, and what it is about, in one line."""
    reference = directive.reference
    issuer = f" của {reference.issuer}" if reference.issuer and not reference.series else ""
    term = f" khóa {roman(reference.term)}" if issuer and reference.term else ""
    subject = f", {reference.subject}" if reference.subject else ""
    open_ = f" ({UNCLEAR})" if directive.unclear else ""
    return f"{full_name(reference)}{issuer}{term}{subject}{open_}"


MOST_SOURCES = 4
_IN_FORCE = "chưa nguồn nào nói văn bản này bị thay thế hay bãi bỏ"


def facts(directive: Directive) -> list[str]:
    """Return what is known of a directive, a line each: name, subject, issue, force, sources."""
    reference = directive.reference
    open_ = f" ({UNCLEAR})" if directive.unclear else ""
    lines = [f"📜 {name_of(reference)}{open_}"]
    if reference.subject:
        lines.append(f"Về: {reference.subject}")
    issuer = reference.issuer if reference.issuer and not reference.series else ""
    term = f" khóa {roman(reference.term)}" if issuer and reference.term else ""
    day = dated(reference.issued).strip()
    if issued := " · ".join(filter(None, (day, f"{issuer}{term}"))):
        lines.append(f"Ban hành: {issued}")
    lines += full_texts(directive)
    ended = [deed for deed in directive.done_to if deed.verb in REPLACING]
    others = [deed for deed in directive.done_to if deed.verb not in REPLACING]
    lines += [f"Hiệu lực: {words}" for words in _told(ended) or (_IN_FORCE,)]
    lines += [f"• {words}" for words in _told(others)]
    lines += [f"• {words}" for words in dict.fromkeys(map(_does, directive.does))]
    sources = {m.quote.source.id: m.quote.source for m in directive.mentions}
    titles = [source.name for source in sources.values()]
    lines.append(f"Nguồn nói tới ({len(titles)}):")
    lines += [f"– {title}" for title in titles[:MOST_SOURCES]]
    return [*lines, "– …"] if len(titles) > MOST_SOURCES else lines


def _told(deeds: Iterable[Deed]) -> list[str]:
    """Return what was done to a directive, each once, with who says so."""
    return list(dict.fromkeys(f"{_done_to(deed)} (theo {_told_by(deed)})" for deed in deeds))


def _told_by(deed: Deed) -> str:
    source = deed.quote.source
    day = f"{source.date:%d/%m/%Y}" if source.date else ""
    return ", ".join(filter(None, (publisher_name(source.publisher) or source.name, day)))


def directive_counts(directive: Directive) -> str:
    """Return how often and in how many sources it is mentioned."""
    sources = len({mention.quote.source.id for mention in directive.mentions})
    return f"{len(directive.mentions)} lần nhắc tới trong {sources} nguồn"


def full_texts(directive: Directive) -> list[str]:
    """Return a line for each source that is the directive itself."""
    return [f"Có toàn văn: {source.name}" for source in directive.texts]


def listed(directive: Directive) -> str:
    """Return one line of a list: name with date, and how often it is mentioned."""
    open_ = f" ({UNCLEAR})" if directive.unclear else ""
    return f"{full_name(directive.reference)}{open_} – {len(directive.mentions)} lần"


def fates(directive: Directive) -> list[tuple[str, Deed]]:
    """Return what was done to a directive and what it does, each in words with its deed."""
    done = [(_done_to(deed), deed) for deed in directive.done_to]
    return [*done, *((_does(deed), deed) for deed in directive.does)]


def by_kind_and_year(directives: Sequence[Directive]) -> str:
    """Return how many directives of each kind there are, and of which years."""
    kinds = Counter(d.reference.kind or "Văn bản" for d in directives)
    lines = []
    for kind, count in kinds.items():
        years = Counter(
            d.reference.issued[:4] or "chưa rõ năm"
            for d in directives
            if (d.reference.kind or "Văn bản") == kind
        )
        spread = ", ".join(f"{year}: {n}" for year, n in sorted(years.items()))
        lines.append(f"{kind}: {count} ({spread})")
    return "\n".join(lines)


def _done_to(deed: Deed) -> str:
    verb = "Hết hiệu lực" if deed.verb == "hết hiệu lực" else f"Được {deed.verb}"
    return f"{verb} bằng {full_name(deed.actor)}" if deed.actor else verb


def _does(deed: Deed) -> str:
    return f"{deed.verb[0].upper()}{deed.verb[1:]} {name_of(deed.target)}"
