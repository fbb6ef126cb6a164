"""From an HTTP request to a call of a route's handler, and from its result to a response."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from aiohttp import web

from gateway.api.audited import AUDITED, audited
from gateway.api.call import Call, Encoded, Route
from gateway.http.packing import pack
from gateway.parts import PARTS, Parts
from inbox.files.media_links import Finish
from inbox.foundation.decoding import convert, decode_json
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.people.access import Caller, check_may
from inbox.storage.idempotency import check_key
from inbox.views.masking import masked_json

BODY_SECONDS: Final = 8.0
"""Below the time limit of the request, so that a slow client is told apart from a slow database."""
JSON: Final = "application/json"
_NO_HEADERS: Final[dict[str, str]] = {}
_OWN: Final = ("/me/second-factor", "/me/sessions")
"""Answers about the caller's own sign-in: secrets and codes that may look like numbers, nothing of customers."""
_REPLAYED: Final = {"Idempotency-Replayed": "true"}


def make_handler(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make aiohttp's handler of a route."""

    async def handle(request: web.Request) -> web.StreamResponse:
        async with asyncio.timeout(route.seconds):
            call = await _call(route, request)
            response = _response(route, await _done(call), _finish(call))
        return pack(request, response) if isinstance(response, web.Response) else response

    return handle


async def _done(call: Call[Any, Any]) -> Any:
    action = AUDITED.get((call.route.method, call.route.path))
    return await call.route.handler(call) if action is None else await audited(call, action)


async def _call(route: Route, request: web.Request) -> Call[Any, Any]:
    parts = request.app[PARTS]
    token = _bearer_token(request)
    caller = await _allowed_caller(route, parts, token)
    if route.creates:
        check_key(request.headers.get("Idempotency-Key"))
    return Call(
        parts=parts,
        route=route,
        request=request,
        path=_path(request),
        body=await _body(route, request),
        query=_query(route, request),
        signed_in=caller,
        token=token,
    )


def _bearer_token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _allowed_caller(route: Route, parts: Parts, token: str | None) -> Caller | None:
    if route.action is None:
        return None
    if not token:
        raise ProblemError("unauthenticated", "Send a token: Authorization: Bearer TOKEN.")
    caller = await parts.people.authenticator.authenticate(token, bots=route.bots, setting_up=route.setting_up)
    await parts.http.rate.take(caller.workspace_id)
    parts.queueing.presence.touch(caller)
    check_may(caller, route.action)
    return caller


async def _body(route: Route, request: web.Request) -> Any:
    if route.request is None:
        return None
    if (request.content_length or 0) > route.max_body_bytes:
        raise _too_large(route)
    raw = await _read(request)
    if len(raw) > route.max_body_bytes:
        raise _too_large(route)
    body = decode_json(raw, dict[str, Any] if route.method == "PATCH" else route.request)
    if b"\\u0000" in raw:
        _refuse_nul(msgspec.to_builtins(body), "")
    return body


async def _read(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise ProblemError("malformed", f"The body did not arrive within {BODY_SECONDS:g} seconds.") from None


def _too_large(route: Route) -> ProblemError:
    return ProblemError("too_large", f"The body must not be longer than {route.max_body_bytes} bytes.")


def _refuse_nul(value: Any, pointer: str) -> None:
    """Refuse U+0000, which the database's keys can't hold and which no messenger shows."""
    if isinstance(value, str) and "\0" in value:
        raise ProblemError(
            "invalid_request",
            f"The request is not valid at {pointer}: it must not contain the character U+0000.",
            errors=[FieldError(pointer, "must not contain the character U+0000")],
        )
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_nul(name, pointer)
            _refuse_nul(item, f"{pointer}/{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_nul(item, f"{pointer}/{index}")


def _path(request: web.Request) -> Mapping[str, str]:
    """Return what stands in the place of the path's names.

    Raises `ProblemError` (`not_found`) for what no id can be.
    """
    if any("\0" in value for value in request.match_info.values()):
        raise not_found("object")
    return request.match_info


def _query(route: Route, request: web.Request) -> Any:
    if route.query is None:
        return None
    given = dict(request.query)
    _refuse_nul(given, "")
    return convert(given, route.query, strict=False)


def _finish(call: Call[Any, Any]) -> Finish:
    """Return what is done last to an answer: links to files are made; a masked caller sees no numbers."""
    in_json = call.parts.files.links.in_json
    if call.signed_in is None or not call.signed_in.is_masked or call.route.path.startswith(_OWN):
        return in_json
    return lambda body: in_json(masked_json(body))


def answer_body(call: Call[Any, Any], result: Any) -> bytes:
    """Return what a handler answered as JSON, as its caller sees it."""
    body = result.body if isinstance(result, Encoded) else msgspec.json.encode(result)
    return _finish(call)(body)


def _response(route: Route, result: Any, finish: Finish) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    if route.response is None:
        return web.Response(status=204)
    if not isinstance(result, Encoded):
        result = Encoded(msgspec.json.encode(result))
    return web.Response(
        body=finish(result.body),
        status=route.status,
        content_type=JSON,
        headers=_REPLAYED if result.replayed else _NO_HEADERS,
    )
