"""HSM templates of the business accounts: create, list, edit, delete, and Meta's reviewer.

Source: templates/overview, 5 May 2026; webhooks/reference/message_template_status_update.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from channels.sandbox.graph.checks import items, text
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.ids import numeric_id
from channels.sandbox.graph.state import JsonObject
from channels.sandbox.graph.template_kinds import DELIVERY, check_delivery, check_kinds, with_fixed_words
from channels.sandbox.graph.template_send import VARIABLE

NAME = re.compile(r"[a-z0-9_]{1,512}\Z")
CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
TEMPLATES_PER_ACCOUNT = 6_000
STATUSES = frozenset(
    {
        "APPROVED",
        "ARCHIVED",
        "DISABLED",
        "FLAGGED",
        "IN_APPEAL",
        "LIMIT_EXCEEDED",
        "LOCKED",
        "PAUSED",
        "PENDING",
        "PENDING_DELETION",
        "REINSTATED",
        "REJECTED",
        "UNARCHIVED",
    }
)
"""Review decisions; REINSTATED and UNARCHIVED lead back to APPROVED."""

GENERATED = "AUTO_GENERATED"
"""`source` of templates that Meta makes of messages without one."""
GENERATED_LANGUAGE = "en"

NOT_SENDABLE = {"PAUSED": 132015, "DISABLED": 132016}


@dataclass(slots=True)
class EmulatedTemplate:
    """One template in one language.

    Attributes:
        hold_after: Of so many messages Meta waits for the customers' opinion before it sends more; None: no pacing.
        held: Messages that wait for it. Source: templates/template-pacing, 5 May 2026.
        is_generated: It was made of a message that went without a template. Source: direct-send, Sep 2026.
    """

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    components: list[JsonObject]
    status: str = "PENDING"
    reason: str = "NONE"
    parameter_format: str = "POSITIONAL"
    quality: str = "UNKNOWN"
    extra: JsonObject = field(default_factory=dict)
    hold_after: int | None = None
    paced: int = 0
    held: list[str] = field(default_factory=list)
    is_generated: bool = False

    def hold(self, message_id: str) -> bool:
        """Count a message; tell whether it waits until customers have shown what they think."""
        self.paced += 1
        if self.hold_after is None or self.paced <= self.hold_after:
            return False
        self.held.append(message_id)
        return True

    def take_held(self) -> list[str]:
        """Return the messages that waited, once, and end the pacing."""
        held, self.held, self.hold_after = self.held, [], None
        return held

    @property
    def has_max_price(self) -> bool:
        """Whether a delivery may cost so much at most."""
        return "optimization_spec" in self.extra

    def view(self) -> JsonObject:
        """As Graph lists it."""
        return {
            **self.extra,
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "category": self.category,
            "status": self.status,
            "rejected_reason": self.reason,
            "parameter_format": self.parameter_format,
            "components": self.components,
            "quality_score": {"score": self.quality, "date": 0},
        }

    def decide(self, status: str, reason: str | None) -> None:
        """Set what the reviewer decided."""
        self.status = "APPROVED" if status in ("REINSTATED", "UNARCHIVED") else status
        self.reason = reason or "NONE"

    def status_webhook(self, event: str) -> JsonObject:
        """The value of `message_template_status_update`."""
        value: JsonObject = {
            "event": event,
            "message_template_id": int(self.id),
            "message_template_name": self.name,
            "message_template_language": self.language,
            "reason": None if event in ("PAUSED", "DISABLED") else self.reason,
            "message_template_category": self.category,
        }
        if event == "PAUSED":
            description = "Your WhatsApp message template has been paused for 3 hours due to low quality."
            value["other_info"] = {"title": "FIRST_PAUSE", "description": description}
        return value


class EmulatedTemplates:
    """Templates of all business accounts, unique by account, name and language."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str, str], EmulatedTemplate] = {}
        self._by_id: dict[str, EmulatedTemplate] = {}

    def create(self, waba_id: str, body: JsonObject) -> EmulatedTemplate:
        """A new template, waiting for its review.

        Raises:
            GraphError: A fault in the definition, or name and language are taken.
        """
        template = _checked(waba_id, body)
        key = (waba_id, template.name, template.language)
        if key in self._by_key:
            details = f"There is already {template.language} content for this template."
            raise GraphError(100, details, subcode=2388024)
        if len(self.of_account(waba_id)) >= TEMPLATES_PER_ACCOUNT:
            raise GraphError(100, "The account has reached its limit of templates.", subcode=2388093)
        self._by_key[key] = self._by_id[template.id] = template
        return template

    def generate(self, waba_id: str, name: str, text: str) -> EmulatedTemplate | None:
        """The template of a message that went without one; None where an ordinary one has its name."""
        key = (waba_id, name, GENERATED_LANGUAGE)
        found = self._by_key.get(key)
        if found is None:
            found = EmulatedTemplate(
                id=numeric_id(),
                waba_id=waba_id,
                name=name,
                language=GENERATED_LANGUAGE,
                category="UTILITY",
                components=[{"type": "BODY", "text": text}],
                status="APPROVED",
                extra={"source": GENERATED},
                is_generated=True,
            )
            self._by_key[key] = self._by_id[found.id] = found
        return found if found.is_generated else None

    def get(self, template_id: str) -> EmulatedTemplate | None:
        """By id."""
        return self._by_id.get(template_id)

    def of_account(self, waba_id: str) -> list[EmulatedTemplate]:
        """In the order of creation."""
        return [template for key, template in self._by_key.items() if key[0] == waba_id]

    def named(self, name: str) -> list[EmulatedTemplate]:
        """All languages and accounts."""
        return [template for template in self._by_key.values() if template.name == name]

    def edit(self, template: EmulatedTemplate, body: JsonObject) -> None:
        """Change components or category; the review starts again."""
        changed = _checked(template.waba_id, {**template.view(), **body})
        template.components, template.category = changed.components, changed.category
        template.extra |= {name: body[name] for name in DELIVERY if name in body}
        template.decide("PENDING", None)

    def delete(self, waba_id: str, name: str, template_id: str | None) -> bool:
        """Delete all languages of a name, or only the one with the id."""
        doomed = [
            template
            for template in self.of_account(waba_id)
            if template.name == name and template_id in (None, template.id)
        ]
        for template in doomed:
            del self._by_key[waba_id, template.name, template.language]
            del self._by_id[template.id]
        return bool(doomed)

    def sendable(self, waba_id: str, name: str, language: str) -> EmulatedTemplate:
        """The approved template with this key.

        Raises:
            GraphError: Unknown, not approved, paused or disabled.
        """
        template = self._by_key.get((waba_id, name, language))
        if template is not None and template.status in NOT_SENDABLE:
            raise GraphError(NOT_SENDABLE[template.status])
        if template is None or template.status not in ("APPROVED", "FLAGGED"):
            raise GraphError(132001, f"template name ({name}) does not exist in {language}")
        return template


