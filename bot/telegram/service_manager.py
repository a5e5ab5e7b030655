"""What systemd is told of the bot: that it serves, that it lives, that it stops.

The protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names. Where no service
manager started the bot, nothing is sent. A watchdog (WatchdogSec=) hears from the event loop twice
an interval: an event loop that hangs is restarted, a Telegram that is away is not.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def reported(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Tell the service manager that the bot serves while the block lasts, and that it stops."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    notify(address, "READY=1")
    interval = int(environment.get("WATCHDOG_USEC", "0")) / 1e6
    alive = asyncio.create_task(_keep_alive(address, interval)) if interval else None
    try:
        yield
    finally:
        if alive:
            alive.cancel()
        notify(address, "STOPPING=1")


async def _keep_alive(address: str, interval: float) -> None:
    while True:
        notify(address, "WATCHDOG=1")
        await asyncio.sleep(interval / 2)


def notify(address: str, state: str) -> None:
    """Send one state; a service manager that does not listen is no trouble of the bot's."""
    path = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect(path)
        sender.send(state.encode())
