"""Files on their way out: each is given to a provider once, and named by the provider's id afterwards."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import partial
from typing import Final

import msgspec

from channels.contract import ChannelAccount, Connector, UploadsFiles
from inbox.arriving.inbound import ProviderError
from inbox.files.blob_store import BlobStore
from inbox.files.file_models import StoredFile
from inbox.files.sniffing import OCTETS
from inbox.files.uploads import find_file
from inbox.foundation.clock import Clock
from inbox.foundation.problems import Problem
from inbox.messages.content import MediaContent
from inbox.sending.outbound import Certainty, OutboundFile, OutboundMessage, SendFailed, SendReceipt, UploadedFile
from inbox.storage.database import Database

REFUSED: Final = "media_refused"
"""Our code for a file that the provider does not take, or does not have any more."""


class OutgoingFiles:
    """Sends messages with their files."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._uploading: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, message: OutboundMessage, connector: Connector, account: ChannelAccount) -> SendReceipt:
        """Send a message; a file that the provider has forgotten is given to it once more. Raises `SendFailed`."""
        content = message.content
        if not isinstance(content, MediaContent) or content.media.id is None:
            return await connector.send(message, account)
        file = await self._file(account, content.media.id)
        known = file.handle
        try:
            return await self._send_with(file, message, connector, account)
        except SendFailed as failed:
            if known is None or failed.error.code != REFUSED or failed.certainty is not Certainty.NOT_SENT:
                raise
        await self._keep(file, account, None)
        return await self._send_with(msgspec.structs.replace(file, handle=None), message, connector, account)

    async def _send_with(
        self, file: OutboundFile, message: OutboundMessage, connector: Connector, account: ChannelAccount
    ) -> SendReceipt:
        content = message.content
        if isinstance(connector, UploadsFiles) and isinstance(content, MediaContent):
            handle = await self._uploaded(file, connector, account)
            media = msgspec.structs.replace(content.media, provider_media_id=handle)
            content = msgspec.structs.replace(content, media=media)
        receipt = await connector.send(msgspec.structs.replace(message, content=content, file=file), account)
        if receipt.uploaded is not None and receipt.uploaded.handle != file.handle:
            await self._keep(file, account, receipt.uploaded)
        return receipt

    async def _uploaded(self, file: OutboundFile, connector: UploadsFiles, account: ChannelAccount) -> str:
        """Give the provider's id of a file; messages that need it at the same time wait for one upload."""
        if file.handle is not None:
            return file.handle
        key = (account.id, file.id)
        async with self._uploading[key]:
            known = (await self._file(account, file.id)).handle
            if known is not None:
                return known
            uploaded = await connector.upload_file(file, account)
            await self._keep(file, account, uploaded)
        self._uploading.pop(key, None)
        return uploaded.handle

    async def _file(self, account: ChannelAccount, file_id: str) -> OutboundFile:
        try:
            stored = await find_file(self._database, account.workspace_id, file_id)
        except Problem:
            explanation = "The file is not there any more. Upload it again and send it as a new message."
            raise SendFailed(ProviderError(code="media_missing", explanation=explanation)) from None
        return OutboundFile(
            id=stored.id,
            mime_type=stored.mime_type or OCTETS,
            size_bytes=stored.bytes or 0,
            filename=stored.filename,
            handle=self._handle(stored, account),
            open=partial(self._store.read, str(stored.blob_id)),
        )

    def _handle(self, stored: StoredFile, account: ChannelAccount) -> str | None:
        known = stored.handles.get(account.id)
        if known is None or (known["expires_at"] is not None and known["expires_at"] <= self._clock.now()):
            return None
        return str(known["handle"])

    async def _keep(self, file: OutboundFile, account: ChannelAccount, uploaded: UploadedFile | None) -> None:
        place = f"handles.{account.id}"
        update = {"$unset": {place: ""}} if uploaded is None else {"$set": {place: msgspec.structs.asdict(uploaded)}}
        await self._database.files.update_one({"_id": file.id, "workspace_id": account.workspace_id}, update)
