"""The front ends and the people: terminal, Telegram, who may ask, what is logged and reviewed.

Comes in: messages, commands, settings. Goes out: answers in words, `logs.db`, what reviewers read.
Answers themselves are made in `retrieval`. `bootstrap` puts everything together.
"""
