"""A model server that speaks the OpenAI protocol, over httpx: embeddings, and its list of models.

Owns the address, the key, timeouts, trying again, and giving a dead server a rest; `completions`
shares the rules. Leaves to others: what the answers mean. Neither keys nor texts are logged or
shown. Calls block: use them from a worker thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
)
from tenacity.wait import wait_random_exponential

from retrieval.errors import EndpointError, ModelFault


class Circuit:
    """Closed: calls go through. Open: none do for `rest` seconds, then one call at a time."""

    def __init__(
        self, failures: int = 3, rest: float = 30.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._rest = rest
        self._now = now
        self._failed = 0
        self._next_try = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        """Return whether a call may go out; while open, True books the next try for the caller."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._now() < self._next_try:
                return False
            self._next_try = self._now() + self._rest
            return True

    def succeeded(self) -> None:
        """Note that the server answered: the circuit is closed."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """Note a failure; enough of them in a row open the circuit."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._next_try = self._now() + self._rest


_LONGEST_WAIT = 60.0


class Endpoint:
    """The server at `base_url`, which ends in `/v1`."""

    def __init__(
        self,
        base_url: str,
        api_key: str = "",
        *,
        timeout: float = 60.0,
        total: float = 180.0,
        attempts: int = 5,
        backoff: float = 0.5,
        concurrency: int = 8,
        circuit: Circuit | None = None,
    ) -> None:
        self.address = address_of(base_url)
        """Scheme, host and port: what may be shown to people."""
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"),
            headers=key_header(api_key),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0), pool=total),
            limits=httpx.Limits(max_connections=concurrency),
        )
        self._attempts = attempts
        self._stop = stop_after_attempt(attempts) | stop_before_delay(total)
        self._wait = Waiting(backoff)
        self._circuit = circuit or Circuit()

    def post(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON object that the server answers; raises EndpointError.

        429, 5xx and connection faults are tried again, after Retry-After where the server names it.
        """
        return self._asked("POST", path, payload)

    def models(self) -> list[str]:
        """Return the names of the server's models; raises EndpointError."""
        listed = self._asked("GET", "/models", None).get("data")
        try:
            return [str(model["id"]) for model in listed]  # type: ignore[union-attr]
        except (TypeError, KeyError):
            raise self.nonsense("danh sách mô hình hỏng") from None

    def nonsense(self, what: str) -> EndpointError:
        """Return the error for an answer that breaks the protocol."""
        return EndpointError(f"Máy chủ mô hình {self.address} trả lời sai giao thức: {what}.")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _asked(self, method: str, path: str, payload: dict[str, Any] | None) -> dict[str, Any]:
        if not self._circuit.allows():
            raise resting(self.address)
        retrying = Retrying(
            stop=self._stop, wait=self._wait, retry=retry_if_exception(_passing), reraise=True
        )
        try:
            answer = retrying(self._once, method, path, payload).json()
        except httpx.HTTPError as error:
            self._note(error)
            raise self._failure(error) from None
        except ValueError:
            raise self.nonsense("không phải JSON") from None
        self._circuit.succeeded()
        if not isinstance(answer, dict):
            raise self.nonsense("không phải một đối tượng JSON")
        return answer

    def _once(self, method: str, path: str, payload: dict[str, Any] | None) -> httpx.Response:
        return self._client.request(method, path, json=payload).raise_for_status()

    def _note(self, error: httpx.HTTPError) -> None:
        if is_down(error):
            self._circuit.failed()
        else:
            self._circuit.succeeded()

    def _failure(self, error: httpx.HTTPError) -> EndpointError:
        if isinstance(error, httpx.HTTPStatusError):
            return refusal(self.address, error.response.status_code)
        return EndpointError(
            f"Không gọi được máy chủ mô hình {self.address} ({type(error).__name__}) sau "
            f"{self._attempts} lần thử. Hãy kiểm tra địa chỉ và xem máy chủ có đang chạy không."
        )


class Waiting:
    """How long to wait before the next try: as the server asks, else longer each time."""

    def __init__(self, backoff: float) -> None:
        self._spread = wait_random_exponential(multiplier=backoff, max=_LONGEST_WAIT)

    def __call__(self, state: RetryCallState) -> float:
        """Return the seconds to wait after the failure in `state`."""
        error = state.outcome.exception() if state.outcome else None
        response = getattr(error, "response", None)
        if isinstance(response, httpx.Response):
            asked = _seconds(response.headers.get("Retry-After", ""))
            if asked is not None:
                return min(asked, _LONGEST_WAIT)
        return self._spread(state)


def key_header(api_key: str) -> dict[str, str]:
    """Return the header that carries the key, if there is one."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def address_of(base_url: str) -> str:
    """Return scheme, host and port of `base_url`: no user, no password, no path."""
    url = httpx.URL(base_url)
    return f"{url.scheme}://{url.netloc.decode()}"


def is_down(error: BaseException) -> bool:
    """Return True for a fault of the server or of the way there, False for one of the request."""
    return not isinstance(error, httpx.HTTPStatusError) or error.response.status_code >= 500


def refusal(address: str, status: int, said: str = "") -> EndpointError:
    """Return the error for an HTTP status, with what the server `said`."""
    return EndpointError(_refusal(address, status, said), ModelFault.REFUSING)


def _refusal(address: str, status: int, said: str) -> str:
    if status in {401, 403}:
        return f"Máy chủ mô hình {address} không nhận khoá truy cập (mã {status})."
    if status == 404:
        return (
            f"Máy chủ mô hình {address} không có mô hình hoặc đường dẫn này (mã 404). "
            "Hãy kiểm tra tên mô hình; địa chỉ phải kết thúc bằng /v1."
        )
    if said:
        return f"Máy chủ mô hình {address} báo lỗi {status}: “{said}”."
    return f"Máy chủ mô hình {address} báo lỗi {status}. Hãy thử lại sau."


def resting(address: str) -> EndpointError:
    """Return the error for a server that is not asked for a while."""
    return EndpointError(
        f"Máy chủ mô hình {address} vừa hỏng nhiều lần liền nên tạm thời không được hỏi."
    )


def may_pass(status: int) -> bool:
    """Return True for an HTTP status that may be gone the next time."""
    return status == 429 or status >= 500


def _passing(error: BaseException) -> bool:
    """True for a fault that may be gone the next time."""
    if isinstance(error, httpx.HTTPStatusError):
        return may_pass(error.response.status_code)
    return isinstance(error, httpx.TransportError)


def _seconds(retry_after: str) -> float | None:
    """Return the seconds that a Retry-After header (RFC 9110, 10.2.3) asks for."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
