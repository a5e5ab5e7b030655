"""From files to verified answers; knows nothing of Telegram, terminals or people.

Way in: `indexing.reload` (files → index), `answering.chain` (question → Answer), `index` (what
front ends do with an index). Layers are in `pyproject.toml`, drawn in `docs/architecture.md`.
"""
