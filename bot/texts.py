"""Every sentence that the bot says itself in Telegram. What sources say is not here.

One field a sentence, so that a face in another language cannot leave one out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.routing import SmallTalk


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's sentences in one language; `{…}` are filled with str.format."""

    start: str
    help: str
    admin_help: str
    empty_question: str
    only_text: str
    unknown_command: str
    not_allowed: str
    admins_only: str
    failed: str
    nearest: str
    no_answer: str
    no_sources: str
    sources: str
    reloading: str
    reloaded: str
    unreadable: str
    reload_failed: str
    commands: dict[str, str]
    """Command → what the menu says of it."""
    admin_commands: dict[str, str]
    no_words: str
    small_talk: Mapping[SmallTalk, str]


VIETNAMESE = Texts(
    start=(
        "Xin chào! Tôi là Chỉ Dẫn, trả lời câu hỏi về các chỉ thị, nghị quyết xây dựng Đảng"
        " từ kho tài liệu, luôn kèm trích dẫn nguyên văn và nguồn.\n\n"
        "Bạn cứ gửi câu hỏi. /help cho biết thêm."
    ),
    help=(
        "Cách hỏi:\n"
        "• Trong cuộc trò chuyện riêng: gửi thẳng câu hỏi.\n"
        "• Trong nhóm: /hoi kèm câu hỏi, nhắc tên tôi (@{username}), hoặc trả lời (reply) một câu"
        " trả lời của tôi.\n"
        "• Trả lời (reply) tin nhắn của người khác bằng /hoi để hỏi chính câu đó.\n\n"
        "Mỗi câu trả lời dẫn nguyên văn tài liệu, kèm cơ quan, ngày và tên bài. Khi tài liệu"
        " không nói tới, tôi nói rõ là không tìm thấy.\n\n"
        "/nguon – danh sách nguồn\n/help – hướng dẫn này"
    ),
    admin_help="/reload – nạp lại tài liệu (quản trị)",
    empty_question=(
        "Bạn hãy viết câu hỏi ngay sau lệnh, ví dụ:\n"
        "/hoi Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
    ),
    only_text="Tôi chỉ đọc được chữ. Bạn hãy viết câu hỏi thành tin nhắn nhé.",
    unknown_command="Tôi chưa biết lệnh này. Bạn xem /help hoặc gửi thẳng câu hỏi nhé.",
    not_allowed=(
        "Bot này hiện chỉ phục vụ một số nhóm và người dùng. Nếu bạn cần dùng, hãy gửi quản trị"
        " viên mã này: {chat_id}"
    ),
    admins_only="Lệnh này dành cho quản trị viên của bot.",
    failed="Xin lỗi, tôi gặp trục trặc khi xử lý câu hỏi này. Bạn vui lòng thử lại sau ít phút.",
    nearest="Nguồn gần nhất:",
    no_answer="Tôi chưa có gì để trả lời câu này.",
    no_sources="Kho tài liệu đang trống.",
    sources="Có {count} nguồn:",
    reloading="Đang nạp lại tài liệu…",
    reloaded=(
        "Đã nạp xong trong {seconds:.1f} giây: thêm {added}, đổi {changed}, bỏ {removed},"
        " giữ nguyên {unchanged}."
    ),
    unreadable="Không đọc được {count} tệp:",
    reload_failed="Chưa nạp lại được: {reason}",
    commands={
        "hoi": "Đặt câu hỏi",
        "nguon": "Danh sách nguồn",
        "help": "Hướng dẫn",
    },
    admin_commands={"reload": "Nạp lại tài liệu"},
    no_words="Bạn hãy viết câu hỏi bằng chữ nhé.",
    small_talk={
        SmallTalk.GREETING: (
            "Xin chào! Bạn muốn hỏi gì về các chỉ thị, nghị quyết, hội nghị xây dựng Đảng?"
        ),
        SmallTalk.THANKS: "Không có gì. Bạn cứ hỏi tiếp nhé.",
        SmallTalk.FAREWELL: "Tạm biệt, hẹn gặp lại.",
        SmallTalk.IDENTITY: (
            "Tôi là Chỉ Dẫn. Tôi trả lời câu hỏi về công tác xây dựng Đảng từ kho tài liệu, luôn"
            " kèm trích dẫn nguyên văn; tài liệu không nói tới thì tôi nói rõ."
        ),
        SmallTalk.ACKNOWLEDGEMENT: "Vâng. Bạn cứ hỏi tiếp nhé.",
    },
)
