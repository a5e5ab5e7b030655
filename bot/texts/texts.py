"""Every sentence that the bot says itself in Telegram. What sources say is not here.

One field a sentence, so that a face in another language cannot leave one out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.assistant.routing import SmallTalk
from bot.texts.admin_texts import ADMIN_VIETNAMESE, AdminTexts
from bot.texts.group_texts import GROUP_VIETNAMESE, GroupTexts


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's sentences in one language; `{…}` are filled with str.format."""

    start: str
    help: str
    inline_help: str
    admin_help: str
    empty_question: str
    only_text: str
    unknown_command: str
    not_allowed: str
    admins_only: str
    failed: str
    moved: str
    tokens_spent: str
    no_model: str
    unsure: str
    send_again: str
    sent_again: str
    show_sources: str
    passage_gone: str
    passage_old: str
    voted_up: str
    voted_down: str
    reasons: Mapping[str, str]
    """bot.log.votes.Reason → the words on its button."""
    reason_kept: str
    tell_more: str
    words_kept: str
    hand_over: str
    handed_over: str
    handed_over_already: str
    for_admins: str
    expired: str
    forgotten: str
    person_allowance: str
    chat_allowance: str
    busy: str
    status: str
    unlimited: str
    ask_in_private: str
    allowance_spent: str
    according: str
    not_found: str
    unmentioned: str
    nearest: str
    no_answer: str
    no_sources: str
    no_sources_like: str
    sources: str
    admin: AdminTexts
    group: GroupTexts
    directives: str
    no_directives: str
    directive_unknown: str
    directive_which: str
    directive_page: str
    directive_gone: str
    privacy: str
    people_named: str
    people_hashed: str
    delete_question: str
    delete: str
    keep: str
    not_yours: str
    kept: str
    deleted: str
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
        "/nguon – danh sách nguồn; /nguon kèm từ để tìm\n"
        "/vanban – văn bản được nhắc tới, ví dụ /vanban 205-QĐ/TW\n"
        "/moi – quên các câu trước; quản trị viên nhóm: /moi nhom – quên của cả nhóm\n"
        "/tinhtrang – tình trạng của bot\n"
        "/help – hướng dẫn này"
    ),
    inline_help=(
        "• Trong mọi cuộc trò chuyện: gõ @{username} rồi câu hỏi để chọn một trích dẫn gửi vào đó."
    ),
    admin_help=(
        "Dành cho quản trị:\n/reload – nạp lại tài liệu\n/hoantac – hoàn tác lần nạp gần nhất\n"
        "/them – thêm một trang web hoặc tệp\n/xoanguon MÃ – xoá một nguồn\n"
        "/nhatky – nhật ký, ví dụ /nhatky dang vien\n/thongke – thống kê\n"
        "/xuat csv 7d – xuất nhật ký\n/chuatraloi – câu chưa trả lời được"
    ),
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
    tokens_spent=(
        "Đã hết lượt dùng mô hình ngôn ngữ trong 24 giờ; đây là trích dẫn nguyên văn từ nguồn."
    ),
    no_model="Mô hình ngôn ngữ chưa trả lời được câu này; đây là trích dẫn nguyên văn từ nguồn.",
    failed="Xin lỗi, tôi gặp trục trặc khi xử lý câu hỏi này. Bạn vui lòng thử lại sau ít phút.",
    moved="Trả lời câu hỏi trước khi nhóm được nâng cấp: “{question}”",
    unsure=(
        "Tôi vừa khởi động lại đúng lúc đang gửi câu trả lời cho câu này. Nếu bạn chưa thấy câu trả"
        " lời, hãy bấm nút dưới đây."
    ),
    send_again="Gửi câu trả lời",
    sent_again="Tôi gửi ngay đây.",
    show_sources="📚 Nguồn",
    passage_gone="(Đoạn này không còn trong kho; trên đây là nguyên văn lúc trả lời.)",
    passage_old="(Bài đã được sửa hoặc gỡ sau đó; trên đây là bản dùng khi trả lời.)",
    voted_up="Đã ghi 👍. Cảm ơn bạn!",
    voted_down="Đã ghi 👎. Câu trả lời chưa tốt ở điểm nào?",
    reasons={
        "sai": "Sai",
        "thieu": "Thiếu",
        "nguon": "Nguồn không hợp",
        "khac": "Khác…",
    },
    reason_kept="Đã ghi: {reason}. Cảm ơn bạn!",
    tell_more="{name} ơi, bạn hãy trả lời (reply) tin này để góp ý cụ thể cho câu trả lời trên.",
    words_kept="Đã ghi góp ý. Cảm ơn bạn!",
    hand_over="Chuyển cho quản trị",
    handed_over="Đã chuyển câu hỏi cho quản trị viên.",
    handed_over_already="Câu hỏi này đã được chuyển cho quản trị viên rồi.",
    for_admins="{name} nhờ quản trị viên xem câu hỏi chưa trả lời được (số {number}):\n{question}",
    expired="Câu trả lời này không còn trong nhật ký, bạn hãy hỏi lại nhé.",
    forgotten="Đã quên các câu trước. Bạn hỏi chuyện mới nhé.",
    person_allowance=(
        "Bạn đã hỏi {limit} câu trong một giờ qua nên tôi tạm nghỉ với câu này; bạn hãy hỏi lại sau"
        " nhé."
    ),
    chat_allowance=(
        "Nhóm đã hỏi {limit} câu trong một giờ qua nên tôi tạm nghỉ; mọi người hãy hỏi lại sau nhé."
    ),
    busy="Hiện có quá nhiều người hỏi cùng lúc. Bạn hãy chờ vài phút rồi gửi lại câu hỏi nhé.",
    status=(
        "Kho tài liệu: {sources} nguồn\n"
        "Mô hình: {model}\n"
        "Đang chờ trả lời: {waiting} câu\n"
        "Bạn đã hỏi trong một giờ qua: {asked}/{limit} câu"
    ),
    unlimited="không giới hạn",
    ask_in_private="Chưa tìm thấy trích dẫn – nhắn riêng cho tôi",
    allowance_spent="Đã hết lượt hỏi trong giờ này, mời bạn quay lại sau",
    according="Theo {who}:",
    not_found="Các nguồn hiện có không trả lời câu hỏi này.",
    unmentioned="Không nguồn nào nhắc tới {names}.",
    nearest="Nguồn gần nhất:",
    no_answer="Tôi chưa có gì để trả lời câu này.",
    no_sources="Kho tài liệu đang trống.",
    sources="Có {count} nguồn:",
    admin=ADMIN_VIETNAMESE,
    group=GROUP_VIETNAMESE,
    directives="Các nguồn nhắc tới {count} văn bản.\n{kinds}\n\nTrang {page}/{pages}:",
    no_directives="Chưa nguồn nào nhắc tới văn bản có số hiệu.",
    directive_unknown=(
        "Không nguồn nào nhắc tới {query}. Gửi /vanban để xem các văn bản được nhắc tới."
    ),
    directive_which="“{query}” có thể là một trong {count} văn bản. Bạn chọn:",
    directive_page="{name} – trang {page}/{pages}",
    directive_gone="Kho tài liệu đã đổi. Bạn gửi lại /vanban nhé.",
    privacy=(
        "Tôi lưu câu hỏi gửi cho tôi (cả câu gõ sau @tên tôi), câu trả lời, trích dẫn, bình chọn,"
        " thời gian và việc của quản trị viên, để trả lời tiếp câu sau và cải thiện kho tài liệu."
        " {people} Tôi không lưu tin nhắn khác trong nhóm.\n\nSau {days} ngày, nội dung và tên"
        " người bị xóa, chỉ còn số liệu. /xoadulieu xóa ngay những gì của bạn."
    ),
    people_named="Kèm theo là tên và mã Telegram của bạn.",
    people_hashed="Tên bạn không được lưu; thay cho mã Telegram là một mã băm có khóa.",
    delete_question=(
        "Xóa mọi câu hỏi, câu trả lời, góp ý và tên của bạn khỏi nhật ký? Không lấy lại được; câu"
        " đang chờ sẽ không được trả lời."
    ),
    delete="Xóa hết",
    keep="Giữ lại",
    not_yours="Chỉ người đã gửi lệnh mới bấm được.",
    kept="Không xóa gì.",
    deleted="Đã xóa {count} lượt hỏi cùng tên và góp ý của bạn khỏi nhật ký.",
    no_sources_like="Không có nguồn nào hợp với “{words}”.",
    commands={
        "hoi": "Đặt câu hỏi",
        "nguon": "Danh sách nguồn",
        "vanban": "Văn bản được nhắc tới",
        "moi": "Bắt đầu chuyện mới",
        "tinhtrang": "Tình trạng của bot",
        "quyenriengtu": "Điều gì được lưu",
        "xoadulieu": "Xóa dữ liệu của bạn",
        "help": "Hướng dẫn",
    },
    admin_commands={
        "reload": "Nạp lại tài liệu",
        "hoantac": "Hoàn tác lần nạp gần nhất",
        "them": "Thêm trang web hoặc tệp",
        "xoanguon": "Xoá một nguồn",
        "nhatky": "Nhật ký hỏi đáp",
        "thongke": "Thống kê 30 ngày",
        "xuat": "Xuất nhật ký thành tệp",
        "chuatraloi": "Câu chưa trả lời được",
    },
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
