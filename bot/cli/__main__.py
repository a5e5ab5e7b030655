"""Lets `python -m bot.cli` be what `chidan` is."""

from bot.cli.main import main

main()
