"""A campaign to a segment: its recipients are written down once it starts, whoever is killed; nobody gets it twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.segments.segment_models import SegmentFields, SegmentFilter
from inbox.segments.segment_store import SegmentStore
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.audience.segment_rows import fill_next
from templates_hsm.campaigns.feed.due_rows import first_values
from templates_hsm.campaigns.life.campaign_forecast import estimate_campaign
from templates_hsm.campaigns.model.campaign_models import Campaign, CampaignFields, ListConsent
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.campaigns.model.forecast_models import ForecastAsked
from templates_hsm.definition.template_definition import TemplateName
from tests.integration.campaigns.campaign_world import CHANNEL, CampaignWorld, W, phones


async def contacts(world: CampaignWorld, count: int, first: int = 0, **fields: Any) -> list[str]:
    made = [
        {
            "_id": new_id(),
            "workspace_id": W,
            "name": f"Ann{n}",
            "identities": [{"kind": "whatsapp", "external_id": phone}],
            "identity_keys": [f"whatsapp:{phone}"],
            "language": "de",
            "created_at": world.clock.now(),
            "version": 1,
            **fields,
        }
        for n, phone in enumerate(phones(count, first))
    ]
    await world.database.contacts.insert_many(made)
    return [one["_id"] for one in made]


async def ready(world: CampaignWorld, **wanted: Any) -> Campaign:
    """A campaign to a segment that is not started yet."""
    segments = SegmentStore(world.database, world.clock)
    fields = SegmentFields(name=new_id(), filter=SegmentFilter(**wanted))
    segment = await world.database.transaction(lambda s: segments.create(W, fields, session=s))
    asked = CampaignFields(
        name="Sale",
        channel_id=CHANNEL.id,
        template=TemplateName(name="sale", language="en"),
        consent=ListConsent(source="shop", at=world.clock.now(), wording="Yes."),
    )
    made = await world.database.transaction(lambda s: world.store.create(W, asked, session=s))
    return await world.store.choose(W, made.id, segment.id)


async def stored(world: CampaignWorld, campaign_id: str) -> CampaignDocument:
    return await world.store.find(W, campaign_id)


async def fill(world: CampaignWorld, campaign_id: str, together: int = 2) -> None:
    """Write all recipients down, each batch by somebody who knows nothing of the one before."""
    while (campaign := await stored(world, campaign_id)).get("filling"):
        await fill_next(world.database, campaign, now=world.clock.now(), together=together)


async def rows(world: CampaignWorld) -> list[str]:
    found = await world.database.campaign_recipients.find({"workspace_id": W}).sort("_id", 1).to_list(None)
    return [row["_id"].rpartition(":")[2] for row in found]


async def send(world: CampaignWorld, campaign_id: str) -> list[str]:
    while (await world.feed(campaign_id, 2)).looked_at:
        pass
    return await world.send_all()


async def test_recipients_are_written_down_at_the_start_and_get_it(world: CampaignWorld) -> None:
    await contacts(world, 5)
    made = await ready(world, languages=("de",))
    assert made.audience is not None
    assert (made.state, made.audience.accepted, await rows(world)) == ("ready", 0, [])
    started = await world.start(made.id)
    assert (await world.feed(made.id)).sent == 0, "nobody gets it before all are written down"
    await fill(world, made.id)
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.lines, filled.audience.accepted, filled.audience.fixed_at) == (5, 5, world.clock.now())
    assert (started.state, filled.counts.total) == ("running", 5)
    assert await send(world, made.id) == phones(5)
    texts = [message["content"]["rendered"] for message in await world.messages()]
    assert texts[0] == "Hello Ann0, 20 % off."


async def test_whoever_is_killed_leaves_the_rest_to_the_next(world: CampaignWorld) -> None:
    await contacts(world, 7)
    made = await ready(world)
    await world.start(made.id)
    before = await stored(world, made.id)
    await fill_next(world.database, before, now=world.clock.now(), together=3)
    # as one who read the campaign before the batch was written, and was not heard of since
    await fill_next(world.database, before, now=world.clock.now(), together=3)
    await fill(world, made.id, together=3)
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.lines, filled.audience.accepted) == (7, 7)
    assert await rows(world) == phones(7)


async def test_of_several_who_fill_at_once_each_batch_is_written_once(world: CampaignWorld) -> None:
    await contacts(world, 20)
    made = await ready(world)
    await world.start(made.id)

    async def worker() -> None:
        while (campaign := await stored(world, made.id)).get("filling"):
            try:
                await fill_next(world.database, campaign, now=world.clock.now(), together=3)
            except Exception as error:
                if "WriteConflict" not in repr(error):
                    raise

    await asyncio.gather(*(worker() for _ in range(3)))
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.lines, filled.audience.accepted, filled.audience.duplicates) == (20, 20, 0)
    assert await rows(world) == phones(20)


async def test_who_is_known_since_the_start_is_left_out(world: CampaignWorld) -> None:
    await contacts(world, 3)
    made = await ready(world)
    await world.start(made.id)
    await contacts(world, 3, first=10)
    await fill(world, made.id)
    assert await rows(world) == phones(3)


async def test_contacts_of_another_workspace_are_nobody_here(world: CampaignWorld) -> None:
    await contacts(world, 2)
    strangers = [
        {**one, "_id": new_id(), "workspace_id": "w2"} for one in await world.database.contacts.find().to_list(None)
    ]
    await world.database.contacts.insert_many(strangers)
    made = await ready(world)
    await world.start(made.id)
    await fill(world, made.id)
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.lines, filled.audience.accepted) == (2, 2)
    own = {"workspace_id": "w2"}
    assert await world.database.campaign_recipients.count_documents(own) == 0


async def test_a_filter_that_is_changed_after_the_start_changes_nothing(world: CampaignWorld) -> None:
    await contacts(world, 3)
    await contacts(world, 1, first=10, language="fr")
    made = await ready(world, languages=("de",))
    assert made.audience is not None
    assert made.audience.segment is not None
    await world.start(made.id)
    everybody = {"filter": {"languages": []}}
    await SegmentStore(world.database, world.clock).patch(W, made.audience.segment.id, everybody)
    await fill(world, made.id)
    assert await rows(world) == phones(3)


async def test_a_pause_stops_the_writing_and_a_cancel_ends_it(world: CampaignWorld) -> None:
    await contacts(world, 6)
    made = await ready(world)
    await world.start(made.id)
    running = await stored(world, made.id)
    await world.store.act(W, made.id, Action.PAUSE)
    await fill_next(world.database, running, now=world.clock.now(), together=2)
    assert await rows(world) == []
    await world.store.resume(W, made.id)
    running = await stored(world, made.id)
    await fill_next(world.database, running, now=world.clock.now(), together=2)
    running = await stored(world, made.id)
    await world.store.act(W, made.id, Action.CANCEL)
    await fill_next(world.database, running, now=world.clock.now(), together=2)
    assert await rows(world) == phones(2)
    assert (await stored(world, made.id)).get("filling") is None


async def test_a_customer_with_two_numbers_gets_it_once(world: CampaignWorld) -> None:
    first, second = await contacts(world, 2)
    made = await ready(world)
    await world.start(made.id)
    await fill(world, made.id)
    assert await rows(world) == phones(2)
    family = {"$set": {"family": [first, second]}}
    await world.database.contacts.update_many({"_id": {"$in": [first, second]}}, family)
    assert len(await send(world, made.id)) == 1
    assert (await world.counts(made.id))["skipped"] == 1


async def test_a_merge_between_two_rounds_does_not_write_twice(world: CampaignWorld) -> None:
    first, second = await contacts(world, 2)
    made = await ready(world)
    await world.start(made.id)
    await fill(world, made.id)
    await world.feed(made.id, 1)
    family = {"$set": {"family": [first, second]}}
    await world.database.contacts.update_many({"_id": {"$in": [first, second]}}, family)
    await world.feed(made.id, 1)
    assert len(await world.messages()) == 1


async def test_merged_contacts_are_one_row(world: CampaignWorld) -> None:
    first, second = await contacts(world, 2)
    family = {"$set": {"family": [first, second]}}
    await world.database.contacts.update_many({"_id": {"$in": [first, second]}}, family)
    made = await ready(world)
    await world.start(made.id)
    await fill(world, made.id, together=1)
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.accepted, filled.audience.duplicates, filled.audience.lines) == (1, 1, 2)


async def test_who_opted_out_gets_nothing_and_who_has_no_number_is_no_recipient(world: CampaignWorld) -> None:
    await contacts(world, 2)
    said = {"accepts": False, "at": world.clock.now(), "source": "keyword"}
    await contacts(world, 1, first=5, marketing=said)
    await contacts(world, 1, first=6, identities=[{"kind": "telegram", "external_id": "7"}])
    made = await ready(world)
    await world.start(made.id)
    await fill(world, made.id)
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.accepted, filled.audience.rejected) == (3, 1)
    assert await send(world, made.id) == phones(2)
    assert await world.counts(made.id) == {"total": 3, "sent": 2, "skipped": 1}


async def test_the_forecast_says_who_would_be_skipped_before_the_start(world: CampaignWorld) -> None:
    await contacts(world, 2)
    await contacts(world, 1, first=5, blocked=True)
    await contacts(world, 1, first=6, identities=[{"kind": "telegram", "external_id": "7"}])
    made = await ready(world)
    campaign = await stored(world, made.id)
    outlook = await world.feeders[0].look_ahead(campaign)
    guess = await estimate_campaign(world.database, campaign, ForecastAsked(), now=world.clock.now(), outlook=outlook)
    told = outlook.told_in(guess)
    assert (told.recipients, told.will_get, told.checked, told.is_all) == (3, 2, 3, True)
    left_out, numberless = told.left_out
    assert (numberless.reason, numberless.count, numberless.first) == ("no_number", 1, ())
    assert (left_out.reason, left_out.count, [one.phone for one in left_out.first]) == (
        "blocked",
        1,
        [f"+{phones(1, 5)[0]}"],
    )
    assert await first_values(world.database, campaign, now=world.clock.now()) == ["Ann0", "de"]


async def test_a_segment_in_use_stays_and_one_that_is_gone_stops_the_start(world: CampaignWorld) -> None:
    await contacts(world, 2)
    made = await ready(world)
    assert made.audience is not None
    assert made.audience.segment is not None
    with pytest.raises(ProblemError, match="in_use"):
        await SegmentStore(world.database, world.clock).delete(W, made.audience.segment.id)
    await world.database.segments.delete_one({"_id": made.audience.segment.id})
    with pytest.raises(ProblemError, match="segment was deleted"):
        await world.start(made.id)
    assert (await stored(world, made.id))["state"] == "ready"


async def test_a_planned_campaign_takes_the_segment_of_its_time(world: CampaignWorld) -> None:
    await contacts(world, 2)
    made = await ready(world)
    at = world.clock.now() + timedelta(hours=1)
    await world.store.patch(W, made.id, {"schedule_at": at.isoformat()})
    assert (await world.start(made.id)).state == "scheduled"
    assert (await stored(world, made.id)).get("filling") is None
    world.clock.advance(timedelta(hours=2))
    await contacts(world, 1, first=5)
    await world.start(made.id)
    await fill(world, made.id)
    assert await rows(world) == [*phones(2), *phones(1, 5)]


async def test_the_workspaces_fields_are_columns(world: CampaignWorld) -> None:
    field = {"_id": "f1", "workspace_id": W, "key": "points", "name": "Points", "type": "number", "options": []}
    await world.database.contact_fields.insert_one({**field, "order": 0, "created_at": world.clock.now()})
    await contacts(world, 1, fields={"f1": 1200.0})
    made = await ready(world)
    assert made.audience is not None
    assert made.audience.columns == ("name", "language", "points")
    await world.store.patch(W, made.id, {"variables": {"body": ["{{ name }}: {{ points }}"]}})
    await world.start(made.id)
    await fill(world, made.id)
    await send(world, made.id)
    (message,) = await world.messages()
    assert message["content"]["rendered"] == "Hello Ann0: 1200, 20 % off."
