"""What counts as an opt-out, and what only looks like one."""

from __future__ import annotations

from itertools import chain

import pytest

from inbox.contacts.opt_out_words import IN, OUT, OUT_AFTER_MARKETING, compared, wish_in
from inbox.model.content import ChoiceContent, Content, LocationContent, TextContent


@pytest.mark.parametrize(
    ("content", "wish"),
    [
        pytest.param(TextContent(text="STOP"), False, id="the word"),
        pytest.param(TextContent(text=" Stop! "), False, id="as people type it"),
        pytest.param(TextContent(text="СТОП"), False, id="Russian"),
        pytest.param(TextContent(text="Arrêt"), False, id="French"),
        pytest.param(TextContent(text="ARRET"), False, id="French without accents"),
        pytest.param(ChoiceContent(id="x", title="Stop promotions"), False, id="Meta's quick reply"),
        pytest.param(TextContent(text="start"), True, id="again"),
        pytest.param(TextContent(text="please stop by at five"), None, id="a sentence"),
        pytest.param(TextContent(text="stop" * 100), None, id="long"),
        pytest.param(TextContent(text="/start"), None, id="a command to a bot"),
        pytest.param(TextContent(text="!?"), None, id="no word at all"),
        pytest.param(TextContent(text="stop 5"), None, id="a number says something else"),
        pytest.param(LocationContent(latitude=1, longitude=1), None, id="no text"),
    ],
)
def test_wishes(content: Content, wish: bool | None) -> None:
    assert wish_in(content) is wish


@pytest.mark.parametrize(
    "text",
    [
        *(
            "“STOP”",
            "«stop»",
            "'stop'",
            "STOP\u00a0",
            "\u3000STOP",
            "ＳＴＯＰ",
            "𝐒𝐓𝐎𝐏",
            "stop\u200e",
            "\u2068stop\u2069",
            "st\u00adop",
        ),
        *(
            "STOP 🛑",
            "🛑✋🏽 stop",
            "stop ❤️",
            "*STOP*",
            "_stop_",
            "~stop~",
            "```stop```",
            "> stop",
            "STOP!!!",
            "stop…",
            "¡STOP!",
        ),
        *(
            "stop\n",
            "ㅤSTOP",
            "REVOKE",
            "Opt-Out",
            "opt_out",
            "Désabonnement",
            "ABONELİKTEN ÇIK",
            "إيقاف",
            "تَوَقُّف",
            "الغـاء الاشتراك",
        ),
        *(
            "отписаться",
            "Відписатися",
            "WYPISZ",
            "Rezygnuję",
            "BERHENTI",
            "Uitschrijven",
            "बंद करें",
            "הסר",
            "退订",
            "수신거부",
        ),
    ],
)
def test_what_stands_around_a_word_changes_nothing(text: str) -> None:
    assert wish_in(TextContent(text=text)) is False


@pytest.mark.parametrize(
    "text", ["Cancel", "END.", "Cancelar", "отмена", "iptal", "annulla", "*annuler*", "Einde", "キャンセル"]
)
def test_some_words_are_opt_outs_only_after_marketing(text: str) -> None:
    assert wish_in(TextContent(text=text)) is None
    assert wish_in(TextContent(text=text), after_marketing=True) is False


def test_unambiguous_words_count_always() -> None:
    assert wish_in(TextContent(text="STOP"), after_marketing=True) is False
    assert wish_in(TextContent(text="start"), after_marketing=True) is True


def test_no_word_means_both() -> None:
    always, sometimes, again = (
        {compared(word) for word in chain.from_iterable(table.values())} for table in (OUT, OUT_AFTER_MARKETING, IN)
    )
    assert not always & sometimes
    assert not (always | sometimes) & again
    assert all(always | sometimes | again)
