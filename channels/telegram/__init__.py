"""Telegram's Bot API: updates in, messages out, Telegram's limits and errors as tables.

`connector` is all that other rooms use. Checking, parsing and registering need no client library; aiogram, which takes
three seconds and over a hundred megabytes to load, is loaded by the first send, in workers only.
"""
