"""Several questions in one message, and the one question of a long story, taken out of it. Pure.

Owns where one question ends and the next begins: at a question mark, at a new line or number of a
list, and within a sentence at "và", "còn", a comma or a semicolon where both sides ask.
"""

from __future__ import annotations

import re

from retrieval.query.spelling import is_bare
from retrieval.text.vietnamese import fold

MOST_QUESTIONS = 3
_SENTENCE_END = re.compile(r"(?<=[?!.])\s+(?=\S)|\s*\n\s*|\s+(?=[1-9]\)\s)")
_LIST_MARK = re.compile(r"\s*(?:(?:câu\s*)?\d{1,2}\s*[.)/:]|[-*•+]|[a-e]\))\s+", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*[,;]\s*(?:(?:và|còn|với|với lại|rồi|đồng thời|va|con|voi lai|roi|and)\s+)?"
    r"|\s+(?:và|với lại|rồi(?! chưa)|va|voi lai|roi(?! chua)|and)\s+",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:ai|gì|gi|mấy|khi nào|bao giờ|bao lâu|bao nhiêu|bao xa|bao nhieu|ở đâu|o dau|thế nào"
    r"|the nao|ra sao|tại sao|vì sao|tai sao|vi sao|nào|nao|who|when|where|why|what|which|how)\b"
    r"|\b(?:không|chưa|khong|chua)\s*\?",
    re.IGNORECASE,
)
_BARE_ASKS = re.compile(r"(?<!\bbo )\bmay\b(?! (?:bay|moc|tinh|vi tinh))|\bbao lau\b|\bkhi nao\b")
_NO_QUESTION = re.compile(
    r"\b(?:ai|gì|nào) (?:cũng|đó|đấy)\b|(?:^|[,.;:] *)nào là\b"
    r"|\b(?:chẳng|không|chả) (?:biết |có |còn )?(?:ai|gì)\b",
    re.IGNORECASE,
)
"""Words that ask, where they do not: "ai cũng khen", "không biết gì", "nào là bằng khen"."""
_FEWEST_WORDS = 2
_STORY = 60
"""Letters beside its one question from which a message is a story."""


def questions_in(text: str) -> list[str]:
    """Return the questions of `text` in order, at most three; `text` alone where it is one.

    >>> questions_in("Hồ sơ lưu mấy năm, và ai theo dõi?")
    ['Hồ sơ lưu mấy năm?', 'ai theo dõi?']
    >>> questions_in("Ai và khi nào?"), questions_in("Bí thư và phó bí thư là ai?")
    (['Ai và khi nào?'], ['Bí thư và phó bí thư là ai?'])
    """
    asking = _asking(text)
    return asking[:MOST_QUESTIONS] if len(asking) > 1 else [text]


def question_of_story(text: str) -> str:
    """Return the one question that a longer message leads to; "" if it is no story with one.

    >>> question_of_story("Em mới về chi bộ, chiều nay phải nộp báo cáo gấp cho anh bí thư rồi. "
    ...     "Hồ sơ đảng viên gồm những gì? Cảm ơn mọi người.")
    'Hồ sơ đảng viên gồm những gì?'
    """
    sentences = _sentences(text)
    marked = [sentence for sentence in sentences if sentence.endswith("?")]
    asking = marked or [sentence for sentence in sentences if asks(sentence)][-1:]
    beside = len(text) - len(asking[0]) if len(asking) == 1 else 0
    return f"{asking[0].rstrip(' ?.!,;')}?" if beside >= _STORY else ""


def _asking(text: str) -> list[str]:
    sentences = _sentences(text)
    if sum(sentence.endswith("?") for sentence in sentences) > 1 or len(sentences) == 1:
        chosen = sentences
    else:  # A story may hold words that ask; a list of questions has nothing else.
        chosen = sentences if all(map(asks, sentences)) else []
        chosen = chosen or [sentence for sentence in sentences if sentence.endswith("?")]
    found = [part for sentence in chosen for part in _parts(sentence)]
    return [f"{part.rstrip(' ?.!,;')}?" for part in found if asks(part)]


def _sentences(text: str) -> list[str]:
    lines = (_LIST_MARK.sub("", sentence, count=1) for sentence in _SENTENCE_END.split(text))
    return [line.strip() for line in lines if line.strip(" .?!0123456789)")]


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
    return len(part.split()) >= _FEWEST_WORDS and asks(part)


def asks(text: str) -> bool:
    """Return True if words of `text`, typed with or without diacritics, ask something."""
    plain = _NO_QUESTION.sub(" ", text)
    return bool(_ASKS.search(plain)) or (is_bare(text) and bool(_BARE_ASKS.search(fold(text))))
