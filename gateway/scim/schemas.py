"""What our SCIM can do: schemas, kinds of resources, and the configuration that directories read first.

Source: RFC 7643, 5 to 7.
"""

from __future__ import annotations

from typing import Any, Final

from gateway.scim.resources import GROUP, USER
from inbox.people.access import Role

MOST_RESULTS: Final = 200
_GIVEN: Final = [role.value for role in Role if role is not Role.OWNER]
"""A key makes nobody an owner."""
_CORE: Final = "urn:ietf:params:scim:schemas:core:2.0"


def _attribute(name: str, description: str, **changes: Any) -> dict[str, Any]:
    """Describe an attribute; what is not said is the usual of RFC 7643, 2.2."""
    usual = {
        "name": name,
        "type": "string",
        "multiValued": False,
        "description": description,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    }
    described = {**usual, **changes}
    if described["type"] in {"boolean", "complex"}:
        del described["caseExact"]
    return described


def _reference(to: str) -> dict[str, Any]:
    return _attribute(
        "$ref", "Where it is.", type="reference", referenceTypes=[to], caseExact=True, mutability="readOnly"
    )


USER_ATTRIBUTES: Final = [
    _attribute("userName", "How the directory calls the person.", required=True, uniqueness="server"),
    _attribute(
        "name",
        "The parts of the name.",
        type="complex",
        subAttributes=[
            _attribute("formatted", "The whole name."),
            _attribute("familyName", "The family name."),
            _attribute("givenName", "The given name."),
        ],
    ),
    _attribute("displayName", "What colleagues see; otherwise the whole name."),
    _attribute("active", "False: shut out at once.", type="boolean"),
    _attribute(
        "emails",
        "One address, with which the person signs in; otherwise `userName`. Unique in the workspace.",
        type="complex",
        multiValued=True,
        required=True,
        subAttributes=[
            _attribute("value", "The address.", required=True),
            _attribute("type", "Always `work`.", mutability="readOnly"),
            _attribute("primary", "Always true.", type="boolean", mutability="readOnly"),
        ],
    ),
    _attribute(
        "roles",
        "One role.",
        type="complex",
        multiValued=True,
        subAttributes=[_attribute("value", "The role.", caseExact=True, canonicalValues=_GIVEN)],
    ),
    _attribute(
        "groups",
        "The groups of the person.",
        type="complex",
        multiValued=True,
        mutability="readOnly",
        subAttributes=[
            _attribute("value", "The group's id.", caseExact=True, mutability="readOnly"),
            _reference("Group"),
            _attribute("display", "The group's name.", mutability="readOnly"),
            _attribute("type", "Always `direct`.", mutability="readOnly"),
        ],
    ),
]
GROUP_ATTRIBUTES: Final = [
    _attribute("displayName", "The group's name; unique in the workspace.", required=True, uniqueness="server"),
    _attribute(
        "members",
        "Who is in it.",
        type="complex",
        multiValued=True,
        subAttributes=[
            _attribute("value", "The user's id.", caseExact=True, mutability="immutable"),
            {**_reference("User"), "mutability": "immutable"},
            _attribute("display", "The user's name.", mutability="readOnly"),
            _attribute("type", "Always `User`.", mutability="readOnly"),
        ],
    ),
]


def configuration(base: str) -> dict[str, Any]:
    """Return the ServiceProviderConfig."""
    bearer = {
        "type": "oauthbearertoken",
        "name": "API key",
        "description": "An API key of the workspace with the scope `provision`, as bearer token.",
        "primary": True,
    }
    return {
        "schemas": [f"{_CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_RESULTS},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": False},
        "authenticationSchemes": [bearer],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def kinds(base: str) -> list[dict[str, Any]]:
    """Return the ResourceTypes."""
    return [_kind("User", "People of the workspace", USER, base), _kind("Group", "Groups of people", GROUP, base)]


def schemas(base: str) -> list[dict[str, Any]]:
    """Return the Schemas."""
    return [
        _schema(USER, "User", "People of the workspace", USER_ATTRIBUTES, base),
        _schema(GROUP, "Group", "Groups of people", GROUP_ATTRIBUTES, base),
    ]


def _kind(name: str, description: str, schema: str, base: str) -> dict[str, Any]:
    return {
        "schemas": [f"{_CORE}:ResourceType"],
        "id": name,
        "name": name,
        "endpoint": f"/{name}s",
        "description": description,
        "schema": schema,
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{name}"},
    }


def _schema(id_: str, name: str, description: str, attributes: list[dict[str, Any]], base: str) -> dict[str, Any]:
    return {
        "schemas": [f"{_CORE}:Schema"],
        "id": id_,
        "name": name,
        "description": description,
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{id_}"},
    }
