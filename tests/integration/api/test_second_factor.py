"""The second factor: codes are good once, also when they come at the same moment; nobody is locked out for good."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from inbox.foundation.clock import FixedClock
from inbox.people.accounts import issue_password_token
from inbox.people.second_factor import ENROLL_WITHIN, LOCKED_FOR, MAX_WRONG, RECOVERY_CODES, STEP_SECONDS
from inbox.storage.database import Database
from tests.integration.api.support import PASSWORD, Actor, Answer, Team

OWN = "/me/second-factor"
ANN = {"email": "ann@shop.example", "password": PASSWORD}


class Phone:
    """An app on a phone, whose clock goes with the test's."""

    def __init__(self, secret: str, clock: FixedClock) -> None:
        self._totp = pyotp.TOTP(secret)
        self._clock = clock

    def code(self, *, late_seconds: int = 0) -> str:
        return self._totp.at(self._clock.now() - timedelta(seconds=late_seconds))

    def next_code(self) -> str:
        self._clock.advance(timedelta(seconds=STEP_SECONDS))
        return self.code()

    def wrong_code(self) -> str:
        return f"{(int(self.code()) + 7) % 1_000_000:06d}"


async def enrolled(team: Team, clock: FixedClock) -> tuple[Phone, list[str]]:
    begun = await team.operator.post(OWN, {"password": PASSWORD})
    assert begun.status == 200, begun.body
    phone = Phone(begun.body["secret"], clock)
    confirmed = await team.operator.call("PUT", OWN, {"code": phone.code()})
    assert confirmed.status == 200, confirmed.body
    return phone, confirmed.body["recovery_codes"]


async def sign_in(nobody: Actor, **further: Any) -> Answer:
    return await nobody.post("/auth/login", {**ANN, **further})


async def test_the_app_is_given_what_it_needs(team: Team) -> None:
    begun = (await team.operator.post(OWN, {"password": PASSWORD})).body
    read = pyotp.parse_uri(begun["uri"])
    assert (read.secret, read.name, read.issuer) == (begun["secret"], "ann@shop.example", "shop")
    assert (await team.operator.get(OWN)).body["enabled"] is False


async def test_until_a_code_confirmed_it_nothing_changes(team: Team, nobody: Actor, clock: FixedClock) -> None:
    begun = (await team.operator.post(OWN, {"password": PASSWORD})).body
    phone = Phone(begun["secret"], clock)
    refused = await team.operator.call("PUT", OWN, {"code": phone.wrong_code()})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/code")
    assert (await sign_in(nobody)).status == 200
    clock.advance(ENROLL_WITHIN + timedelta(seconds=1))
    assert (await team.operator.call("PUT", OWN, {"code": phone.code()})).body["code"] == "conflict"


async def test_a_sign_in_needs_a_code(team: Team, nobody: Actor, clock: FixedClock) -> None:
    phone, _ = await enrolled(team, clock)
    without = await sign_in(nobody)
    assert (without.status, without.body["code"]) == (401, "second_factor_needed")
    assert (await sign_in(nobody, code=phone.wrong_code())).body["code"] == "unauthenticated"
    signed_in = await sign_in(nobody, code=phone.next_code())
    assert (await Actor(nobody.client, signed_in.body["token"]).get(OWN)).body["recovery_codes_left"] == RECOVERY_CODES


