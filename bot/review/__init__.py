"""`logs.db`, the read side: what people who look after the bot want to know of the log.

Owns queries, figures, charts, exports and the pages in the browser (`pages/`). Comes in: a log and
a filter. Goes out: rows, text, files, pictures. Writes nothing.
"""
