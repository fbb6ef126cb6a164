"""Customers' files from Meta and ours to it, a piece at a time.

pywa reads and writes whole files; its client gives the address and the token, the shared transport carries the bytes.

Source: business-phone-numbers/media, 17 Apr 2026: an id gives a link for five minutes, which needs the token; ids of
uploads live 30 days.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from channels.abilities import FetchedFile
from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.public_connections import read_whole
from channels.whatsapp.errors import FAILURES
from channels.whatsapp.pywa_client import GraphClients, read_answer
from channels.whatsapp.transport import AiohttpTransport, BrokenOffError, GraphAnswer
from inbox.foundation.capped_answers import AnswerTooLargeError
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import Certainty, OutboundFile, SendFailedError, UploadedFile

HANDLE_LIVES: Final = timedelta(days=29)
"""A day less than Meta says, so that an id does not end between our look and theirs."""
META: Final = "https://graph.facebook.com"
META_DOMAINS: Final = (".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net")
"""Links of files lead to `lookaside.fbsbx.com`. Source: business-phone-numbers/media, 17 Apr 2026."""
_OK: Final = 200
_MAY_PASS: Final = frozenset({401, 403, 404, 408, 425, 429})
"""A link that is over is answered so; the next attempt has a new one."""
_FIRST_SERVER_ERROR: Final = 500


class FileTransfers:
    """Fetches and uploads files for any number over one transport."""

    def __init__(self, clients: GraphClients, transport: AiohttpTransport) -> None:
        self._clients = clients
        self._transport = transport

    @asynccontextmanager
    async def fetch(self, reference: str, account: ChannelAccount) -> AsyncIterator[FetchedFile]:
        """Open the file of an id. Raises `SendFailedError`."""
        client = self._clients.client(account)
        described: dict[str, Any] = await client.api.get_media_url(media_id=reference)
        url = described.get("url")
        if not isinstance(url, str) or not may_fetch(url, account.provider_base_url):
            raise refused_before_sending("media_refused", "WhatsApp does not have this file any more.")
        try:
            async with self._transport.streamed("GET", url, headers=_token(account)) as answer:
                if answer.status != _OK:
                    raise _not_given(answer.status)
                yield FetchedFile(
                    mime_type=described.get("mime_type"),
                    size_bytes=described.get("file_size"),
                    chunks=answer.content.iter_chunked(64 * 1024),
                )
        except BrokenOffError:
            raise _broken_off() from None

    async def upload(self, file: OutboundFile, account: ChannelAccount) -> UploadedFile:
        """Upload a file; nobody sees it until a message names it, so that it may be repeated.

        Raises `SendFailedError`.
        """
        client = self._clients.client(account)
        boundary = secrets.token_hex(16)
        head, tail = _multipart(file, boundary)
        headers = {
            **_token(account),
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + file.size_bytes + len(tail)),
        }
        base = account.provider_base_url or META
        url = f"{base}/v{self._clients.version}/{client.phone_id}/media"
        try:
            async with self._transport.streamed("POST", url, headers=headers, body=_body(head, file, tail)) as answer:
                found = read_answer(GraphAnswer(answer.status, answer.headers, await read_whole(answer)))
        except BrokenOffError:
            raise _broken_off() from None
        except AnswerTooLargeError:
            raise FAILURES.endless_answer(Certainty.NOT_SENT) from None
        except SendFailedError as failed:
            raise (_broken_off() if failed.certainty is Certainty.UNKNOWN else failed) from None
        handle = found.get("id")
        if not isinstance(handle, str):
            raise _broken_off()
        return UploadedFile(handle=handle, expires_at=datetime.now(UTC) + HANDLE_LIVES)


def may_fetch(url: str, base_url: str | None) -> bool:
    """Return whether a file's link leads to Meta or to the server that the channel talks to.

    The channel's server is a tenant's choice: without this it could have us fetch from our own network.
    """
    try:
        link = urlsplit(url)
    except ValueError:  # such as "https://[", which is no address
        return False
    if link.scheme == "https" and (link.hostname or "").endswith(META_DOMAINS):
        return True
    base = urlsplit(base_url or "")
    return bool(base.hostname) and (link.scheme, link.netloc) == (base.scheme, base.netloc)


def _token(account: ChannelAccount) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.credentials['access_token']}"}


def _multipart(file: OutboundFile, boundary: str) -> tuple[bytes, bytes]:
    """Write what stands before and after the file's bytes, so that the whole length is known beforehand."""
    mime_type = file.mime_type.encode("ascii", "ignore").decode() or "application/octet-stream"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="type"\r\n\r\n{mime_type}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        f"Content-Type: {mime_type}\r\n\r\n"
    )
    return head.encode(), f"\r\n--{boundary}--\r\n".encode()


async def _body(head: bytes, file: OutboundFile, tail: bytes) -> AsyncIterator[bytes]:
    yield head
    async for piece in file.open():
        yield piece
    yield tail


def _broken_off() -> SendFailedError:
    return SendFailedError(
        ProviderError(
            code="provider_unreachable",
            explanation="The connection to WhatsApp broke while a file was on its way. It is tried again.",
            retryable=True,
        )
    )


def _not_given(status: int) -> SendFailedError:
    """A link of Meta's that does not work: it is over, or Meta has trouble; a new attempt asks for a new one."""
    return SendFailedError(
        ProviderError(
            code="media_refused",
            explanation="WhatsApp does not give the file. It may be more than 30 days old.",
            retryable=status in _MAY_PASS or status >= _FIRST_SERVER_ERROR,
            provider_code=f"http_{status}",
        )
    )
