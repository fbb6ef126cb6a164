"""Files on their way out: each is given to a provider once, and named by the provider's id afterwards."""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec
import structlog

from channels.abilities import UploadsFiles
from channels.contract import ChannelAccount, Connector
from inbox.files.blob_store import BlobStore
from inbox.files.file_models import StoredFile
from inbox.files.sniffing import OCTETS
from inbox.files.uploads import find_file
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.model.content import MediaContent
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import Certainty, OutboundFile, OutboundMessage, SendFailedError, SendReceipt, UploadedFile
from inbox.sending.uploading import AttemptTakenError, upload_noted
from inbox.storage.database import Database
from inbox.storage.lines import Lines

REFUSED: Final = "media_refused"
"""Our code for a file that the provider does not take, or does not have any more."""


_NOT_READY: Final = ProviderError(
    code="internal",
    explanation="The gateway could not get at the file. Nothing was sent; it is tried again.",
    retryable=True,
)

_log = structlog.get_logger()


class OutgoingFiles:
    """Sends messages with their files."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._uploading = Lines()

    async def send(
        self, message: OutboundMessage, connector: Connector, account: ChannelAccount, *, mark: str | None = None
    ) -> SendReceipt:
        """Send a message; a file that the provider has forgotten is given to it once more.

        Args:
            message: What goes out.
            connector: Its messenger.
            account: Through which account.
            mark: What the outbox says as long as nothing of it is sent; None if it says nothing.

        Raises:
            SendFailedError: as the connector does.
            AttemptTakenError: if the message is not ours to send any more.
        """
        content = message.content
        if not isinstance(content, MediaContent) or content.media.id is None:
            return await connector.send(message, account)
        file = await self._file(account, content.media.id)
        known = file.handle
        try:
            return await self._send_with(file, message, connector, account, mark=mark)
        except SendFailedError as failed:
            if known is None or failed.error.code != REFUSED or failed.certainty is not Certainty.NOT_SENT:
                raise
        await self._keep(file, account, None)
        return await self._send_with(msgspec.structs.replace(file, handle=None), message, connector, account)

    async def _send_with(
        self,
        file: OutboundFile,
        message: OutboundMessage,
        connector: Connector,
        account: ChannelAccount,
        *,
        mark: str | None = None,
    ) -> SendReceipt:
        if isinstance(connector, UploadsFiles):
            message = await self._with_handle(file, message, connector, account, mark=mark)
        receipt = await connector.send(msgspec.structs.replace(message, file=file), account)
        if receipt.uploaded is not None and receipt.uploaded.handle != file.handle:
            await self._keep_if_possible(file, account, receipt.uploaded)
        return receipt

    async def _with_handle(
        self,
        file: OutboundFile,
        message: OutboundMessage,
        connector: UploadsFiles,
        account: ChannelAccount,
        *,
        mark: str | None,
    ) -> OutboundMessage:
        """Name the file by the provider's id, uploading it first where it has none; nothing is sent yet."""
        handle = file.handle
        try:
            if handle is None or mark is not None:
                async with upload_noted(self._database, account.workspace_id, message.id, mark=mark):
                    handle = handle or await self._uploaded(file, connector, account)
        except (SendFailedError, AttemptTakenError):
            raise
        except Exception as error:
            _log.warning("a file could not be uploaded", channel_id=account.id, file_id=file.id, exc_info=error)
            raise SendFailedError(_NOT_READY) from error
        media = msgspec.structs.replace(message.content.media, provider_media_id=handle)  # type: ignore[union-attr]
        return msgspec.structs.replace(message, content=msgspec.structs.replace(message.content, media=media))

    async def _uploaded(self, file: OutboundFile, connector: UploadsFiles, account: ChannelAccount) -> str:
        """Upload a file; messages that need it at the same time wait for one upload."""
        async with self._uploading.turn(f"{account.id}:{file.id}"):
            known = (await self._file(account, file.id)).handle
            if known is not None:
                return known
            uploaded = await connector.upload_file(file, account)
            await self._keep(file, account, uploaded)
        return uploaded.handle

    async def _file(self, account: ChannelAccount, file_id: str) -> OutboundFile:
        try:
            stored = await find_file(self._database, account.workspace_id, file_id)
        except ProblemError:
            explanation = "The file is not there any more. Upload it again and send it as a new message."
            raise SendFailedError(ProviderError(code="media_missing", explanation=explanation)) from None
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

    async def _keep_if_possible(self, file: OutboundFile, account: ChannelAccount, uploaded: UploadedFile) -> None:
        """Remember the provider's id; the message is sent, whatever becomes of this."""
        try:
            await self._keep(file, account, uploaded)
        except Exception as error:
            _log.warning("an id was not kept", channel_id=account.id, file_id=file.id, exc_info=error)

    async def _keep(self, file: OutboundFile, account: ChannelAccount, uploaded: UploadedFile | None) -> None:
        place = f"handles.{account.id}"
        update = {"$unset": {place: ""}} if uploaded is None else {"$set": {place: msgspec.structs.asdict(uploaded)}}
        await self._database.files.update_one({"_id": file.id, "workspace_id": account.workspace_id}, update)
