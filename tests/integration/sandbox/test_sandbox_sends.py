"""What a real client library sends is accepted, refused and delivered as Meta does."""

from __future__ import annotations

from typing import Any

import pytest
from pywa_async import errors
from pywa_async.types import Button, Contact, Section, SectionList, SectionRow
from sandbox_world import PHONE_ID, SECRET, TOKEN, USER, VERIFY, WABA_ID, World, chat, pywa_client, text_message


async def test_text_is_accepted_delivered_and_seen_by_the_customer(chatting: World) -> None:
    sent = await chatting.wa.send_message(to=USER, text="Good day", tracker="our-id-1")
    assert sent.id.startswith("wamid.HBgL")
    delivered = await chatting.receiver.status(sent.id, "delivered")
    assert delivered["recipient_id"] == USER
    assert delivered["biz_opaque_callback_data"] == "our-id-1"
    assert delivered["pricing"] == {
        "billable": False,
        "pricing_model": "PMP",
        "type": "free_customer_service",
        "category": "service",
    }
    assert "conversation" not in delivered
    assert chatting.receiver.statuses(sent.id) == ["sent", "delivered"]
    shown = (await chatting.thread())["messages"][-1]
    assert (shown["direction"], shown["text"]["body"], shown["status"]) == ("in", "Good day", "delivered")


async def test_every_kind_that_pywa_sends_is_accepted(chatting: World) -> None:
    wa = chatting.wa
    first = await wa.send_message(to=USER, text="Choose", buttons=[Button("Yes", "y"), Button("No", "n")])
    rows = [SectionRow(title="Red", callback_data="r", description="warm"), SectionRow("Blue", "b")]
    await wa.send_message(to=USER, text="List", buttons=SectionList("Open", [Section("Colours", rows)]))
    await wa.send_location(to=USER, latitude=37.44, longitude=-122.16, name="Philz", address="101 Forest")
    await wa.send_contact(to=USER, contact=Contact(name=Contact.Name(formatted_name="Ann B", first_name="Ann")))
    await wa.send_image(to=USER, image=b"\x89PNG", mime_type="image/png", caption="Look")
    await wa.send_document(to=USER, document=b"%PDF", mime_type="application/pdf", filename="a.pdf")
    await wa.send_message(to=USER, text="Quoted", reply_to_message_id=first.id)
    kinds = [message["type"] for message in (await chatting.thread())["messages"][1:]]
    assert kinds == [
        "interactive", "interactive", "location", "contacts", "image", "document", "text",
    ]  # fmt: skip


async def test_a_reaction_gets_only_the_status_sent(chatting: World) -> None:
    written = await chatting.write("react to me")
    reaction = await chatting.wa.send_reaction(to=USER, emoji="👍", message_id=written["id"])
    after = await chatting.wa.send_message(to=USER, text="after")
    await chatting.receiver.status(after.id, "delivered")
    assert chatting.receiver.statuses(reaction.id) == ["sent"]
    shown = {message["id"]: message for message in (await chatting.thread())["messages"]}
    assert shown[written["id"]]["reaction"] == "👍"


async def test_read_receipt_and_typing(chatting: World) -> None:
    written = await chatting.write("Anyone there?")
    assert await chatting.wa.mark_message_as_read(message_id=written["id"])
    assert await chatting.wa.indicate_typing(message_id=written["id"])
    thread = await chatting.thread()
    assert thread["typing"]
    assert {message["status"] for message in thread["messages"]} == {"read"}


async def test_reading_an_unknown_message_is_refused(chatting: World) -> None:
    with pytest.raises(errors.WhatsAppError) as caught:
        await chatting.wa.mark_message_as_read(message_id="wamid.unknown")
    assert caught.value.code == 131009


async def test_the_customer_opens_the_chat(chatting: World) -> None:
    sent = await chatting.wa.send_message(to=USER, text="Read me")
    await chatting.receiver.status(sent.id, "delivered")
    assert await chatting.call("POST", f"{chat()}/read") == (200, {"read": 1})
    read = await chatting.receiver.status(sent.id, "read")
    assert read["pricing"]["type"] == "free_customer_service"


async def test_replies_cost_money_when_the_free_ones_of_the_month_are_used_up(chatting: World) -> None:
    number = {"phone_number_id": PHONE_ID, "waba_id": WABA_ID, "access_token": TOKEN, "app_secret": SECRET}
    hook = {"webhook_url": chatting.receiver.url, "verify_token": VERIFY, "free_replies_a_month": 1}
    assert (await chatting.call("POST", "/control/whatsapp/numbers", number | hook))[0] < 300
    written = await chatting.write()
    told = []
    for n in range(2):
        await chatting.wa.send_reaction(to=USER, message_id=written["id"], emoji="👍")
        sent = await chatting.wa.send_message(to=USER, text=f"answer {n}")
        told.append((await chatting.receiver.status(sent.id, "delivered"))["pricing"]["type"])
    assert told == ["free_customer_service", "regular"]


async def test_free_text_outside_of_the_window_fails_afterwards(sandbox: World) -> None:
    status, answer = await sandbox.send(biz_opaque_callback_data="late")
    assert status == 200
    failed = await sandbox.receiver.status(answer["messages"][0]["id"], "failed")
    assert failed["errors"][0]["code"] == 131047
    assert failed["biz_opaque_callback_data"] == "late"
    assert "pricing" not in failed
    value = next(value for post in sandbox.receiver.posts for value in post.values)
    assert "contacts" not in value


