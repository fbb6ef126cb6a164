"""Whether an answer is one that `/openapi.json` announces: asked of every answer that a test of the API gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs
import msgspec

from gateway.api.openapi import make_openapi
from gateway.api.routes import PREFIX, ROUTES
from gateway.api.shared_parts import resolved
from gateway.http.problem_response import PROBLEM_JSON
from gateway.scim.scim_openapi import with_scim
from gateway.scim.scim_problems import SCIM_JSON
from tests.schema_validators import validator_of

JSON: Final = "application/json"
_NAMED: Final = re.compile(r"\{\w+\}")


@cache
def document() -> Mapping[str, Any]:
    """The document, made once a process."""
    return with_scim(make_openapi(ROUTES, prefix=PREFIX, version="1"))


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of the paths; those with fewer names in them first, as the server matches them."""
    known = sorted(document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile("[^/]+".join(map(re.escape, _NAMED.split(path)))), path) for path in known]


def path_of(address: str) -> str | None:
    """Return the documented path that an address belongs to."""
    plain = address.partition("?")[0]
    return next((path for pattern, path in _paths() if pattern.fullmatch(plain)), None)


@cache
def _validator(path: str, method: str, status: str, media_type: str) -> jsonschema_rs.Validator:
    answer = resolved(document()["paths"][path][method]["responses"][status], document()["components"])
    return _validator_of(msgspec.json.encode(answer["content"][media_type]["schema"], order="deterministic"))


@cache
def _validator_of(encoded: bytes) -> jsonschema_rs.Validator:
    """Make the validator of a schema, once for all answers that share it."""
    return validator_of(msgspec.json.decode(encoded), document())


def undocumented(method: str, address: str, status: int, body: Any) -> str | None:
    """Say what is wrong with an answer; None where it is as documented, or nothing of the API was asked for."""
    path = path_of(address)
    operation = document()["paths"].get(path, {}).get(method.lower()) if path else None
    if path is None or operation is None:
        return None
    name = f"{method} {path}: {status}"
    answer = operation["responses"].get(str(status))
    if answer is None:
        return f"{name} is not documented: {str(body)[:300]}"
    answer = resolved(answer, document()["components"])
    content = answer.get("content", {})
    if content and not {JSON, PROBLEM_JSON, SCIM_JSON} & set(content):
        return None
    if not content or body is None:
        return None if not content and body is None else f"{name} has a body, or lacks one: {str(body)[:300]}"
    media_type = next(iter(content))
    errors = _validator(path, method.lower(), str(status), media_type).iter_errors(body)
    faults = [f"{error.message} at {error.instance_path}" for error in errors]
    return f"{name}: {faults[:3]}" if faults else None


def undocumented_request(type_: str, body: Any) -> list[str]:
    """Say what is wrong with a request that the gateway made."""
    operation = document()["webhooks"][type_]["post"]
    schema = operation["requestBody"]["content"][JSON]["schema"]
    return [f"{error.message} at {error.instance_path}" for error in validator_of(schema, document()).iter_errors(body)]
