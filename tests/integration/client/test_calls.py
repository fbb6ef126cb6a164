"""The API as a program sees it that uses the Python client."""

from __future__ import annotations

import pytest

from messaging_gateway_client import (
    ConflictError,
    ForbiddenError,
    Gateway,
    InvalidRequestError,
    NotFoundError,
    UnauthenticatedError,
    UnreachableError,
    every,
)
from messaging_gateway_client.calls import File
from messaging_gateway_client.models import ContactPatchPatch, ConversationView, NewContact
from tests.integration.api.support import PASSWORD, approved_template, campaign_of, customer_writes, whatsapp_channel
from tests.integration.client.conftest import Clients


async def opened(clients: Clients, text: str = "Where is my order?") -> ConversationView:
    channel = await clients.owner.connect_channel(whatsapp_channel())
    await customer_writes(clients.team.owner.client, {**channel}, text)
    (conversation,) = (await clients.operator.show_conversations(view="unassigned"))["items"]
    return conversation


async def test_a_person_signs_in(clients: Clients) -> None:
    async with Gateway(clients.base_url) as person:
        with pytest.raises(UnauthenticatedError):
            await person.me()
        await person.sign_in("ann@shop.example", PASSWORD)
        assert (await person.me())["id"] == clients.team.operator.id
        with pytest.raises(UnauthenticatedError):
            await person.sign_in("ann@shop.example", "wrong")


async def test_a_conversation_from_the_first_message_to_the_close(clients: Clients) -> None:
    conversation = await opened(clients)
    me = clients.team.operator.id
    taken = await clients.operator.assign_conversation(conversation["id"], {"operator_id": me})
    assert (taken["state"], taken["operator_id"]) == ("assigned", me)
    message = await clients.operator.send_text(conversation["id"], "On its way.", idempotency_key="answer-1")
    assert (message["direction"], message["author"]) == ("out", {"kind": "operator", "id": me})
    again = await clients.operator.send_text(conversation["id"], "On its way.", idempotency_key="answer-1")
    assert again["id"] == message["id"]
    thread = (await clients.operator.show_messages(conversation["id"]))["items"]
    assert [one["content"]["text"] for one in thread if one["content"]["type"] == "text"] == [
        "Where is my order?",
        "On its way.",
    ]
    await clients.operator.put_tags(conversation["id"], {"tags": ["order"]})
    closed = await clients.operator.close_conversation(conversation["id"], {"seen_seq": message["seq"]})
    assert (closed["state"], closed["tags"]) == ("closed", ["order"])
    with pytest.raises(ConflictError) as refused:
        await clients.operator.send_text(conversation["id"], "One more thing.")
    assert refused.value.code == "conversation_closed"


async def test_problems_say_what_the_answer_says(clients: Clients) -> None:
    contact: NewContact = {"identities": [{"kind": "whatsapp", "external_id": "+49 1512 3456789"}]}
    known = await clients.key.add_contact(contact)
    with pytest.raises(ConflictError) as duplicate:
        await clients.key.add_contact(contact)
    assert (duplicate.value.code, duplicate.value.members["contact_id"]) == ("duplicate", known["id"])
    with pytest.raises(InvalidRequestError) as invalid:
        await clients.key.add_contact({"phones": ["12"]})
    assert [one.pointer for one in invalid.value.errors] == ["/phones/0"]
    with pytest.raises(ForbiddenError):
        await clients.operator.add_contact(contact)
    with pytest.raises(NotFoundError):
        await clients.key.show_contact("a/../b")


async def test_a_list_is_gone_through_whatever_its_pages(clients: Clients) -> None:
    made = [(await clients.key.add_contact({"emails": [f"{n}@example.com"]}))["id"] for n in range(7)]
    found = [one["id"] async for one in every(clients.key.show_contacts, limit=3)]
    assert found == made[::-1]
    rest = (await clients.key.show_contacts(limit=3))["next_cursor"]
    assert [one["id"] async for one in every(clients.key.show_contacts, limit=3, cursor=rest)] == found[3:]


async def test_a_contact_is_changed_and_found(clients: Clients) -> None:
    contact = await clients.key.add_contact({"emails": ["maria@example.com"]})
    changes: ContactPatchPatch = {"name": "Maria Silva", "tags": ["vip"]}
    assert (await clients.key.change_contact(contact["id"], changes))["tags"] == ["vip"]
    for found in (await clients.key.show_contacts(q="silva"), await clients.key.show_contacts(tag="vip")):
        assert [one["id"] for one in found["items"]] == [contact["id"]]


async def test_a_campaign_with_a_list_of_recipients(clients: Clients) -> None:
    channel = {**await clients.owner.connect_channel(whatsapp_channel())}
    await approved_template(clients.team.owner.client, clients.team.owner.workspace_id, channel)
    assert [one["name"] async for one in every(clients.owner.show_templates, usable=True)] == ["sale"]
    campaign = await clients.owner.make_campaign(campaign_of(channel))
    table = File(b"phone,name\n+49 1512 3456789,Maria\n+49 1512 3456780,Ann\n", "text/csv")
    uploaded = await clients.owner.upload_audience(campaign["id"], table)
    assert uploaded["counts"]["total"] == 2
    assert {one["phone"] async for one in every(clients.owner.show_recipients, campaign["id"])} == {
        "+4915123456789",
        "+4915123456780",
    }


async def test_files_go_up_and_come_down(clients: Clients) -> None:
    picture = File(b"%PDF-1.4\n1 0 obj\n", "application/pdf", "Rechnung ü.pdf")
    stored = await clients.operator.upload_file(picture)
    assert stored["filename"] == "Rechnung ü.pdf"
    assert await clients.operator.download_file(stored["id"]) == picture.content


async def test_whoever_does_not_answer_is_told_of() -> None:
    async with Gateway("http://127.0.0.1:1", "token", attempts=2) as nobody:
        with pytest.raises(UnreachableError) as lost:
            await nobody.show_contacts(q="secret name")
    assert "secret" not in str(lost.value)
