"""SCIM 2.0: a directory makes, changes, deactivates and removes people and groups of its own workspace only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from gateway.scim.resources import GROUP, USER
from gateway.scim.scim_problems import ERROR
from inbox.people.access import Role, Scope
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.storage.runtime import Runtime
from inbox.stream.event_stream import EPOCH_KEY
from queueing.deadlines.returning import Returning
from tests.integration.api.documented import undocumented
from tests.integration.api.everywhere import relaying
from tests.integration.api.support import Client, Team, customer_writes, whatsapp_channel
from tests.integration.events.events_world import eventually

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ODD: list[Any] = [
    None,
    [],
    "x",
    {},
    {"userName": None},
    {"userName": ""},
    {"userName": 7},
    {"userName": "no address"},
    {"userName": "a\0b@example.com"},
    {"userName": "a@example.com", "active": "perhaps"},
    {"userName": "a@example.com", "active": 3},
    {"userName": "a@example.com", "emails": [{"value": "none"}]},
    {"userName": "a@example.com", "emails": {"value": {"deep": 1}}},
    {"userName": "a@example.com", "displayName": "x" * 1000},
    {"userName": "a@example.com", "name": {"formatted": {"x": 1}}},
    {"userName": "a@example.com", "roles": [{"value": "emperor"}]},
    {"userName": "a@example.com", "roles": [{"value": "operator"}, {"value": "manager"}]},
    {"userName": "a@example.com", "roles": [{"value": ["operator"]}]},
]


class Directory:
    """A directory with a key of a workspace."""

    def __init__(self, client: Client, token: str | None) -> None:
        self._client = client
        self._token = token

    async def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        data = raw if raw is not None else None if method in {"GET", "DELETE"} else msgspec.json.encode(body)
        if data is not None:
            headers["Content-Type"] = "application/scim+json"
        async with self._client.request(method, f"/scim/v2{path}", data=data, headers=headers) as answer:
            content = await answer.read()
            if content:
                assert answer.content_type == "application/scim+json", content
            read = msgspec.json.decode(content) if content else None
            fault = undocumented(method, f"/scim/v2{path}", answer.status, read)
            assert fault is None, fault
            return answer.status, read

    async def made(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        status, found = await self.call("POST", path, body)
        assert status == 201, found
        return dict(found)

    async def patched(self, path: str, *operations: Mapping[str, Any]) -> dict[str, Any]:
        status, found = await self.call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})
        assert status == 200, found
        return dict(found)

    async def found(self, path: str) -> list[Any]:
        status, listed = await self.call("GET", path)
        assert status == 200, listed
        return list(listed["Resources"])


async def directory_of(runtime: Runtime, client: Client, team: Team, *scopes: Scope) -> Directory:
    asked = ApiKeyRequest(name="directory", scopes=(Scope.PROVISION, *scopes))
    now = runtime.clock.now()
    key = await create_api_key(runtime.database, team.owner.workspace_id, asked, now=now)
    return Directory(client, key.token)


@pytest_asyncio.fixture
async def directory(runtime: Runtime, client: Client, team: Team) -> Directory:
    return await directory_of(runtime, client, team)


def user(name: str = "bea", **changes: Any) -> dict[str, Any]:
    return {
        "schemas": [USER],
        "userName": f"{name}@shop.example",
        "externalId": f"00u-{name}",
        "name": {"givenName": name.title(), "familyName": "Winter"},
        "active": True,
        **changes,
    }


async def test_a_person_is_made_found_changed_and_removed(directory: Directory, team: Team) -> None:
    made = await directory.made("/Users", user())
    assert (made["userName"], made["active"], made["name"]["givenName"]) == ("bea@shop.example", True, "Bea")
    assert made["meta"]["location"].endswith(f"/scim/v2/Users/{made['id']}")
    person = (await team.owner.get(f"/operators/{made['id']}")).body
    assert (person["name"], person["email"], person["role"]) == ("Bea Winter", "bea@shop.example", "operator")
    for wanted in (
        'userName eq "BEA@shop.example"',
        'externalId eq "00u-bea"',
        'emails[type eq "work" and value sw "bea"]',
        'emails.value co "bea" and not (active eq false)',
        'name.familyName ew "ter" and urn:ietf:params:scim:schemas:core:2.0:User:userName pr',
    ):
        assert [one["id"] for one in await directory.found(f"/Users?filter={wanted}")] == [made["id"]], wanted
    assert await directory.found('/Users?filter=externalId eq "00U-bea"') == []

    status, replaced = await directory.call("PUT", f"/Users/{made['id']}", user("bea", displayName="Bea W."))
    assert (status, replaced["displayName"]) == (200, "Bea W.")
    assert (await directory.call("DELETE", f"/Users/{made['id']}"))[0] == 204
    assert (await directory.call("GET", f"/Users/{made['id']}"))[0] == 404
    assert made["id"] not in {one["id"] for one in await directory.found("/Users")}
    back = await directory.made("/Users", user("bea", displayName="Bea again"))
    assert (back["id"], back["active"]) == (made["id"], True)


async def test_people_who_were_there_before_are_found_and_taken_over(directory: Directory, team: Team) -> None:
    (ann,) = await directory.found('/Users?filter=userName eq "ann@shop.example"')
    assert ann["id"] == team.operator.id
    status, refused = await directory.call("POST", "/Users", user("ann"))
    assert (status, refused["scimType"]) == (409, "uniqueness")
    adopted = await directory.patched(f"/Users/{ann['id']}", {"op": "add", "path": "externalId", "value": "7"})
    assert adopted["externalId"] == "7"
    status, refused = await directory.call("PUT", f"/Users/{ann['id']}", user("owner"))
    assert (status, refused["scimType"]) == (409, "uniqueness")


async def _shut_out(directory: Directory, team: Team, socket: Any, operation: dict[str, Any] | None) -> None:
    """Deactivate the operator, and see the open socket end."""
    path = f"/Users/{team.operator.id}"
    await socket.send_json({"type": "auth", "token": team.operator.token})
    assert (await socket.receive_json())["type"] == "hello"
    if operation is None:
        assert (await directory.call("DELETE", path))[0] == 204
    else:
        assert (await directory.patched(path, operation))["active"] is False
    assert (await team.operator.get("/me")).status == 401

    async def closed() -> bool:
        return (await socket.receive()).type.name in {"CLOSE", "CLOSED"}

    await eventually(closed)
    assert socket.close_code == 4401


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": False},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
        {"op": "replace", "path": f"{USER}:active", "value": False},
        None,
    ],
)
async def test_who_is_deactivated_is_out_everywhere_at_once(
    directory: Directory, team: Team, client: Client, runtime: Runtime, operation: dict[str, Any] | None
) -> None:
    """By PATCH, as several directories write it, and by DELETE: sign-ins, sockets, conversations."""
    queue = (await team.owner.post("/queues", {"name": "Sales", "operator_ids": [team.operator.id]})).body["id"]
    channel = (await team.owner.post("/channels", whatsapp_channel(queue_id=queue))).body
    await customer_writes(client, channel, "hello")
    (talk,) = (await team.owner.get("/conversations?view=all")).body["items"]
    taken = {"operator_id": team.operator.id}
    assert (await team.owner.post(f"/conversations/{talk['id']}/assign", taken)).status == 200
    assert (await team.operator.get("/me")).status == 200
    path = f"/Users/{team.operator.id}"
    async with relaying(runtime):
        await eventually(lambda: runtime.redis.execute_command("HGET", EPOCH_KEY, "id"))
        async with client.ws_connect("/api/v1/events") as socket:
            await _shut_out(directory, team, socket, operation)
    back = (await team.owner.get(f"/conversations/{talk['id']}")).body
    assert (back["operator_id"], back["queue_id"]) == (None, queue)
    stored = await runtime.database.operators.find_one({"_id": team.operator.id})
    assert stored is not None
    assert (stored["active"], stored.get("load"), stored["status"]) == (False, 0, "offline")

    if operation is not None:
        returned = await directory.patched(path, {"op": "replace", "path": "active", "value": True})
        assert returned["active"] is True
        assert (await team.operator.get("/me")).status == 401, "they sign in anew"


async def test_conversations_go_back_also_where_the_process_died_that_did_it(
    team: Team, client: Client, runtime: Runtime
) -> None:
    """After the first transaction somebody is out and still has conversations: workers see to these."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, "hello")
    (talk,) = (await team.owner.get("/conversations?view=all")).body["items"]
    taken = {"operator_id": team.operator.id}
    assert (await team.owner.post(f"/conversations/{talk['id']}/assign", taken)).status == 200
    returning = Returning(runtime.database, runtime.clock)
    assert await returning.return_conversations() == 0
    died = {"$set": {"active": False, "status": "offline", "away_since": runtime.clock.now()}}
    await runtime.database.operators.update_one({"_id": team.operator.id}, died)
    assert await returning.is_anybody_gone()
    assert await returning.return_conversations() == 1
    assert (await team.owner.get(f"/conversations/{talk['id']}")).body["operator_id"] is None
    assert not await returning.is_anybody_gone()


