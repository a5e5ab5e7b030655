"""The second call: which claims their evidence bears out, by meaning. Pure.

Owns what is asked and how the verdicts are read; calling is the chain's. The judge sees claims and
evidence only: no question, no persuasion. A claim without a verdict is not borne out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from langchain_core.messages import BaseMessage

from prompts import chat_prompt
from retrieval.grounding.checks import Checked

MOST_LETTERS = 700
"""Of the evidence of one claim."""
_VERDICT = re.compile(
    r"^\W{0,6}(?:câu|số|claim)?\s*(\d{1,2})\W{1,6}(đúng|sai|có|không|true|false|yes|no)\b",
    re.I | re.M,
)
_BORNE_OUT = frozenset({"đúng", "có", "true", "yes"})


def check_prompt(claims: Sequence[Checked]) -> list[BaseMessage]:
    """Return the messages that ask which of the claims are borne out, numbered from 1."""
    mark = secrets.token_hex(8)
    listed = "\n\n".join(_listed(n, checked) for n, checked in enumerate(claims, 1))
    return chat_prompt("check", "claims").format_messages(mark=mark, claims=listed)


def borne_out(reply: str, count: int) -> set[int]:
    """Return the numbers, from 1, of the claims that the judge says are borne out.

    A number judged twice is not, unless both verdicts say so.

    >>> sorted(borne_out("1: đúng\\n2: sai – năm khác\\n3: ĐÚNG", 3))
    [1, 3]
    """
    verdicts: dict[int, bool] = {}
    for number, verdict in _VERDICT.findall(reply):
        said = verdict.lower() in _BORNE_OUT
        verdicts[int(number)] = verdicts.get(int(number), True) and said
    return {number for number, said in verdicts.items() if said and 1 <= number <= count}


def _listed(number: int, checked: Checked) -> str:
    lines = [
        f"{number}. KHẲNG ĐỊNH: {checked.claimed.text}",
        *(
            f"   CHỨNG CỨ ({one.given.around}): “{one.whole[:MOST_LETTERS]}”"
            for one in checked.evidence
        ),
    ]
    if checked.formula:
        lines.append(f"   PHÉP TÍNH ĐÃ KIỂM: {checked.formula}")
    return "\n".join(lines)
