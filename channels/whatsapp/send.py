"""Sends through pywa: one call a message, one outcome a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import msgspec

from channels.abilities import ControlAct
from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.json_repair import clean_text
from channels.whatsapp.account_look import look_at_account
from channels.whatsapp.connecting import NumberConnecting
from channels.whatsapp.customers import customer_of
from channels.whatsapp.endpoints import Endpoint, endpoint_for, other_endpoint
from channels.whatsapp.errors import FAILURES, directly_refused
from channels.whatsapp.files import FileTransfers
from channels.whatsapp.graph_versions import NEWEST
from channels.whatsapp.payloads import GROUP_KINDS, GraphObject, GraphRecipient, message_object, recipient_of
from channels.whatsapp.pywa_client import GraphClients
from channels.whatsapp.signup import sign_up
from channels.whatsapp.template_samples import SampleUploads
from channels.whatsapp.templates import TemplateCalls
from channels.whatsapp.transport import AiohttpTransport
from channels.whatsapp.webhook_shapes import ContactShape
from inbox.arriving.inbound import Customer, CustomerNamed
from inbox.channel.channel_models import MarketingPolicy
from inbox.channel.signup_models import SignupApp, SignupResult
from inbox.channel.standing_models import AccountLook
from inbox.model.direct_utility import DirectUtility
from inbox.sending.outbound import ContentNotSendableError, OutboundMessage, SendFailedError, SendReceipt

NUMBER_FIELDS = ("verified_name", "display_phone_number")
ONBOARDING_FIELD = "marketing_messages_onboarding_status"
ONBOARDING: Final[Mapping[str, str]] = {
    "ONBOARDED": "Its marketing goes by Meta's marketing messages.",
    "ELIGIBLE": "Its marketing goes out as before until its terms of marketing messages are signed with Meta.",
}
ONBOARDING_OTHER = "Meta's marketing messages are not open to it: see WhatsApp Manager."
GROUP: Final = "group"
_GROUP_UNBLOCKED: Final = "A WhatsApp group can't be blocked. Delete the group at Meta instead."
_NOT_IN_GROUPS: Final = "A WhatsApp group takes texts, files and templates only."
_POLICIES: Final[Mapping[MarketingPolicy, str | None]] = {
    MarketingPolicy.FALLBACK: None,
    MarketingPolicy.STRICT: "STRICT",
}
"""Meta's own default is to fall back."""


