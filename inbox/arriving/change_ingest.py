"""Stores batches of changes to existing messages and contacts: edits, deletions, reactions, new ids, preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from inbox.arriving.addressed import Alteration, Change, CustomerChange, check_storable
from inbox.arriving.alterations import alter_messages
from inbox.arriving.arrivals import Arrival
from inbox.arriving.customer_changes import change_customers, follow_preferences
from inbox.arriving.early import drop_early, early_id, keep_early
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import Clock
from inbox.storage.database import Collections, Database, Session, is_duplicate, is_transient
from inbox.storage.setting_apart import write_setting_apart

ATTEMPTS_TOGETHER: Final = 3
ATTEMPTS_ALONE: Final = 8
"""Of a transaction that meets other writers: a batch is soon halved, so that the one that they contend for waits alone.
"""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a change.

    Attributes:
        line: What is to be shown of it where a conversation is open.
        unknown: Nobody here is meant by it: it is kept as a notice.
        unstorable: Why the database can't hold it; None if it does.
    """

    line: Arrival | None = None
    unknown: bool = False
    unstorable: str | None = None


_DONE: Final = Changed()


class ChangeIngest:
    """Writes batches of changes; made for `GroupCommit`, one batch at a time.

    Args:
        database: Where messages and contacts are.
        clock: The time.
        suppression: The list that follows what customers say of marketing; None where only messages are changed.
    """

    def __init__(self, database: Database, clock: Clock, suppression: Suppression | None = None) -> None:
        self._database = database
        self._suppression = suppression
        self._clock = clock

    async def write(self, changes: Sequence[Change]) -> Sequence[Changed | Exception]:
        """Apply changes; those about messages that are not here yet are kept and applied when they come.

        Raises:
            PyMongoError: if nothing could be stored now; the provider repeats.
        """
        return await write_setting_apart(changes, self._write_together, _set_aside, check=check_storable)

    async def _write_together(self, changes: Sequence[Change]) -> Sequence[Changed]:
        outcomes, early = await self._apply(changes)
        if early:
            await keep_early(self._database, early, at=self._clock.now())
            applied, still_early = await self._apply(early)
            waiting = {early_id(one) for one in still_early}
            came = (one for one, outcome in zip(early, applied, strict=True) if outcome.unstorable is None)
            await drop_early(self._database, (one for one in came if early_id(one) not in waiting))
        return outcomes

    async def _apply(self, changes: Sequence[Change]) -> tuple[list[Changed], list[Alteration]]:
        """Apply changes together; once more where another process brought the same customer at the same moment."""
        attempts = ATTEMPTS_ALONE if len(changes) == 1 else ATTEMPTS_TOGETHER
        once = partial(self._apply_once, changes)
        try:
            return await self._database.batch_transaction(once, attempts=attempts)
        except Exception as error:
            if not is_duplicate(error):
                raise
        return await self._database.batch_transaction(once, attempts=attempts)

    async def _apply_once(
        self, changes: Sequence[Change], database: Collections, session: Session
    ) -> tuple[list[Changed], list[Alteration]]:
        """Apply changes; return what became of each, and which came before their messages."""
        at = self._clock.now()
        of_messages = [(place, one) for place, one in enumerate(changes) if isinstance(one, Alteration)]
        of_customers = [(place, one) for place, one in enumerate(changes) if isinstance(one, CustomerChange)]
        outcomes = [_DONE] * len(changes)
        early = []
        if of_messages:
            altered = await alter_messages(database, [one for _, one in of_messages], at=at, session=session)
            early = [of_messages[index][1] for index in altered.missing]
            _note_unstorable(outcomes, [place for place, _ in of_messages], altered.unstorable)
        if of_customers:
            told = [one for _, one in of_customers]
            noted = await change_customers(database, told, at=at, session=session)
            if self._suppression is not None:
                await follow_preferences(self._suppression, noted, told, database=database, at=at, session=session)
            _note_unstorable(outcomes, [place for place, _ in of_customers], noted.unstorable)
            for index, line in noted.lines.items():
                outcomes[of_customers[index][0]] = Changed(line=line)
            for index in noted.unknown:
                outcomes[of_customers[index][0]] = Changed(unknown=True)
        return outcomes, early


def _note_unstorable(outcomes: list[Changed], places: Sequence[int], unstorable: Mapping[int, str]) -> None:
    for index, reason in unstorable.items():
        outcomes[places[index]] = Changed(unstorable=reason)


def _set_aside(_: Change, error: Exception) -> Changed | Exception:
    """Drop a change that can never be stored; raise what may pass, so that the provider repeats."""
    if is_transient(error) or is_duplicate(error):
        return error
    return Changed(unstorable=type(error).__name__)
