"""Origins, rates, what was seen, what is shown: tables over values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from channels.webchat.check import check_content
from channels.webchat.frames import FrameRefusedError, Text, Write, decode_frame
from channels.webchat.origins import origin_allowed
from channels.webchat.parse import NotWritableError, client_id_of, content_of, inbound_id
from channels.webchat.rates import Bucket
from channels.webchat.seen import OVERLAP, Seen
from channels.webchat.shown import is_shown, show_message
from inbox.channel.channel_models import WebchatCredentials
from inbox.model.authors import Author, AuthorKind, Direction
from inbox.model.content import Button, ButtonsContent, SystemContent, TemplateContent, TextContent
from inbox.model.statuses import MessageStatus
from inbox.sending.outbound import ContentNotSendableError
from inbox.sending.rates import Rate
from inbox.sending.scheduled_rules import WITHDRAWN
from inbox.views.message_views import MessageView

ALLOWED = ["https://shop.example", "http://localhost:3000/"]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example", True),
        ("http://localhost:3000", True),
        ("https://chat.example:8443", True),  # the server's own pages
        (None, True),  # no browser
        ("http://shop.example", False),  # another scheme
        ("https://shop.example:444", False),
        ("https://www.shop.example", False),
        ("https://shop.example.evil.example", False),
        ("https://evil.example/https://shop.example", False),
        ("null", False),  # sandboxed frames and files
        ("", False),
        ("http://[", False),  # no address at all
        ("chat.example:8443", False),
    ],
)
def test_origins_are_compared_as_a_whole(origin: str | None, allowed: bool) -> None:
    assert origin_allowed(origin, ALLOWED, "chat.example:8443") is allowed


WILDCARDS = ["https://*.shop.example", "http://*.dev.local:8080", "https://*.UPPER.example/"]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://www.shop.example", True),
        ("https://a.b.shop.example", True),
        ("https://xn--80a.shop.example", True),
        ("http://one.dev.local:8080", True),
        ("https://www.upper.example", True),
        ("https://shop.example", False),  # a wildcard never stands for nothing
        ("https://.shop.example", False),
        ("https://a..shop.example", False),
        ("https://evilshop.example", False),
        ("https://shop.example.evil.example", False),
        ("https://www.shop.example.", False),
        ("https://evil.example/.shop.example", False),
        ("https://evil.example#.shop.example", False),
        ("https://evil.example?.shop.example", False),
        ("https://evil.example\\.shop.example", False),
        ("https://user@www.shop.example", False),
        ("https://evil.example:443.shop.example", False),
        ("https://[::1].shop.example", False),
        ("https://*.shop.example", False),
        ("https://www.shop.example:444", False),
        ("http://www.shop.example", False),
        ("http://one.dev.local", False),
        ("http://one.dev.local:80801", False),
        ("https://www.shop.example\n", False),
        ("https://www.shop.example https://x", False),
        ("https://", False),
        ("null", False),
    ],
)
def test_a_wildcard_stands_for_hosts_below_a_name(origin: str, allowed: bool) -> None:
    assert origin_allowed(origin, WILDCARDS, "chat.example") is allowed


@pytest.mark.parametrize(
    ("origin", "taken"),
    [
        ("https://*.shop.example", True),
        ("https://*.a.shop.example:8443", True),
        ("http://localhost:3000/", True),
        ("http://[::1]:3000", True),
        ("https://*", False),
        ("https://*.example", False),  # all of a top-level domain
        ("https://*shop.example", False),
        ("https://www.*.example", False),
        ("https://*.*.example", False),
        ("https://*..shop.example", False),
        ("https://*.shop.example:*", False),
        ("*://shop.example", False),
    ],
)
def test_where_a_wildcard_may_stand(origin: str, taken: bool) -> None:
    fields = {"allowed_origins": [origin], "identity_secret": "secret"}
    if taken:
        assert msgspec.convert(fields, WebchatCredentials).allowed_origins == (origin,)
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(fields, WebchatCredentials)


def test_a_bucket_gives_a_burst_and_then_an_even_rate() -> None:
    bucket = Bucket(Rate(seconds=0.5, burst=3), 100.0)
    assert [bucket.take(100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take(100.5) == 0
    assert bucket.take(100.5) == 0.5
    assert [bucket.take(1000.0) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_message_that_was_committed_late_is_still_new() -> None:
    seen = Seen()
    start = 10 * OVERLAP
    assert seen.is_new("b", start + 2)
    assert seen.is_new("a", start + 1)
    assert not seen.is_new("a", start + 1)
    assert not seen.is_new("long ago", start - OVERLAP)


def test_ids_are_forgotten_when_their_place_says_enough() -> None:
    seen = Seen()
    for number in range(1, 2_000):
        assert seen.is_new(str(number), number * OVERLAP // 4)
    assert len(seen._recent) < 80
    assert not any(seen.is_new(str(number), number * OVERLAP // 4) for number in range(1, 2_000))


def view(**changes: Any) -> MessageView:
    fields: dict[str, Any] = {
        "id": "m1",
        "conversation_id": "c1",
        "seq": 7,
        "direction": Direction.OUT,
        "author": Author(AuthorKind.OPERATOR, "operator-1"),
        "content": TextContent(text="hello"),
        "status": MessageStatus.SENT,
        "created_at": datetime(2026, 5, 1, tzinfo=UTC),
    }
    return MessageView(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"status": MessageStatus.QUEUED}, True),  # the thread is what the visitor sees: nobody sends it
        ({"status": MessageStatus.FAILED}, False),
        ({"content": SystemContent(code="identity_changed")}, False),
        ({"direction": Direction.IN, "status": MessageStatus.RECEIVED}, True),
        ({"deleted_at": datetime(2026, 5, 1, tzinfo=UTC)}, True),
        ({"status": MessageStatus.SCHEDULED}, False),
        ({"status": MessageStatus.FAILED, "error": WITHDRAWN, "deleted_at": datetime(2026, 5, 1, tzinfo=UTC)}, False),
    ],
)
def test_what_is_for_the_visitor(changes: dict[str, Any], shown: bool) -> None:
    assert is_shown(view(**changes)) is shown


def test_deleted_words_and_template_names_do_not_get_out() -> None:
    deleted = show_message(view(deleted_at=datetime(2026, 5, 1, tzinfo=UTC)), "Ana", lambda media: media)
    assert msgspec.to_builtins(deleted.content) == {"type": "deleted"}
    template = TemplateContent(name="t", language="en", rendered="Hello Kerry")
    assert show_message(view(content=template), None, lambda media: media).content == TextContent(text="Hello Kerry")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[]",
        "{}",
        '{"type":"unheard of"}',
        '{"type":"message","id":"short","content":{"type":"text","text":"x"}}',
        '{"type":"message","id":"long-enough"}',
        '{"type":"message","id":"long-enough","content":{"type":"system","code":"closed"}}',
        '{"type":"message","id":"long-enough","content":{"type":"text","text":"\\ud800"}}',
        '{"type":"ack","seq":-1}',
        '{"type":"ack","seq":1e300}',
        b"\xff\xfe",
        "[" * 5_000,
    ],
)
def test_what_is_no_frame_is_refused(frame: str | bytes) -> None:
    with pytest.raises(FrameRefusedError):
        decode_frame(frame)


def test_unknown_members_are_passed_over_and_a_faulty_message_is_named() -> None:
    frame = decode_frame('{"type":"message","id":"long-enough","content":{"type":"text","text":"x"},"later":1}')
    assert frame == Write(id="long-enough", content=Text(text="x"))
    with pytest.raises(FrameRefusedError) as refused:
        decode_frame('{"type":"message","id":"long-enough","content":{"type":"text"}}')
    assert refused.value.id == "long-enough"


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4_097])
def test_texts_that_can_not_be_written(text: str) -> None:
    with pytest.raises(NotWritableError):
        content_of(Text(text=text))


def test_nobody_can_take_the_place_of_anothers_message() -> None:
    assert inbound_id("v_a", "12345678") != inbound_id("v_b", "12345678")
    assert client_id_of(inbound_id("u_a:b:c", "12345678")) == "12345678"
    assert client_id_of("out:m1") is None


def test_limits_of_what_is_sent_point_to_the_fault() -> None:
    buttons = tuple(Button(id=str(n), title="x" * 61 if n == 2 else "ok") for n in range(3))
    with pytest.raises(ContentNotSendableError) as fault:
        check_content(ButtonsContent(text="which?", buttons=buttons))
    assert fault.value.pointer == "/buttons/2/title"