class WhatsAppSender:
    """The sending side of the connector. Its only exceptions are `SendFailedError` and cancellation.

    The recipient is given to pywa in the Graph API's own words: left to guess, it takes a business-scoped id with
    letters for a group.
    """

    def __init__(
        self, transport: AiohttpTransport | None = None, *, allow_private: bool = False, version: str = NEWEST
    ) -> None:
        used = transport or AiohttpTransport(allow_private=allow_private)
        self._owned = used if transport is None else None
        self._clients = GraphClients(used, version)
        self.files = FileTransfers(self._clients, used)
        self.templates = TemplateCalls(self._clients)
        self.samples = SampleUploads(self._clients, used)
        self.connecting = NumberConnecting(self._clients)

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        """Send one message; its id travels along and comes back in its statuses."""
        try:
            kind, graph_object = message_object(message.content)
        except ContentNotSendableError as fault:
            raise refused_before_sending("content_refused", fault.message) from None
        post = _Post(_recipient(message.to), kind, graph_object, reply_to=message.reply_to, tracker=message.id)
        if post.to.type == GROUP:
            return await self._post_to_group(account, post, is_direct=message.direct is not None)
        if message.direct is not None:
            return await self._post_directly(account, post, message.direct)
        endpoint = endpoint_for(message.content)
        try:
            return await self._post(account, post, endpoint)
        except SendFailedError as refused:
            other = other_endpoint(endpoint, message.content, refused)
            if other is None:
                raise
            receipt = await self._post(account, post, other)
            return msgspec.structs.replace(receipt, made_good=refused.error)

    async def react(self, *, to: str, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:
        """Set or take back a reaction."""
        recipient = _recipient(to)
        if recipient.type == GROUP:
            raise refused_before_sending("content_refused", _NOT_IN_GROUPS)
        reaction = {"message_id": provider_id, "emoji": emoji}
        return await self._post(account, _Post(recipient, "reaction", reaction), Endpoint.MESSAGES)

    async def mark_read(self, provider_id: str, account: ChannelAccount) -> None:
        """Mark a message and all before it as read."""
        client = self._clients.client(account)
        await client.api.mark_message_as_read(phone_id=str(client.phone_id), message_id=provider_id)

    async def show_typing(self, provider_id: str, account: ChannelAccount) -> None:
        """Show that somebody types an answer to a message, which is thereby read."""
        client = self._clients.client(account)
        await client.api.set_indicator(phone_id=str(client.phone_id), message_id=provider_id, typ="text")

    async def set_blocked(self, to: str, account: ChannelAccount, *, blocked: bool) -> None:
        """Block or unblock a customer: Meta then takes nothing of them for the number.

        Source: business-messaging/whatsapp/block-users.
        """
        if _recipient(to).type == GROUP:
            raise refused_before_sending("recipient_refused", _GROUP_UNBLOCKED)
        client = self._clients.client(account)
        users, user_ids = ((to,), ()) if to.isdigit() else ((), (to,))
        change = client.api.block_users if blocked else client.api.unblock_users
        await change(phone_id=str(client.phone_id), users=users, user_ids=user_ids)

    async def control_thread(self, *, to: str, act: ControlAct, account: ChannelAccount) -> None:
        """Change who answers in the chat with a customer. pywa knows no such call; a test looks whether it learns it.

        Source: conversation-routing/thread-control, 30 Sep 2026.
        """
        recipient = _recipient(to)
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "to": recipient.to,
            "recipient": recipient.recipient,
            "action": act.action.value,
            "control_pass": {"target_role": act.role} if act.role else None,
            "metadata": act.note,
        }
        written = {name: value for name, value in body.items() if value is not None}
        client = self._clients.client(account)
        await client.api.send_raw_request("POST", f"/{client.phone_id}/thread_control", json=written)

    async def forget(self, to: str, account: ChannelAccount) -> None:
        """Take a customer out of the contact book that Meta keeps of numbers and user ids, since April 2026.

        pywa knows no such call. Source: business-scoped-user-ids (contact book), 2026.
        """
        client = self._clients.client(account)
        query = urlencode({"messaging_product": "whatsapp", "bsuid": to})
        await client.api.send_raw_request("DELETE", f"/{client.phone_id}/contact_book?{query}")

    async def describe_number(self, account: ChannelAccount) -> str:
        """Ask Meta for the number's name, the cheapest call that proves token and number id, and for what it may."""
        client = self._clients.client(account)
        number = await client.api.get_business_phone_number(phone_id=str(client.phone_id), fields=NUMBER_FIELDS)
        name = " ".join(str(number[field]) for field in NUMBER_FIELDS if number.get(field)) or "The number answers."
        marketing = await self._marketing_status(account)
        return f"{name}. {marketing}" if marketing else name

    async def _marketing_status(self, account: ChannelAccount) -> str | None:
        """Say whether the account has signed the terms of marketing messages; None where nobody knows.

        Source: marketing-messages/onboarding, 30 Jun 2026.
        """
        waba_id = account.credentials.get("waba_id")
        if not waba_id:
            return None
        client = self._clients.client(account)
        try:
            answer = await client.api.get_waba_info(waba_id=waba_id, fields=(ONBOARDING_FIELD,))
        except SendFailedError:
            return None
        status = answer.get(ONBOARDING_FIELD)
        return ONBOARDING.get(status, ONBOARDING_OTHER) if isinstance(status, str) else None

    async def look_at_account(self, account: ChannelAccount) -> AccountLook:
        """Ask Meta about token and number."""
        return await look_at_account(self._clients, account)

    async def sign_up(self, app: SignupApp, *, code: str, waba_id: str, phone_number_id: str | None) -> SignupResult:
        """Exchange the code of Meta's dialog."""
        return await sign_up(self._clients, app, code=code, waba_id=waba_id, phone_number_id=phone_number_id)

    async def close(self) -> None:
        """Close the transport, unless it was lent."""
        if self._owned is not None:
            await self._owned.aclose()

    async def _post_directly(self, account: ChannelAccount, post: _Post, direct: DirectUtility) -> SendReceipt:
        """Send outside of the window without a template. pywa knows no such message; a test looks whether it learns it.

        Source: direct-send, Sep 2026.
        """
        named = {"template_name": direct.template_name} if direct.template_name else None
        body = {**_written(post), "category": "utility", **({"direct_send_config": named} if named else {})}
        client = self._clients.client(account)
        try:
            answer = await client.api.send_raw_request("POST", f"/{client.phone_id}/{Endpoint.MESSAGES}", json=body)
        except SendFailedError as refused:
            raise directly_refused(refused) from None
        receipt = receipt_of(answer, (post.to.to or post.to.recipient or "").removeprefix("+"))
        return msgspec.structs.replace(receipt, endpoint=Endpoint.MESSAGES.value)

    async def _post_to_group(self, account: ChannelAccount, post: _Post, *, is_direct: bool) -> SendReceipt:
        """Send what a group takes; marketing goes there by the usual endpoint, too."""
        if is_direct or post.kind not in GROUP_KINDS:
            raise refused_before_sending("content_refused", _NOT_IN_GROUPS)
        receipt = await self._post(account, post, Endpoint.MESSAGES)
        return msgspec.structs.replace(receipt, news=())

    async def _post(self, account: ChannelAccount, post: _Post, endpoint: Endpoint) -> SendReceipt:
        client = self._clients.client(account)
        to = post.to
        body = _marketing_body(post, account) if endpoint is Endpoint.MARKETING else None
        answer: dict[str, Any]
        if body is not None:
            answer = await client.api.send_raw_request("POST", f"/{client.phone_id}/{endpoint}", json=body)
        else:
            answer = await client.api.send_message(
                sender=str(client.phone_id),
                to=to.to,
                recipient=to.recipient,
                recipient_type=to.type,
                typ=post.kind,
                msg=post.graph_object,
                reply_to_message_id=post.reply_to,
                biz_opaque_callback_data=post.tracker,
            )
        receipt = receipt_of(answer, (to.to or to.recipient or "").removeprefix("+"))
        return msgspec.structs.replace(receipt, endpoint=endpoint.value)


