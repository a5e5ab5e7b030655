"""A copy of the log, taken while the bot runs, becomes the log of another that goes on."""

from datetime import UTC, datetime

import pytest
from scripted import found

from bot.log.backup import BackupFault, back_up, restore
from bot.log.exchanges import Conversations
from bot.review.queries import Filter, find


@pytest.fixture
def log(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        yield log


def ask(log, question: str) -> int:
    exchange = log.record(None, -5, None, 7, "Lan", 11, question, datetime.now(UTC))
    log.finish(exchange, found(question), [12])
    return exchange


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
        kept = [row["question"] for row in find(log.file, Filter(search="dang vien"))]

    assert question == "còn năm 2023?"
    assert [turn.question for turn in history] == ["Hà Nội kết nạp bao nhiêu đảng viên?"]
    assert "11.144" in history[0].answer
    assert "Hà Nội kết nạp bao nhiêu đảng viên?" in kept
    assert "Câu sau khi sao lưu?" not in kept


def test_a_backup_taken_while_in_use_is_put_back_and_asked(log, tmp_path):
    ask(log, "Có bao nhiêu đảng viên?")
    with log.file.writing() as db:
        db.execute("update exchanges set person_id = person_id")
        assert back_up(tmp_path / "logs.db", tmp_path / "copy.db") == 1
    ask(log, "sau đó")

    with pytest.raises(BackupFault, match="--replace"):
        restore(tmp_path / "copy.db", tmp_path / "logs.db", replace=False)
    assert restore(tmp_path / "copy.db", tmp_path / "logs.db", replace=True) == 1
    assert restore(tmp_path / "copy.db", tmp_path / "new" / "logs.db", replace=False) == 1

    assert [row["question"] for row in find(log.file, Filter(search="dang vien"))] == [
        "Có bao nhiêu đảng viên?"
    ]
    assert ask(log, "và tiếp") == 2


def test_what_is_no_backup_is_refused_and_nothing_is_overwritten(log, tmp_path):
    ask(log, "một câu")
    (tmp_path / "rubbish").write_text("không phải cơ sở dữ liệu" * 99)

    with pytest.raises(BackupFault, match="vẫn nguyên"):
        restore(tmp_path / "rubbish", tmp_path / "logs.db", replace=True)
    with pytest.raises(BackupFault, match="vẫn nguyên"):
        restore(tmp_path / "missing", tmp_path / "logs.db", replace=True)
    with pytest.raises(BackupFault, match="giữ nguyên"):
        back_up(tmp_path / "logs.db", tmp_path / "rubbish")
    with pytest.raises(BackupFault, match="Chưa có"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    assert len(find(log.file, Filter())) == 1


def test_backup_and_restore_from_the_command_line(chidan, tmp_path):
    with Conversations(tmp_path / "state" / "logs.db") as log:
        ask(log, "Có bao nhiêu?")

    saved = chidan("backup", "a.db")
    refused = chidan("restore", "a.db")
    restored = chidan("restore", "a.db", STATE_DIR=str(tmp_path / "other"))

    assert "1 lượt hỏi" in saved.stdout
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "Đã khôi phục 1 lượt hỏi" in restored.stdout
    assert "Có bao nhiêu?" in chidan("logs", STATE_DIR=str(tmp_path / "other")).stdout
