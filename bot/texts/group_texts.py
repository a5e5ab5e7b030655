"""What the bot says about a group and to those who administer it, in Vietnamese and in English.

One field a sentence, so that a face in another language cannot leave one out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupTexts:
    """The sentences in one language; `{…}` are filled with str.format."""

    unknown_group: str
    joined: str
    hears_all: str
    hears_little: str
    cannot_write: str
    forgotten: str
    chat_admins_only: str


GROUP_VIETNAMESE = GroupTexts(
    unknown_group=(
        "Tôi chỉ phục vụ những nhóm đã được cho phép. Quản trị viên nhóm muốn dùng tôi ở đây, xin"
        " gửi người vận hành bot mã nhóm này: {chat_id}"
    ),
    joined="Chào cả nhà! Tôi trả lời câu hỏi từ kho tài liệu, kèm trích dẫn. /help cho biết thêm.",
    hears_all="Trong nhóm này tôi thấy mọi tin nhắn, nên @nhắc tên, /hoi và trả lời tin đều được.",
    hears_little=(
        "Chế độ riêng tư đang bật: trong nhóm này /hoi và việc trả lời (reply) tin của tôi dùng"
        " được, còn chỉ @nhắc tên thì có thể tôi không nhận được. Muốn dùng cả @nhắc tên: cho tôi"
        " làm quản trị viên nhóm, hoặc gửi /setprivacy cho @BotFather, chọn Disable, rồi thêm tôi"
        " vào nhóm lại."
    ),
    cannot_write=(
        "Tôi không được phép gửi tin trong nhóm này, nên chưa trả lời được ai. Xin quản trị viên"
        " nhóm cho phép bot gửi tin nhắn."
    ),
    forgotten="Đã quên chuyện của mọi người ở đây. Mời cả nhà hỏi chuyện mới.",
    chat_admins_only=(
        "Chỉ quản trị viên nhóm mới bắt đầu lại cho cả nhóm được. Gửi /moi để chỉ quên chuyện của"
        " bạn."
    ),
)

GROUP_ENGLISH = GroupTexts(
    unknown_group=(
        "I only serve groups that are on my list. Administrators who want me here, please send my"
        " operator the number of this group: {chat_id}"
    ),
    joined="Hello! I answer questions from a store of articles, with quotes. /help tells more.",
    hears_all="In this group I see every message: mentions, /ask and replies all work.",
    hears_little=(
        "Privacy mode is on: in this group /ask and replies to my messages work, but a mere mention"
        " may not reach me. To change that, make me an administrator of the group, or send"
        " /setprivacy to @BotFather, choose Disable, and add me to the group again."
    ),
    cannot_write=(
        "I may not send messages in this group, so I cannot answer anybody. Administrators, please"
        " allow the bot to send messages."
    ),
    forgotten="Everybody's questions here are forgotten. Please ask something new.",
    chat_admins_only=(
        "Only administrators of the group can start anew for everybody. Send /new to forget just"
        " yours."
    ),
)
