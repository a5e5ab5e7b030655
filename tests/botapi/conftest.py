"""The Bot API server alone, and a plain HTTP client at it."""

import httpx
import pytest
from botapi.server import BotApiServer


@pytest.fixture
async def server():
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def call(server):
    """Call a method as an HTTP client would; returns status and body."""
    async with httpx.AsyncClient() as client:

        async def call(method, token=server.token, **params):
            response = await client.post(f"{server.base_url}{token}/{method}", json=params)
            return response.status_code, response.json()

        yield call
