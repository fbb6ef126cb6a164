"""The special kinds of templates: one-time passwords, carousels, limited-time offers.

Source: templates/authentication-templates, 4 Nov 2025; templates/marketing-templates/media-card-carousel-templates,
24 Jun 2026, and limited-time-offer-templates, 4 Nov 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from channels.sandbox.graph.checks import items, obj, text
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import JsonObject

OTP_ADDRESS: Final = "https://www.whatsapp.com/otp/code/"
OTP_TYPES: Final = ("COPY_CODE", "ONE_TAP", "ZERO_TAP")
COMPONENTS: Final = frozenset(
    {"HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER", "CALL_PERMISSION_REQUEST"}
)
PICTURES: Final = ("IMAGE", "VIDEO")
MAX_APPS: Final = 5
CARDS: Final = range(2, 11)
MAX_CARD_BUTTONS: Final = 2
_CODE: Final = "*{{1}}* is your verification code."
_ADVICE: Final = " For your security, do not share this code."


DELIVERY: Final = ("message_send_ttl_seconds", "optimization_spec")
TTL_SECONDS: Final = {"AUTHENTICATION": (30, 900), "UTILITY": (30, 43_200), "MARKETING": (43_200, 2_592_000)}
"""Source: templates/time-to-live, 30 Sep 2026."""
BID_STRATEGY: Final = "LOWEST_COST_WITH_BID_CAP"
"""Source: marketing-messages, 1 Oct 2026."""


def check_delivery(category: str, body: JsonObject) -> None:
    """Refuse a time to live or a highest price that the category does not have. Raises `GraphError`."""
    seconds = body.get("message_send_ttl_seconds")
    least, most = TTL_SECONDS[category]
    if seconds is not None and not (isinstance(seconds, int) and least <= seconds <= most):
        raise GraphError(100, f"Param message_send_ttl_seconds must be from {least} to {most} for {category}.")
    if body.get("optimization_spec") is None:
        return
    spec = obj(body, "optimization_spec", "optimization_spec")
    amount = spec.get("bid_amount")
    if category != "MARKETING" or spec.get("bid_strategy") != BID_STRATEGY or not isinstance(amount, int) or amount < 1:
        raise GraphError(100, "Param optimization_spec needs a MARKETING template, its strategy and a bid_amount.")


def kind_of(component: JsonObject, key: str = "type") -> str:
    """Meta takes types and formats in any case of letters."""
    return str(component.get(key, "")).upper()


def find(components: Sequence[JsonObject], kind: str) -> JsonObject | None:
    """The component of a type, if there is one."""
    return next((component for component in components if kind_of(component) == kind), None)


def check_kinds(category: str, components: Sequence[JsonObject]) -> None:
    """Refuse what Meta's pages on the special kinds forbid. Raises `GraphError`."""
    if category == "AUTHENTICATION":
        _check_password(components)
    carousel, offer = find(components, "CAROUSEL"), find(components, "LIMITED_TIME_OFFER")
    if (carousel or offer) and category != "MARKETING":
        raise GraphError(100, "Only marketing templates can have a carousel or a limited-time offer.")
    if carousel is not None:
        _only(components, {"BODY", "CAROUSEL"}, "a carousel")
        _check_cards(items(carousel, "cards", "components: CAROUSEL cards"))
    if offer is not None:
        _only(components, {"HEADER", "BODY", "BUTTONS", "LIMITED_TIME_OFFER"}, "a limited-time offer")
        _check_offer(offer, components)


def check_known(components: Sequence[JsonObject]) -> None:
    """Refuse components that Meta does not have. Raises `GraphError`."""
    for component in components:
        if kind_of(component) not in COMPONENTS:
            raise GraphError(100, f"Unexpected component type: {component.get('type')}.")


def with_fixed_words(components: Sequence[JsonObject]) -> list[JsonObject]:
    """The components of an authentication template as Meta lists them: with its own words and a URL button."""
    return [_FIXED.get(kind_of(component), dict)(component) for component in components]


def _fixed_body(component: JsonObject) -> JsonObject:
    advice = _ADVICE if component.get("add_security_recommendation") else ""
    return {"text": _CODE + advice, "example": {"body_text": [["123456"]]}, **component}


def _fixed_footer(component: JsonObject) -> JsonObject:
    return {"text": f"This code expires in {component.get('code_expiration_minutes')} minutes.", **component}


def _fixed_buttons(component: JsonObject) -> JsonObject:
    return {**component, "buttons": [_listed_button(button) for button in component.get("buttons", [])]}


