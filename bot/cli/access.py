"""`chidan access` and `chidan audit`: who was given what, and what administrators did.

Owns their arguments and what they print. What a command needs is imported when it runs.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.cli.output import WELL, complain, print_json

if TYPE_CHECKING:
    from bot.access import Grant
    from bot.log.exchanges import Conversations
    from bot.log.rights import RightsLog
    from retrieval.models import SourceCollection

_ROLES = ("member", "reviewer", "administrator")
_NUMBERS = {"ignore_unknown_options": True}
"""A group's id is a negative number, no option."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="In thành JSON.")
@click.pass_context
def access(context: click.Context, as_json: bool) -> None:
    """Xem các bộ sưu tập, và ai được giao vai trò gì."""
    if context.invoked_subcommand is not None:
        return
    from bot.log.rights import RightsLog
    from bot.review.rendering import local

    collections = _collections()
    with _log() as log:
        rights = RightsLog(log.file)
        given, users = rights.all(), rights.page_users()
    if as_json:
        told = [
            {
                "subject": one.subject,
                "name": one.name,
                "role": one.grant.role,
                "collection": one.grant.collection,
                "given_by": one.given_by,
                "given_at": one.given_at.isoformat(),
            }
            for one in given
        ]
        of_pages = [{"user": user, "collection": where} for user, where in users]
        kept = [
            {"id": c.id, "folder": c.folder, "title": c.title, "public": c.public}
            for c in collections
        ]
        print_json({"collections": kept, "given": told, "page_users": of_pages})
        return
    for one in collections:
        kind = "công khai" if one.public else "nội bộ"
        click.echo(f"{one.id}\t{kind}\t{one.title} ({one.folder}/)")
    if not collections:
        click.echo("Chưa có bộ sưu tập nào: mọi tài liệu đều công khai.")
    for line in given:
        what = f"{line.grant.role} {line.grant.collection}".strip()
        by = line.given_by or "cửa sổ lệnh"
        when = local(line.given_at.isoformat())
        click.echo(f"{line.subject}\t{line.name or '–'}\t{what}\t{by}, {when}")
    for user, where in users:
        click.echo(f"{user} (LOGS_REVIEWERS)\txem xét\t{where}")


@access.command(context_settings=_NUMBERS)
@click.argument("subject", metavar="MÃ")
@click.argument("role", metavar="VAI_TRÒ", type=click.Choice(_ROLES))
@click.argument("collection", metavar="[BỘ_SƯU_TẬP]", default="")
def give(subject: str, role: str, collection: str) -> int:
    """Giao vai trò (member, reviewer, administrator) cho người, nhóm hay người xem nhật ký."""
    return _change(subject, role, collection, gives=True)


@access.command(context_settings=_NUMBERS)
@click.argument("subject", metavar="MÃ")
@click.argument("role", metavar="VAI_TRÒ", type=click.Choice(_ROLES))
@click.argument("collection", metavar="[BỘ_SƯU_TẬP]", default="")
def take(subject: str, role: str, collection: str) -> int:
    """Thu lại vai trò đã giao."""
    return _change(subject, role, collection, gives=False)


def _change(subject: str, role: str, typed: str, *, gives: bool) -> int:
    from bot.access import Grant, Role
    from bot.log.audit import AuditLog
    from bot.log.rights import RightsLog

    known = _collections()
    where = _meant(typed, known)
    if typed and where is None and gives:
        return complain(f"Không có bộ sưu tập {typed}. Xem: chidan access")
    grant = Grant(Role(role), where or typed)
    if reason := _impossible(subject, grant):
        return complain(reason)
    with _log() as log:
        rights = RightsLog(log.file)
        done = _done(rights, subject, grant, gives=gives)
        if done:
            audit = AuditLog(log.file)
            what = f"{subject}: {grant.role} {grant.collection}".strip()
            audit.note(
                audit.doer(0, getpass.getuser()), "access", what, "give" if gives else "take"
            )
    already = "Đã giao từ trước." if gives else "Chưa từng giao."
    click.echo(("Đã giao." if gives else "Đã thu lại.") if done else already)
    return WELL


def _impossible(subject: str, grant: Grant) -> str:
    """Return why a grant makes no sense, "" if it does."""
    from bot.access import Role

    if grant.role is Role.MEMBER and not grant.collection:
        return "Thành viên là thành viên của một bộ sưu tập: hãy ghi thêm tên của nó."
    is_number = subject.removeprefix("-").isdecimal()
    if not is_number and not (grant.role is Role.REVIEWER and grant.collection):
        return (
            "Mã phải là số của Telegram; với người xem nhật ký (tên trong LOGS_REVIEWERS), vai trò "
            "là reviewer kèm một bộ sưu tập."
        )
    if is_number and int(subject) < 0 and grant.role is not Role.MEMBER:
        return "Một nhóm chỉ có thể là thành viên (member)."
    return ""


def _done(rights: RightsLog, subject: str, grant: Grant, *, gives: bool) -> bool:
    if not subject.removeprefix("-").isdecimal():
        change = rights.give_page_user if gives else rights.take_page_user
        return change(subject.lower(), grant.collection)
    number = int(subject)
    return rights.give(number, "", grant) if gives else rights.take(number, grant)


def _meant(typed: str, known: Sequence[SourceCollection]) -> str | None:
    """Return the id of the collection that is meant by id, folder or title."""
    from retrieval.text.vietnamese import fold

    wanted = fold(typed).casefold()
    for one in known:
        if wanted in {fold(name).casefold() for name in (one.id, one.folder, one.title)}:
            return one.id
    return None


@click.command()
@click.option("-n", "count", type=click.IntRange(1), default=50, help="Số dòng mới nhất.")
@click.option("--json", "as_json", is_flag=True, help="In mỗi việc thành một dòng JSON.")
def audit(count: int, as_json: bool) -> None:
    """Xem việc của quản trị viên: ai, lúc nào, làm gì, kết quả ra sao."""
    from bot.review.rendering import local

    with _log() as log:
        rows = log.file.rows(
            "select done_at, person_id, person_name, deed, subject, outcome from deeds"
            " order by id desc limit ?",
            count,
        )
    for row in reversed(rows):
        if as_json:
            print_json(row)
        else:
            who = row["person_name"] or row["person_id"]
            what = " ".join(filter(None, (row["deed"], row["subject"])))
            outcome = " ".join(row["outcome"].split())[:200]
            click.echo(
                f"{local(row['done_at'])}\t{who}\t{what}" + (f"\t{outcome}" if outcome else "")
            )


def _collections() -> tuple[SourceCollection, ...]:
    from bot.settings import load_settings
    from retrieval.store.database import IndexDatabase

    ledger = IndexDatabase(load_settings().state_dir)
    try:
        with ledger.snapshot() as snap:
            return snap.collections
    finally:
        ledger.close()


@contextmanager
def _log() -> Iterator[Conversations]:
    from bot.bootstrap import open_conversations
    from bot.settings import load_settings

    with open_conversations(load_settings()) as log:
        yield log
