"""What happens around every request: its id, its problems, its headers, its figures."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar, cast

import structlog
from aiohttp import web
from prometheus_client import Counter, Histogram
from redis.exceptions import RedisError

from gateway.http.cors import add_cors, is_preflight, preflight_response
from gateway.http.http_parts import HTTP, HttpParts
from gateway.http.metrics import REQUEST_SECONDS, REQUESTS
from gateway.http.problem_response import (
    internal_response,
    outcome_unknown_response,
    problem_response,
    unavailable_response,
)
from inbox.foundation import logs
from inbox.foundation.problems import ProblemError
from inbox.storage.database import OutcomeUnknownError, is_transient, is_unavailable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

Answer = TypeVar("Answer")

REQUEST_ID: Final = "X-Request-Id"
SERVER: Final = "messaging-gateway"
_DEFAULTS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_COMMON: Final = "".join(f"{name}: {value}\r\n" for name, value in _DEFAULTS.items())
_ID_SHAPE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_random = random.Random()  # noqa: S311 - a request id is a name, no secret
_log = structlog.get_logger()


@web.middleware
async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve a request and make an answer of whatever comes of it."""
    began = time.perf_counter()
    http = request.app[HTTP]
    http.connections.spoke(request.protocol)
    request_id = _request_id(request)
    mark = logs.request_id.set(request_id)
    http.requests.begin()
    try:
        response = preflight_response() if is_preflight(request) else await _answer(_plain(request, handler))
    finally:
        http.requests.end()
        logs.request_id.reset(mark)
    if not response.prepared:
        _add_headers(request, response, request_id, http)
    _count(request, response.status, time.perf_counter() - began)
    return response


async def _plain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve a request whose body is as it is. Raises `ProblemError` (`malformed`) for a packed one."""
    if request.headers.get("Content-Encoding", "").lower() not in {"", "identity"}:
        raise ProblemError("malformed", "The body is packed: send it without `Content-Encoding`.")
    return await handler(request)


class Served(NamedTuple):
    """An answer as it goes out, and whether the connection ends with it."""

    data: bytes
    closes: bool


async def serve_lean(http: HttpParts, route: str, headers: Mapping[str, str], serving: Awaitable[None]) -> Served:
    """Do around a POST what `around` does, without aiohttp's objects; serving it well means 200 without a body."""
    began = time.perf_counter()
    request_id = _sane_id(headers.get(REQUEST_ID.lower()))
    mark = logs.request_id.set(request_id)
    try:
        response = await _answer(serving)
    finally:
        logs.request_id.reset(mark)
    served = _written(cast(web.Response | None, response), request_id, http)
    _count_as("POST", route, 200 if response is None else response.status, time.perf_counter() - began)
    return served


def _written(response: web.Response | None, request_id: str, http: HttpParts) -> Served:
    """Write an answer as aiohttp would write it."""
    ours = f"{REQUEST_ID}: {request_id}\r\nServer: {SERVER}\r\nDate: {_date(http)}\r\n{_COMMON}"
    closes = http.requests.draining
    if response is None:
        start, own, body = "HTTP/1.1 200 OK\r\n", "", b""
    else:
        start = f"HTTP/1.1 {response.status} {response.reason}\r\n"
        own = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
        body = cast(bytes, response.body or b"")
        closes = closes or bool(response.keep_alive is False)
    connection = "Connection: close\r\n" if closes else ""
    length = f"Content-Length: {len(body)}\r\n"
    return Served(f"{start}{own}{ours}{length}{connection}\r\n".encode() + body, closes)


def finished_refusal(http: HttpParts, problem: ProblemError) -> web.Response:
    """Refuse what never became a request; the connection ends."""
    response = problem_response(problem)
    response.headers.update({REQUEST_ID: _sane_id(None), "Server": SERVER, "Date": _date(http), **_DEFAULTS})
    response.force_close()
    _count_as("any", "none", response.status, 0.0)
    return response


def _date(http: HttpParts) -> str:
    return _http_date(int(http.runtime.clock.now().timestamp()))


@lru_cache(maxsize=4)
def _http_date(second: int) -> str:
    """Return the header's text, made once a second."""
    return formatdate(second, usegmt=True)


def _add_headers(request: web.Request, response: web.StreamResponse, request_id: str, http: HttpParts) -> None:
    headers = response.headers
    headers[REQUEST_ID] = request_id
    headers["Server"] = SERVER
    headers["Date"] = _date(http)
    for name, value in _DEFAULTS.items():
        headers.setdefault(name, value)
    add_cors(request, headers, http.runtime.settings.cors_origins)
    if http.requests.draining:
        response.force_close()


async def _answer(serving: Awaitable[Answer]) -> Answer | web.StreamResponse:
    try:
        return await serving
    except ProblemError as problem:
        return problem_response(problem)
    except web.HTTPException as error:
        return _http_problem(error)
    except (ConnectionResetError, web.RequestPayloadError):
        return _broken_off()
    except Exception as error:
        return _failure(error)


def _broken_off() -> web.Response:
    """Say that the body can't be read; nothing after it could be, so the connection ends."""
    response = problem_response(ProblemError("malformed", "The body broke off, or is not encoded as its head says."))
    response.force_close()
    return response


def _failure(error: Exception) -> web.Response:
    if isinstance(error, OverflowError):
        return problem_response(ProblemError("invalid_request", "A number is too large to be stored: 64 bits at most."))
    if isinstance(error, OutcomeUnknownError):
        _log.warning("outcome unknown", exc_info=error)
        return outcome_unknown_response()
    if is_unavailable(error) or is_transient(error) or isinstance(error, RedisError):
        _log.warning("unavailable", exc_info=error)
        return unavailable_response()
    _log.error("request failed", exc_info=error)
    return internal_response()


def _http_problem(error: web.HTTPException) -> web.StreamResponse:
    """Turn aiohttp's own refusals into problems; redirects stay what they are."""
    if error.status < 400:
        return error
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        response = problem_response(ProblemError("method_not_allowed", f"This address knows: {allowed}."))
        response.headers["Allow"] = allowed
        return response
    if error.status == 404:
        return problem_response(ProblemError("not_found", "There is nothing at this address."))
    if error.status == 413:
        return problem_response(ProblemError("too_large", "The body is too large."))
    return problem_response(ProblemError("malformed", "The request is not valid HTTP for this address."))


def _request_id(request: web.Request) -> str:
    return _sane_id(request.headers.get(REQUEST_ID))


def _sane_id(given: str | None) -> str:
    return given if given and _ID_SHAPE.fullmatch(given) else f"{_random.getrandbits(64):016x}"


def _count(request: web.Request, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    if resource is None:  # the method may be any word, and would make a series of its own
        _count_as("any", "none", status, seconds)
    else:
        _count_as(request.method, resource.canonical, status, seconds)


def _count_as(method: str, route: str, status: int, seconds: float) -> None:
    requests, took = _figures(method, route, status)
    requests.inc()
    took.observe(seconds)


@lru_cache(maxsize=2048)
def _figures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, str(status)), REQUEST_SECONDS.labels(method, route)
