"""What a channel keeps is set, and shown before, by administrators."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.storage.runtime import Runtime
from tests.integration.api.support import Client, Team, customer_writes, whatsapp_channel

NEVER = {"messages_days": "never", "files_days": "never", "raw_days": "never", "dead_letters_days": 90}


async def test_it_is_set_a_field_at_a_time_and_shown_before(runtime: Runtime, client: Client, team: Team) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    assert channel["retention"] == NEVER
    path = f"/channels/{channel['id']}"
    await customer_writes(client, channel, "hello")
    changed = await team.owner.patch(path, {"retention": {"messages_days": 365, "dead_letters_days": "never"}})
    assert changed.body["retention"] == NEVER | {"messages_days": 365, "dead_letters_days": "never"}
    assert (await team.owner.patch(path, {"name": "New"})).body["retention"]["messages_days"] == 365
    back = await team.owner.patch(path, {"retention": {"messages_days": None, "dead_letters_days": None}})
    assert back.body["retention"] == NEVER
    stored = await runtime.database.channels.find_one({"_id": channel["id"]})
    assert stored is not None
    assert stored["retained"], "what was once lifted from MongoDB's own end is still looked after"
    shown = await team.owner.post(f"{path}/retention/preview", {"messages_days": 8})
    nothing = {"count": 0, "conversations": 0, "more": False, "oldest": None}
    assert shown.body == dict.fromkeys(("messages", "files", "raw"), nothing) | {
        "dead_letters": nothing | {"conversations": None}
    }
    assert (await team.operator.post(f"{path}/retention/preview", {})).status == 403


@pytest.mark.parametrize(
    ("retention", "pointer"),
    [
        ({"messages_days": 7}, "/messages_days"),
        ({"files_days": "always"}, "/files_days"),
        ({"dead_letters_days": 0}, "/dead_letters_days"),
        ({"notes_days": 30}, "/notes_days"),
    ],
)
async def test_what_it_can_not_be(team: Team, retention: dict[str, Any], pointer: str) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    path = f"/channels/{channel['id']}"
    refused = await team.owner.patch(path, {"retention": retention})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, f"/retention{pointer}")
    refused = await team.owner.post(f"{path}/retention/preview", retention)
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, pointer)
