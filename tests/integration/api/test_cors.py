"""Other inbox UIs: only the origins that the settings name."""

from __future__ import annotations

import pytest

from inbox.foundation.settings import Settings
from tests.integration.api.support import Actor, Client, Team

FRIEND = "https://inbox.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"cors_origins": (FRIEND,)})


async def test_a_named_origin_may_call_and_read_the_answer(client: Client, team: Team) -> None:
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    async with client.options("/api/v1/channels", headers=asked) as preflight:
        assert preflight.status == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == FRIEND
        assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
        assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    answer = await team.owner.get("/workspace", Origin=FRIEND)
    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_an_error_can_be_read_too(nobody: Actor) -> None:
    answer = await nobody.get("/me", Origin=FRIEND)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (401, FRIEND)


@pytest.mark.parametrize("origin", ["https://evil.example", FRIEND + ".evil.example", "null", FRIEND.upper()])
async def test_other_origins_may_not(team: Team, origin: str) -> None:
    answer = await team.owner.get("/workspace", Origin=origin)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"
