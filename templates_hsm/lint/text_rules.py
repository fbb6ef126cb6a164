"""Rules for names, languages, categories and texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from templates_hsm.definition.limits import (
    MAX_BODY_CHARS,
    MAX_FOOTER_CHARS,
    MAX_HEADER_CHARS,
    MAX_NAME_CHARS,
    chars,
)
from templates_hsm.definition.template_definition import VARIABLE, Category, TextPart
from templates_hsm.lint.rule import CATEGORIES, COMPONENTS, OVERVIEW, REVIEW, Check, Facts, Rule, Severity

_LANGUAGE_CODES: Final = """
af ar ar_AE ar_EG ar_LB ar_MA ar_QA az be_BY bg bn bn_IN ca cs da de de_AT de_CH el en en_AE en_AU en_CA en_GB
en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_US en_ZA es es_AR es_CL es_CO es_CR es_DO es_EC es_ES
es_HN es_MX es_PA es_PE es_UY et fa fi fil fr fr_BE fr_CA fr_CH fr_CI fr_MA ga gu ha he hi hr hu id it ja ka kk
kn ko ky_KG lo lt lv mk ml mr ms nb nl nl_BE pa pl prs_AF ps_AF pt_BR pt_PT ro ru rw_RW si_LK sk sl sq sr sv sw
ta te th tr uk ur uz vi zh_CN zh_HK zh_TW zu
"""
LANGUAGES: Final = frozenset(_LANGUAGE_CODES.split())
"""Source: templates/supported-languages."""
_NAME: Final = re.compile(r"[a-z0-9_]+", re.ASCII)
_NAMED: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_BRACES: Final = re.compile(r"[{}]")
_ADJACENT: Final = re.compile(rf"{VARIABLE.pattern}\s*(?={VARIABLE.pattern.replace('(', '(?:', 1)})", re.ASCII)
_NEWLINES: Final = re.compile(r"\n\s*\n\s*\n")
_HEADER_MARKS: Final = re.compile(r"[*_~`\n\U0001F000-\U0001FAFF\u2600-\u27BF]")
_WORDS_PER_VARIABLE: Final = 3
"""Seen by those who submit templates: fewer words around each variable are refused; Meta gives no number."""
_SELLING: Final = re.compile(
    r"\b(sale|discount|% off|offer|promo\w*|coupon|deal|free|buy now|limited time|voucher|rabatt|oferta|скидк\w+)\b",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(
    r"\b(verification code|one-time (code|password)|otp|passcode|login code)\b", re.IGNORECASE
)


def _body_missing(facts: Facts) -> Iterator[str]:
    body = facts.definition.body
    if body is None:
        yield ""
    elif not body.text.strip():
        yield body.place


def _bodies(facts: Facts) -> Iterator[TextPart]:
    if facts.definition.body is not None and not facts.definition.is_code:
        yield facts.definition.body
    yield from (card.body for card in facts.definition.cards if card.body is not None)


def _bodies_with(wrong: Callable[[str], object]) -> Check:
    """Make a check that finds the bodies whose text is wrong."""
    return lambda facts: (body.place for body in _bodies(facts) if wrong(body.text))


def _texts_with(wrong: Callable[[TextPart], object]) -> Check:
    return lambda facts: (part.place for part in facts.texts() if wrong(part))


def _at_edge(text: str) -> bool:
    stripped = text.strip()
    places = [(match.start(), match.end()) for match in VARIABLE.finditer(stripped)]
    return any(start == 0 or end == len(stripped) for start, end in places)


def _too_dense(text: str) -> bool:
    count = len(VARIABLE.findall(text))
    words = len(VARIABLE.sub(" ", text).split())
    return count > 0 and words < count * _WORDS_PER_VARIABLE


def _stray_braces(part: TextPart) -> bool:
    return bool(_BRACES.search(VARIABLE.sub("", part.text)))


def _mixed(part: TextPart) -> bool:
    return len({name.isdigit() for name in part.variables}) > 1


def _gaps(part: TextPart) -> bool:
    positions = {int(name) for name in part.variables if name.isdigit()}
    return bool(positions) and positions != set(range(1, len(positions) + 1))


def _bad_names(part: TextPart) -> bool:
    return any(not name.isdigit() and not _NAMED.fullmatch(name) for name in part.variables)


def _without_example(part: TextPart) -> bool:
    return any(not part.examples.get(name, "").strip() for name in part.variables)


def _headers_with(wrong: Callable[[TextPart], object]) -> Check:
    def check(facts: Facts) -> Iterator[str]:
        header = facts.definition.header
        if header is not None and header.text is not None and wrong(header.text):
            yield header.text.place

    return check


def _footers_with(wrong: Callable[[str], object]) -> Check:
    def check(facts: Facts) -> Iterator[str]:
        footer = facts.definition.footer
        if footer is not None and footer.place and wrong(footer.text):
            yield footer.place

    return check


def _category_hint(category: Category, words: re.Pattern[str]) -> Check:
    return lambda facts: (b.place for b in _bodies(facts) if facts.category is category and words.search(b.text))


_W = Severity.WARNING
RULES: Final[tuple[Rule, ...]] = (
    Rule("name_characters", "A name has only a to z, 0 to 9 and _.", OVERVIEW,
         lambda facts: iter([] if _NAME.fullmatch(facts.name) else ["name"])),
    Rule("name_length", f"A name has at most {MAX_NAME_CHARS} characters.", OVERVIEW,
         lambda facts: iter(["name"] if len(facts.name) > MAX_NAME_CHARS else [])),
    Rule("language_unknown", "This is none of the languages that WhatsApp listed when this version was made: "
         "check its code, such as en_US or pt_BR.", OVERVIEW,
         lambda facts: iter([] if facts.language in LANGUAGES else ["language"])),
    Rule("category_unknown", "The category is marketing, utility or authentication.", CATEGORIES,
         lambda facts: iter(["category"] if facts.category is None else [])),
    Rule("body_missing", "Every template needs a body with a text.", COMPONENTS, _body_missing),
    Rule("body_length", f"A body has at most {MAX_BODY_CHARS} characters, with its variables as they are written.",
         COMPONENTS, _bodies_with(lambda text: chars(text) > MAX_BODY_CHARS)),
    Rule("variable_at_edge", "WhatsApp rejects a body that begins or ends with a variable: put words around it.",
         REVIEW, _bodies_with(_at_edge)),
    Rule("variables_adjacent", "Two variables stand side by side: put words between them.", REVIEW,
         _bodies_with(_ADJACENT.search)),
    Rule("variables_dense", "There are few words for so many variables; WhatsApp rejects what it can't judge: "
         f"write at least {_WORDS_PER_VARIABLE} words for each.", REVIEW, _bodies_with(_too_dense), _W),
    Rule("blank_lines", "WhatsApp rejects more than two line breaks in a row.", COMPONENTS,
         _bodies_with(_NEWLINES.search)),
    Rule("braces", "A variable is written {{1}} or {{name}}; this text has other braces.", REVIEW,
         _texts_with(_stray_braces)),
    Rule("variables_mixed", "Use either numbers or names for the variables, not both.", COMPONENTS,
         _texts_with(_mixed)),
    Rule("variables_numbering", "Number the variables from {{1}} on, without gaps.", REVIEW, _texts_with(_gaps)),
    Rule("variable_name", "A variable's name has only a to z, 0 to 9 and _, and begins with a letter.", COMPONENTS,
         _texts_with(_bad_names)),
    Rule("example_missing", "Give an example for each variable: WhatsApp reviews the template with them.", REVIEW,
         _texts_with(_without_example)),
    Rule("header_length", f"A header has at most {MAX_HEADER_CHARS} characters.", COMPONENTS,
         _headers_with(lambda part: chars(part.text) > MAX_HEADER_CHARS)),
    Rule("header_blank", "The header has no text.", COMPONENTS, _headers_with(lambda part: not part.text.strip())),
    Rule("header_variables", "A header has at most one variable.", COMPONENTS,
         _headers_with(lambda part: len(part.variables) > 1)),
    Rule("header_marks", "A header has no emoji, no line break and none of * _ ~ `.", COMPONENTS,
         _headers_with(lambda part: _HEADER_MARKS.search(VARIABLE.sub("", part.text)))),
    Rule("footer_length", f"A footer has at most {MAX_FOOTER_CHARS} characters.", COMPONENTS,
         _footers_with(lambda text: chars(text) > MAX_FOOTER_CHARS)),
    Rule("footer_variables", "A footer has no variables.", COMPONENTS, _footers_with(VARIABLE.search)),
    Rule("looks_like_marketing", "This reads like advertising: WhatsApp will take a utility template with it for "
         "marketing, at marketing's price.", CATEGORIES, _category_hint(Category.UTILITY, _SELLING), _W),
    Rule("looks_like_authentication", "This reads like a one-time password: use the category authentication.",
         CATEGORIES, _category_hint(Category.UTILITY, _PASSWORD), _W),
)  # fmt: skip
