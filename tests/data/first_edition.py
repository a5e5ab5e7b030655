"""Makes `first_edition.tar.xz`: what an office had of the first edition, made by that edition.

It runs in a checkout of the last commit before the modules moved into packages, and is kept to tell
what the archive holds and how to make it again:

    git worktree add ../first 9d16c76
    cd ../first && PYTHONPATH=.:tests python ../chidan/tests/data/first_edition.py OUT
    cd OUT && tar --exclude=state/engine --exclude='*.lock' -cJf …/first_edition.tar.xz .

In `OUT` come `.env`, `articles`, `state` and `telegram.json`: the chats as Telegram has them, with
the buttons that stand there. 3,000 exchanges are written by the log of that edition, the last ones
by the bot over its tests' Bot API server.
"""

import asyncio
import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import build_application
from bot.buttons import Reason, Vote
from bot.serving import serving
from bot.session import open_session
from bot.votes import Votes
from botapi.server import BotApiServer
from retrieval.catalogue import Catalogue

from bot.settings import Settings

EXCHANGES = 3000
ARTICLES = {
    "tong-ket.md": "---\ntitle: Đảng bộ thị xã tổng kết năm\npublisher: Trang tin Thị ủy\n"
    "date: 2024-12-20\nurl: https://example.org/tong-ket\n---\n\n"
    "Năm 2024, Đảng bộ thị xã Sông Lam kết nạp 812 đảng viên mới, vượt chỉ tiêu đề ra.\n\n"
    "Thị ủy biểu dương 25 chi bộ hoàn thành xuất sắc nhiệm vụ. Chi bộ phải họp mỗi tháng một lần"
    " theo Quy định 24-QĐ/TW.\n",
    "can-bo.md": "---\ntitle: Luân chuyển cán bộ ở thị xã\npublisher: Trang tin Thị ủy\n"
    "date: 2023-05-02\n---\n\n"
    "Ban Tổ chức Thị ủy luân chuyển 14 cán bộ về cơ sở trong năm 2023.\n\n"
    "Thời gian luân chuyển ít nhất là 3 năm, theo Quy định 65-QĐ/TW.\n",
    "giam-sat.txt": "Ủy ban Kiểm tra Thị ủy giám sát 9 tổ chức đảng trong quý III năm 2024.\n\n"
    "Hai chi bộ phải kiểm điểm vì thu nộp đảng phí chậm.\n",
}
ADDED = "\nQuý IV giám sát thêm 4 tổ chức đảng.\n"
QUESTIONS = (
    "Năm 2024 thị xã Sông Lam kết nạp bao nhiêu đảng viên?",
    "Bao nhiêu cán bộ được luân chuyển năm 2023?",
    "Thời gian luân chuyển ít nhất là mấy năm?",
    "Chi bộ họp mấy tháng một lần?",
    "Giá xăng hôm nay bao nhiêu?",
    "Ủy ban Kiểm tra giám sát bao nhiêu tổ chức đảng?",
    "Ai là trưởng ban Dân vận?",
    "Chi bộ nào phải kiểm điểm?",
)
SET = {
    "UNKNOWN_GROUPS": "leave",
    "QUESTIONS_PER_PERSON": "40",
    "QUESTIONS_PER_CHAT": "200",
    "QUESTIONS_WAITING": "250",
    "RETENTION_DAYS": "730",
    "LOG_PEOPLE": "name",
    "LOGS_PASSWORD": "doc-nhat-ky",
    "WEEKLY_SUMMARY": "0",
    "WEEKLY_SUMMARY_AT": "fri 16:00",
    "WATCH_SOURCES": "0",
    "FETCH_HOSTS": "trang.noi-bo",
    "LLM_TIMEOUT": "45",
    "LLM_SILENCE": "15",
    "LLM_CONCURRENCY": "4",
    "LLM_MAX_TOKENS": "600",
    "LLM_DAILY_TOKENS_PERSON": "1000",
    "LLM_DAILY_TOKENS_CHAT": "2000",
    "LLM_DAILY_TOKENS_TOTAL": "3000",
    "WEBHOOK_LISTEN": "127.0.0.1:8081",
}
FILE = "Chi bộ Sông Lam 3 họp bàn chuyển đổi số vào tháng 5.".encode()


def env(**more: str) -> str:
    """The edition's example of an `.env`, with these values filled in."""
    values = SET | more
    lines = Path(".env.example").read_text(encoding="utf-8").splitlines()
    names = [line.partition("=")[0] for line in lines]
    return "\n".join(
        f"{name}={values[name]}" if name in values else line
        for name, line in zip(names, lines, strict=True)
    )


