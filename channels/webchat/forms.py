"""The form before the chat: what it asks a visitor, and which answers are taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from channels.webchat import limits
from channels.webchat.identity import Visitor
from inbox.channel.widget_models import AskedWhen, FormField
from inbox.contacts.field_models import FieldValue, value_fault
from inbox.contacts.field_store import KnownFields
from inbox.contacts.language_tags import nearest_language
from inbox.contacts.profile_names import profile_name
from inbox.contacts.told import Told

NAME: Final = "name"
EMAIL: Final = "email"
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")
Answers = Mapping[str, str | int | float | bool]


class FormRefusedError(Exception):
    """Answers that are not taken; the message says why, for the visitor's page."""


class FormQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the form.

    Attributes:
        label: None: name and e-mail in the widget's own words.
        type: `name`, `email`, or that of the field of the contact card.
        options: Of a choice.
        when: `always`, or `away`: only while nobody is there.
    """

    key: str
    label: str | None
    type: str
    required: bool
    options: tuple[str, ...] = ()
    when: AskedWhen = AskedWhen.ALWAYS


def shown_form(
    form: Sequence[FormField], known: KnownFields, visitor: Visitor, language: str | None
) -> tuple[FormQuestion, ...]:
    """Return what is asked: nothing that the site has said, and no field that the contact card lacks."""
    said = {NAME: visitor.name, EMAIL: visitor.email}
    return tuple(
        _question(one, known, language)
        for one in form
        if (one.key in said or one.key in known) and not said.get(one.key)
    )


def _question(asked: FormField, known: KnownFields, language: str | None) -> FormQuestion:
    nearest = nearest_language(asked.labels, language)
    label = None if nearest is None else asked.labels[nearest]
    if asked.key in {NAME, EMAIL}:
        return FormQuestion(key=asked.key, label=label, type=asked.key, required=asked.required, when=asked.when)
    field = known[asked.key]
    return FormQuestion(
        key=asked.key,
        label=label or field.name,
        type=field.type.value,
        required=asked.required,
        options=field.options,
        when=asked.when,
    )


def checked_answers(
    form: Sequence[FormQuestion], known: KnownFields, answers: Answers, *, must_be_complete: bool, away: bool = False
) -> Told:
    """Hold answers against the form; what it does not ask is passed over.

    Args:
        form: As it was shown.
        known: The workspace's fields.
        answers: As they came.
        must_be_complete: Whether an answer may not be missing that is required.
        away: Whether what is asked while nobody is there is required too.

    Raises:
        FormRefusedError: An answer does not fit, or one is missing of those that are required.
    """
    given = {one.key: _tidy(answers[one.key]) for one in form if one.key in answers}
    given = {key: value for key, value in given.items() if value != ""}
    for one in form:
        is_asked = must_be_complete and (away or one.when is AskedWhen.ALWAYS)
        if one.required and one.key not in given and is_asked:
            raise FormRefusedError(f"Fill in the form first: {one.label or one.key} is missing.")
        if one.key in given and (fault := _fault(one, known, given[one.key])):
            raise FormRefusedError(f"{one.label or one.key} {fault}.")
    name, email = given.pop(NAME, None), given.pop(EMAIL, None)
    return Told(
        name=None if name is None else profile_name(str(name)),
        email=None if email is None else str(email),
        fields=given,
    )


def _tidy(value: str | float | bool) -> str | int | float | bool:
    return value.strip() if isinstance(value, str) else value


def _fault(asked: FormQuestion, known: KnownFields, value: FieldValue) -> str | None:
    if asked.key not in {NAME, EMAIL}:
        return value_fault(known[asked.key], value)
    if asked.key == NAME:
        fits = isinstance(value, str) and len(value) <= limits.MAX_NAME_CHARS and profile_name(value) is not None
        return None if fits else f"must be a text of at most {limits.MAX_NAME_CHARS} characters"
    fits = isinstance(value, str) and len(value) <= limits.MAX_EMAIL_CHARS and _ADDRESS.fullmatch(value) is not None
    return None if fits and str(value).isprintable() else "must be an e-mail address"
