"""Where an integration page may be, and how values get into its address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.conversation.integration_models import (
    IntegrationFields,
    SigningKey,
    check_page,
    filled_in,
    origin_of,
    signing_key,
    variables_of,
)
from inbox.foundation.problems import ProblemError

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example",
        "https://crm.example/card?phone={{ contact.phone }}&vip={{contact.fields.vip}}",
        "https://10.0.0.7:8443/card",  # a business's own network: a person's browser opens it
        "https://[fd00::1]/card?",
    ],
)
def test_addresses_that_are_fine(url: str) -> None:
    check_page(IntegrationFields(url=url), ["vip"], allow_http_here=False)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://crm.example/card", "https"),
        ("http://127.0.0.1/card", "https"),  # only where the installation is a demo
        ("javascript:alert(1)", "URL"),
        ("https:///card", "URL"),
        ("https://crm.example:99999/", "URL"),
        ("https://u:p@crm.example/", "user"),
        ("https://crm.example/#{{ contact.id }}", "fragment"),
        ("https://crm.example/{{ contact.name }}", "after"),  # `..` would lead elsewhere
        ("https://{{ contact.name }}.example/", "after"),
        ("https://crm.example/?a={{ contact.secret }}", "unknown"),
        ("https://crm.example/?a={{}}", "unknown"),
        ("https://crm.example/?a={{ contact.id", "URL"),
        ("https://crm.example/?token=mine", "token"),
        ("https://crm.example/a b", "URL"),
    ],
)
def test_addresses_that_are_refused(url: str, words: str) -> None:
    with pytest.raises(ProblemError) as refused:
        check_page(IntegrationFields(url=url), ["vip"], allow_http_here=False)
    assert refused.value.errors[0].pointer == "/url"
    assert words in refused.value.errors[0].message


def test_an_address_of_blanks_is_refused_at_once() -> None:
    for url in ("https://x/{{" + " " * 980, "https://x/" + "{{ " * 330, "https://x/{{" + " " * 900 + "contact.name"):
        with pytest.raises(ProblemError):
            check_page(IntegrationFields(url=url), [], allow_http_here=False)
    check_page(IntegrationFields(url="https://x/?name={{" + " " * 900 + "contact.name\t}}"), [], allow_http_here=False)


def test_this_machine_is_reached_without_encryption_only_in_a_demo() -> None:
    for url in ("http://127.0.0.1:9000/card", "http://localhost/card", "http://[::1]/"):
        check_page(IntegrationFields(url=url), [], allow_http_here=True)
    with pytest.raises(ProblemError):
        check_page(IntegrationFields(url="http://10.0.0.7/card"), [], allow_http_here=True)


def test_signed_fields_are_known_ones() -> None:
    fields = IntegrationFields(url="https://crm.example", fields=("contact.id", "contact.fields.gone"))
    with pytest.raises(ProblemError) as refused:
        check_page(fields, [], allow_http_here=False)
    assert refused.value.errors[0].pointer == "/fields/1"


@given(st.text())
def test_no_value_leaves_its_parameter(value: str) -> None:
    value = value.encode("utf-8", "ignore").decode()
    url = "https://crm.example/card?a={{ contact.name }}&b=2"
    parts = urlsplit(filled_in(url, {"contact.name": value}, "T"))
    assert (parts.netloc, parts.path, parts.fragment) == ("crm.example", "/card", "")
    assert parse_qs(parts.query, keep_blank_values=True) == {"a": [value], "b": ["2"], "token": ["T"]}


def test_the_token_is_added_and_meant_for_the_page() -> None:
    assert filled_in("https://crm.example/card", {}, "T") == "https://crm.example/card?token=T"
    assert origin_of("https://crm.example:8443/card?x=1") == "https://crm.example:8443"
    assert variables_of("https://crm.example?p={{ contact.phone }}", ["contact.id"]) == {"contact.id", "contact.phone"}


def test_the_newest_secret_signs_whose_time_has_come() -> None:
    old, new = SigningKey(id="a", signs_from=NOW), SigningKey(id="b", signs_from=NOW + timedelta(days=1))
    assert signing_key([], NOW) is None
    assert signing_key([old, new], NOW) == old
    assert signing_key([old, new], new.signs_from) == new
