"""What is no question to the sources: greetings, thanks, who are you, anger, a link alone. Pure.

Owns telling the kind. A message is small talk if it is made of its phrases and of the small words
around them (names for the bot, particles) alone; whatever else it says makes it a question. What it
is answered with is in `bot.texts`.
"""

from __future__ import annotations

import re

from retrieval.models import SmallTalk
from retrieval.text.vietnamese import fold, normalise, words

# Matched against folded words, each with one blank behind. The first kind with a match counts.
_PHRASES: tuple[tuple[SmallTalk, str], ...] = (
    (
        SmallTalk.COMPLAINT,
        r"(?:sai|nham|bay|vo ly|ngu|do|te|chan|kem|ngo ngan|vo dung|lung tung|linh tinh)"
        r"(?: (?:roi|bet|ca roi|het|qua|the|bet ca|het ca|that|lam))+"
        r"|(?:khong|ko|chua|chang|dau co) (?:phai|dung|chinh xac|lien quan|trung|on)"
        r"(?: (?:roi|dau|ma|y|gi|the|vay|cau hoi|cai do|nhu the))*"
        r"|tra loi (?:sai|nham|linh tinh|lung tung|khong dung|lac de)(?: (?:roi|qua|het))*|lac de"
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
        r"(?:buon|met|chan|vui|lo|doi|lanh|nong|nho nha|stress|cang thang|co don|that tinh)"
        r"(?: (?:qua|the|ghe|lam|nhi|that|vl|kinh|doi|qua di|ngu))+|i am (?:sad|tired|bored|happy)",
    ),
    (
        SmallTalk.ACKNOWLEDGEMENT,
        r"ok|oke|okay|okie|oki|okela|vang|da|u|uh|um|uk|uhm|duoc roi|duoc|hieu roi|ro roi|ro"
        r"|dung roi|biet roi|the a|vay a|the ha|vay ha|chuan|dung|phai roi|good|great|nice|yes|no"
        r"|khong|hihi|haha|hehe|hi hi|ha ha|lol|(?:hay|tot|gioi|tuyet|tuyet voi|huu ich"
        r"|de thuong|thong minh|dinh|nhanh|xuat sac)(?: (?:qua|lam|that|ghe|vay|the|roi))*",
    ),
)
_AROUND = (
    r"bot|bots|ban|ad|admin|chi dan|chidan|em|anh|chi|minh|toi|tui|may|tao|bac|chu|co|ong|ba|sep|a"
    r"|ah|oi|nhe|nha|nhi|day|vay|the|z|v|rat|xin|da|thi|la|co|nay|kia|ma|ne|di|voi|cho|cua|duoc"
    r"|khong|ko|khong a|qua|lam|that|ca nha|moi nguoi|mn|roi|nhieu|gi|lai|nua|please|you"
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{phrases})(?= )")) for kind, phrases in _PHRASES)
_ALL = "|".join(phrases for _, phrases in _PHRASES)
_ALONE = re.compile(rf"(?:(?:{_ALL}|{_AROUND}) )+")
_LINK = re.compile(r"\s*(?:https?://|www\.)\S{1,500}\s*")
_MOST_WORDS = 14
"""Longer messages are read as questions: how a row of phrases is split grows with its length."""


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
