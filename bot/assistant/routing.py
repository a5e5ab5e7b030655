"""What a message is: small talk, a follow-up, or a question of its own. Pure.

Owns telling them apart and writing a follow-up out as a question that stands alone. A message is
small talk if it is made of its phrases and of the small words around them (names for the bot,
particles) alone; whatever else it says makes it a question. What small talk is answered with is in
`texts`. A model may write follow-ups out better; this is the way without one.

>>> standalone("Thế còn năm 2020?", [Turn("Trưởng Ban Tổ chức Trung ương năm 2024 là ai?", "…")])
'Trưởng Ban Tổ chức Trung ương năm 2020 là ai?'
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from retrieval.answering.quotes import documents_in
from retrieval.directives.grammar import KIND_FOLDED, KIND_WRITTEN
from retrieval.models import Answer, SmallTalk, Turn
from retrieval.query.analysis import STOP_WORDS, Wanted, analyse, persons_in
from retrieval.query.official_fields import GENERIC, field_question
from retrieval.query.spelling import is_bare
from retrieval.query.splitting import asks, question_of_story, questions_in
from retrieval.text.dates import YEAR, years_in
from retrieval.text.names import place_in, surnames
from retrieval.text.vietnamese import (
    capitalised,
    fold,
    folded_key,
    key,
    normalise,
    spelled,
    words,
)

# Matched against folded words, each with one blank behind. The first kind with a match counts.
_PHRASES: tuple[tuple[SmallTalk, str], ...] = (
    (
        SmallTalk.COMPLAINT,
        r"(?:sai|nham|bay|vo ly|ngu|do|te|(?<!em )(?<!minh )(?<!toi )(?<!tui )chan|kem|cu"
        r"|ngo ngan|vo dung|lung tung|linh tinh)"
        r"(?: (?:roi|bet|ca roi|het|qua|the|bet ca|het ca|that|lam))+"
        r"|(?:khong|ko|chua|chang|dau co) (?:phai|dung|chinh xac|lien quan|trung|on)"
        r"(?: (?:roi|dau|ma|y|gi|the|vay|cau hoi|cai do|nhu the))*"
        r"|(?:cau )?tra loi (?:bi )?(?:sai|nham|linh tinh|lung tung|khong dung|lac de)"
        r"(?: (?:roi|qua|het|bet))*|lac de|do (?:ngoc|ngu|dan|dien|khung|vo dung)"
        r"|(?:that )?vo dung|sai|wrong|not (?:right|correct|true)|that s wrong|incorrect",
    ),
    (
        SmallTalk.ABILITIES,
        r"(?:co the )?(?:lam|giup|ho tro|tra loi|biet|ho tro duoc|biet lam)"
        r"(?: (?:duoc|nhung|viec|cac|cho|cau))* (?:gi|cau nao|viec nao|chuyen gi)(?: duoc)?"
        r"|(?:co the |muon )?hoi (?:duoc )?(?:ve )?(?:nhung |cac )?(?:gi|bai nao|van de nao|cau gi"
        r"|noi dung nao|tai lieu nao)|(?:dung|hoi|su dung) (?:the nao|nhu the nao|ra sao|sao)"
        r"|what can you do|how do i use(?: this)?|what do you know|huong dan su dung|help",
    ),
    (
        SmallTalk.IDENTITY,
        r"(?:la|ten|ten la) (?:ai|gi|cai gi|bot|bot gi|may)|do ai (?:lam ra|tao ra|viet|lap trinh)"
        r"|ai (?:lam|tao|viet|sinh|lap|dung|xay dung|lap trinh)(?: ra| nen)?"
        r"|(?:co )?phai (?:la )?ai"
        r"|(?:co )?(?:phai )?(?:la )?(?:chatgpt|gpt|chat gpt|gemini|robot|nguoi|nguoi that|may)"
        r"(?: hay (?:la )?(?:may|nguoi|bot))?|gioi thieu (?:ve )?(?:ban than)?|bao nhieu tuoi"
        r"|who are you|what are you|what is your name|who made you|are you (?:a )?(?:bot|human|ai)",
    ),
    (
        SmallTalk.THANKS,
        r"(?:cam on|cam un|thanks?|thank you|tks|thks|thank u|many thanks|cmon|biet on)"
        r"(?: (?:nhieu|rat nhieu|so much|very much|a lot|truoc|da|giup do|vi|tra loi|thong tin))*",
    ),
    (
        SmallTalk.FAREWELL,
        r"tam biet|bye(?: bye)?|goodbye|hen gap (?:lai|sau)|chuc ngu ngon|ngu ngon|good night"
        r"|see you|mai gap|thoi di day",
    ),
    (
        SmallTalk.GREETING,
        r"(?:xin )?(?:chao|hello|hi|hey|helo|alo|a lo|good (?:morning|afternoon|evening))"
        r"(?: (?:buoi (?:sang|chieu|toi|trua)|ngay moi|moi nguoi|ca nha|tat ca))*"
        r"|(?:co ai(?: do)?|co do|con do|co day|khoe)(?: (?:o do|khong|day|ko))*"
        r"|chuc (?:ngay moi )?vui(?: ve)?",
    ),
    (
        SmallTalk.FEELING,
        r"(?:hom nay |dao nay |bua nay )?(?:minh |toi |em |tui )?(?:cam thay |thay )?"
        r"(?:buon|met|chan|vui|lo|doi|lanh|nong|nho nha|stress|cang thang|co don|that tinh)"
        r"(?: (?:qua|the|ghe|lam|nhi|that|vl|kinh|doi|qua di|ngu))+|i am (?:sad|tired|bored|happy)",
    ),
    (
        SmallTalk.ACKNOWLEDGEMENT,
        r"ok|oke|okay|okie|oki|okela|vang|da|u|uh|um|uk|uhm|duoc roi|duoc|hieu roi|ro roi|ro"
        r"|dung roi|biet roi|the a|vay a|the ha|vay ha|chuan|dung|phai roi|good|great|nice|yes|no"
        r"|khong|hihi|haha|hehe|hi hi|ha ha|lol|(?:hay|tot|gioi|tuyet|tuyet voi|huu ich"
        r"|de thuong|thong minh|dinh|nhanh|xuat sac)(?: (?:qua|lam|that|ghe|vay|the|roi|luon))*",
    ),
)
_AROUND = (
    r"bot|bots|ban|ad|admin|chi dan|chidan|em|anh|chi|minh|toi|tui|may|tao|bac|chu|co|ong|ba|sep|a"
    r"|ah|oi|nhe|nha|nhi|day|vay|the|z|v|rat|xin|da|thi|la|co|nay|kia|ma|ne|di|voi|cho|cua|duoc"
    r"|khong|ko|khong a|qua|lam|that|ca nha|moi nguoi|mn|roi|nhieu|gi|lai|nua|please|you"
)
_COMPLAINT = re.compile(
    r"(?:(?:da|oi|a|the|ban|bot|ad|hinh nhu|co ve|co le|hoi|(?:minh|toi|em|tui) thay|tra loi) )*"
    r"(?:(?:cau|cai|so|ngay|ten|nguoi|doan|thong tin|so lieu|con so|ket qua|dap an)"
    r"(?: (?:tra loi|nay|kia|do|ay))* )*"
    r"(?:(?:bi )?(?:cu|loi thoi|lac hau) (?:roi|qua|rich|mat roi)"
    r"|(?:bi )?(?:sai|nham)(?! (?:pham|trai))(?: (?:roi|bet|het|hoan toan|nam|so|nguoi|ten|ngay))*"
    r"|(?:khong|ko|k|chua|chang) (?:dung|chinh xac|lien quan|trung|on|an nhap"
    r"|phai(?= $| (?:roi|dau|ma|y|cai|cau|so|the|vay|nguoi|nam|thong tin|van ban|dieu|viec|ong|ba"
    r"|cua|toi|minh|em|tui|hoi|nhu|o|\d+) ))"
    r"|that s (?:wrong|not)|you re wrong|wrong|incorrect)(?: |$)"
)
"""How a complaint about the last answer begins, folded."""
_ILL_ANSWERED = re.compile(
    r"(?:^| )tra loi(?: (?:nhu|kieu|gi|ma|thi|con|bi|hoi|qua|rat|nghe))* "
    r"(?:thieu|do|te|kem|chan|ky|ngo ngan|cut ngun|so sai|chua du|khong du|khong het|vong vo)"
    r"(?: (?:roi|qua|the|vay|that|y|sot|nhieu|thong tin|ban|oi|a|ghe|lam))* $"
    r"|(?:^| )hoi (?:mot )?(?:dang|duong|ga) (?:ma )?(?:lai )?(?:tra loi|dap|noi) (?:mot )?"
    r"(?:neo|vit|kieu)(?: |$)"
    r"|(?:^| )(?:khong|ko|chua|chang) (?:hieu|tra loi|doc)(?: (?:dung|duoc|het|ky))* "
    r"(?:cau hoi|y(?: hoi)?)(?: |$)"
)
"""Finds fault with how was answered, folded."""
_REQUEST = re.compile(
    r"(?<!toi )(?<!minh )(?<!em )(?<!da )\b"
    r"(?:cho|hoi|tim|tra(?! loi)|liet ke|neu|ke|giai thich|hay|thi sao|thi the nao) "
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{phrases})(?= )")) for kind, phrases in _PHRASES)
_ALL = "|".join(phrases for _, phrases in _PHRASES)
_ALONE = re.compile(rf"(?:(?:{_ALL}|{_AROUND}) )+")
_LINK = re.compile(r"\s*(?:https?://|www\.)\S{1,500}\s*")
_MOST_WORDS = 14
"""Longer messages are read as questions: how a row of phrases is split grows with its length."""
_LONGEST_COMPLAINT = 30


def small_talk(text: str) -> SmallTalk | None:
    """Return what kind of small talk `text` is, None for a question.

    >>> small_talk("Dạ, cảm ơn ad nhiều nhé"), small_talk("Cảm ơn ai đã ký Chỉ thị 35?")
    (<SmallTalk.THANKS: 'thanks'>, None)
    """
    if _LINK.fullmatch(text):
        return SmallTalk.LINK
    said = [word.text for word in words(fold(normalise(text)))]
    plain = "".join(f"{word} " for word in said)
    if len(said) > _MOST_WORDS or not _ALONE.fullmatch(plain):
        return None
    return next((kind for kind, phrase in _KINDS if phrase.search(plain)), None)


def is_complaint(text: str) -> bool:
    """Return True if `text`, said after an answer, finds fault with it and asks nothing new.

    >>> is_complaint("Không đúng, số này cũ rồi"), is_complaint("Sai rồi, năm 2023 là bao nhiêu?")
    (True, False)
    """
    said = [word.text for word in words(fold(normalise(text)))]
    plain = "".join(f"{word} " for word in said)
    if len(said) > _LONGEST_COMPLAINT:
        return False
    if _ILL_ANSWERED.search(plain):
        return True
    wants = text.rstrip().endswith("?") or asks(text) or _REQUEST.search(plain)
    return not wants and _COMPLAINT.match(plain) is not None


_OPENING = re.compile(
    r"^\s*(?:(?:thế|vậy|và|rồi|the|vay|va|roi|and)\s+)*(?:thì\s+|thi\s+)?"
    r"(?:còn|con|what about|how about)\b\s*|^\s*(?:thế|vậy|the|vay)\s+(?:thì|thi)?\s*",
    re.IGNORECASE,
)
_WHAT_OF_IT = re.compile(r"[\s,]*\b(?:thì sao|thi sao|thì thế nào|thi the nao)\s*[?.!]*\s*$", re.I)
_CLOSING = re.compile(
    r"[\s,]*(?:thì (?:là )?ai|thi (?:la )?ai|nữa|nua)?\s*[?.!]*\s*$", re.IGNORECASE
)
_OF_NOW_WORDS = ("tuần", "tháng", "sáng", "trưa", "chiều", "tối", "đêm", "bữa", "dạo", "lúc", "giờ")
"""What "này" makes a time of now of, not one that was told."""
_NO_POINTERS = (
    *(("đó", word) for word in ("ai", "gì", "nào", "đâu", "rồi")),
    *(("này", word) for word in _OF_NOW_WORDS),
)
"""Words that point at nothing behind another: somebody, this week."""
_POINTER = "|".join(
    "".join(f"(?<!{before} )" for word, before in _NO_POINTERS if word == pointer) + pointer
    for pointer in ("đó", "này")
)
_DEMONSTRATIVE = re.compile(
    rf"\b(?:{_POINTER})\b"
    r"|\b(?:ấy|nói trên|vừa nêu|vừa rồi|kể trên|trên đây|nó|it|its|that|this|those|they)\b"
    rf"|\b(?:van ban|hoi nghi|{KIND_FOLDED}|dong chi|nguoi|ong|ba"
    r"|cuoc hop|bai|nam|nganh|don vi|giai) (?:do|nay|ay)\b",
    re.IGNORECASE,
)
_TEXT_MEANT = re.compile(rf"\b(?:văn bản|{KIND_WRITTEN}|nó|van ban)\b", re.IGNORECASE)
_PERSON_MEANT = re.compile(r"\b(?:ông|bà|đồng chí|người|vị|ong|dong chi|nguoi)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"\b(?:là |vào |có |do |diễn ra |tổ chức |được |khoảng )*"
    r"(?:ai|những gì|cái gì|gì|bao nhiêu|mấy|khi nào|bao giờ|ở đâu|thế nào|như thế nào|tại sao"
    r"|vì sao|(?:ngày|năm|tháng|cơ quan|đơn vị|người|đồng chí|văn bản|nơi|lúc) nào|nào"
    r"|who|what|when|where|which|how many|how)\b|[?]",
    re.IGNORECASE,
)
_YEAR_ONLY = re.compile(rf"(?:(?:trong|vào|ở|của|in|of)\s+)?(?:năm|nam)?\s*({YEAR})", re.IGNORECASE)
_FEW = 3
"""A question with at most so many telling words may lean on the one before."""
_PRONOUN = re.compile(
    r"\b(?:ông|bà|ổng|bả|cụ|anh|chị|ong|ba|cu) (?:ấy|ay|ta|này|đó)\b"
    r"|\b(?:ông|bà|cụ)(?= (?:là|làm|được|giữ|quê|sinh|mất|có|còn|chuyển|vào|về|dạy|thôi|nhận)\b)",
    re.IGNORECASE,
)
"""Stands for somebody who was named before."""
_LEANING = re.compile(
    r"^\s*(?:nếu|neu|khi|ngoài|tới|trước đó|sau đó|trong số đó|lúc đó|hết)\b"
    r"|\b(?:nữa|thêm|rõ hơn|cụ thể hơn)\b",
    re.IGNORECASE,
)
"""Words that often lean on what was said before."""
_OF_NOW = re.compile(
    r"\b(?:mấy giờ|hôm nay (?:là )?(?:thứ|ngày) mấy|may gio|hom nay (?:la )?(?:thu|ngay) may)"
    r"(?: rồi| roi)?(?: (?:nhỉ|vậy|thế|ạ|nhi|vay|the|a))*\s*[?.!]*\s*$",
    re.IGNORECASE,
)
"""Asks for the time of day or the day: of nothing that was said before."""
_DEFINES = re.compile(r"\blà (?:cái )?(?:gì|ai|năm nào|ngày nào|bao nhiêu)\s*[?.!]*\s*$", re.I)
_LONGEST = 300
"""Letters that a follow-up takes along: a long row of them would grow without end."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that may lean on the turns before it."""

    together: str
    """Written out with what it takes from them."""
    alone: str
    """By itself, without the words that only join it to them."""
    own: tuple[str, ...]
    """The keys of its own words that carry meaning, in order; but no years."""
    pairs: tuple[tuple[str, str], ...]
    """Those of them that stand side by side."""

    bare: bool
    """True if it is typed without diacritics, and so are its keys."""
    certain: bool
    """True if words say that it leans on them: "còn …", "đó", "ông ấy", "nếu …"."""
    pointing: bool
    """True if it points at what was named there: "đó", "ông ấy"."""
    elliptic: bool = False
    """True if it asks nothing by itself: "còn cấp xã thì sao?"."""

    def supported(self, answer: Answer) -> bool:
        """Return True if the quotes of `answer` speak of what the question itself names.

        A question without words of its own ("ai ký?") is about what was asked before; one that
        points at something needs a third of its words there, one that says otherwise that it leans
        one of them, any other two side by side, or all.
        """
        if not self.own or answer.from_form:
            return True
        for quote in answer.quotes[:_QUOTES_READ]:
            read = spelled(f"{quote.source.title}. {quote.text}".replace("%", " phần trăm "))
            keys = [folded_key(word) if self.bare else key(word) for word in read]
            if self.pointing:
                found = _NEEDED * len(set(self.own)) <= len(set(self.own).intersection(keys))
            elif self.certain:
                found = bool(set(self.own).intersection(keys))
            elif self.pairs:
                found = bool(set(self.pairs).intersection(itertools.pairwise(keys)))
            else:
                found = set(self.own) <= set(keys)
            if found:
                return True
        return False


