"""Signing in by OpenID Connect, with a real provider: there and back, once, and out again when the provider says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import jwt
import pytest

from gateway.openid_exchange import KEEP_SECONDS, KEYS_AGAIN_SECONDS, OpenIdExchange
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.people.accounts import NewOperator, create_operator, issue_password_token
from inbox.people.openid_rules import Expected, TokenRefusedError
from inbox.people.openid_store import COME_BACK_WITHIN
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Answer, Client, Team
from tests.integration.people.openid_world import ANN, CLIENT, STRANGER, UNVERIFIED, Provider, new_key, providing

pytestmark = pytest.mark.filterwarnings("ignore")
"""The provider's library warns of itself."""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as running:
        yield running


async def trusted(team: Team, provider: Provider, link_by: str = "verified_email") -> str:
    made = await team.owner.post(
        "/openid-providers", {"name": "Login", "issuer": provider.issuer, "link_by": link_by, **CLIENT}
    )
    assert made.status == 201, made.body
    return str(made.body["id"])


async def begin(nobody: Actor, provider_id: str, **more: str) -> dict[str, Any]:
    answer = await nobody.post("/auth/openid/start", {"provider_id": provider_id, **more})
    assert answer.status == 200, answer.body
    begun: dict[str, Any] = answer.body
    return begun


async def at_the_provider(begun: dict[str, Any], sub: str) -> dict[str, str]:
    """Sign in there as a browser does; return what comes back with what the browser kept."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(begun["authorization_url"], data={"sub": sub}, allow_redirects=False) as answer,
    ):
        assert answer.status == 302, await answer.text()
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {"state": back["state"][0], "code": back["code"][0], "browser_token": begun["browser_token"]}


async def sign_in(nobody: Actor, provider_id: str, sub: str = ANN.sub, **more: str) -> Answer:
    back = await at_the_provider(await begin(nobody, provider_id, **more), sub)
    return await nobody.post("/auth/openid/finish", back)


async def log_out(client: Client, provider_id: str, token: str) -> int:
    async with client.post(f"/auth/openid/{provider_id}/logout", data={"logout_token": token}) as answer:
        return answer.status


async def test_a_person_signs_in_and_is_known_by_issuer_and_subject(
    team: Team, nobody: Actor, provider: Provider, database: Database
) -> None:
    id_ = await trusted(team, provider)
    first = await sign_in(nobody, id_)
    assert (first.status, first.body["operator"]["id"]) == (200, team.operator.id)
    assert provider.clients[-1].password == CLIENT["client_secret"]
    await database.operators.update_one({"_id": team.operator.id}, {"$set": {"email": "renamed@shop.example"}})
    again = await sign_in(nobody, id_)
    assert again.body["operator"]["id"] == team.operator.id, "the address may change there and here"
    ann = Actor(nobody.client, again.body["token"])
    assert (await ann.get("/me")).status == 200
    by = {one["openid_provider_id"] for one in (await ann.get("/me/sessions")).body["items"]}
    assert by == {None, id_}


async def test_what_comes_back_is_good_once_in_the_browser_that_began_and_for_ten_minutes(
    team: Team, nobody: Actor, provider: Provider, clock: FixedClock
) -> None:
    id_ = await trusted(team, provider)
    back = await at_the_provider(await begin(nobody, id_), ANN.sub)
    other = await begin(nobody, id_)
    for wrong in ({"browser_token": other["browser_token"]}, {"state": "made up"}):
        assert (await nobody.post("/auth/openid/finish", back | wrong)).status == 401
    assert (await nobody.post("/auth/openid/finish", back)).status == 200
    assert (await nobody.post("/auth/openid/finish", back)).status == 401
    late = await at_the_provider(await begin(nobody, id_), ANN.sub)
    clock.advance(COME_BACK_WITHIN)
    assert (await nobody.post("/auth/openid/finish", late)).status == 401


async def test_a_code_of_another_sign_in_is_refused(team: Team, nobody: Actor, provider: Provider) -> None:
    """The provider asks for PKCE's proof; where it would not, the nonce tells."""
    id_ = await trusted(team, provider)
    stolen = await at_the_provider(await begin(nobody, id_), ANN.sub)
    own = await begin(nobody, id_)
    state = parse_qs(urlsplit(own["authorization_url"]).query)["state"][0]
    mixed = {"state": state, "code": stolen["code"], "browser_token": own["browser_token"]}
    answer = await nobody.post("/auth/openid/finish", mixed)
    assert answer.status == 401
    assert "provider" in answer.body["detail"]
    own = await begin(nobody, id_)
    query = parse_qs(urlsplit(own["authorization_url"]).query)
    stolen = await at_the_provider(await begin(nobody, id_), ANN.sub)
    proof = provider.proofs[-1]
    provider.challenge = query["code_challenge"][0]
    mixed = {"state": query["state"][0], "code": stolen["code"], "browser_token": own["browser_token"]}
    answer = await nobody.post("/auth/openid/finish", mixed)
    assert (answer.status, provider.proofs[-1] != proof) == (401, True)
    assert "nonce" in answer.body["detail"]


