"""The versions of a campaign's message, ready to be filled in: of each variant the template, and its translations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inbox.storage.database import Collections, Session
from templates_hsm.campaigns.feed.variables import Variables
from templates_hsm.campaigns.model.versions import FrozenVersions, may_stand_in, nearest_template
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category, Definition, Template, TemplateName
from templates_hsm.store.find_template import find_template, find_translations


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A template with the parameters of its sends."""

    template: Template
    definition: Definition
    variables: Variables


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """A template as the campaign names it, and its translations by their languages."""

    main: Version
    translations: Mapping[str, Version] = {}

    def nearest(self, language: str | None) -> Version:
        """Return the version that a customer with a language gets."""
        if not self.translations:
            return self.main
        others = {tag: version.template for tag, version in self.translations.items()}
        chosen = nearest_template(self.main.template, others, language)
        return self.translations.get(chosen.language, self.main)


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """What a variant says, as it was set up."""

    template: TemplateName
    variables: Mapping[str, Any] | None
    columns: Sequence[str]

    def filled_into(self, template: Template) -> Version:
        """Return a template with these variables. Raises `ProblemError` (`invalid_request`)."""
        definition = definition_of(template)
        return Version(
            template=template, definition=definition, variables=Variables(self.variables, definition, self.columns)
        )


class Translating(msgspec.Struct, frozen=True, kw_only=True):
    """Which translations may stand in; None in its place where a campaign has one language.

    Attributes:
        category: The campaign's.
        frozen: What was kept at the start; None before.
    """

    category: Category
    frozen: FrozenVersions | None


async def read_versions(
    database: Collections,
    of_account: tuple[str, str],
    wording: Wording,
    translating: Translating | None,
    *,
    session: Session = None,
) -> Versions | None:
    """Read the versions of a variant; None if its template is gone.

    Args:
        database: Where the templates are.
        of_account: Workspace and business account.
        wording: What the variant says.
        translating: Which translations may stand in.
        session: The transaction, if there is one.
    """
    if translating is None:
        main = await find_template(database, *of_account, wording.template, session)
        return None if main is None else Versions(main=wording.filled_into(main))
    found = await find_translations(database, *of_account, wording.template.name, session)
    main = found.pop(wording.template.language, None)
    if main is None:
        return None
    standing = [one for one in found.values() if may_stand_in(one, translating.category, translating.frozen)]
    translations = {one.language: wording.filled_into(one) for one in standing}
    return Versions(main=wording.filled_into(main), translations=translations)
