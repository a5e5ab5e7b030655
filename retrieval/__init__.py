"""From files to verified answers; knows nothing of Telegram, terminals or people.

Way in: `indexing.reload` (files → index), `answering.chain` (question → Answer), `index` (what
front ends do with an index). Layers are in `pyproject.toml`, drawn in `docs/architecture.md`.
"""

import os

# ONNX Runtime from 1.29 on reports each start and session to its makers and keeps an id of the
# machine in the home; this, before its first import, is its full opt-out.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
