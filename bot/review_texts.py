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
