"""/thongke and /xuat: the log in a chart and in files, for administrators, in private."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import InputFile, ReplyParameters, Update
from telegram.constants import FileSizeLimit

from bot.log.database import LogDatabase
from bot.review.charts import chart
from bot.review.export import FORMATS, exported
from bot.review.queries import Filter, PeriodUnclear, find, since, with_evidence
from bot.review.rendering import share
from bot.review.statistics import answered, figures
from bot.telegram.admin.authorization import Administrators, Context, in_private
from bot.telegram.formatting import Part
from bot.telegram.messages import topic_of
from bot.telegram.sending import Target, send_parts
from bot.telegram.streaming import typing
from bot.texts.texts import ReviewTexts

PERIOD = timedelta(days=30)
LARGEST = FileSizeLimit.FILESIZE_UPLOAD
"""Bytes of a file that Telegram takes from a bot."""


class Reporting:
    """The handlers; the log is read, and the chart drawn, off the event loop."""

    def __init__(self, administrators: Administrators, file: LogDatabase) -> None:
        self._administrators = administrators
        self._file = file

    async def stats(self, update: Update, context: Context) -> None:
        """Draw the last thirty days, with a paragraph that reads them."""
        if order := await self._administrators.order(update, context):
            async with typing(context.bot, order.message.chat_id, topic_of(order.message)):
                picture, words = await asyncio.to_thread(self._drawn, order.texts.review)
            await in_private(
                order,
                context,
                lambda to: context.bot.send_photo(
                    to.chat_id, picture, caption=words, reply_parameters=_to(to)
                ),
            )

    async def export(self, update: Update, context: Context) -> None:
        """Send the exchanges of a period as a file."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        texts = order.texts.review
        try:
            form, period = _wanted(order.arguments)
            async with typing(context.bot, order.message.chat_id, topic_of(order.message)):
                data, words = await asyncio.to_thread(self._exported, form, period, texts)
        except PeriodUnclear:
            data, words = b"", texts.export_usage
        if not data:
            await in_private(order, context, lambda to: send_parts(context.bot, to, [Part(words)]))
            return
        file = InputFile(data, filename=f"nhat-ky.{form}")
        await in_private(
            order,
            context,
            lambda to: context.bot.send_document(
                to.chat_id, file, caption=words, reply_parameters=_to(to)
            ),
        )
        await self._administrators.note(order, "xuat", f"{form} {period}", words)

    def _drawn(self, texts: ReviewTexts) -> tuple[bytes, str]:
        now = datetime.now(UTC)
        told = figures(self._file, now - PERIOD, now)
        before = answered(self._file, now - 2 * PERIOD, now - PERIOD)
        last = now.astimezone().date()
        picture = chart(told, last - PERIOD + timedelta(days=1), last, texts)
        return picture, figures_paragraph(told, before, texts)

    def _exported(self, form: str, period: str, texts: ReviewTexts) -> tuple[bytes, str]:
        """Return a file and its caption; no file, and the reason, where there is none to send."""
        begin = since(period, datetime.now(UTC))
        rows = find(self._file, Filter(since=begin))
        if not rows:
            return b"", texts.nothing_to_export
        data = exported(with_evidence(self._file, rows), form)
        if len(data) > LARGEST:
            return b"", texts.too_large.format(megabytes=len(data) / 1e6)
        start = f"{begin.astimezone():%d/%m/%Y %H:%M}"
        return data, texts.exported.format(count=len(rows), since=start)


def figures_paragraph(told: dict[str, Any], before: dict[str, Any], texts: ReviewTexts) -> str:
    """Return a period's figures as a paragraph, compared with the period before."""
    trend, times = "", ""
    if told["answered"] is not None and before["answered"] is not None:
        trend = texts.trend.format(answered=share(before["answered"]))
    if told["p50_ms"] is not None:
        times = texts.times.format(p50=told["p50_ms"], p95=told["p95_ms"])
    missing = "".join(
        texts.missing.format(question=row["question"][:200], times=row["times"])
        for row in told["unanswered"][:1]
    )
    return texts.reading.format(
        total=told["total"],
        people=told["people"],
        answered=share(told["answered"]),
        trend=trend,
        up=told["votes"]["up"],
        down=told["votes"]["down"],
        times=times,
        missing=missing,
    )


def _wanted(arguments: str) -> tuple[str, str]:
    """Return format and period of /xuat; raises PeriodUnclear."""
    words = arguments.lower().split()
    forms = [word for word in words if word in FORMATS]
    periods = [word for word in words if word not in FORMATS]
    if len(forms) > 1 or len(periods) > 1:
        raise PeriodUnclear(arguments)
    return (forms or ["csv"])[0], (periods or ["30d"])[0]


def _to(target: Target) -> ReplyParameters | None:
    return ReplyParameters(target.message_id) if target.message_id else None
