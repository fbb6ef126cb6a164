"""The connector against the contract's shape."""

from __future__ import annotations

import msgspec
import pytest

from channels.abilities import (
    AnswersChallenge,
    BlocksCustomers,
    ChecksCredentials,
    ForgetsCustomers,
    MarksRead,
    SendsReactions,
    ShowsTyping,
)
from channels.contract import Connector, InboundRequest, Support
from channels.whatsapp.check import check_content
from channels.whatsapp.connector import WhatsAppConnector
from inbox.arriving.inbound import MessageReceived
from inbox.model.content import OutgoingContent, TextContent
from inbox.sending.outbound import ContentNotSendableError


def test_it_is_a_connector_with_all_that_whatsapp_can() -> None:
    connector: Connector = WhatsAppConnector()

    small = (AnswersChallenge, ChecksCredentials, MarksRead, SendsReactions, ShowsTyping)
    for ability in (*small, BlocksCustomers, ForgetsCustomers):
        assert isinstance(connector, ability)


def test_it_says_of_every_outgoing_content_how_it_is_conveyed() -> None:
    kinds = {str(kind.__struct_config__.tag) for kind in OutgoingContent.__args__} - {"checklist"}  # WhatsApp has none

    assert set(WhatsAppConnector().capabilities().send) == kinds
    assert Support.REJECTED not in WhatsAppConnector().capabilities().send.values()


def test_its_text_limit_is_the_one_it_checks() -> None:
    longest = WhatsAppConnector().capabilities().max_text_chars

    check_content(TextContent(text="x" * longest))
    with pytest.raises(ContentNotSendableError):
        check_content(TextContent(text="x" * (longest + 1)))


def test_it_parses_what_a_request_carries() -> None:
    message = {"id": "wamid.1", "from": 491701234567, "type": "text", "text": {"body": "Hi"}}
    contact = {"wa_id": "491701234567", "profile": {"name": "Anna"}}
    value = {"contacts": [contact], "messages": [message]}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}

    (event,) = WhatsAppConnector().parse(InboundRequest(headers={}, body=msgspec.json.encode(body)))

    # An id as a number is the same id.
    assert isinstance(event, MessageReceived)
    assert (event.customer.external_id, event.customer.name) == ("491701234567", "Anna")
