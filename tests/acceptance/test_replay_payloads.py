"""Every captured webhook of the project, and of a directory of your own, through a real gateway."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.replay_payloads import Payload, missing, read_payloads, replay
from tests.acceptance.replay_telegram import read_updates
from tests.chaos.picture import Picture

ALL_FIXTURES = Path(__file__).parents[1] / "fixtures"
FIXTURES = ALL_FIXTURES / "whatsapp"
MORE = [Path(name) for name in os.environ.get("GATEWAY_TEST_PAYLOADS", "").split(os.pathsep) if name]
"""Directories of further captures with a manifest, which are not part of the project."""


def captures_in(directory: Path) -> int:
    return len(list(directory.glob("*.json")))


@pytest.mark.parametrize("directory", [FIXTURES, ALL_FIXTURES / "telegram", *MORE], ids=str)
async def test_every_capture_is_found_again(demo: DemoProcess, directory: Path) -> None:
    count, faults = await replay(demo, directory)
    assert not faults
    assert count == captures_in(directory), "each fixture has a line in the manifest"


def test_the_manifest_names_what_there_is() -> None:
    rows = json.loads((FIXTURES.parent / "MANIFEST.json").read_text())
    there = sorted(str(path.relative_to(ALL_FIXTURES)) for path in ALL_FIXTURES.glob("*/*.json"))
    assert sorted(row["file"] for row in rows) == there


def test_only_what_nobody_could_read_is_unsupported() -> None:
    payloads = read_updates(ALL_FIXTURES / "telegram")
    unreadable = {payload.name for payload in payloads if "unsupported" in payload.becomes}
    assert {name.removeprefix("telegram/").removesuffix(".json") for name in unreadable} == {
        "kind_of_tomorrow",
        "malformed_text",
        "without_content",
    }


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
        "messages": [
            {"id": "a", "type": "text"},
            {"id": "b", "type": "image"},
            {"id": "f", "type": "edit"},
            {"id": "g", "type": "reaction"},
        ],
        "echoes": [{"id": "c", "type": "text"}],
        "statuses": [{"id": "d", "status": "read"}, {"id": "e", "status": "RINGING"}],
    }
    there = {
        name: {"provider_id": name, "direction": "in", "content": {"type": "unsupported"}, "status": "received"}
        for name in ("b", "g")
    }
    faults = list(missing(Picture({}, there), Payload("x", {}, expect)))
    assert faults == [
        "text a is not in the inbox",
        "image b is shown as unsupported",
        "reaction g is shown without the message that it changes",
        "text c is not in the inbox",
        "read of d made it nothing",
    ]