_QUOTES_READ = 3
_NEEDED = 1 / 3
"""The share of its own words that must stand in an answer to a question that points."""
_WHOLE = re.compile(r"\b(?:cả nước|toàn quốc|ca nuoc|toan quoc)\b", re.IGNORECASE)


def follow_up(question: str, history: Sequence[Turn]) -> FollowUp | None:
    """Return how `question` leans on the turns before it, oldest first; None if it cannot."""
    together = standalone(question, history)
    return None if together == question else _follow_up(question, together)


def continued(question: str, before: str) -> FollowUp:
    """Return `question` as one that takes along what the question `before` was about."""
    return _follow_up(question, f"{question.rstrip(' ?.!')}, {_told(before)}?")


def _follow_up(question: str, together: str) -> FollowUp:
    opening = _OPENING.match(question)
    if _PRONOUN.search(question) and not _PRONOUN.search(together):  # whom it meant stands there
        bare = is_bare(question)
        return FollowUp(together, together, (), (), bare=bare, certain=True, pointing=True)
    alone = question[opening.end() :].strip() if opening else question
    what_of_it = _WHAT_OF_IT.search(alone)
    asked = alone[: what_of_it.start()] if what_of_it else alone
    keys = [key(word.text) for word in words(asked)]
    years = years_in(asked)
    pointing = bool(_DEMONSTRATIVE.search(question) or _PRONOUN.search(question))
    bare = is_bare(question)
    points = _POINTING_BARE if bare else _POINTING
    telling = [not (w in STOP_WORDS or w in points or w in years) for w in keys]
    pairs = zip(itertools.pairwise(keys), itertools.pairwise(telling), strict=True)
    return FollowUp(
        together,
        alone if alone and alone != question else question,
        tuple(itertools.compress(keys, telling)),
        tuple(pair for pair, tell in pairs if all(tell)),
        bare=bare,
        certain=bool(opening or pointing or _LEANING.search(question)),
        pointing=pointing,
        elliptic=what_of_it is not None,
    )