@pytest.mark.parametrize("who", [UNVERIFIED.sub, STRANGER.sub])
async def test_nobody_gets_in_by_an_address_that_is_not_verified_or_not_known(
    team: Team, nobody: Actor, provider: Provider, who: str
) -> None:
    answer = await sign_in(nobody, await trusted(team, provider), who)
    assert (answer.status, answer.body["code"]) == (401, "unauthenticated")


async def test_by_invitation_only_who_has_the_link_is_linked_and_it_is_used_up(
    team: Team, nobody: Actor, provider: Provider
) -> None:
    id_ = await trusted(team, provider, "invitation")
    assert (await sign_in(nobody, id_)).status == 401, "an address is not enough"
    invited = (await team.owner.post("/invitations", {"name": "Ben", "email": "ben@shop.example"})).body
    link = invited["link"].rpartition("/")[2]
    linked = await sign_in(nobody, id_, STRANGER.sub, link_token=link)
    assert (linked.status, linked.body["operator"]["id"]) == (200, invited["operator"]["id"])
    refused = await nobody.post("/auth/openid/start", {"provider_id": id_, "link_token": link})
    assert refused.status == 401
    assert (await sign_in(nobody, id_, STRANGER.sub)).status == 200


async def test_a_second_person_is_not_linked_to_the_same_account(
    team: Team, nobody: Actor, provider: Provider, database: Database, clock: FixedClock
) -> None:
    id_ = await trusted(team, provider)
    assert (await sign_in(nobody, id_)).status == 200
    link = await issue_password_token(database, team.operator.workspace_id, team.operator.id, clock.now())
    assert (await sign_in(nobody, id_, STRANGER.sub, link_token=link)).status == 401


async def test_who_has_a_second_factor_is_not_linked_by_mail_or_link(
    team: Team, nobody: Actor, provider: Provider, database: Database, clock: FixedClock
) -> None:
    """Otherwise who reads somebody's mail would get around it."""
    id_, ann = await trusted(team, provider), team.operator
    enabled = {
        "since": clock.now(),
        "begun_at": clock.now(),
        "used_step": 0,
        "recovery": [],
        "wrong": 0,
        "wrong_at": None,
    }
    await database.operators.update_one({"_id": ann.id}, {"$set": {"second_factor": enabled}})
    link = await issue_password_token(database, ann.workspace_id, ann.id, clock.now())
    assert (await sign_in(nobody, id_)).status == 401
    assert (await sign_in(nobody, id_, link_token=link)).status == 401


async def test_who_was_deactivated_does_not_come_in_by_a_provider(
    team: Team, nobody: Actor, provider: Provider
) -> None:
    id_ = await trusted(team, provider)
    ann = Actor(nobody.client, (await sign_in(nobody, id_)).body["token"])
    assert (await team.owner.delete(f"/operators/{team.operator.id}")).status == 204
    assert (await ann.get("/me")).status == 401
    assert (await sign_in(nobody, id_)).status == 401


async def test_one_workspace_s_provider_lets_nobody_into_another(
    team: Team, strangers: Team, nobody: Actor, provider: Provider, runtime: Runtime
) -> None:
    theirs = await trusted(strangers, provider)
    assert (await sign_in(nobody, theirs)).status == 401
    new, now = NewOperator(name="Ann", email=str(ANN.claims["email"])), runtime.clock.now()
    other = await create_operator(runtime.database, strangers.owner.workspace_id, new, now=now)
    assert (await sign_in(nobody, theirs)).body["operator"]["id"] == other.id
    link = await issue_password_token(
        runtime.database, team.operator.workspace_id, team.operator.id, runtime.clock.now()
    )
    refused = await nobody.post("/auth/openid/start", {"provider_id": theirs, "link_token": link})
    assert refused.status == 401


