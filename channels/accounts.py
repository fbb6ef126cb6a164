"""From a channel as the inbox keeps it to what its connector needs, for one call or for all calls about templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.abilities import KeepsTemplates
from channels.contract import ChannelAccount, Connector
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.model.channel_kind import ChannelKind
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import OutboundFile, SendFailedError


def account_of(record: ChannelRecord) -> ChannelAccount:
    """Return what the connector needs to know of a channel."""
    return ChannelAccount(
        id=record.id,
        workspace_id=record.workspace_id,
        kind=record.kind,
        credentials=record.credentials,
        provider_base_url=record.provider_base_url,
        updates=record.updates,
        messages_per_second=record.messages_per_second,
        marketing_policy=record.marketing_policy,
    )


class ChannelTemplates:
    """Calls about templates by channel id, for rooms that know no connectors. Every one raises `SendFailedError`."""

    def __init__(self, directory: ChannelDirectory, connectors: Mapping[ChannelKind, Connector]) -> None:
        self._directory = directory
        self._connectors = connectors

    async def list_templates(self, channel_id: str, *, name: str | None = None) -> Sequence[Mapping[str, object]]:
        """Read all templates of the channel's business account, or those of one name."""
        keeper, account = await self._found(channel_id)
        return await keeper.list_templates(account, name=name)

    async def create_template(self, channel_id: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """Submit a template; return the provider's `id`, `status` and `category`."""
        keeper, account = await self._found(channel_id)
        return await keeper.create_template(body, account)

    async def edit_template(self, channel_id: str, provider_id: str, body: Mapping[str, object]) -> None:
        """Submit a change."""
        keeper, account = await self._found(channel_id)
        await keeper.edit_template(provider_id, body, account)

    async def delete_template(self, channel_id: str, *, name: str, provider_id: str) -> None:
        """Delete a template in one language."""
        keeper, account = await self._found(channel_id)
        await keeper.delete_template(name=name, provider_id=provider_id, account=account)

    async def upload_sample(self, channel_id: str, file: OutboundFile) -> str:
        """Upload the sample of a template's file header; return the provider's name of it."""
        keeper, account = await self._found(channel_id)
        return await keeper.upload_sample(file, account)

    async def _found(self, channel_id: str) -> tuple[KeepsTemplates, ChannelAccount]:
        record = await self._directory.get(channel_id)
        connector = self._connectors.get(record.kind) if record is not None else None
        if record is None or record.deleted_at is not None or not isinstance(connector, KeepsTemplates):
            explanation = "The channel is not there any more, or has no templates."
            raise SendFailedError(ProviderError(code="channel_not_found", explanation=explanation))
        return connector, account_of(record)
