"""People and groups as SCIM shows them, and what a directory wants of one. Pure.

Source: RFC 7643, 4.1 and 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.scim.filters import value_at
from gateway.scim.scim_problems import ScimError
from inbox.people.access import Role
from inbox.storage.documents import OperatorDocument
from queueing.operators.provisioned_groups import GroupWithMembers, ProvisionedGroup
from queueing.operators.provisioning import Provisioned, user_name_of

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
Resource = Mapping[str, Any]
_TRUTHS: Final = {"true": True, "false": False}


def user_resource(person: OperatorDocument, groups: Mapping[str, str], base: str) -> dict[str, Any]:
    """Show a person; `groups` are the names of groups by their ids."""
    called = person.get("scim", {})
    display = person["name"] if "scim" not in person else called.get("display_name")
    name = {
        "formatted": called.get("formatted"),
        "givenName": called.get("given_name"),
        "familyName": called.get("family_name"),
    }
    shown: dict[str, Any] = {
        "schemas": [USER],
        "id": person["_id"],
        "externalId": called.get("external_id"),
        "userName": user_name_of(person),
        "name": _said(name) or None,
        "displayName": display,
        "emails": [{"value": person["email"], "type": "work", "primary": True}],
        "roles": [{"value": person["role"]}],
        "active": person["active"],
        "groups": [
            {"value": id_, "display": groups[id_], "$ref": f"{base}/Groups/{id_}", "type": "direct"}
            for id_ in person.get("group_ids", ())
            if id_ in groups
        ],
        "meta": _meta("User", person["_id"], person["created_at"], base),
    }
    return _said(shown)


def group_resource(found: GroupWithMembers, base: str) -> dict[str, Any]:
    """Show a group with its members."""
    group = found.group
    members = [
        {"value": one["_id"], "display": one["name"], "$ref": f"{base}/Users/{one['_id']}", "type": "User"}
        for one in found.members
    ]
    shown: dict[str, Any] = {
        "schemas": [GROUP],
        "id": group["_id"],
        "externalId": group.get("external_id"),
        "displayName": group["name"],
        "members": members,
        "meta": _meta("Group", group["_id"], group["created_at"], base),
    }
    return _said(shown)


def wanted_person(resource: Resource) -> Provisioned:
    """Return what a directory wants of a person. Raises `ScimError` (`invalidValue`)."""
    user_name = _text(resource, "userName", needed=True) or ""
    email = _email(resource) or user_name
    called: dict[str, str | None] = {
        "external_id": _text(resource, "externalId"),
        "user_name": user_name,
        "display_name": _text(resource, "displayName"),
        "formatted": _text(resource, "name", "formatted"),
        "given_name": _text(resource, "name", "givenName"),
        "family_name": _text(resource, "name", "familyName"),
    }
    whole = " ".join(part for part in (called["given_name"], called["family_name"]) if part)
    fields = {
        "user_name": user_name,
        "email": email,
        "name": called["display_name"] or called["formatted"] or whole or user_name,
        "active": _truth(resource, "active"),
        "role": _role(resource),
        "called": _said(called),
    }
    person: Provisioned = _converted(fields, Provisioned)
    return person


def wanted_group(resource: Resource) -> ProvisionedGroup:
    """Return what a directory wants of a group. Raises `ScimError` (`invalidValue`)."""
    members = value_at(resource, ["members"])
    if not all(isinstance(one, Mapping) and isinstance(one.get("value"), str) for one in members):
        raise ScimError("invalidValue", "Each of `members` needs a `value`: the id of a user.")
    fields = {
        "name": _text(resource, "displayName", needed=True),
        "external_id": _text(resource, "externalId"),
        "member_ids": [one["value"] for one in members],
    }
    group: ProvisionedGroup = _converted(fields, ProvisionedGroup)
    return group


def _converted(fields: Mapping[str, Any], type_: type[Any]) -> Any:
    try:
        return msgspec.convert(fields, type_)
    except msgspec.ValidationError as error:
        raise ScimError("invalidValue", f"A value is not as it has to be: {error}.") from None


def _text(resource: Resource, *path: str, needed: bool = False) -> str | None:
    found = value_at(resource, list(path))
    value = found[0] if found else None
    if value is not None and not isinstance(value, str):
        raise ScimError("invalidValue", f"`{'.'.join(path)}` must be a text.")
    if "\0" in (value or ""):
        raise ScimError("invalidValue", f"`{'.'.join(path)}` must not contain the character U+0000.")
    if needed and not (value or "").strip():
        raise ScimError("invalidValue", f"`{'.'.join(path)}` is needed.")
    return value or None


def _truth(resource: Resource, name: str) -> bool:
    found = value_at(resource, [name])
    value = found[0] if found else True
    if isinstance(value, str):
        value = _TRUTHS.get(value.casefold())
    if not isinstance(value, bool):
        raise ScimError("invalidValue", f"`{name}` must be true or false.")
    return value


def _email(resource: Resource) -> str | None:
    """Return the address to write to: the one that is said to be the first, otherwise the first that is there."""
    emails = [one for one in value_at(resource, ["emails"]) if isinstance(one, Mapping) and one.get("value")]
    first = next((one for one in emails if one.get("primary") is True), emails[0] if emails else None)
    return None if first is None else str(first["value"])


def _role(resource: Resource) -> str | None:
    roles = value_at(resource, ["roles"])
    if not roles:
        return None
    value = roles[0].get("value") if isinstance(roles[0], Mapping) else roles[0]
    if len(roles) > 1 or value not in [role.value for role in Role]:
        raise ScimError("invalidValue", f"`roles` must be one of: {', '.join(Role)}.")
    return str(value)


def _meta(kind: str, id_: str, created: Any, base: str) -> dict[str, Any]:
    return {"resourceType": kind, "created": created, "location": f"{base}/{kind}s/{id_}"}


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
