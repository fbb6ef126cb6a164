"""Helpers as the API shows and takes them, what they are asked, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page
from inbox.foundation.patterns import END
from inbox.subscriptions.subscription_models import MAX_URL_CHARS, RotationHours
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView

MAX_SUGGESTIONS: Final = 5
"""More, nobody reads while a customer waits."""
MAX_TEXT_CHARS: Final = 16_384
"""Four of the longest messages: a summary or a transcript of a long voice message."""
LONGEST_DEADLINE_MS: Final = 8_000
"""Below the time limit of a request, so that a silent helper is told apart from a slow server."""
USUAL_DEADLINE_MS: Final = 3_000


class HelperKind(StrEnum):
    """What a helper does; a workspace has one of each."""

    SUGGEST = "suggest"
    TRANSLATE = "translate"
    TRANSCRIBE = "transcribe"
    SUMMARISE = "summarise"


DeadlineMs = Annotated[int, Meta(ge=100, le=LONGEST_DEADLINE_MS)]
HelperUrl = Annotated[str, Meta(min_length=1, max_length=MAX_URL_CHARS, examples=["https://example.com/suggest"])]
HelperText = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)]
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*" + END, max_length=35, examples=["pt-BR"])]


class HelperFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A helper to set up.

    Attributes:
        url: Where it is asked; must not lead into a private network.
        deadline_ms: After this the operator hears that it did not answer.
    """

    kind: HelperKind
    url: HelperUrl
    deadline_ms: DeadlineMs = USUAL_DEADLINE_MS


class HelperChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of a helper."""

    url: HelperUrl
    deadline_ms: DeadlineMs = USUAL_DEADLINE_MS


class Helper(msgspec.Struct, frozen=True, kw_only=True):
    """A helper as it is shown; `previous_secret_until`: until then the secret before the last one signs too."""

    id: str
    kind: HelperKind
    url: str
    deadline_ms: int
    created_at: datetime
    previous_secret_until: datetime | None = None


class NewHelper(Helper, frozen=True, kw_only=True):
    """A helper with the secret that signs its requests, shown this once."""

    secret: str


class HelperSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A helper's new secret, shown this once."""

    secret: str


class HelperRotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a helper's secret is replaced; `keep_hours`: how long the old one signs beside the new one."""

    keep_hours: RotationHours = 24


class HelperPage(Page[Helper], frozen=True, kw_only=True):
    """The helpers of a workspace."""


class HelperKinds(msgspec.Struct, frozen=True, kw_only=True):
    """What the helpers of a workspace can do."""

    kinds: tuple[HelperKind, ...]


class LanguageWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In which language the answer is to be."""

    language: Language


class AskedAboutConversation(msgspec.Struct, frozen=True, kw_only=True):
    """What a helper is told of a conversation: as it is, and its newest messages, oldest first."""

    conversation: ConversationView
    messages: Sequence[MessageView]


class AskedAboutMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What a helper is told of a message; a file in it has a link that is good for an hour."""

    message: MessageView
    language: str | None = None


class HelperRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The body. Source: Standard Webhooks 1.0, "Payload structure"."""

    type: str
    timestamp: datetime
    data: AskedAboutConversation | AskedAboutMessage


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A reply that an operator may send, or change, or leave."""

    text: HelperText


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """What a helper suggests. Nothing of it is sent or kept."""

    suggestions: Annotated[tuple[Suggestion, ...], Meta(max_length=MAX_SUGGESTIONS)]


class HelperWords(msgspec.Struct, frozen=True, kw_only=True):
    """A helper's text: a translation, a transcript or a summary. It is not kept; the original stays as it is.

    Attributes:
        language: Of the text, as the helper says.
    """

    text: HelperText
    language: str | None = None
