"""Who exists on this WhatsApp: numbers, their customers, and the chats between them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from channels.sandbox.graph.ids import business_scoped_id, is_group
from channels.sandbox.live import ChatKey

JsonObject: TypeAlias = dict[str, Any]
KEPT_MESSAGES = 500_000
"""Messages kept in all chats together, about 1 KB each; the oldest are forgotten first."""

WINDOW_SECONDS = 24 * 3600
"""Source: messages/send-messages, 23 Apr 2026."""

FREE_ENTRY_SECONDS = 7 * 24 * 3600
"""Source: pricing, 28 Sep 2026; it was 72 hours before."""
FREE_REPLIES_A_MONTH = 1_000
"""Of each number. Source: pricing, 30 Sep 2026."""

AgentRole = Literal["customer_service", "escalation"]
"""Source: conversation-routing, 30 Sep 2026, which has more of them."""

MarketingOnboarding = Literal["ELIGIBLE", "INELIGIBLE", "ONBOARDED"]
"""Source: marketing-messages/onboarding, 30 Jun 2026."""

DirectSend = Literal["allowed", "not_eligible", "blocked"]
"""Whether a number may send utility messages without a template; `blocked` after misuse."""

Direction = Literal["in", "out"]
"""From the customer's view: "in" came from the business, "out" was written by the customer."""

STATUS_ORDER = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3}


class NumberConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A business phone number, as it is configured.

    Attributes:
        max_messages_per_second: Sends above it are refused with 130429; None for no limit.
        pair_limit: Enforce one message per 6 s to one user, with bursts of 45 (131056).
        messaging_limit: Customers in a moving 24 hours whom the account's numbers may write to first (131064);
            the lowest of the account's numbers counts. None for no limit.
        marketing_on_messages: Whether `/messages` takes marketing templates (131063 where not).
        marketing_onboarding: Whether its account has signed the terms of marketing messages: without them they go
            out as before.
        direct_send: Whether it may send utility messages without a template (100 or 139200 where not); an account
            with a `messaging_limit` below 100,000 may not.
        agent: Whether Meta's agent answers first in its chats, until somebody takes over.
        agent_role: Ours among the agents in a chat: only `escalation` may take one (2494191), and its messages take
            it by themselves; those of another are refused while an agent answers (131070).
        free_replies_a_month: Messages that are no templates and are priced as free; months are those of UTC.
        token_expires_at: When the token ends, in seconds since 1970; 0 is never.
        registered: Whether the number is registered with the Cloud API.
        pin: Of its two-step verification, where it has one.
        subscribed: Whether the app gets the account's news at all.
        is_on_biz_app: Whether the number is used with the phone app too.
        shares_history: Whether the phone app hands over its conversations (2593109 where not).
    """

    phone_number_id: str
    waba_id: str
    access_token: str
    app_secret: str
    display_phone_number: str = "15550783881"
    verified_name: str = "Sandbox Business"
    verify_token: str = ""
    webhook_url: str | None = None
    max_messages_per_second: float | None = None
    pair_limit: bool = False
    messaging_limit: int | None = None
    marketing_on_messages: bool = True
    marketing_onboarding: MarketingOnboarding = "ONBOARDED"
    direct_send: DirectSend = "allowed"
    agent: bool = False
    agent_role: AgentRole = "escalation"
    free_replies_a_month: Annotated[int, msgspec.Meta(ge=0)] = FREE_REPLIES_A_MONTH
    app_id: str = "1"
    token_expires_at: int = 0
    token_scopes: tuple[str, ...] = ("whatsapp_business_management", "whatsapp_business_messaging")
    registered: bool = True
    pin: str | None = None
    code_verification_status: str = "VERIFIED"
    name_status: str = "APPROVED"
    quality_rating: str = "GREEN"
    subscribed: bool = True
    is_on_biz_app: bool = False
    shares_history: bool = True


ALL_TOPICS = (
    "messages",
    "message_template_status_update",
    "template_category_update",
    "account_update",
    "phone_number_quality_update",
    "user_preferences",
)


@dataclass(slots=True)
class EmulatedApp:
    """An app at Meta: where its webhooks go by default, and which fields it is subscribed to."""

    callback_url: str = ""
    topics: tuple[str, ...] = ALL_TOPICS


@dataclass(slots=True)
class ChatMessage:
    """One message as the customer's phone shows it.

    Attributes:
        content: The full message object, as the business posted it or the customer wrote it.
        status: Outgoing ticks: accepted, sent, delivered, read or failed.
        rendered: What a template looks like with its parameters filled in.
        standby: The customer wrote it to another agent in the chat.
        sender: The name of who wrote it in a group.
        template_id: Of the template that was made of a message without one.
    """

    id: str
    chat: ChatKey
    direction: Direction
    content: JsonObject
    status: str
    at: float
    tracker: str | None = None
    error: JsonObject | None = None
    pricing: JsonObject | None = None
    conversation: JsonObject | None = None
    rendered: JsonObject | None = None
    reaction: str | None = None
    is_marketing_endpoint: bool = False
    template_id: str | None = None
    standby: bool = False
    sender: str | None = None

    def view(self) -> JsonObject:
        """The message as the control API shows it: Meta's object and what became of it."""
        extra = {"error": self.error, "rendered": self.rendered, "reaction": self.reaction, "sender": self.sender}
        return {
            **self.content,
            "id": self.id,
            "direction": self.direction,
            "type": self.content.get("type", "text"),
            "status": self.status,
            "timestamp": str(int(self.at)),
            **{key: value for key, value in extra.items() if value is not None},
        }


