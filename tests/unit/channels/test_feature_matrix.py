"""The page of features says what the connectors say."""

from __future__ import annotations

from pathlib import Path

from channels.feature_matrix import feature_matrix

PAGE = Path(__file__).parents[3] / "docs" / "channels" / "features.md"


def test_the_page_is_up_to_date() -> None:
    made_by = "python -m channels.feature_matrix > docs/channels/features.md"
    assert PAGE.read_text() == feature_matrix(), f"make it anew: {made_by}"
