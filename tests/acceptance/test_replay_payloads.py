"""Every captured WhatsApp webhook of the project, through a real gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.replay_payloads import Payload, missing, read_payloads, replay
from tests.chaos.picture import Picture

FIXTURES = Path(__file__).parents[1] / "fixtures" / "whatsapp"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with DemoProcess.started(tmp_path_factory.mktemp("replay")) as running:
        yield running


async def test_every_capture_is_found_again(demo: DemoProcess) -> None:
    count, faults = await replay(demo, FIXTURES)
    assert not faults
    assert count == len(list(FIXTURES.glob("*.json"))), "each fixture has a line in the manifest"


def test_the_manifest_names_what_there_is() -> None:
    rows = json.loads((FIXTURES.parent / "MANIFEST.json").read_text())
    assert sorted(row["file"] for row in rows) == sorted(f"whatsapp/{path.name}" for path in FIXTURES.glob("*.json"))


def test_captures_with_the_same_id_do_not_repeat_each_other(tmp_path: Path) -> None:
    item = {"from": "1", "id": "wamid.same", "type": "text", "text": {"body": "x"}, "context": {"id": "wamid.other"}}
    body = {"metadata": {"phone_number_id": "1"}, "messages": [item]}
    capture = {"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [{"value": body}]}]}
    rows = [{"file": f"{n}.json", "expect": {"messages": [{"id": "wamid.same", "type": "text"}]}} for n in "ab"]
    (tmp_path / "MANIFEST.json").write_text(json.dumps(rows))
    for row in rows:
        (tmp_path / str(row["file"])).write_text(json.dumps(capture))
    first, second = read_payloads(tmp_path, "77")
    assert [p.expected("messages")[0]["id"] for p in (first, second)] == ["wamid.same.a", "wamid.same.b"]
    value = second.body["entry"][0]["changes"][0]["value"]
    assert (value["messages"][0]["id"], value["messages"][0]["context"]["id"]) == ("wamid.same.b", "wamid.other.b")
    assert value["metadata"]["phone_number_id"] == "77"


def test_what_is_missing_is_told() -> None:
    expect = {
        "messages": [{"id": "a", "type": "text"}, {"id": "b", "type": "image"}],
        "echoes": [{"id": "c", "type": "text"}],
        "statuses": [{"id": "d", "status": "read"}, {"id": "e", "status": "RINGING"}],
    }
    there = {"provider_id": "b", "direction": "in", "content": {"type": "unsupported"}, "status": "received"}
    faults = list(missing(Picture({}, {"1": there}), Payload("x", {}, expect)))
    assert faults == [
        "text a is not in the inbox",
        "image b is shown as unsupported",
        "text c is not in the inbox",
        "read of d made it nothing",
    ]
