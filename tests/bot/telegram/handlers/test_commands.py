"""Commands, and the kind words for what is no question."""

import pytest

from bot.texts.texts import VIETNAMESE


async def test_start_and_help_say_how_to_ask(server, bot):
    await bot.starts()
    lan = server.person("Lan")

    start = await server.reply_to(lan.writes("/start"))
    help_ = await server.reply_to(lan.writes("/help"))

    assert "Chỉ Dẫn" in start.text
    assert "@ChiDanBot" in help_.text
    assert VIETNAMESE.inline_help.format(username="ChiDanBot") in help_.text.splitlines()
    assert "/reload" not in help_.text


async def test_without_sources_the_list_says_so(server, bot):
    bot.sources = []
    await bot.starts()

    reply = await server.reply_to(server.person("Lan").writes("/nguon"))

    assert reply.text == VIETNAMESE.no_sources


async def test_the_menus_are_set_for_people_groups_and_administrators(server, bot):
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    await bot.starts(admin_ids=[hoa.user.id])
    await server.until(lambda: len(server.world.commands) == 9, "the menus")

    menus = {scope: [c["command"] for c in menu] for scope, menu in server.world.commands.items()}
    everybody = [
        *("hoi", "nguon", "vanban", "timkiem", "moinhat", "moi", "tinhtrang"),
        *("bienban", "quyenriengtu", "dulieu", "xoadulieu", "help"),
    ]
    english = [
        *("ask", "nguon", "vanban", "search", "newest", "new", "status"),
        *("minutes", "privacy", "my_data", "forget_me", "help"),
    ]
    orders = ["reload", "hoantac", "them", "xoanguon", "xemtep"]
    ours = {
        "all_private_chats": everybody,
        "all_group_chats": ["hoi", "vanban", "timkiem", "moinhat", "moi", "help"],
        "chat": [
            "quantri",
            "vaitro",
            *orders,
            "nhatky",
            "thongke",
            "xuat",
            "chuatraloi",
            "dinhchinh",
            "theodoi",
            "suckhoe",
            *everybody,
        ],
    }
    assert menus == {
        **ours,
        **{f"{scope} vi": menu for scope, menu in ours.items()},
        "all_private_chats en": english,
        "all_group_chats en": ["ask", "vanban", "search", "newest", "new", "help"],
        "chat en": [
            "admin",
            "roles",
            *orders,
            "logs",
            "stats",
            "export",
            "unanswered",
            "corrections",
            "follow",
            "health",
            *english,
        ],
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
         VIETNAMESE.instead_of_voice),
        ({"text": "/khongco", "entities": [{"type": "bot_command", "offset": 0, "length": 8}]},
         VIETNAMESE.unknown_command),
        ({"text": "/hoi", "entities": [{"type": "bot_command", "offset": 0, "length": 4}]},
         VIETNAMESE.empty_question),
    ],
)  # fmt: skip
async def test_in_private_what_is_no_question_gets_a_kind_word(server, bot, content, words):
    await bot.starts()
    lan = server.person("Lan")

    reply = await server.reply_to(lan.sends(lan.private, content))

    assert reply.text == words


async def test_in_a_group_only_an_empty_question_gets_a_kind_word(server, bot):
    server.world.privacy = False
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")

    sticker = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}
    silent = [lan.sends(hanoi, sticker), lan.says(hanoi, "/khongco")]
    reply = await server.reply_to(lan.says(hanoi, "/hoi"))

    assert reply.text == VIETNAMESE.empty_question
    assert [server.replies_to(said) for said in silent] == [[], []]
