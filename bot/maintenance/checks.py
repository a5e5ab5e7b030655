"""Checks of settings, folders and the index, each with what to do about it.

Owns the questions asked of what lies on this machine, and their wording; servers are
`connections`'s. Prints nothing and mends nothing. Secrets stay out of every finding.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import build_embeddings, build_reader, weights_in_force
from bot.log.retention import KeyFault, pseudonyms
from bot.review.rendering import local
from bot.settings import Settings, SettingsError, env_files, read_settings
from retrieval.errors import ChidanError, EndpointError
from retrieval.models import EVERYTHING, MUCH_LOST
from retrieval.ranking.own_weights import FILE, OwnFault
from retrieval.store.permissions import exposed, make_private

if TYPE_CHECKING:
    from retrieval.index import Index


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well, what was found, and what to do when it is not."""

    well: bool
    found: str
    remedy: str = ""


def checks_of_machine(settings: Settings) -> Iterator[Finding]:
    """Check the settings, which could be read, and the folders that they name."""
    yield configuration()
    yield sources_folder(settings.sources_dir)
    yield state_folder(settings.state_dir)
    yield disks([settings.state_dir, settings.backups, settings.sources_dir])
    yield privacy(settings)


def checks_of_sources(index: Index) -> Iterator[Finding]:
    """Check the ledger against the sources."""
    yield from (_found(check, index) for check in (ledger, losses))


def checks_of_search(index: Index) -> Iterator[Finding]:
    """Check embeddings and vector store against the ledger."""
    yield from (_found(check, index) for check in (embeddings, vectors))


def _found(check: Callable[[Index], Finding], index: Index) -> Finding:
    """Return what the check finds; an error of ours is a finding that says itself what to do."""
    try:
        return check(index)
    except ChidanError as error:
        return Finding(False, "Kiểm tra chỉ mục không qua.", str(error))


def embeddings(index: Index) -> Finding:
    """Does the embedding model answer, and is it the one that made the index?"""
    from retrieval.store.database import check_model

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
    with index.ledger.snapshot(EVERYTHING) as snap:
        check_model(snap, index.embeddings.name)
    return Finding(True, f"Mô hình nhúng {index.embeddings.name} chạy được, {length} chiều.")


def ledger(index: Index) -> Finding:
    """Was every file read as it is now?"""
    from retrieval.indexing.rollback import held
    from retrieval.store.writer import GONE

    stamps = index.folder.stamps()
    with index.ledger.snapshot(EVERYTHING) as snap:
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


def losses(index: Index) -> Finding:
    """Was most of every file kept when it was read?"""
    with index.ledger.snapshot(EVERYTHING) as snap:
        found = snap.losses(MUCH_LOST)
    if not found:
        return Finding(True, f"Mọi nguồn giữ được ít nhất {MUCH_LOST:.0%} số từ của tệp.")
    named = "; ".join(f"{x.path} ({x.kept:.0%}, từ dòng “{x.first[:80]}”)" for x in found[:5])
    return Finding(
        True,
        f"{len(found)} nguồn bị để ngoài hơn {1 - MUCH_LOST:.0%} số từ khi đọc: {named}. "
        "Xem những dòng ấy bằng `chidan sources show --all ID`.",
    )


def _differs(stamp: str, seen: str) -> bool:
    """Compare size and time; what follows them marks a file too young to trust its time."""
    return stamp.split()[:2] != seen.split()[:2]


def vectors(index: Index) -> Finding:
    """Does Chroma answer, and does it hold the state that the ledger has?"""
    with index.ledger.snapshot(EVERYTHING) as snap:
        edition, damaged = snap.edition, snap.meta.get("damaged")
    if edition.generation and not index.store.looks_whole():
        return Finding(
            False,
            "Tệp của Chroma không như lần ghi trọn vẹn gần nhất: bị cắt, thiếu hoặc đang ghi dở.",
            "Đợi lần nạp đang chạy, nếu có; hoặc chạy `chidan reload`: Chroma được kiểm tra, và "
            "lập lại từ sổ nếu hỏng.",
        )
    if edition.generation and not index.store.matches(edition):
        return Finding(
            False,
            "Chroma chưa khớp với sổ chỉ mục.",
            "Chạy `chidan reload`: Chroma được lập lại từ sổ, không phải nhúng lại.",
        )
    mended = f" Lần hỏng gần nhất được lập lại từ sổ: {local(damaged)}." if damaged else ""
    return Finding(True, f"Chroma khớp với sổ chỉ mục.{mended}")


def configuration() -> Finding:
    """Can what the settings say now be used, at the next start?"""
    try:
        read_settings()
    except SettingsError as error:
        return Finding(False, str(error), "Sửa tệp .env; tới lúc đó không khởi động lại được.")
    return Finding(True, "Cấu hình đọc được.")


LOW, ENOUGH = 0.10, 0.12
"""Shares of a disk that are free: below the one it is low, until it reaches the other."""


@dataclass(frozen=True, slots=True)
class LowDisk:
    """A disk that is nearly full."""

    folder: Path
    share: float
    megabytes: int
    """What is free."""


