"""Samples of file headers: what WhatsApp's reviewers see in the place of the file that a send will name.

They go the way of an app's upload session, not that of files of messages. pywa opens the session; its upload reads
whole files, so the bytes go through the shared transport.

Source: graph-api/guides/upload; templates/components, 5 May 2026.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from channels.contract import ChannelAccount
from channels.public_connections import read_whole
from channels.whatsapp.connecting import token_info
from channels.whatsapp.errors import FAILURES
from channels.whatsapp.files import META
from channels.whatsapp.pywa_client import GraphClients, read_answer
from channels.whatsapp.transport import AiohttpTransport, BrokenOffError, GraphAnswer
from inbox.foundation.capped_answers import AnswerTooLargeError
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import OutboundFile, SendFailedError

_BROKEN_OFF: Final = ProviderError(
    code="provider_unavailable",
    explanation="The upload to WhatsApp broke off, and nothing came of it. Try again.",
    retryable=True,
)


class SampleUploads:
    """Uploads samples for any number over one transport."""

    def __init__(self, clients: GraphClients, transport: AiohttpTransport) -> None:
        self._clients = clients
        self._transport = transport

    async def upload(self, file: OutboundFile, account: ChannelAccount) -> str:
        """Upload a file and return its handle, for a header's example. May be repeated. Raises `SendFailedError`."""
        client = self._clients.client(account)
        app_id = str((await token_info(client, account)).app_id)
        opened: dict[str, Any] = await client.api.create_upload_session(
            app_id=app_id,
            file_name=quote(file.filename or "sample", safe=""),
            file_length=file.size_bytes,
            file_type=quote(file.mime_type, safe="/"),
        )
        session = opened.get("id")
        if not isinstance(session, str) or not session.startswith("upload:"):
            raise SendFailedError(_BROKEN_OFF)
        base = account.provider_base_url or META
        handle = (await self._filled(f"{base}/v{self._clients.version}/{session}", file, account)).get("h")
        if not isinstance(handle, str):
            raise SendFailedError(_BROKEN_OFF)
        return handle

    async def _filled(self, url: str, file: OutboundFile, account: ChannelAccount) -> dict[str, Any]:
        headers = {
            "Authorization": f"OAuth {account.credentials['access_token']}",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(file.size_bytes),
            "file_offset": "0",
        }
        try:
            async with self._transport.streamed("POST", url, headers=headers, body=file.open()) as answer:
                return read_answer(GraphAnswer(answer.status, answer.headers, await read_whole(answer)))
        except BrokenOffError:
            raise SendFailedError(_BROKEN_OFF) from None
        except AnswerTooLargeError:
            raise FAILURES.endless_answer() from None
