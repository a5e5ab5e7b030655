"""The command `chidan`: arguments, tables, JSON, exit statuses, the terminal chat.

One module a group of commands. Comes in: arguments, standard input. Goes out: results on standard
output, everything else on standard error. Command-line words are here, in Vietnamese alone.
"""
