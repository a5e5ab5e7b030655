"""`chidan fit`: its arguments and what it prints; the work is `bot.maintenance.fitting`'s."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.output import ASKING, FAILED, WELL, complain, print_json

if TYPE_CHECKING:
    from bot.maintenance.fitting import FitCases, FitResult
    from bot.settings import Settings
    from retrieval.evaluation.own_fit import Comparison

FIGURES = {
    "first": "lời trích đầu đúng",
    "three": "một trong ba lời trích đúng",
    "wrongly_refused": "có lời đáp mà im lặng",
    "rightly_refused": "không có lời đáp và im lặng",
}
AT_NEXT_START = "Bot đang chạy dùng chúng từ lần khởi động tới."
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--cases", "files", type=_FILE, multiple=True, help="Thêm tệp câu hỏi này.")
@click.option("--dry-run", is_flag=True, help="Chỉ thử và nói kết quả, không đổi gì.")
@click.option("--undo", is_flag=True, help="Trở lại trọng số dùng trước lần khớp gần nhất.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả thành một dòng JSON.")
def fit(files: tuple[Path, ...], dry_run: bool, undo: bool, as_json: bool) -> int:
    """Khớp trọng số tìm kiếm theo các câu đã đánh giá của cơ quan; chỉ dùng nếu tốt hơn."""
    from bot.cli.index import noted
    from bot.cli.output import showing_progress
    from bot.maintenance import fitting
    from bot.settings import load_settings

    if undo and (files or dry_run):
        raise click.UsageError("--undo không đi cùng --cases hay --dry-run.")
    settings = load_settings()
    if undo:
        return _undo(settings, as_json)
    showing = partial(showing_progress, sys.stderr, ASKING)
    if dry_run:
        result = fitting.fit_own(settings, files, showing, keep=False)
    else:
        with noted(settings, "fit", " ".join(map(str, files))) as ended:
            result = fitting.fit_own(settings, files, showing, keep=True)
            ended(_conclusion(result, kept=True))
    return _show(result, kept=not dry_run, as_json=as_json)


def _undo(settings: Settings, as_json: bool) -> int:
    from bot.cli.index import noted
    from bot.review.rendering import local
    from retrieval.ranking.own_weights import undo

    with noted(settings, "fit", "--undo") as ended:
        own = undo(settings.state_dir)
        which = f"khớp riêng {local(own.fitted_at.isoformat())}" if own else "đi kèm chương trình"
        done = f"Đã trở lại trọng số {which}."
        ended(done)
    if as_json:
        print_json({"fitted_at": own.fitted_at.isoformat() if own else None})
    else:
        click.echo(f"{done} {AT_NEXT_START}")
    return WELL


def _show(result: FitResult, *, kept: bool, as_json: bool) -> int:
    from bot.maintenance.fitting import FitVerdict

    conclusion = _conclusion(result, kept=kept)
    too_few = result.verdict is FitVerdict.TOO_FEW
    if as_json:
        print_json(_json(result, kept=kept))
        return FAILED if too_few else WELL
    click.echo("\n".join(_report(result)))
    if too_few:
        return complain(conclusion)
    click.echo(conclusion)
    return WELL


def _report(result: FitResult) -> Iterator[str]:
    yield from _cases(result.cases)
    if result.own:
        yield "Trên câu hỏi của cơ quan, mỗi câu hỏi bằng trọng số chưa thấy tài liệu của câu ấy:"
        yield from _table(result.own)
    if result.guard:
        yield "Trên câu hỏi kiểm tra đi kèm chương trình:"
        yield from _table(result.guard)


def _cases(cases: FitCases) -> Iterator[str]:
    yield (
        f"{cases.reviewed} câu đã đánh giá trong nhật ký, {cases.given} câu trong tệp; dùng được "
        f"{cases.answerable} câu có lời đáp, {cases.unanswerable} câu không có."
    )
    if cases.unclear:
        yield f"{cases.unclear} câu đánh giá chưa nói chữ nào phải có trong trích dẫn: bỏ qua."
    if cases.lost:
        yield f"{cases.lost} câu có lời đáp mà chỉ mục bây giờ không tìm thấy: bỏ qua."


def _table(found: Comparison) -> Iterator[str]:
    """Yield the lines of a table, a number of questions in each cell."""
    before, after = asdict(found.before), asdict(found.after)
    width = max(map(len, FIGURES.values()))
    yield f"  {'':{width}}  trên số câu  đang dùng  khớp lại"
    for name, words in FIGURES.items():
        of = before["unanswerable" if name == "rightly_refused" else "answerable"]
        yield f"  {words:{width}}  {of:>11}  {before[name]:>9}  {after[name]:>8}"


def _conclusion(result: FitResult, *, kept: bool) -> str:
    from bot.maintenance.fitting import FitVerdict
    from retrieval.evaluation.own_fit import LEAST_ANSWERABLE, LEAST_UNANSWERABLE

    match result.verdict:
        case FitVerdict.TOO_FEW:
            return (
                "Chưa đủ câu để khớp, trọng số giữ nguyên: cần ít nhất "
                f"{LEAST_ANSWERABLE} câu có lời đáp (đang có {result.cases.answerable}) và "
                f"{LEAST_UNANSWERABLE} câu không có (đang có {result.cases.unanswerable}). "
                "Đánh giá thêm ở trang nhật ký (chidan logs serve, “Cần đánh giá”), hoặc đưa thêm "
                "tệp câu hỏi bằng --cases."
            )
        case FitVerdict.NOT_BETTER | FitVerdict.WORSE_ELSEWHERE:
            return f"Không dùng trọng số khớp lại: {_why_not(result)}. Trọng số giữ nguyên."
        case FitVerdict.BETTER if kept:
            return f"Đã lấy trọng số khớp lại. {AT_NEXT_START} Hoàn tác: chidan fit --undo"
    return "Trọng số khớp lại tốt hơn; vì có --dry-run nên chưa đổi gì."


def _why_not(result: FitResult) -> str:
    worse = result.guard.worse if result.guard else result.own.worse if result.own else ()
    if not worse:
        return "không có gì tốt hơn"
    named = ", ".join(f"“{FIGURES[name]}”" for name in worse)
    where = "câu hỏi kiểm tra" if result.guard else "câu hỏi của cơ quan"
    return f"trên {where} kém hơn ở {named}"


def _json(result: FitResult, *, kept: bool) -> dict[str, Any]:
    from bot.maintenance.fitting import FitVerdict

    return {
        "verdict": result.verdict.value,
        "kept": kept and result.verdict is FitVerdict.BETTER,
        "cases": asdict(result.cases),
        "own": _comparison_json(result.own),
        "guard": _comparison_json(result.guard),
        "fitted_at": result.weights.fitted_at.isoformat() if result.weights else None,
    }


def _comparison_json(found: Comparison | None) -> dict[str, Any] | None:
    return asdict(found) | {"better": found.better, "worse": found.worse} if found else None
