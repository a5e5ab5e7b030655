"""From files to verified answers; knows nothing of Telegram."""
