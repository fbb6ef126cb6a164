"""The inbox page can connect each kind of channel: it knows its credentials, and has words for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec
import pytest

from inbox.channel.channel_traits import TRAITS
from inbox.model.channel_kind import ChannelKind

PAGE: Final = Path(__file__).parents[3] / "gateway/workplace/src"
KINDS: Final = (PAGE / "settings/channel_kinds.ts").read_text()
LANGUAGES: Final = sorted(path.name for path in (PAGE / "languages").iterdir() if path.is_dir())


def entered(kind: ChannelKind) -> list[str]:
    """Names of the credentials that somebody enters."""
    credentials = next(one.type for one in msgspec.structs.fields(TRAITS[kind].fields) if one.name == "credentials")
    return [one.name for one in msgspec.structs.fields(credentials)]


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_each_kind_can_be_chosen_and_its_credentials_entered(kind: ChannelKind) -> None:
    chosen = re.search(r"KINDS = \[(.*?)]", KINDS)
    names = re.search(rf"^  {kind.value}: \[(.*?)],$", KINDS, re.MULTILINE)
    assert chosen is not None
    assert kind.value in re.findall(r'"(\w+)"', chosen[1])
    assert names is not None, f"NAMES of {kind.value}"
    assert sorted(re.findall(r'"(\w+)"', names[1])) == sorted(entered(kind))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(ChannelKind))
def test_each_credential_has_a_name_and_a_hint(kind: ChannelKind, language: str) -> None:
    words = (PAGE / "languages" / language / "settings.ts").read_text()
    channels = words[words.index("  channels: {") :]
    for part in ("fields", "hints"):
        said = re.search(rf"^    {part}: {{$(.*?)^    }},$", channels, re.MULTILINE | re.DOTALL)
        assert said is not None
        missing = [name for name in entered(kind) if f"      {name}: " not in said[1]]
        assert not missing, f"settings.channels.{part} of {language}"


def test_segments_can_ask_for_each_kind() -> None:
    asked = re.search(r"ACCOUNTS = \[(.*?)]", (PAGE / "settings/segments.tsx").read_text())
    assert asked is not None
    assert re.findall(r'"(\w+)"', asked[1]) == [kind.value for kind in ChannelKind]
