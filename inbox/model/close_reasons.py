"""Why conversations are closed, as one table: who closes, and what the customer is told."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from inbox.model.occasions import Occasion


class CloseReason(StrEnum):
    """The reasons of the contract."""

    OPERATOR = "operator"
    API = "api"
    BOT = "bot"
    INACTIVITY = "inactivity"
    QUEUE_TIMEOUT = "queue_timeout"
    QUEUE_FULL = "queue_full"
    NO_OPERATORS = "no_operators"
    OUT_OF_HOURS = "out_of_hours"
    CAMPAIGN = "campaign"
    MERGED = "merged"
    CONTACT_BLOCKED = "contact_blocked"
    CHANNEL_DELETED = "channel_deleted"
    CONTACT_ERASED = "contact_erased"
    IMPORT = "import"


class CloseRule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    Attributes:
        by: What closes, for the log; None where somebody does, who then stands there as `kind:id`.
        occasion: For the customer's last automatic text; None where the customer is told nothing.
        is_visit: Whether the customer was here: who comes again after it is a returning one.
        is_work: Whether the conversation was the team's work here, which reports count.
    """

    by: str | None = None
    occasion: Occasion | None = None
    is_visit: bool = True
    is_work: bool = True


CLOSES: Final[Mapping[CloseReason, CloseRule]] = {
    CloseReason.OPERATOR: CloseRule(occasion=Occasion.CLOSED),
    CloseReason.API: CloseRule(occasion=Occasion.CLOSED),
    CloseReason.BOT: CloseRule(occasion=Occasion.CLOSED),
    CloseReason.INACTIVITY: CloseRule(by="auto_close", occasion=Occasion.CLOSED),
    CloseReason.QUEUE_TIMEOUT: CloseRule(by="queue", occasion=Occasion.CLOSED),
    CloseReason.QUEUE_FULL: CloseRule(by="queue", occasion=Occasion.OVERFLOW),
    CloseReason.NO_OPERATORS: CloseRule(by="queue", occasion=Occasion.NOBODY_AVAILABLE),
    CloseReason.OUT_OF_HOURS: CloseRule(by="queue", occasion=Occasion.OUT_OF_HOURS),
    CloseReason.CAMPAIGN: CloseRule(is_visit=False, is_work=False),
    CloseReason.MERGED: CloseRule(by="linking", is_visit=False),
    CloseReason.CONTACT_BLOCKED: CloseRule(by="blocking"),
    CloseReason.CHANNEL_DELETED: CloseRule(by="channel", is_visit=False),
    CloseReason.CONTACT_ERASED: CloseRule(is_visit=False),
    CloseReason.IMPORT: CloseRule(by="import", is_work=False),
}


class Close(msgspec.Struct, frozen=True, kw_only=True):
    """How a conversation is closed.

    Attributes:
        by: Who closed it: kind and id, or a word of the table; None for nobody.
        seen_seq: The newest message that the closer has seen; a newer one of the customer prevents the close.
        silent: No closing text is sent.
    """

    reason: CloseReason
    by: str | None
    seen_seq: int | None = None
    silent: bool = False

    @property
    def occasion(self) -> Occasion | None:
        """What the customer is told at the close; texts of refusals were noted when the queue refused."""
        occasion = CLOSES[self.reason].occasion
        return occasion if occasion is Occasion.CLOSED and not self.silent else None


def close_by_rule(reason: CloseReason, *, silent: bool = False) -> Close:
    """Describe a close that no person asked for."""
    return Close(reason=reason, by=CLOSES[reason].by, silent=silent)
