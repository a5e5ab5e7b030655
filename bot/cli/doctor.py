"""Checks of settings, stores and connections, each with what to do about it.

Owns the questions asked of folders and servers, and their wording; leaves the index to
Prints nothing and mends nothing. Secrets stay out of
every finding: of a failed request only the status and the kind of failure are told.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.bootstrap import build_reader
from bot.log.retention import KeyFault, pseudonyms
from bot.review.rendering import local
from bot.settings import Settings, env_files
from retrieval.errors import ChidanError, EndpointError
from retrieval.models import EVERYTHING, MUCH_LOST
from retrieval.store.permissions import exposed, make_private

if TYPE_CHECKING:
    from retrieval.index import Index
    from retrieval.model_servers.chat_model import EndpointChatModel


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well, what was found, and what to do when it is not."""

    well: bool
    found: str
    remedy: str = ""


def index_of(settings: Settings) -> Iterator[Finding]:
    """Check embeddings, ledger and vector store against each other and against the sources."""
    from bot.bootstrap import open_index

    try:
        with open_index(settings) as index:
            for check in (embeddings, ledger, losses, vectors):
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


TIMEOUT_SECONDS = 5.0
COMPLETION_SECONDS = 30.0
"""A model that has to be loaded first takes its time."""
TELEGRAM = "https://api.telegram.org/bot"


def findings(settings: Settings) -> Iterator[Finding]:
    """Check everything that can go wrong outside the program, cheapest first."""
    yield Finding(True, "Cấu hình đọc được.")
    yield sources_folder(settings.sources_dir)
    yield scans()
    yield state_folder(settings.state_dir)
    yield privacy(settings)
    yield reader(settings)
    yield from index_of(settings)
    token = settings.telegram_bot_token
    yield telegram(token, settings.telegram_base_url or TELEGRAM, settings.way_to_telegram)
    yield updates(settings.state_dir)
    yield model_server(
        settings.llm_base_url, settings.llm_api_key, settings.llm_model, settings.llm_context
    )
    yield from judging_server(settings)


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


def telegram(token: SecretStr | None, base_url: str, proxy: str | None = None) -> Finding:
    """Does Telegram know the token?"""
    if token is None:
        return Finding(True, "Chưa đặt TELEGRAM_BOT_TOKEN: chỉ dùng trong cửa sổ lệnh.")
    try:
        reply = httpx.get(
            f"{base_url}{token.get_secret_value()}/getMe", timeout=TIMEOUT_SECONDS, proxy=proxy
        )
    except httpx.HTTPError as error:
        way = f" qua proxy {urlsplit(proxy).hostname}" if proxy else ""
        return Finding(
            False,
            f"Không kết nối được Telegram{way} ({type(error).__name__}).",
            "Kiểm tra mạng, tường lửa, và TELEGRAM_BASE_URL, TELEGRAM_PROXY, HTTPS_PROXY nếu có "
            "đặt.",
        )
    if reply.status_code in (401, 404):
        return Finding(
            False,
            f"Telegram không nhận token (mã {reply.status_code}).",
            "Lấy lại token ở @BotFather (/token) rồi sửa TELEGRAM_BOT_TOKEN.",
        )
    name = _bot_name(reply)
    if not name:
        return Finding(
            False,
            f"Telegram trả lời lạ (mã {reply.status_code}).",
            "Thử lại sau; kiểm tra TELEGRAM_BASE_URL (dạng http://host:port/bot).",
        )
    return Finding(True, f"Telegram nhận bot @{name}.")


def updates(state_dir: Path) -> Finding:
    """Do Telegram's updates reach the log of the bot that runs here?"""
    from bot.telegram.health import last_beat

    beat = last_beat(state_dir)
    if beat is None:
        return Finding(True, "Bot chưa chạy trên STATE_DIR này.")
    if beat.is_deaf:
        when = f"{beat.well_until.astimezone():%H:%M:%S %d/%m/%Y}"
        return Finding(
            False,
            f"Bot đang chạy nhưng không nhận hoặc không ghi được cập nhật nào từ {when}.",
            "Xem dòng nhật ký cuối của bot: mạng tới Telegram, token, hay đĩa đầy. Sửa xong bot tự"
            " nhận tiếp, không câu nào mất; nếu bot vẫn im thì khởi động lại.",
        )
    return Finding(True, "Bot đang chạy và nhận được cập nhật từ Telegram.")


def _bot_name(reply: httpx.Response) -> str:
    """Return the bot's username, or "" for anything but Telegram's answer."""
    try:
        return str(reply.json()["result"]["username"]) if reply.is_success else ""
    except (ValueError, KeyError, TypeError):
        return ""


def judging_server(settings: Settings) -> Iterator[Finding]:
    """Does the server of the second call answer, where it or its model is another one?"""
    other = settings.llm_check_base_url or settings.llm_check_model
    if settings.llm_base_url and settings.llm_check == "on" and other:
        found = model_server(
            settings.llm_check_base_url or settings.llm_base_url,
            settings.llm_api_key,
            settings.llm_check_model or settings.llm_model,
            settings.llm_context,
        )
        yield replace(found, found=f"Lần hai (LLM_CHECK): {found.found}")