def _checked(waba_id: str, body: JsonObject) -> EmulatedTemplate:
    name = text(body, "name", "name", 512)
    if not NAME.match(name):
        raise GraphError(100, "Param name may have only lowercase letters, numbers and underscores.")
    category = text(body, "category", "category", 40).upper()
    if category not in CATEGORIES:
        raise GraphError(100, f"Param category must be one of {{{', '.join(CATEGORIES)}}}.")
    components = items(body, "components", "components")
    for component in components:
        _check_component(component, authentication=category == "AUTHENTICATION")
    check_kinds(category, components)
    if category == "AUTHENTICATION":
        components = with_fixed_words(components)
    check_delivery(category, body)
    known = {"name", "language", "category", "components", "parameter_format", "status", "id"}
    return EmulatedTemplate(
        id=numeric_id(),
        waba_id=waba_id,
        name=name,
        language=text(body, "language", "language", 20),
        category=category,
        components=components,
        parameter_format=str(body.get("parameter_format") or _format_of(components)).upper(),
        extra={key: value for key, value in body.items() if key not in known},
    )


def _check_component(component: JsonObject, *, authentication: bool) -> None:
    kind = str(component.get("type", "")).upper()
    if kind == "BODY" and not authentication:
        _no_edge_variable(text(component, "text", "components: BODY text", 1024))
    elif kind == "HEADER" and str(component.get("format", "TEXT")).upper() == "TEXT":
        text(component, "text", "components: HEADER text", 60)
    elif kind == "FOOTER" and not authentication:
        text(component, "text", "components: FOOTER text", 60)
    elif kind == "BUTTONS":
        _check_buttons(items(component, "buttons", "components: BUTTONS"))


def _no_edge_variable(body: str) -> None:
    if VARIABLE.match(body.strip()) or re.search(VARIABLE.pattern + r"\Z", body.strip()):
        message = "Variables can't be at the start or end of the template."
        raise GraphError(100, message, subcode=2388299)


def _check_buttons(buttons: list[JsonObject]) -> None:
    if len(buttons) > 10:
        raise GraphError(100, "Templates can have at most 10 buttons.")
    for button in buttons:
        if str(button.get("type", "")).upper() in ("QUICK_REPLY", "URL", "PHONE_NUMBER"):
            text(button, "text", "components: button text", 25)


def _format_of(components: list[JsonObject]) -> str:
    names = [name for part in components for name in VARIABLE.findall(str(part.get("text", "")))]
    return "NAMED" if any(not name.isdigit() for name in names) else "POSITIONAL"
