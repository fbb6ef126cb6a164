from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inbox.messages.safe_templates import TextRefusedError
from queueing.queues.queue_models import MAX_TEXT_CHARS
from queueing.settings.queue_checks import check_texts
from queueing.texts.languages import choose_translation, wait_in_words
from queueing.texts.text_rendering import MAX_VALUE_CHARS, Values, check_text, render_text, variables_in


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("Hello {{ contact.name }}!", "Hello Ann!", id="a variable"),
        pytest.param("You are {{ queue.position }}, {{ queue.expected_wait }}", "You are 3,", id="an unknown wait"),
        pytest.param("{{ operator.name | default('a colleague') }}", "a colleague", id="a default"),
        pytest.param("{{ operator.name or contact.name | upper }}", "ANN", id="or"),
        pytest.param("{% if queue.position > 2 %}far{% else %}near{% endif %}", "far", id="a comparison"),
        pytest.param("{% if operator.name > 'a' %}x{% endif %}y", "y", id="a comparison with nothing"),
        pytest.param("{% if queue.expected_wait is defined %}x{% elif contact.name %}z{% endif %}", "z", id="defined"),
        pytest.param("{% raw %}{{ x }}{% endraw %}", "{{ x }}", id="braces as text"),
        pytest.param("<b>{{ contact.name }}</b> & 'you'", "<b>Ann</b> & 'you'", id="plain text, nothing is escaped"),
        pytest.param("{# to translators #}", "", id="nothing to say"),
    ],
)
def test_good_templates(template: str, text: str) -> None:
    assert check_text(template) is None
    assert render_text(template, Values(contact_name="Ann", queue_position=3)).text == text


@pytest.mark.parametrize(
    ("template", "named"),
    [
        pytest.param("{{ contact.__class__ }}", "contact.__class__", id="the way into Python"),
        pytest.param("{{ contact.name.__class__.__mro__ }}", "contact.name.__class__", id="further in"),
        pytest.param("{{ contact['name'] }}", "getitem", id="by index"),
        pytest.param("{{ contact }}", "contact", id="a bare name"),
        pytest.param("{{ self }}", "self", id="the template itself"),
        pytest.param("{{ lipsum() }}", "call", id="a global"),
        pytest.param("{{ contact.name.upper() }}", "call", id="a method"),
        pytest.param("{% for i in range(999999999) %}x{% endfor %}", "for", id="a loop"),
        pytest.param("{{ 'x' * 999999999 }}", "mul", id="a product"),
        pytest.param("{{ 9 ** 9 ** 9 }}", "pow", id="a power"),
        pytest.param("{{ '%999999999d' % 1 }}", "mod", id="a format"),
        pytest.param("{{ contact.name ~ contact.name }}", "concat", id="joined"),
        pytest.param("{{ contact.name | center(999999999) }}", "center", id="a filter that pads"),
        pytest.param("{{ contact.name | attr('x') }}", "attr", id="a filter that reads attributes"),
        pytest.param("{{ contact.name is callable }}", "callable", id="a test"),
        pytest.param("{% set x = 1 %}", "assign", id="an assignment"),
        pytest.param("{% macro m() %}{{ m() }}{% endmacro %}", "macro", id="a macro"),
        pytest.param("{% include '/etc/passwd' %}", "include", id="an include"),
        pytest.param("{% import 'x' as y %}", "import", id="an import"),
        pytest.param("{% extends 'x' %}", "extends", id="an inheritance"),
        pytest.param("{% block b %}{% endblock %}", "block", id="a block"),
        pytest.param("{{ [1, 2] }}", "list", id="a list"),
        pytest.param("{{ " + "(" * 450 + "1" + ")" * 450 + " }}", "too deep", id="450 brackets"),
        pytest.param("{{ " + "not " * 200 + "1 }}", "too deep", id="200 times not"),
        pytest.param("{% if 1 %}" * 40 + "{% endif %}" * 40, "too deep", id="40 blocks"),
        pytest.param("x" * (MAX_TEXT_CHARS + 1), "at most 1000", id="too long"),
        pytest.param("{{ contact.name", "line 1", id="not closed"),
        pytest.param("one\ntwo\n{{ contact.phone }}", "line 3", id="the line is named"),
        pytest.param("{{ 'a' < 1 }}", "rendered", id="fails on every value"),
        pytest.param("{{ contact.name > 3 }}", "rendered", id="fails on a name"),
    ],
)
def test_hostile_and_wrong_templates(template: str, named: str) -> None:
    fault = check_text(template)
    assert fault is not None
    assert named in fault
    assert len(fault) < 500


