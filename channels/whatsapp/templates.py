"""Templates of a business account through pywa's API client: raw JSON in and out.

pywa's own template objects are not used: one language that it does not know makes its listing fail.

Source: templates/template-management, 5 May 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.whatsapp.pywa_client import GraphClients
from inbox.sending.outbound import SendFailedError

PAGE: Final = 100
MAX_PAGES: Final = 100
"""An account has at most 6,000 templates; a listing that does not end is cut off."""
GENERATED: Final = "AUTO_GENERATED"
INVALID_PARAMETER: Final = "100"
FIELDS: Final = (
    "id",
    "name",
    "language",
    "category",
    "status",
    "components",
    "parameter_format",
    "quality_score",
    "rejected_reason",
    "message_send_ttl_seconds",
    "optimization_spec",
)


class TemplateCalls:
    """One call each; their only exceptions are `SendFailedError` and cancellation."""

    def __init__(self, clients: GraphClients) -> None:
        self._clients = clients

    async def list(self, account: ChannelAccount, *, name: str | None) -> Sequence[Mapping[str, object]]:
        """Read all templates, those that Meta made of messages marked by `source`.

        Meta lists these only where they are asked for; whoever has none may be refused the question.

        Source: direct-send, Sep 2026.
        """
        named = {"name": name} if name is not None else {}
        ordinary = await self._pages(account, named)
        try:
            generated = await self._pages(account, {**named, "source": GENERATED})
        except SendFailedError as refused:
            if refused.error.provider_code != INVALID_PARAMETER:
                raise
            generated = []
        marked = {item.get("id"): {**item, "source": GENERATED} for item in generated}
        return [*(item for item in ordinary if item.get("id") not in marked), *marked.values()]

    async def _pages(self, account: ChannelAccount, wanted: Mapping[str, str]) -> Sequence[Mapping[str, object]]:
        """Read all pages; what is no JSON object in them is left out."""
        client, waba_id = self._clients.client(account), _waba_of(account)
        filters = dict(wanted) or None
        items: list[Mapping[str, object]] = []
        after: str | None = None
        for _ in range(MAX_PAGES):
            pagination = {"limit": str(PAGE), **({"after": after} if after else {})}
            page: dict[str, Any] = await client.api.get_templates(
                waba_id=waba_id, fields=FIELDS, filters=filters, pagination=pagination
            )
            items += [item for item in page.get("data") or () if isinstance(item, dict)]
            after = _next_of(page)
            if after is None:
                return items
        raise refused_before_sending("listing_endless", "WhatsApp's list of templates does not end. Try again later.")

    async def create(self, body: Mapping[str, object], account: ChannelAccount) -> Mapping[str, object]:
        """Submit a template."""
        client = self._clients.client(account)
        made: dict[str, Any] = await client.api.create_template(waba_id=_waba_of(account), template=dict(body))
        return made

    async def edit(self, provider_id: str, body: Mapping[str, object], account: ChannelAccount) -> None:
        """Submit a change."""
        await self._clients.client(account).api.update_template(template_id=provider_id, template=dict(body))

    async def delete(self, *, name: str, provider_id: str, account: ChannelAccount) -> None:
        """Delete one language of a template."""
        await self._clients.client(account).api.delete_template(
            waba_id=_waba_of(account), template_name=name, template_id=provider_id
        )


def _waba_of(account: ChannelAccount) -> str:
    waba_id = account.credentials.get("waba_id")
    if not waba_id:
        raise refused_before_sending("channel_credentials", "The channel has no business account id (waba_id).")
    return waba_id


def _next_of(page: Mapping[str, Any]) -> str | None:
    """Return the cursor of the next page; Meta leaves `next` out on the last one."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    after = (paging.get("cursors") or {}).get("after")
    return str(after) if after else None
