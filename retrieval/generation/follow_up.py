"""Follow-ups written out by a model, where it keeps to what was said.

Owns checking what the model wrote; asking is the chain's. The built-in way stands in whenever the
model fails, adds something, or leaves out what the question itself says. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.grounding.claims import claims_in, held_by, holds, telling_words
from retrieval.models import Turn
from retrieval.text.vietnamese import normalise

LONGEST = 300
_LEAST_KEPT = 0.6
"""The share of the question's own words that its new form must keep."""


def written_out(raw: str, question: str, history: Sequence[Turn], built_in: str) -> str:
    """Return the question that the model wrote if it may be searched for, else the built-in one."""
    lines = [line.strip(' "“”*') for line in normalise(raw).splitlines() if line.strip()]
    text = lines[0] if len(lines) == 1 else ""
    said = " ".join([question, built_in, *(f"{t.question} {t.answer}" for t in history)])
    if not text or len(text) > LONGEST or not telling_words(text) or not _keeps_to(text, said):
        return built_in
    own = telling_words(question)
    kept = len(own & telling_words(text)) / len(own) if own else 1.0
    held = held_by(text)
    whole = all(holds(claim, question, held) for claim in claims_in(question))
    return text if kept >= _LEAST_KEPT and whole else built_in


def _keeps_to(text: str, said: str) -> bool:
    held = held_by(said)
    return telling_words(text) <= telling_words(said) and all(
        holds(c, text, held) for c in claims_in(text)
    )
