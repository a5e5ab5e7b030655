"""`make chat-server`: a Telegram on this machine alone, to try the bot on."""

import asyncio
import contextlib
import sys

from botapi.playground import PORT, serve

with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else PORT))
