"""What the control API answers, faults included."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import msgspec
from aiohttp import web


class BadRequestError(Exception):
    """The control request makes no sense: 400."""


class NotFoundError(Exception):
    """What the control request names does not exist: 404."""


class ConflictError(Exception):
    """The sandbox cannot do that as it was started: 409."""


NO_ANSWER = 0
"""In place of a status: the connection is closed instead."""

STATUS = {BadRequestError: 400, NotFoundError: 404, ConflictError: 409}


def answer(value: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


async def body_of(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; an empty body is an empty object.

    Raises:
        BadRequestError: It is something else.
    """
    try:
        value = msgspec.json.decode(await request.read() or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadRequestError("a JSON object is needed")
    return value


INLINE_TYPES = ("image/jpeg", "image/png", "image/webp", "audio/", "video/")


def file_answer(data: bytes, mime_type: str) -> web.Response:
    """A file for the phone page; shown by the browser only if it is a picture, sound or film."""
    shown = mime_type.startswith(INLINE_TYPES)
    headers = {
        "Content-Type": mime_type if shown else "application/octet-stream",
        "Content-Disposition": "inline" if shown else "attachment",
    }
    return web.Response(body=data, headers=headers)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(routes: Iterable[web.RouteDef]) -> Iterator[web.RouteDef]:
    """The control API's routes, closed to other sites' pages, with errors explained."""
    for route in routes:
        yield web.route(route.method, route.path, _guard(route.handler), **route.kwargs)


def _guard(handler: Any) -> Handler:
    async def guard(request: web.Request) -> web.StreamResponse:
        if not _same_origin(request):
            return answer({"error": "The control API serves only its own page."}, 403)
        response = await _explained(handler, request)
        if not response.prepared:
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return guard


async def _explained(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except (BadRequestError, NotFoundError, ConflictError) as error:
        return answer({"error": str(error)}, STATUS[type(error)])
    except msgspec.ValidationError as error:
        return answer({"error": str(error)}, 400)


def _same_origin(request: web.Request) -> bool:
    """False for a browser that acts for another site's page."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
