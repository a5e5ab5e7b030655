"""Checks of the index: embeddings, ledger and vector store, each with what to do about it.

Owns the questions asked and their wording; mends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.finding import Finding
from bot.settings import Settings
from retrieval.errors import ChidanError, EndpointError

if TYPE_CHECKING:
    from bot.session import Index


def index_of(settings: Settings) -> Iterator[Finding]:
    """Check embeddings, ledger and vector store against each other and against the sources."""
    from bot.session import open_index

    try:
        with open_index(settings) as index:
            for check in (embeddings, ledger, vectors):
                yield _found(check, index)
    except ChidanError as error:
        yield Finding(False, str(error), "Chạy `chidan reload`.")


def _found(check: Callable[[Index], Finding], index: Index) -> Finding:
    """Return what the check finds; an error of ours is a finding that says itself what to do."""
    try:
        return check(index)
    except ChidanError as error:
        return Finding(False, "Kiểm tra chỉ mục không qua.", str(error))


def embeddings(index: Index) -> Finding:
    """Does the embedding model answer, and is it the one that made the index?"""
    from retrieval.ledger import check_model

    try:
        # Two texts: one that comes alone is not given to the faster engine.
        length = index.embeddings.embed_array(["đảng viên", "chi bộ"]).shape[1]
    except EndpointError as error:
        return Finding(
            False,
            f"Mô hình nhúng {index.embeddings.name} không trả lời: {error}",
            "Kiểm tra EMBEDDINGS_BASE_URL (kết thúc bằng /v1), EMBEDDINGS_API_KEY và "
            "EMBEDDINGS_MODEL. Chừng nào chưa được, không câu hỏi nào được trả lời.",
        )
    with index.ledger.snapshot() as snap:
        check_model(snap, index.embeddings.name)
    return Finding(True, f"Mô hình nhúng {index.embeddings.name} chạy được, {length} chiều.")


def ledger(index: Index) -> Finding:
    """Was every file read as it is now?"""
    from retrieval.rollback import held
    from retrieval.writer import GONE

    stamps = index.folder.stamps()
    with index.ledger.snapshot() as snap:
        count, files, back = len(snap.sources()), snap.files(), len(held(snap))
    seen = {path: known for path, known in files.items() if known[0] != GONE}
    stale = len(seen.keys() ^ stamps.keys())
    stale += sum(_differs(stamps[path], seen[path][0]) for path in seen.keys() & stamps.keys())
    unreadable = sorted(path for path, (_, reason) in seen.items() if reason)
    if stale or unreadable:
        named = f" Không đọc được: {', '.join(unreadable[:5])}." if unreadable else ""
        return Finding(
            False,
            f"Chỉ mục chưa khớp với thư mục nguồn: {stale} tệp khác đi.{named}",
            "Chạy `chidan reload`; lệnh này nêu lý do của từng tệp không đọc được.",
        )
    more = f", {back} tệp giữ bản trước lần hoàn tác (xem `chidan sources`)" if back else ""
    return Finding(True, f"Chỉ mục khớp với thư mục nguồn: {count} nguồn{more}.")


def _differs(stamp: str, seen: str) -> bool:
    """Compare size and time; what follows them marks a file too young to trust its time."""
    return stamp.split()[:2] != seen.split()[:2]


def vectors(index: Index) -> Finding:
    """Does Chroma answer, and does it hold the state that the ledger has?"""
    with index.ledger.snapshot() as snap:
        edition = snap.edition
    if edition.generation and index.store.mark(edition) != str(edition.generation):
        return Finding(
            False,
            "Chroma chưa khớp với sổ chỉ mục.",
            "Chạy `chidan reload`: Chroma được lập lại từ sổ, không phải nhúng lại.",
        )
    return Finding(True, "Chroma khớp với sổ chỉ mục.")
