"""/vaitro: roles and collections given and taken in Telegram, by buttons and links of one use."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pressing import button
from scripted import found

from bot.access import Grant, Role
from bot.log.rights import RightsLog
from bot.texts.texts import VIETNAMESE
from retrieval.loading.collections import collection_id
from retrieval.models import PUBLIC, Audience

INNER = collection_id("noi-bo")
OTHER = collection_id("can-bo")
SAYS = VIETNAMESE.admin.roles


@pytest.fixture
async def hoa(server, whole_bot, kept, articles):
    """The owner of a bot with two internal collections."""
    for folder, title in (("noi-bo", "Nội bộ"), ("can-bo", "Cán bộ")):
        (articles / folder).mkdir()
        (articles / folder / "collection.yaml").write_text(f"title: {title}\n")
        (articles / folder / "bai.txt").write_text(f"Chi bộ {title} họp ngày 5 hằng tháng.\n")
    kept.reload()
    hoa = server.person("Hoa")
    hoa.private  # noqa: B018 the chat exists
    await whole_bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)
    return hoa


@pytest.fixture
def rights(bot) -> RightsLog:
    return RightsLog(bot.log.file)


def deeds(bot) -> list[tuple[str, str]]:
    rows = bot.log.file.rows("select subject, outcome from deeds where deed = 'vaitro' order by id")
    return [(row["subject"], row["outcome"]) for row in rows]


async def shown(server, person, said):
    """What /vaitro shows, in private."""
    count = len(server.sent(person.private))
    said()
    await server.until(lambda: len(server.sent(person.private)) > count)
    return server.sent(person.private)[-1]


async def test_a_reply_gives_and_takes_and_all_of_it_is_noted(server, bot, hoa, rights):
    lan, group = server.person("Lan"), server.group("Tổ")
    lan.private  # noqa: B018 the chat exists
    asked = lan.says(group, "Chào mọi người")
    panel = await shown(server, hoa, lambda: hoa.says(group, "/vaitro", reply_to=asked))
    assert "Lan" in panel.text

    hoa.presses(panel, button(panel, "thành viên “Nội bộ”"))
    await server.until(lambda: rights.of([lan.user.id]) == {Grant(Role.MEMBER, INNER)})
    await server.until(lambda: any("✖" in b["text"] for b in panel.buttons))
    assert "Lan có thể" in panel.text
    hoa.presses(panel, button(panel, "✖"))
    await server.until(lambda: not rights.of([lan.user.id]))

    what = f"{lan.user.id}: member {INNER}"
    await server.until(lambda: deeds(bot) == [(what, "give"), (what, "take")])
    assert bot.log.file.rows("select 1 from deeds where deed = '/vaitro'")


async def test_a_group_is_given_a_collection_in_it(server, hoa, rights):
    group = server.group("Nội bộ")
    panel = await shown(server, hoa, lambda: hoa.says(group, "/vaitro"))

    hoa.presses(panel, button(panel, "thành viên “Cán bộ”"))

    await server.until(lambda: rights.of([group.id]) == {Grant(Role.MEMBER, OTHER)})
    assert not any("quản trị" in b["text"] for b in panel.buttons)


async def test_a_link_gives_a_role_once(server, bot, hoa, rights):
    panel = await server.reply_to(hoa.writes("/vaitro"))
    link = await shown(
        server, hoa, lambda: hoa.presses(panel, button(panel, "🔗 Liên kết: người xem xét"))
    )
    payload = re.search(r"start=(\S+)", link.text)[1]
    minh, lan = server.person("Minh"), server.person("Lan")

    welcome = await server.reply_to(minh.writes(f"/start {payload}"))
    again = await server.reply_to(lan.writes(f"/start {payload}"))

    assert welcome.text == SAYS["welcome"].format(role=SAYS["reviewer"])
    assert again.text == SAYS["link_dead"]
    assert rights.of([minh.user.id]) == {Grant(Role.REVIEWER)}
    assert rights.of([lan.user.id]) == set()
    assert (f"{minh.user.id}: reviewer", "link") in deeds(bot)
    assert payload.removeprefix("vt_") not in repr(bot.log.file.rows("select * from invitations"))


async def test_a_link_that_is_too_old_gives_nothing(server, bot, hoa, rights):
    word = rights.invite(Grant(Role.ADMINISTRATOR), hoa.user.id)
    with bot.log.file.writing() as db:
        db.execute("update invitations set expires_at = '2020-01-01T00:00:00.000+00:00'")

    told = await server.reply_to(server.person("Minh").writes(f"/start vt_{word}"))

    assert told.text == SAYS["link_dead"]


async def test_nobody_gives_more_than_is_theirs_to_give(server, hoa, rights):
    lan, minh, group = server.person("Lan"), server.person("Minh"), server.group("Tổ")
    rights.give(lan.user.id, "Lan", Grant(Role.ADMINISTRATOR, INNER))
    lan.private  # noqa: B018 the chat exists
    panel = await shown(
        server, lan, lambda: lan.says(group, "/vaitro", reply_to=minh.says(group, "Chào"))
    )
    assert [b["text"] for b in panel.buttons] == ["➕ Giao: thành viên “Nội bộ”"]

    for data in (
        f"giaovaitro:{minh.user.id}:a:0",
        f"giaovaitro:{lan.user.id}:a:0",
        f"giaovaitro:{minh.user.id}:m:{OTHER}",
        f"thuvaitro:{hoa.user.id}:a:0",
    ):
        query = lan.presses(panel, data)
        await server.until(lambda query=query: server.world.callbacks[query] is not None)
    stranger = minh.presses(panel, f"giaovaitro:{minh.user.id}:m:{INNER}")
    await server.until(lambda: server.world.callbacks[stranger] is not None)

    assert rights.of([minh.user.id]) == set()
    assert rights.of([lan.user.id]) == {Grant(Role.ADMINISTRATOR, INNER)}
    assert "nguồn" in (await server.reply_to(hoa.writes("/quantri"))).text


async def test_an_administrator_of_a_collection_deletes_sources_of_that_one_alone(
    server, hoa, rights, articles
):
    lan = server.person("Lan")
    rights.give(lan.user.id, "Lan", Grant(Role.ADMINISTRATOR, INNER))

    for name in ("can-bo/bai.txt", "ha-noi.md"):
        told = await server.reply_to(lan.writes(f"/xoanguon {name}"))
        assert told.text == VIETNAMESE.admin.delete_usage
    asked = await server.reply_to(lan.writes("/xoanguon noi-bo/bai.txt"))
    lan.presses(asked, asked.buttons[0]["callback_data"])

    await server.until(lambda: not (articles / "noi-bo" / "bai.txt").exists())
    assert (await server.reply_to(lan.writes("/hoantac"))).text == VIETNAMESE.admins_only


async def test_a_reviewer_reads_what_he_may_see(server, whole_bot, hoa, rights):
    lan, minh = server.person("Lan"), server.person("Minh")
    rights.give(lan.user.id, "Lan", Grant(Role.MEMBER, INNER))
    rights.give(minh.user.id, "Minh", Grant(Role.REVIEWER))
    whole_bot.assistant.says = lambda question: found(question)
    for question, audience in (
        ("Câu công khai?", None),
        ("Câu kín?", Audience(frozenset({INNER}))),
    ):
        number = whole_bot.log.record(None, 5, None, 5, "An", None, question, datetime.now(UTC))
        answer = found(question)
        whole_bot.log.finish(number, replace(answer, audience=audience or PUBLIC))

    def listed():
        return server.reply_to(minh.writes("/nhatky"))

    told = (await listed()).text
    assert "Câu công khai?" in told
    assert "Câu kín?" not in told
    closed = minh.presses(await listed(), "luot:2:tat:0")
    await server.until(lambda: server.world.callbacks[closed] is not None)
    assert not any("Câu kín?" in sent.text for sent in server.sent(minh.private))

    rights.give(minh.user.id, "Minh", Grant(Role.MEMBER, INNER))
    assert "Câu kín?" in (await listed()).text
    assert (await server.reply_to(minh.writes("/xuat csv"))).text == VIETNAMESE.admins_only


async def test_an_order_in_a_group_tells_the_group_no_more_than_it_may_see(server, hoa, articles):
    group = server.group("Tổ")
    (articles / "noi-bo" / "them.txt").write_text("Chi bộ bàn việc riêng.\n")
    (articles / "chung.txt").write_text("Chi bộ bàn việc chung.\n")

    told = await server.reply_to(hoa.says(group, "/reload"))
    await server.until(lambda: "Đã nạp" in told.text)
    deleting = await server.reply_to(hoa.says(group, "/xoanguon noi-bo/bai.txt"))

    assert "thêm 1," in told.text
    assert deleting.text == VIETNAMESE.admin.delete_usage


async def test_members_add_where_the_collection_says_so(server, hoa, rights, kept, articles):
    settings = articles / "noi-bo" / "collection.yaml"
    settings.write_text("title: Nội bộ\nadd: members\n")
    kept.reload()
    lan, minh = server.person("Lan"), server.person("Minh")
    rights.give(lan.user.id, "Lan", Grant(Role.MEMBER, INNER))
    rights.give(minh.user.id, "Minh", Grant(Role.MEMBER, OTHER))
    (articles / "can-bo" / "moi-ngoai.txt").write_text("Một tệp khác, chưa nạp.\n")

    refused = await server.reply_to(minh.uploads("moi.txt", "Chi bộ bàn việc.".encode(), "/them"))
    shown_draft = await server.reply_to(
        lan.uploads("moi.txt", "Chi bộ bàn việc mới.\n".encode(), "/them")
    )
    await server.until(lambda: any("Nội bộ" in b["text"] for b in shown_draft.buttons))
    assert not any("Cán bộ" in b["text"] for b in shown_draft.buttons)
    lan.presses(shown_draft, "them:co")
    lan.presses(shown_draft, button(shown_draft, "Nội bộ"))
    await server.until(lambda: len(list((articles / "noi-bo").glob("*.md"))) == 1)
    await server.until(lambda: "thêm 1" in server.sent(lan.private)[-1].text, "the reload")

    assert refused.text == VIETNAMESE.admins_only
    assert "moi-ngoai" not in "".join(sent.text for sent in server.sent(lan.private))
    assert not list(articles.glob("moi.*"))
