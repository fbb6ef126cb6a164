"""Make a workspace from the command line."""

from __future__ import annotations

from typing import Final

import msgspec

from inbox.foundation.settings import Settings
from inbox.people.accounts import NewOperator, create_workspace
from inbox.people.password_links import password_link
from inbox.sending.carrying_over import prepare_database
from inbox.storage.database import DatabaseUnavailableError
from inbox.storage.runtime import open_runtime

_FAULTS: Final = {
    False: "--email: must be an e-mail address, such as owner@shop.example",
    True: "--owner-name: must have 1 to 200 characters",
}
"""By whether it is about the name."""


class NotCreatedError(Exception):
    """The workspace can't be made; the message says why."""


async def create_with_owner(settings: Settings, *, name: str, email: str, owner_name: str) -> str:
    """Make a workspace and its owner; return the text that says how to sign in.

    Raises:
        NotCreatedError: for a faulty name or address, or an absent database.
    """
    if not name.strip() or len(name) > 200:
        raise NotCreatedError("--name: must have 1 to 200 characters")
    try:
        owner = msgspec.convert({"name": owner_name, "email": email}, NewOperator)
    except msgspec.ValidationError as fault:
        raise NotCreatedError(_FAULTS[str(fault).endswith("`$.name`")]) from None
    try:
        return await _create(settings, name, owner)
    except DatabaseUnavailableError as fault:
        raise NotCreatedError(str(fault)) from None


async def _create(settings: Settings, name: str, owner: NewOperator) -> str:
    async with open_runtime(settings) as runtime:
        await prepare_database(runtime.database)
        made = await create_workspace(
            runtime.database, name=name, owner=owner, now=runtime.clock.now(), sign_in_days=settings.sign_in_days
        )
    return "\n".join(
        [
            f"workspace:    {made.workspace.id}  {made.workspace.name}",
            f"owner:        {made.owner.email}",
            f"token:        {made.token}  (for the API, {settings.sign_in_days} days)",
            f"set password: {password_link(settings.public_url, made.password_token)}  (once, within 72 hours)",
        ]
    )
