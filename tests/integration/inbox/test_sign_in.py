"""Signing in, tokens and API keys on the real database."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.foundation.secret_box import SecretBox
from inbox.people.access import Action, CallerKind, Role
from inbox.people.accounts import NewOperator, NewWorkspace, create_operator, create_workspace, list_operators
from inbox.people.api_keys import ApiKeyRequest, create_api_key, delete_api_key, list_api_keys
from inbox.people.authenticator import KEEP_SECONDS, Authenticator
from inbox.people.hashing_line import RETRY_SECONDS, HashingLine
from inbox.people.login_limit import MAX_FAILURES, MAX_FAILURES_OF_ADDRESS, WINDOW_SECONDS, LoginLimit
from inbox.people.second_factor import SecondFactors
from inbox.people.sessions import change_password
from inbox.people.sign_in import MAX_WORKSPACES_TRIED, SignedIn, SigningIn, hashes_to_try
from inbox.storage.database import Database
from inbox.storage.redis_clients import connect_redis

PASSWORD = "correct horse battery"


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def signing_in(database: Database) -> SigningIn:
    return SigningIn(database, SecondFactors(database, SecretBox(SecretBox.new_key())), sign_in_days=1)


async def sign_in(
    database: Database, *, email: str, password: str, now: datetime, workspace_id: str | None = None
) -> SignedIn:
    return await signing_in(database).by_password(email, password, now=now, workspace_id=workspace_id)


async def set_password_by_link(database: Database, *, token: str, password: str, now: datetime) -> SignedIn:
    return await signing_in(database).by_link(token, password, now=now)


async def make_workspace(database: Database, clock: FixedClock, email: str = "Owner@Example.com") -> NewWorkspace:
    owner = NewOperator(name="Owner", email=email, password=PASSWORD)
    return await create_workspace(database, name="Shop", owner=owner, now=clock.now(), sign_in_days=30)


async def refused(awaitable: object, code: str) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        await awaitable  # type: ignore[misc]
    assert caught.value.code == code
    return caught.value


async def test_an_email_matches_in_any_case(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    signed_in = await sign_in(database, email=" OWNER@example.com", password=PASSWORD, now=clock.now())
    assert signed_in.operator == made.owner
    assert made.owner.role is Role.OWNER


async def test_wrong_password_and_unknown_email_look_the_same(database: Database, clock: FixedClock) -> None:
    await make_workspace(database, clock)
    wrong = await refused(
        sign_in(database, email="owner@example.com", password="nope", now=clock.now()),
        "unauthenticated",
    )
    unknown = await refused(
        sign_in(database, email="who@example.com", password="nope", now=clock.now()), "unauthenticated"
    )
    assert wrong.detail == unknown.detail


async def test_the_same_email_in_two_workspaces_is_told_apart_by_password_and_by_id(
    database: Database, clock: FixedClock
) -> None:
    first = await make_workspace(database, clock)
    second = await create_workspace(
        database,
        name="Other",
        owner=NewOperator(name="O", email="owner@example.com", password="another password"),
        now=clock.now(),
        sign_in_days=30,
    )
    by_password = await sign_in(database, email="owner@example.com", password="another password", now=clock.now())
    assert by_password.workspace_id == second.workspace.id
    await refused(
        sign_in(
            database,
            email="owner@example.com",
            password="another password",
            now=clock.now(),
            workspace_id=first.workspace.id,
        ),
        "unauthenticated",
    )


async def test_an_email_is_unique_in_a_workspace(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    again = NewOperator(name="Twin", email="OWNER@EXAMPLE.COM")
    problem = await refused(create_operator(database, made.workspace.id, again, now=clock.now()), "duplicate")
    assert problem.errors[0].pointer == "/email"


async def test_nothing_stored_contains_the_token(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    stored = str(await database.tokens.find({}).to_list(None))
    assert made.token not in stored
    assert made.token.removeprefix("gwt_") not in stored


async def test_a_sign_in_ends_after_its_days(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    authenticator = Authenticator(database, clock)
    caller = await authenticator.authenticate(made.token)
    assert (caller.workspace_id, caller.id, caller.kind) == (made.workspace.id, made.owner.id, CallerKind.OPERATOR)
    clock.advance(timedelta(days=30))
    await refused(authenticator.authenticate(made.token), "unauthenticated")
    await authenticator.close()


@pytest.mark.parametrize("token", ["", "gwt_", "gwk_" + "A" * 43, "x" * 5000, "gwt_" + "é" * 43, "Bearer"])
async def test_what_is_no_token_is_refused(database: Database, clock: FixedClock, token: str) -> None:
    await refused(Authenticator(database, clock).authenticate(token), "unauthenticated")


async def test_a_password_link_is_no_sign_in_and_works_once(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    authenticator = Authenticator(database, clock)
    await refused(authenticator.authenticate(made.password_token), "unauthenticated")
    signed_in = await set_password_by_link(
        database, token=made.password_token, password="a new password", now=clock.now()
    )
    assert signed_in.operator.id == made.owner.id
    await refused(authenticator.authenticate(made.token), "unauthenticated")  # earlier sign-ins end
    await refused(
        set_password_by_link(database, token=made.password_token, password="yet another", now=clock.now()),
        "unauthenticated",
    )
    await refused(
        sign_in(database, email="owner@example.com", password=PASSWORD, now=clock.now()),
        "unauthenticated",
    )


async def test_a_deleted_key_is_refused_by_other_processes_within_a_second(
    database: Database, clock: FixedClock
) -> None:
    made = await make_workspace(database, clock)
    ticks = Ticks()
    other_process = Authenticator(database, clock, monotonic=ticks)
    key = await create_api_key(database, made.workspace.id, ApiKeyRequest(name="crm"), now=clock.now())
    caller = await other_process.authenticate(key.token)
    assert (caller.role, caller.may(Action.MANAGE)) == (Role.MANAGER, True)
    await delete_api_key(database, made.workspace.id, key.id)
    ticks.seconds += KEEP_SECONDS
    await refused(other_process.authenticate(key.token), "unauthenticated")
    await other_process.close()


async def test_keys_are_listed_without_secret_and_apart_from_sign_ins(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    authenticator = Authenticator(database, clock)
    keys = [
        await create_api_key(database, made.workspace.id, ApiKeyRequest(name=f"key {n}"), now=clock.now())
        for n in range(3)
    ]
    await authenticator.authenticate(keys[0].token)
    await authenticator.close()
    page = await list_api_keys(database, made.workspace.id, limit=2, cursor=None)
    rest = await list_api_keys(database, made.workspace.id, limit=2, cursor=page.next_cursor)
    assert [key.id for key in [*page.items, *rest.items]] == [key.id for key in keys]
    assert rest.next_cursor is None
    assert page.items[0].last_used_at == clock.now()
    assert not hasattr(page.items[0], "token")


async def test_an_operator_who_is_no_longer_active_is_refused(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    await database.operators.update_one({"_id": made.owner.id}, {"$set": {"active": False}})
    await refused(Authenticator(database, clock).authenticate(made.token), "unauthenticated")


async def test_queues_of_an_operator_and_of_the_operators_groups_are_in_reach(
    database: Database, clock: FixedClock
) -> None:
    made = await make_workspace(database, clock)
    new = NewOperator(name="Ann", email="ann@example.com", password=PASSWORD)
    ann = await create_operator(database, made.workspace.id, new, now=clock.now())
    await database.operators.update_one({"_id": ann.id}, {"$set": {"group_ids": ["g1"]}})
    await database.queues.insert_many(
        [
            {"_id": "own", "workspace_id": made.workspace.id, "operator_ids": [ann.id], "group_ids": []},
            {"_id": "group", "workspace_id": made.workspace.id, "operator_ids": [], "group_ids": ["g1"]},
            {"_id": "neither", "workspace_id": made.workspace.id, "operator_ids": [], "group_ids": ["g2"]},
            {"_id": "foreign", "workspace_id": "other", "operator_ids": [ann.id], "group_ids": ["g1"]},
        ]
    )
    signed_in = await sign_in(database, email="ann@example.com", password=PASSWORD, now=clock.now())
    caller = await Authenticator(database, clock).authenticate(signed_in.token)
    assert caller.queue_ids == {"own", "group"}


async def test_operators_are_listed_in_pages_of_one_workspace(database: Database, clock: FixedClock) -> None:
    made = await make_workspace(database, clock)
    await make_workspace(database, clock, "stranger@example.com")
    for name in ("c", "a", "b"):
        new = NewOperator(name=name, email=f"{name}@example.com")
        await create_operator(database, made.workspace.id, new, now=clock.now())
    first = await list_operators(database, made.workspace.id, limit=2, cursor=None)
    second = await list_operators(database, made.workspace.id, limit=2, cursor=first.next_cursor)
    assert [o.email[0] for o in [*first.items, *second.items]] == ["a", "b", "c", "o"]
    assert second.next_cursor is None


async def test_the_eleventh_failure_waits_and_success_forgets(redis: Redis) -> None:
    limit = LoginLimit(redis)
    for _ in range(MAX_FAILURES):
        await limit.attempt("a@example.com", "10.0.0.1")
    problem = await refused(LoginLimit(redis).attempt("A@example.com", "10.0.0.1"), "too_many_requests")
    assert 0 < int(str(problem.extra["retry_after_seconds"])) <= WINDOW_SECONDS
    await limit.attempt("a@example.com", "10.0.0.2")
    await limit.succeeded("a@example.com", "10.0.0.1")
    await limit.attempt("a@example.com", "10.0.0.1")


async def test_without_redis_each_process_counts_for_itself() -> None:
    away = connect_redis("redis://127.0.0.1:1/0")
    ticks = Ticks()
    limit = LoginLimit(away, monotonic=ticks)
    for _ in range(MAX_FAILURES):
        await limit.attempt("a@example.com", "10.0.0.1")
    await refused(limit.attempt("a@example.com", "10.0.0.1"), "too_many_requests")
    ticks.seconds += WINDOW_SECONDS + 1
    await limit.attempt("a@example.com", "10.0.0.1")
    await away.aclose()


async def test_one_email_after_the_other_from_one_address_waits_and_other_addresses_do_not(redis: Redis) -> None:
    limit = LoginLimit(redis)
    for number in range(MAX_FAILURES_OF_ADDRESS):
        await limit.attempt(f"{number}@example.com", "10.0.0.1")
    await refused(LoginLimit(redis).attempt("next@example.com", "10.0.0.1"), "too_many_requests")
    await limit.attempt("next@example.com", "10.0.0.2")


async def test_who_signs_in_does_not_use_up_the_address_and_neither_does_one_email_alone(redis: Redis) -> None:
    limit = LoginLimit(redis)
    for number in range(MAX_FAILURES_OF_ADDRESS + 1):
        await limit.attempt(f"{number}@example.com", "10.0.0.1")
        await limit.succeeded(f"{number}@example.com", "10.0.0.1")
    for _ in range(MAX_FAILURES_OF_ADDRESS + 1):
        with suppress(ProblemError):
            await limit.attempt("a@example.com", "10.0.0.1")
    await limit.attempt("b@example.com", "10.0.0.1")


async def test_an_attempt_whose_password_nobody_looked_at_does_not_count(redis: Redis) -> None:
    limit = LoginLimit(redis)
    for _ in range(MAX_FAILURES + 1):
        await limit.attempt("a@example.com", "10.0.0.1")
        await limit.not_tried("a@example.com", "10.0.0.1")


@pytest.mark.parametrize("known", [0, 1, 2, 5, 7])
def test_a_sign_in_is_the_same_work_for_any_number_of_workspaces(known: int) -> None:
    candidates = [{"password_hash": f"hash {number}"} for number in range(known)]
    tried = hashes_to_try(candidates, MAX_WORKSPACES_TRIED)
    assert len(tried) == MAX_WORKSPACES_TRIED
    assert [one for one in tried if one] == [one["password_hash"] for one in candidates[:MAX_WORKSPACES_TRIED]]


async def test_a_password_that_everybody_tries_is_refused_wherever_one_is_set(
    database: Database, clock: FixedClock
) -> None:
    made = await make_workspace(database, clock)
    ways = (
        create_operator(
            database,
            made.workspace.id,
            NewOperator(name="Ann", email="ann@example.com", password="0123456789"),
            now=clock.now(),
        ),
        set_password_by_link(database, token=made.password_token, password="Password123!", now=clock.now()),
        change_password(database, made.workspace.id, made.owner.id, made.token, old=PASSWORD, new="owner@example.com"),
    )
    for way in ways:
        problem = await refused(way, "invalid_request")
        assert problem.errors[0].pointer == "/password"


async def test_a_line_for_hashing_is_short_and_nobody_takes_it_whole() -> None:
    line, gate = HashingLine("test", at_once=1, waiting=2, of_one=2), threading.Event()
    mine = [asyncio.ensure_future(line.run("me", gate.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    problem = await refused(line.run("me", gate.wait), "too_many_requests")
    assert problem.extra["retry_after_seconds"] == RETRY_SECONDS
    yours = asyncio.ensure_future(line.run("you", gate.wait))
    await asyncio.sleep(0)
    await refused(line.run("they", gate.wait), "unavailable")
    gate.set()
    assert await asyncio.gather(*mine, yours) == [True] * 3
    assert await line.run("they", gate.wait)