@dataclass(slots=True)
class EmulatedCustomer:
    """A WhatsApp user in the chat with one business number.

    Attributes:
        wa_id: Phone digits; None for a user without a phone, who has only a business-scoped id.
        last_message_at: Provider's time of the newest message that opens the window.
        reachable: False makes every message fail with 131026.
        owner: Who answers in the chat: `agent` or `app`; None: nobody yet, or nobody any more.
        owned_at: When the owner last did something; after a day of silence there is none.
        marketing: False after the user stopped marketing messages (131050).
        members: Of a group: phone digits and name of who has written, the one who wrote last at the end.
    """

    key: str
    wa_id: str | None
    user_id: str
    profile_name: str
    last_message_at: float | None = None
    referred_at: float | None = None
    free_entry_until: float | None = None
    reachable: bool = True
    marketing: bool = True
    typing_until: float = 0.0
    owner: str | None = None
    owned_at: float = 0.0
    members: dict[str, str] = field(default_factory=dict)
    messages: OrderedDict[str, ChatMessage] = field(default_factory=OrderedDict)

    def window_open(self, now: float) -> bool:
        """Whether free text may be sent."""
        return self.last_message_at is not None and now - self.last_message_at < WINDOW_SECONDS

    def contact(self) -> JsonObject:
        """The entry of a webhook's `contacts`."""
        contact: JsonObject = {"profile": {"name": self.profile_name}}
        if self.wa_id is not None:
            contact["wa_id"] = self.wa_id
        contact["user_id"] = self.user_id
        return contact

    def view(self) -> JsonObject:
        """The customer as the control API shows them."""
        return {
            "wa_id": self.wa_id,
            "user_id": self.user_id,
            "profile_name": self.profile_name,
            "reachable": self.reachable,
            "marketing": self.marketing,
            "owner": self.owner,
            "is_group": is_group(self.key),
            "messages": len(self.messages),
        }


@dataclass(slots=True)
class Number:
    """A business phone number at run time."""

    config: NumberConfig
    customers: dict[str, EmulatedCustomer] = field(default_factory=dict)
    by_user_id: dict[str, EmulatedCustomer] = field(default_factory=dict)
    profile: JsonObject = field(default_factory=dict)
    accepted: int = 0
    refused: int = 0
    inbound: int = 0
    by_recipient: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    next_send_at: float = 0.0
    pair_next_at: dict[str, float] = field(default_factory=dict)
    written_first: dict[str, float] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    settings: dict[str, JsonObject] = field(default_factory=dict)
    replies_by_month: Counter[str] = field(default_factory=Counter)
    registrations: list[float] = field(default_factory=list)
    wrong_pins: int = 0
    synced: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The phone number id."""
        return self.config.phone_number_id

    def customer(self, key: str, profile_name: str | None = None) -> EmulatedCustomer:
        """The customer with this number or business-scoped id, known from now on."""
        found = self.customers.get(key) or self.by_user_id.get(key)
        if found is None:
            found = self.customers[key] = self._new_customer(key)
            self.by_user_id[found.user_id] = found
        if profile_name:
            found.profile_name = profile_name
        return found

    def _new_customer(self, key: str) -> EmulatedCustomer:
        if is_group(key):
            return EmulatedCustomer(key, None, key, "Group")
        if "." in key:
            return EmulatedCustomer(key, None, key, f"Customer {key[-4:]}")
        user_id = business_scoped_id(self.config.waba_id, key)
        return EmulatedCustomer(key, key, user_id, f"Customer {key[-4:]}")


class SignupCode(msgspec.Struct, frozen=True):
    """What a business's choice in the signup dialog made."""

    phone_number_id: str
    ends_at: float
    used: bool = False


class WhatsAppState:
    """All numbers and messages of this WhatsApp."""

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}
        self.messages: OrderedDict[str, ChatMessage] = OrderedDict()
        self._trackers: dict[tuple[str, str], str] = {}
        self.doubles: dict[tuple[str, str], list[str]] = {}
        self.tokens: set[str] = set()
        self.apps: dict[str, EmulatedApp] = {}
        self.signup_codes: dict[str, SignupCode] = {}

    def register(self, config: NumberConfig) -> Number:
        """Add a number, or give a known one new settings; chats and counts stay."""
        number = self.numbers.get(config.phone_number_id)
        if number is None:
            number = self.numbers[config.phone_number_id] = Number(config)
        number.config = config
        self.tokens = {one.config.access_token for one in self.numbers.values()}
        return number

    def app(self, app_id: str) -> EmulatedApp:
        """An app, known from now on."""
        return self.apps.setdefault(app_id, EmulatedApp())

    def of_account(self, waba_id: str) -> list[Number]:
        """The numbers of a business account."""
        return [number for number in self.numbers.values() if number.config.waba_id == waba_id]

    def keep(self, customer: EmulatedCustomer, message: ChatMessage) -> None:
        """Put a message at the end of its chat."""
        customer.messages[message.id] = message
        self.messages[message.id] = message
        if len(self.messages) > KEPT_MESSAGES:
            self._forget_oldest()

    def track(self, number: Number, tracker: str, message_id: str) -> None:
        """Remember which message carries a tracker: a second one is a double send."""
        key = (number.id, tracker)
        first = self._trackers.setdefault(key, message_id)
        if first != message_id:
            self.doubles.setdefault(key, [first]).append(message_id)

    def owner(self, message: ChatMessage) -> tuple[Number, EmulatedCustomer] | None:
        """The chat's two sides, unless the number is gone."""
        number = self.numbers.get(message.chat[0])
        return (number, number.customers[message.chat[1]]) if number else None

    def _forget_oldest(self) -> None:
        message_id, message = self.messages.popitem(last=False)
        sides = self.owner(message)
        if sides:
            sides[1].messages.pop(message_id, None)
