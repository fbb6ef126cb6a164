"""Groups of the emulated WhatsApp: who writes is named, answers go to all, and what groups do not take is refused."""

from __future__ import annotations

import pytest
from sandbox_world import World, text_message

GROUP = "Y2FwaV9ncm91cDoxNTU1MDEwMDox"


async def test_each_writer_is_named_and_the_group_with_them(sandbox: World) -> None:
    first = await sandbox.write(user=GROUP, **{"from": "351912000113", "profile_name": "Ines"})
    again = await sandbox.write(user=GROUP)
    assert first["group_id"] == again["group_id"] == GROUP
    assert first["from"] == again["from"] == "351912000113", "who wrote last writes on"
    await sandbox.receiver.until(lambda: len(sandbox.receiver.items("messages")) == 2)
    contact = sandbox.receiver.items("contacts")[0]
    assert (contact["profile"]["name"], contact["wa_id"]) == ("Ines", "351912000113")
    assert (await sandbox.thread(GROUP))["messages"][0]["sender"] == "Ines"


async def test_an_answer_goes_to_the_group_and_its_statuses_say_so(sandbox: World) -> None:
    await sandbox.write(user=GROUP, **{"from": "351912000113", "profile_name": "Ines"})
    status, answer = await sandbox.send(**text_message(to=GROUP), recipient_type="group")
    assert (status, answer["contacts"]) == (200, [{"input": GROUP, "wa_id": GROUP}])
    sent = await sandbox.receiver.status(answer["messages"][0]["id"], "sent")
    assert (sent["recipient_id"], sent["recipient_type"]) == (GROUP, "group")
    delivered = await sandbox.receiver.status(answer["messages"][0]["id"], "delivered")
    assert delivered["recipient_participant_id"] == "351912000113"
    assert delivered["pricing"]["type"] == "free_group_customer_service"
    assert delivered["pricing"]["category"] == "group_service"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"recipient_type": "individual"}, 131009),
        ({"recipient_type": "group", "to": "+16505551234"}, 131009),
        ({"recipient_type": "crowd"}, 100),
        ({"recipient_type": "group", "type": "location", "location": {"latitude": 1, "longitude": 2}}, 131051),
    ],
    ids=str,
)
async def test_what_does_not_fit_a_group_is_refused(sandbox: World, message: dict[str, object], code: int) -> None:
    await sandbox.write(user=GROUP)
    status, answer = await sandbox.send(**{**text_message(to=GROUP), **message})
    assert (status, answer["error"]["code"]) == (400, code)