_POINTERS = """
    đó này ấy nói trên vừa ông bà họ nữa thêm đồng chí người năm ngày tháng tất cả tổng hiện mới lúc
    giờ
"""
_POINTING = frozenset(map(key, _POINTERS.split()))
"""Words that point to what was said, or only say what kind of thing is asked for."""
_POINTING_BARE = frozenset(map(folded_key, _POINTERS.split()))


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return `question` written out with what it takes from the turns before, oldest first."""
    asked = ""
    for turn in history:
        # What a conversation remembers is written out already: once more would double it.
        done = asked and _told(asked) in turn.question
        asked = turn.question if done else _written_out(turn.question, asked, "")
    if history and (named := _document_meant(question, asked, history[-1].source)):
        return f"{question.rstrip(' ?.!')}, {named}?"
    return _written_out(question, asked, history[-1].answer if history else "")


def as_searched(question: str, history: Sequence[Turn]) -> str:
    """Return what is searched first for a message; "" for several questions, each its own search.

    >>> as_searched("Thế còn năm 2020?", [Turn("Bí thư năm 2024 là ai?", "…")])
    'Bí thư năm 2020 là ai?'
    >>> as_searched("Hồ sơ lưu mấy năm, và ai theo dõi?", [])
    ''
    """
    text = normalise(question)
    if len(questions_in(text)) > 1:
        return ""
    return standalone(question_of_story(text) or text, history)


def _document_meant(question: str, before: str, source: str) -> str:
    """Return the document whose signer, date or recipients are asked for without its name."""
    asked = field_question(question)
    if asked is None or not set(asked.naming) <= GENERIC:
        return ""
    return next(iter(documents_in(before)), source)


def _written_out(question: str, before: str, answer: str) -> str:
    if not before or small_talk(before):
        return question
    opening, what_of_it = _OPENING.match(question), _WHAT_OF_IT.search(question)
    rest = question[: what_of_it.start()] if what_of_it else _CLOSING.sub("", question)
    rest = rest[opening.end() :].strip() if opening else rest.strip()
    if year := _YEAR_ONLY.fullmatch(rest):
        return _with_year(before, year[1])
    if rest and (what_of_it or (opening and not _ASKING.search(rest))):
        return _with_other(before, rest)
    if opening or _leans(question):
        asked = question[opening.end() :] if opening else question
        if person := _person_meant(asked, before, answer):
            return _PRONOUN.sub(person, asked, count=1)
        return f"{asked.rstrip(' ?.!')}, {_topic(question, before, answer)}?"
    return question


def _person_meant(question: str, before: str, answer: str) -> str:
    """Return whom a pronoun of `question` stands for, where nothing else points back; "" if none.

    Who was asked about before; where it was asked who, whom the answer names.
    """
    rest = _PRONOUN.sub("", question, count=1)
    if rest == question or _DEMONSTRATIVE.search(rest) or _PRONOUN.search(rest):
        return ""
    asked = analyse(before)
    if asked.wanted is Wanted.PERSON:
        return _person_in(answer)
    return next(iter(asked.named.persons), "")


def _person_in(answer: str) -> str:
    """Return whom `answer` names first, "" if nobody; a newspaper has no family name."""
    named = persons_in(answer)
    return next((n for n in named if n.split()[0].capitalize() in surnames()), "")


def _leans(question: str) -> bool:
    """Return True if `question` may need what was said before."""
    if _DEMONSTRATIVE.search(question) or _PRONOUN.search(question):
        return True
    asked = analyse(question)
    named = asked.named
    if _OF_NOW.search(question):
        return False
    if named.documents or named.persons or named.places or named.units:
        return False
    few = len(asked.content) <= _FEW and not (_DEFINES.search(question) and len(asked.content) > 1)
    return few or bool(_LEANING.search(question))


def _with_year(before: str, year: str) -> str:
    """Put the year where the question before had one."""
    for old in years_in(before):
        return before.replace(old, year)
    return f"{before.rstrip(' ?')} năm {year}?"


def _with_other(before: str, rest: str) -> str:
    """Put what is asked about now in the place of what was asked about before."""
    mine, theirs = documents_in(rest), documents_in(before)
    if mine and theirs:
        return before.replace(theirs[0], rest)
    if (place := _where(rest)) and (old := _where(before)):
        return before.replace(old, place)
    if old := _same_kind(rest, before):
        return before.replace(old, rest)
    if [run.text for run in capitalised(rest)] == [rest]:
        for run in reversed(capitalised(before)):
            if run.start and " " in run.text:
                return f"{before[: run.start]}{rest}{before[run.end :]}"
    return f"{rest}, {_told(before)} {_asked(before)}?"


_OF_A_KIND = (
    "cấp|khối|nhóm|mẫu|mức|hạng|loại|bậc|đợt|bước|vùng|nhiệm kỳ|khóa|khoá|quý|tháng|điều|khoản"
)
_OTHER_OF_A_KIND = re.compile(rf"(?P<kind>{_OF_A_KIND})\s+\w+", re.IGNORECASE)


def _same_kind(rest: str, before: str) -> str:
    """Return what `before` names of the kind that `rest` names another of; "" if nothing.

    >>> _same_kind("cấp xã", "Cấp tỉnh phải xong khi nào?")
    'Cấp tỉnh'
    """
    mine = _OTHER_OF_A_KIND.fullmatch(rest)
    if mine is None:
        return ""
    theirs = re.search(rf"\b{mine['kind']}\s+\w+", before, re.IGNORECASE)
    return theirs.group() if theirs else ""


def _where(text: str) -> str:
    """Return the place that `text` is about, the whole country too, as it is written; "" if none.

    >>> _where("còn cả nước thì sao?"), _where("Hà Nội đứng thứ mấy cả nước?")
    ('cả nước', 'Hà Nội')
    """
    whole = _WHOLE.search(text)
    return place_in(text) or (whole.group() if whole else "")


def _told(before: str) -> str:
    """What the question before was about: its words without those that asked, if not too many."""
    return shorten(_ASKING.sub(" ", before), _LONGEST, placeholder="", break_on_hyphens=False)


def _asked(before: str) -> str:
    """The words with which the question before asked."""
    found = _ASKING.search(before)
    return found.group() if found else ""


def _topic(question: str, before: str, answer: str) -> str:
    """What the question before was about, with what its answer named if that is meant now."""
    named = []
    if _TEXT_MEANT.search(question):
        named = documents_in(answer)[:1]
    elif _PERSON_MEANT.search(question):
        named = [_person_in(answer)]
    return " ".join(filter(None, [*named, _told(before)]))
