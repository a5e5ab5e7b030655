"""Is a number after such a word the number of a document, or a count of things?

"Chỉ thị 35 nêu rõ" names a directive; "kết luận 4 nội dung" and "kế hoạch 5 năm" do not. Pure.
"""

from __future__ import annotations

import re

from retrieval.spellings import BY, CODES, DATED

_COUNTED = re.compile(
    r"[ \t\xa0]*(?:%|‰|[.,]\d|(?:nam|thang|tuan|ngay|gio|quy|phut)(?![^\W_])(?![ \t\xa0]+\d)"
    r"|(?:nhiem vu|noi dung|nhom|dong chi|diem|van de|viec|giai phap|de an|can bo|truong hop"
    r"|to chuc|don vi|dia phuong|dang vien|chi tieu|muc tieu|chuong trinh|buoc|dieu(?! \d)|phan"
    r"|trong tam|dot pha|cong trinh|du an|lop|dot|cuoc|nguoi|ho|thon|xa|huyen|tinh|co quan|cap"
    r"|van ban|chuyen de|hoi nghi|bai|cau hoi|tieu chi|tieu chuan|ty|trieu|nghin|dai bieu|y kien"
    r"|khau|mat|linh vuc|doi tuong|hinh thuc|loai|lan|muc|trang|ban(?! hanh)|bo(?! sung)|khoa"
    r"|chuc danh|chi bo)"
    r"(?![^\W_]))",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"[ \t\xa0]*(?:$|[\n.,;:?!)”\"’»\]…–-]"
    r"|(?:cua|ve|ngay|do|va|hay|la|noi|quy dinh|co|da|duoc|bi|thay|het|con|gi|nao|ban hanh|yeu cau"
    r"|neu|de ra|khi|thi|o|tai|voi|so voi|theo|trong|cho|den|tu|hien|moi|cu|khoa|ap dung|sua doi"
    r"|bo sung|bai bo|huong dan|nam \d{4}|ra|nham|xac dinh|chi ro|nhan manh|dat|giup|vao|cung|van"
    r"|se|phai|khong|chua|dang|sau|truoc|bao|nhu|vi|ai|duoi|ky|se|giao|cam|cho phep|says?|is|was)"
    r"(?![^\W_]))",
    re.IGNORECASE,
)
_MOSTLY_UNNUMBERED = {"ke hoach", "huong dan", "thong bao", "bao cao", "chuong trinh", "luat"}
_SAFE_IN_SMALL_LETTERS = {"nq", "ct", "qd", "kl"}
_YEARS = range(1900, 2101)


def plausible(match: re.Match[str], text: str, plain: str) -> bool:
    """Return True if a match of `spellings.NUMBERED` is a reference.

    `plain` is `bare(text)`.
    """
    end = match.end()
    suffixed = bool(match["code"] or match["law"])
    if match["so"] and not _is_so(text, match):
        return False
    if not match["kind"] and not match["abbreviation"]:
        return _stands_alone(match, plain)
    if suffixed or match["so"] or match["year"]:
        return not (match["year"] and not suffixed and not match["so"])
    if int(re.sub(r"\D", "", match["number"])) in _YEARS:
        return False
    attached = bool(DATED.match(plain, end) or BY.match(plain, end))
    if match["abbreviation"]:
        return _short_form(match, text, plain)
    kind = " ".join(match["kind"].lower().split())
    if attached:
        return True
    if kind in _MOSTLY_UNNUMBERED or _COUNTED.match(plain, end):
        return kind not in {"luat"} and match["number"].startswith("0")
    capital = text[match.start()].isupper()
    return capital or bool(_GOES_ON.match(plain, end))


def _stands_alone(match: re.Match[str], plain: str) -> bool:
    """True for "205-QĐ/TW" and "số 71 ngày 18/7/2022"."""
    if match["organ"] or match["glued"]:
        return True
    if match["code"]:
        return match["code"].lower() in _SAFE_IN_SMALL_LETTERS and " " not in match.group()
    dated = DATED.match(plain, match.end())
    return bool(match["so"] and dated and (dated["d"] or dated["d2"] or dated["d4"]))


def _short_form(match: re.Match[str], text: str, plain: str) -> bool:
    """True for "NQ 18" and "nq18"; small letters only where they are no syllable."""
    written = text[match.start("abbreviation") : match.end("abbreviation")]
    known = match["abbreviation"].lower() in CODES
    small = match["abbreviation"].lower() in _SAFE_IN_SMALL_LETTERS
    return known and (written.isupper() or small) and not _COUNTED.match(plain, match.end())


def _is_so(text: str, match: re.Match[str]) -> bool:
    """True if it is "số" (or typed without diacritics), not "sở" or "sổ"."""
    written = text[match.start("so") : match.end("so")].lower()
    return written.startswith(("số", "so", "no"))