def _listed_button(button: JsonObject) -> JsonObject:
    if kind_of(button) != "OTP":
        return button
    url = f"{OTP_ADDRESS}?otp_type={kind_of(button, 'otp_type')}&code=otp{{{{1}}}}"
    label = button.get("text") or ("Copy code" if kind_of(button, "otp_type") == "COPY_CODE" else "Autofill")
    return {**button, "type": "URL", "text": label, "url": url, "example": [url.replace("{{1}}", "123456")]}


_FIXED: Final = {"BODY": _fixed_body, "FOOTER": _fixed_footer, "BUTTONS": _fixed_buttons}


def _only(components: Sequence[JsonObject], allowed: set[str], what: str) -> None:
    strange = next((kind for component in components if (kind := kind_of(component)) not in allowed), None)
    if strange is not None:
        raise GraphError(100, f"A template with {what} can't have a component of type {strange}.")


def _check_password(components: Sequence[JsonObject]) -> None:
    _only(components, {"BODY", "FOOTER", "BUTTONS"}, "a one-time password")
    part = find(components, "BUTTONS")
    buttons = items(part, "buttons", "components: BUTTONS") if part is not None else []
    if len(buttons) != 1 or not (kind_of(buttons[0]) == "OTP" or str(buttons[0].get("url")).startswith(OTP_ADDRESS)):
        raise GraphError(100, "Authentication templates need exactly one button, of type OTP.")
    kind = kind_of(buttons[0], "otp_type")
    if kind not in OTP_TYPES:
        raise GraphError(100, f"Param otp_type must be one of {{{', '.join(OTP_TYPES)}}}.")
    if kind != "COPY_CODE" and not _has_apps(buttons[0]):
        raise GraphError(100, "supported_apps with package_name and signature_hash is required for this otp_type.")
    if kind == "ZERO_TAP" and buttons[0].get("zero_tap_terms_accepted") is not True:
        raise GraphError(100, "zero_tap_terms_accepted must be true.")


def _has_apps(button: JsonObject) -> bool:
    apps = button.get("supported_apps") or [button]
    return len(apps) <= MAX_APPS and all(app.get("package_name") and app.get("signature_hash") for app in apps)


def _check_cards(cards: Sequence[JsonObject]) -> None:
    if len(cards) not in CARDS:
        raise GraphError(100, f"A carousel has {CARDS[0]} to {CARDS[-1]} cards.")
    shapes = {tuple(_shape(items(card, "components", "components: card"))) for card in cards}
    if len(shapes) > 1:
        raise GraphError(100, "All cards of a carousel must have the same components.")


def _shape(parts: Sequence[JsonObject]) -> list[str]:
    """Check a card's parts; what all cards must have alike."""
    _only(parts, {"HEADER", "BODY", "BUTTONS"}, "cards")
    header = find(parts, "HEADER")
    if header is None or kind_of(header, "format") not in PICTURES:
        raise GraphError(100, "A card's header must be IMAGE or VIDEO.")
    body, buttons = find(parts, "BODY"), find(parts, "BUTTONS")
    if body is not None:
        text(body, "text", "components: card BODY text", 160)
    kinds = [kind_of(button) for button in buttons.get("buttons", [])] if buttons else []
    if len(kinds) > MAX_CARD_BUTTONS or not set(kinds) <= {"QUICK_REPLY", "URL", "PHONE_NUMBER"}:
        raise GraphError(100, "A card has at most 2 buttons: QUICK_REPLY, URL or PHONE_NUMBER.")
    return [kind_of(header, "format"), str(body is not None), *kinds]


def _check_offer(offer: JsonObject, components: Sequence[JsonObject]) -> None:
    told = obj(offer, "limited_time_offer", "components: limited_time_offer")
    text(told, "text", "components: limited_time_offer text", 16)
    header, body = find(components, "HEADER"), find(components, "BODY")
    if header is not None and kind_of(header, "format") not in PICTURES:
        raise GraphError(100, "The header of a limited-time offer must be IMAGE or VIDEO.")
    if body is not None:
        text(body, "text", "components: BODY text", 600)
    part = find(components, "BUTTONS")
    kinds = [kind_of(button) for button in part.get("buttons", [])] if part else []
    wanted = [["COPY_CODE", "URL"]] if told.get("has_expiration") else [["COPY_CODE", "URL"], ["URL"]]
    if kinds not in wanted:
        raise GraphError(100, "A limited-time offer has a COPY_CODE button, needed if it expires, then a URL button.")