async def test_groups_have_their_members(directory: Directory, team: Team) -> None:
    bea, cem = [await directory.made("/Users", user(name)) for name in ("bea", "cem")]
    made = await directory.made(
        "/Groups", {"schemas": [GROUP], "displayName": "Sales", "externalId": "g1", "members": [{"value": bea["id"]}]}
    )
    path = f"/Groups/{made['id']}"
    assert [member["value"] for member in made["members"]] == [bea["id"]]
    assert (await team.owner.get(f"/operators/{bea['id']}")).body["group_ids"] == [made["id"]]
    both = await directory.patched(path, {"op": "Add", "path": "members", "value": [{"value": cem["id"]}]})
    assert {member["value"] for member in both["members"]} == {bea["id"], cem["id"]}
    one = await directory.patched(path, {"op": "remove", "path": f'members[value eq "{bea["id"]}"]'})
    assert [member["value"] for member in one["members"]] == [cem["id"]]
    status, shown = await directory.call("GET", f"/Users/{cem['id']}")
    assert (status, [group["display"] for group in shown["groups"]]) == (200, ["Sales"])
    none = await directory.patched(path, {"op": "remove", "path": "members", "value": [{"value": cem["id"]}]})
    assert none["members"] == []
    renamed = await directory.patched(path, {"op": "replace", "value": {"displayName": "Selling", "id": made["id"]}})
    assert renamed["displayName"] == "Selling"
    assert [one["id"] for one in await directory.found('/Groups?filter=displayName eq "selling"')] == [made["id"]]
    assert (await directory.call("POST", "/Groups", {"displayName": "SELLING"}))[0] == 409
    status, refused = await directory.call("POST", "/Groups", {"displayName": "Odd", "members": [{"value": "0" * 24}]})
    assert (status, refused["scimType"]) == (400, "invalidValue")
    queue = (await team.owner.post("/queues", {"name": "Sales", "group_ids": [made["id"]]})).body["id"]
    assert (await directory.call("DELETE", path))[0] == 409
    assert (await team.owner.delete(f"/queues/{queue}")).status == 204
    assert (await directory.call("DELETE", path))[0] == 204
    assert (await directory.call("GET", path))[0] == 404


