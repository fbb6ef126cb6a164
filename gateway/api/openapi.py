"""`/openapi.json`, made from the same table and models that serve.

Source: OpenAPI Specification 3.1.0 (15 February 2021).
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.api.call import Route, Who
from gateway.api.patch_schema import PatchSchemas
from gateway.http.problem_response import PROBLEM_JSON, ProblemBody
from inbox.foundation.problems import STATUS_BY_CODE

Schema = dict[str, Any]

REF: Final = "#/components/schemas/{name}"
_NAMED: Final = re.compile(r"\{(\w+)\}")
_REFERRED: Final = re.compile(r'"#/components/schemas/([^"]+)"')
_IDEMPOTENCY_KEY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key creates once and answers the same for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_INTRODUCTION: Final = (
    "Lists are cut into pages: pass `next_cursor` as `cursor`. Unknown fields are errors. "
    "PATCH merges (RFC 7396). Times are RFC 3339 in UTC. Errors are `application/problem+json`: "
    "programs decide on `code`. An API key needs the scope that a call names in `security`: `read`, `write`, "
    "`manage` or `administer`."
)


def make_openapi(routes: Sequence[Route], *, prefix: str, version: str) -> Schema:
    """Make the document of a table of routes."""
    models = _models(routes)
    schemas, components = msgspec.json.schema_components(models, ref_template=REF, schema_hook=_anything)
    patches = PatchSchemas(components)
    schema_of = dict(zip(map(id, models), schemas, strict=True))
    paths: dict[str, Schema] = defaultdict(dict)
    for route in routes:
        paths[prefix + route.path][route.method.lower()] = _operation(route, schema_of, components, patches)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Messaging gateway", "version": version, "description": _INTRODUCTION},
        "paths": dict(paths),
        "components": {
            "schemas": _used({**components, **patches.made}, paths),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
    }


def problem_codes(route: Route) -> list[str]:
    """Return every code that a route can answer with, beside faults of the server."""
    codes = set(route.problems) | {"unavailable"}
    if route.who is not Who.ANYONE:
        codes |= {"unauthenticated", "forbidden"}
    if "{" in route.path:
        codes.add("not_found")
    if route.request is not None:
        codes |= {"invalid_request", "malformed", "too_large"}
    if route.query is not None:
        codes.add("invalid_request")
    if route.creates:
        codes |= {"idempotency_conflict", "invalid_request"}
    return sorted(codes)


def _anything(model: type) -> Schema:
    """Return the schema of `object`, which msgspec does not know: whatever JSON can say."""
    if model is not object:
        raise NotImplementedError
    return {"description": "Any JSON value."}


def _used(schemas: Mapping[str, Schema], paths: Mapping[str, Schema]) -> dict[str, Schema]:
    """Keep the schemas that something refers to."""
    used: set[str] = set()
    found = _referred(paths)
    while found:
        used |= found
        found = _referred([schemas[name] for name in found]) - used
    return {name: schema for name, schema in schemas.items() if name in used}


def _referred(part: object) -> set[str]:
    return set(_REFERRED.findall(msgspec.json.encode(part).decode()))


def _models(routes: Iterable[Route]) -> list[Any]:
    found = [model for route in routes for model in (route.request, route.query, route.response) if model is not None]
    return [ProblemBody, *{id(model): model for model in found}.values()]


def _operation(
    route: Route, schema_of: Mapping[int, Schema], components: Mapping[str, Schema], patches: PatchSchemas
) -> Schema:
    operation: Schema = {
        "operationId": route.name or route.handler.__name__,
        "summary": route.summary,
        "description": route.description or inspect.getdoc(route.handler) or "",
        "tags": [route.tag],
        "parameters": _parameters(route, schema_of, components),
        "security": [] if route.who is Who.ANYONE else [{"bearer": [route.needed_scope.value]}],
        "responses": {**_success(route, schema_of), **_problems(route)},
    }
    if route.request is not None:
        operation["requestBody"] = _request_body(route, schema_of[id(route.request)], patches)
    return operation


def _parameters(route: Route, schema_of: Mapping[int, Schema], components: Mapping[str, Schema]) -> list[Schema]:
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAMED.findall(route.path)
    ]
    if route.query is not None:
        model = components[schema_of[id(route.query)]["$ref"].rpartition("/")[2]]
        required = model.get("required", ())
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in model["properties"].items()
        ]
    if route.creates:
        parameters.append(_IDEMPOTENCY_KEY)
    return parameters


def _request_body(route: Route, schema: Schema, patches: PatchSchemas) -> Schema:
    merges = route.method == "PATCH"
    media: Schema = {"schema": patches.patch_of(schema) if merges else schema}
    if route.example is not None:
        media["example"] = route.example
    types = ("application/merge-patch+json", "application/json") if merges else ("application/json",)
    return {"required": True, "content": dict.fromkeys(types, media)}


def _success(route: Route, schema_of: Mapping[int, Schema]) -> Schema:
    if route.response is None:
        return {str(route.status): {"description": "Done."}}
    content = {"application/json": {"schema": schema_of[id(route.response)]}}
    return {str(route.status): {"description": "Done.", "content": content}}


def _problems(route: Route) -> Schema:
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in problem_codes(route):
        by_status[STATUS_BY_CODE[code]].append(code)
    content = {PROBLEM_JSON: {"schema": {"$ref": REF.format(name=ProblemBody.__name__)}}}
    return {
        str(status): {"description": ", ".join(f"`{code}`" for code in codes), "content": content}
        for status, codes in sorted(by_status.items())
    }
