"""Backups as archives: what of a bot cannot be made again, in one file, sealed if so wished.

`chidan-20261130T023000Z.tar.gz` is what any `tar` opens; with `.enc` behind it the same is sealed
with a passphrase (`bot.log.sealing`). In it stand `logs.db`, `people.key` where there is one, the
sources below `sources/`, and last `manifest.json`: when it was made, how many exchanges, and size
and SHA-256 of each file. The index is left out: it is made again from the sources. So is `.env`,
which would carry the bot's token to wherever archives are kept.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, cast

from bot.log.backup import BackupFault, back_up, check_copy, restore
from bot.log.database import LogDatabase
from bot.log.sealing import Sealer, Unsealer, is_sealed
from retrieval.store.permissions import make_private

LOG, KEY, SOURCES, MANIFEST = "logs.db", "people.key", "sources", "manifest.json"
OWNER = "chidan-owner"
"""The file beside archives that says of which STATE_DIR they are."""
_NAME = re.compile(r"chidan-(\d{8}T\d{6}Z)\.tar\.gz(\.enc)?")
_STAMP = "%Y%m%dT%H%M%SZ"
SCRATCH = "backup-"
"""What folders begin with in which archives are put together and tried; a kill leaves them."""
DAYS, WEEKS = 7, 4
"""Of so many days, and of so many weeks, the last archive is kept."""
_PIECE = 1 << 20
_ROOM = 32 << 20
"""Bytes that must stay free beside what is written."""


@dataclass(frozen=True, slots=True, order=True)
class Archive:
    """An archive in its folder."""

    made_at: datetime
    path: Path


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """What an archive was found to hold, or what was put back of it."""

    exchanges: int
    sources: int


def archives(folder: Path) -> list[Archive]:
    """Return the archives of a folder by their names, oldest first."""
    found = []
    for path in folder.glob("chidan-*"):
        if named := _NAME.fullmatch(path.name):
            made_at = datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC)
            found.append(Archive(made_at, path))
    return sorted(found)


def archives_of(state_dir: Path, folder: Path) -> list[Archive]:
    """Return the archives of a folder, oldest first; none where another bot keeps its own there."""
    return archives(folder) if _owner(folder) in {"", str(state_dir)} else []


def superseded(days: Sequence[date]) -> set[int]:
    """Return which of the archives made on these days, oldest first, need not be kept.

    Kept is the last archive of each of the last seven days that have one, and of each of the last
    four weeks (ISO 8601) that have one.

    >>> superseded([date(2026, 11, day) for day in range(1, 31)])
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 22}
    """
    by_day = {day: place for place, day in enumerate(days)}
    by_week = {day.isocalendar()[:2]: place for place, day in enumerate(days)}
    kept = {by_day[day] for day in sorted(by_day)[-DAYS:]}
    kept |= {by_week[week] for week in sorted(by_week)[-WEEKS:]}
    return set(range(len(days))) - kept


def drop_superseded(folder: Path) -> None:
    """Delete the archives that need not be kept; raises OSError."""
    found = archives(folder)
    for place in superseded([one.made_at.astimezone().date() for one in found]):
        found[place].path.unlink(missing_ok=True)


def make_archive(
    state_dir: Path, sources_dir: Path | None, folder: Path, passphrase: str, moment: datetime
) -> Archive:
    """Write an archive into a folder; it appears whole or not at all. Safe while the bot runs.

    Raises BackupFault with what hinders it.
    """
    made_at = moment.astimezone(UTC).replace(microsecond=0)
    name = f"chidan-{made_at:{_STAMP}}.tar.gz{'.enc' if passphrase else ''}"
    half = folder / f"{name}.part"
    try:
        make_private(folder)
        _take_possession(folder, state_dir)
        for left in folder.glob("chidan-*.part"):
            left.unlink()
        _want_room(folder, _size(state_dir / LOG) + (_size(sources_dir) if sources_dir else 0))
        with scratch(state_dir) as own:
            held = back_up(state_dir / LOG, own / LOG)
            half.touch(mode=0o600)
            with half.open("wb") as file:
                with _sealing(file, passphrase) as out:
                    _pack(out, own / LOG, state_dir / KEY, sources_dir, made_at, held)
                file.flush()
                os.fsync(file.fileno())
        half.rename(folder / name)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise BackupFault(f"Chưa sao lưu được vào {folder} ({error.strerror or error}).") from error
    return Archive(made_at, folder / name)


def try_archive(path: Path, passphrase: str, state_dir: Path) -> ArchiveContent:
    """Put an archive back into a scratch folder and use it; raises BackupFault if it is no good."""
    with scratch(state_dir) as own:
        content = _unpack(path, passphrase, own)
        with closing(LogDatabase(own / LOG)) as log:
            latest = log.rows("select max(id) as id, count(*) as held from exchanges")[0]
        if latest["held"] != content.exchanges:
            raise BackupFault(f"Bản sao lưu {path.name} thiếu lượt hỏi trong nhật ký.")
    return content


def restore_archive(
    path: Path, passphrase: str, state_dir: Path, sources_dir: Path, *, replace: bool
) -> ArchiveContent:
    """Put back log, key of the pseudonyms, and the sources that are not there; no bot may run.

    Returns how many exchanges the log has, and how many sources came back. Raises BackupFault; so
    too where the log holds exchanges and `replace` is False.
    """
    with scratch(state_dir) as own:
        _unpack(path, passphrase, own)
        held = restore(own / LOG, state_dir / LOG, replace=replace)
        if (own / KEY).exists():
            _put(own / KEY, state_dir / KEY)
        count = 0
        for source in sorted((own / SOURCES).rglob("*")):
            target = sources_dir / source.relative_to(own / SOURCES)
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                count += 1
    return ArchiveContent(held, count)


def is_archive(path: Path) -> bool:
    """Return whether a file is an archive, by how it begins; one that is not there is none."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_sealed(file) or file.read(2) == b"\x1f\x8b"