async def test_the_provider_ends_sign_ins_that_came_from_it_and_no_others(
    team: Team, nobody: Actor, client: Client, provider: Provider
) -> None:
    id_ = await trusted(team, provider)
    by_provider = Actor(client, (await sign_in(nobody, id_)).body["token"])
    wrong = {
        "no logout": provider.sign(sub=ANN.sub),
        "an ID token": provider.logout_token(nonce="n"),
        "nobody": provider.logout_token(sub=None),
        "old": provider.logout_token(iat=1),
        "for others": provider.logout_token(aud="other"),
        "from others": provider.logout_token(iss="https://other.example"),
        "signed by others": provider.sign(new_key(), events={"http://schemas.openid.net/event/backchannel-logout": {}}),
        "unsigned": jwt.encode({"sub": ANN.sub}, None, algorithm="none"),
        "no token": "x",
    }
    refused = {name: await log_out(client, id_, token) for name, token in wrong.items()}
    assert set(refused.values()) == {400}, refused
    assert await log_out(client, id_, provider.logout_token(sid="another sign-in")) == 200
    assert (await by_provider.get("/me")).status == 200
    assert await log_out(client, "0" * 24, provider.logout_token()) == 404
    assert await log_out(client, id_, provider.logout_token()) == 200
    assert ((await by_provider.get("/me")).status, (await team.operator.get("/me")).status) == (401, 200)
    assert await log_out(client, id_, provider.logout_token()) == 200, "told again"


async def test_the_provider_changes_its_keys_at_any_time(provider: Provider, clock: FixedClock) -> None:
    now = 1_000.0
    exchange = OpenIdExchange(allow_private=True, monotonic=lambda: now)
    expected = Expected(issuer=provider.issuer, client_id=CLIENT["client_id"], now=clock.now())
    asked: Any = {"issuer": provider.issuer}
    assert (await exchange.claims(asked, provider.sign(sub="x"), expected))["sub"] == "x"
    old = provider.sign(sub="x")
    provider.change_key()
    with pytest.raises(TokenRefusedError):
        await exchange.claims(asked, provider.sign(sub="y"), expected)
    now += KEYS_AGAIN_SECONDS
    assert (await exchange.claims(asked, provider.sign(sub="y"), expected))["sub"] == "y"
    now += KEEP_SECONDS
    with pytest.raises(TokenRefusedError):
        await exchange.claims(asked, old, expected)
    await exchange.close()


async def test_what_does_not_answer_as_a_provider_is_refused(team: Team, provider: Provider) -> None:
    for issuer in ("nonsense", "http://127.0.0.1:1", f"{provider.issuer}/"):
        body = {"name": "Login", "issuer": issuer, **CLIENT}
        refused = await team.owner.post("/openid-providers", body)
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/issuer"), issuer
    strict = OpenIdExchange(allow_private=False)
    with pytest.raises(ProblemError, match="https"):
        await strict.configuration(provider.issuer)
    with pytest.raises(ProblemError, match="reached"):
        await strict.configuration(provider.issuer.replace("http:", "https:"))
    await strict.close()


async def test_providers_are_listed_sealed_and_taken_away_with_their_sign_ins(
    team: Team, nobody: Actor, provider: Provider, database: Database, clock: FixedClock
) -> None:
    id_ = await trusted(team, provider)
    assert CLIENT["client_secret"] not in repr(await database.openid_providers.find_one({"_id": id_}))
    shown = (await team.owner.get("/openid-providers")).body
    assert CLIENT["client_secret"] not in repr(shown)
    assert (await nobody.get("/auth/openid")).body == {"items": [{"id": id_, "name": "Login"}]}
    assert (await team.operator.get("/openid-providers")).status == 403
    by_provider = Actor(nobody.client, (await sign_in(nobody, id_)).body["token"])
    assert (await team.owner.delete(f"/openid-providers/{id_}")).status == 204
    clock.advance(timedelta(seconds=1))
    assert (await nobody.post("/auth/openid/start", {"provider_id": id_})).status == 404
    kept = await database.tokens.count_documents({"owner_id": team.operator.id, "openid_provider": id_})
    assert kept == 0
    assert by_provider.token
    log = (await team.owner.get("/audit")).body["items"]
    assert [one["action"] for one in log] == ["openid_provider.deleted", "openid_provider.made"]
