"""Media, templates, numbers, the clock: everything beside plain sending."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from pywa_async import errors
from pywa_async.types import templates as t
from sandbox_world import PHONE_ID, TOKEN, USER, WABA_ID, World, chat, world

from channels.sandbox.clock import SandboxClock

ORDER: dict[str, Any] = {
    "name": "order_confirmation",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
        {"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready."},
        {"type": "FOOTER", "text": "Thank you"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"},
            ],
        },
    ],
}


def parameters(header: int = 1, body: int = 2, url: bool = True) -> list[dict[str, Any]]:
    texts = [{"type": "text", "text": word} for word in ("7001", "Ann", "x", "y")]
    button = {"type": "button", "sub_type": "url", "index": "1", "parameters": texts[:1]}
    parts = [
        {"type": "header", "parameters": texts[:header]},
        {"type": "body", "parameters": texts[1 : 1 + body]},
    ]
    return [*parts, button] if url else parts


async def send_template(sandbox: World, components: list[dict[str, Any]], name: str = ORDER["name"]) -> Any:
    template = {"name": name, "language": {"code": "en_US"}, "components": components}
    return await sandbox.send(type="template", template=template)


async def plant(sandbox: World, **changes: Any) -> None:
    body = {**ORDER, "waba_id": WABA_ID, **changes}
    status, answer = await sandbox.call("POST", "/control/whatsapp/templates", body)
    assert status == 200, answer


async def test_media_goes_up_and_comes_down(sandbox: World) -> None:
    uploaded = await sandbox.wa.upload_media(media=b"\x89PNG-bytes", mime_type="image/png", filename="a.png")
    url = await sandbox.wa.get_media_url(uploaded.id)
    assert (url.mime_type, url.file_size) == ("image/png", 10)
    assert await sandbox.wa.get_media_bytes(url=url.url) == b"\x89PNG-bytes"
    async with httpx.AsyncClient(trust_env=False) as stranger:
        assert (await stranger.get(url.url)).status_code == 401
    assert await sandbox.wa.delete_media(media_id=uploaded.id)
    with pytest.raises(errors.WhatsAppError):
        await sandbox.wa.get_media_url(uploaded.id)


async def test_a_customers_picture_can_be_fetched(sandbox: World) -> None:
    picture = {"data_base64": "aGVsbG8=", "mime_type": "image/jpeg", "caption": "Look"}
    written = await sandbox.write(type="image", image=picture)
    assert "data_base64" not in written["image"]
    url = await sandbox.wa.get_media_url(written["image"]["id"])
    assert await sandbox.wa.get_media_bytes(url=url.url) == b"hello"


async def test_a_file_of_an_unknown_type_is_refused(sandbox: World) -> None:
    with pytest.raises(errors.WhatsAppError) as caught:
        await sandbox.wa.upload_media(media=b"MZ", mime_type="application/x-msdownload", filename="a.exe")
    assert caught.value.code == 100


async def test_a_template_from_creation_to_delivery(chatting: World) -> None:
    created = await chatting.wa.create_template(
        t.Template(
            name="seasonal",
            category=t.TemplateCategory.MARKETING,
            language=t.TemplateLanguage.ENGLISH_US,
            components=[t.BodyText("Hello {{name}}, our sale is on!", name="Ann")],
        )
    )
    assert created.status == "PENDING"
    listed = await chatting.wa.get_templates(name="seasonal")
    assert [(one.name, one.status) for one in listed] == [("seasonal", "PENDING")]
    part = {"type": "body", "parameters": [{"type": "text", "parameter_name": "name", "text": "Eve"}]}
    assert (await send_template(chatting, [part], "seasonal"))[1]["error"]["code"] == 132001
    await chatting.call("POST", "/control/whatsapp/templates/seasonal/review", {"status": "APPROVED"})
    status, answer = await send_template(chatting, [part], "seasonal")
    assert (status, answer["messages"][0]["message_status"]) == (200, "accepted")
    shown = (await chatting.thread())["messages"][-1]
    assert shown["rendered"]["body"] == "Hello Eve, our sale is on!"
    sent = await chatting.receiver.status(answer["messages"][0]["id"], "sent")
    assert sent["pricing"]["category"] == "marketing"
    assert await chatting.wa.delete_template("seasonal")
    assert not list(await chatting.wa.get_templates(name="seasonal"))


async def test_review_tells_the_business(sandbox: World) -> None:
    await plant(sandbox, status="PENDING")
    path = "/control/whatsapp/templates/order_confirmation/review"
    await sandbox.call("POST", path, {"status": "REJECTED", "reason": "INVALID_FORMAT"})
    await sandbox.receiver.until(lambda: sandbox.receiver.posts)
    value = sandbox.receiver.posts[0].values[0]
    assert (value["event"], value["reason"]) == ("REJECTED", "INVALID_FORMAT")
    assert isinstance(value["message_template_id"], int)
    assert (await sandbox.call("POST", path, {"status": "MAYBE"}))[0] == 400
    missing = "/control/whatsapp/templates/nothing/review"
    assert (await sandbox.call("POST", missing, {"status": "APPROVED"}))[0] == 404


async def test_a_template_is_sent_outside_of_the_window(sandbox: World) -> None:
    await plant(sandbox)
    _, answer = await send_template(sandbox, parameters())
    delivered = await sandbox.receiver.status(answer["messages"][0]["id"], "delivered")
    assert (delivered["pricing"]["billable"], delivered["pricing"]["category"]) == (True, "utility")
    shown = (await sandbox.thread())["messages"][-1]["rendered"]
    assert shown["header"]["text"] == "Order 7001"
    assert shown["body"] == "Hello Ann, order x is ready."
    assert shown["buttons"][1]["url"] == "https://shop.example/7001"


@pytest.mark.parametrize(
    ("components", "code"),
    [
        (parameters(body=1), 132000),  # one value missing
        (parameters(body=3), 132000),  # one too many
        (parameters(header=0), 132000),
        (parameters(url=False), 131008),  # the URL button needs one
        ([], 132000),
    ],
)
async def test_parameters_that_do_not_fit(sandbox: World, components: list[Any], code: int) -> None:
    await plant(sandbox)
    status, answer = await send_template(sandbox, components)
    assert (status, answer["error"]["code"]) == (400, code)


@pytest.mark.parametrize(("status", "code"), [("PAUSED", 132015), ("DISABLED", 132016), ("REJECTED", 132001)])
async def test_a_template_that_cannot_be_sent(sandbox: World, status: str, code: int) -> None:
    await plant(sandbox, status=status)
    assert (await send_template(sandbox, parameters()))[1]["error"]["code"] == code


async def test_marketing_to_someone_who_stopped_it_fails(sandbox: World) -> None:
    await plant(sandbox, category="MARKETING")
    await sandbox.call("POST", f"{chat()}/preferences", {"value": "stop"})
    _, answer = await send_template(sandbox, parameters())
    failed = await sandbox.receiver.status(answer["messages"][0]["id"], "failed")
    assert failed["errors"][0]["code"] == 131050


async def test_number_profile_and_account(sandbox: World) -> None:
    number = await sandbox.wa.get_business_phone_number()
    assert (number.verified_name, number.quality_rating) == ("Sandbox Business", "GREEN")
    assert [one.id for one in await sandbox.wa.get_business_phone_numbers()] == [PHONE_ID]
    assert await sandbox.wa.update_business_profile(about="We sell things")
    assert (await sandbox.wa.get_business_profile()).about == "We sell things"


async def test_the_window_ends_when_the_clock_moves(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    async with world(clock=SandboxClock(path)) as sandbox:
        await sandbox.write()
        _, moved = await sandbox.call("PUT", "/control/clock", {"offset_seconds": 86_401})
        assert moved["offset_seconds"] == 86_401
        assert float(path.read_text()) == 86_401
        _, answer = await sandbox.send()
        failed = await sandbox.receiver.status(answer["messages"][0]["id"], "failed")
        assert failed["errors"][0]["code"] == 131047
        assert SandboxClock(path).offset_seconds == 86_401


async def test_the_clock_without_a_shared_file_stays(sandbox: World) -> None:
    assert (await sandbox.call("PUT", "/control/clock", {"offset_seconds": 5}))[0] == 409
    assert (await sandbox.call("PUT", "/control/clock", {"offset_seconds": "x"}))[0] == 400


async def test_limits_of_number_and_pair(sandbox: World) -> None:
    config = {
        "phone_number_id": PHONE_ID, "waba_id": WABA_ID, "access_token": TOKEN, "app_secret": "s",
        "pair_limit": True,
    }  # fmt: skip
    await sandbox.call("POST", "/control/whatsapp/numbers", config)
    codes = [(await sandbox.send())[1].get("error", {}).get("code") for _ in range(46)]
    assert codes == [None] * 45 + [131056]
    await sandbox.call(
        "POST", "/control/whatsapp/numbers", config | {"max_messages_per_second": 1, "pair_limit": False}
    )
    codes = [(await sandbox.send())[1].get("error", {}).get("code") for _ in range(3)]
    assert codes[-1] == 130429


async def test_limit_of_new_customers_in_a_day(sandbox: World) -> None:
    config = {
        "phone_number_id": PHONE_ID, "waba_id": WABA_ID, "access_token": TOKEN, "app_secret": "s",
        "messaging_limit": 2,
    }  # fmt: skip
    await sandbox.call("POST", "/control/whatsapp/numbers", config)
    await plant(sandbox)
    template = {"name": ORDER["name"], "language": {"code": "en_US"}, "components": parameters()}
    await sandbox.write(user="16505550003")

    async def code(to: str) -> Any:
        _, answer = await sandbox.send(type="template", template=template, to=to)
        return answer.get("error", {}).get("code")

    assert [await code(f"1650555000{n}") for n in (1, 2, 2, 4)] == [None, None, None, 131064]
    assert await code("16505550003") is None, "who wrote is not new"


@pytest.mark.parametrize(("decision", "status"), [("APPROVED", "sent"), ("PAUSED", "failed")])
async def test_paced_template_holds_messages_until_customers_have_spoken(
    sandbox: World, decision: str, status: str
) -> None:
    await plant(sandbox)
    path = f"/control/whatsapp/templates/{ORDER['name']}/review"
    await sandbox.call("POST", path, {"hold_after": 1})
    answers = [(await send_template(sandbox, parameters()))[1]["messages"][0] for _ in range(2)]
    assert [one["message_status"] for one in answers] == ["accepted", "held_for_quality_assessment"]
    await sandbox.call("POST", path, {"status": decision})
    told = await sandbox.receiver.status(answers[1]["id"], status)
    assert [error["code"] for error in told.get("errors", ())] == ([132015] if status == "failed" else [])


async def test_another_sites_page_may_not_use_the_control_api(sandbox: World) -> None:
    headers = {"Origin": "https://evil.example"}
    assert (await sandbox.call("GET", "/control/stats", headers=headers))[0] == 403
    assert (await sandbox.call("GET", "/control/stats", headers={"Origin": sandbox.base_url}))[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"/control/whatsapp/{PHONE_ID}/customers/abc/messages", {"type": "text", "text": {}}, 400),
        ("/control/whatsapp/nobody/customers/1/messages", {"type": "text", "text": {}}, 404),
        (f"{chat()}/messages", {}, 400),
        (f"{chat()}/messages", {"type": "text"}, 400),
        (f"{chat()}/messages", {"type": "text", "text": {}, "timestamp": "soon"}, 400),
        (f"{chat()}/messages", b"[", 400),
        ("/control/whatsapp/numbers", {"phone_number_id": "1"}, 400),
    ],
)
async def test_a_control_request_that_makes_no_sense(sandbox: World, path: str, body: Any, status: int) -> None:
    assert (await sandbox.call("POST", path, body))[0] == status


async def test_a_fresh_customer_has_an_empty_chat(sandbox: World) -> None:
    thread = await sandbox.thread(USER)
    assert (thread["messages"], thread["window_open"]) == ([], False)
