"""Entity tags: what a client has already is not sent again."""

from __future__ import annotations

from aiohttp import web


def is_known(request: web.Request, etag: str) -> bool:
    """Tell whether the client has what this tag, without its quotation marks, stands for.

    Source: RFC 9110, 13.1.2 (weak comparison; `*` is any).
    """
    return any(given.value in {etag, "*"} for given in request.if_none_match or ())
