"""What everybody does in a chat, one conversation a module; they do not know each other.

Comes in: an update that the table in `telegram.application` sends here. Goes out: messages.
"""
