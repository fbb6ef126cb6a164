from __future__ import annotations

import pytest

from channels.whatsapp.parse import parse_item_again
from inbox.arriving.inbound import MessageEchoed, MessageReceived, ProviderNotice, StatusChanged, Undeciphered

MESSAGE = b'{"from":"16505551234","id":"wamid.1","timestamp":"1700000000","type":"text","text":{"body":"hi"}}'
STATUS = b'{"id":"wamid.2","status":"read","timestamp":"1700000000","recipient_id":"16505551234"}'
ECHO = b'{"from":"15550001111","to":"16505551234","id":"wamid.3","type":"text","text":{"body":"from the phone"}}'
NOTICE = b'{"field":"account_update","value":{"event":"VERIFIED_ACCOUNT"}}'


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(MESSAGE, MessageReceived, id="a message by itself"),
        pytest.param(STATUS, StatusChanged, id="a status by itself"),
        pytest.param(ECHO, MessageEchoed, id="an echo by itself"),
        pytest.param(NOTICE, ProviderNotice, id="a whole change"),
        pytest.param(b'{"id":"1","changes":[' + NOTICE + b"]}", ProviderNotice, id="a whole entry"),
        pytest.param(b'{"id":"wamid.1"}', Undeciphered, id="still nothing to go by"),
        pytest.param(b"[1,2", Undeciphered, id="no JSON at all"),
    ],
)
def test_item_without_its_envelope(raw: bytes, kind: type) -> None:
    (event,) = parse_item_again(raw, "555")
    assert isinstance(event, kind)


def test_number_is_kept() -> None:
    (event,) = parse_item_again(MESSAGE, "555")
    assert event.account_key == "555"
