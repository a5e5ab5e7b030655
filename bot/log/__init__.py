"""`logs.db`, the write side: what was asked, answered, voted, delivered and done.

One module a table or a few; `migrations` has their shape, `database` the connection. Comes in:
values of `retrieval.models` and numbers of Telegram. Goes out: rows. Precious: cannot be rebuilt.
"""
