"""What a campaign achieved: counts of each variant, and what came back.

What came back is counted when somebody asks: of a small campaign at once; of a large one by the workers, batch by
batch, each of which keeps the sums and the place that was reached, so that a killed worker's count goes on.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from inbox.foundation.spreadsheets import harmless
from inbox.foundation.structs import from_document, to_document
from inbox.messages.tallying import Bucket, counts_by_variant
from inbox.storage.database import Collections, Database
from inbox.storage.documents import CampaignDocument, MessageDocument, ResultsCountDocument, ResultsDocument
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.campaigns.model.result_models import CampaignResults, Sums, VariantResult, all_together
from templates_hsm.campaigns.outcome.recipient_messages import TOGETHER, messages_of_rows, rows_after
from templates_hsm.campaigns.outcome.responses import Response, responses_to
from templates_hsm.definition.template_definition import TemplateName

COUNTED_AT_ONCE: Final = 5_000
"""Recipients of a campaign whose responses are counted for an answer: about a second."""
FRESH: Final = timedelta(minutes=1)
"""So long the count of a large campaign is shown again."""
BATCHES: Final = 20
"""Until another campaign has its turn."""
CSV_COLUMNS: Final = (
    *("variant", "template", "language", "messages", "waiting", "sent", "delivered", "read", "failed", "unknown"),
    *("withheld", "answered", "pressed", "opted_out", "charged", "free", "price_unknown", "currency", "amount"),
)
ByLetter = Mapping[Letter, Sums]


async def campaign_results(
    database: Database,
    campaign: CampaignDocument,
    answer_days: int,
    *,
    now: datetime,
    at_once: int = COUNTED_AT_ONCE,
) -> CampaignResults:
    """Return what a campaign achieved; of a large one as it was counted last, and have it counted anew.

    Args:
        database: Where it is.
        campaign: The campaign.
        answer_days: For how many days after its message an answer counts.
        now: The current time.
        at_once: Up to how many recipients are counted for the answer.
    """
    counted = await counts_by_variant(database, campaign["workspace_id"], campaign["_id"])
    kept = campaign.get("results")
    last = kept if kept is not None and kept["answer_days"] == answer_days else None
    if campaign.get("list_ended_at") is not None:
        return _shown(campaign, counted, answer_days, last)
    audience = campaign["audience"]
    if audience is None or audience["accepted"] <= at_once:
        sums = await _count_all(database, campaign, answer_days)
        return _shown(campaign, counted, answer_days, _results(answer_days, sums, now))
    is_due = last is None or last["counted_at"] < now - FRESH
    if is_due:
        await _ask(database, campaign, answer_days)
    return _shown(campaign, counted, answer_days, last, is_counting=is_due)


async def count_further(
    database: Database, campaign: CampaignDocument, *, now: datetime, together: int = TOGETHER
) -> None:
    """Count the responses of a large campaign, some batches further."""
    for _ in range(BATCHES):
        stored = await database.campaigns.find_one({"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]})
        if stored is None or not await database.in_thread(partial(_count_next, stored, now, together)):
            break


async def _count_next(campaign: CampaignDocument, now: datetime, together: int, database: Collections) -> bool:
    """Count a batch, unless another one did so meanwhile; tell whether something is left."""
    counting = campaign.get("results_count")
    if counting is None:
        return False
    days, above = counting["answer_days"], counting["above"]
    added, last = await _count_batch(database, campaign, above, days, together)
    sums = _added(_by_letter(counting["sums"]), added)
    still = {
        "_id": campaign["_id"],
        "workspace_id": campaign["workspace_id"],
        "results_count.answer_days": days,
        "results_count.above": above,
    }
    if last is None:
        done: dict[str, Any] = {"results": _results(days, sums, now), "results_count": None}
    else:
        done = {"results_count": {"answer_days": days, "above": last, "sums": to_document(sums)}}
    await database.campaigns.update_one(still, {"$set": done})
    return last is not None


async def _ask(database: Database, campaign: CampaignDocument, answer_days: int) -> None:
    """Have the workers count, unless they do."""
    own = {"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]}
    other = {**own, "results_count.answer_days": {"$ne": answer_days}}
    asked: ResultsCountDocument = {"answer_days": answer_days, "above": None, "sums": {}}
    await database.campaigns.update_one(other, {"$set": {"results_count": asked}})


async def _count_all(database: Database, campaign: CampaignDocument, answer_days: int) -> ByLetter:
    sums: ByLetter = {}
    above: str | None = None
    while True:
        added, above = await database.in_thread(partial(_counted, campaign, above, answer_days))
        sums = _added(sums, added)
        if above is None:
            return sums


async def _counted(
    campaign: CampaignDocument, above: str | None, answer_days: int, database: Collections
) -> tuple[ByLetter, str | None]:
    return await _count_batch(database, campaign, above, answer_days, TOGETHER)


async def _count_batch(
    database: Collections, campaign: CampaignDocument, above: str | None, answer_days: int, together: int
) -> tuple[ByLetter, str | None]:
    """Add up what came back on the next rows' messages; return it with the last row, None at the end."""
    rows = await rows_after(database, campaign, above, together)
    messages = list((await messages_of_rows(database, campaign, rows)).values())
    responses = await responses_to(database, messages, timedelta(days=answer_days))
    last = rows[-1]["_id"] if len(rows) == together else None
    return _sums_of(messages, responses), last


