"""Rules for buttons, files, and for the special kinds: authentication, carousel, limited-time offer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from templates_hsm.definition.limits import (
    MAX_APPS,
    MAX_BUTTONS,
    MAX_CARD_BODY_CHARS,
    MAX_CARD_BUTTONS,
    MAX_CARDS,
    MAX_COPY_CODE_CHARS,
    MAX_EXPIRATION_MINUTES,
    MAX_LABEL_CHARS,
    MAX_OFFER_BODY_CHARS,
    MAX_OFFER_CHARS,
    MAX_PHONE_BUTTONS,
    MAX_PHONE_CHARS,
    MAX_URL_BUTTONS,
    MAX_URL_CHARS,
    MIN_CARDS,
    MIN_EXPIRATION_MINUTES,
    SIGNATURE_CHARS,
    chars,
)
from templates_hsm.definition.template_definition import (
    FILE_FORMATS,
    VARIABLE,
    ButtonKind,
    Card,
    Category,
    Header,
    HeaderFormat,
    TemplateButton,
)
from templates_hsm.lint.lint_values import (
    AUTHENTICATION,
    CAROUSEL,
    COMPONENTS,
    OFFER,
    ONE_TAP,
    REVIEW,
    ZERO_TAP,
    Facts,
    Rule,
    Severity,
)

_PHONE: Final = re.compile(r"\+?[0-9]{5,19}", re.ASCII)
_LINK: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE | re.ASCII)
_SHORTENED: Final = re.compile(r"https?://(bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|wa\.me|is\.gd)/", re.IGNORECASE)
_UNLABELLED: Final = frozenset({ButtonKind.COPY_CODE, ButtonKind.OTP})
"""WhatsApp itself writes on these, where nothing is given."""
_OTP_TYPES: Final = frozenset({"copy_code", "one_tap", "zero_tap"})
_APP_TYPES: Final = frozenset({"one_tap", "zero_tap"})
_CARD_BUTTONS: Final = frozenset({ButtonKind.QUICK_REPLY, ButtonKind.URL, ButtonKind.PHONE_NUMBER})

Found = Callable[[Facts], Iterator[str]]


def _every(facts: Facts) -> Iterator[TemplateButton]:
    for holder in facts.definition.holders:
        yield from holder.buttons


def _buttons_with(wrong: Callable[[TemplateButton], object], member: str = "") -> Found:
    return lambda facts: (button.place + member for button in _every(facts) if wrong(button))


def _more_than(most: int, *kinds: ButtonKind) -> Found:
    """Make a check for more buttons of some kinds than may be; all kinds unless any is named."""

    def check(facts: Facts) -> Iterator[str]:
        found = [button for button in facts.definition.buttons if not kinds or button.kind in kinds]
        yield from (button.place for button in found[most:])

    return check


def _ungrouped(facts: Facts) -> Iterator[str]:
    """Find a quick reply that comes after another kind that came after quick replies."""
    groups = 0
    before = None
    for button in facts.definition.buttons:
        is_reply = button.kind is ButtonKind.QUICK_REPLY
        groups += is_reply and before is not True
        if groups > 1 and is_reply:
            yield button.place
        before = is_reply


def _same_labels(facts: Facts) -> Iterator[str]:
    for holder in facts.definition.holders:
        counts = Counter(button.label for button in holder.buttons if button.label)
        yield from (button.place + "/text" for button in holder.buttons if counts[button.label] > 1)


def _bad_url(button: TemplateButton) -> bool:
    return button.url is not None and not _LINK.fullmatch(VARIABLE.sub("x", button.url.text))


def _bad_url_variable(button: TemplateButton) -> bool:
    """One variable at most, numbered 1, at the very end."""
    if button.url is None:
        return False
    found = list(VARIABLE.finditer(button.url.text))
    return len(found) > 1 or (len(found) == 1 and (found[0].end() < len(button.url.text) or found[0][1] != "1"))


def _without_url_example(button: TemplateButton) -> bool:
    return button.url is not None and bool(button.url.variables) and not button.example


def _headers(facts: Facts) -> Iterator[Header]:
    for holder in facts.definition.holders:
        if holder.header is not None:
            yield holder.header


def _repeated(facts: Facts) -> Iterator[str]:
    seen: set[str] = set()
    for place, component in enumerate(facts.components):
        kind = str(component.get("type", "")).upper()
        if kind in seen:
            yield f"/{place}"
        seen.add(kind)


def _code_only(check: Found) -> Found:
    return lambda facts: check(facts) if facts.category is Category.AUTHENTICATION else iter(())


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
        yield from (button.place for button in _every(facts) if button.kind is ButtonKind.OTP)


def _passwords_with(wrong: Callable[[TemplateButton], object], member: str) -> Found:
    return _code_only(_buttons_with(lambda button: button.kind is ButtonKind.OTP and wrong(button), member))


def _good_apps(button: TemplateButton) -> bool:
    good = all(package and len(signature) == SIGNATURE_CHARS for package, signature in button.apps)
    return 1 <= len(button.apps) <= MAX_APPS and good


def _cards_place(facts: Facts) -> list[str]:
    return [card.place.rsplit("/", 1)[0] for card in facts.definition.cards[:1]]


def _beside_cards(facts: Facts) -> Iterator[str]:
    if facts.definition.cards:
        for place, component in enumerate(facts.components):
            if str(component.get("type", "")).upper() not in {"BODY", "CAROUSEL"}:
                yield f"/{place}"


def _strange_card_parts(facts: Facts) -> Iterator[str]:
    for card in facts.definition.cards:
        yield from (f"{card.place}/components/{place}" for place in card.strange)


def _offer_header(facts: Facts) -> list[str]:
    header, offer = facts.definition.header, facts.definition.offer
    wrong = header is not None and offer is not None and header.format not in {HeaderFormat.IMAGE, HeaderFormat.VIDEO}
    return [header.place] if header is not None and wrong else []


def _cards_with(wrong: Callable[[Card], object]) -> Found:
    return lambda facts: (card.place for card in facts.definition.cards if wrong(card))


def _card_count(facts: Facts) -> Iterator[str]:
    cards = facts.definition.cards
    if cards and not MIN_CARDS <= len(cards) <= MAX_CARDS:
        yield cards[0].place.rsplit("/", 1)[0]


def _unlike_first(facts: Facts) -> Iterator[str]:
    cards = facts.definition.cards
    yield from (card.place for card in cards[1:] if _shape(card) != _shape(cards[0]))


def _shape(card: Card) -> tuple[HeaderFormat | None, bool, Sequence[ButtonKind]]:
    header = card.header.format if card.header is not None else None
    return header, card.body is not None, [button.kind for button in card.buttons]


def _wrong_card_header(card: Card) -> bool:
    return card.header is None or card.header.format not in {HeaderFormat.IMAGE, HeaderFormat.VIDEO}


def _offers_with(wrong: Callable[[Facts], object]) -> Found:
    def check(facts: Facts) -> Iterator[str]:
        offer = facts.definition.offer
        if offer is not None and wrong(facts):
            yield offer.place

    return check


def _offer_text(facts: Facts) -> str:
    return facts.definition.offer.text if facts.definition.offer is not None else ""


def _offer_body(facts: Facts) -> str:
    return facts.definition.body.text if facts.definition.body is not None else ""


def _offer_buttons(facts: Facts) -> bool:
    kinds = [button.kind for button in facts.definition.buttons]
    copies = facts.definition.offer is not None and facts.definition.offer.expires
    wanted = [ButtonKind.COPY_CODE, ButtonKind.URL]
    return kinds != wanted if copies else kinds not in (wanted, [ButtonKind.URL])


RULES: Final[tuple[Rule, ...]] = (
    Rule("component_repeated", "There can be only one component of each type.", COMPONENTS, _repeated),
    Rule("component_unknown", "This version does not know this type of component or button; it can't check or send it.",
         COMPONENTS, lambda facts: iter([""] if facts.definition.unknown else [])),
    Rule("header_sample", "WhatsApp reviews a file header with a sample: give example.header_handle.", REVIEW,
         lambda facts: (h.place for h in _headers(facts) if h.format in FILE_FORMATS and not h.has_example)),
    Rule("buttons_count", f"A template has at most {MAX_BUTTONS} buttons.", COMPONENTS, _more_than(MAX_BUTTONS)),
    Rule("url_buttons_count", f"A template has at most {MAX_URL_BUTTONS} link buttons.", COMPONENTS,
         _more_than(MAX_URL_BUTTONS, ButtonKind.URL)),
    Rule("phone_buttons_count", "A template has at most one phone button.", COMPONENTS,
         _more_than(MAX_PHONE_BUTTONS, ButtonKind.PHONE_NUMBER)),
    Rule("code_buttons_count", "A template has at most one button that copies a code.", COMPONENTS,
         _more_than(1, ButtonKind.COPY_CODE, ButtonKind.OTP)),
    Rule("quick_replies_apart", "Quick replies stand together, before or after all other buttons.", COMPONENTS,
         _ungrouped),
    Rule("label_missing", "A button needs a text.", COMPONENTS,
         _buttons_with(lambda b: b.kind not in _UNLABELLED and not b.label.strip(), "/text")),
    Rule("label_length", f"A button's text has at most {MAX_LABEL_CHARS} characters.", COMPONENTS,
         _buttons_with(lambda b: chars(b.label) > MAX_LABEL_CHARS, "/text")),
    Rule("label_variable", "A button's text has no variables.", COMPONENTS,
         _buttons_with(lambda b: VARIABLE.search(b.label), "/text")),
    Rule("labels_equal", "Two buttons have the same text.", COMPONENTS, _same_labels),
    Rule("url_invalid", "A link begins with https:// or http:// and has no spaces.", COMPONENTS,
         _buttons_with(_bad_url, "/url")),
    Rule("url_length", f"A link has at most {MAX_URL_CHARS} characters.", COMPONENTS,
         _buttons_with(lambda b: b.url is not None and chars(b.url.text) > MAX_URL_CHARS, "/url")),
    Rule("url_variable", "A link has at most one variable, {{1}}, at its very end.", COMPONENTS,
         _buttons_with(_bad_url_variable, "/url")),
    Rule("url_example", "Give an example for the link's variable.", REVIEW, _buttons_with(_without_url_example)),
    Rule("url_shortened", "WhatsApp rejects shortened links: show where it leads.", REVIEW,
         _buttons_with(lambda b: b.url is not None and _SHORTENED.match(b.url.text), "/url"), Severity.WARNING),
    Rule("phone_invalid", f"A phone number has + and digits, at most {MAX_PHONE_CHARS} characters.", COMPONENTS,
         _buttons_with(lambda b: b.kind is ButtonKind.PHONE_NUMBER and not _PHONE.fullmatch(b.phone_number or ""),
                       "/phone_number")),
    Rule("code_example", f"Give an example of the code, at most {MAX_COPY_CODE_CHARS} characters.", COMPONENTS,
         _buttons_with(lambda b: b.kind is ButtonKind.COPY_CODE
                       and not 1 <= chars(b.example or "") <= MAX_COPY_CODE_CHARS, "/example")),
    Rule("flow_missing", "A flow button names its flow: flow_id, flow_name or flow_json.", COMPONENTS,
         _buttons_with(lambda b: b.kind is ButtonKind.FLOW and not b.names_flow)),
    Rule("password_elsewhere", "One-time password buttons are for authentication templates.", AUTHENTICATION,
         _password_elsewhere),
    Rule("password_button", "An authentication template has one button, of type OTP.", AUTHENTICATION,
         _code_only(_not_one_password)),
    Rule("password_parts", "An authentication template has no header, offer or cards.", AUTHENTICATION,
         _code_only(_forbidden_parts)),
    Rule("password_words", "WhatsApp writes the words of authentication templates itself: leave the text out.",
         AUTHENTICATION, _code_only(_own_words)),
    Rule("password_type", "A one-time password button is of the type copy_code, one_tap or zero_tap.", AUTHENTICATION,
         _passwords_with(lambda b: b.otp_type not in _OTP_TYPES, "/otp_type")),
    Rule("password_apps", f"Name the 1 to {MAX_APPS} apps that may take the code: supported_apps with package_name and "
         f"signature_hash ({SIGNATURE_CHARS} characters).", ONE_TAP,
         _passwords_with(lambda b: b.otp_type in _APP_TYPES and not _good_apps(b), "/supported_apps")),
    Rule("password_terms", "Codes without a tap need zero_tap_terms_accepted: true.", ZERO_TAP,
         _passwords_with(lambda b: b.otp_type == "zero_tap" and not b.terms_accepted, "/zero_tap_terms_accepted")),
    Rule("password_expiration",
         f"The code expires after {MIN_EXPIRATION_MINUTES} to {MAX_EXPIRATION_MINUTES} minutes.", AUTHENTICATION,
         _code_only(_bad_expiration)),
    Rule("cards_count", f"A carousel has {MIN_CARDS} to {MAX_CARDS} cards.", CAROUSEL, _card_count),
    Rule("cards_category", "Carousels are for marketing templates.", CAROUSEL,
         lambda facts: iter(_cards_place(facts) if facts.category is not Category.MARKETING else [])),
    Rule("cards_alone", "A template with a carousel has a body, and no header, footer, buttons or offer.", CAROUSEL,
         _beside_cards),
    Rule("card_parts", "A card has a header, a body and buttons, nothing else.", CAROUSEL, _strange_card_parts),
    Rule("card_button_kinds", "A card's buttons are quick replies, links and phone numbers.", CAROUSEL,
         lambda facts: (b.place for c in facts.definition.cards for b in c.buttons if b.kind not in _CARD_BUTTONS)),
    Rule("cards_differ", "All cards have the same parts in the same order.", CAROUSEL, _unlike_first),
    Rule("card_header", "Each card begins with an image or a video.", CAROUSEL, _cards_with(_wrong_card_header)),
    Rule("card_body_length", f"A card's body has at most {MAX_CARD_BODY_CHARS} characters.", CAROUSEL,
         _cards_with(lambda card: card.body is not None and chars(card.body.text) > MAX_CARD_BODY_CHARS)),
    Rule("card_buttons", f"Each card has 1 to {MAX_CARD_BUTTONS} buttons.", CAROUSEL,
         _cards_with(lambda card: not 1 <= len(card.buttons) <= MAX_CARD_BUTTONS)),
    Rule("offer_category", "Limited-time offers are for marketing templates.", OFFER,
         _offers_with(lambda facts: facts.category is not Category.MARKETING)),
    Rule("offer_header", "The header of a template with an offer is an image or a video.", OFFER,
         lambda facts: iter(_offer_header(facts))),
    Rule("offer_text", f"The offer's text has 1 to {MAX_OFFER_CHARS} characters.", OFFER,
         _offers_with(lambda facts: not 1 <= chars(_offer_text(facts)) <= MAX_OFFER_CHARS)),
    Rule("offer_body", f"The body of an offer has at most {MAX_OFFER_BODY_CHARS} characters.", OFFER,
         _offers_with(lambda facts: chars(_offer_body(facts)) > MAX_OFFER_BODY_CHARS)),
    Rule("offer_footer", "A template with an offer has no footer.", OFFER,
         _offers_with(lambda facts: facts.definition.footer is not None)),
    Rule("offer_buttons", "An offer has a link button; one that ends has a button that copies the code before it.",
         OFFER, _offers_with(_offer_buttons)),
)  # fmt: skip