async def test_a_page_and_its_attributes(directory: Directory) -> None:
    for name in ("bea", "cem", "dov"):
        await directory.made("/Users", user(name))
    status, page = await directory.call("GET", "/Users?startIndex=2&count=2&attributes=userName")
    assert (status, page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (200, 5, 2, 2)
    assert [{*one} for one in page["Resources"]] == [{"schemas", "id", "userName"}] * 2
    assert (await directory.call("GET", "/Users?count=0"))[1]["Resources"] == []
    assert (await directory.call("GET", "/Users?count=-3&startIndex=-1"))[1]["itemsPerPage"] == 0
    search = {"filter": 'userName sw "b"', "attributes": ["userName"], "count": 1}
    for path in ("/Users/.search", "/.search"):
        assert [{*one} for one in (await directory.call("POST", path, search))[1]["Resources"]] == [
            {"schemas", "id", "userName"}
        ]
    assert (await directory.call("GET", "/nothing/here"))[0] == 404
    assert "emails" not in (await directory.found("/Users?excludedAttributes=emails,id"))[0]


async def test_what_a_directory_reads_first(directory: Directory) -> None:
    assert (await directory.call("GET", "/ServiceProviderConfig"))[1]["patch"] == {"supported": True}
    kinds = await directory.found("/ResourceTypes")
    assert [kind["endpoint"] for kind in kinds] == ["/Users", "/Groups"]
    for schema in await directory.found("/Schemas"):
        assert (await directory.call("GET", f"/Schemas/{schema['id']}"))[1] == schema
    assert (await directory.call("GET", "/Schemas/none"))[0] == 404


@pytest.mark.parametrize("body", ODD, ids=str)
async def test_odd_values_are_refused_in_scims_words(directory: Directory, body: Any) -> None:
    (ann,) = await directory.found('/Users?filter=userName eq "ann@shop.example"')
    for method, path in (("POST", "/Users"), ("PUT", f"/Users/{ann['id']}")):
        status, refused = await directory.call(method, path, body)
        assert (status, refused["status"], refused["schemas"]) == (400, "400", [ERROR]), refused
    assert await directory.found('/Users?filter=userName eq "ann@shop.example"') == [ann]


@pytest.mark.parametrize(
    ("operations", "scim_type"),
    [
        ([{"op": "move", "path": "active", "value": True}], "invalidSyntax"),
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "replace", "path": "id", "value": "x"}], "mutability"),
        ([{"op": "replace", "path": "emails[type eq", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "emails[type zz 1]", "value": {}}], "invalidFilter"),
        ([{"op": "replace", "path": 'emails[type eq "home"]', "value": {"value": "x"}}], "noTarget"),
        ([{"op": "replace", "value": "x"}], "invalidValue"),
        ([{"op": "remove", "path": "userName"}], "invalidValue"),
        ([{"op": "replace", "path": "a.b.c", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "active", "value": {"deep": 1}}], "invalidValue"),
        ([{"op": "add", "path": "displayName", "value": "x"}] * 1001, "tooMany"),
        ("none", "invalidValue"),
    ],
)
async def test_odd_patches_change_nothing(directory: Directory, operations: Any, scim_type: str) -> None:
    (ann,) = await directory.found('/Users?filter=userName eq "ann@shop.example"')
    status, refused = await directory.call("PATCH", f"/Users/{ann['id']}", {"Operations": operations})
    assert (status, refused["scimType"]) == (400, scim_type), refused
    assert await directory.found('/Users?filter=userName eq "ann@shop.example"') == [ann]


