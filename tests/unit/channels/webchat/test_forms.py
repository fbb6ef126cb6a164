"""The form before the chat: what is asked, what is taken, and what a stranger's answers may change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest

from channels.webchat.forms import Answers, FormQuestion, FormRefusedError, checked_answers, shown_form
from channels.webchat.identity import Visitor
from inbox.channel.widget_models import AskedWhen, FormField, Widget
from inbox.contacts.field_models import ContactField, FieldType
from inbox.contacts.told import Told, filled
from inbox.storage.documents import ContactDocument

AT = datetime(2026, 11, 28, tzinfo=UTC)


def field(key: str, type_: FieldType, *options: str) -> ContactField:
    return ContactField(id=f"id_{key}", key=key, name=key.title(), type=type_, options=options, created_at=AT)


KNOWN = {
    "size": field("size", FieldType.CHOICE, "S", "M"),
    "age": field("age", FieldType.NUMBER),
    "name": field("name", FieldType.TEXT),
}
FORM = (
    FormField(key="name", required=True, labels={"ru": "Как вас зовут?"}),
    FormField(key="email"),
    FormField(key="size", labels={"en": "Your size"}),
    FormField(key="age"),
    FormField(key="gone", required=True),
)
NOBODY = Visitor("v_1")


def asked(visitor: Visitor = NOBODY, language: str = "ru") -> tuple[FormQuestion, ...]:
    return shown_form(FORM, KNOWN, visitor, language)


def test_what_is_asked() -> None:
    """A field that the card lacks is not, and the built-in name is no field of the card."""
    assert [(one.key, one.type, one.label, one.options) for one in asked()] == [
        ("name", "name", "Как вас зовут?", ()),
        ("email", "email", None, ()),
        ("size", "choice", "Size", ("S", "M")),
        ("age", "number", "Age", ()),
    ]


def test_what_the_site_has_said_is_not_asked() -> None:
    known = Visitor("u_1", name="Kerry", email="k@shop.example")
    assert [one.key for one in asked(known)] == ["size", "age"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"name": " Ann\u202e\n B "}, Told(name="Ann B")),
        (
            {"name": "Ann", "email": " a@b.example ", "size": "M"},
            Told(name="Ann", email="a@b.example", fields={"size": "M"}),
        ),
        ({"name": "Ann", "email": "  ", "size": ""}, Told(name="Ann")),  # left empty
        ({"name": "Ann", "age": 7}, Told(name="Ann", fields={"age": 7})),
        ({"name": "Ann", "secret": "x", "blocked": True}, Told(name="Ann")),  # not asked
    ],
)
def test_answers_that_fit(answers: Answers, told: Told) -> None:
    assert checked_answers(asked(), KNOWN, answers, must_be_complete=True) == told


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"name": "  "},
        {"name": "\u200b"},
        {"name": True},
        {"name": "x" * 101},
        {"name": "Ann", "email": "nobody"},
        {"name": "Ann", "email": "a b@c.example"},
        {"name": "Ann", "email": "a\x00@c.example"},
        {"name": "Ann", "email": "a@" + "c" * 260},
        {"name": "Ann", "email": 5},
        {"name": "Ann", "size": "XXL"},
        {"name": "Ann", "age": "7"},
        {"name": "Ann", "age": 10**20},
    ],
)
def test_answers_that_do_not(answers: Answers) -> None:
    with pytest.raises(FormRefusedError):
        checked_answers(asked(), KNOWN, answers, must_be_complete=True)


def test_what_is_asked_while_nobody_is_there_is_required_only_then() -> None:
    away = (FormField(key="email", required=True, when=AskedWhen.AWAY), FormField(key="name"))
    form = shown_form(away, KNOWN, NOBODY, "en")
    assert [one.when for one in form] == [AskedWhen.AWAY, AskedWhen.ALWAYS]
    assert checked_answers(form, KNOWN, {}, must_be_complete=True, away=False) == Told()
    assert checked_answers(form, KNOWN, {}, must_be_complete=False, away=True) == Told()
    with pytest.raises(FormRefusedError):
        checked_answers(form, KNOWN, {}, must_be_complete=True, away=True)


def test_later_nothing_has_to_be_complete() -> None:
    assert checked_answers(asked(), KNOWN, {"age": 7}, must_be_complete=False) == Told(fields={"age": 7})


def test_only_what_is_empty_is_filled() -> None:
    card = cast(ContactDocument, {"name": "Known", "emails": [], "fields": {"id_size": "S"}})
    told = Told(name="Other", email="a@b.example", fields={"size": "M", "age": 7})
    assert filled(card, KNOWN, told) == {"emails": ["a@b.example"], "fields": {"id_size": "S", "id_age": 7}}
    full = cast(
        ContactDocument,
        {**cast(dict[str, Any], card), "emails": ["x@y.example"], "fields": {"id_size": "S", "id_age": 1}},
    )
    assert filled(full, KNOWN, told) == {}


@pytest.mark.parametrize(
    "form",
    [[{"key": "name"}, {"key": "name"}], [{"key": "Name"}], [{"key": f"k{n}"} for n in range(9)], [{"key": "$a"}]],
)
def test_forms_that_nobody_could_fill_in_are_refused(form: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"form": form}, Widget)
