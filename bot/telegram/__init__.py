"""Everything that talks to Telegram; nothing outside imports `telegram`.

An update comes in through `client` or `webhook`, is on disk after `inbox`, is put in order by
`update_processor`, and reaches a handler by the table in `application`. What goes out passes
`sending` and waits in `rate_limiter`. `handlers` are for everybody, `admin` is not.
"""
