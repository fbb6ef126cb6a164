"""A template's parts as values.

The components are kept as Meta's API has them; these structs are the same thing read once, so that rules need
not look into JSON. Each part knows its place in the components, as a JSON pointer.

Source: templates/components, 5 May 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from templates_hsm.definition.limits import MAX_NAME_CHARS

VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", re.ASCII)
"""A place that a value is put into: `{{1}}` or `{{order_id}}`."""

Component = Mapping[str, Any]


class Category(StrEnum):
    """What a template is for; Meta may change it, and prices by it."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"


class TemplateStatus(StrEnum):
    """A template's status. `draft` and `deleted` are ours; `unknown` stands for a value that Meta added since."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    IN_APPEAL = "in_appeal"
    PAUSED = "paused"
    DISABLED = "disabled"
    LIMIT_EXCEEDED = "limit_exceeded"
    LOCKED = "locked"
    ARCHIVED = "archived"
    PENDING_DELETION = "pending_deletion"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class Quality(StrEnum):
    """What customers think of a template, as Meta measures it."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"


class HeaderFormat(StrEnum):
    """What a header shows."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    UNKNOWN = "unknown"


FILE_FORMATS: Final = frozenset({HeaderFormat.IMAGE, HeaderFormat.VIDEO, HeaderFormat.DOCUMENT})


class ButtonKind(StrEnum):
    """What a button does."""

    QUICK_REPLY = "quick_reply"
    URL = "url"
    PHONE_NUMBER = "phone_number"
    COPY_CODE = "copy_code"
    FLOW = "flow"
    VOICE_CALL = "voice_call"
    """The customer calls the business by WhatsApp."""
    REQUEST_CONTACT_INFO = "request_contact_info"
    """The customer shares their phone number."""
    OTP = "otp"
    UNKNOWN = "unknown"


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all parts: immutable."""


class TextPart(_Part, frozen=True, kw_only=True):
    """A text with places for values.

    Attributes:
        text: As written, with its variables.
        place: JSON pointer of the text, from the list of components on.
        examples: An example for each variable that has one.
    """

    text: str
    place: str
    examples: Mapping[str, str] = {}

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, each once, in the order of their first appearance."""
        return tuple(dict.fromkeys(VARIABLE.findall(self.text)))


class Header(_Part, frozen=True, kw_only=True):
    """What stands above the body.

    Attributes:
        text: Only of a text header.
        has_example: Whether a file header has the sample file that the review needs.
    """

    format: HeaderFormat
    place: str
    text: TextPart | None = None
    has_example: bool = False


class TemplateButton(_Part, frozen=True, kw_only=True):
    """A button below the message.

    Attributes:
        index: Its place among the buttons, from 0; values name it.
        label: What the customer reads on it.
        url: With at most one variable, at its end.
        example: The example of the URL's variable, or of the code.
        otp_type: `copy_code`, `one_tap` or `zero_tap`, of a one-time password button.
        apps: Package and signature of each app that may take the code.
        names_flow: Whether a flow is named, by its id, its name or as a whole.
        terms_accepted: Whether the terms of codes without a tap are accepted.
    """

    kind: ButtonKind
    index: int
    place: str
    label: str = ""
    url: TextPart | None = None
    phone_number: str | None = None
    example: str | None = None
    otp_type: str | None = None
    apps: tuple[tuple[str, str], ...] = ()
    terms_accepted: bool = False
    flow_id: str | None = None
    names_flow: bool = False

    @property
    def takes_value(self) -> bool:
        """Whether a send has to give a value for it."""
        return self.kind is ButtonKind.COPY_CODE or (self.url is not None and bool(self.url.variables))


class Card(_Part, frozen=True, kw_only=True):
    """One card of a carousel.

    Attributes:
        strange: Places of components that a card does not have.
    """

    place: str
    strange: tuple[int, ...] = ()
    header: Header | None = None
    body: TextPart | None = None
    buttons: tuple[TemplateButton, ...] = ()


class Offer(_Part, frozen=True, kw_only=True):
    """A limited-time offer; with a countdown if `expires`."""

    text: str
    place: str
    expires: bool = False


class Definition(_Part, frozen=True, kw_only=True):
    """Everything that a template's components say.

    Attributes:
        category: Decides on the rules of authentication templates.
        security_advice: An authentication template's "do not share this code".
        expiration_minutes: An authentication template's "expires in … minutes".
        unknown: Types of components and buttons that this version does not know; a template with any
            can't be checked, so it can't be sent.
    """

    category: Category
    header: Header | None = None
    body: TextPart | None = None
    footer: TextPart | None = None
    buttons: tuple[TemplateButton, ...] = ()
    cards: tuple[Card, ...] = ()
    offer: Offer | None = None
    security_advice: bool = False
    expiration_minutes: int | None = None
    unknown: tuple[str, ...] = ()

    @property
    def holders(self) -> tuple[Definition | Card, ...]:
        """What can have header, body and buttons: the message itself, then its cards."""
        return (self, *self.cards)

    @property
    def is_code(self) -> bool:
        """Whether it brings a one-time password: one value, used by body and button alike."""
        return self.category is Category.AUTHENTICATION


class TemplateName(_Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which template of a business account, in which language."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME_CHARS)]
    language: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class Template(_Part, frozen=True, kw_only=True):
    """A template of a workspace, in one language.

    Attributes:
        id: Ours.
        channel_id: The channel it was made or read through; all channels of its business account may send it.
        waba_id: The business account, within which name and language are unique.
        reason: Why it can't be sent, or what is wrong with it, in words for people.
        components: As in Meta's API.
        provider_id: Meta's id, once submitted.
    """

    id: str
    workspace_id: str
    channel_id: str
    waba_id: str
    name: str
    language: str
    category: Category
    status: TemplateStatus
    usable: bool
    reason: str | None = None
    components: tuple[Component, ...] = ()
    quality: Quality = Quality.UNKNOWN
    provider_id: str | None = None
