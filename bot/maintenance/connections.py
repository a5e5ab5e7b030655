"""Checks of connections, to Telegram and to model servers, each with what to do about it.

Of a failed request only the status and the kind of failure are told: secrets stay out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.maintenance.checks import Finding
from bot.settings import Settings
from retrieval.errors import EndpointError

if TYPE_CHECKING:
    from retrieval.model_servers.chat_model import EndpointChatModel

TIMEOUT_SECONDS = 5.0
COMPLETION_SECONDS = 30.0
"""A model that has to be loaded first takes its time."""
TELEGRAM = "https://api.telegram.org/bot"


def telegram_of(settings: Settings) -> Finding:
    """Does Telegram, or the server in its place, know the token?"""
    address = settings.telegram_base_url or TELEGRAM
    return telegram(settings.telegram_bot_token, address, settings.way_to_telegram)


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


def _bot_name(reply: httpx.Response) -> str:
    """Return the bot's username, or "" for anything but Telegram's answer."""
    try:
        return str(reply.json()["result"]["username"]) if reply.is_success else ""
    except (ValueError, KeyError, TypeError):
        return ""


def chat_model_servers(settings: Settings) -> Iterator[Finding]:
    """Do the servers of the chat models answer?"""
    yield model_server(
        settings.llm_base_url, settings.llm_api_key, settings.llm_model, settings.llm_context
    )
    yield from judging_server(settings)


def dead_servers(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the addresses of model servers that do not answer, and how; asks for no completion."""
    keys = {
        settings.llm_base_url: settings.llm_api_key,
        settings.embeddings_base_url: settings.embeddings_api_key,
    }
    if settings.llm_base_url and settings.llm_check == "on":
        keys.setdefault(settings.llm_check_base_url, settings.llm_api_key)
    for base_url, key in keys.items():
        if base_url is None:
            continue
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        try:
            reply = httpx.get(f"{base_url}/models", headers=headers, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            yield base_url, type(error).__name__
            continue
        # Servers that offer no list of models answer 404: they live.
        if reply.status_code >= 500 or reply.status_code in {401, 403}:
            yield base_url, f"mã {reply.status_code}"


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
