"""Brings updates to the bot's webhook, as Telegram does: in order, again until they are taken."""

from __future__ import annotations

import asyncio

import httpx
from botapi.world import World

PAUSE = 0.05
"""Seconds before an update that was not taken is brought again."""


class Postman:
    """Works while its task runs; `refused` holds the statuses of what was not taken."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.refused: list[int] = []

    async def work(self) -> None:
        """Bring every update there is, forever."""
        async with httpx.AsyncClient() as client:
            while True:
                await self._world.bell.until(self._has_something)
                await self._bring(client)

    def _has_something(self) -> bool:
        return bool(self._world.updates and self._world.webhook.get("url"))

    async def _bring(self, client: httpx.AsyncClient) -> None:
        update, hook = self._world.updates[0], self._world.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]}
        try:
            response = await client.post(hook["url"], json=update, headers=headers)
        except httpx.HTTPError:
            await asyncio.sleep(PAUSE)
            return
        if response.status_code == 200:
            self._world.updates.popleft()
            self._world.bell.ring()
        else:
            self.refused.append(response.status_code)
            await asyncio.sleep(PAUSE)