def fill(session, people, places, answers) -> None:
    """Write exchanges, votes and what people say into the log."""
    chance, votes, now = random.Random(16), Votes(session.log.file), datetime.now(UTC)
    for n in range(EXCHANGES):
        person, which = chance.choice(people).user, chance.randrange(len(QUESTIONS))
        place = person.id if chance.random() < 0.4 else chance.choice(places)
        asked = now - timedelta(minutes=(EXCHANGES - n) * 90 + chance.randrange(60))
        message = 100_000 + 3 * n
        number = session.log.record(
            *(10_000 + n, place, None, person.id, person.first_name, message),
            *(QUESTIONS[which], asked),
        )
        session.log.finish(number, answers[which], [message + 1])
        if chance.random() < 0.15:
            votes.cast(number, person.id, chance.choice((Vote.UP, Vote.UP, Vote.DOWN)))
        if chance.random() < 0.03:
            votes.explain(number, person.id, reason=Reason.INCOMPLETE, words="Thiếu quý IV.")
        if not answers[which].quotes and chance.random() < 0.05:
            votes.hand_over(number, person.id)


async def talk(server, hoa, lan, minh, group, forum) -> None:
    """People ask and press, and leave buttons open; Hoa administers."""
    answer = await server.reply_to(lan.says(group, f"/hoi {QUESTIONS[0]}"))
    second = await server.reply_to(lan.writes(QUESTIONS[1]))
    none = await server.reply_to(minh.writes(QUESTIONS[4]))
    minh.presses(none, none.buttons[0]["callback_data"])
    lan.presses(second, second.buttons[2]["callback_data"])
    topic = forum.opens_topic("Hỏi đáp", by=lan)
    await server.reply_to(lan.says(topic, f"/ask {QUESTIONS[2]}"))
    lan.presses(answer, answer.buttons[0]["callback_data"])
    for command in ("/nguon", "/vanban", "/vanban 24-QĐ/TW", "/xoadulieu"):
        await server.reply_to(lan.writes(command))
    for command in (
        *("/nhatky", "/nhatky dang vien", "/chuatraloi"),
        *("/hoantac", "/xoanguon giam-sat", "/thongke"),
    ):
        await server.reply_to(hoa.writes(command))
    server.world.files["up-1"] = ("moi.txt", FILE)
    known = {"file_id": "up-1", "file_unique_id": "up-1", "file_size": len(FILE)}
    command = {"type": "bot_command", "offset": 0, "length": 5}
    document = {"document": {**known, "file_name": "moi.txt"}}
    hoa.sends(hoa.private, {**document, "caption": "/them", "caption_entities": [command]})
    await server.until(
        lambda: any(
            button["callback_data"].startswith("them:")
            for sent in server.sent(hoa.private)
            for button in sent.buttons
        )
    )
    await asyncio.sleep(3)  # what was pressed last


def telegram(world, **people: int) -> str:
    """The chats as they stand, in JSON."""
    chats = [
        {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title,
            "is_forum": chat.is_forum,
            "next_id": chat.next_id,
            "members": chat.members,
            "topics": [[topic.id, topic.name] for topic in chat.topics.values()],
            "messages": [*chat.messages.values()],
        }
        for chat in world.chats.values()
        if chat.messages
    ]
    numbers = {"next_update": world.next_update, "next_number": world.next_number}
    users = [[user.id, user.first_name] for user in world.users.values() if not user.is_bot]
    return json.dumps({**numbers, "people": people, "users": users, "chats": chats})


async def main(out: Path) -> None:
    (out / "articles").mkdir(parents=True)
    for name, text in ARTICLES.items():
        (out / "articles" / name).write_text(text, encoding="utf-8")
    async with BotApiServer() as server:
        hoa, lan, minh = (server.person(name) for name in ("Hoa", "Lan", "Minh"))
        people = [server.person(f"Người {n}") for n in range(30)]
        group, forum = server.group("Thị ủy"), server.supergroup("Đảng bộ", forum=True)
        given = {"TELEGRAM_BOT_TOKEN": server.token, "ADMIN_IDS": str(hoa.private.id)}
        (out / ".env").write_text(env(**given), encoding="utf-8")
        places = {"sources_dir": out / "articles", "state_dir": out / "state"}
        settings = Settings(_env_file=out / ".env", telegram_base_url=server.base_url, **places)
        with open_session(settings) as session:
            index = session.index
            await asyncio.to_thread(index.reload)
            with (out / "articles" / "giam-sat.txt").open("a", encoding="utf-8") as file:
                file.write(ADDED)
            await asyncio.to_thread(index.reload)
            answers = [await session.assistant.answer(question) for question in QUESTIONS]
            fill(session, people, (group.id, forum.id), answers)
            application = build_application(
                *(settings, session.assistant, session.log),
                sources=index.sources,
                keeper=index,
                stored=index.stored,
                known=Catalogue(index.ledger.snapshot),
                embed=index.embeddings.embed_array,
            )
            async with serving(application, grace=2.0):
                await talk(server, hoa, lan, minh, group, forum)
        told = telegram(server.world, hoa=hoa.user.id, lan=lan.user.id, minh=minh.user.id)
        (out / "telegram.json").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).absolute()))
