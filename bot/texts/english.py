"""The bot's sentences for people whose client is in English. The sources stay Vietnamese."""

from __future__ import annotations

from bot.assistant.routing import SmallTalk
from bot.texts.admin_texts import ADMIN_ENGLISH
from bot.texts.group_texts import GROUP_ENGLISH
from bot.texts.texts import Texts

ENGLISH = Texts(
    start=(
        "Hello! I am Chỉ Dẫn. I answer questions about Party-building directives and resolutions"
        " from a store of articles, always with verbatim quotes and their sources.\n\n"
        "Just send a question, best in Vietnamese. /help tells more."
    ),
    help=(
        "How to ask:\n"
        "• In a private chat: send the question.\n"
        "• In a group: /ask and the question, mention me (@{username}), or reply to an answer of"
        " mine.\n"
        "• Reply to somebody's message with /ask to ask just that.\n\n"
        "Every answer quotes its sources word for word, with publisher, date and title. Where they"
        " say nothing, I say so.\n\n"
        "/nguon – the sources\n/vanban – directives that are mentioned, such as /vanban 205-QĐ/TW\n"
        "/new – forget what was asked before; group administrators: /new group – everybody's\n"
        "/status – how the bot is doing"
        "\n/help – this help"
    ),
    inline_help="• In any chat: type @{username} and a question to choose a quote to send there.",
    admin_help="For administrators:\n/reload – reload the sources\n/hoantac – undo the last reload"
    "\n/them – add a web page or a file\n/xoanguon ID – delete a source"
    "\n/logs – the log\n/stats – figures\n/export csv 7d – the log as a file"
    "\n/unanswered – questions without an answer",
    empty_question=(
        "Please write the question right after the command, for example:\n"
        "/ask Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
    ),
    only_text="I can only read text. Please write your question as a message.",
    unknown_command="I do not know this command. See /help, or just send a question.",
    not_allowed=(
        "This bot serves some groups and people only. If you need it, please send an administrator"
        " this number: {chat_id}"
    ),
    admins_only="This command is for the bot's administrators.",
    tokens_spent=(
        "The language model's allowance for 24 hours is used up; these are the sources' own words."
    ),
    no_model="The language model has not answered this; these are the sources' own words.",
    failed="Sorry, something went wrong with this question. Please try again in a few minutes.",
    moved="Answer to a question asked before the group was upgraded: “{question}”",
    unsure=(
        "I was restarted just while the answer to this was leaving. If you do not see an answer,"
        " press the button below."
    ),
    send_again="Send the answer",
    sent_again="Here it comes.",
    show_sources="📚 Sources",
    passage_gone="(This passage is no longer in the store; above is what it said.)",
    passage_old="(This source was changed or removed since; above is the version that was quoted.)",
    voted_up="👍 noted. Thank you!",
    voted_down="👎 noted. What was wrong with the answer?",
    reasons={
        "sai": "Wrong",
        "thieu": "Incomplete",
        "nguon": "Wrong source",
        "khac": "Other…",
    },
    reason_kept="Noted: {reason}. Thank you!",
    tell_more="{name}, please reply to this message with what you think of the answer above.",
    words_kept="Your words are noted. Thank you!",
    hand_over="Pass on to the administrators",
    handed_over="Your question was passed on to the administrators.",
    handed_over_already="This question has been passed on already.",
    for_admins="{name} asks the administrators to see to question {number}:\n{question}",
    expired="This answer is no longer in the log. Please ask again.",
    forgotten="What was asked before is forgotten. Ask something new.",
    person_allowance=(
        "You asked {limit} questions within an hour, so I leave this one. Please ask again later."
    ),
    chat_allowance=(
        "This chat asked {limit} questions within an hour, so I take a rest. Please ask later."
    ),
    busy="Too many people are asking at once. Please wait some minutes and send it again.",
    status=(
        "Store: {sources} sources\n"
        "Model: {model}\n"
        "Waiting for an answer: {waiting}\n"
        "You asked within an hour: {asked} of {limit}"
    ),
    unlimited="unlimited",
    ask_in_private="No quote found – ask me in private",
    allowance_spent="This hour's questions are used up, please come back later",
    according="According to {who}:",
    not_found="The sources at hand do not answer this question.",
    unmentioned="No source mentions {names}.",
    nearest="Nearest source:",
    no_answer="I have no answer to this yet.",
    no_sources="The store of articles is empty.",
    sources="{count} sources:",
    admin=ADMIN_ENGLISH,
    group=GROUP_ENGLISH,
    directives="The sources mention {count} directives.\n{kinds}\n\nPage {page}/{pages}:",
    no_directives="No source mentions a directive by its number yet.",
    directive_unknown="No source mentions {query}. Send /vanban for those that are mentioned.",
    directive_which="“{query}” may be one of {count} directives. Please choose:",
    directive_page="{name} – page {page}/{pages}",
    directive_gone="The store of articles has changed. Please send /vanban again.",
    privacy=(
        "I keep the questions sent to me (also those typed after my @name), answers, quotes, votes,"
        " times and what administrators do,"
        " to understand what follows and to improve the store. {people} I keep no other"
        " messages of groups.\n\nAfter {days} days text and people are deleted, only figures stay."
        " /forget_me deletes what is yours at once."
    ),
    people_named="With them stand your name and Telegram id.",
    people_hashed="Your name is not kept; a keyed hash stands in place of your Telegram id.",
    delete_question=(
        "Delete all your questions, answers, comments and your name from the log? There is no way"
        " back; a question that waits will not be answered."
    ),
    delete="Delete all",
    keep="Keep",
    not_yours="Only the person who sent the command can press this.",
    kept="Nothing was deleted.",
    deleted="Deleted {count} exchanges with your name and comments from the log.",
    no_sources_like="There is no source like “{words}”.",
    commands={
        "ask": "Ask a question",
        "nguon": "The sources",
        "vanban": "Directives that are mentioned",
        "new": "Start afresh",
        "status": "How the bot is doing",
        "privacy": "What is kept",
        "forget_me": "Delete what is yours",
        "help": "Help",
    },
    admin_commands={
        "reload": "Reload the sources",
        "hoantac": "Undo the last reload",
        "them": "Add a web page or a file",
        "xoanguon": "Delete a source",
        "logs": "The log",
        "stats": "The last 30 days",
        "export": "The log as a file",
        "unanswered": "Questions without an answer",
    },
    no_words="Please put your question into words.",
    small_talk={
        SmallTalk.GREETING: "Hello! What would you like to know about Party-building directives?",
        SmallTalk.THANKS: "You are welcome. Just ask on.",
        SmallTalk.FAREWELL: "Goodbye, see you again.",
        SmallTalk.IDENTITY: (
            "I am Chỉ Dẫn. I answer questions about Party building from a store of articles, always"
            " with verbatim quotes; where they say nothing, I say so."
        ),
        SmallTalk.ACKNOWLEDGEMENT: "Good. Just ask on.",
    },
)
