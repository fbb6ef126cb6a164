"""Who wrote, and which way a message goes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec


class Direction(StrEnum):
    """Which way a message goes, seen from the business."""

    IN = "in"
    OUT = "out"


class AuthorKind(StrEnum):
    """Who wrote a message; `external` is the business's own phone app, `agent` another agent in the same chat."""

    CONTACT = "contact"
    OPERATOR = "operator"
    AUTO = "auto"
    CAMPAIGN = "campaign"
    BOT = "bot"
    API = "api"
    EXTERNAL = "external"
    AGENT = "agent"


ANSWERING: Final = (AuthorKind.OPERATOR, AuthorKind.API, AuthorKind.BOT, AuthorKind.EXTERNAL, AuthorKind.AGENT)
"""Whose messages answer a customer; automatic texts and campaigns are no answers."""


class Author(msgspec.Struct, frozen=True):
    """Who wrote: the kind, and the contact's, operator's or key's id where there is one."""

    kind: AuthorKind
    id: str | None = None


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One person's reaction to a message."""

    author: Author
    emoji: str
    at: datetime
