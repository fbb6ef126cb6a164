"""What a channel may be able to do with a sent message."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from inbox.model.channel_kind import ChannelKind


class Ability(StrEnum):
    """Named as in a connector's `features`."""

    EDIT = "edit"
    DELETE = "delete"
    REACTION = "reaction"


CheckAbility = Callable[[ChannelKind, Ability], None]
"""Raises `ProblemError` (`unsupported_by_channel`) where a kind of channel can't do it."""
