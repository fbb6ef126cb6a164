"""Utility messages without a template at the emulator, with Meta's errors."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_world import PHONE_ID, SECRET, TOKEN, USER, WABA_ID, World

UTILITY = {"category": "utility", "text": {"body": "Your order 7 is on its way."}}


async def configured(sandbox: World, **config: Any) -> None:
    secrets = {"access_token": TOKEN, "app_secret": SECRET, "webhook_url": sandbox.receiver.url}
    body = {"phone_number_id": PHONE_ID, "waba_id": WABA_ID, **secrets, **config}
    assert (await sandbox.call("POST", "/control/whatsapp/numbers", body))[0] == 200


async def test_it_needs_no_window_is_priced_as_utility_and_becomes_a_template(sandbox: World) -> None:
    status, answer = await sandbox.send(**UTILITY)
    assert status == 200, answer
    delivered = await sandbox.receiver.status(answer["messages"][0]["id"], "delivered")
    assert (delivered["pricing"]["category"], delivered["pricing"]["type"]) == ("utility", "regular")
    listed = (await sandbox.graph("GET", f"/{WABA_ID}/message_templates"))[1]["data"]
    assert delivered["template_id"] not in {one["id"] for one in listed}
    (made,) = (await sandbox.graph("GET", f"/{WABA_ID}/message_templates?source=AUTO_GENERATED"))[1]["data"]
    assert (made["id"], made["source"], made["status"]) == (delivered["template_id"], "AUTO_GENERATED", "APPROVED")
    assert (await sandbox.graph("POST", f"/{made['id']}", {"category": "MARKETING"}))[1]["error"]["code"] == 100
    path = f"/{WABA_ID}/message_templates?name={made['name']}"
    assert (await sandbox.graph("DELETE", path))[1]["error"]["code"] == 100


# (the number's settings, the message, Meta's code)
REFUSED: list[tuple[dict[str, Any], dict[str, Any], int]] = [
    ({"direct_send": "not_eligible"}, UTILITY, 100),
    ({"messaging_limit": 10_000}, UTILITY, 100),
    ({"direct_send": "blocked"}, UTILITY, 139200),
    ({}, UTILITY | {"category": "authentication"}, 100),
    ({}, UTILITY | {"category": "marketing"}, 100),
    ({}, UTILITY | {"direct_send_config": {"template_name": "Not so"}}, 100),
    ({}, {"category": "utility", "type": "location", "location": {"latitude": 1, "longitude": 2}}, 100),
]


@pytest.mark.parametrize(("config", "message", "code"), REFUSED)
async def test_what_meta_refuses(sandbox: World, config: dict[str, Any], message: dict[str, Any], code: int) -> None:
    await configured(sandbox, **config)
    status, answer = await sandbox.send(**message)
    assert (status >= 400, answer["error"]["code"]) == (True, code)


async def test_a_name_of_an_ordinary_template_fails_later(sandbox: World) -> None:
    body = {"waba_id": WABA_ID, "name": "order_sent", "language": "en", "category": "UTILITY"}
    components = [{"type": "BODY", "text": "An order."}]
    await sandbox.call("POST", "/control/whatsapp/templates", body | {"components": components})
    named = {"direct_send_config": {"template_name": "order_sent"}}
    status, answer = await sandbox.send(**UTILITY, **named)
    assert status == 200
    failed = await sandbox.receiver.status(answer["messages"][0]["id"], "failed")
    assert failed["errors"][0]["code"] == 132021


async def test_a_service_message_is_an_ordinary_one(sandbox: World) -> None:
    await sandbox.write("Hello")
    status, answer = await sandbox.send(category="service")
    assert status == 200
    delivered = await sandbox.receiver.status(answer["messages"][0]["id"], "delivered")
    assert delivered["pricing"]["category"] == "service"
    assert (await sandbox.thread(USER))["messages"][-1]["status"] in {"delivered", "read"}
