"""Which version of its message a recipient gets: of two variants, and of the languages of each. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

from inbox.contacts.language_tags import nearest_language
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.campaigns.model.stop_rules import Frozen, fingerprint
from templates_hsm.definition.template_definition import Category, Template

_HUNDRED: Final = 100


def letter_of(row_id: str, share: int) -> Letter:
    """Return the variant of a recipient: a hash of the row, so that each retry, worker and forecast says the same.

    Args:
        row_id: The recipient's row, which names list and number: another campaign splits otherwise.
        share: Of a hundred so many get B.
    """
    place = int.from_bytes(hashlib.sha256(row_id.encode()).digest()[:8]) % _HUNDRED
    return Letter.B if place < share else Letter.A


def nearest_template(main: Template, translations: Mapping[str, Template], language: str | None) -> Template:
    """Return the template that is nearest to a language; the one that the campaign names where none is near."""
    languages = {main.language: main, **translations}
    chosen = nearest_language(languages, language)
    return main if chosen is None else languages[chosen]


class FrozenVersions(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign keeps at its start of all but the template that it names.

    Attributes:
        variant: The template of variant B.
        translations: Fingerprints of translations, by the templates' ids.
    """

    variant: Frozen | None = None
    translations: dict[str, str] = {}


def may_stand_in(translation: Template, category: Category, frozen: FrozenVersions | None) -> bool:
    """Tell whether a translation may be sent: it is approved, asks for the same consent, and is as it was checked.

    Args:
        translation: A template with the same name in another language.
        category: The category that the campaign was started with, or has now.
        frozen: None before the start.
    """
    if not translation.usable or translation.category is not category:
        return False
    return frozen is None or frozen.translations.get(translation.id) == fingerprint(translation.components)
