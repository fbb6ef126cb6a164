"""What is told beside a message's words: its topic, sender and source, what it quotes, the addresses behind words."""

from __future__ import annotations

from typing import Any

import pytest

from channels.telegram.customers import Address, address_in
from channels.telegram.payloads import parts_of
from inbox.arriving.inbound import MessageReceived, ProviderNotice
from inbox.model.content import ChoiceContent, TextContent
from inbox.sending.outbound import OutboundMessage
from tests.unit.channels.telegram.messages import ANN, CHANNEL, GROUP, PRIVATE, message, read, received

FORUM = {**GROUP, "is_forum": True}
TOPIC = {"is_topic_message": True, "message_thread_id": 4711}
OPENED = {"message_id": 4711, "chat": FORUM, "date": 1, "forum_topic_created": {"name": "Orders", "icon_color": 1}}
PLACE = {"latitude": 1.0, "longitude": 2.0}


def said(event: MessageReceived) -> str:
    assert isinstance(event.content, TextContent)
    return event.content.text


# (fields of the message, the customer's id, the customer's name)
CUSTOMERS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"chat": FORUM}, "-1001700000001", "Garden club"),
    ({"chat": FORUM, **TOPIC, "reply_to_message": OPENED}, "-1001700000001:4711", "Garden club › Orders"),
    (
        {"chat": FORUM, **TOPIC, "forum_topic_created": {"name": "Orders"}},
        "-1001700000001:4711",
        "Garden club › Orders",
    ),
    # An answer inside the topic does not tell its name: the name that is known stays.
    ({"chat": FORUM, **TOPIC, "reply_to_message": message(chat=FORUM)}, "-1001700000001:4711", None),
    # A thread of answers in a group without topics is no topic.
    ({"chat": GROUP, "message_thread_id": 70}, "-1001700000001", "Garden club"),
    # Topics in a private chat.
    ({**TOPIC, "reply_to_message": OPENED}, "700000001:4711", "Ann Lee › Orders"),
    (
        {"chat": GROUP, "direct_messages_topic": {"topic_id": 55, "user": ANN}},
        "-1001700000001:d55",
        "Ann Lee",
    ),
]


@pytest.mark.parametrize(("fields", "external_id", "name"), CUSTOMERS)
def test_a_topic_is_a_customer_of_its_own(fields: dict[str, Any], external_id: str, name: str | None) -> None:
    event = received(**{"text": "hello", **fields})
    assert (event.customer.external_id, event.customer.name) == (external_id, name)
    assert address_in(external_id).external_id == external_id


@pytest.mark.parametrize(
    ("external_id", "where"),
    [
        ("-1001", {"chat_id": -1001}),
        ("-1001:4711", {"chat_id": -1001, "message_thread_id": 4711}),
        ("-1001:d55", {"chat_id": -1001, "direct_messages_topic_id": 55}),
    ],
)
def test_answers_go_to_their_topic(external_id: str, where: dict[str, int]) -> None:
    out = OutboundMessage(id="m", to=external_id, content=TextContent(text="x" * 5000))
    sent = [
        part.model_dump(exclude_none=True, include={*where, "message_thread_id"})
        for part in parts_of(out, address_in(out.to))
    ]
    assert sent == [where, where]


