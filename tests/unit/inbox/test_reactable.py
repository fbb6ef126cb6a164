"""In which chats nobody can react."""

from __future__ import annotations

import pytest

from inbox.model.channel_kind import ChannelKind
from inbox.model.reactable import may_react

CHATS = [
    (ChannelKind.WHATSAPP, "491701234567", True),
    (ChannelKind.WHATSAPP, "US.13491208655302741918", True),
    (ChannelKind.WHATSAPP, "group:Y2FwaV9ncm91cDox", False),
    (ChannelKind.TELEGRAM, "700000001", True),
    (ChannelKind.TELEGRAM, "-1001700000001:4711", True),
    (ChannelKind.TELEGRAM, "700000001:bCONNECTION", False),
    (ChannelKind.WEBCHAT, "v_1:b", True),
]


@pytest.mark.parametrize(("kind", "external_id", "takes"), CHATS)
def test_a_chat_takes_reactions_or_not(kind: ChannelKind, external_id: str, takes: bool) -> None:
    assert may_react(kind, external_id) is takes
