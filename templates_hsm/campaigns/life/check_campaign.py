"""Holds a campaign against its channel, its template and the columns of its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument, VariantDocument
from templates_hsm.campaigns.feed.versions import Translating, Versions, Wording, read_versions
from templates_hsm.campaigns.model.stop_rules import fingerprint, freeze
from templates_hsm.campaigns.model.versions import FrozenVersions
from templates_hsm.definition.template_definition import Template, TemplateName


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The templates of a campaign: the one that it names, and those of its further versions."""

    versions: Versions
    variant: Versions | None = None

    @property
    def main(self) -> list[Template]:
        """The templates without which the campaign can't be sent."""
        return [one.main.template for one in (self.versions, self.variant) if one is not None]

    def frozen(self) -> dict[str, Any]:
        """Return what a campaign keeps of its templates at the start."""
        further = [self.versions.translations] + ([self.variant.translations] if self.variant else [])
        templates = [version.template for translations in further for version in translations.values()]
        versions = FrozenVersions(
            variant=freeze(self.variant.main.template) if self.variant else None,
            translations={one.id: fingerprint(one.components) for one in templates},
        )
        return {
            "frozen": to_document(freeze(self.versions.main.template)),
            "frozen_versions": to_document(versions),
        }


async def check_campaign(database: Database, campaign: CampaignDocument, session: Session) -> Checked:
    """Check that a campaign can be sent as it is set up; return its templates.

    Raises:
        ProblemError: `invalid_request` with the field that does not fit.
    """
    of_account = campaign["workspace_id"], await _account_of(database, campaign, session)
    audience = campaign["audience"]
    reader = _Reader(database, of_account, session, audience["columns"] if audience is not None else None)
    versions = await reader.read(campaign, None, "")
    translating = None
    if campaign.get("by_language"):
        translating = Translating(category=versions.main.template.category, frozen=None)
        versions = await reader.read(campaign, translating, "")
    variant = campaign.get("variant")
    if variant is None:
        return Checked(versions=versions)
    second = await reader.read(variant, translating, "/variant")
    if second.main.template.category is not versions.main.template.category:
        raise field_problem("/variant/template", "must have the category of the campaign's own template")
    return Checked(versions=versions, variant=second)


class _Reader(NamedTuple):
    """Reads the versions of variants.

    Attributes:
        of_account: Workspace and business account.
        columns: None before there is a list: whatever variables name may be a column of it.
    """

    database: Database
    of_account: tuple[str, str]
    session: Session
    columns: Sequence[str] | None

    async def read(
        self, said: CampaignDocument | VariantDocument, translating: Translating | None, pointer: str
    ) -> Versions:
        """Read the versions of a variant. Raises `ProblemError` (`invalid_request`)."""
        wording = Wording(
            template=TemplateName(**said["template"]),
            variables={} if self.columns is None else said["variables"],
            columns=self.columns or (),
        )
        try:
            versions = await read_versions(self.database, self.of_account, wording, translating, session=self.session)
        except ProblemError as problem:
            raise _within(pointer, problem) from None
        if versions is None:
            raise field_problem(f"{pointer}/template", "there is no such template: synchronise the templates")
        return versions


def _within(pointer: str, problem: ProblemError) -> ProblemError:
    """Return a problem of a part as one of the whole."""
    if not pointer or not problem.errors:
        return problem
    (first, *_) = problem.errors
    return field_problem(f"{pointer}{first.pointer}", first.message)


async def _account_of(database: Database, campaign: CampaignDocument, session: Session) -> str:
    channel = await database.channels.find_one(
        {"_id": campaign["channel_id"], "workspace_id": campaign["workspace_id"], "deleted_at": None},
        {"kind": 1, "scope_key": 1},
        session=session,
    )
    if channel is None:
        raise field_problem("/channel_id", "there is no such channel")
    if channel["kind"] != ChannelKind.WHATSAPP.value:
        raise field_problem("/channel_id", "only WhatsApp has templates, and so campaigns")
    return str(channel["scope_key"])
