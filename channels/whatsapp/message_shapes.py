"""The shapes of Meta's messages, as far as they are read.

What is bounded here (lengths, 64-bit numbers, degrees) is what the database and our own contents accept.

Source: webhooks/reference/messages and its pages, 21 May 2026; changelog of 11 Aug 2026 (user ids).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from inbox.model.content import MAX_TEXT_CHARS, Latitude, Longitude

MessageId = Annotated[str, Meta(min_length=1, max_length=512)]
"""Meta's ids have about 60 characters; the bound keeps index keys small."""
Number = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""JavaScript's exact integers, which also fit the database's 64 bits. A phone's digits are fewer."""
Words = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
"""Any text: none of Meta's is nearly as long."""
PersonId = Annotated[str, Meta(max_length=256)] | Number | None
"""A phone's digits or a business-scoped id (up to 131 characters); numbers are taken as text."""
LongText = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
Quantity = Annotated[int, Meta(ge=0, le=2**53)]
"""JavaScript's exact integers, which also fit the database's 64 bits."""


class Shape(Struct, gc=False):
    """Base of the shapes: short-lived and without cycles, so the garbage collector need not look."""


class TextShape(Shape):
    """A text."""

    body: LongText


class MediaShape(Shape):
    """A file at Meta."""

    id: MessageId
    mime_type: Words | None = None
    sha256: Words | None = None
    filename: Words | None = None
    caption: LongText | None = None
    voice: bool | None = None


class LocationShape(Shape):
    """A place."""

    latitude: Latitude
    longitude: Longitude
    name: Words | None = None
    address: Words | None = None


class CardNameShape(Shape):
    """Names of a contact card."""

    formatted_name: Words | None = None
    first_name: Words | None = None
    last_name: Words | None = None


class CardPhoneShape(Shape):
    """A phone of a contact card."""

    phone: Words | None = None
    wa_id: Words | None = None
    type: Words | None = None


class CardEmailShape(Shape):
    """An address of a contact card."""

    email: Words | None = None
    type: Words | None = None


class CardOrgShape(Shape):
    """The employer on a contact card."""

    company: Words | None = None


class CardShape(Shape):
    """A contact card."""

    name: CardNameShape | None = None
    phones: list[CardPhoneShape] | None = None
    emails: list[CardEmailShape] | None = None
    org: CardOrgShape | None = None
    birthday: Words | None = None
    origin: Words | None = None
    """`contact_request`: the customer's own number, which they were asked for."""


class ReplyShape(Shape):
    """A pressed button or list row."""

    id: Words
    title: Words
    description: Words | None = None


class FlowReplyShape(Shape):
    """What a customer filled into a flow; `response_json` is JSON inside a string."""

    response_json: LongText = ""
    body: Words | None = None
    name: Words | None = None


class CallPermissionShape(Shape):
    """Whether the business may call."""

    response: Words


class InteractiveBodyShape(Shape):
    """The words of an interactive message."""

    text: LongText = ""


class ActionButtonShape(Shape):
    """A button of an interactive message of the business's."""

    reply: ReplyShape | None = None


class ActionShape(Shape):
    """What can be done with an interactive message of the business's."""

    name: Words | None = None
    parameters: dict[str, object] | None = None
    buttons: list[ActionButtonShape] | None = None


class InteractiveShape(Shape):
    """An answer to an interactive message, or such a message itself where the business wrote it elsewhere."""

    type: Words
    body: InteractiveBodyShape | None = None
    action: ActionShape | None = None
    button_reply: ReplyShape | None = None
    list_reply: ReplyShape | None = None
    nfm_reply: FlowReplyShape | None = None
    call_permission_reply: CallPermissionShape | None = None


class QuickReplyShape(Shape):
    """A pressed quick reply of a template."""

    text: Words
    payload: Words | None = None


class OrderItemShape(Shape):
    """A line of an order."""

    product_retailer_id: Words
    quantity: Quantity
    item_price: float
    currency: Words


class OrderShape(Shape):
    """A basket."""

    catalog_id: Words
    product_items: list[OrderItemShape]
    text: LongText | None = None


class ReactionShape(Shape):
    """A reaction; no emoji takes it back."""

    message_id: MessageId
    emoji: Words | None = None


class RevokeShape(Shape):
    """A deletion."""

    original_message_id: MessageId


class SystemShape(Shape):
    """Something that happened to the customer's account."""

    type: Words
    body: Words | None = None
    wa_id: PersonId = None
    new_wa_id: PersonId = None
    user_id: PersonId = None
    parent_user_id: PersonId = None
    previous_user_id: PersonId = None
    previous_parent_user_id: PersonId = None


class UnsupportedShape(Shape):
    """What kind of message Meta does not hand over."""

    type: Words | None = None


class ErrorDataShape(Shape):
    """Details of an error."""

    details: Words | None = None


class ErrorShape(Shape):
    """An error of Meta's."""

    code: Number | Words | None = None
    title: Words | None = None
    message: Words | None = None
    error_data: ErrorDataShape | str | None = None


class BodyShape(Shape, kw_only=True):
    """What a message says; the part named by `type` is filled."""

    type: Words
    text: TextShape | None = None
    image: MediaShape | None = None
    video: MediaShape | None = None
    audio: MediaShape | None = None
    voice: MediaShape | None = None
    document: MediaShape | None = None
    sticker: MediaShape | None = None
    location: LocationShape | None = None
    contacts: list[CardShape] | None = None
    interactive: InteractiveShape | None = None
    button: QuickReplyShape | None = None
    order: OrderShape | None = None
    reaction: ReactionShape | None = None
    revoke: RevokeShape | None = None
    system: SystemShape | None = None
    unsupported: UnsupportedShape | None = None
    errors: list[ErrorShape] | None = None


class EditShape(Shape):
    """A changed message."""

    original_message_id: MessageId
    message: BodyShape


class ContextShape(Shape):
    """What a message answers, or where its words come from."""

    id: MessageId | None = None
    forwarded: bool | None = None
    frequently_forwarded: bool | None = None
    referred_product: dict[str, object] | None = None


class HeadShape(Shape, kw_only=True):
    """Who sent what when: readable even where the rest of a message is not."""

    id: MessageId
    type: object = None
    timestamp: object = None
    from_: PersonId = field(name="from", default=None)
    from_user_id: PersonId = None
    from_parent_user_id: PersonId = None
    to: PersonId = None
    to_user_id: PersonId = None
    to_parent_user_id: PersonId = None
    group_id: object = None


class MessageShape(BodyShape, kw_only=True):
    """A message or an echo."""

    id: MessageId
    timestamp: object = None
    from_: PersonId = field(name="from", default=None)
    from_user_id: PersonId = None
    from_parent_user_id: PersonId = None
    to: PersonId = None
    to_user_id: PersonId = None
    to_parent_user_id: PersonId = None
    group_id: Words | None = None
    context: ContextShape | None = None
    referral: dict[str, object] | None = None
    edit: EditShape | None = None
