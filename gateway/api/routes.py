"""The table of the API: the server's routes and `/openapi.json` are made of it, so that neither can lie.

Each module has the rows of its handlers; a new resource is one module and one line here.
"""

from __future__ import annotations

from typing import Final

from gateway.api import (
    bulk,
    campaigns,
    channels,
    classifying,
    configuration,
    contact_fields,
    contacts,
    conversations,
    daily_tools,
    dead_letters,
    erasures,
    following,
    integration,
    labels,
    mail_server,
    media,
    messages,
    money,
    operators,
    opt_outs,
    own_account,
    prepared_replies,
    queues,
    reports,
    retention,
    saved_views,
    searching,
    second_factor,
    sessions,
    signing_in,
    team_settings,
    templates,
    transfers,
    webhooks,
    workspace,
)
from gateway.api.call import Route

PREFIX: Final = "/api/v1"

ROUTES: Final[tuple[Route, ...]] = (
    *signing_in.ROUTES,
    *own_account.ROUTES,
    *second_factor.ROUTES,
    *sessions.ROUTES,
    *mail_server.ROUTES,
    *workspace.ROUTES,
    *configuration.ROUTES,
    *operators.ROUTES,
    *team_settings.ROUTES,
    *channels.ROUTES,
    *retention.ROUTES,
    *integration.ROUTES,
    *campaigns.ROUTES,
    *contacts.ROUTES,
    *erasures.ROUTES,
    *contact_fields.ROUTES,
    *opt_outs.ROUTES,
    *conversations.ROUTES,
    *classifying.ROUTES,
    *labels.ROUTES,
    *searching.ROUTES,
    *saved_views.ROUTES,
    *money.ROUTES,
    *reports.ROUTES,
    *transfers.ROUTES,
    *daily_tools.ROUTES,
    *bulk.ROUTES,
    *messages.ROUTES,
    *prepared_replies.ROUTES,
    *media.ROUTES,
    *following.ROUTES,
    *queues.ROUTES,
    *templates.ROUTES,
    *dead_letters.ROUTES,
    *webhooks.ROUTES,
)
