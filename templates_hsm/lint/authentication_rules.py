"""Rules for authentication templates, whose words WhatsApp writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from templates_hsm.definition.limits import (
    MAX_APPS,
    MAX_EXPIRATION_MINUTES,
    MIN_EXPIRATION_MINUTES,
    SIGNATURE_CHARS,
)
from templates_hsm.definition.template_definition import (
    ButtonKind,
    Category,
    TemplateButton,
)
from templates_hsm.lint.checks import buttons_with, every_button, only_authentication
from templates_hsm.lint.rule import (
    AUTHENTICATION,
    ONE_TAP,
    ZERO_TAP,
    Check,
    Facts,
    Rule,
)

_OTP_TYPES: Final = frozenset({"copy_code", "one_tap", "zero_tap"})
_APP_TYPES: Final = frozenset({"one_tap", "zero_tap"})


def _not_one_password(facts: Facts) -> Iterator[str]:
    kinds = [button.kind for button in facts.definition.buttons]
    if kinds != [ButtonKind.OTP]:
        yield ""


def _forbidden_parts(facts: Facts) -> Iterator[str]:
    definition = facts.definition
    parts = (definition.header, definition.offer, *definition.cards)
    yield from (part.place for part in parts if part is not None)


def _own_words(facts: Facts) -> Iterator[str]:
    for place, component in enumerate(facts.components):
        if str(component.get("type", "")).upper() in {"BODY", "FOOTER"} and component.get("text"):
            yield f"/{place}/text"


def _bad_expiration(facts: Facts) -> Iterator[str]:
    minutes = facts.definition.expiration_minutes
    if minutes is not None and not MIN_EXPIRATION_MINUTES <= minutes <= MAX_EXPIRATION_MINUTES:
        yield "/code_expiration_minutes"


def _password_elsewhere(facts: Facts) -> Iterator[str]:
    if facts.category is not Category.AUTHENTICATION:
        yield from (button.place for button in every_button(facts) if button.kind is ButtonKind.OTP)


def _passwords_with(wrong: Callable[[TemplateButton], object], member: str) -> Check:
    return only_authentication(buttons_with(lambda button: button.kind is ButtonKind.OTP and wrong(button), member))


def _good_apps(button: TemplateButton) -> bool:
    good = all(package and len(signature) == SIGNATURE_CHARS for package, signature in button.apps)
    return 1 <= len(button.apps) <= MAX_APPS and good


RULES: Final[tuple[Rule, ...]] = (
    Rule("password_elsewhere", "One-time password buttons are for authentication templates.", AUTHENTICATION,
         _password_elsewhere),
    Rule("password_button", "An authentication template has one button, of type OTP.", AUTHENTICATION,
         only_authentication(_not_one_password)),
    Rule("password_parts", "An authentication template has no header, offer or cards.", AUTHENTICATION,
         only_authentication(_forbidden_parts)),
    Rule("password_words", "WhatsApp writes the words of authentication templates itself: leave the text out.",
         AUTHENTICATION, only_authentication(_own_words)),
    Rule("password_type", "A one-time password button is of the type copy_code, one_tap or zero_tap.", AUTHENTICATION,
         _passwords_with(lambda b: b.otp_type not in _OTP_TYPES, "/otp_type")),
    Rule("password_apps", f"Name the 1 to {MAX_APPS} apps that may take the code: supported_apps with package_name and "
         f"signature_hash ({SIGNATURE_CHARS} characters).", ONE_TAP,
         _passwords_with(lambda b: b.otp_type in _APP_TYPES and not _good_apps(b), "/supported_apps")),
    Rule("password_terms", "Codes without a tap need zero_tap_terms_accepted: true.", ZERO_TAP,
         _passwords_with(lambda b: b.otp_type == "zero_tap" and not b.terms_accepted, "/zero_tap_terms_accepted")),
    Rule("password_expiration",
         f"The code expires after {MIN_EXPIRATION_MINUTES} to {MAX_EXPIRATION_MINUTES} minutes.", AUTHENTICATION,
         only_authentication(_bad_expiration)),
)  # fmt: skip
