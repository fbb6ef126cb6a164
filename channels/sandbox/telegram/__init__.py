"""Telegram's Bot API as it behaves towards a bot: methods, updates, files, errors."""
