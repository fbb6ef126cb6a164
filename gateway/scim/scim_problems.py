"""Problems as SCIM tells them.

Source: RFC 7644, 3.12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web

from inbox.foundation.problems import ProblemError

SCIM_JSON: Final = "application/scim+json"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
_TYPES: Final[Mapping[str, tuple[int, str | None]]] = {
    "invalid_request": (400, "invalidValue"),
    "malformed": (400, "invalidSyntax"),
    "duplicate": (409, "uniqueness"),
}
"""Our code → status and `scimType`; the others keep their status and have none."""


class ScimError(Exception):
    """A request that SCIM has a word of its own for."""

    def __init__(self, scim_type: str, detail: str) -> None:
        super().__init__(detail)
        self.scim_type = scim_type
        self.detail = detail


def scim_response(body: object, *, status: int = 200, location: str | None = None) -> web.Response:
    """Answer with a resource, or a list of some."""
    headers = {} if location is None else {"Location": location}
    return web.Response(body=msgspec.json.encode(body), status=status, content_type=SCIM_JSON, headers=headers)


def refused(error: ScimError) -> web.Response:
    """Answer that a request is not what SCIM asks for."""
    return _error(400, error.scim_type, error.detail)


def problem(error: ProblemError) -> web.Response:
    """Answer with a problem of ours in SCIM's words."""
    status, scim_type = _TYPES.get(error.code, (error.status, None))
    detail = error.detail
    if error.errors:
        detail += " " + "; ".join(f"{one.pointer} {one.message}" for one in error.errors) + "."
    response = _error(status, scim_type, detail)
    if status == web.HTTPUnauthorized.status_code:
        response.headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_seconds" in error.extra:
        response.headers["Retry-After"] = str(max(1, round(float(str(error.extra["retry_after_seconds"])))))
    return response


def _error(status: int, scim_type: str | None, detail: str) -> web.Response:
    body: dict[str, Any] = {"schemas": [ERROR], "status": str(status), "detail": detail}
    if scim_type is not None:
        body["scimType"] = scim_type
    return scim_response(body, status=status)