async def test_who_does_not_know_the_password_hears_nothing_of_it(team: Team, nobody: Actor, clock: FixedClock) -> None:
    await enrolled(team, clock)
    answer = await sign_in(nobody, password="wrong password")
    assert (answer.status, answer.body["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(("late_seconds", "status"), [(0, 200), (30, 200), (-30, 200), (61, 401), (-61, 401)])
async def test_a_phones_clock_may_be_half_a_minute_off(
    team: Team, nobody: Actor, clock: FixedClock, late_seconds: int, status: int
) -> None:
    phone, _ = await enrolled(team, clock)
    clock.advance(timedelta(minutes=5))
    assert (await sign_in(nobody, code=phone.code(late_seconds=late_seconds))).status == status


async def test_a_code_is_good_once(team: Team, nobody: Actor, clock: FixedClock) -> None:
    phone, _ = await enrolled(team, clock)
    assert (await sign_in(nobody, code=phone.code())).status == 401, "it confirmed the app"
    code = phone.next_code()
    at_once = await asyncio.gather(*(sign_in(nobody, code=code) for _ in range(4)))
    assert sorted(answer.status for answer in at_once) == [200, 401, 401, 401]
    assert (await sign_in(nobody, code=phone.code(late_seconds=30))).status == 401, "nor is an earlier one"


async def test_a_recovery_code_is_good_once_however_it_is_spelt(team: Team, nobody: Actor, clock: FixedClock) -> None:
    _, codes = await enrolled(team, clock)
    assert len(set(codes)) == RECOVERY_CODES
    spelt = codes[0].upper().replace("-", " ")
    at_once = await asyncio.gather(*(sign_in(nobody, code=spelt) for _ in range(3)))
    assert sorted(answer.status for answer in at_once) == [200, 401, 401]
    assert (await team.operator.get(OWN)).status == 200
    assert (await team.operator.get(OWN)).body["recovery_codes_left"] == RECOVERY_CODES - 1


async def test_codes_can_t_be_guessed_and_the_lock_ends(
    team: Team, nobody: Actor, clock: FixedClock, database: Database
) -> None:
    phone, _ = await enrolled(team, clock)
    await database.operators.update_one(
        {"_id": team.operator.id}, {"$set": {"second_factor.wrong": MAX_WRONG - 1, "second_factor.wrong_at": None}}
    )
    assert (await sign_in(nobody, code=phone.wrong_code())).status == 401
    locked = await sign_in(nobody, code=phone.next_code())
    assert (locked.status, locked.body["code"]) == (429, "too_many_requests")
    clock.advance(LOCKED_FOR)
    assert (await sign_in(nobody, code=phone.code())).status == 200
    assert (await sign_in(nobody, code=phone.wrong_code())).status == 401, "counted from the beginning"


async def test_a_password_link_is_not_enough(team: Team, nobody: Actor, clock: FixedClock, database: Database) -> None:
    phone, _ = await enrolled(team, clock)
    token = await issue_password_token(database, team.operator.workspace_id, team.operator.id, clock.now())
    asked = {"token": token, "password": "another good one 77"}
    assert (await nobody.post("/auth/password", asked)).body["code"] == "second_factor_needed"
    answer = await nobody.post("/auth/password", {**asked, "code": phone.next_code()})
    assert answer.status == 200, "the link was still good"


async def test_other_sign_ins_end_when_it_is_turned_on(team: Team, nobody: Actor, clock: FixedClock) -> None:
    other = Actor(nobody.client, (await sign_in(nobody)).body["token"])
    await enrolled(team, clock)
    assert (await other.get("/me")).status == 401
    assert (await team.operator.get("/me")).status == 200


async def test_it_is_turned_off_with_password_and_code(team: Team, nobody: Actor, clock: FixedClock) -> None:
    phone, _ = await enrolled(team, clock)
    off = f"{OWN}/remove"
    wrong = await team.operator.post(off, {"password": "wrong password", "code": phone.next_code()})
    assert wrong.body["errors"][0]["pointer"] == "/password"
    assert (await team.operator.post(off, {"password": PASSWORD, "code": phone.wrong_code()})).status == 401
    assert (await team.operator.post(off, {"password": PASSWORD, "code": phone.code()})).status == 204
    assert (await sign_in(nobody)).status == 200


async def test_new_recovery_codes_replace_the_old_ones(team: Team, nobody: Actor, clock: FixedClock) -> None:
    phone, old = await enrolled(team, clock)
    renewed = await team.operator.post(f"{OWN}/recovery-codes", {"code": phone.next_code()})
    assert set(renewed.body["recovery_codes"]).isdisjoint(old)
    assert (await sign_in(nobody, code=old[0])).status == 401
    assert (await sign_in(nobody, code=renewed.body["recovery_codes"][0])).status == 200


async def test_an_administrator_takes_it_away_and_it_stands_in_the_log(
    team: Team, nobody: Actor, clock: FixedClock
) -> None:
    theirs = f"/operators/{team.operator.id}/second-factor"
    assert (await team.owner.get(theirs)).body["enabled"] is False
    await enrolled(team, clock)
    shown = (await team.owner.get(theirs)).body
    assert (shown["enabled"], shown["recovery_codes_left"]) == (True, 10)
    assert (await team.operator.get(theirs)).status == 403
    assert (await team.operator.delete(f"/operators/{team.operator.id}/second-factor")).status == 403
    assert (await team.owner.delete(f"/operators/{team.operator.id}/second-factor")).status == 204
    assert (await sign_in(nobody)).status == 200
    newest = (await team.owner.get("/audit")).body["items"][0]
    assert (newest["action"], newest["object_id"]) == ("operator.second_factor_removed", team.operator.id)


async def test_the_secret_is_sealed_and_never_shown_again(team: Team, clock: FixedClock, database: Database) -> None:
    begun = (await team.operator.post(OWN, {"password": PASSWORD})).body
    stored = await database.operators.find_one({"_id": team.operator.id})
    assert begun["secret"] not in repr(stored)
    await team.operator.call("PUT", OWN, {"code": Phone(begun["secret"], clock).code()})
    for shown in ("/me", OWN, "/operators"):
        assert begun["secret"] not in repr((await team.owner.get(shown)).body)
    assert (await team.operator.post(OWN, {"password": PASSWORD})).body["code"] == "conflict"
