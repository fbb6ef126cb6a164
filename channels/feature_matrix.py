"""`python -m channels.feature_matrix`: what each channel conveys, as a page in Markdown made from `capabilities()`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from channels.contract import Capabilities, Support
from channels.registry import CONNECTORS

SIGNS: Final[Mapping[Support, str]] = {
    Support.FULL: "yes",
    Support.PARTIAL: "partly",
    Support.DROPPED: "left out",
    Support.REJECTED: "no",
}
_INTRODUCTION: Final = """\
# What each channel conveys

This page is made from the connectors themselves (`python -m channels.feature_matrix > docs/channels/features.md`); \
a test fails when it is not up to date.

"yes": as it is. "partly": with limits that the channel's page explains. "left out": the message goes without it. \
"no": the API refuses it with a clear error (`unsupported_by_channel` or `content_invalid`).
"""


def feature_matrix() -> str:
    """Return the page."""
    able = {kind.value: make().capabilities() for kind, make in CONNECTORS.items()}
    contents = {name for one in able.values() for name in one.send}
    features = {name for one in able.values() for name in one.features}
    parts = [
        _INTRODUCTION,
        "## Contents that operators send\n",
        *_table(able, sorted(contents), lambda one, name: SIGNS[one.send.get(name, Support.REJECTED)]),
        "\n## What happens around messages\n",
        *_table(able, sorted(features), lambda one, name: SIGNS[one.features.get(name, Support.REJECTED)]),
        "\n## Limits\n",
        *_table(able, ["characters in a text"], lambda one, _: f"{one.max_text_chars:,}"),
    ]
    return "\n".join(parts) + "\n"


def _table(
    able: Mapping[str, Capabilities], names: Iterable[str], cell: Callable[[Capabilities, str], str]
) -> list[str]:
    head = ["| | " + " | ".join(able) + " |", "| --- " * (len(able) + 1) + "|"]
    return head + [f"| {name} | " + " | ".join(cell(one, name) for one in able.values()) + " |" for name in names]


if __name__ == "__main__":
    sys.stdout.write(feature_matrix())
