"""What a reload or a rollback did, in one line: for the terminal and the program's log. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.indexing.reload import Report
from retrieval.models import Loss


def summary(report: Report) -> str:
    """Return what a reload did, in one line."""
    held = f" {len(report.held)} tệp giữ ở bản trước lần hoàn tác." if report.held else ""
    return f"Chỉ mục đã khớp với nguồn sau {_counts(report)}.{held}"


def loss_line(loss: Loss) -> str:
    """Return one line about a file of which much was left out."""
    return (
        f"{loss.path}: khi đọc chỉ giữ {loss.kept:.0%} số từ; dòng đầu tiên bị để ngoài:"
        f" “{loss.first[:200]}”. Xem hết: chidan sources show --all ID"
    )


def alike(paths: Sequence[str]) -> str:
    """Return one line about files that hold nearly the same text."""
    names = ", ".join(paths)
    return f"Gần trùng nhau: {names}. Câu trả lời trích bản tốt nhất và ghi các bản còn lại."


def summary_of_rollback(report: Report) -> str:
    """Return what taking a reload back did, in one line."""
    return (
        f"Chỉ mục đã trở về trước lần nạp gần nhất sau {_counts(report)}. Các tệp giữ nguyên; "
        "để theo lại đúng tệp: chidan reload --force"
    )


def _counts(report: Report) -> str:
    seconds = f"{report.seconds:.1f}".replace(".", ",")
    return (
        f"{seconds} giây: thêm {len(report.added)}, đổi {len(report.changed)}, "
        f"bỏ {len(report.removed)}, giữ nguyên {len(report.unchanged)}, "
        f"không đọc được {len(report.unreadable)}"
    )
