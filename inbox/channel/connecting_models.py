"""Connecting a channel step by step: the steps of each kind, and how a step is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.patterns import END
from inbox.model.channel_kind import ChannelKind


class StepState(StrEnum):
    """How far a step is."""

    OPEN = "open"
    """Still to be done, or not looked at yet."""
    WAITING = "waiting"
    """Somebody else has to do something: a customer writes, a page is opened."""
    DONE = "done"
    FAILING = "failing"
    """Looked at, and not right: `code`, `detail` and `advice` say why."""
    IN_DOUBT = "in_doubt"
    """Begun, and its answer is lost: a check finds out whether it happened, before anybody does it again."""
    NOT_NEEDED = "not_needed"


SETTLED: Final = frozenset({StepState.DONE, StepState.NOT_NEEDED})
"""States in which nothing is left to do."""


class Step(StrEnum):
    """What there is to do, over all kinds of channels."""

    TOKEN = "token"  # noqa: S105 - the name of a step
    APP_SECRET = "app_secret"  # noqa: S105 - likewise
    NUMBER = "number"
    ACCOUNT = "account"
    REGISTERED = "registered"
    WEBHOOK = "webhook"
    TOPICS = "topics"
    UPDATES = "updates"
    CONTACTS = "contacts"
    HISTORY = "history"
    ORIGINS = "origins"
    PAGE = "page"
    FIRST_MESSAGE = "first_message"


class StepAct(msgspec.Struct, frozen=True, kw_only=True):
    """That the gateway can do a step, by `POST /channels/{id}/connecting/steps`.

    Attributes:
        once: It must not be repeated blindly: while it is in doubt it is refused until a check knows more.
        fields: What the call needs beside `step`.
    """

    once: bool = False
    fields: tuple[str, ...] = ()


class StepPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a kind of channel."""

    name: Step
    title: str
    act: StepAct | None = None


FIRST_MESSAGE: Final = StepPlan(name=Step.FIRST_MESSAGE, title="A first message arrives")

PLANS: Final[Mapping[ChannelKind, tuple[StepPlan, ...]]] = {
    ChannelKind.WHATSAPP: (
        StepPlan(name=Step.TOKEN, title="Meta takes the access token, with the rights that are needed"),
        StepPlan(name=Step.APP_SECRET, title="The app secret is that of the token's app"),
        StepPlan(name=Step.NUMBER, title="The token reaches the number"),
        StepPlan(name=Step.ACCOUNT, title="The number belongs to the business account"),
        StepPlan(
            name=Step.REGISTERED,
            title="The number is registered with the Cloud API",
            act=StepAct(once=True, fields=("pin",)),
        ),
        StepPlan(name=Step.WEBHOOK, title="Meta sends the account's news here", act=StepAct()),
        StepPlan(name=Step.TOPICS, title="The app is subscribed to all that is needed", act=StepAct()),
        StepPlan(name=Step.CONTACTS, title="The phone app's contacts are here", act=StepAct(once=True)),
        StepPlan(name=Step.HISTORY, title="The phone app's conversations are here", act=StepAct(once=True)),
        FIRST_MESSAGE,
    ),
    ChannelKind.TELEGRAM: (
        StepPlan(name=Step.TOKEN, title="Telegram takes the bot's token"),
        StepPlan(name=Step.UPDATES, title="The bot's updates come here", act=StepAct()),
        FIRST_MESSAGE,
    ),
    ChannelKind.WEBCHAT: (
        StepPlan(name=Step.ORIGINS, title="The site's address is allowed"),
        StepPlan(name=Step.PAGE, title="The widget was opened on a page of the site"),
        FIRST_MESSAGE,
    ),
}
"""The steps of each kind, in their order: a later one may need the earlier ones."""


class StepLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a step, or doing it, has shown.

    Attributes:
        code: Stable, for programs.
        detail: What was found, for people.
        advice: What to do, where there is something to do.
        copy: A text to copy: a page's snippet, an address, a link.
        expires_at: When what was looked at ends, where it does: an access token.
    """

    step: Step
    state: StepState
    code: str
    detail: str | None = None
    advice: str | None = None
    copy: str | None = None
    expires_at: datetime | None = None


class ConnectingStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step, as the last look found it.

    Attributes:
        code: Stable, for programs; none before the first look. `docs/channels/connecting.md` has them all.
        detail: What was found, for people.
        advice: What to do.
        copy: A text to copy: a page's snippet, an address, a link.
        at: When it was looked at or done.
        act: That the gateway can do it.
    """

    name: Step
    title: str
    state: StepState
    code: str | None = None
    detail: str | None = None
    advice: str | None = None
    copy: str | None = None
    at: datetime | None = None
    act: StepAct | None = None


class Connecting(msgspec.Struct, frozen=True, kw_only=True):
    """How far the connecting of a channel is.

    Attributes:
        next: The first step that is left; null where nothing is.
        done: Nothing is left.
    """

    channel_id: str
    kind: ChannelKind
    steps: tuple[ConnectingStep, ...]
    next: Step | None
    done: bool


class StepRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step to do.

    Attributes:
        pin: For `registered`: the six digits of the number's two-step verification, or new ones where it has none.
            They are passed on to Meta and not kept.
    """

    step: Step
    pin: Annotated[str, Meta(pattern=r"^[0-9]{6}" + END, examples=["482913"])] | None = None
