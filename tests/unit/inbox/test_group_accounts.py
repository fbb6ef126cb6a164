"""Which accounts are groups."""

from __future__ import annotations

import pytest

from inbox.model.channel_kind import ChannelKind
from inbox.model.group_accounts import is_group

ACCOUNTS = [
    (ChannelKind.WHATSAPP, "group:Y2FwaV9ncm91cDox", True),
    (ChannelKind.WHATSAPP, "491701234567", False),
    (ChannelKind.WHATSAPP, "US.13491208655302741918", False),
    (ChannelKind.TELEGRAM, "-1001700000001", True),
    (ChannelKind.TELEGRAM, "-1001700000001:4711", True),
    (ChannelKind.TELEGRAM, "700000001", False),
    (ChannelKind.TELEGRAM, "700000001:bCONNECTION", False),
    # Each thread of a channel's direct messages is with one person.
    (ChannelKind.TELEGRAM, "-1001700000001:d55", False),
    (ChannelKind.WEBCHAT, "v_group:1", False),
]


@pytest.mark.parametrize(("kind", "external_id", "group"), ACCOUNTS)
def test_an_account_is_a_group_or_a_person(kind: ChannelKind, external_id: str, group: bool) -> None:
    assert is_group(kind, external_id) is group
