"""What a check of the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well, what was found, and what to do when it is not."""

    well: bool
    found: str
    remedy: str = ""
