"""What is written of arrivals follows from what is known of their customers."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import msgspec
import pytest

from inbox.arriving.arrival_plan import ArrivalPlan, Circumstances, plan_arrivals
from inbox.arriving.arrivals import Arrival, new_contact
from inbox.arriving.inbound import Customer, MessageReceived
from inbox.arriving.routing_cache import Route
from inbox.arriving.whereabouts import CustomerArrivals, Whereabouts, by_customer
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import Content, TextContent
from inbox.storage.database import WriteConflictError
from inbox.storage.documents import ContactDocument

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
SHOP = ChannelRef(workspace_id="w1", id="shop", kind=ChannelKind.WHATSAPP, name="Shop", queue_id="sales")
SERVICE = msgspec.structs.replace(SHOP, id="service", name="Service", queue_id="help")
OPEN = Route(conversation_id="c1", contact_id="p1", profile_name="Maria")
_numbers = count(1)


def arrival(
    channel: ChannelRef = SHOP,
    *,
    who: str = "1555",
    aliases: tuple[str, ...] = (),
    name: str = "Maria",
    content: Content | None = None,
    is_notice: bool = False,
) -> Arrival:
    event = MessageReceived(
        customer=Customer(external_id=who, aliases=aliases, name=name),
        provider_id=f"m{next(_numbers)}",
        content=TextContent(text="Hello") if content is None else content,
        is_notice=is_notice,
    )
    return Arrival(channel=channel, event=event)


def grouped(*arrivals: Arrival) -> list[CustomerArrivals]:
    return by_customer(arrivals, lambda _: 100)


def planned(*arrivals: Arrival, found: Whereabouts | None = None) -> ArrivalPlan:
    customers = grouped(*arrivals)
    return plan_arrivals(customers, [found or Whereabouts()] * len(customers), Circumstances({}, "writer", AT))


def contact(**fields: object) -> ContactDocument:
    known = new_contact(SHOP, Customer(external_id="1555", name="Maria"), AT)
    return known | fields  # type: ignore[return-value, operator]


def types(plan: ArrivalPlan) -> list[str]:
    return [event.type.value for one in plan.writing for event in one.events]


def test_ids_that_are_named_together_are_one_persons() -> None:
    first, second, third = arrival(who="1555"), arrival(who="u9", aliases=("1555",)), arrival(who="1666")
    one, other = grouped(first, second, third)
    assert (one.arrivals, list(one.seqs), other.arrivals, list(other.seqs)) == (
        [first, second],
        [99, 100],
        [third],
        [100],
    )
    assert one.identity_keys == ["whatsapp:1555", "whatsapp:u9"]


def test_a_new_customer_gets_a_contact_and_a_conversation() -> None:
    plan = planned(arrival(), arrival())
    (opening,) = plan.openings
    assert opening.contact_is_new
    assert opening.conversation["contact_id"] == opening.contact["_id"]
    assert opening.conversation["promised"] == {"writer": 100}
    assert plan.queue_ids == {"sales"}
    assert types(plan) == ["conversation.created", "message.created", "message.created"]
    assert plan.reopens == []


def test_who_writes_on_two_channels_at_once_is_one_new_contact() -> None:
    plan = planned(arrival(SHOP), arrival(SERVICE))
    first, second = plan.openings
    assert (first.contact_is_new, second.contact_is_new) == (True, False)
    assert second.conversation["contact_id"] == first.contact["_id"]
    assert plan.queue_ids == {"sales", "help"}


def test_what_goes_into_an_open_conversation_opens_none() -> None:
    plan = planned(arrival(), found=Whereabouts(route=OPEN))
    assert (plan.openings, plan.queue_ids, types(plan)) == ([], set(), ["message.created"])
    assert [one.rename for one in plan.writing] == [None]


def test_a_new_name_is_stored_and_remembered() -> None:
    (one,) = planned(arrival(name="Mia"), found=Whereabouts(route=OPEN)).writing
    assert one.rename is not None
    assert (one.rename.contact_id, one.rename.name) == ("p1", "Mia")
    assert one.route == msgspec.structs.replace(OPEN, profile_name="Mia")


def test_a_known_contact_notes_the_opening_once() -> None:
    known = contact()
    plan = planned(arrival(SHOP), arrival(SERVICE), found=Whereabouts(contact=known, shown=known))
    assert [one.contact["_id"] for one in plan.openings] == [known["_id"]] * 2
    assert len(plan.reopens) == 1


def test_two_ids_of_one_account_open_no_two_conversations() -> None:
    identity = {"kind": "whatsapp", "external_id": "1555", "aliases": ["u9"]}
    known = contact(identities=[identity], identity_keys=["whatsapp:1555", "whatsapp:u9"])
    found = Whereabouts(contact=known, shown=known)
    with pytest.raises(WriteConflictError):
        planned(arrival(who="1555"), arrival(who="u9"), found=found)
    assert len(planned(arrival(SHOP, who="1555"), arrival(SERVICE, who="u9"), found=found).openings) == 2


def test_of_a_blocked_customer_nobody_is_told() -> None:
    blocked = contact(blocked=True)
    plan = planned(arrival(), found=Whereabouts(contact=blocked, shown=blocked))
    (opening,) = plan.openings
    assert not opening.conversation["open"]
    assert (types(plan), plan.queue_ids, len(plan.stored_keys)) == ([], set(), 1)


def test_a_notice_opens_nothing() -> None:
    told = arrival(is_notice=True)
    plan = planned(told)
    assert (plan.writing, plan.outcomes[told.key].nowhere) == ([], True)
    assert planned(told, found=Whereabouts(route=OPEN)).stored_keys == [told.key]


def test_what_can_not_be_stored_is_left_out_alone() -> None:
    bad, good = arrival(content=TextContent(text="\ud83d")), arrival()
    plan = planned(bad, good)
    assert plan.stored_keys == [good.key]
    assert plan.outcomes[bad.key].unstorable
    nothing = planned(bad)
    assert (nothing.writing, nothing.openings) == ([], [])


def test_a_plan_made_again_is_made_of_the_same_values() -> None:
    customers, found = grouped(arrival()), [Whereabouts(contact=contact())]
    before = repr((customers, found))
    for _ in range(2):
        plan_arrivals(customers, found, Circumstances({}, "writer", AT))
    assert repr((customers, found)) == before
