"""Reactions: which emoji there are, and who has given which."""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.state import Chat, JsonObject

EMOJI = frozenset(
    {
        "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩",
        "🤮", "💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯",
        "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭",
        "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄",
        "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂",
        "🤷", "🤷‍♀", "😡",
    }
)  # fmt: skip
"""Source: core.telegram.org/bots/api#reactiontypeemoji."""


def known_reaction(given: Any) -> bool:
    """Whether a reaction is one of the usual emoji."""
    return isinstance(given, dict) and given.get("type") == "emoji" and str(given.get("emoji")) in EMOJI


def react(chat: Chat, message_id: int, user_id: int, reaction: list[JsonObject]) -> list[JsonObject]:
    """Replace somebody's reaction to a message.

    Returns:
        The reaction that they had before.
    """
    given = chat.reactions.setdefault(message_id, {})
    old = given.pop(user_id, [])
    if reaction:
        given[user_id] = reaction
    if not given:
        del chat.reactions[message_id]
    return old
