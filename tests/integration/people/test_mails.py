"""Invitations and links for forgotten passwords come by mail, sent by the business's own server."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from gateway.people_parts import FORGOTTEN_OF_EMAIL
from inbox.foundation.clock import FixedClock
from inbox.foundation.secret_box import SecretBox
from inbox.people.accounts import NewOperator, create_operator
from inbox.people.mail_texts import RETRY_SECONDS, RULES, MailKind
from inbox.storage.database import Database
from inbox.storage.installation import seal_anew
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.storage.wakeups import BELL, TOLD_BY_EVENTS
from tests.integration.api.support import PASSWORD, Actor, Team, make_team
from tests.integration.people.mail_world import HOST, LOGIN, Mailbox, certificate, listening
from workers.mails.send_mails import MailSender

BEN = {"name": "Ben\r\nBcc: x@example.com", "email": "ben@shop.example"}
ANN = "ann@shop.example"
LINK = re.compile(r"/#/password/(gwp_[\w-]{43})")


def server(box: Mailbox, **changes: Any) -> dict[str, Any]:
    plain = {"host": HOST, "port": box.port, "security": "none", "sender": "inbox@shop.example", "sender_name": "Shop"}
    return plain | changes


async def set_server(team: Team, body: dict[str, Any]) -> None:
    answer = await team.owner.call("PUT", "/mail-server", body)
    assert answer.status == 200, answer.body


async def send_all(sender: MailSender) -> None:
    while await sender.sweep():
        await sender.drain()


def token_in(box: Mailbox) -> str:
    found = LINK.search(box.arrived[-1].get_content())
    assert found is not None
    return found[1]


async def forgot(nobody: Actor, email: str = ANN, **more: str) -> int:
    return (await nobody.post("/auth/forgotten-password", {"email": email, **more})).status


async def shown(team: Team) -> dict[str, Any]:
    state: dict[str, Any] = (await team.owner.get("/mail-server")).body["server"]
    return state


async def test_an_invitation_is_mailed_and_its_link_lets_in_once(
    team: Team, nobody: Actor, mailbox: Mailbox, sender: MailSender
) -> None:
    await set_server(team, server(mailbox))
    invited = (await team.owner.post("/invitations", BEN)).body
    assert invited["mailed"] is True
    assert mailbox.arrived == [], "never inside of a request"
    await send_all(sender)
    (mail,) = mailbox.arrived
    assert (mail["From"], mail["Subject"]) == ("Shop <inbox@shop.example>", "You are invited to the inbox of shop")
    assert (mail["To"], mail["Bcc"]) == ('"Ben Bcc: x@example.com" <ben@shop.example>', None)
    token = token_in(mailbox)
    assert token not in invited["link"], "a link of its own"
    body = {"token": token, "password": "another good one 77"}
    assert (await nobody.post("/auth/password", body)).status == 200
    assert (await nobody.post("/auth/password", body)).status == 401
    await send_all(sender)
    assert len(mailbox.arrived) == 1


@pytest.mark.parametrize("asked", ["invitation", "another link", "test", "password"])
async def test_workers_are_told_at_once_that_a_mail_waits(
    runtime: Runtime, team: Team, nobody: Actor, mailbox: Mailbox, asked: str
) -> None:
    """No event tells of most of them."""
    await set_server(team, server(mailbox))
    if asked == "another link":
        await team.owner.post("/invitations", BEN)
    async with runtime.redis.pubsub(ignore_subscribe_messages=True) as bell, asyncio.timeout(20):
        await bell.subscribe(BELL)
        while await bell.get_message(timeout=0.3) is not None:
            continue
        if asked == "password":
            assert await forgot(nobody) == 204
        elif asked == "test":
            assert (await team.owner.post("/mail-server/test", {})).status < 300
        else:
            assert (await team.owner.post("/invitations", BEN)).body["mailed"] is True
        while (rung := await bell.get_message(timeout=1)) is None or rung["data"] == TOLD_BY_EVENTS:
            continue


async def test_without_a_server_nothing_is_mailed_and_an_administrator_makes_a_link(
    team: Team, nobody: Actor, sender: MailSender
) -> None:
    assert (await team.owner.get("/mail-server")).body == {"server": None}
    assert (await team.owner.post("/invitations", BEN)).body["mailed"] is False
    assert await forgot(nobody) == 204
    await send_all(sender)
    path = f"/operators/{team.operator.id}/password-link"
    assert (await team.operator.post(path)).status == 403
    made = await team.owner.post(path)
    assert made.status == 201
    assert (await team.operator.get("/me")).status == 200, "until the link is used nothing changes"
    body = {"token": made.body["link"].rpartition("/")[2], "password": "another good one 77"}
    assert (await nobody.post("/auth/password", body)).status == 200
    assert (await team.operator.get("/me")).status == 401
    log = (await team.owner.get(f"/audit?object_id={team.operator.id}")).body["items"]
    assert [(one["action"], one["object_id"]) for one in log] == [("operator.password_link_made", team.operator.id)]


async def test_nobody_makes_a_link_for_who_ranks_above_them_or_left(team: Team) -> None:
    program = Actor(team.owner.client, (await team.owner.post("/api-keys", {"name": "crm"})).body["token"])
    assert (await program.post(f"/operators/{team.owner.id}/password-link")).status == 403
    assert (await team.owner.delete(f"/operators/{team.operator.id}")).status == 204
    assert (await team.owner.post(f"/operators/{team.operator.id}/password-link")).body["code"] == "conflict"


async def test_a_forgotten_password_is_set_anew_by_mail(
    team: Team, nobody: Actor, mailbox: Mailbox, sender: MailSender, clock: FixedClock
) -> None:
    await set_server(team, server(mailbox))
    assert await forgot(nobody, " ANN@shop.example") == 422
    assert await forgot(nobody, "ANN@shop.example") == 204
    await send_all(sender)
    assert (await team.operator.get("/me")).status == 200, "whoever asks, nothing changes until the link is used"
    body = {"token": token_in(mailbox), "password": "another good one 77"}
    assert (await nobody.post("/auth/password", body)).status == 200
    assert (await team.operator.get("/me")).status == 401

    assert await forgot(nobody) == 204
    await send_all(sender)
    late = token_in(mailbox)
    clock.advance(timedelta(hours=2, seconds=1))
    assert (await nobody.post("/auth/password", {**body, "token": late})).status == 401


async def test_nobody_learns_who_has_an_account(
    team: Team, nobody: Actor, mailbox: Mailbox, sender: MailSender, database: Database
) -> None:
    """The answer is the same, and so is what is done for it: one row each; limits count alike."""
    await set_server(team, server(mailbox))
    assert (await team.owner.patch(f"/operators/{team.operator.id}", {"active": False})).status == 200
    known, unknown, gone = "owner@shop.example", "nobody@shop.example", ANN
    for email in (known, unknown, gone):
        answers = [await nobody.post("/auth/forgotten-password", {"email": email}) for _ in range(4)]
        assert [one.status for one in answers] == [204] * int(FORGOTTEN_OF_EMAIL.at_once) + [429]
        assert 0 < answers[-1].body["retry_after_seconds"] <= 3600
    assert await database.password_requests.count_documents({}) == 3
    assert await database.mails.count_documents({}) == 0
    await send_all(sender)
    assert [mail["To"] for mail in mailbox.arrived] == ["Owner <owner@shop.example>"], "one mail for three requests"
    assert await database.password_requests.count_documents({}) == 0


async def test_who_works_in_several_workspaces_gets_a_mail_of_each_that_has_a_server(
    team: Team, nobody: Actor, mailbox: Mailbox, sender: MailSender, runtime: Runtime
) -> None:
    now, database = runtime.clock.now(), runtime.database
    for name in ("second", "third"):
        other = await make_team(runtime, nobody.client, name)
        await create_operator(database, other.owner.workspace_id, NewOperator(name="Ann", email=ANN), now=now)
        if name == "second":
            await set_server(other, server(mailbox, sender="inbox@second.example"))
            second = other.owner.workspace_id
    await set_server(team, server(mailbox))
    assert await forgot(nobody) == 204
    await send_all(sender)
    assert sorted(mail["From"] for mail in mailbox.arrived) == [
        "Shop <inbox@second.example>",
        "Shop <inbox@shop.example>",
    ]
    assert await forgot(nobody, workspace_id=second) == 204
    await send_all(sender)
    assert mailbox.arrived[-1]["From"] == "Shop <inbox@second.example>"
    assert len(mailbox.arrived) == 3


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
async def test_passwords_go_over_tls_only_and_certificates_are_checked(
    team: Team, sender: MailSender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, implicit: bool
) -> None:
    context, trusted = certificate(tmp_path)
    async with listening(tls=context, implicit=implicit) as box:
        login = {"username": LOGIN.login.decode(), "password": LOGIN.password.decode()}
        refused = await team.owner.call("PUT", "/mail-server", server(box, **login))
        assert refused.body["errors"][0]["pointer"] == "/security"
        await set_server(team, server(box, **login, security="tls" if implicit else "starttls"))
        assert (await team.owner.post("/mail-server/test")).status == 204
        await send_all(sender)
        assert (box.arrived, (await shown(team))["last_error"]) == (
            [],
            "The server's certificate is not valid for its name.",
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert (await team.owner.post("/mail-server/test")).status == 204
        await send_all(sender)
        assert [mail["Subject"] for mail in box.arrived] == ["shop: mails arrive"]
        state = await shown(team)
        assert (state["last_error"], state["has_password"]) == (None, True)
        assert state["last_sent_at"] is not None


async def test_a_server_that_does_not_encrypt_gets_no_password(
    team: Team, mailbox: Mailbox, sender: MailSender
) -> None:
    await set_server(team, server(mailbox, username="inbox", password="secret 1", security="starttls"))
    await team.owner.post("/mail-server/test")
    await send_all(sender)
    assert mailbox.arrived == []
    assert "STARTTLS" in (await shown(team))["last_error"]


async def test_the_password_is_sealed_never_shown_and_goes_to_no_other_server(
    team: Team, mailbox: Mailbox, database: Database, runtime: Runtime
) -> None:
    login = {"username": "inbox", "security": "starttls"}
    await set_server(team, server(mailbox, **login, password="mail secret 1"))
    assert "mail secret 1" not in repr(await database.mail_servers.find_one({}))
    assert "mail secret 1" not in repr((await team.owner.get("/mail-server")).body)
    await set_server(team, server(mailbox, **login, sender_name="Shop, Inc."))
    for change in ({"port": 26}, {"host": "localhost"}, {"username": "other"}):
        refused = await team.owner.call("PUT", "/mail-server", server(mailbox, **login) | change)
        assert refused.body["errors"][0]["pointer"] == "/password", change
    newer = SecretBox(SecretBox.new_key(), [runtime.settings.secret_key.get_secret_value()])  # type: ignore[union-attr]
    await seal_anew(database, newer)
    stored = await database.mail_servers.find_one({"_id": team.owner.workspace_id})
    assert stored is not None
    assert newer.is_current(stored["secrets"])
    assert newer.open(stored["secrets"]) == {"password": "mail secret 1"}


async def test_what_is_not_taken_is_tried_again_and_what_is_refused_for_good_is_not(
    team: Team, mailbox: Mailbox, sender: MailSender, clock: FixedClock, database: Database
) -> None:
    await set_server(team, server(mailbox))
    mailbox.refusals = ["451 come back", "550 no such user"]
    await team.owner.post("/invitations", BEN)
    await send_all(sender)
    assert (await shown(team))["last_error"] == "The server refused the mail: 451 come back"
    await send_all(sender)
    assert len(mailbox.refusals) == 1, "not before its time"
    assert await sender.next_due() == clock.now() + timedelta(seconds=RETRY_SECONDS[0])
    clock.advance(timedelta(seconds=RETRY_SECONDS[0]))
    await send_all(sender)
    assert (await shown(team))["last_error"] == "The server refused the mail: 550 no such user"
    assert await database.mails.count_documents({}) == 0


async def test_a_mail_that_nobody_waits_for_any_more_is_dropped(
    team: Team, nobody: Actor, mailbox: Mailbox, sender: MailSender, clock: FixedClock, database: Database
) -> None:
    await set_server(team, server(mailbox))
    mailbox.refusals = ["451 come back"] * 50
    assert await forgot(nobody) == 204
    await send_all(sender)
    clock.advance(RULES[MailKind.FORGOTTEN_PASSWORD].tried_for + timedelta(seconds=1))
    await send_all(sender)
    assert (len(mailbox.refusals), await database.mails.count_documents({})) == (49, 0)


async def test_a_mail_that_was_cut_off_goes_later_and_not_by_two(
    team: Team, mailbox: Mailbox, sender: MailSender, clock: FixedClock, runtime: Runtime
) -> None:
    await set_server(team, server(mailbox))
    await team.owner.post("/invitations", BEN)
    mailbox.holds.clear()
    await sender.sweep()
    async with asyncio.timeout(20):
        await mailbox.came.wait()
    other = MailSender(runtime, Leases(runtime.database, "other"))
    await send_all(other)
    await sender.stop()
    mailbox.holds.set()
    clock.advance(timedelta(seconds=RETRY_SECONDS[0]))
    mailbox.arrived.clear()
    await send_all(other)
    await other.stop()
    assert len(mailbox.arrived) == 1


async def test_one_slow_server_delays_nobody_else(
    team: Team, strangers: Team, mailbox: Mailbox, sender: MailSender
) -> None:
    async with listening() as slow:
        slow.holds.clear()
        await set_server(strangers, server(slow))
        await set_server(team, server(mailbox))
        await strangers.owner.post("/mail-server/test")
        await team.owner.post("/mail-server/test")
        await sender.sweep()
        async with asyncio.timeout(20):
            await slow.came.wait()
            await mailbox.came.wait()
        assert slow.arrived == []


async def test_who_left_gets_no_mail(team: Team, nobody: Actor, mailbox: Mailbox, sender: MailSender) -> None:
    await set_server(team, server(mailbox))
    await team.owner.post("/invitations", BEN)
    invited = (await team.owner.get("/operators")).body["items"][1]
    assert invited["name"].startswith("Ben")
    assert (await team.owner.delete(f"/operators/{invited['id']}")).status == 204
    await send_all(sender)
    assert mailbox.arrived == []


async def test_private_addresses_are_refused_when_entered_and_when_connecting(
    team: Team, mailbox: Mailbox, runtime: Runtime
) -> None:
    await set_server(team, server(mailbox))
    strict = runtime.settings.model_copy(update={"allow_private_urls": False})
    public = Runtime(strict, runtime.clock, runtime.database, runtime.redis, runtime.secret_box, runtime.hash_opt_out)
    async with TestClient(TestServer(build_app(public))) as client:
        for host in (HOST, "localhost", "::1", "10.0.0.1"):
            owner = Actor(client, team.owner.token)
            refused = await owner.call("PUT", "/mail-server", server(mailbox, host=host))
            assert refused.body["errors"][0]["pointer"] == "/host", host
    await team.owner.post("/mail-server/test")
    sender = MailSender(public, Leases(runtime.database, "strict"))
    await send_all(sender)
    await sender.stop()
    assert mailbox.arrived == []
    assert "private" in (await shown(team))["last_error"]


async def test_only_administrators_see_or_set_the_server_and_a_key_gets_no_mail(team: Team, mailbox: Mailbox) -> None:
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/test")):
        assert (await team.operator.call(method, f"/mail-server{path}", server(mailbox))).status == 403
    assert (await team.owner.post("/mail-server/test")).body["code"] == "conflict"
    assert (await team.key.post("/mail-server/test")).status == 403
    assert (await team.owner.delete("/mail-server")).status == 404
    await set_server(team, server(mailbox))
    assert (await team.owner.delete("/mail-server")).status == 204
    log = (await team.owner.get("/audit")).body["items"]
    assert [(one["action"], one["object_id"]) for one in log] == [
        ("mail_server.removed", None),
        ("mail_server.set", HOST),
    ]
    assert PASSWORD not in repr(log)