class _Post(NamedTuple):
    """A message in Meta's words."""

    to: GraphRecipient
    kind: str
    graph_object: GraphObject | list[GraphObject]
    reply_to: str | None = None
    tracker: str | None = None


def _marketing_body(post: _Post, account: ChannelAccount) -> dict[str, Any]:
    """Write a marketing message. pywa's own method knows no `product_policy`; a test looks whether it learns it."""
    policy = _POLICIES[account.marketing_policy or MarketingPolicy.FALLBACK]
    return {**_written(post), **({"product_policy": policy} if policy else {})}


def _written(post: _Post) -> dict[str, Any]:
    """Write a message as pywa would, for requests that it does not know."""
    written = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": post.kind,
        "to": post.to.to,
        "recipient": post.to.recipient,
        "context": {"message_id": post.reply_to} if post.reply_to else None,
        "biz_opaque_callback_data": post.tracker,
        post.kind: post.graph_object,
    }
    return {name: value for name, value in written.items() if value is not None}


def _recipient(external_id: str) -> GraphRecipient:
    recipient = recipient_of(external_id)
    if recipient is None:
        raise refused_before_sending(
            "recipient_refused", "The customer's id is neither a phone number nor a WhatsApp user id."
        )
    return recipient


def receipt_of(body: dict[str, Any], to: str) -> SendReceipt:
    """Read the id that Meta gave to the message, and the ids of whom it is for.

    Args:
        body: Meta's answer.
        to: The customer's id to which the message went.

    Raises:
        SendFailedError: UNKNOWN where there is no id.
    """
    try:
        provider_id = body["messages"][0]["id"]
    except (KeyError, IndexError, TypeError):
        provider_id = None
    if not isinstance(provider_id, str) or not provider_id:
        raise FAILURES.lost_answer()
    return SendReceipt(provider_id=clean_text(provider_id), news=_named(body, to))


def _named(body: dict[str, Any], to: str) -> tuple[CustomerNamed, ...]:
    """Read what else the customer is called; nothing where the answer says nothing new, or nothing readable.

    Source: business-scoped-user-ids, 29 Jun 2026 (`contacts[].wa_id`, `user_id`).
    """
    try:
        (contact,) = msgspec.convert(body.get("contacts"), list[ContactShape])
    except (msgspec.ValidationError, ValueError):
        return ()
    customer = customer_of(contact.wa_id, contact.user_id, parent_id=contact.parent_user_id)
    if customer is None or {customer.external_id, *customer.aliases} == {to}:
        return ()
    aliases = dict.fromkeys(one for one in (customer.external_id, *customer.aliases) if one != to)
    return (CustomerNamed(customer=Customer(external_id=to, aliases=tuple(aliases))),)
