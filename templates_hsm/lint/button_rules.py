"""Rules for buttons: how many, in which order, their labels, links, numbers and codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from templates_hsm.definition.limits import (
    MAX_BUTTONS,
    MAX_COPY_CODE_CHARS,
    MAX_LABEL_CHARS,
    MAX_PHONE_BUTTONS,
    MAX_PHONE_CHARS,
    MAX_URL_BUTTONS,
    MAX_URL_CHARS,
    chars,
)
from templates_hsm.definition.template_definition import (
    VARIABLE,
    ButtonKind,
    TemplateButton,
)
from templates_hsm.lint.checks import buttons_with
from templates_hsm.lint.rule import (
    CALLS,
    COMPONENTS,
    REVIEW,
    Check,
    Facts,
    Rule,
    Severity,
)

_PHONE: Final = re.compile(r"\+?[0-9]{5,19}", re.ASCII)
_LINK: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE | re.ASCII)
_SHORTENED: Final = re.compile(r"https?://(bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|wa\.me|is\.gd)/", re.IGNORECASE)
_UNLABELLED: Final = frozenset({ButtonKind.COPY_CODE, ButtonKind.OTP, ButtonKind.REQUEST_CONTACT_INFO})
"""WhatsApp itself writes on these, where nothing is given."""


def _more_than(most: int, *kinds: ButtonKind) -> Check:
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


RULES: Final[tuple[Rule, ...]] = (
    Rule("buttons_count", f"A template has at most {MAX_BUTTONS} buttons.", COMPONENTS, _more_than(MAX_BUTTONS)),
    Rule("url_buttons_count", f"A template has at most {MAX_URL_BUTTONS} link buttons.", COMPONENTS,
         _more_than(MAX_URL_BUTTONS, ButtonKind.URL)),
    Rule("phone_buttons_count", "A template has at most one phone button.", COMPONENTS,
         _more_than(MAX_PHONE_BUTTONS, ButtonKind.PHONE_NUMBER)),
    Rule("code_buttons_count", "A template has at most one button that copies a code.", COMPONENTS,
         _more_than(1, ButtonKind.COPY_CODE, ButtonKind.OTP)),
    Rule("call_buttons_count", "A template has at most one button for a call by WhatsApp.", CALLS,
         _more_than(1, ButtonKind.VOICE_CALL)),
    Rule("quick_replies_apart", "Quick replies stand together, before or after all other buttons.", COMPONENTS,
         _ungrouped),
    Rule("label_missing", "A button needs a text.", COMPONENTS,
         buttons_with(lambda b: b.kind not in _UNLABELLED and not b.label.strip(), "/text")),
    Rule("label_length", f"A button's text has at most {MAX_LABEL_CHARS} characters.", COMPONENTS,
         buttons_with(lambda b: chars(b.label) > MAX_LABEL_CHARS, "/text")),
    Rule("label_variable", "A button's text has no variables.", COMPONENTS,
         buttons_with(lambda b: VARIABLE.search(b.label), "/text")),
    Rule("labels_equal", "Two buttons have the same text.", COMPONENTS, _same_labels),
    Rule("url_invalid", "A link begins with https:// or http:// and has no spaces.", COMPONENTS,
         buttons_with(_bad_url, "/url")),
    Rule("url_length", f"A link has at most {MAX_URL_CHARS} characters.", COMPONENTS,
         buttons_with(lambda b: b.url is not None and chars(b.url.text) > MAX_URL_CHARS, "/url")),
    Rule("url_variable", "A link has at most one variable, {{1}}, at its very end.", COMPONENTS,
         buttons_with(_bad_url_variable, "/url")),
    Rule("url_example", "Give an example for the link's variable.", REVIEW, buttons_with(_without_url_example)),
    Rule("url_shortened", "WhatsApp rejects shortened links: show where it leads.", REVIEW,
         buttons_with(lambda b: b.url is not None and _SHORTENED.match(b.url.text), "/url"), Severity.WARNING),
    Rule("phone_invalid", f"A phone number has + and digits, at most {MAX_PHONE_CHARS} characters.", COMPONENTS,
         buttons_with(lambda b: b.kind is ButtonKind.PHONE_NUMBER and not _PHONE.fullmatch(b.phone_number or ""),
                       "/phone_number")),
    Rule("code_example", f"Give an example of the code, at most {MAX_COPY_CODE_CHARS} characters.", COMPONENTS,
         buttons_with(lambda b: b.kind is ButtonKind.COPY_CODE
                       and not 1 <= chars(b.example or "") <= MAX_COPY_CODE_CHARS, "/example")),
    Rule("flow_missing", "A flow button names its flow: flow_id, flow_name or flow_json.", COMPONENTS,
         buttons_with(lambda b: b.kind is ButtonKind.FLOW and not b.names_flow)),
)  # fmt: skip
