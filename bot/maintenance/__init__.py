"""Looking after an office's bot with nobody on call: copies of what it keeps, and what is wrong.

In come settings, the open index and the log; out come archives of the state folder, findings of
checks with what to do about each, and the troubles that stand at a moment. Sends nothing: telling
administrators is `bot.telegram.admin.alerts`'s, the terminal is `bot.cli`'s.
"""
