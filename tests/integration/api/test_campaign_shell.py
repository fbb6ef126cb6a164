"""`gateway campaign send` leaves nothing behind of a campaign that it did not start, and says why it did not."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from gateway.commands.campaign import campaign_fields, prepare
from gateway.commands.campaign_shell import ListRefusedError, Shell
from tests.integration.api.support import Team, approved_template, whatsapp_channel

GOOD = "phone,name\n+4915120000000,Ann\nnobody,Eve\n"


async def send(team: Team, tmp_path: Path, text: str, *more: str) -> bool:
    """Have the command send a list with the template `sale` from a number that no Meta stands behind."""
    channel = (await team.owner.post("/channels", whatsapp_channel(provider_base_url="http://127.0.0.1:9"))).body
    await approved_template(team.owner.client, team.owner.workspace_id, channel)
    file = tmp_path / "list.csv"
    file.write_text(text)
    parser = argparse.ArgumentParser()
    prepare(parser)
    options = parser.parse_args(["send", str(file), "--template", "sale", *more])
    assert team.owner.token is not None
    shell = Shell(str(team.owner.client.make_url("/")), team.owner.token)
    return await shell.send(options, campaign_fields(options, channel["id"]))


async def to_segment(team: Team, wanted: str, *more: str) -> bool:
    """Have the command send to a segment."""
    channel = (await team.owner.post("/channels", whatsapp_channel(provider_base_url="http://127.0.0.1:9"))).body
    await approved_template(team.owner.client, team.owner.workspace_id, channel)
    for phone, language in (("+4915120000000", "de"), ("+4915120000001", "fr")):
        body = {"name": "Ann", "language": language, "identities": [{"kind": "whatsapp", "external_id": phone}]}
        made = await team.owner.post("/contacts", body)
        assert made.status == 201, made.body
    assert (await team.owner.post("/segments", {"name": "Germans", "filter": {"languages": ["de"]}})).status == 201
    parser = argparse.ArgumentParser()
    prepare(parser)
    options = parser.parse_args(["send", "--segment", wanted, "--template", "sale", *more])
    assert team.owner.token is not None
    shell = Shell(str(team.owner.client.make_url("/")), team.owner.token)
    return await shell.send(options, campaign_fields(options, channel["id"]))


async def campaigns(team: Team) -> list[Any]:
    return list((await team.owner.get("/campaigns")).body["items"])


async def test_check_leaves_no_campaign(team: Team, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await send(team, tmp_path, GOOD, "--check-only", "--consent-source", "shop")
    assert await campaigns(team) == []
    assert "Left out: 1 no recipients" in capsys.readouterr().out
    assert "nobody" in (tmp_path / "list.errors.csv").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("phone,name\n12,a\nfoo,c\n", "/lines/2", id="no row is a recipient"),
        pytest.param('phone,name\n+4915120000000,"Ann\n', "Line 2", id="mark that is never closed"),
        pytest.param(GOOD, "Nobody", id="nobody has agreed"),
    ],
)
async def test_refused_list_leaves_no_campaign(
    team: Team, tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ListRefusedError, match=said) as refused:
        await send(team, tmp_path, text)
    assert await campaigns(team) == []
    if refused.value.about_lines or "errors.csv" in str(refused.value):
        assert (tmp_path / "list.errors.csv").read_text().count("\n") == text.count("\n")
    if said == "Nobody":
        assert "--consent-source" in capsys.readouterr().out


async def test_a_segment_takes_the_place_of_a_list(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    card = b"effective_date,currency,market,category,rate\n2026-01-01,EUR,DE,marketing,0.1131\n"
    assert (await team.owner.post("/rate-cards", card, Content_Type="text/csv")).status == 201
    assert await to_segment(team, "germans", "--check-only", "--consent-source", "shop")
    assert await campaigns(team) == []
    said = capsys.readouterr().out
    assert "1 recipients as the segment is now" in said
    assert "costs 0.1131 EUR" in said


async def test_a_segment_that_is_not_there_is_named_beside_those_that_are(team: Team) -> None:
    with pytest.raises(ListRefusedError, match=r"no segment called Danes[\s\S]*Germans"):
        await to_segment(team, "Danes", "--check-only")
    assert await campaigns(team) == []


@pytest.mark.parametrize("whom", [[], ["list.csv", "--segment", "Germans"]])
def test_a_campaign_goes_to_a_list_or_to_a_segment(whom: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    run = prepare(parser)
    assert run(parser.parse_args(["send", *whom, "--template", "sale"])) == 2
    assert "either FILE.csv or --segment" in capsys.readouterr().err
