"""Several agents in one chat: Meta's own answers first, hands over when it is asked for a person, and can be passed to.

Source: conversation-routing, 30 Sep 2026; webhooks/reference/standby, 4 Aug 2026;
webhooks/reference/messaging-handovers, 22 Sep 2026.
"""

from __future__ import annotations

import re
from typing import Final

from channels.sandbox.graph.checks import obj, text
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.envelope import STANDBY, WebhookUpdate
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.ids import is_group, message_id
from channels.sandbox.graph.state import WINDOW_SECONDS, ChatMessage, EmulatedCustomer, JsonObject, Number
from channels.sandbox.graph.validation import recipient_of

ROLES: Final = ("ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility")
AGENT_ROLE: Final = "ai_agent"
MAX_NOTE_CHARS: Final = 2_000
NOT_OURS: Final = 131070
MAY_NOT_TAKE: Final = 2494191
_PERSON: Final = re.compile(r"\b(human|operator|person|somebody)\b", re.IGNORECASE)
_HELLO: Final = 'Hello, I am the assistant of this business. Ask me anything, or write "human" to talk to a person.'
_BYE: Final = "I will find a person for you."


def owner_of(cloud: Cloud, customer: EmulatedCustomer) -> str | None:
    """Who answers in the chat: `agent`, `app` or nobody; an owner that is silent for a day owns nothing any more."""
    if cloud.clock.now() - customer.owned_at >= WINDOW_SECONDS:
        customer.owner = None
    return customer.owner


def own(cloud: Cloud, customer: EmulatedCustomer, owner: str | None) -> None:
    """Somebody answers in the chat from now on."""
    customer.owner, customer.owned_at = owner, cloud.clock.now()


def enter(cloud: Cloud, number: Number, customer: EmulatedCustomer) -> bool:
    """The customer writes: tell whether that goes to the agent, who answers first where there is one."""
    if not number.config.agent or is_group(customer.key):
        return False
    if owner_of(cloud, customer) is None:
        own(cloud, customer, "agent")
    return customer.owner == "agent"


def answer(cloud: Cloud, number: Number, customer: EmulatedCustomer, written: ChatMessage) -> None:
    """The agent answers, a moment later; whoever asks for a person is handed over."""
    body = written.content.get("text")
    wants_person = isinstance(body, dict) and _PERSON.search(str(body.get("body"))) is not None
    cloud.later(cloud.delays.sent, lambda: _say(cloud, number, customer, _BYE if wants_person else _HELLO))
    if wants_person:
        cloud.later(cloud.delays.delivered, lambda: _hand_over(cloud, number, customer))


def check_sender(cloud: Cloud, number: Number, customer: EmulatedCustomer, *, is_reply: bool) -> None:
    """The business writes: a reply of the agent for escalations takes the chat, that of another is refused.

    Raises:
        GraphError: 131070 where somebody else answers.
    """
    if owner_of(cloud, customer) != "agent" or not is_reply:
        return
    if number.config.agent_role != "escalation":
        raise GraphError(NOT_OURS)
    own(cloud, customer, "app")


def control(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/thread_control`.

    Raises:
        GraphError: As Meta refuses it.
    """
    body = exchange.json()
    key, _ = recipient_of(body)
    customer, action = number.customer(key), body.get("action")
    if len(str(body.get("metadata") or "")) > MAX_NOTE_CHARS:
        raise GraphError(100, f"Param metadata must be at most {MAX_NOTE_CHARS} characters.")
    owner = owner_of(exchange.cloud, customer)
    if action == "take":
        if number.config.agent_role != "escalation":
            raise GraphError(MAY_NOT_TAKE)
        own(exchange.cloud, customer, "app")
    elif action in ("pass", "release"):
        if owner == "agent":
            raise GraphError(100, "The sender does not control this thread.")
        own(exchange.cloud, customer, _target(body) if action == "pass" else None)
    else:
        raise GraphError(100, "Param action must be one of {pass, release, take}.")
    exchange.cloud.tell((number.id, customer.key), {"type": "owner", "owner": customer.owner})
    return SUCCESS


def _target(body: JsonObject) -> str | None:
    """Who gets a chat that is passed on: the emulator has one other agent."""
    role = text(obj(body, "control_pass", "control_pass"), "target_role", "control_pass['target_role']", 40)
    if role not in ROLES:
        raise GraphError(100, f"Param control_pass['target_role'] must be one of {list(ROLES)}.")
    return "agent" if role == AGENT_ROLE else None


def _say(cloud: Cloud, number: Number, customer: EmulatedCustomer, words: str) -> None:
    """The agent writes; the business hears of it in standby."""
    if owner_of(cloud, customer) != "agent":
        return
    customer.owned_at = cloud.clock.now()
    content: JsonObject = {"type": "text", "text": {"body": words}, "agent": AGENT_ROLE}
    said = ChatMessage(
        id=message_id(customer.key, inbound=False),
        chat=(number.id, customer.key),
        direction="in",
        content=content,
        status="delivered",
        at=cloud.clock.now(),
    )
    cloud.state.keep(customer, said)
    cloud.show(said)
    echo: JsonObject = {
        "from": number.config.display_phone_number,
        **({"to": customer.wa_id} if customer.wa_id else {}),
        "to_user_id": customer.user_id,
        "id": said.id,
        "timestamp": cloud.clock.timestamp(),
        "type": "text",
        "text": {"body": words},
    }
    update = WebhookUpdate(echo, "message_echoes", webhook_field=STANDBY, contact=customer.contact())
    cloud.webhooks.push(number, update)


def _hand_over(cloud: Cloud, number: Number, customer: EmulatedCustomer) -> None:
    """The agent passes the chat to the business, which hears of it."""
    if owner_of(cloud, customer) != "agent":
        return
    own(cloud, customer, "app")
    sender: JsonObject = {"user_id": customer.user_id}
    if customer.wa_id:
        sender["phone_number"] = customer.wa_id
    value: JsonObject = {
        "messaging_product": "whatsapp",
        "recipient": {
            "display_phone_number": number.config.display_phone_number,
            "phone_number_id": number.id,
        },
        "sender": sender,
        "timestamp": cloud.clock.timestamp(),
        "type": "control_passed",
        "control_passed": {
            "previous_owner_role": AGENT_ROLE,
            "new_owner_role": number.config.agent_role,
            "conversation_context": {"type": "summary", "summary": {"text": _summary(customer)}},
        },
    }
    cloud.webhooks.push(number, WebhookUpdate(value, webhook_field="messaging_handovers"))
    cloud.tell((number.id, customer.key), {"type": "owner", "owner": customer.owner})


def _summary(customer: EmulatedCustomer) -> str:
    """What the agent says of the chat."""
    written = sum(message.direction == "out" for message in customer.messages.values())
    return f"The customer wrote {written} messages to the assistant and wants to talk to a person."
