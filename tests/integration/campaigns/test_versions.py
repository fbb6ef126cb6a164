"""A campaign in several languages and two variants: who gets which, counted for each."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.arriving.inbound import DeliveryStatus
from inbox.foundation.problems import ProblemError
from inbox.messages.tallying import Bucket, counts_by_variant
from templates_hsm.campaigns.life.look_after import look_after
from templates_hsm.campaigns.model.campaign_models import Letter, Variant
from templates_hsm.campaigns.model.versions import letter_of
from templates_hsm.campaigns.outcome.report import recipients_page
from templates_hsm.definition.template_definition import TemplateName
from tests.integration.campaigns.campaign_world import PASSING, CampaignWorld, W, listing, phones, report

SHARE = 40


async def translation(world: CampaignWorld, language: str, text: str, *, name: str = "sale", **fields: Any) -> None:
    (known,) = await world.database.templates.find({"_id": "t1"}).to_list(None)
    body = {"type": "BODY", "text": text, "example": {"body_text": [["Ann"]]}}
    made = {**known, "_id": f"{name}-{language}", "name": name, "language": language, "components": [body], **fields}
    await world.database.templates.insert_one(made)


def in_languages(languages: list[str]) -> str:
    lines = [f"+{phone},Ann,{tag}" for phone, tag in zip(phones(len(languages)), languages, strict=True)]
    return "\n".join(["phone,first name,language", *lines]) + "\n"


async def sent(world: CampaignWorld, campaign_id: str) -> list[str]:
    while (await world.feed(campaign_id)).looked_at:
        pass
    await world.send_all()
    return [message["content"]["rendered"] for message in await world.messages()]


def second(**fields: Any) -> Variant:
    return Variant(template=TemplateName(name="deal", language="en"), share=SHARE, **fields)


async def test_each_gets_their_language_and_the_others_the_campaigns(world: CampaignWorld) -> None:
    await translation(world, "de", "Hallo {{1}}.")
    await translation(world, "fr", "Bonjour {{1}}.", usable=False)
    await translation(world, "es", "Hola {{1}}.", category="utility")
    texts = in_languages(["de-AT", "fr", "es", "en", ""])
    made = await world.running(texts, by_language=True, variables={"body": ["{{ first_name }}"]})
    english = "Hello Ann, 20 % off."
    assert await sent(world, made.id) == ["Hallo Ann.", *[english] * 4]


async def test_a_contact_speaks_its_language_where_the_list_says_nothing(world: CampaignWorld) -> None:
    await translation(world, "de", "Hallo {{1}}.")
    (phone,) = phones(1)
    contact = {"_id": "k1", "workspace_id": W, "name": "Ann", "language": "de", "version": 1}
    account = {"identities": [{"kind": "whatsapp", "external_id": phone}], "identity_keys": [f"whatsapp:{phone}"]}
    await world.database.contacts.insert_one({**contact, **account})
    made = await world.running(listing([phone]), by_language=True)
    assert await sent(world, made.id) == ["Hallo Ann0."]


async def test_without_the_choice_everybody_gets_what_the_campaign_names(world: CampaignWorld) -> None:
    await translation(world, "de", "Hallo {{1}}.")
    made = await world.running(in_languages(["de"]), variables={"body": ["{{ first_name }}"]})
    assert await sent(world, made.id) == ["Hello Ann, 20 % off."]


@pytest.mark.parametrize("change", [{"usable": False}, {"components": [{"type": "BODY", "text": "Pst {{1}}"}]}])
async def test_a_translation_that_changes_meanwhile_is_sent_no_more(
    world: CampaignWorld, change: dict[str, Any]
) -> None:
    await translation(world, "de", "Hallo {{1}}.")
    made = await world.running(in_languages(["de", "de"]), by_language=True, variables={"body": ["{{ first_name }}"]})
    await world.feed(made.id, 1)
    await world.database.templates.update_one({"_id": "sale-de"}, {"$set": change})
    assert sorted(await sent(world, made.id)) == ["Hallo Ann.", "Hello Ann, 20 % off."]


async def test_two_variants_by_recipient_and_counted_for_each(world: CampaignWorld) -> None:
    await translation(world, "en", "A deal, {{1}}.", name="deal")
    people = phones(30)
    made = await world.running(listing(people), variant=second())
    texts = await sent(world, made.id)
    assert made.audience is not None
    letters = [letter_of(f"{made.audience.id}:{phone}", SHARE) for phone in people]
    assert [text.startswith("A deal") for text in texts] == [letter is Letter.B for letter in letters]
    in_b = letters.count(Letter.B)
    assert 0 < in_b < len(people)

    first = next(m for m in await world.messages() if m.get("variant") == "b")
    await report(world, DeliveryStatus.DELIVERED, first["provider_id"])
    counted = await counts_by_variant(world.database, W, made.id)
    assert +counted["b"] == {Bucket.SENT: in_b - 1, Bucket.DELIVERED: 1}
    assert +counted["a"] == {Bucket.SENT: len(people) - in_b}
    assert (await world.counts(made.id))["sent"] == len(people)
    shown = await recipients_page(world.database, await world.store.find(W, made.id), limit=50, cursor=None)
    assert [one.variant for one in shown.items] == letters
    assert {one.language for one in shown.items} == {"en"}


async def test_a_retry_is_the_same_variant_and_counts_once(world: CampaignWorld) -> None:
    await translation(world, "en", "A deal, {{1}}.", name="deal")
    made = await world.running(listing(phones(12)), variant=second())
    await world.feed(made.id)
    await world.send_all(PASSING)
    before = {m["to"]: m["variant"] for m in await world.messages()}
    await world.store.retry(W, made.id)
    await world.feed(made.id)
    await world.send_all()
    again = [m for m in await world.messages() if m["status"] == "sent"]
    assert {m["to"]: m["variant"] for m in again} == {to: before[to] for to in (m["to"] for m in again)}
    counted = await counts_by_variant(world.database, W, made.id)
    assert sum(sum(of_letter.values()) for of_letter in counted.values()) == 12


async def test_variants_that_can_not_be_compared_are_refused(world: CampaignWorld) -> None:
    with pytest.raises(ProblemError, match="/variant/template"):
        await world.campaign(variant=second())
    await translation(world, "en", "A deal, {{1}}.", name="deal", category="utility")
    with pytest.raises(ProblemError, match="category"):
        await world.campaign(variant=second())
    await world.database.templates.update_one({"_id": "deal-en"}, {"$set": {"category": "marketing"}})
    with pytest.raises(ProblemError, match="/variant/variables/body/0"):
        await world.campaign(variant=second(variables={"body": ["{{ surname }}"]}))


async def test_a_variant_that_can_not_be_sent_stops_the_campaign(world: CampaignWorld) -> None:
    await translation(world, "en", "A deal, {{1}}.", name="deal")
    made = await world.running(listing(phones(3)), variant=second())
    campaign = await world.store.find(W, made.id)
    assert await look_after(world.database, campaign, at=world.clock.now()) is None
    paused = {"usable": False, "status": "paused"}
    await world.database.templates.update_one({"_id": "deal-en"}, {"$set": paused})
    assert await look_after(world.database, campaign, at=world.clock.now()) == "template_paused"
    with pytest.raises(ProblemError, match="deal"):
        await world.start((await world.campaign(listing(phones(3)), variant=second())).id)
