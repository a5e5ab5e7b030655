"""A log of made-up exchanges, the same each time: for speed, pictures and tests of the pages."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.log.database import stamp
from bot.log.exchanges import Conversations
from retrieval.directives.recognition import name_of
from retrieval.directives.resolution import references_in

TOPICS = (
    ("kết nạp đảng viên mới", "Công tác phát triển đảng viên", "Hà Nội kết nạp 11.144 đảng viên."),
    ("sắp xếp tổ chức bộ máy", "Tinh gọn bộ máy", "Trung ương sắp xếp lại tổ chức bộ máy."),
    ("luân chuyển cán bộ", "Công tác cán bộ", "Cán bộ được luân chuyển giữa các địa phương."),
    ("đại hội đảng bộ các cấp", "Chuẩn bị đại hội", "Đại hội tiến hành theo Chỉ thị 35-CT/TW."),
    ("kiểm tra, giám sát", "Công tác kiểm tra", "Ủy ban kiểm tra xử lý kỷ luật ba tổ chức đảng."),
)
FORMS = ("Bao giờ {}?", "Ai phụ trách {} ở {place}?", "{place} {} thế nào?", "Kết quả {} năm 2024?")
PLACES = ("Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ", "Nghệ An", "Lào Cai")
PEOPLE = ("Lan", "Mai", "Hòa", "Đức", "Bình", "Ngọc", "Quân", "Thảo")


def make_up(path: Path, count: int, days: int = 400, seed: int = 7) -> None:
    """Fill the log at `path` with exchanges over the last days, newest last."""
    chance = random.Random(seed)
    with Conversations(path) as log, log.file.writing() as db:
        db.table("people").insert_all({"id": n, "name": p} for n, p in enumerate(PEOPLE, 1))
        now = datetime.now(UTC)
        for number in range(1, count + 1):
            asked = now - timedelta(days=days) * ((count - number + 0.5) / count)
            _exchange(db, chance, number, asked)


def _exchange(db, chance: random.Random, number: int, asked: datetime) -> None:
    topic, title, quote = TOPICS[min(int(chance.expovariate(0.6)), len(TOPICS) - 1)]
    place = chance.choice(PLACES)
    question = chance.choice(FORMS).replace("{}", topic).format(place=place)
    kind = chance.choices(("answer", "not_found", "smalltalk"), (75, 18, 7))[0]
    failed = chance.random() < 0.01
    ms = chance.lognormvariate(4.2, 0.5)
    row = {
        "id": number,
        "update_id": number,
        "chat_id": chance.choice((-1001, -1002, None)),
        "person_id": chance.randint(1, len(PEOPLE)),
        "message_id": number,
        "question": question,
        "asked_at": stamp(asked),
        "recorded_at": stamp(asked),
        "finished_at": stamp(asked + timedelta(milliseconds=ms)),
        "kind": None if failed else kind,
        "answer": f"Theo {title}:" if kind == "answer" else "Các nguồn không nói tới điều này.",
        "confidence": chance.random(),
        "total_ms": ms,
        "timings_ms": json.dumps({"search": ms * 0.8, "total": ms}),
        "error": "TimedOut()" if failed else None,
        "standalone": question,
    }
    db.table("exchanges").insert(row)
    if kind == "answer" and not failed:
        db.table("quotes").insert(_quote(number, title, f"{quote} ({place})"))
        for reference in references_in(quote):
            named = {"exchange_id": number, "name": name_of(reference)}
            db.table("directives").insert(named)
        if chance.random() < 0.2:
            vote = chance.choices(("up", "down"), (8, 2))[0]
            row = {"exchange_id": number, "person_id": 1, "vote": vote, "voted_at": stamp(asked)}
            reason = {"reason": "thieu", "words": "Thiếu số liệu."} if vote == "down" else {}
            db.table("votes").insert(row | reason)
    if kind == "not_found" and not failed:
        db.execute(
            "update exchanges set refusal = ? where id = ?",
            (chance.choice(("weak_evidence", "missing_constraint")), number),
        ).close()
    if not failed and kind != "smalltalk" and number % 9 == 0:
        verdict = chance.choices(("right", "incomplete", "should_refuse"), (8, 2, 1))[0]
        db.table("verdicts").insert(
            {
                "exchange_id": number,
                "reviewer": "lan",
                "verdict": verdict,
                "note": "",
                "must": "",
                "decided_at": stamp(asked + timedelta(days=1)),
            }
        )


def _quote(number: int, title: str, text: str) -> dict[str, object]:
    return {
        "exchange_id": number,
        "rank": 1,
        "source_id": f"nguon-{TOPICS.index(next(t for t in TOPICS if t[1] == title))}",
        "path": "bai.md",
        "title": title,
        "publisher": "Tạp chí Thử",
        "date": "2024-12-26",
        "url": "https://example.org/bai",
        "start": 0,
        "end": len(text),
        "text": text,
    }
