"""What each condition of Meta's webhooks becomes. A fixture a condition, a row a fixture."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from channels.whatsapp.parse import parse_webhook
from inbox.arriving.inbound import (
    Customer,
    IdentityChanged,
    InboundEvent,
    MarketingPreferenceChanged,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ProviderNotice,
    ReactionChanged,
)
from inbox.model.content import (
    MAX_TEXT_CHARS,
    AudioContent,
    ChoiceContent,
    ContactCard,
    ContactEmail,
    ContactPhone,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    LocationContent,
    Media,
    OrderContent,
    OrderItem,
    StickerContent,
    SystemContent,
    TextContent,
    UnsupportedContent,
    VideoContent,
    VoiceContent,
)

FIXTURES = Path(__file__).parents[3] / "fixtures" / "whatsapp"
ANNA = Customer(external_id="491701234567", aliases=("DE.A1b2C3d4E5",), name="Anna Example")
ANNA_BY_PHONE = Customer(external_id="491701234567")
AT = datetime.fromtimestamp(1_780_000_000, UTC)


def events(name: str) -> list[InboundEvent]:
    return list(parse_webhook((FIXTURES / f"{name}.json").read_bytes()))


def only(name: str) -> InboundEvent:
    (event,) = events(name)
    return event


def photo(caption: str | None = None) -> ImageContent:
    media = Media(provider_media_id="9001", mime_type="image/jpeg", sha256="abc=")
    return ImageContent(media=media, caption=caption)


CONTENTS: list[tuple[str, Content]] = [
    ("text", TextContent(text="Is the green one back?")),
    # Forwarding changes nothing in what was said.
    ("text_forwarded", TextContent(text="Look")),
    # An empty text is no text of ours, and must not block the next message.
    ("text_empty", UnsupportedContent(reason="WhatsApp message of type text")),
    ("image_with_caption", photo("The scratch")),
    # Meta's link lives five minutes: it is asked for when the file is fetched.
    ("image_with_url", photo()),
    (
        "video",
        VideoContent(media=Media(provider_media_id="9002", mime_type="video/mp4", sha256="abc=")),
    ),
    (
        "audio_file",
        AudioContent(media=Media(provider_media_id="9003", mime_type="audio/mpeg", sha256="abc=")),
    ),
    # `voice` is what tells a voice note from a file.
    (
        "voice_note",
        VoiceContent(media=Media(provider_media_id="9004", mime_type="audio/ogg; codecs=opus", sha256="abc=")),
    ),
    (
        "document",
        DocumentContent(
            media=Media(provider_media_id="9005", mime_type="application/pdf", sha256="abc=", filename="invoice.pdf"),
            caption="May",
        ),
    ),
    (
        "sticker_animated",
        StickerContent(media=Media(provider_media_id="9006", mime_type="image/webp", sha256="abc=")),
    ),
    (
        "location_of_place",
        LocationContent(latitude=52.52, longitude=13.405, name="Shop", address="Main Street 1"),
    ),
    # Whole degrees come as integers.
    ("location_current", LocationContent(latitude=-33.5, longitude=151)),
    (
        "contacts",
        ContactsContent(
            contacts=(
                ContactCard(
                    name="Bo Example",
                    phones=(ContactPhone(phone="+49 30 1", type="WORK"),),
                    emails=(ContactEmail(email="bo@example.org", type="HOME"),),
                    organization="Example",
                    birthday="1990-01-31",
                ),
                # Without a formatted name and with a WhatsApp id only.
                ContactCard(name="Cy Sample", phones=(ContactPhone(phone="4930999"),)),
            )
        ),
    ),
    ("button_reply", ChoiceContent(id="yes", title="Yes, please")),
    ("list_reply", ChoiceContent(id="row-2", title="Tuesday", description="9 to 12")),
    ("template_button", ChoiceContent(id="STOP", title="Stop promotions")),
    ("template_button_without_payload", ChoiceContent(id="Stop promotions", title="Stop promotions")),
    # Shown as lines; the flow's own token is of no interest to people.
    (
        "flow_reply",
        ChoiceContent(
            id="t",
            title="Sent",
            description="rating: 4\ncomment: Good 😀",
            data={
                "name": "flow",
                "response_json": '{"flow_token": "t", "rating": 4, "comment": "Good \\ud83d\\ude00"}',
            },
        ),
    ),
    (
        "flow_reply_unreadable",
        ChoiceContent(id="flow", title="Sent", data={"name": "flow", "response_json": "{not json"}),
    ),
    (
        "call_permission_granted",
        SystemContent(code="call_permission_reply", text="The customer allows calls.", data={"response": "accept"}),
    ),
    (
        "call_permission_refused",
        SystemContent(
            code="call_permission_reply", text="The customer does not allow calls.", data={"response": "reject"}
        ),
    ),
    (
        "order",
        OrderContent(
            catalog_id="77",
            text="Quickly please",
            items=(
                OrderItem(product_id="soup", quantity=2, price=4.5, currency="EUR"),
                OrderItem(product_id="bread", quantity=1, price=3.0, currency="EUR"),
            ),
        ),
    ),
    ("unsupported", UnsupportedContent(reason="WhatsApp message of type poll, error 131051")),
    ("unknown_type", UnsupportedContent(reason="WhatsApp message of type hologram")),
]


@pytest.mark.parametrize(("name", "content"), CONTENTS, ids=[row[0] for row in CONTENTS])
def test_a_message_becomes_its_content(name: str, content: Content) -> None:
    event = only(name)

    assert isinstance(event, MessageReceived)
    assert event.content == content
    assert (event.customer, event.provider_at, event.account_key) == (ANNA, AT, "700100200300")
    assert event.opens_window
    assert event.raw.startswith(b"{")


# A business-scoped id is the address of a user who shows no phone.
UMA = Customer(external_id="US.A1b2C3", name="Uma")
CUSTOMERS = [
    ("user_without_phone", UMA),
    # Neither `from` nor `from_user_id`: the only contact is the sender; a username stands in for a name.
    ("user_named_by_contacts_only", Customer(external_id="US.A1b2C3", name="uma")),
    ("contacts_absent", ANNA_BY_PHONE),
    # The only contact is another person: taking it would mix up two customers.
    ("contact_of_somebody_else", ANNA_BY_PHONE),
    # The same Brazilian number with and without its ninth digit is one person.
    (
        "contact_in_other_spelling",
        Customer(external_id="5511987654321", aliases=("551187654321",), name="Rui"),
    ),
]


@pytest.mark.parametrize(("name", "customer"), CUSTOMERS, ids=[row[0] for row in CUSTOMERS])
def test_the_customer_is_found(name: str, customer: Customer) -> None:
    event = only(name)

    assert isinstance(event, MessageReceived)
    assert event.customer == customer


def test_contacts_are_matched_by_id_not_by_place() -> None:
    names = [event.customer.name for event in events("contacts_in_other_order") if isinstance(event, MessageReceived)]

    assert names == ["Anna Example", "Cy", "Bo"]


TIMES = [
    ("timestamp_as_number", AT),
    ("timestamp_nonsense", None),
    # The year 58377 is no year of a message.
    ("timestamp_in_milliseconds", None),
]


@pytest.mark.parametrize(("name", "at"), TIMES, ids=[row[0] for row in TIMES])
def test_nonsense_times_are_none(name: str, at: datetime | None) -> None:
    event = only(name)

    assert isinstance(event, MessageReceived)
    assert event.provider_at == at


REPLIES = [
    ("text_reply", "wamid.asked"),
    ("text_about_product", "wamid.product"),
    ("button_reply", "wamid.asked"),
    # A context that only says "forwarded" names no message.
    ("text_forwarded", None),
]


@pytest.mark.parametrize(("name", "target"), REPLIES, ids=[row[0] for row in REPLIES])
def test_a_reply_names_what_it_answers(name: str, target: str | None) -> None:
    event = only(name)

    assert isinstance(event, MessageReceived)
    assert event.reply_to == target


def test_an_advertisement_is_kept() -> None:
    event = only("text_from_advertisement")

    assert isinstance(event, MessageReceived)
    assert event.referral["headline"] == "Chat with us"
    assert event.referral["source_url"] == "https://fb.example/ad"
    assert (event.referral["ctwa_clid"], event.referral["welcome_message"]) == ("Af-1", "Hi")


def test_a_post_that_led_here_is_kept() -> None:
    event = only("text_from_post")

    assert isinstance(event, MessageReceived)
    assert event.referral == {
        "source_type": "post",
        "source_id": "121",
        "source_url": "https://fb.example/post",
    }


SILENT = [
    # Nobody wrote: Meta tells that the customer's key changed.
    ("system_identity_changed", SystemContent(code="customer_identity_changed", text="Anna's identity changed")),
    (
        "request_welcome",
        SystemContent(code="request_welcome", text="The customer opened the chat for the first time."),
    ),
    # A change of number that does not say to which.
    ("system_number_changed_to_nothing", SystemContent(code="user_changed_number", text="Anna changed")),
]


@pytest.mark.parametrize(("name", "content"), SILENT, ids=[row[0] for row in SILENT])
def test_what_nobody_wrote_to_us_opens_no_window(name: str, content: Content) -> None:
    event = only(name)

    assert isinstance(event, MessageReceived)
    assert event.content == content
    assert not event.opens_window
    assert event.is_notice == name.startswith("system_")


GROUP = Customer(external_id="group:Y2FwaV9ncm91cA", name="WhatsApp group")


def test_a_group_is_a_customer_of_its_own_and_its_window_opens() -> None:
    event = only("text_in_group")

    assert isinstance(event, MessageReceived)
    assert (event.customer, event.sender, event.opens_window) == (GROUP, "Anna Example", True)
    assert event.content == TextContent(text="Anna Example:\nAll of you")


def test_what_cannot_be_read_in_a_group_is_never_the_writers_own_conversation() -> None:
    event = only("text_in_group_malformed")

    assert isinstance(event, MessageReceived)
    assert (event.customer, event.sender) == (GROUP, "Anna Example")
    assert isinstance(event.content, UnsupportedContent)


@pytest.mark.parametrize("name", ["edit_of_text", "edit_of_image"])
def test_what_is_changed_in_a_group_still_says_who_wrote_it(name: str) -> None:
    payload = msgspec.json.decode((FIXTURES / f"{name}.json").read_bytes())
    value = payload["entry"][0]["changes"][0]["value"]
    value["messages"][0]["group_id"] = "Y2FwaV9ncm91cA"
    value["contacts"][0]["profile"] = {"name": "Anna Example"}

    (event,) = parse_webhook(msgspec.json.encode(payload))

    assert isinstance(event, MessageEdited)
    words = event.content.text if isinstance(event.content, TextContent) else getattr(event.content, "caption", None)
    assert event.customer == GROUP
    assert (words or "").startswith("Anna Example:")


def test_a_name_before_the_longest_words_leaves_them_readable() -> None:
    payload = msgspec.json.decode((FIXTURES / "text_in_group.json").read_bytes())
    payload["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] = "x" * MAX_TEXT_CHARS

    (event,) = parse_webhook(msgspec.json.encode(payload))

    assert isinstance(event, MessageReceived)
    kept = msgspec.json.decode(msgspec.json.encode(event.content), type=TextContent)
    assert len(kept.text) == MAX_TEXT_CHARS


IDENTITIES = [
    (
        "system_number_changed",
        "491701234567",
        Customer(external_id="491709999999", aliases=("DE.N3w",)),
    ),
    # Before Graph 12 the new number had another name.
    ("system_number_changed_before_v12", "491701234567", Customer(external_id="491709999999")),
    # No phone is shared: only the business-scoped id changes.
    ("system_user_id_changed", "DE.A1b2C3d4E5", Customer(external_id="DE.N3w")),
    # System messages come without `contacts`, and may name the customer only in what they tell.
    (
        "system_user_id_changed_without_sender",
        "DE.A1b2C3d4E5",
        Customer(external_id="DE.N3w", aliases=("DE.ENT.N3w",)),
    ),
]


@pytest.mark.parametrize(("name", "previous", "customer"), IDENTITIES, ids=[row[0] for row in IDENTITIES])
def test_a_changed_identity_names_old_and_new(name: str, previous: str, customer: Customer) -> None:
    event = only(name)

    assert isinstance(event, IdentityChanged)
    assert (event.previous, event.customer, event.provider_id) == (previous, customer, "wamid.system")


REACTIONS = [
    ("reaction", "👍", False),
    # Both are a removal.
    ("reaction_removed", "", False),
    ("reaction_removed_without_emoji", "", False),
    ("echo_reaction", "❤", True),
]


@pytest.mark.parametrize(("name", "emoji", "by_business"), REACTIONS, ids=[row[0] for row in REACTIONS])
def test_reactions(name: str, emoji: str, by_business: bool) -> None:
    event = only(name)

    assert isinstance(event, ReactionChanged)
    assert (event.target, event.emoji, event.by_business) == ("wamid.target", emoji, by_business)


EDITS: list[tuple[str, Content, bool]] = [
    ("edit_of_text", TextContent(text="Is the blue one back?"), False),
    (
        "edit_of_image",
        ImageContent(media=Media(provider_media_id="9001", mime_type="image/jpeg"), caption="The dent"),
        False,
    ),
    ("echo_edit", TextContent(text="until seven"), True),
]


@pytest.mark.parametrize(("name", "content", "by_business"), EDITS, ids=[row[0] for row in EDITS])
def test_edits(name: str, content: Content, by_business: bool) -> None:
    event = only(name)

    assert isinstance(event, MessageEdited)
    assert (event.target, event.content, event.by_business) == ("wamid.target", content, by_business)


@pytest.mark.parametrize(("name", "by_business"), [("revoke", False), ("echo_revoke", True)])
def test_deletions(name: str, by_business: bool) -> None:
    event = only(name)

    assert isinstance(event, MessageRevoked)
    assert (event.target, event.by_business) == ("wamid.target", by_business)


@pytest.mark.parametrize(
    ("name", "customer"),
    [("echo_text", "491701234567"), ("echo_to_user_without_phone", "US.A1b2C3")],
)
def test_an_echo_belongs_to_whom_the_business_wrote(name: str, customer: str) -> None:
    event = only(name)

    assert isinstance(event, MessageEchoed)
    assert event.customer.external_id == customer


@pytest.mark.parametrize(
    ("name", "accepts"),
    [("marketing_stopped", False), ("marketing_resumed", True), ("marketing_signed_up", True)],
)
def test_marketing_preferences(name: str, accepts: bool) -> None:
    event = only(name)

    assert isinstance(event, MarketingPreferenceChanged)
    assert (event.accepts_marketing, event.customer.external_id, event.provider_at) == (accepts, "491701234567", AT)


NOTICES = [
    # Routed by business account: there is no number in it.
    ("template_approved", "message_template_status_update", "800100200300", None),
    # A call's status is no message's status.
    ("call_ringing", "calls", "800100200300", "700100200300"),
    # A message field with nothing in it that we know: kept, not dropped.
    ("value_of_unknown_kind", "messages", "800100200300", "700100200300"),
    ("account_error", "errors", None, "700100200300"),
    ("preference_of_other_category", "user_preferences", None, "700100200300"),
    ("status_unknown_word", "statuses", None, "700100200300"),
]


@pytest.mark.parametrize(("name", "topic", "scope_key", "account_key"), NOTICES, ids=[row[0] for row in NOTICES])
def test_everything_else_is_kept_as_a_notice(
    name: str, topic: str, scope_key: str | None, account_key: str | None
) -> None:
    event = only(name)

    assert isinstance(event, ProviderNotice)
    assert (event.topic, event.scope_key, event.account_key) == (topic, scope_key, account_key)
    assert event.raw


def test_all_lists_of_a_value_are_read() -> None:
    kinds = [type(event).__name__ for event in events("messages_statuses_and_errors_together")]

    assert kinds == ["MessageReceived", "StatusChanged", "ProviderNotice"]


def test_an_error_beside_a_message_hides_neither() -> None:
    message, notice = events("interactive_without_content")

    assert isinstance(message, MessageReceived)
    assert isinstance(message.content, UnsupportedContent)
    assert isinstance(notice, ProviderNotice)


def test_every_entry_and_change_is_read_for_its_own_number() -> None:
    keys = [(type(event).__name__, event.account_key) for event in events("several_entries_and_numbers")]

    assert keys == [("MessageReceived", "700100200300"), ("MessageReceived", "700"), ("ProviderNotice", None)]


def test_every_fixture_is_read() -> None:
    unread = [path.stem for path in FIXTURES.glob("*.json") if not parse_webhook(path.read_bytes())]

    assert unread == []
