"""Downloads of files that a request names by their address."""

from __future__ import annotations

import aiohttp


class NotFetchedError(Exception):
    """There is no file of acceptable size at the address."""


async def fetch(session: aiohttp.ClientSession, url: str, max_bytes: int) -> tuple[str, bytes]:
    """The type and the bytes behind an address.

    Raises:
        NotFetchedError: With a sentence that says why.
    """
    data = bytearray()
    try:
        async with session.get(url) as answer:
            if answer.status != 200:
                raise NotFetchedError(f"The link answers HTTP {answer.status}.")
            async for chunk in answer.content.iter_chunked(262_144):
                data += chunk
                if len(data) > max_bytes:
                    raise NotFetchedError(f"The file behind the link is larger than {max_bytes >> 20} MB.")
            return answer.content_type, bytes(data)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise NotFetchedError(f"The link does not answer: {type(error).__name__}") from error
