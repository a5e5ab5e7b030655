"""Methods that put something into a chat, with Telegram's checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botapi.params import Params
from botapi.refusals import bad_request, forbidden, too_many_requests
from botapi.texts import MAX_CAPTION, MAX_TEXT, accepted, units
from botapi.world import Chat, Json, World

PER_MINUTE_IN_A_GROUP = 20


def chat_of(world: World, params: Params) -> Chat:
    """The chat of a request; refuses unknown, migrated, blocked and kicked ones."""
    chat = world.chats.get(params.integer("chat_id"))
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        words = "group chat was upgraded to a supergroup chat"
        # The bot cannot know of a move before it has taken the update that tells of it.
        planted = not world.has_taken(chat.told_of_move)
        raise bad_request(words, planted=planted, migrate_to_chat_id=chat.migrated_to)
    if chat.type == "private":
        if world.users[chat.id].blocked_the_bot:
            raise forbidden("bot was blocked by the user")
        return chat
    status = world.member(chat, world.bot.id)["status"]
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def count(world: World, chat: Chat) -> None:
    """At most twenty messages and edits in any sixty seconds of a group."""
    if not chat.is_group:
        return
    now = world.clock.now()
    while chat.sends and chat.sends[0] <= now - 60:
        chat.sends.popleft()
    if len(chat.sends) >= PER_MINUTE_IN_A_GROUP:
        raise too_many_requests(int(chat.sends[0] + 60 - now) + 1)
    chat.sends.append(now)


def send(world: World, params: Params, content: Json) -> Json:
    """Puts a message of the bot into the chat, after all checks but those of its content."""
    chat = chat_of(world, params)
    if chat.muted:
        raise bad_request("not enough rights to send text messages to the chat")
    message: Json = {"from": world.bot.json(), **content}
    _place(chat, params, message)
    _answer_to(chat, params, message)
    if markup := params.json("reply_markup"):
        check_markup(markup)
        # Messages are shown with inline keyboards only, whatever else was sent along.
        if "inline_keyboard" in markup:
            message["reply_markup"] = markup
    count(world, chat)
    chat.last_bot = world.bot.id
    sent = world.add_message(chat, message)
    world.sent.append(sent)
    if markup and markup.get("force_reply"):
        world.asked_to_reply.append(sent)
    return sent


def _place(chat: Chat, params: Params, message: Json) -> None:
    thread = params.optional_integer("message_thread_id")
    if thread is None:
        return
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed:
        raise bad_request("TOPIC_CLOSED")
    message |= {"message_thread_id": thread, "is_topic_message": True}


def _answer_to(chat: Chat, params: Params, message: Json) -> None:
    reply: Json = params.json("reply_parameters") or {}
    if not reply:
        return
    original = chat.messages.get(int(reply["message_id"]))
    if original is None or original["message_id"] in chat.deleted:
        if reply.get("allow_sending_without_reply"):
            return
        raise bad_request("message to be replied not found")
    message["reply_to_message"] = {k: v for k, v in original.items() if k != "reply_to_message"}
    thread = original.get("message_thread_id")
    if original.get("is_topic_message") and message.get("message_thread_id") != thread:
        message |= {"message_thread_id": thread, "is_topic_message": True}


def check_markup(markup: Json) -> None:
    for button in (b for row in markup.get("inline_keyboard", []) for b in row):
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")


def send_message(world: World, params: Params) -> Json:
    chat_of(world, params)
    if params.text("parse_mode"):
        raise bad_request("can't parse entities: this server wants entities, not a parse mode")
    text, entities = accepted(params.required("text"), params.json("entities") or [])
    return send(world, params, {"text": text, **({"entities": entities} if entities else {})})


def send_file(kind: str) -> Callable[[World, Params], Json]:
    """sendDocument or sendPhoto."""

    def method(world: World, params: Params) -> Json:
        content: Json = {}
        if caption := params.text("caption"):
            text, entities = accepted(caption, params.json("caption_entities") or [], MAX_CAPTION)
            content |= {"caption": text, "caption_entities": entities}
        name, data = params.file(kind)
        file_id = f"file-{world.number()}"
        world.files[file_id] = (name, data)
        known: Json = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(data)}
        shown: Any = {**known, "file_name": name}
        if kind == "photo":
            shown = [{**known, "width": 1, "height": 1}]
        return send(world, params, {**content, kind: shown})

    return method


def edit_text(world: World, params: Params) -> Json:
    chat, message = _own_message(world, params)
    text, entities = accepted(params.required("text"), params.json("entities") or [])
    if units(text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    changed: Json = {"text": text, "entities": entities}
    return _edited(world, chat, message, changed, params.json("reply_markup"))


def edit_markup(world: World, params: Params) -> Json:
    chat, message = _own_message(world, params)
    return _edited(world, chat, message, {}, params.json("reply_markup"))


def _own_message(world: World, params: Params) -> tuple[Chat, Json]:
    chat = chat_of(world, params)
    message_id = params.integer("message_id")
    message = chat.messages.get(message_id)
    if message is None or message_id in chat.deleted:
        raise bad_request("message to edit not found")
    if message.get("from", {}).get("id") != world.bot.id:
        raise bad_request("message can't be edited")
    return chat, message


def _edited(world: World, chat: Chat, message: Json, changed: Json, markup: Json | None) -> Json:
    if markup:
        check_markup(markup)
    after = {**message, **changed}
    after.pop("reply_markup", None)
    if markup:
        after["reply_markup"] = markup
    unedited = {key: value for key, value in message.items() if key != "edit_date"}
    if {"entities": [], **after, "edit_date": 0} == {"entities": [], **unedited, "edit_date": 0}:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )
    count(world, chat)
    message.clear()
    message |= {**after, "edit_date": int(world.clock.now())}
    return message


def delete_message(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    message_id = params.integer("message_id")
    if message_id not in chat.messages or message_id in chat.deleted:
        raise bad_request("message to delete not found")
    chat.deleted.add(message_id)
    return True