def low_disks(folders: Iterable[Path], below: float = LOW) -> list[LowDisk]:
    """Return the disks of these folders on which less than this share is free, each once."""
    found: dict[int, LowDisk] = {}
    for folder in folders:
        there = next((at for at in (folder, *folder.parents) if at.exists()), None)
        if there is None:
            continue
        usage = shutil.disk_usage(there)
        if usage.total and usage.free < below * usage.total:
            low = LowDisk(folder, usage.free / usage.total, usage.free >> 20)
            found.setdefault(there.stat().st_dev, low)
    return list(found.values())


def disks(folders: Iterable[Path]) -> Finding:
    """Is there room on the disks?"""
    if low := low_disks(folders):
        named = "; ".join(f"{x.folder}: còn {x.share:.0%} ({x.megabytes} MB)" for x in low)
        remedy = "Dọn đĩa, hoặc chuyển BACKUP_DIR đi nơi khác."
        return Finding(False, f"Đĩa gần đầy: {named}.", remedy)
    return Finding(True, f"Đĩa còn trống ít nhất {LOW:.0%}.")


def scans() -> Finding:
    """Can scans and photographs be read?"""
    from retrieval.loading.ocr import INSTALL, missing

    if why := missing():
        remedy = f"Chỉ khi có bản quét hoặc ảnh chụp: `{INSTALL}`."
        return Finding(True, f"Bản quét và ảnh chưa đọc được ({why}). {remedy}")
    return Finding(True, "Bản quét và ảnh đọc được bằng Tesseract (tiếng Việt).")


def sources_folder(folder: Path) -> Finding:
    """Can the sources be read, and are there any?"""
    try:
        count = sum(1 for path in folder.rglob("*") if path.is_file())
        next(folder.iterdir(), None)
    except OSError as error:
        return Finding(
            False,
            f"Không đọc được SOURCES_DIR {folder} ({error.strerror}).",
            "Tạo thư mục này, cấp quyền đọc, hoặc đặt lại SOURCES_DIR.",
        )
    if not count:
        return Finding(False, f"SOURCES_DIR {folder} chưa có tệp nào.", "Chép bài viết vào đó.")
    return Finding(True, f"SOURCES_DIR {folder}: {count} tệp.")


def state_folder(folder: Path) -> Finding:
    """Can the index and the log be written?"""
    try:
        make_private(folder)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return Finding(
            False,
            f"Không ghi được vào STATE_DIR {folder} ({error.strerror}).",
            "Cấp quyền ghi, dọn đĩa, hoặc đặt lại STATE_DIR.",
        )
    return Finding(True, f"STATE_DIR {folder} ghi được.")


def reader(settings: Settings) -> Finding:
    """Can the model that reads questions and passages together run here?"""
    if build_reader(settings) is None:
        return Finding(
            False,
            "Mô hình đọc câu hỏi cùng đoạn văn không chạy được; bot vẫn trả lời, kém hơn.",
            "Xem lý do trong nhật ký chạy; thường do thiếu tệp hoặc bộ xử lý không hỗ trợ.",
        )
    return Finding(True, "Mô hình đọc câu hỏi cùng đoạn văn chạy được.")


def weights(settings: Settings) -> Finding:
    """Which weights of search are in force, and can those that `chidan fit` made be used?"""
    model = build_embeddings(settings)
    model.close()
    found = weights_in_force(settings, model.name)
    if found.fault:
        return Finding(
            False,
            f"Trọng số khớp riêng của cơ quan không dùng được: {_FAULTS[found.fault]}. Đang dùng "
            "trọng số đi kèm chương trình.",
            "Chạy `chidan fit` để khớp lại, hoặc `chidan fit --undo` để bỏ hẳn.",
        )
    if (own := found.own) is None:
        return Finding(True, "Tìm kiếm dùng trọng số đi kèm chương trình.")
    return Finding(
        True,
        f"Tìm kiếm dùng trọng số khớp riêng {local(own.fitted_at.isoformat())}, theo "
        f"{own.answerable} câu có lời đáp và {own.unanswerable} câu không có.",
    )


_FAULTS = {
    OwnFault.DAMAGED: f"tệp {FILE} trong STATE_DIR hỏng",
    OwnFault.OTHER_BASE: "chương trình, mô hình đọc hoặc mô hình nhúng đã khác lúc khớp",
}


def privacy(settings: Settings) -> Finding:
    """Can nobody else on this machine read what is kept of people, or the secrets?"""
    secrets = [path for path in env_files() if path.exists() and path.stat().st_mode & 0o077]
    open_to_others = [*exposed(settings.state_dir), *secrets]
    if open_to_others:
        named = ", ".join(map(str, open_to_others[:3]))
        return Finding(
            False,
            f"Người dùng khác trên máy đọc được {len(open_to_others)} mục: {named}.",
            "Chạy `chmod go= TỆP` bằng tài khoản sở hữu chúng.",
        )
    if settings.log_people == "pseudonym":
        try:
            pseudonyms(settings.state_dir)
        except KeyFault as error:
            return Finding(False, "Không bí danh hóa được người hỏi.", str(error))
    return Finding(True, "Chỉ chủ sở hữu đọc được nhật ký, chỉ mục và cấu hình.")
