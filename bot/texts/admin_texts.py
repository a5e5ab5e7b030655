"""What the bot says to its administrators, in Vietnamese and in English.

One field a sentence, so that a face in another language cannot leave one out.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.texts.review_texts import REVIEW_ENGLISH, REVIEW_VIETNAMESE, ReviewTexts


@dataclass(frozen=True, slots=True)
class AdminTexts:
    """The sentences in one language; `{…}` are filled with str.format."""

    decimal_mark: str
    reloading: str
    reloaded: str
    unreadable: str
    flagged: str
    lossy: str
    kept_share: str
    reload_failed: str
    reloading_far: str
    held: str
    held_mark: str
    nothing_to_undo: str
    undo_question: str
    undo: str
    redo: str
    leave: str
    left: str
    undone: str
    undo_failed: str
    add_usage: str
    draft_reading: str
    draft_heading: str
    draft_no_date: str
    draft_no_publisher: str
    draft_same: str
    draft_nearly: str
    draft_add: str
    draft_edit: str
    draft_drop: str
    draft_dropped: str
    draft_edit_how: str
    draft_edited: str
    draft_gone: str
    draft_saved: str
    not_added: str
    delete_usage: str
    delete_question: str
    delete: str
    deleted: str
    review: ReviewTexts


ADMIN_VIETNAMESE = AdminTexts(
    decimal_mark=",",
    reloading="Đang nạp lại tài liệu…",
    reloaded=(
        "Đã nạp xong trong {seconds} giây: thêm {added}, đổi {changed}, bỏ {removed},"
        " giữ nguyên {unchanged}."
    ),
    unreadable="Không đọc được {count} tệp:",
    flagged="{count} câu ra lệnh cho trợ lý, không trích và không đưa cho mô hình:",
    lossy="{count} tệp bị để ngoài nhiều khi đọc:",
    kept_share="chỉ giữ {share:.0%} số từ; dòng đầu bị để ngoài: “{line}”",
    reload_failed="Chưa nạp lại được: {reason}",
    reloading_far="Đang nạp lại tài liệu… {done}/{total} tệp",
    held="{count} tệp giữ ở bản trước lần hoàn tác, cho tới khi tệp thay đổi.",
    held_mark="⏸ giữ bản trước lần hoàn tác",
    nothing_to_undo="Không còn lần nạp nào để hoàn tác: trước đó chỉ mục chưa có nguồn nào, hoặc "
    "đã hoàn tác hết các lần được giữ. Chỉ mục được giữ nguyên.",
    undo_question="Hoàn tác lần nạp lúc {when}? Khi đó {count} nguồn sẽ đổi:",
    undo="Hoàn tác",
    redo="Làm lại theo tệp",
    leave="Thôi",
    left="Thôi vậy, mọi thứ giữ nguyên.",
    undone=(
        "Đã trở về trước lần nạp đó: thêm lại {added}, đổi lại {changed}, bỏ {removed}, giữ nguyên"
        " {unchanged}. Các tệp giữ nguyên và sẽ được nạp khi chúng thay đổi."
    ),
    undo_failed="Chưa hoàn tác được: {reason}",
    add_usage=(
        "Cách thêm tài liệu:\n• /them kèm địa chỉ trang web\n• gửi tệp kèm chú thích /them\n"
        "• trả lời (reply) một tin có tệp hoặc địa chỉ bằng /them"
    ),
    draft_reading="Đang đọc…",
    draft_heading="Sẽ thêm {count} tài liệu:",
    draft_no_date="chưa rõ ngày",
    draft_no_publisher="chưa rõ nơi đăng",
    draft_same="Trùng với “{title}”.",
    draft_nearly="Gần giống “{title}” ({share:.0%}).",
    draft_add="Thêm",
    draft_edit="Sửa tiêu đề/ngày",
    draft_drop="Bỏ",
    draft_dropped="Đã bỏ, không thêm gì.",
    draft_edit_how=(
        "Hãy trả lời (reply) tin xem trước bằng tiêu đề | ngày | nơi đăng; chỗ nào giữ nguyên thì"
        " ghi dấu -. Ví dụ:\n{example}"
    ),
    draft_edited="Đã sửa. Bấm Thêm ở tin xem trước khi ưng.",
    draft_gone="Bản xem trước này không còn, bạn hãy gửi lại /them nhé.",
    draft_saved="Đã lưu vào kho:\n{paths}",
    not_added="Chưa thêm được: {reason}",
    delete_usage=(
        "Hãy ghi sau lệnh mã của nguồn, hoặc những từ chỉ một nguồn có: /xoanguon MÃ. Xem mã bằng"
        " /nguon."
    ),
    delete_question="Xoá nguồn này?\n{title}\nTệp {path} sẽ bị xoá khỏi thư mục nguồn.",
    delete="Xoá",
    deleted="Đã xoá tệp {path}.",
    review=REVIEW_VIETNAMESE,
)

ADMIN_ENGLISH = AdminTexts(
    decimal_mark=".",
    reloading="Reloading the sources…",
    reloaded=(
        "Done in {seconds} seconds: {added} added, {changed} changed, {removed} removed,"
        " {unchanged} unchanged."
    ),
    unreadable="{count} files cannot be read:",
    flagged="{count} sentences give orders to the assistant; neither quotes nor prompts hold them:",
    lossy="Of {count} files much was left out when they were read:",
    kept_share="only {share:.0%} of the words kept; first line left out: “{line}”",
    reload_failed="Not reloaded: {reason}",
    reloading_far="Reloading the sources… {done}/{total} files",
    held="{count} files stay as they were before the undone reload, until they change.",
    held_mark="⏸ held as it was before the undone reload",
    nothing_to_undo="There is no reload left to undo: before it the index was empty, or all "
    "that are kept were undone. The index stays as it is.",
    undo_question="Undo the reload of {when}? {count} sources will change:",
    undo="Undo",
    redo="Follow the files again",
    leave="Leave it",
    left="Everything stays as it is.",
    undone=(
        "Back to before that reload: {added} added again, {changed} changed back, {removed}"
        " removed, {unchanged} unchanged. The files stay, and are read again once they change."
    ),
    undo_failed="Not undone: {reason}",
    add_usage=(
        "How to add documents:\n• /them and a web address\n• a file with the caption /them\n"
        "• reply with /them to a message with a file or an address"
    ),
    draft_reading="Reading…",
    draft_heading="{count} to be added:",
    draft_no_date="day unknown",
    draft_no_publisher="publisher unknown",
    draft_same="The same as “{title}”.",
    draft_nearly="Nearly the same as “{title}” ({share:.0%}).",
    draft_add="Add",
    draft_edit="Change title/day",
    draft_drop="Drop",
    draft_dropped="Dropped; nothing was added.",
    draft_edit_how=(
        "Please reply to the preview with title | day | publisher, and - for what shall stay. For"
        " example:\n{example}"
    ),
    draft_edited="Changed. Press Add under the preview when it is right.",
    draft_gone="This preview is gone; please send /them again.",
    draft_saved="Saved:\n{paths}",
    not_added="Not added: {reason}",
    delete_usage=(
        "Please write the id of a source, or words that one source alone has: /xoanguon ID. /nguon"
        " shows ids."
    ),
    delete_question="Delete this source?\n{title}\nThe file {path} will be deleted.",
    delete="Delete",
    deleted="The file {path} is deleted.",
    review=REVIEW_ENGLISH,
)
