"""A model server that speaks the OpenAI protocol, over httpx.

Owns: the address, the key, timeouts, and trying again. Leaves to others: what the answers mean.
Neither keys nor texts are logged or shown. Calls block: use them from a worker thread.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from retrieval.errors import EndpointError

_LONGEST_WAIT = 60.0


class Endpoint:
    """The server at `base_url`, which ends in `/v1`."""

    def __init__(
        self,
        base_url: str,
        api_key: str = "",
        *,
        timeout: float = 60.0,
        attempts: int = 5,
        backoff: float = 0.5,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"),
            headers=headers,
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        )
        url = self._client.base_url
        self.address = f"{url.scheme}://{url.netloc.decode()}"
        """Scheme, host and port: what may be shown to people."""
        self._attempts = attempts
        self._spread = wait_random_exponential(multiplier=backoff, max=_LONGEST_WAIT)

    def post(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON object that the server answers; raises EndpointError.

        429, 5xx and connection faults are tried again, after Retry-After where the server names it.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            retry=retry_if_exception(_passing),
            reraise=True,
        )
        try:
            answer = retrying(self._once, path, payload).json()
        except httpx.HTTPStatusError as error:
            raise EndpointError(self._refusal(error.response.status_code)) from None
        except httpx.HTTPError as error:
            raise EndpointError(
                f"Không gọi được máy chủ mô hình {self.address} ({type(error).__name__}) sau "
                f"{self._attempts} lần thử. Hãy kiểm tra địa chỉ và xem máy chủ có đang chạy không."
            ) from None
        except ValueError:
            raise self.nonsense("không phải JSON") from None
        if not isinstance(answer, dict):
            raise self.nonsense("không phải một đối tượng JSON")
        return answer

    def nonsense(self, what: str) -> EndpointError:
        """Return the error for an answer that breaks the protocol."""
        return EndpointError(f"Máy chủ mô hình {self.address} trả lời sai giao thức: {what}.")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _once(self, path: str, payload: dict[str, Any]) -> httpx.Response:
        return self._client.post(path, json=payload).raise_for_status()

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, httpx.HTTPStatusError):
            asked = _seconds(error.response.headers.get("Retry-After", ""))
            if asked is not None:
                return min(asked, _LONGEST_WAIT)
        return self._spread(state)

    def _refusal(self, status: int) -> str:
        if status in {401, 403}:
            return f"Máy chủ mô hình {self.address} không nhận khoá truy cập (mã {status})."
        if status == 404:
            return (
                f"Máy chủ mô hình {self.address} không có mô hình hoặc đường dẫn này (mã 404). "
                "Hãy kiểm tra tên mô hình; địa chỉ phải kết thúc bằng /v1."
            )
        return f"Máy chủ mô hình {self.address} báo lỗi {status}. Hãy thử lại sau."


def _passing(error: BaseException) -> bool:
    """True for a fault that may be gone the next time."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == 429 or error.response.status_code >= 500
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
