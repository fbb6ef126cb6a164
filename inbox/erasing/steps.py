"""The steps of an erasure, in their order, and how one goes on from where it is.

A person's things are taken away at once. Processes that knew of them may still write something for a moment: after a
minute all is gone through once more, then what was told of the person, and at last what everything was found by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from inbox.erasing.campaign_rows import erase_recipients
from inbox.erasing.contents import erase_contents, erase_rest_of_contents
from inbox.erasing.erasing_tools import Came, Step, Tools
from inbox.erasing.erasure_models import ErasureState
from inbox.erasing.exports import erase_exports
from inbox.erasing.last_places import erase_conversations, erase_late_terms
from inbox.erasing.provider_books import tell_books, until_books_know
from inbox.erasing.raw_places import (
    erase_audit_reasons,
    erase_charge_reports,
    erase_dead_letters,
    erase_early_events,
    erase_notices,
    erase_provider_tasks,
    erase_views,
)
from inbox.erasing.told_places import erase_answers, erase_deliveries, erase_events, erase_stream, tell_erased
from inbox.storage.documents import Condition, ErasureDocument, Fields

LATE: Final = timedelta(seconds=60)
"""After it no process writes for a contact that it knew: caches hold for seconds, transactions end within a minute."""
ASK_AGAIN: Final = timedelta(seconds=1)


async def let_it_settle(tools: Tools, erasure: ErasureDocument) -> Came:
    """Wait until no process can write for the person any more."""
    return Came(must_wait=tools.clock.now() - erasure["requested_at"] < LATE)


_RAW: Final[Mapping[str, Step]] = {
    "campaign_rows": erase_recipients,
    "provider_tasks": erase_provider_tasks,
    "dead_letters": erase_dead_letters,
    "notices": erase_notices,
    "early_events": erase_early_events,
    "audit_reasons": erase_audit_reasons,
    "views": erase_views,
    "exports": erase_exports,
}
STEPS: Final[Mapping[str, Step]] = {
    "contact_book": tell_books,
    "contents": erase_contents,
    **_RAW,
    "settle": let_it_settle,
    "rest_of_contents": erase_rest_of_contents,
    **{f"{name}_again": step for name, step in _RAW.items()},
    "charge_reports": erase_charge_reports,
    "late_terms": erase_late_terms,
    "tell": tell_erased,
    "events": erase_events,
    "stream": erase_stream,
    "deliveries": erase_deliveries,
    "answers": erase_answers,
    "contact_book_told": until_books_know,
    "conversations": erase_conversations,
}
FIRST_STEP: Final = next(iter(STEPS))


async def go_on(tools: Tools, erasure: ErasureDocument) -> ErasureDocument | None:
    """Do a bounded part of an erasure and write down how far it came.

    Returns:
        The erasure as it is then; None where it is over, or has to wait.
    """
    came = await STEPS[erasure["step"]](tools, erasure)
    changed = _changed(list(STEPS), erasure["step"], came, tools.clock.now())
    counted = {f"counts.{name}": count for name, count in came.counts.items() if count}
    update: dict[str, Fields] = {"$set": changed, **({"$inc": counted} if counted else {})}
    if changed.get("state") == ErasureState.DONE:
        update["$unset"] = {"person": "", "due_at": ""}
    own: Condition = {"_id": erasure["_id"], "workspace_id": erasure["workspace_id"]}
    after = await tools.database.erasures.find_one_and_update(own, update, return_document=True)
    is_over = after is None or after["state"] == ErasureState.DONE.value
    return None if is_over or came.must_wait else after


def _changed(names: list[str], step: str, came: Came, now: datetime) -> Fields:
    """Return what a step's outcome changes of its erasure."""
    if came.must_wait:
        return {"mark": came.mark, "due_at": now + ASK_AGAIN}
    if came.mark is not None:
        return {"mark": came.mark}
    if step == names[-1]:
        return {"mark": None, "state": ErasureState.DONE.value, "finished_at": now}
    return {"mark": None, "step": names[names.index(step) + 1]}
