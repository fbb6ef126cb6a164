"""Holds a campaign against its channel, its template and the columns of its list."""

from __future__ import annotations

from inbox.foundation.decoding import field_problem
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.feed.variables import Variables
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Template, TemplateName
from templates_hsm.store.find_template import find_template


async def check_campaign(database: Database, campaign: CampaignDocument, session: Session) -> Template:
    """Check that a campaign can be sent as it is set up; return its template.

    Raises:
        ProblemError: `invalid_request` with the field that does not fit.
    """
    template = await find_template(
        database,
        campaign["workspace_id"],
        await _account_of(database, campaign, session),
        TemplateName(**campaign["template"]),
        session,
    )
    if template is None:
        raise field_problem("/template", "there is no such template: synchronise the templates")
    if campaign["audience"] is not None:
        Variables(campaign["variables"], definition_of(template), campaign["audience"]["columns"])
    return template


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
