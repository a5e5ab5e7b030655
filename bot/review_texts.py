"""What the bot says to administrators who review the log; these commands speak Vietnamese alone."""

FILTERS = {"tat": "Tất cả", "chua": "Chưa trả lời", "che": "Bị chê", "loi": "Lỗi"}
"""Filter of /nhatky → the words on its button."""
NO_EXCHANGES = "Chưa có lượt hỏi nào như vậy."
LIST = "{what}: {count} lượt hỏi. Trang {page}/{pages}"
FOUND = "Tìm “{words}”: {count} lượt hỏi, mới nhất trước."
BACK = "◀ Danh sách"
GONE = "Lượt hỏi này không còn trong nhật ký."
CANNOT_WRITE = (
    "Kết quả chỉ gửi riêng, mà tôi chưa nhắn riêng cho bạn được. Bạn hãy mở trò chuyện riêng với"
    " @{username}, bấm Start, rồi gửi lại lệnh."
)
READING = (
    "30 ngày qua có {total} lượt hỏi của {people} người; trả lời được {answered}{trend}."
    " Bình chọn: {up} khen, {down} chê.{times}{missing}"
)
TIMES = " Một nửa số câu trả lời xong trong {p50:.0f} ms, 95% trong {p95:.0f} ms."
MISSING = " Câu chưa trả lời được hỏi nhiều nhất: “{question}” ({times} lần)."
EXPORTED = "{count} lượt hỏi từ {since}."
EXPORT_USAGE = "Cách dùng: /xuat csv 7d (csv, jsonl hoặc xlsx; khoảng thời gian như 7d, 24h, 2w)."
NOTHING_TO_EXPORT = "Khoảng này không có lượt hỏi nào."
ALL_ANSWERED = "Không còn câu nào chờ xử lý."
GROUP = "Chưa trả lời được {page}/{pages} · hỏi {times} lần, gần nhất {when}"
NOW_ANSWERED = "\n✓ Nay đã có nguồn trả lời câu này."
SEND_NEW = "Gửi câu trả lời mới"
REPLY, ADD_SOURCE, IGNORE, DONE = "Trả lời", "Thêm nguồn", "Bỏ qua", "Đã xử lý"
HOW_TO_ADD = (
    "Gửi /them kèm địa chỉ trang web, hoặc gửi tệp kèm chú thích /them. Sau đó gửi lại /chuatraloi:"
    " câu nào đã có nguồn sẽ được ghi rõ."
)
ANSWER_PROMPT = (
    "Hãy trả lời (reply) tin này; lời của bạn được gửi nguyên văn tới người hỏi câu số"
    " {number}:\n{question}"
)
OFFICIAL = "Quản trị viên trả lời:\n{words}"
DELIVERED = (
    "Đã gửi tới {count}/{all} lượt hỏi. Muốn lưu câu trả lời này thành nguồn: trả lời (reply) tin"
    " này bằng /them."
)
SENT = "Đang gửi câu trả lời mới cho {count} lượt hỏi."
