"""Making a mongod of our own a replica set, with a login."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from pymongo.errors import OperationFailure

from inbox.storage.database.client import new_client

_CODE_ALREADY_INITIALIZED: Final = 23
_CODE_NOT_YET_INITIALIZED: Final = 94


async def initiate_replica_set(
    host: str, port: int, *, system_password: str, user: str, password: str, name: str = "rs0"
) -> None:
    """Make a fresh mongod a replica set of one, or move that set to a new address; return when it takes our login.

    Safe to repeat. It is meant for a mongod of our own: a set with more members is left as it is.

    Args:
        host: Where it listens.
        port: Likewise.
        system_password: The content of its key file: the login of its own system user, which is there without
            any data, so that neither a fresh directory nor one from before there were logins is a special case.
        user: Whom to let in.
        password: With what.
        name: The replica set's.
    """
    client = new_client(
        host,
        port,
        directConnection=True,
        username="__system",
        password=system_password,
        authSource="local",
        authMechanism="SCRAM-SHA-256",
    )
    try:
        while not (await client.admin.command("hello")).get("isWritablePrimary"):
            await _set_only_member(client, f"{host}:{port}", name)
            await asyncio.sleep(0.01)
        known = (await client.admin.command("usersInfo", user))["users"]
        await client.admin.command("updateUser" if known else "createUser", user, pwd=password, roles=["root"])
    finally:
        client.close()


async def _set_only_member(client: Any, address: str, name: str) -> None:
    """Take one step; what is stored decides, because a mongod that still reads it calls itself fresh."""
    stored = await client.local["system.replset"].find_one()
    try:
        if stored is None:
            await client.admin.command("replSetInitiate", {"_id": name, "members": [{"_id": 0, "host": address}]})
        elif len(stored["members"]) == 1 and stored["members"][0]["host"] != address:
            stored["members"][0]["host"] = address
            stored["version"] += 1
            await client.admin.command("replSetReconfig", stored, force=True)
    except OperationFailure as error:
        if error.code not in {_CODE_ALREADY_INITIALIZED, _CODE_NOT_YET_INITIALIZED}:
            raise
