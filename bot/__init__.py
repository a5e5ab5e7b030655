"""The front ends and the people: Telegram, terminal, administrators, reviewers."""
