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

from gateway.api.always_present import objects_that_leave_out, require_what_is_always_there
from gateway.api.call import Route
from gateway.api.examples import EXAMPLE_ID, Examples
from gateway.api.field_words import mark_times, say_of_each_field
from gateway.api.outgoing_requests import MODELS as OUTGOING_MODELS
from gateway.api.outgoing_requests import add_examples, outgoing_requests
from gateway.api.patch_schema import PatchSchemas
from gateway.api.problem_advice import ADVICE, STATUSES, example_problem
from gateway.api.schema_references import any_json, referred_components
from gateway.api.shared_parts import Shared, share_parameters
from gateway.http.problem_response import INTERNAL, PROBLEM_JSON, ProblemBody
from inbox.people.access import Role, roles_of

Schema = dict[str, Any]

REF: Final = "#/components/schemas/{name}"
_NAMED: Final = re.compile(r"\{(\w+)\}")
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
    "`manage` or `administer`; where none is named, only people may call. "
    "`x-roles` names the roles of people who may."
)


def make_openapi(routes: Sequence[Route], *, prefix: str, version: str) -> Schema:
    """Make the document of a table of routes."""
    models = _models(routes)
    schemas, components = msgspec.json.schema_components(models, ref_template=REF, schema_hook=any_json)
    say_of_each_field(components)
    mark_times(components, models)
    patches = PatchSchemas(components)
    schema_of = dict(zip(map(id, models), schemas, strict=True))
    shared = Shared()
    paths: dict[str, Schema] = defaultdict(dict)
    for route in routes:
        operation = _operation(route, schema_of, components, patches)
        operation["responses"] |= _problems(route, shared)
        paths[prefix + route.path][route.method.lower()] = operation
    webhooks = outgoing_requests(schema_of)
    known = {**components, **patches.made}
    used = referred_components(known, [paths, shared.responses, webhooks])
    shown = {name: schema for name, schema in known.items() if name in used}
    require_what_is_always_there(shown, paths, objects_that_leave_out(models))
    parameters = share_parameters(paths)
    examples = Examples(shown)
    _add_examples(paths, examples, shared)
    add_examples(webhooks, examples)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Messaging gateway", "version": version, "description": _INTRODUCTION},
        "paths": dict(paths),
        "webhooks": webhooks,
        "components": {
            "schemas": shown,
            "responses": shared.responses,
            "parameters": parameters,
            "examples": {**{code: _problem_example(code) for code in STATUSES}, **shared.examples},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "x-problem-codes": {code: {"status": status, "advice": ADVICE[code]} for code, status in STATUSES.items()},
    }


def problem_codes(route: Route) -> list[str]:
    """Return every code that a route can answer with."""
    codes = {*route.problems, "malformed", "unavailable", INTERNAL}
    if route.action is not None:
        codes |= {"unauthenticated", "forbidden", "too_many_requests"}
        if not route.setting_up:
            codes.add("second_factor_required")
    if "{" in route.path:
        codes.add("not_found")
    if route.request is not None or route.body_type is not None:
        codes |= {"invalid_request", "too_large"}
    if route.query is not None:
        codes.add("invalid_request")
    if route.creates:
        codes |= {"idempotency_conflict", "invalid_request"}
    return sorted(codes)


def _models(routes: Iterable[Route]) -> list[Any]:
    found = [model for route in routes for model in (route.request, route.query, route.response) if model is not None]
    return [ProblemBody, *{id(model): model for model in (*found, *OUTGOING_MODELS)}.values()]


def _operation(
    route: Route, schema_of: Mapping[int, Schema], components: Mapping[str, Schema], patches: PatchSchemas
) -> Schema:
    operation: Schema = {
        "operationId": route.name or route.handler.__name__,
        "summary": route.summary,
        "description": route.description or inspect.getdoc(route.handler) or "",
        "tags": [route.tag],
        "parameters": _parameters(route, schema_of, components),
        "security": _security(route),
        "responses": _success(route, schema_of),
    }
    if route.action is not None:
        operation["x-roles"] = [role.value for role in Role if role in roles_of(route.action)]
    if route.request is not None:
        operation["requestBody"] = _request_body(route, schema_of[id(route.request)], patches)
    elif route.body_type is not None:
        operation["requestBody"] = {"required": True, "content": {route.body_type: {"schema": _file(route.body_type)}}}
    return operation


def _security(route: Route) -> list[Schema]:
    """Say which scope a key needs. Where no key may, there is none: the roles stand in `x-roles`."""
    if route.action is None:
        return []
    return [{"bearer": [] if route.needed_scope is None else [route.needed_scope.value]}]


def _file(media_type: str) -> Schema:
    """Describe a body that is a file, alone or in a form."""
    if not media_type.startswith("multipart/"):
        return {"type": "string"}
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "object", "properties": {"file": file}, "required": ["file"]}


def _parameters(route: Route, schema_of: Mapping[int, Schema], components: Mapping[str, Schema]) -> list[Schema]:
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": _path_example(name)}
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
    content: Schema = {}
    if route.response is not None:
        content["application/json"] = {"schema": schema_of[id(route.response)]}
    content |= {media_type: {"schema": {"type": "string"}} for media_type in route.answer_types}
    done: Schema = {"description": "Done.", "content": content} if content else {"description": "Done."}
    return {str(route.status): done, **{str(status): {"description": why} for status, why in route.also.items()}}


def _path_example(name: str) -> str:
    return EXAMPLE_ID if name.endswith("id") else "conversations"


def _add_examples(paths: Mapping[str, Schema], examples: Examples, shared: Shared) -> None:
    """Add an example to each body that has none by hand; that of a named schema is written once."""
    bodies = (
        media
        for item in paths.values()
        for operation in item.values()
        for part in (operation.get("requestBody", {}), *operation["responses"].values())
        for media in part.get("content", {}).values()
    )
    for media in bodies:
        if {"example", "examples"} & set(media):
            continue
        if "$ref" in media["schema"]:
            name = media["schema"]["$ref"].rpartition("/")[2]
            media["examples"] = {name: shared.example(name, {"value": examples.of(media["schema"])})}
        else:
            media["example"] = examples.of(media["schema"])


def _problems(route: Route, shared: Shared) -> Schema:
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in problem_codes(route):
        by_status[STATUSES[code]].append(code)
    return {
        str(status): shared.response(".".join(codes), _problem(codes)) for status, codes in sorted(by_status.items())
    }


def _problem(codes: Sequence[str]) -> Schema:
    """Describe the answers of one status: which codes it comes with."""
    body = {"$ref": REF.format(name=ProblemBody.__name__)}
    media = {
        "schema": {"allOf": [body, {"type": "object", "properties": {"code": {"enum": list(codes)}}}]},
        "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
    }
    return {"description": ", ".join(f"`{code}`" for code in codes), "content": {PROBLEM_JSON: media}}


def _problem_example(code: str) -> Schema:
    return {"summary": ADVICE[code], "value": msgspec.to_builtins(example_problem(code))}
