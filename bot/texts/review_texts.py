"""What the bot says to administrators who review the log, in Vietnamese and in English.

One field a sentence, so that a face in another language cannot leave one out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.texts.entry_texts import ENTRY_ENGLISH, ENTRY_VIETNAMESE, EntryTexts


@dataclass(frozen=True, slots=True)
class ReviewTexts:
    """The sentences in one language; `{…}` are filled with str.format."""

    filters: Mapping[str, str]
    """Filter of /nhatky → the words on its button."""
    entry: EntryTexts
    no_exchanges: str
    list: str
    found: str
    back: str
    gone: str
    cut: str
    cannot_write: str
    chart_questions: str
    chart_share: str
    reading: str
    trend: str
    times: str
    missing: str
    exported: str
    export_usage: str
    nothing_to_export: str
    too_large: str
    all_answered: str
    group: str
    now_answered: str
    send_new: str
    reply: str
    add_source: str
    ignore: str
    done: str
    how_to_add: str
    answer_prompt: str
    official: str
    official_publisher: str
    delivered: str
    sent: str
    week: str
    week_before: str
    week_unanswered: str
    week_sources: str
    week_no_sources: str
    week_more: str


REVIEW_VIETNAMESE = ReviewTexts(
    filters={"tat": "Tất cả", "chua": "Chưa trả lời", "che": "Bị chê", "loi": "Lỗi"},
    entry=ENTRY_VIETNAMESE,
    no_exchanges="Chưa có lượt hỏi nào như vậy.",
    list="{what}: {count} lượt hỏi. Trang {page}/{pages}",
    found="Tìm “{words}”: {count} lượt hỏi, mới nhất trước. Trang {page}/{pages}",
    back="◀ Danh sách",
    gone="Lượt hỏi này không còn trong nhật ký.",
    cut="\n… Còn nữa; xem trọn ở trang nhật ký hoặc bằng lệnh chidan logs show {number}.",
    cannot_write=(
        "Kết quả chỉ gửi riêng, mà tôi chưa nhắn riêng cho bạn được. Bạn hãy mở trò chuyện riêng"
        " với @{username}, bấm Start, rồi gửi lại lệnh."
    ),
    chart_questions="Câu hỏi mỗi ngày",
    chart_share="Trả lời được (%)",
    reading=(
        "30 ngày qua có {total} lượt hỏi của {people} người; trả lời được {answered}{trend}."
        " Bình chọn: {up} khen, {down} chê.{times}{missing}"
    ),
    trend=" (30 ngày trước đó: {answered})",
    times=" Một nửa số câu trả lời xong trong {p50:.0f} ms, 95% trong {p95:.0f} ms.",
    missing=" Câu chưa trả lời được hỏi nhiều nhất: “{question}” ({times} lần).",
    exported="{count} lượt hỏi từ {since}.",
    export_usage=(
        "Cách dùng: /xuat csv 7d (csv, jsonl hoặc xlsx; khoảng thời gian như 7d, 24h, 2w hoặc"
        " 2026-11-01)."
    ),
    nothing_to_export="Khoảng này không có lượt hỏi nào.",
    too_large=(
        "Tệp này lớn quá cỡ Telegram nhận ({megabytes:.0f} MB). Bạn hãy chọn khoảng ngắn hơn, hoặc"
        " chạy chidan logs --csv trên máy chủ."
    ),
    all_answered="Không còn câu nào chờ xử lý.",
    group="Chưa trả lời được {page}/{pages} · hỏi {times} lần, gần nhất {when}",
    now_answered="\n✓ Nay đã có nguồn trả lời câu này.",
    send_new="Gửi câu trả lời mới",
    reply="Trả lời",
    add_source="Thêm nguồn",
    ignore="Bỏ qua",
    done="Đã xử lý",
    how_to_add=(
        "Gửi /them kèm địa chỉ trang web, hoặc gửi tệp kèm chú thích /them. Sau đó gửi lại"
        " /chuatraloi: câu nào đã có nguồn sẽ được ghi rõ."
    ),
    answer_prompt=(
        "Hãy trả lời (reply) tin này; lời của bạn được gửi nguyên văn tới người hỏi câu số"
        " {number}:\n{question}"
    ),
    official="Quản trị viên trả lời:\n{words}",
    official_publisher="Quản trị viên trả lời",
    delivered=(
        "Đã gửi tới {count}/{all} lượt hỏi. Muốn lưu câu trả lời này thành nguồn: trả lời (reply)"
        " tin này bằng /them."
    ),
    sent="Đang gửi câu trả lời mới cho {count} lượt hỏi.",
    week=(
        "Tuần qua, {first} đến {last}\n\n{total} lượt hỏi của {people} người; trả lời được"
        " {answered}{trend}.\nBình chọn: {up} khen, {down} chê."
    ),
    week_before=" (tuần trước: {total} lượt, {answered})",
    week_unanswered="Chưa trả lời được, hỏi nhiều nhất:",
    week_sources="Nguồn mới ({count}):",
    week_no_sources="Không có nguồn mới.",
    week_more="/chuatraloi để xử lý · /thongke xem biểu đồ · /xuat csv 7d lấy nhật ký",
)

REVIEW_ENGLISH = ReviewTexts(
    filters={"tat": "All", "chua": "Unanswered", "che": "Voted down", "loi": "Errors"},
    entry=ENTRY_ENGLISH,
    no_exchanges="There is no such exchange.",
    list="{what}: {count} exchanges. Page {page}/{pages}",
    found="“{words}”: {count} exchanges, newest first. Page {page}/{pages}",
    back="◀ The list",
    gone="This exchange is no longer in the log.",
    cut="\n… There is more; see the log's pages or run chidan logs show {number}.",
    cannot_write=(
        "This goes into a private chat only, where I cannot write to you yet. Please open a chat"
        " with @{username}, press Start, and send the command again."
    ),
    chart_questions="Questions a day",
    chart_share="Answered (%)",
    reading=(
        "{total} exchanges of {people} people in the last 30 days; {answered} answered{trend}."
        " Votes: {up} up, {down} down.{times}{missing}"
    ),
    trend=" (the 30 days before: {answered})",
    times=" Half of the answers took up to {p50:.0f} ms, 95% up to {p95:.0f} ms.",
    missing=" Unanswered most often: “{question}” ({times} times).",
    exported="{count} exchanges since {since}.",
    export_usage=(
        "Usage: /export csv 7d (csv, jsonl or xlsx; a period such as 7d, 24h, 2w or 2026-11-01)."
    ),
    nothing_to_export="There is no exchange in this period.",
    too_large=(
        "This file is larger than Telegram takes ({megabytes:.0f} MB). Please choose a shorter"
        " period, or run chidan logs --csv on the server."
    ),
    all_answered="There is nothing left to deal with.",
    group="Unanswered {page}/{pages} · asked {times} times, last {when}",
    now_answered="\n✓ A source answers this now.",
    send_new="Send the new answer",
    reply="Answer",
    add_source="Add a source",
    ignore="Ignore",
    done="Dealt with",
    how_to_add=(
        "Send /them and a web address, or a file with the caption /them. Then send /unanswered"
        " again: it says which questions are answered by now."
    ),
    answer_prompt=(
        "Please reply to this message; your words go as they are to whoever asked question"
        " {number}:\n{question}"
    ),
    official="An administrator answers:\n{words}",
    official_publisher="An administrator's answer",
    delivered=(
        "Sent to {count} of {all} exchanges. To keep this answer as a source, reply to this message"
        " with /them."
    ),
    sent="Sending the new answer to {count} exchanges.",
    week=(
        "The last week, {first} to {last}\n\n{total} exchanges of {people} people; {answered}"
        " answered{trend}.\nVotes: {up} up, {down} down."
    ),
    week_before=" (the week before: {total} exchanges, {answered})",
    week_unanswered="Unanswered most often:",
    week_sources="New sources ({count}):",
    week_no_sources="No new sources.",
    week_more="/unanswered to deal with them · /stats for a chart · /export csv 7d for the log",
)
