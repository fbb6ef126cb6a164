"""Packing long answers in JSON, of which most is the same names again and again.

A page of fifty conversations is a tenth then, for 0.2 ms of the processor. A stranger can't learn from the length what
else an answer has, as they can where a browser sends its cookie by itself: a request of the API carries its token, and
only who has that can ask.
"""

from __future__ import annotations

import zlib
from typing import Final

import brotli
from aiohttp import hdrs, web

SHORTEST: Final = 1_400
"""Bytes that travel in one packet anyway."""
_JSON: Final = "application/json"
_BROTLI_QUALITY: Final = 3
"""Higher ones take two to four times as long for a tenth less."""
_GZIP_LEVEL: Final = 4
_GZIP: Final = 16 + zlib.MAX_WBITS


def pack(request: web.Request, response: web.Response) -> web.Response:
    """Pack a long answer in JSON as its reader can unpack it; for who can unpack nothing it stays as it is."""
    body = response.body
    if response.content_type != _JSON or not isinstance(body, bytes) or len(body) < SHORTEST:
        return response
    response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    accepted = request.headers.get(hdrs.ACCEPT_ENCODING, "")
    if "br" in accepted:
        response.headers[hdrs.CONTENT_ENCODING] = "br"
        response.body = brotli.compress(body, quality=_BROTLI_QUALITY)
    elif "gzip" in accepted:
        response.headers[hdrs.CONTENT_ENCODING] = "gzip"
        response.body = zlib.compress(body, _GZIP_LEVEL, _GZIP)
    return response