def needs_passphrase(path: Path) -> bool:
    """Return whether an archive is sealed; raises OSError."""
    with path.open("rb") as file:
        return is_sealed(file)


@contextmanager
def scratch(state_dir: Path) -> Iterator[Path]:
    """Give a private folder for a while; those that a kill left there go."""
    make_private(state_dir)
    for left in state_dir.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=state_dir) as own:
        yield Path(own)


@contextmanager
def _sealing(file: BinaryIO, passphrase: str) -> Iterator[BinaryIO]:
    if not passphrase:
        yield file
        return
    with Sealer(file, passphrase) as sealer:
        yield cast(BinaryIO, sealer)


def _pack(
    out: BinaryIO,
    log: Path,
    key: Path,
    sources: Path | None,
    made_at: datetime,
    exchanges: int,
) -> None:
    files: dict[str, dict[str, object]] = {}
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        files[LOG] = _add_file(tar, log, LOG)
        if key.exists():
            files[KEY] = _add_bytes(tar, key.read_bytes(), KEY)
        for path in sorted(sources.rglob("*")) if sources else ():
            if path.is_file() and not path.is_symlink():
                name = f"{SOURCES}/{path.relative_to(cast(Path, sources)).as_posix()}"
                # Read whole: a file that grows or shrinks meanwhile would spoil the archive.
                files[name] = _add_bytes(tar, path.read_bytes(), name)
        told = {"made_at": made_at.isoformat(), "exchanges": exchanges, "files": files}
        _add_bytes(tar, json.dumps(told, ensure_ascii=False, indent=1).encode(), MANIFEST)


def _add_bytes(tar: tarfile.TarFile, data: bytes, name: str) -> dict[str, object]:
    known = tarfile.TarInfo(name)
    known.size, known.mode = len(data), 0o600
    tar.addfile(known, io.BytesIO(data))
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _add_file(tar: tarfile.TarFile, path: Path, name: str) -> dict[str, object]:
    """Add a file that nobody changes, of any size."""
    known = tarfile.TarInfo(name)
    known.size, known.mode = path.stat().st_size, 0o600
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        tar.addfile(known, file)
    return {"size": known.size, "sha256": digest}


def _unpack(path: Path, passphrase: str, target: Path) -> ArchiveContent:
    """Unpack an archive and compare every file with the manifest; raises BackupFault."""
    try:
        _want_room(target, path.stat().st_size)
        with path.open("rb") as file:
            sealed = is_sealed(file)
            plain = io.BufferedReader(Unsealer(file, passphrase)) if sealed else file
            with gzip.GzipFile(fileobj=plain) as packed:
                with tarfile.open(fileobj=packed, mode="r|") as tar:
                    tar.extractall(target, filter="data")
                while packed.read(_PIECE):  # to the checksum at its end
                    pass
        told = json.loads((target / MANIFEST).read_bytes())
        for name, known in told["files"].items():
            with (target / name).open("rb") as unpacked:
                if hashlib.file_digest(unpacked, "sha256").hexdigest() != known["sha256"]:
                    raise BackupFault(f"Trong bản sao lưu {path.name}, {name} không còn nguyên.")
        check_copy(target / LOG)
        sources = sum(name.startswith(f"{SOURCES}/") for name in told["files"])
        return ArchiveContent(int(told["exchanges"]), sources)
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError, TypeError) as error:
        raise BackupFault(f"Bản sao lưu {path.name} không đọc được; hãy dùng bản khác.") from error
    except OSError as error:
        raise BackupFault(
            f"Không mở được bản sao lưu {path.name} ({error.strerror or error})."
        ) from error


def _put(key: Path, target: Path) -> None:
    """Put the key in its place; another one that stands there is kept beside it."""
    if target.exists() and target.read_bytes() != key.read_bytes():
        target.rename(target.with_name(f"{KEY}.{datetime.now(UTC):%Y%m%d-%H%M%S}"))
    shutil.copyfile(key, target)
    target.chmod(0o600)


def _owner(folder: Path) -> str:
    """Return the STATE_DIR whose archives a folder holds, "" where none has been made."""
    path = folder / OWNER
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _take_possession(folder: Path, state_dir: Path) -> None:
    """Note whose archives a folder holds; raises BackupFault where they are another bot's."""
    owner = _owner(folder)
    if owner not in {"", str(state_dir)}:
        raise BackupFault(
            f"{folder} giữ bản sao lưu của bot ở {owner}: mỗi bot cần BACKUP_DIR riêng "
            f"(nếu chính bot này đã chuyển chỗ thì xóa tệp {OWNER} ở đó)."
        )
    (folder / OWNER).write_text(f"{state_dir}\n", encoding="utf-8")


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _want_room(folder: Path, size: int) -> None:
    """Raise BackupFault where so many bytes would fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < size + _ROOM:
        raise BackupFault(
            f"Đĩa của {folder} chỉ còn trống {free >> 20} MB, sao lưu cần tới {size >> 20} MB."
        )
