"""Our contents as the Graph API wants them."""

from __future__ import annotations

from typing import Any

import pytest

from channels.whatsapp.payloads import GraphRecipient, message_object, recipient_of
from inbox.model.content import (
    AudioContent,
    Button,
    ButtonsContent,
    ContactCard,
    ContactEmail,
    ContactPhone,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    ListContent,
    ListRow,
    ListSection,
    LocationContent,
    Media,
    StickerContent,
    SystemContent,
    TemplateContent,
    TextContent,
    VideoContent,
    VoiceContent,
)
from inbox.sending.outbound import ContentNotSendableError

LINK = "https://files.example/f"
LINKED = Media(url=LINK)
UPLOADED = Media(provider_media_id="9001", url=LINK)


def template(**parameters: object) -> TemplateContent:
    return TemplateContent(name="order", language="xx_YY", parameters=parameters)


def components(*made: dict[str, Any]) -> dict[str, Any]:
    return {"name": "order", "language": {"code": "xx_YY"}, "components": list(made)}


ROWS: list[tuple[str, Content, str, Any]] = [
    ("text", TextContent(text="Hi"), "text", {"body": "Hi"}),
    ("image by link", ImageContent(media=LINKED, caption="Look"), "image", {"link": LINK, "caption": "Look"}),
    # An upload saves Meta from fetching the link.
    ("image by id", ImageContent(media=UPLOADED), "image", {"id": "9001"}),
    ("video", VideoContent(media=LINKED, caption=""), "video", {"link": LINK}),
    ("audio", AudioContent(media=LINKED), "audio", {"link": LINK}),
    ("voice", VoiceContent(media=LINKED), "audio", {"link": LINK, "voice": True}),
    (
        "document",
        DocumentContent(media=Media(url=LINK, filename="a.pdf"), caption="May"),
        "document",
        {"link": LINK, "caption": "May", "filename": "a.pdf"},
    ),
    ("sticker", StickerContent(media=UPLOADED), "sticker", {"id": "9001"}),
    ("bare location", LocationContent(latitude=1, longitude=2), "location", {"latitude": 1, "longitude": 2}),
    (
        "named location",
        LocationContent(latitude=1, longitude=2, name="Shop", address="Street 1"),
        "location",
        {"latitude": 1, "longitude": 2, "name": "Shop", "address": "Street 1"},
    ),
    (
        "contact cards",
        ContactsContent(
            contacts=(
                ContactCard(
                    name="Bo",
                    phones=(ContactPhone(phone="+49", type="WORK"),),
                    emails=(ContactEmail(email="b@example.org"),),
                    organization="Example",
                    birthday="1990-01-31",
                ),
            )
        ),
        "contacts",
        [
            {
                "name": {"formatted_name": "Bo", "first_name": "Bo"},
                "phones": [{"phone": "+49", "type": "WORK"}],
                "emails": [{"email": "b@example.org"}],
                "org": {"company": "Example"},
                "birthday": "1990-01-31",
            }
        ],
    ),
    (
        "buttons",
        ButtonsContent(text="Sure?", buttons=(Button(id="y", title="Yes"),)),
        "interactive",
        {
            "type": "button",
            "body": {"text": "Sure?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
        },
    ),
    # Nothing is sent as null.
    (
        "list",
        ListContent(
            text="When?",
            button="Days",
            sections=(ListSection(rows=(ListRow(id="1", title="Mon"), ListRow(id="2", title="Tue", description="9"))),),
        ),
        "interactive",
        {
            "type": "list",
            "body": {"text": "When?"},
            "action": {
                "button": "Days",
                "sections": [{"rows": [{"id": "1", "title": "Mon"}, {"id": "2", "title": "Tue", "description": "9"}]}],
            },
        },
    ),
    # A language that pywa's list may lack.
    ("bare template", template(), "template", {"name": "order", "language": {"code": "xx_YY"}}),
    (
        "template with positions",
        template(header="May", body=["Anna", 7]),
        "template",
        components(
            {"type": "header", "parameters": [{"type": "text", "text": "May"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Anna"}, {"type": "text", "text": "7"}]},
        ),
    ),
    (
        "template with names",
        template(body={"name": "Anna"}),
        "template",
        components({"type": "body", "parameters": [{"type": "text", "parameter_name": "name", "text": "Anna"}]}),
    ),
    (
        "template with a picture",
        template(header={"image": {"link": LINK}}),
        "template",
        components({"type": "header", "parameters": [{"type": "image", "image": {"link": LINK}}]}),
    ),
    (
        "template with buttons",
        template(buttons=[{"index": 0, "value": "42"}, {"index": 1, "value": "GO", "type": "copy_code"}]),
        "template",
        components(
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "42"}]},
            {
                "type": "button",
                "sub_type": "copy_code",
                "index": "1",
                "parameters": [{"type": "coupon_code", "coupon_code": "GO"}],
            },
        ),
    ),
    (
        "template with cards",
        template(cards=[{"body": ["A"]}]),
        "template",
        components(
            {
                "type": "carousel",
                "cards": [
                    {
                        "card_index": 0,
                        "components": [{"type": "body", "parameters": [{"type": "text", "text": "A"}]}],
                    }
                ],
            }
        ),
    ),
    # Whoever knows the definition may say it in Meta's own form.
]


@pytest.mark.parametrize(("content", "kind", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_content_becomes_metas_object(content: Content, kind: str, expected: object) -> None:
    assert message_object(content) == (kind, expected)


@pytest.mark.parametrize("content", [ImageContent(media=Media(id="ours")), SystemContent(code="x")])
def test_what_cannot_be_said_is_refused(content: Content) -> None:
    with pytest.raises(ContentNotSendableError):
        message_object(content)


RECIPIENTS = [
    # Phones always with the plus.
    ("491701234567", GraphRecipient("+491701234567", None)),
    ("+491701234567", GraphRecipient("+491701234567", None)),
    # Business-scoped ids, with letters too, which pywa takes for a group.
    ("US.13491208655302741918", GraphRecipient(None, "US.13491208655302741918")),
    ("DE.A1b2C3d4E5", GraphRecipient(None, "DE.A1b2C3d4E5")),
    ("US.ENT.118157", GraphRecipient(None, "US.ENT.118157")),
    ("group:Y2FwaV9ncm91cDox", GraphRecipient("Y2FwaV9ncm91cDox", None, "group")),
    # Nobody.
    ("group:", None),
    ("group:a b", None),
    ("Y2FwaV9ncm91cDox", None),
    ("", None),
    ("Anna", None),
    ("+", None),
    ("49 170 1234567", None),
    ("DE.", None),
    ("DE.A/b", None),
    ("DE." + "a" * 129, None),
]


@pytest.mark.parametrize(("external_id", "expected"), RECIPIENTS, ids=[row[0] or "empty" for row in RECIPIENTS])
def test_a_customer_is_named_as_meta_wants(external_id: str, expected: GraphRecipient | None) -> None:
    assert recipient_of(external_id) == expected
