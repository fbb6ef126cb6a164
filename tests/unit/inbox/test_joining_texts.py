"""Several automatic texts in one message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from inbox.model.content import TextContent
from inbox.sending.automatic_messages import MAX_JOINED_CHARS, automatic_message, join_text
from inbox.storage.documents import ConversationDocument

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CONVERSATION: Any = {"_id": "v1", "workspace_id": "w1", "channel_id": "c1", "identity": {"external_id": "7900"}}


def test_a_text_joins_as_a_paragraph_and_leaves_its_name() -> None:
    message = automatic_message(
        cast(ConversationDocument, CONVERSATION), TextContent(text="hello"), cue_id="v1:greeting:1", seq=1, at=NOW
    )
    assert join_text(message, "nobody is here", cue_id="v1:nobody_available:1")
    assert message["content"]["text"] == "hello\n\nnobody is here"
    assert message["once"] == ["cue:v1:greeting:1", "cue:v1:nobody_available:1"]


def test_what_would_be_too_long_stays_apart() -> None:
    first = "a" * (MAX_JOINED_CHARS - 2)
    message = automatic_message(
        cast(ConversationDocument, CONVERSATION), TextContent(text=first), cue_id="v1:greeting:1", seq=1, at=NOW
    )
    assert not join_text(message, "b", cue_id="v1:assigned:1")
    assert (message["content"]["text"], message["once"]) == (first, ["cue:v1:greeting:1"])
