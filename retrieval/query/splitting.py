"""Several questions in one message, taken apart. Pure.

Owns where one question ends and the next begins: at a question mark, and within a sentence at "và",
"còn", a comma or a semicolon where both sides ask. Which words ask is the same list for both.
"""

from __future__ import annotations

import re

MOST_QUESTIONS = 3
_LONGEST = 600
"""Characters of a message that is taken apart; a longer one is a story with a question."""
_SENTENCE_END = re.compile(r"(?<=[?!.])\s+(?=\S)")
_JOINT = re.compile(
    r"\s*[,;]\s*(?:(?:và|còn|với|rồi|đồng thời|va|con|and)\s+)?|\s+(?:và|va|and)\s+"
)
_ASKS = re.compile(
    r"\b(?:ai|gì|gi|mấy|khi nào|bao giờ|bao lâu|bao nhiêu|bao xa|bao nhieu|ở đâu|o dau|thế nào"
    r"|the nao|ra sao|tại sao|vì sao|nào|nao|who|when|where|why|what|which|how)\b|\bkhông\s*\?",
    re.IGNORECASE,
)
_FEWEST_WORDS = 2


def questions_in(text: str) -> list[str]:
    """Return the questions of `text` in order, at most three; `text` alone where it is one.

    >>> questions_in("Hồ sơ lưu mấy năm, và ai theo dõi?")
    ['Hồ sơ lưu mấy năm?', 'ai theo dõi?']
    >>> questions_in("Ai và khi nào?"), questions_in("Bí thư và phó bí thư là ai?")
    (['Ai và khi nào?'], ['Bí thư và phó bí thư là ai?'])
    """
    if len(text) > _LONGEST:
        return [text]
    found = [part for sentence in _SENTENCE_END.split(text) for part in _parts(sentence)]
    asking = [part for part in found if _ASKS.search(part)]
    if len(asking) < 2:
        return [text]
    return [f"{part.rstrip(' ?.!,;')}?" for part in asking[:MOST_QUESTIONS]]


def _parts(sentence: str) -> list[str]:
    """Split a sentence where both sides ask and say more than one word."""
    parts: list[str] = []
    start = 0
    for joint in _JOINT.finditer(sentence):
        before, after = sentence[start : joint.start()], sentence[joint.end() :]
        if _is_question(before) and _is_question(after):
            parts.append(before)
            start = joint.end()
    return [*parts, sentence[start:]]


def _is_question(part: str) -> bool:
    return len(part.split()) >= _FEWEST_WORDS and bool(_ASKS.search(part))
