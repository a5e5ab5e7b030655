"""/xemtep: administrators see what is read of a file or of a source; nobody else does."""

from __future__ import annotations

import pytest

from bot.texts.texts import VIETNAMESE

WORDS = VIETNAMESE.admin.inspection
ORDER = (
    "HUYỆN ỦY LA PAN\n*\nSố 8-CT/HU\nLa Pan, ngày 2 tháng 5 năm 2024\n\nCHỈ THỊ\n"
    "về trồng quế ven suối\n\nHồ sơ gồm:\n- Đơn của thôn;\n- Bản đồ đất.\n\n"
    "Nơi nhận:\n- Các chi bộ,\n- Lưu.\n\nT/M BAN THƯỜNG VỤ\nSùng A Lử\n"
)


@pytest.fixture
async def hoa(server, bot, kept, articles):
    """An administrator of a bot with a real index."""
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    bot.keeper = kept
    await bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)
    return hoa


def sends(server, person, name: str, data: bytes, caption: str = ""):
    return person.uploads(name, data, caption)


async def told(server, said) -> str:
    reply = await server.reply_to(said)
    await server.until(lambda: reply.text != WORDS.reading)
    return reply.text


async def test_a_file_is_shown_as_it_is_read_and_not_kept(server, hoa, articles):
    before = sorted(articles.iterdir())

    text = await told(server, sends(server, hoa, "chi-thi.txt", ORDER.encode(), "/xemtep"))

    assert "Tiêu đề: Chỉ thị 8-CT/HU về trồng quế ven suối" in text
    assert "Người ký: Sùng A Lử" in text
    assert "[mục liệt kê" in text
    assert sorted(articles.iterdir()) == before


async def test_a_file_that_is_none_is_refused_with_its_reason(server, hoa):
    text = await told(
        server, sends(server, hoa, "anh.txt", b"\xff\xd8\xff\xe0" + bytes(99), "/xemtep")
    )

    assert text.startswith("Không đọc được:")


async def test_a_source_is_shown_by_its_id_and_anything_else_tells_how(server, hoa, kept):
    source = kept.sources()[0]

    shown, usage = hoa.writes(f"/xemtep {source.id}"), hoa.writes("/xemtep khong-co")

    assert source.title in await told(server, shown)
    assert await told(server, usage) == WORDS.usage


async def test_nobody_else_sees_it(server, hoa):
    lan = server.person("Lan")

    reply = await server.reply_to(lan.writes("/xemtep abc"))

    assert reply.text == VIETNAMESE.admins_only
