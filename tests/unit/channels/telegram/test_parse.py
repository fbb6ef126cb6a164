"""What each update becomes: one fixture a condition, one row a fixture."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.contract import WebhookRejectedError
from channels.telegram.customers import address_of
from channels.telegram.parse import ALLOWED_UPDATES, parse_again, parse_update
from inbox.arriving.inbound import (
    Customer,
    IdentityChanged,
    InboundEvent,
    MessageEdited,
    MessageReceived,
    ProviderNotice,
    ReachabilityChanged,
    ReactionChanged,
    Undeciphered,
)
from inbox.model.content import (
    AudioContent,
    ChecklistContent,
    ChecklistTask,
    ChoiceContent,
    ContactCard,
    ContactPhone,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    LocationContent,
    Media,
    StickerContent,
    SystemContent,
    TextContent,
    UnsupportedContent,
    VideoContent,
    VoiceContent,
)

FIXTURES = Path(__file__).parents[3] / "fixtures" / "telegram"
CUSTOMER = Customer(external_id="500100", name="Ludmila Petrova")
GROUP = Customer(external_id="-1001700200300", name="Garden club")


def read(name: str) -> InboundEvent:
    (event,) = parse_update((FIXTURES / f"{name}.json").read_bytes())
    return event


def file(reference: str, mime_type: str | None = None, **more: Any) -> Media:
    return Media(provider_media_id=reference, mime_type=mime_type, **more)


def text(said: str) -> TextContent:
    return TextContent(text=said)


CONTENTS: list[tuple[str, Content]] = [
    ("text", text("Is the blue one in stock? 👍🏽")),
    ("text_with_entities", text("see www.example.com")),
    ("start_with_parameter", text("/start spring-sale")),
    # The largest size, wherever it stands.
    ("photo", ImageContent(media=file("photo-800", "image/jpeg", bytes=80000), caption="this one")),
    ("video", VideoContent(media=file("video-1", "video/mp4", bytes=800000, filename="tour.mp4"))),
    ("video_note", VideoContent(media=file("note-1", "video/mp4", bytes=90000))),
    # It comes as a document too.
    ("animation", VideoContent(media=file("anim-1", "video/mp4"))),
    ("audio", AudioContent(media=file("audio-1", "audio/mpeg", bytes=3000000, filename="Choir - Song"))),
    ("voice", VoiceContent(media=file("voice-1", "audio/ogg", bytes=12000))),
    (
        "document",
        DocumentContent(
            media=file("doc-1", "application/pdf", bytes=52000, filename="price list.pdf"), caption="prices?"
        ),
    ),
    ("sticker_still", StickerContent(media=file("st-1", "image/webp", bytes=20000), caption="😺")),
    ("sticker_animated", StickerContent(media=file("st-2", "application/x-tgsticker"))),
    ("sticker_film", StickerContent(media=file("st-3", "video/webm"))),
    ("location", LocationContent(latitude=52.52, longitude=13.405)),
    ("venue", LocationContent(latitude=52.52, longitude=13.405, name="Shop", address="Alexanderplatz 1")),
    (
        "contact",
        ContactsContent(contacts=(ContactCard(name="Ana Answers", phones=(ContactPhone(phone="+16505551234"),)),)),
    ),
    ("dice", text("🎯 6")),
    ("poll", text("Which colour?\n• blue\n• red")),
    ("game", text("🎮 Snake")),
    (
        "checklist",
        ChecklistContent(title="To buy", tasks=(ChecklistTask(id=1, text="milk"), ChecklistTask(id=2, text="bread"))),
    ),
    ("web_app_data", text('{"size": 42}')),
    ("story_public", text("https://t.me/shop_news/s/7")),
    # Nobody but those who follow the story's owner can open it.
    ("story_private", text("📖 A story of Friends that bots can't open")),
    (
        "payment",
        SystemContent(
            code="successful_payment",
            text="The customer paid: 12.50 EUR",
            data={"currency": "EUR", "total_amount": "1250", "amount": "12.50", "payload": "x"},
        ),
    ),
    ("reply", text("yes, that one")),
    ("reply_with_quote", text("> the red one\nhow much?")),
    ("forwarded", text("[Forwarded from Shop news]\nlook at this")),
    ("group_text", text("Ludmila Petrova:\nwho waters the roses?")),
    ("group_anonymous_admin", text("Garden club:\neverybody")),
    (
        "group_joined",
        SystemContent(
            code="new_chat_members",
            text="Somebody joined the chat: Ludmila Petrova (@ludmila_p)",
            data={"user_ids": "500100"},
        ),
    ),
    (
        "pinned",
        SystemContent(code="pinned_message", text="A message was pinned: hours", data={"message_id": "108"}),
    ),
    ("gift", SystemContent(code="gift", text="A gift was sent.")),
    ("without_content", UnsupportedContent(reason="Telegram message without content")),
    ("kind_of_tomorrow", UnsupportedContent(reason="Telegram message with hologram")),
    ("malformed_text", UnsupportedContent(reason="malformed Telegram message")),
    ("edited_text", text("Is the green one in stock?")),
    ("edited_caption", ImageContent(media=file("photo-800", "image/jpeg", bytes=80000), caption="that one")),
    ("live_location_moves", LocationContent(latitude=52.53, longitude=13.41)),
    ("button_pressed", ChoiceContent(id="yes", title="Yes, please")),
    # Its text is not told any more.
    ("button_of_a_forgotten_message", ChoiceContent(id="old", title="old")),
]


@pytest.mark.parametrize(("name", "content"), CONTENTS, ids=[name for name, _ in CONTENTS])
def test_contents(name: str, content: Content) -> None:
    event = read(name)
    assert isinstance(event, MessageReceived | MessageEdited)
    assert event.content == content
    customer = msgspec.structs.replace(event.customer, language=None)
    assert customer == (GROUP if name.startswith("group") else CUSTOMER)


def test_a_message_is_named_by_chat_and_id() -> None:
    event = read("text")
    assert isinstance(event, MessageReceived)
    assert event.provider_id == "500100:71"
    assert event.provider_at == datetime.fromtimestamp(1780000071, UTC)
    assert event.raw == (FIXTURES / "text.json").read_bytes()
    assert event.account_key is None


@pytest.mark.parametrize(
    ("told", "language"), [("pt-br", "pt-br"), ("zh-hans", "zh-hans"), ("", None), (None, None), ("русский", None)]
)
def test_the_language_of_who_writes(told: str | None, language: str | None) -> None:
    person = {"id": 5, "first_name": "Ludmila"}
    message = {"message_id": 1, "date": 1, "chat": {**person, "type": "private"}, "text": "hello"}
    update = {"update_id": 1, "message": {**message, "from": {**person, "language_code": told}}}
    (event,) = parse_update(msgspec.json.encode(update))
    assert isinstance(event, MessageReceived)
    assert event.customer.language == language


def test_a_link_to_the_bot_says_where_the_customer_came_from() -> None:
    event = read("start_with_parameter")
    assert isinstance(event, MessageReceived)
    assert event.referral == {"start_parameter": "spring-sale"}


def test_an_album_is_one_group() -> None:
    groups = {
        event.group_id for event in map(read, ("album_photo", "album_video")) if isinstance(event, MessageReceived)
    }
    assert groups == {"13700"}


@pytest.mark.parametrize(
    ("name", "answers"), [("reply", True), ("reply_with_quote", True), ("group_topic_text", False)]
)
def test_replies(name: str, *, answers: bool) -> None:
    event = read(name)
    assert isinstance(event, MessageReceived)
    assert (event.reply_to is not None) == answers


def test_an_edit_names_its_message_and_is_no_message_of_its_own() -> None:
    event = read("edited_text")
    assert isinstance(event, MessageEdited)
    assert event.provider_id.startswith(f"{event.target}:e")
    assert event.provider_at == datetime.fromtimestamp(1780009999, UTC)


def test_a_pressed_button_waits_to_be_acknowledged_and_answers_its_message() -> None:
    event = read("button_pressed")
    assert isinstance(event, MessageReceived)
    assert event.acknowledge == "4382bfdwdsb323b2d9"
    assert event.reply_to is not None
    assert address_of(event.provider_id) == address_of(event.reply_to)


@pytest.mark.parametrize(
    ("name", "emoji"), [("reaction", "🔥"), ("reaction_taken_back", ""), ("reaction_custom", "✨")]
)
def test_reactions(name: str, emoji: str) -> None:
    event = read(name)
    assert isinstance(event, ReactionChanged)
    assert (event.target, event.emoji) == ("500100:71", emoji)


@pytest.mark.parametrize(("name", "reachable"), [("blocked_by_customer", False), ("unblocked_by_customer", True)])
def test_a_block_is_a_state_of_the_customer(name: str, *, reachable: bool) -> None:
    event = read(name)
    assert isinstance(event, ReachabilityChanged)
    assert (event.customer, event.reachable) == (CUSTOMER, reachable)


def test_both_chats_of_a_migration_tell_of_the_same_change() -> None:
    there, here = read("group_becomes_supergroup"), read("supergroup_was_group")
    assert isinstance(there, IdentityChanged)
    assert isinstance(here, IdentityChanged)
    assert there.customer == here.customer == GROUP
    assert (there.previous, there.provider_id) == (here.previous, here.provider_id) == ("-4455", "-4455:migrated")


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("channel_post", "channel_post"),
        ("channel_post_as_message", "channel_post"),
        ("inline_query", "inline_query"),
        ("poll_answer", "poll_answer"),
        ("button_of_an_inline_message", "callback_query"),
        ("bot_added_to_channel", "my_chat_member"),
        ("update_of_tomorrow", "telepathy"),
    ],
)
def test_what_is_about_no_customer_is_a_notice(name: str, topic: str) -> None:
    event = read(name)
    assert isinstance(event, ProviderNotice)
    assert (event.topic, event.raw) == (topic, (FIXTURES / f"{name}.json").read_bytes())


def test_every_fixture_is_read() -> None:
    for path in FIXTURES.glob("*.json"):
        (event,) = parse_update(path.read_bytes())
        assert not isinstance(event, Undeciphered), path


def strange(value: Any) -> Any:
    """Put fields that nobody knows into every object."""
    if isinstance(value, list):
        return [strange(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {"of_tomorrow": {"deep": [1, {"x": None}]}, **{name: strange(one) for name, one in value.items()}, "zz": 7}


def test_fields_that_nobody_knows_change_nothing() -> None:
    for path in FIXTURES.glob("*.json"):
        if path.stem in ("kind_of_tomorrow", "update_of_tomorrow", "without_content", "malformed_text"):
            continue  # named after what is unknown in them
        update = json.loads(path.read_bytes())
        body = msgspec.json.encode({**{name: strange(part) for name, part in update.items()}})
        read_as, as_before = parse_update(body), parse_update(path.read_bytes())
        assert [msgspec.structs.replace(one, raw=b"") for one in read_as] == [
            msgspec.structs.replace(one, raw=b"") for one in as_before
        ], path.name


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"update_id": "x"}', b"\xff\xfe", b'"update_id"'])
def test_what_is_no_update_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRejectedError) as refused:
        parse_update(body)
    assert refused.value.status == 400


def test_half_an_emoji_and_a_nul_are_repaired() -> None:
    body = b'{"update_id":1,"message":{"message_id":2,"chat":{"id":3},"text":"a\\ud83d\\u0000b"}}'
    (event,) = parse_update(body)
    assert isinstance(event, MessageReceived)
    assert event.content == text("a\ufffdb")


def test_an_update_without_an_address_becomes_a_dead_letter() -> None:
    body = b'{"update_id":1,"message":{"text":"whose?"}}'
    (event,) = parse_update(body)
    assert isinstance(event, Undeciphered)
    (again,) = parse_again(body)
    assert isinstance(again, Undeciphered)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
MESSAGE_FIELDS = ["text", "photo", "chat", "from", "message_id", "date", "sticker", "reply_to_message", "caption"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ALLOWED_UPDATES), st.dictionaries(st.sampled_from(MESSAGE_FIELDS), JSON, max_size=6))
def test_no_update_breaks_the_reader(part: str, fields: dict[str, Any]) -> None:
    try:
        body = msgspec.json.encode({"update_id": 1, part: fields})
    except (msgspec.EncodeError, UnicodeEncodeError):
        return
    assert len(parse_update(body)) == 1


@pytest.mark.parametrize(
    ("name", "is_notice"),
    [("pinned", True), ("group_joined", True), ("payment", False), ("gift", False), ("text", False)],
)
def test_what_merely_happened_in_a_chat_is_a_notice(name: str, is_notice: bool) -> None:
    (event,) = parse_update((FIXTURES / f"{name}.json").read_bytes())
    assert isinstance(event, MessageReceived)
    assert event.is_notice == is_notice