def model_server(
    base_url: str | None, key: SecretStr | None, model: str, context: int | None = None
) -> Finding:
    """Does the chat model's server answer, and does it have the model?"""
    if base_url is None:
        return Finding(True, "Chưa đặt LLM_BASE_URL: trả lời bằng cách trích nguyên văn.")
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        reply = httpx.get(f"{base_url}/models", headers=headers, timeout=TIMEOUT_SECONDS)
        models = _models(reply)
    except (httpx.HTTPError, ValueError) as error:
        return Finding(
            False,
            f"Máy chủ mô hình {base_url} không dùng được ({_reason(error)}).",
            "Kiểm tra máy chủ, LLM_BASE_URL (kết thúc bằng /v1) và LLM_API_KEY; "
            "trong lúc đó bot trả lời bằng cách trích nguyên văn.",
        )
    if model and models and model not in models:
        return Finding(
            False,
            f"Máy chủ mô hình {base_url} không có mô hình {model}.",
            f"Đặt LLM_MODEL là một trong: {', '.join(models[:5])}.",
        )
    return _completion(base_url, key, model, context)


def _completion(base_url: str, key: SecretStr | None, model: str, context: int | None) -> Finding:
    """Does the chat model say anything, asked in the way in which questions ask it?"""
    from langchain_core.messages import HumanMessage, SystemMessage

    from retrieval.errors import EndpointError
    from retrieval.model_servers.chat_model import EndpointChatModel

    asked = EndpointChatModel(
        base_url=base_url,
        model=model,
        api_key=key,
        temperature=0.0,
        max_tokens=16,
        timeout=COMPLETION_SECONDS,
        silence=COMPLETION_SECONDS,
        max_retries=0,
        context=context,
    )
    try:
        for _ in asked.stream([SystemMessage("Trả lời một chữ."), HumanMessage("Có hay không?")]):
            pass
    except EndpointError as error:
        return Finding(
            False,
            f"{error}",
            "Kiểm tra LLM_MODEL và LLM_API_KEY, xem nhật ký của máy chủ mô hình; "
            "trong lúc đó bot trả lời bằng cách trích nguyên văn.",
        )
    refused = f" Máy chủ không nhận {', '.join(asked.refused)}: bỏ qua." if asked.refused else ""
    return Finding(
        True,
        f"Máy chủ mô hình {base_url} trả lời, mô hình {model or 'mặc định'}.{refused}"
        f" {_abilities(asked)}",
    )


def _abilities(model: EndpointChatModel) -> str:
    """Say how much the model takes at once, and in which forms the server keeps it answering."""

    async def ask() -> tuple[int | None, list[str]]:
        try:
            return await _window(model), [form for form in _PROBES if await _keeps_to(model, form)]
        finally:
            await model.aclose()

    window, forms = asyncio.run(ask())
    told = (
        f"Ngữ cảnh {window} token."
        if window
        else "Máy chủ không nói cỡ ngữ cảnh: nếu nhỏ hơn 8192 token, hãy đặt LLM_CONTEXT."
    )
    offered = " hoặc ".join(f"LLM_FORMAT={form}" for form in forms)
    return f"{told} Có thể đặt {offered}." if forms else told


async def _window(model: EndpointChatModel) -> int | None:
    try:
        return await model.window()
    except EndpointError:
        return None


_PROBE = "xin-chao"
_PROBES: dict[str, dict[str, Any]] = {
    "json": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "probe",
                "strict": True,
                "schema": {
                    "type": "object",
                    "properties": {"probe": {"type": "string", "enum": [_PROBE]}},
                    "required": ["probe"],
                    "additionalProperties": False,
                },
            },
        }
    },
    "grammar": {"grammar": f'root ::= "{_PROBE}"'},
}
"""Requests that a server which keeps to a form can answer in one way only."""


async def _keeps_to(model: EndpointChatModel, form: str) -> bool:
    """Return True if the server makes the model answer in this form, whatever it is asked."""
    try:
        message = await model.ainvoke("Có hay không?", max_tokens=_PROBE_TOKENS, **_PROBES[form])
        said = message.text.strip()
        return said == _PROBE if form == "grammar" else json.loads(said) == {"probe": _PROBE}
    except (EndpointError, ValueError):
        return False


_PROBE_TOKENS = 40


def _models(reply: httpx.Response) -> list[str]:
    """Return the names that the server lists; raises ValueError, HTTPStatusError."""
    reply.raise_for_status()
    try:
        return [str(model["id"]) for model in reply.json()["data"]]
    except (KeyError, TypeError) as error:
        raise ValueError("no list of models") from error


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"mã {error.response.status_code}"
    return type(error).__name__