@pytest.mark.parametrize("external_id", ["", "x", "1:y", "1:d"])
def test_what_is_no_address_is_refused(external_id: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        address_in(external_id)


def test_a_press_in_a_topic_is_told_there_with_who_pressed() -> None:
    below = message(chat=FORUM, **TOPIC, text="Which?")
    event = read("callback_query", id="9", **{"from": ANN}, message=below, data="yes")
    assert isinstance(event, MessageReceived)
    assert event.content == ChoiceContent(id="yes", title="yes")
    assert (event.customer.external_id, event.sender) == (Address(-1001700000001, 4711).external_id, "Ann Lee")


# (fields of the message, the sender)
SENDERS: list[tuple[dict[str, Any], str | None]] = [
    ({"text": "hello"}, None),
    ({"chat": GROUP, "location": PLACE}, "Ann Lee"),
    ({"chat": GROUP, "story": {"chat": PRIVATE, "id": 7}}, "Ann Lee"),
    ({"chat": GROUP, "text": "hello", "sender_chat": GROUP, "author_signature": "Bo"}, "Garden club (Bo)"),
    ({"chat": GROUP, "new_chat_title": "Roses"}, "Ann Lee"),
]


@pytest.mark.parametrize(("fields", "sender"), SENDERS)
def test_who_wrote_in_a_group(fields: dict[str, Any], sender: str | None) -> None:
    assert received(**fields).sender == sender


ORIGIN = {"type": "channel", "chat": CHANNEL, "message_id": 5, "date": 1}
PUBLIC = {"type": "channel", "chat": {**CHANNEL, "id": -1001234567890, "username": "shop_news"}, "message_id": 5}
POST = {"message_id": 5, "chat": GROUP, "date": 1, "is_automatic_forward": True, "sender_chat": CHANNEL, "text": "New!"}
# (fields of the message, the quotation)
QUOTES: list[tuple[dict[str, Any], str | None]] = [
    (
        {"external_reply": {"origin": ORIGIN}, "quote": {"text": "New autumn jackets", "position": 0}},
        "New autumn jackets\n— Shop news",
    ),
    ({"external_reply": {"origin": PUBLIC, "photo": []}}, "[picture] — Shop news, https://t.me/shop_news/5"),
    (
        {"external_reply": {"origin": {"type": "hidden_user", "sender_user_name": "Bo"}, "chat": GROUP}},
        "[message] — Bo",
    ),
    ({"external_reply": {"origin": 7}}, None),
    # What stands in this chat is quoted only where the customer chose the words.
    ({"reply_to_message": message(), "quote": {"text": "red", "is_manual": True}}, "red"),
    ({"reply_to_message": message(), "quote": {"text": "red"}}, None),
    ({"reply_to_message": POST}, "New!\n— Shop news"),
    ({"reply_to_story": {"chat": {**CHANNEL, "title": "Shop"}, "id": 1}}, "[story] — Shop"),
]


@pytest.mark.parametrize(("fields", "quote"), QUOTES)
def test_what_a_message_is_about(fields: dict[str, Any], quote: str | None) -> None:
    event = received(text="do you have this in red?", **fields)
    assert event.quote == quote
    before = "".join(f"> {line}\n" for line in (quote or "").splitlines())
    assert said(event) == f"{before}do you have this in red?"
    assert received(location=PLACE, **fields).quote == quote


def test_whose_words_are_passed_on() -> None:
    event = received(text="look", forward_origin={"type": "user", "sender_user": {"id": 5, "first_name": "Bo"}})
    assert (event.forwarded_from, said(event)) == ("Bo", "[Forwarded from Bo]\nlook")


@pytest.mark.parametrize(
    ("text", "chat", "parameter"),
    [
        ("/start campaign_77", PRIVATE, "campaign_77"),
        ("/start@shop_bot campaign_77", GROUP, "campaign_77"),
        ("/start", PRIVATE, None),
        ("/started campaign_77", PRIVATE, None),
    ],
)
def test_where_the_customer_came_from(text: str, chat: dict[str, Any], parameter: str | None) -> None:
    expected = {} if parameter is None else {"start_parameter": parameter}
    assert received(text=text, chat=chat).referral == expected


def test_messages_that_only_their_receiver_sees_are_told_apart() -> None:
    fields = {"message_id": 0, "chat": GROUP, "receiver_user": ANN, "ephemeral_message_id": 3, "text": "psst"}
    first, again, second = received(1, **fields), received(1, **fields), received(2, **fields)
    assert first.provider_id == again.provider_id != second.provider_id
    assert isinstance(read("edited_message", **message(**fields)), ProviderNotice)
    assert first.is_notice
    assert first.content == TextContent(text="[Only the bot sees this]\nAnn Lee:\npsst")


# (what Telegram tells of a suggested post, what stands before its words)
SUGGESTED: list[tuple[Any, str]] = [
    ({"state": "pending"}, "[Suggested post]\n"),
    (
        {"state": "pending", "price": {"currency": "XTR", "amount": 100}, "send_date": 1780000000},
        "[Suggested post, 100 stars, for 2026-05-28 20:26 UTC]\n",
    ),
    (
        {"state": "approved", "price": {"currency": "TON", "amount": 2_500_000_000}},
        "[Approved post, 2.500000000 TON]\n",
    ),
    ({"state": "declined"}, "[Declined post]\n"),
    ({"state": "of_tomorrow", "price": None}, "[Suggested post]\n"),
    ({"state": 7}, ""),
    ("nonsense", ""),
]


@pytest.mark.parametrize(("info", "label"), SUGGESTED)
def test_a_suggested_post_says_that_it_is_one(info: Any, label: str) -> None:
    assert received(text="Buy roses", suggested_post_info=info).content == TextContent(text=f"{label}Buy roses")


@pytest.mark.parametrize("part", ["channel_post", "edited_channel_post", "guest_message"])
def test_what_is_written_elsewhere_is_no_arrival(part: str) -> None:
    event = read(part, **message(text="hello"))
    assert isinstance(event, ProviderNotice)
    assert event.topic == part


def test_an_edited_post_of_a_channel_is_no_arrival() -> None:
    assert isinstance(read("edited_message", **message(chat=CHANNEL, text="x")), ProviderNotice)
