"""A copy of the log, taken while the bot runs, becomes the log of another that goes on."""

from bot.backups import back_up, restore
from bot.conversations import Conversations
from bot.review import Filter, find


async def test_a_bot_over_a_restored_log_knows_what_was_said(server, bot, tmp_path):
    lan, hanoi = server.person("Lan"), server.group("Hà Nội")
    await bot.starts()
    answered = await server.reply_to(lan.says(hanoi, "/hoi Hà Nội kết nạp bao nhiêu đảng viên?"))
    await server.reply_to(lan.says(hanoi, "/help"))  # a chat is served in order: all is logged

    assert back_up(tmp_path / "logs.db", tmp_path / "copy.db") == 1
    await server.reply_to(lan.says(hanoi, "/hoi Câu sau khi sao lưu?"))
    await bot.stops()
    assert restore(tmp_path / "copy.db", tmp_path / "new" / "logs.db", replace=False) == 1

    with Conversations(tmp_path / "new" / "logs.db") as log:
        bot.log = log
        await bot.starts()
        await server.reply_to(lan.says(hanoi, "còn năm 2023?", reply_to=answered))
        question, history = bot.assistant.asked[-1]
        await bot.stops()
        found = [row["question"] for row in find(log.file, Filter(search="dang vien"))]

    assert question == "còn năm 2023?"
    assert [turn.question for turn in history] == ["Hà Nội kết nạp bao nhiêu đảng viên?"]
    assert "11.144" in history[0].answer
    assert "Hà Nội kết nạp bao nhiêu đảng viên?" in found
    assert "Câu sau khi sao lưu?" not in found
