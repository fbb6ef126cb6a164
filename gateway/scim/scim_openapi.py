"""SCIM in `/openapi.json`: made of the table of its routes, and of the attributes that directories are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.http.problem_response import PROBLEM_JSON, ProblemBody, problem_body
from gateway.scim.resources import GROUP, USER
from gateway.scim.schemas import GROUP_ATTRIBUTES, MOST_RESULTS, USER_ATTRIBUTES
from gateway.scim.scim_problems import ERROR, SCIM_JSON
from gateway.scim.scim_routes import LIST, PREFIX, SCIM_ROUTES, Body, ScimRoute
from inbox.foundation.problems import STATUS_BY_CODE, ProblemError
from inbox.people.access import RIGHTS, Action, Role, roles_of

Schema = dict[str, Any]

TAG: Final = "SCIM"
_PERSON: Final = "01931f3b2c5d000a1b2c3d4e"
_PLACE: Final = "https://gateway.example/scim/v2"
_USER: Final[Schema] = {
    "schemas": [USER],
    "id": _PERSON,
    "externalId": "a-7",
    "userName": "ann@shop.example",
    "name": {"givenName": "Ann", "familyName": "Archer"},
    "emails": [{"value": "ann@shop.example", "type": "work", "primary": True}],
    "roles": [{"value": "operator"}],
    "active": True,
    "groups": [],
    "meta": {"resourceType": "User", "created": "2026-11-27T09:00:00Z", "location": f"{_PLACE}/Users/{_PERSON}"},
}
_TEAM: Final[Schema] = {
    "schemas": [GROUP],
    "id": _PERSON,
    "displayName": "Evening shift",
    "members": [{"value": _PERSON, "display": "Ann Archer", "$ref": f"{_PLACE}/Users/{_PERSON}", "type": "User"}],
    "meta": {"resourceType": "Group", "created": "2026-11-27T09:00:00Z", "location": f"{_PLACE}/Groups/{_PERSON}"},
}
_SENT: Final[Mapping[Body, Schema]] = {
    Body.USER: {name: value for name, value in _USER.items() if name not in {"id", "groups", "meta"}},
    Body.GROUP: {"schemas": [GROUP], "displayName": "Evening shift", "members": [{"value": _PERSON}]},
    Body.PATCH: {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "displayName", "value": "Late shift"}],
    },
    Body.SEARCH: {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": 'displayName sw "Ann"',
        "count": 20,
    },
}
_ERRORS: Final[Mapping[int, tuple[str, str | None, str]]] = {
    400: (
        "A filter, a path or a value is not as it has to be; or the address or a header is longer than 8,190 bytes "
        "(then it is not known to be SCIM).",
        "invalidValue",
        "`userName` is needed.",
    ),
    401: ("There is no token, or it is over.", None, "The token is unknown or has expired: sign in again."),
    403: ("The token may not do this.", None, "This API key has no scope “provision”."),
    404: ("It is not there, or of another workspace.", None, "There is no such operator."),
    409: ("It does not fit what is there.", "uniqueness", "Somebody has this e-mail address already."),
    413: ("The body is too long.", None, "The body must not be longer than 1048576 bytes."),
    429: ("Come again after `Retry-After`.", None, "Too many requests."),
    500: ("A fault of the server, which is logged.", None, "The server has a fault."),
    503: ("Nothing answers for the moment: come again.", None, "The database is away: try again in a moment."),
}
"""Status → what it means, `scimType`, and an example of `detail`."""
_NO_HTTP: Final = ProblemError(
    "malformed", "The address, or a header, is longer than 8190 bytes: ask for less at once."
)


def with_scim(document: Mapping[str, Any]) -> Schema:
    """Return the description of the API with that of SCIM in it."""
    components: Mapping[str, Any] = document["components"]
    paths: dict[str, Schema] = defaultdict(dict)
    for route in SCIM_ROUTES:
        paths[PREFIX + route.path][route.method.lower()] = _operation(route)
    return {
        **document,
        "paths": {**document["paths"], **paths},
        "tags": [*document["tags"], {"name": TAG}],
        "components": {
            **components,
            "schemas": {**components["schemas"], **_schemas()},
            "responses": {**components["responses"], **{f"scim.{status}": _error(status) for status in _ERRORS}},
        },
    }


def _operation(route: ScimRoute) -> Schema:
    operation: Schema = {
        "operationId": "scim_" + route.handler.__name__.strip("_"),
        "summary": route.summary,
        "description": _SAID.get((route.method, route.path), _BY_METHOD[route.method]),
        "tags": [TAG],
        "parameters": _parameters(route),
        "security": [{"bearer": [str(RIGHTS[Action.PROVISION].scope)]}],
        "x-roles": [role.value for role in Role if role in roles_of(Action.PROVISION)],
        "x-in-client": False,
        "responses": {str(route.status): _answer(route), **_errors(route)},
    }
    if route.takes is not None:
        media = {"schema": _ref("schemas", route.takes), "example": _SENT[route.takes]}
        operation["requestBody"] = {"required": True, "content": {SCIM_JSON: media}}
    return operation


def _answer(route: ScimRoute) -> Schema:
    if route.shows is None:
        return {"description": "Done."}
    media = {"schema": _ref("schemas", route.shows), "example": _shown(route.shows)}
    return {"description": "Done.", "content": {SCIM_JSON: media}}


def _shown(body: Body) -> Schema:
    if body is Body.ANYTHING:
        return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]}
    if body in {Body.USER, Body.GROUP}:
        return _USER if body is Body.USER else _TEAM
    one = _TEAM if body is Body.GROUPS else _USER
    return {"schemas": [LIST], "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [one]}


def _errors(route: ScimRoute) -> Schema:
    """Return the answers that are no success: what any route has, and what follows from its row."""
    named = "{id}" in route.path
    changes = route.takes in {Body.USER, Body.GROUP, Body.PATCH} or route.shows is None
    needed = {
        404: named,
        409: changes,
        413: route.takes is not None,
    }
    return {str(status): _ref("responses", f"scim.{status}") for status in _ERRORS if needed.get(status, True)}


def _error(status: int) -> Schema:
    says, scim_type, detail = _ERRORS[status]
    example = {"schemas": [ERROR], "status": str(status), "detail": detail}
    if scim_type is not None:
        example["scimType"] = scim_type
    content = {SCIM_JSON: {"schema": _ref("schemas", "ScimError"), "example": example}}
    if status == STATUS_BY_CODE[_NO_HTTP.code]:
        content[PROBLEM_JSON] = {
            "schema": _ref("schemas", ProblemBody.__name__),
            "example": msgspec.to_builtins(problem_body(_NO_HTTP)),
        }
    return {"description": says, "content": content}


def _parameters(route: ScimRoute) -> list[Schema]:
    parameters: list[Schema] = []
    if "{id}" in route.path:
        text = {"type": "string"}
        parameters.append({"name": "id", "in": "path", "required": True, "schema": text, "example": _id_in(route)})
    if route.method == "GET" and route.shows in {Body.USERS, Body.GROUPS, Body.ANYTHING} and "{id}" not in route.path:
        parameters += [_asked(*one) for one in _OF_LISTS] if not route.path.startswith("/Service") else []
    if route.takes is not Body.SEARCH and route.shows not in {None, Body.ANYTHING}:
        parameters += [_asked(*one) for one in _OF_RESOURCES]
    return parameters


def _id_in(route: ScimRoute) -> str:
    if route.shows is Body.ANYTHING:
        return "User" if route.path.startswith("/Resource") else USER
    return _PERSON


def _asked(name: str, type_: str, says: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": says, "schema": {"type": type_}}


_OF_LISTS: Final = (
    ("filter", "string", 'Which ones, such as `userName eq "ann@shop.example"` (RFC 7644, 3.4.2.2).'),
    ("startIndex", "integer", "The first one of the page, counted from 1."),
    ("count", "integer", f"How many at the most; {MOST_RESULTS} unless said, and never more."),
)
_OF_RESOURCES: Final = (
    ("attributes", "string", "Only these, with commas between them."),
    ("excludedAttributes", "string", "All but these."),
)
_SAID: Final[Mapping[tuple[str, str], str]] = {
    ("POST", "/Users"): "They sign in by the company's login, or ask for a password by mail.",
    ("PUT", "/Users/{id}"): "With `active` false the person is out at once, everywhere.",
    ("PATCH", "/Users/{id}"): "Operations as RFC 7644, 3.5.2 has them. With `active` false the person is out at once.",
    ("DELETE", "/Users/{id}"): "Out at once, and not shown to the directory any more; what they wrote stays.",
    ("GET", "/ServiceProviderConfig"): "Directories read it first.",
}


_BY_METHOD: Final[Mapping[str, str]] = {
    "GET": "As RFC 7644, 3.4.2 has it.",
    "POST": "As RFC 7644, 3.3 has it; a search as 3.4.3.",
    "PUT": "As RFC 7644, 3.5.1 has it: what is left out is taken away.",
    "PATCH": "As RFC 7644, 3.5.2 has it.",
    "DELETE": "As RFC 7644, 3.6 has it.",
}


def _schemas() -> dict[str, Schema]:
    numbers = {name: {"type": "integer"} for name in ("totalResults", "startIndex", "itemsPerPage")}
    texts = {"type": "array", "items": {"type": "string"}}

    def listed(*of: str) -> Schema:
        items = [_ref("schemas", name) for name in of]
        resources = {"type": "array", "items": items[0] if len(items) == 1 else {"anyOf": items}}
        return _object({"schemas": texts, **numbers, "Resources": resources}, ["schemas", "totalResults"])

    step = {"op": {"type": "string"}, "path": {"type": ["string", "null"]}, "value": {"description": "Any JSON value."}}
    return {
        Body.USER: _resource("A person, as a directory has them.", USER_ATTRIBUTES),
        Body.GROUP: _resource("A group of people.", GROUP_ATTRIBUTES),
        Body.USERS: listed(Body.USER),
        Body.GROUPS: listed(Body.GROUP),
        Body.EITHER: listed(Body.USER, Body.GROUP),
        Body.ANYTHING: {"type": "object", "description": "As RFC 7643, 5 to 7, has it."},
        Body.PATCH: _object(
            {"schemas": texts, "Operations": {"type": "array", "items": _object(step, ["op"])}}, ["Operations"]
        ),
        Body.SEARCH: _object(
            {
                "schemas": texts,
                "filter": {"type": "string"},
                "attributes": texts,
                "excludedAttributes": texts,
                "startIndex": {"type": "integer"},
                "count": {"type": "integer"},
            }
        ),
        "ScimError": _object(
            {
                "schemas": texts,
                "status": {"type": "string"},
                "scimType": {"type": "string"},
                "detail": {"type": "string"},
            },
            ["schemas", "status", "detail"],
        ),
    }


def _resource(says: str, attributes: Sequence[Mapping[str, Any]]) -> Schema:
    """Describe a kind of resource. What is not asked for is left out, so only what is always there is required."""
    common = {
        "schemas": {"type": "array", "items": {"type": "string"}},
        "id": {"type": "string", "readOnly": True},
        "externalId": {"type": "string", "description": "The directory's own id."},
        "meta": {"type": "object", "readOnly": True},
    }
    return {**_object({**common, **_properties(attributes)}, ["schemas"]), "description": says}


def _properties(attributes: Sequence[Mapping[str, Any]]) -> Schema:
    return {one["name"]: _property(one) for one in attributes}


def _property(attribute: Mapping[str, Any]) -> Schema:
    """Describe an attribute of RFC 7643, 2 as JSON Schema does."""
    if attribute["type"] == "complex":
        schema = _object(_properties(attribute["subAttributes"]))
    else:
        schema = {"type": "boolean" if attribute["type"] == "boolean" else "string"}
    if attribute["multiValued"]:
        schema = {"type": "array", "items": schema}
    schema["description"] = attribute["description"]
    if attribute["mutability"] == "readOnly":
        schema["readOnly"] = True
    return schema


def _object(properties: Mapping[str, Any], required: Sequence[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": list(required)} if required else schema


def _ref(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}
