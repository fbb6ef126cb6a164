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
