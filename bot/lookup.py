"""`chidan directive`: which directives the sources speak of, and what they say of one.

Owns the command's arguments and what it prints. What it needs is imported when it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.streams import WELL, complain, print_json

if TYPE_CHECKING:
    from retrieval.directory import Directive
    from retrieval.documents import Quote


@click.command()
@click.argument("reference", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành JSON.")
def directive(reference: str, as_json: bool) -> int:
    """Liệt kê các văn bản được nhắc tới, hoặc mọi lần nhắc tới một văn bản, ví dụ 205-QĐ/TW."""
    from bot.settings import load_settings
    from retrieval.catalogue import Catalogue
    from retrieval.ledger import Ledger

    ledger = Ledger(load_settings().state_dir)
    try:
        catalogue = Catalogue(ledger.snapshot)
        found = catalogue.find(reference) if reference else catalogue.all()
    finally:
        ledger.close()
    if as_json:
        from bot.contract import directive_json

        print_json([directive_json(one) for one in found])
        return WELL
    if reference and not found:
        return complain(f"Không nguồn nào nhắc tới {reference}.")
    click.echo(_about(found[0]) if reference and len(found) == 1 else _list(found))
    return WELL


def _list(found: list[Directive]) -> str:
    from bot.directive_words import listed

    return "\n".join(map(listed, found))


def _about(one: Directive) -> str:
    from bot.directive_words import called, counted, fates

    lines = [called(one)]
    for words, deed in fates(one):
        lines += ["", f"{words}:", *_quoted(deed.quote)]
    lines += ["", f"{counted(one)}:"]
    for quote in dict.fromkeys(mention.quote for mention in one.mentions):
        lines += _quoted(quote)
    return "\n".join(lines)


def _quoted(quote: Quote) -> list[str]:
    from bot.plain import described

    source = quote.source
    place = f"{quote.place}, " if quote.place else ""
    where = f"{place}{described(source)} [{source.id} {quote.start}–{quote.end}]"
    return [f"  “{quote.text}”", f"  — {where}"]
