"""The demo starts, says where everything is, survives kills, and finds everything again."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from gateway.demo.sample_scenes import SCENES
from messaging_gateway_client import Gateway, NotFoundError, every
from tests.acceptance.commands import command
from tests.acceptance.demo_process import DemoProcess, request


def without_pids(ready: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in ready.items() if name != "pids"}


def test_the_ready_file_has_the_shape_of_the_contract(demo: DemoProcess) -> None:
    ready = demo.ready
    assert ready["version"] == 1
    assert ready["owner"].keys() >= {"email", "password", "token"}
    assert [person["role"] for person in ready["operators"]] == ["operator", "operator", "supervisor"]
    assert all(person.keys() >= {"id", "email", "password", "token", "role"} for person in ready["operators"])
    assert ready["channels"]["telegram"].keys() >= {"id", "webhook_url", "secret_token", "bot_token"}
    assert ready["channels"]["whatsapp"].keys() >= {
        "id", "webhook_url", "verify_token", "app_secret", "phone_number_id", "waba_id", "access_token"
    }  # fmt: skip
    assert ready["second_workspace"]["id"] != ready["workspace_id"]
    assert ready["pids"].keys() >= {"mongod", "redis", "serve", "work", "sandbox"}


async def test_templates_are_there_when_it_says_ready(demo: DemoProcess) -> None:
    async with Gateway(demo.base_url, demo.owner_token) as owner:
        names = {one["name"] async for one in every(owner.show_templates, usable=True)}
    assert {"order_update", "spring_sale", "login_code"} <= names


def test_the_ready_file_is_private(demo: DemoProcess) -> None:
    for name in ("ready.json", "demo.json", "secret.key", "sandbox.json"):
        assert (demo.directory / name).stat().st_mode & 0o077 == 0


def test_everything_answers(demo: DemoProcess) -> None:
    assert request("GET", f"{demo.base_url}/readyz")[1]["status"] == "ready"
    assert demo.sandbox("GET", "/control/stats")[0] == 200


async def test_everyone_can_sign_in(demo: DemoProcess) -> None:
    for person in (demo.ready["owner"], *demo.ready["operators"], demo.ready["second_workspace"]["owner"]):
        async with Gateway(demo.base_url) as signed_in, Gateway(demo.base_url, person["token"]) as known:
            await signed_in.sign_in(person["email"], person["password"])
            assert (await signed_in.me())["email"] == (await known.me())["email"] == person["email"]


async def test_the_workspaces_do_not_see_each_others_channels(demo: DemoProcess) -> None:
    channel_id = demo.whatsapp["id"]
    other = demo.ready["second_workspace"]["owner"]["token"]
    async with Gateway(demo.base_url, demo.owner_token) as owner, Gateway(demo.base_url, other) as stranger:
        assert (await owner.show_channel(channel_id))["id"] == channel_id
        with pytest.raises(NotFoundError):
            await stranger.show_channel(channel_id)


def test_the_doctor_finds_nothing(demo: DemoProcess) -> None:
    done = command(
        "doctor",
        GATEWAY_DATA_DIR=str(demo.directory),
        GATEWAY_PUBLIC_URL=demo.base_url,
        GATEWAY_ALLOW_PRIVATE_URLS="true",
    )
    assert done.returncode == 0, done.stdout
    assert "FAULT" not in done.stdout


def test_the_doctor_tells_of_addresses_that_lead_nowhere(demo: DemoProcess) -> None:
    done = command("doctor", GATEWAY_DATA_DIR=str(demo.directory), GATEWAY_PUBLIC_URL="http://127.0.0.1:1")
    assert done.returncode == 1
    assert "GATEWAY_PUBLIC_URL" in done.stdout
    assert "GATEWAY_ALLOW_PRIVATE_URLS" in done.stdout


def test_a_second_demo_on_the_same_directory_is_refused(demo: DemoProcess) -> None:
    done = command("demo", "--data", str(demo.directory))
    assert done.returncode == 1
    assert "runs on" in done.stderr


@pytest.mark.parametrize("part", ["serve", "work", "sandbox", "redis", "mongod"])
def test_a_killed_process_is_started_again(demo: DemoProcess, part: str) -> None:
    demo.kill_and_wait(part)
    demo.wait_until(
        lambda: _answers(f"{demo.base_url}/readyz", "ready") and _answers(f"{demo.sandbox_url}/control/stats"),
        "everything answers again",
    )


def test_a_workspace_can_be_made_beside_the_seeded_ones(demo: DemoProcess) -> None:
    done = command(
        "workspace", "create", "--name", "Third", "--email", "third@example.com",
        GATEWAY_DATA_DIR=str(demo.directory),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    token = next(word for word in done.stdout.split() if word.startswith("gwt_"))
    assert demo.api("GET", "/me", token=token)[1]["role"] == "owner"


def test_a_further_start_finds_everything_again(demo: DemoProcess) -> None:
    before = without_pids(demo.ready)
    assert demo.stop() == 0
    demo.start()
    assert without_pids(demo.ready) == before
    demo.kill_supervisor()
    demo.start("--samples")
    assert without_pids(demo.ready) == before
    assert demo.api("GET", "/me")[0] == 200
    until_lived_in(demo)
    found = sample_names(demo)
    assert demo.stop() == 0
    demo.start("--samples")
    assert sample_names(demo) == found, "the samples happen once"


def sample_names(demo: DemoProcess) -> set[str]:
    return {one["contact"]["name"] for one in conversations(demo)} & {scene.name for scene in SCENES}


def conversations(demo: DemoProcess) -> list[dict[str, Any]]:
    """Return open and closed ones."""
    paths = ("/conversations?limit=200", "/conversations?state=closed&limit=200")
    return [one for path in paths for one in demo.api("GET", path)[1]["items"]]


def until_lived_in(demo: DemoProcess) -> None:
    """Wait until there are conversations on all channels and in all states, and each customer is there."""

    def lived_in() -> bool:
        found = conversations(demo)
        return (
            {one["state"] for one in found} >= {"queued", "assigned", "closed"}
            and {one["identity"]["kind"] for one in found} >= {"whatsapp", "telegram", "webchat"}
            and sample_names(demo) == {scene.name for scene in SCENES if scene.name}
        )

    demo.wait_until(lived_in, "the shop is lived in")


def test_without_a_seed_there_is_no_workspace(tmp_path: Path) -> None:
    with DemoProcess.started(tmp_path, "--no-seed") as demo:
        assert "workspace_id" not in demo.ready
        demo.kill("supervisor", signal.SIGTERM)
        assert demo.stop() == 0
    assert not (tmp_path / "ready.json").exists()


def test_all_faulty_settings_are_told_at_once() -> None:
    done = command("serve", GATEWAY_PORT="abc", GATEWAY_SECRET_KEY="short", GATEWAY_MONGO_URL="example.com")
    assert done.returncode == 2
    for name in ("GATEWAY_PORT", "GATEWAY_SECRET_KEY", "GATEWAY_MONGO_URL", "GATEWAY_REDIS_URL"):
        assert name in done.stderr


def _answers(url: str, status_word: str | None = None) -> bool:
    try:
        status, answer = request("GET", url)
    except OSError:
        return False
    return status == 200 and (status_word is None or answer["status"] == status_word)
