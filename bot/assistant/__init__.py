"""A question of a conversation becomes an Answer, free of any front end.

Owns telling small talk from questions and writing follow-ups out; keeps blocking work off the
event loop. Comes in: text as typed and the turns before. Goes out: `retrieval.models.Answer`.
"""
