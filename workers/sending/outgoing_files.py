"""Files on their way out: each is given to a provider once, and named by the provider's id afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
import structlog

from channels.abilities import UploadsFiles
from channels.contract import ChannelAccount, Connector
from inbox.files.blob_store import BlobStore
from inbox.files.file_models import StoredFile
from inbox.files.named_files import files_to_give, with_handles
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
        files = [await self._file(account, file_id) for file_id in files_to_give(message.content)]
        if not files:
            return await connector.send(message, account)
        known = [file for file in files if file.handle is not None]
        try:
            return await self._send_with(files, message, connector, account, mark=mark)
        except SendFailedError as failed:
            if not known or failed.error.code != REFUSED or failed.certainty is not Certainty.NOT_SENT:
                raise
        for file in known:
            await self._forget(file, account)
        anew = [await self._file(account, file.id) for file in files]
        return await self._send_with(anew, message, connector, account)

    async def _send_with(
        self,
        files: Sequence[OutboundFile],
        message: OutboundMessage,
        connector: Connector,
        account: ChannelAccount,
        *,
        mark: str | None = None,
    ) -> SendReceipt:
        if isinstance(connector, UploadsFiles):
            message = await self._with_handles(files, message, connector, account, mark=mark)
        file = files[0] if isinstance(message.content, MediaContent) else None
        receipt = await connector.send(msgspec.structs.replace(message, file=file), account)
        if file is not None and receipt.uploaded is not None and receipt.uploaded.handle != file.handle:
            await self._keep_if_possible(file, account, receipt.uploaded)
        return receipt

    async def _with_handles(
        self,
        files: Sequence[OutboundFile],
        message: OutboundMessage,
        connector: UploadsFiles,
        account: ChannelAccount,
        *,
        mark: str | None,
    ) -> OutboundMessage:
        """Name the files by the provider's ids, uploading those first that have none; nothing is sent yet."""
        handles = {file.id: file.handle for file in files if file.handle is not None}
        missing = [file for file in files if file.id not in handles]
        try:
            if missing or mark is not None:
                async with upload_noted(self._database, account.workspace_id, message.id, mark=mark):
                    for file in missing:
                        handles[file.id] = await self._uploaded(file, connector, account)
        except (SendFailedError, AttemptTakenError):
            raise
        except Exception as error:
            _log.warning("a file could not be uploaded", channel_id=account.id, message_id=message.id, exc_info=error)
            raise SendFailedError(_NOT_READY) from error
        return msgspec.structs.replace(message, content=with_handles(message.content, handles))

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

    async def _keep(self, file: OutboundFile, account: ChannelAccount, uploaded: UploadedFile) -> None:
        own = {"_id": file.id, "workspace_id": account.workspace_id}
        update = {"$set": {f"handles.{account.id}": msgspec.structs.asdict(uploaded)}}
        await self._database.files.update_one(own, update)

    async def _forget(self, file: OutboundFile, account: ChannelAccount) -> None:
        """Forget an id that the provider does not know; another message may have put a new one in its place."""
        place = f"handles.{account.id}"
        known = {"_id": file.id, "workspace_id": account.workspace_id, f"{place}.handle": file.handle}
        await self._database.files.update_one(known, {"$unset": {place: ""}})
