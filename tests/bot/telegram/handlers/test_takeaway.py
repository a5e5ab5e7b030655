"""📥 and /bienban in Telegram: answers as Word documents, with full citations."""

import io

from docx import Document
from scripted import QUOTE

from bot.review.answer_document import as_docx
from bot.texts.texts import VIETNAMESE
from retrieval.models import OfficialField, Stated


def paragraphs(file: tuple[str, bytes]) -> list[str]:
    return [p.text for p in Document(io.BytesIO(file[1])).paragraphs]


def pressed(sent, words: str) -> str:
    return next(b["callback_data"] for b in sent.buttons if b["text"] == words)


async def test_one_answer_is_taken_away_as_a_document(server, bot):
    await bot.starts()
    lan = server.person("Lan")
    answered = await server.reply_to(lan.writes("Kết nạp bao nhiêu đảng viên?"))

    lan.presses(answered, pressed(answered, VIETNAMESE.take_away))
    await server.until(lambda: len(server.world.files) == 1, "the document")

    ((name, data),) = server.world.files.values()
    lines = paragraphs((name, data))
    assert name.endswith(".docx")
    assert "Kết nạp bao nhiêu đảng viên?" in lines
    assert any(QUOTE.text in line for line in lines)
    assert any(QUOTE.source.title in line for line in lines)


async def test_the_answers_of_a_chat_are_put_together_and_no_other_chats(server, bot):
    await bot.starts()
    hanoi, hue = server.group("Hà Nội"), server.group("Huế")
    lan = server.person("Lan")
    for place, question in ((hanoi, "Câu một?"), (hanoi, "Câu hai?"), (hue, "Câu khác?")):
        await server.reply_to(lan.says(place, f"/hoi {question}"))

    sent = await server.reply_to(lan.says(hanoi, "/bienban 7d"))
    unclear = await server.reply_to(lan.says(hanoi, "/bienban hôm kia"))
    empty = await server.reply_to(server.person("Mai").writes("/bienban"))

    lines = paragraphs(next(iter(server.world.files.values())))
    assert [line for line in lines if line.startswith("Câu ")] == ["Câu một?", "Câu hai?"]
    assert sent.json["caption"].startswith("2 câu trả lời")
    assert unclear.text == VIETNAMESE.takeaway["usage"]
    assert empty.text.startswith("Chưa có câu trả lời nào")


def test_a_citation_names_document_and_article():
    text = "Điều 1. Phạm vi\n1. Mọi chi bộ.\nĐiều 2. Việc phải làm\n1. Họp.\n2. Ghi sổ.\n"
    words = "Ghi sổ."
    start = text.index(words)
    quote = {
        "source_id": "qd-9", "start": start, "end": start + len(words), "text": words,
        "title": "Quy định", "publisher": "Báo A", "date": "2025-01-02", "url": "http://a",
    }  # fmt: skip
    entry = {
        "id": 1, "standalone": "", "question": "Ghi gì?\x00", "answer": "Theo nguồn:",
        "asked_at": "2026-01-01T00:00:00+00:00", "quoted": [quote],
    }  # fmt: skip
    said = (
        Stated(OfficialField.NUMBER, "9-QĐ/HU", 0, 1),
        Stated(OfficialField.KIND, "Quy định", 0, 1),
        Stated(OfficialField.ISSUER, "Ban Thường vụ Huyện ủy", 0, 1),
    )

    data = as_docx([entry], lambda _: said, lambda *_: text, VIETNAMESE.takeaway)

    assert (
        "Quy định số 9-QĐ/HU của Ban Thường vụ Huyện ủy, Điều 2, khoản 2. Quy định. "
        "Báo A, 02/01/2025. http://a"
    ) in paragraphs(("", data))