async def test_a_customer_without_whatsapp_cannot_be_reached(chatting: World) -> None:
    await chatting.call("PUT", chat(), {"reachable": False})
    _, answer = await chatting.send()
    failed = await chatting.receiver.status(answer["messages"][0]["id"], "failed")
    assert failed["errors"][0]["code"] == 131026


async def test_an_answer_to_an_advertisement_is_a_free_entry_point(sandbox: World) -> None:
    await sandbox.write(referral={"source_type": "ad", "source_id": "1", "source_url": "https://fb.me/x"})
    _, answer = await sandbox.send()
    sent = await sandbox.receiver.status(answer["messages"][0]["id"], "sent")
    assert sent["pricing"]["type"] == "free_entry_point"
    assert sent["conversation"]["origin"] == {"type": "referral_conversion"}


async def test_a_user_without_a_phone_is_reached_by_the_scoped_id(sandbox: World) -> None:
    user = "US.13491208655302741918"
    written = await sandbox.write(user=user)
    assert "from" not in written
    assert written["from_user_id"] == user
    sent = await sandbox.wa.send_message(to=user, text="Hello")
    delivered = await sandbox.receiver.status(sent.id, "delivered")
    assert "recipient_id" not in delivered
    assert delivered["recipient_user_id"] == user


async def test_the_scoped_id_of_a_user_with_a_phone_leads_to_the_same_chat(chatting: World) -> None:
    user_id = (await chatting.thread())["customer"]["user_id"]
    await chatting.send(to=None, recipient=user_id)
    assert len((await chatting.thread())["messages"]) == 2


def buttons(*titles: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"id{place}", "title": t}} for place, t in enumerate(titles)]
    interactive = {"type": "button", "body": {"text": "?"}, "action": {"buttons": replies}}
    return {"type": "interactive", "interactive": interactive}


def rows(count: int, **row: Any) -> dict[str, Any]:
    made = [{"id": str(place), "title": f"Row {place}"} | row for place in range(count)]
    action = {"button": "Open", "sections": [{"title": "All", "rows": made}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "?"}, "action": action}}


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("empty text", {"text": {"body": " "}}, 131008),
    ("text of 4,097", {"text": {"body": "x" * 4097}}, 100),
    ("no text object", {"text": None}, 131008),
    ("no product", {"messaging_product": None}, 100),
    ("unknown type", {"type": "fax"}, 100),
    ("type is a list", {"type": ["text"]}, 100),
    ("no recipient", {"to": ""}, 131008),
    ("letters for a number", {"to": "call-me"}, 131009),
    ("too short a number", {"to": "+123"}, 131009),
    ("not a scoped id", {"to": None, "recipient": "hello"}, 131009),
    ("the sender itself", {"to": "15550783881"}, 131021),
    ("a long tracker", {"biz_opaque_callback_data": "x" * 513}, 100),
    ("four buttons", buttons("a", "b", "c", "d"), 131009),
    ("a button of 21", buttons("x" * 21), 131009),
    ("equal buttons", buttons("a", "a"), 131009),
    ("eleven rows", rows(11), 131009),
    ("a row of 25", rows(1, title="x" * 25), 131009),
    ("a description of 73", rows(1, description="x" * 73), 100),
    ("equal rows", rows(2, id="same"), 131009),
    ("a latitude of 91", {"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009),
    ("no longitude", {"type": "location", "location": {"latitude": 1}}, 131008),
    ("contact without names", {"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}, 131009),
    ("image without source", {"type": "image", "image": {"caption": "x"}}, 100),
    ("unknown image", {"type": "image", "image": {"id": "999"}}, 131009),
    ("no link", {"type": "image", "image": {"link": "ftp://x/y.png"}}, 131009),
    ("unknown template", {"type": "template", "template": {"name": "t", "language": {"code": "en"}}}, 132001),
]


@pytest.mark.parametrize(("change", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_meta_refuses(chatting: World, change: dict[str, Any], code: int) -> None:
    status, answer = await chatting.send(**change)
    assert answer["error"]["code"] == code, answer
    assert status == (404 if code == 132001 else 400)
    assert answer["error"]["error_data"]["messaging_product"] == "whatsapp"
    assert answer["error"]["fbtrace_id"]
    assert (await chatting.stats())["numbers"][PHONE_ID]["accepted"] == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
async def test_a_body_that_is_no_object_is_refused(sandbox: World, body: bytes) -> None:
    status, answer = await sandbox.graph("POST", f"/{PHONE_ID}/messages", body)
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_a_bad_token(sandbox: World) -> None:
    status, answer = await sandbox.graph("POST", f"/{PHONE_ID}/messages", text_message(), token="wrong")
    assert (status, answer["error"]["code"], answer["error"]["type"]) == (401, 190, "OAuthException")
    stranger = pywa_client(sandbox.base_url, token="wrong")
    with pytest.raises(errors.ExpiredAccessToken):
        await stranger.send_message(to=USER, text="Hi")
    await stranger.api._session.aclose()


async def test_another_numbers_id(sandbox: World) -> None:
    status, answer = await sandbox.graph("POST", "/999/messages", text_message())
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
