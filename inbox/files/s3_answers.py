"""Connections of the S3 client that read answers up to a limit. Needs the extra `s3`."""

from __future__ import annotations

from typing import Any, Final

import aiohttp
from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.httpsession import AIOHTTPSession
from botocore.exceptions import HTTPClientError

from inbox.foundation.capped_answers import MAX_LIST_BYTES, PIECE_BYTES, read_at_most

_FIRST_NO_SUCCESS: Final = 300


class CappedSession(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore has no types
    """aiobotocore's HTTP session with a limit; its own reads lists and errors of any length.

    The bytes of a blob are not touched: those are read a piece at a time anyway.
    """

    async def send(self, request: Any) -> Any:
        """Send a request. Raises `AnswerTooLargeError` and botocore's errors."""
        blob, request.stream_output = request.stream_output, True  # nothing is read there
        answer = await super().send(request)
        if blob and answer.status_code < _FIRST_NO_SUCCESS:
            return answer
        try:
            content = await read_at_most(answer.raw.content.iter_chunked(PIECE_BYTES), MAX_LIST_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise HTTPClientError(error=error) from None
        finally:
            answer.raw.release()
        return AioAWSResponse(answer.url, answer.status_code, answer.headers, _Read(content))


class _Read:
    """An answer that was read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def read(self) -> bytes:
        return self._content
