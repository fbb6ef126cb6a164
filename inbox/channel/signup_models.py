"""Signing a number up in Meta's own dialog: what begins it, what comes of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.channel.channel_models import ChannelName, ProviderId

Ticket = Annotated[str, Meta(min_length=20, max_length=200, pattern=r"^[A-Za-z0-9_.-]+$(?!\n)")]


class SignupState(StrEnum):
    """How far a signup is."""

    BEGUN = "begun"
    """The dialog has not come back yet."""
    TAKEN = "taken"
    """Its code is being exchanged: a minute at most."""
    DONE = "done"
    FAILED = "failed"


class SignupRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin to sign a number up.

    Attributes:
        name: Of the channel that it becomes.
        with_app: The number is used in the WhatsApp Business app, and shall stay there too.
    """

    name: ChannelName
    queue_id: str | None = None
    with_app: bool = False


class Signup(msgspec.Struct, frozen=True, kw_only=True):
    """A signup.

    Attributes:
        page_url: To be opened in a window of its own (`noopener`) within the hour; shown once, when it begins.
        code: Of a failure, stable.
        channel_id: What it became.
    """

    id: str
    state: SignupState
    page_url: str | None = None
    code: str | None = None
    advice: str | None = None
    channel_id: str | None = None
    expires_at: datetime


class SignupFinish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Meta's dialog gave to the page.

    Attributes:
        ticket: What the page's address carried.
        code: Meta's, which works once.
        phone_number_id: Missing where the number is used in the phone app too.
    """

    ticket: Ticket
    code: Annotated[str, Meta(min_length=1, max_length=2000)]
    waba_id: ProviderId
    phone_number_id: ProviderId | None = None


class SignupFinished(msgspec.Struct, frozen=True, kw_only=True):
    """What the page may know."""

    state: SignupState
    code: str | None = None
    advice: str | None = None


class SignupApp(msgspec.Struct, frozen=True, kw_only=True):
    """The installation's app at Meta. Never logged: it carries a secret.

    Attributes:
        config: The id of the configuration of Facebook Login for Business.
        server: In place of Meta's own, an emulator.
    """

    id: str
    secret: str
    config: str
    server: str | None = None


class SignupResult(msgspec.Struct, frozen=True, kw_only=True):
    """The credentials that a code became. Never logged."""

    phone_number_id: str
    waba_id: str
    access_token: str
    with_app: bool


class SignupRefusedError(Exception):
    """Meta refuses what the dialog gave; `code` says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


FAILURES_ADVICE = {
    "code_refused": "Meta's code was used already, or is older than a few minutes: begin anew.",
    "number_not_found": "The account has no such number, or several to choose from: begin anew and choose one.",
    "account_taken": "The number belongs to a channel of another workspace: delete that channel first.",
    "interrupted": "The server was stopped meanwhile, and Meta's code can't be used a second time: begin anew. "
    "Nothing is made twice.",
    "provider_unreachable": "Meta did not answer, and its code can't be used a second time: begin anew.",
}
"""Code of a failure → what to do."""
