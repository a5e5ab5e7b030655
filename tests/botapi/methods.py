"""The other methods of the Bot API, and the table of all that this server knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botapi.params import Params
from botapi.refusals import Refused, bad_request, forbidden
from botapi.sending import (
    chat_of,
    delete_message,
    edit_markup,
    edit_text,
    send_file,
    send_message,
)
from botapi.texts import MAX_TEXT, accepted, check_commands, units
from botapi.world import Json, World

ACTIONS = {"typing", "upload_document", "upload_photo", "find_location", "record_voice"}

GIFTS = [
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
]


def get_me(world: World, _: Params) -> Json:
    return {
        **world.bot.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_webhook(world: World, params: Params) -> bool:
    world.webhook = {"url": params.text("url"), "secret": params.text("secret_token")}
    world.allowed_updates = params.json("allowed_updates") or []
    return True


def delete_webhook(world: World, params: Params) -> bool:
    world.webhook = {}
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, _: Params) -> Json:
    url = world.webhook.get("url", "")
    waiting = len(world.updates)
    known = {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}
    return known | {key: of for key, of in world.webhook.items() if key.startswith("last_error")}


def send_chat_action(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread = params.optional_integer("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found")
    world.actions.append({"chat_id": chat.id, "message_thread_id": thread})
    return True


def send_draft(world: World, params: Params) -> bool:
    """A draft of a message, which only one person can be shown."""
    if not world.knows_drafts:
        raise Refused(404, "Not Found: method not found")
    chat = chat_of(world, params)
    if chat.type != "private":
        raise bad_request("message drafts can be sent to private chats only")
    if not params.integer("draft_id"):
        raise bad_request("draft_id must be non-zero")
    if not 0 < units(params.text("text")) <= MAX_TEXT:
        raise bad_request("message text is empty or too long")
    world.drafts.append({"chat_id": chat.id, "text": params.text("text")})
    return True


def answer_callback(world: World, params: Params) -> bool:
    query = params.text("callback_query_id")
    if world.callbacks.get(query, {}) is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    world.callbacks[query] = dict(params.values)
    return True


def answer_inline(world: World, params: Params) -> bool:
    query = params.text("inline_query_id")
    if world.inline.get(query, {}) is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results: list[Json] = params.json("results")
    if len(results) > 50 or len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        content = result.get("input_message_content", {})
        accepted(content.get("message_text", ""), content.get("entities") or [])
        if len(result["id"].encode()) > 64:
            raise bad_request("RESULT_ID_INVALID")
    world.inline[query] = {**params.values, "results": results}
    return True


def set_commands(world: World, params: Params) -> bool:
    commands: list[Json] = params.json("commands")
    check_commands(commands)
    world.commands[_face(params)] = commands
    return True


def get_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_face(params), [])


def _face(params: Params) -> str:
    scope: Json = params.json("scope") or {"type": "default"}
    return f"{scope['type']} {params.text('language_code')}".strip()


def get_chat(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    return {
        **chat.json(world.users.get(chat.id)),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
        "permissions": {"can_send_messages": not chat.muted} if chat.is_group else {},
    }


def get_member(world: World, params: Params) -> Json:
    chat, user_id = chat_of(world, params), params.integer("user_id")
    user = world.users.get(user_id)
    if user is None:
        raise bad_request("user not found")
    return {"user": user.json(), **world.member(chat, user_id)}


def get_administrators(world: World, params: Params) -> list[Json]:
    chat = chat_of(world, params)
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    ranks = {"creator", "administrator"}
    return [
        {"user": world.users[user_id].json(), **member}
        for user_id, member in chat.members.items()
        if member["status"] in ranks and not member.get("is_anonymous")
    ]


def get_member_count(world: World, params: Params) -> int:
    return len(chat_of(world, params).members)


def leave_chat(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    if chat.type == "private":
        raise forbidden("bot can't leave a private chat")
    chat.members[world.bot.id] = {"status": "left"}
    return True


def get_file(world: World, params: Params) -> Json:
    file_id = params.text("file_id")
    if file_id not in world.files:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    size = len(world.files[file_id][1])
    if size > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    known: Json = {"file_id": file_id, "file_unique_id": file_id, "file_size": size}
    return {**known, "file_path": f"documents/{file_id}"}


METHODS: dict[str, Callable[[World, Params], Any]] = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": send_message,
    "senddocument": send_file("document"),
    "sendphoto": send_file("photo"),
    "editmessagetext": edit_text,
    "editmessagereplymarkup": edit_markup,
    "deletemessage": delete_message,
    "sendchataction": send_chat_action,
    "sendmessagedraft": send_draft,
    "answercallbackquery": answer_callback,
    "answerinlinequery": answer_inline,
    "setmycommands": set_commands,
    "getmycommands": get_commands,
    "getchat": get_chat,
    "getchatmember": get_member,
    "getchatadministrators": get_administrators,
    "getchatmembercount": get_member_count,
    "leavechat": leave_chat,
    "getfile": get_file,
}