async def test_a_check_of_many_texts_lets_others_have_their_turn() -> None:
    turns = 0

    async def other_requests() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(other_requests())
    await check_texts({"greeting": {f"en-{number}": f"Hello {number}" for number in range(10, 50)}})
    others.cancel()
    assert turns >= 40


def test_values_can_not_write_templates_or_flood() -> None:
    rendered = render_text("Hi {{ contact.name }}.", Values(contact_name="{{ 7*7 }}\n\x00\u2028" + "x" * 5_000))
    assert rendered.text.startswith("Hi {{ 7*7 }} xxx")
    assert len(rendered.text) <= MAX_VALUE_CHARS + 4


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "\u200b"])
def test_blank_name_has_its_default(blank: str) -> None:
    rendered = render_text("Hi {{ contact.name | default('friend') }}.", Values(contact_name=blank))
    assert rendered.text == "Hi friend."


def test_a_long_outcome_is_cut() -> None:
    template = "x" * (MAX_TEXT_CHARS - 20) + "{{ contact.name }}"
    assert check_text(template) is None
    rendered = render_text(template, Values(contact_name="y" * 90))
    assert (len(rendered.text), rendered.text[-1], rendered.cut) == (MAX_TEXT_CHARS, "…", True)


def test_a_refused_template_is_not_rendered() -> None:
    with pytest.raises(TextRefusedError):
        render_text("{{ contact.__class__ }}", Values())


def test_variables_are_known_without_rendering() -> None:
    assert variables_in("{% if queue.position %}{{ contact.name }}{% endif %}") == {"queue.position", "contact.name"}


@pytest.mark.parametrize(
    ("there", "contact", "workspace", "chosen"),
    [
        pytest.param(("en", "pt", "pt-BR"), "pt-BR", "en", "pt-BR", id="exact"),
        pytest.param(("en", "pt-br"), "pt-BR", "en", "pt-br", id="tags are written in many ways"),
        pytest.param(("en", "pt"), "pt-BR", "en", "pt", id="the base language"),
        pytest.param(("en", "pt-BR"), "pt", "en", "pt-BR", id="another region"),
        pytest.param(("ru", "en"), "fr", "en-GB", "en", id="the workspace's, by its base"),
        pytest.param(("ru", "en"), None, "en", "en", id="the contact's is not known"),
        pytest.param(("ru", "de"), "fr", "en", "ru", id="the first that is there"),
        pytest.param((), "fr", "en", None, id="none"),
    ],
)
def test_choice_of_language(there: tuple[str, ...], contact: str | None, workspace: str, chosen: str | None) -> None:
    translation = choose_translation(dict.fromkeys(there, "text"), contact, workspace)
    assert (translation.language if translation else None) == chosen


@pytest.mark.parametrize(
    ("seconds", "language", "words"),
    [
        (0, "en", "less than a minute"),
        (30, "en", "about 1 minute"),
        (61, "en-GB", "about 2 minutes"),
        (7_200, "en", "about 120 minutes"),
        (7_201, "en", "about 3 hours"),
        (0, "ru", "меньше минуты"),
        (60, "ru", "около 1 минуты"),
        (11 * 60, "ru", "около 11 минут"),
        (21 * 60, "ru", "около 21 минуты"),
        (111 * 60, "ru", "около 111 минут"),
        (21 * 3600, "ru", "около 21 часа"),
        (300, "de", "etwa 5 Minuten"),
        (60, "es", "alrededor de un minuto"),
        (300, "pt-BR", "cerca de 5 minutos"),
        (300, "ja", "≈ 5 min"),
    ],
)
def test_waits_in_words(seconds: int, language: str, words: str) -> None:
    assert wait_in_words(timedelta(seconds=seconds), language) == words