@pytest.mark.parametrize(
    "text", ["", "userName", "userName eq", 'userName eq "a" or', "(" * 50, 'x eq "', "a[b", "a eq {}"]
)
async def test_odd_filters_are_refused(directory: Directory, text: str) -> None:
    status, refused = await directory.call("GET", f"/Users?filter={text}")
    assert (status, refused["scimType"]) == (400, "invalidFilter")


async def test_no_json_and_no_number(directory: Directory) -> None:
    assert (await directory.call("POST", "/Users", raw=b"{"))[1]["scimType"] == "invalidSyntax"
    assert (await directory.call("GET", "/Users?count=many"))[1]["scimType"] == "invalidValue"


async def test_a_directory_sees_and_changes_its_own_workspace_only(
    runtime: Runtime, client: Client, strangers: Team, directory: Directory, team: Team
) -> None:
    theirs = await directory_of(runtime, client, strangers)
    group = await theirs.made("/Groups", {"displayName": "Theirs"})
    for method, body in (("GET", None), ("PUT", user()), ("PATCH", {"Operations": []}), ("DELETE", None)):
        for path in (f"/Users/{strangers.operator.id}", f"/Groups/{group['id']}", "/Users/%00", "/Users/nobody"):
            sent = {"displayName": "x"} if "Groups" in path and method == "PUT" else body
            assert (await directory.call(method, path, sent))[0] == 404, (method, path)
    assert strangers.owner.workspace_id not in str(await directory.found("/Users"))
    assert all(one["id"] != strangers.operator.id for one in await directory.found("/Users"))
    status, _ = await directory.call(
        "POST", "/Groups", {"displayName": "x", "members": [{"value": strangers.operator.id}]}
    )
    assert status == 400


async def test_only_a_key_for_it_and_nobody_above_its_own_rights(
    runtime: Runtime, client: Client, team: Team, directory: Directory
) -> None:
    assert (await Directory(client, None).call("GET", "/Users"))[0] == 401
    assert (await Directory(client, team.operator.token).call("GET", "/Users"))[0] == 403
    now, workspace_id = runtime.clock.now(), team.owner.workspace_id
    for role in (Role.SUPERVISOR, Role.MANAGER):
        new = NewOperator(name=role.value, email=f"{role.value}@shop.example", role=role)
        person = await create_operator(runtime.database, workspace_id, new, now=now)
        token = await issue_sign_in(runtime.database, workspace_id, person.id, now, days=1)
        assert (await Directory(client, token).call("GET", "/Users"))[0] == 403
    for scope in set(Scope) - {Scope.PROVISION}:
        key = await create_api_key(
            runtime.database, workspace_id, ApiKeyRequest(name="other", scopes=(scope,)), now=now
        )
        assert (await Directory(client, key.token).call("GET", "/Users"))[0] == 403
    assert (await directory.call("POST", "/Users", user(roles=[{"value": "administrator"}])))[0] == 403
    assert (await directory.call("DELETE", f"/Users/{team.owner.id}"))[0] == 403
    higher = await directory_of(runtime, client, team, Scope.ADMINISTER)
    made = await higher.made("/Users", user(roles=[{"value": "administrator"}]))
    assert made["roles"] == [{"value": "administrator"}]
    assert (await directory.call("DELETE", f"/Users/{made['id']}"))[0] == 403
    assert (await higher.call("DELETE", f"/Users/{made['id']}"))[0] == 204
    actions = [entry["action"] for entry in (await team.owner.get("/audit")).body["items"]]
    assert {"operator.provisioned", "operator.removed_by_directory"} <= {*actions}