def _sums_of(messages: Sequence[MessageDocument], responses: Mapping[str, Response]) -> ByLetter:
    by_letter: defaultdict[Letter, list[Response]] = defaultdict(list)
    for message in messages:
        if message["_id"] in responses:
            by_letter[Letter(message.get("variant", Letter.A))].append(responses[message["_id"]])
    return {letter: _sum(of_letter) for letter, of_letter in by_letter.items()}


def _sum(responses: Iterable[Response]) -> Sums:
    of_them = list(responses)
    amounts: Counter[str] = Counter()
    for one in of_them:
        if one.currency is not None and one.amount is not None:
            amounts[one.currency] += one.amount
    return Sums(
        answered=sum(one.answered_at is not None for one in of_them),
        pressed=sum(one.pressed for one in of_them),
        opted_out=sum(one.opted_out for one in of_them),
        by_basis=dict(Counter(one.basis.value for one in of_them if one.basis is not None)),
        amounts=dict(amounts),
    )


def _added(one: ByLetter, other: ByLetter) -> ByLetter:
    return {
        letter: one.get(letter, Sums()) + other.get(letter, Sums())
        for letter in Letter
        if letter in one or letter in other
    }


def _by_letter(stored: Mapping[str, Any]) -> ByLetter:
    return {Letter(letter): from_document(sums, Sums) for letter, sums in stored.items()}


def _results(answer_days: int, sums: ByLetter, now: datetime) -> ResultsDocument:
    return {"answer_days": answer_days, "counted_at": now, "sums": to_document(sums)}


def _shown(
    campaign: CampaignDocument,
    counted: Mapping[str, Counter[Bucket]],
    answer_days: int,
    results: ResultsDocument | None,
    *,
    is_counting: bool = False,
) -> CampaignResults:
    letters = list(Letter) if campaign.get("variant") is not None else [Letter.A]
    sums = None if results is None else _by_letter(results["sums"])
    variants = tuple(
        _variant(
            campaign, letter, counted.get(letter.value, Counter()), None if sums is None else sums.get(letter, Sums())
        )
        for letter in letters
    )
    everything: Counter[Bucket] = Counter()
    for one in counted.values():
        everything.update(one)
    total = _variant(campaign, Letter.A, everything, None if sums is None else all_together(sums.values()))
    return CampaignResults(
        answer_days=answer_days,
        counted_at=None if results is None else results["counted_at"],
        is_counting=is_counting,
        total=msgspec.structs.replace(total, variant=None),
        variants=variants,
    )


def _variant(
    campaign: CampaignDocument, letter: Letter, counted: Mapping[Bucket, int], sums: Sums | None
) -> VariantResult:
    numbers = {bucket: max(0, counted.get(bucket, 0)) for bucket in Bucket}
    variant = campaign.get("variant")
    named = variant["template"] if variant is not None and letter is Letter.B else campaign["template"]
    delivered = numbers[Bucket.DELIVERED] + numbers[Bucket.READ]
    return VariantResult(
        variant=letter,
        template=TemplateName(**named),
        messages=sum(numbers.values()),
        waiting=numbers[Bucket.WAITING],
        sent=numbers[Bucket.SENT] + delivered,
        delivered=delivered,
        read=numbers[Bucket.READ],
        failed=numbers[Bucket.FAILED],
        unknown=numbers[Bucket.UNKNOWN],
        withheld=numbers[Bucket.WITHHELD],
        responses=None if sums is None else sums.shown(),
    )


def results_csv(results: CampaignResults) -> str:
    """Write results as CSV: a line for each variant and currency."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(CSV_COLUMNS)
    for one in results.variants:
        for line in _lines(one):
            writer.writerow([harmless(cell) for cell in line])
    return written.getvalue()


def _lines(one: VariantResult) -> list[tuple[Any, ...]]:
    named = (one.variant or "", one.template.name, one.template.language)
    counts = (one.messages, one.waiting, one.sent, one.delivered, one.read, one.failed, one.unknown, one.withheld)
    came = one.responses
    if came is None:
        return [(*named, *counts, *[""] * 8)]
    told = (came.answered, came.pressed, came.opted_out, came.charged, came.free, came.unknown)
    costs = [(money.currency, money.amount) for money in came.costs] or [("", "")]
    return [(*named, *counts, *told, *cost) for cost in costs]
