"""Sends through pywa: one call a message, one outcome a call."""

from __future__ import annotations

from typing import Any

from channels.contract import ChannelAccount
from channels.whatsapp.answers import receipt_of
from channels.whatsapp.failures import refused_before_sending
from channels.whatsapp.files import FileTransfers
from channels.whatsapp.graph import GraphClients
from channels.whatsapp.payloads import GraphObject, Recipient, message_object, recipient_of
from channels.whatsapp.template_calls import TemplateCalls
from channels.whatsapp.transport import AiohttpTransport
from inbox.sending.outbound import ContentNotSendableError, OutboundMessage, SendReceipt

NUMBER_FIELDS = ("verified_name", "display_phone_number")


class Sender:
    """The sending side of the connector. Its only exceptions are `SendFailedError` and cancellation.

    The recipient is given to pywa in the Graph API's own words: left to guess, it takes a business-scoped id with
    letters for a group.
    """

    def __init__(self, transport: AiohttpTransport | None = None, *, allow_private: bool = False) -> None:
        used = transport or AiohttpTransport(allow_private=allow_private)
        self._owned = used if transport is None else None
        self._clients = GraphClients(used)
        self.files = FileTransfers(self._clients, used)
        self.templates = TemplateCalls(self._clients)

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        """Send one message; its id travels along and comes back in its statuses."""
        try:
            kind, graph_object = message_object(message.content)
        except ContentNotSendableError as fault:
            raise refused_before_sending("content_refused", fault.message) from None
        return await self._post(
            account,
            to=_recipient(message.to),
            kind=kind,
            graph_object=graph_object,
            reply_to=message.reply_to,
            tracker=message.id,
        )

    async def react(self, *, to: str, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:
        """Set or take back a reaction."""
        reaction = {"message_id": provider_id, "emoji": emoji}
        return await self._post(account, to=_recipient(to), kind="reaction", graph_object=reaction)

    async def mark_read(self, provider_id: str, account: ChannelAccount) -> None:
        """Mark a message and all before it as read."""
        client = self._clients.client(account)
        await client.api.mark_message_as_read(phone_id=str(client.phone_id), message_id=provider_id)

    async def show_typing(self, provider_id: str, account: ChannelAccount) -> None:
        """Show that somebody types an answer to a message, which is thereby read."""
        client = self._clients.client(account)
        await client.api.set_indicator(phone_id=str(client.phone_id), message_id=provider_id, typ="text")

    async def describe_number(self, account: ChannelAccount) -> str:
        """Ask Meta for the number's name: the cheapest call that proves token and number id."""
        client = self._clients.client(account)
        number = await client.api.get_business_phone_number(phone_id=str(client.phone_id), fields=NUMBER_FIELDS)
        return " ".join(str(number[field]) for field in NUMBER_FIELDS if number.get(field)) or "The number answers."

    async def close(self) -> None:
        """Close the transport, unless it was lent."""
        if self._owned is not None:
            await self._owned.aclose()

    async def _post(
        self,
        account: ChannelAccount,
        *,
        to: Recipient,
        kind: str,
        graph_object: GraphObject | list[GraphObject],
        reply_to: str | None = None,
        tracker: str | None = None,
    ) -> SendReceipt:
        client = self._clients.client(account)
        answer: dict[str, Any] = await client.api.send_message(
            sender=str(client.phone_id),
            to=to.to,
            recipient=to.recipient,
            recipient_type="individual",
            typ=kind,
            msg=graph_object,
            reply_to_message_id=reply_to,
            biz_opaque_callback_data=tracker,
        )
        return receipt_of(answer, (to.to or to.recipient or "").removeprefix("+"))


def _recipient(external_id: str) -> Recipient:
    recipient = recipient_of(external_id)
    if recipient is None:
        raise refused_before_sending(
            "recipient_refused", "The customer's id is neither a phone number nor a WhatsApp user id."
        )
    return recipient
