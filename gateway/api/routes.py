"""The table of the API: the server's routes and `/openapi.json` are made of it, so that neither can lie."""

from __future__ import annotations

from typing import Final

from gateway.api import channels, following, signing_in, workspace
from gateway.api.call import Route, Who
from inbox.accounts import Operator, OperatorPage, Workspace, WorkspaceFields
from inbox.api_keys import ApiKeyPage, NewApiKey
from inbox.channel_models import Channel, ChannelFields, ChannelPage, WhatsAppChannelFields
from inbox.pages import PageQuery
from inbox.sign_in import SignedIn

PREFIX: Final = "/api/v1"

_CHANNEL_EXAMPLE: Final = {
    "kind": "whatsapp",
    "name": "Sales",
    "credentials": {
        "phone_number_id": "106540352242922",
        "waba_id": "102290129340398",
        "access_token": "EAAJB...",
        "app_secret": "0123456789abcdef0123456789abcdef",
        "verify_token": "a-word-of-your-own",
    },
}

_SIGNING_IN: Final = (
    Route(
        method="POST",
        path="/auth/login",
        handler=signing_in.login,
        summary="Sign in",
        tag="Signing in",
        who=Who.ANYONE,
        request=signing_in.LoginRequest,
        response=SignedIn,
        problems=("unauthenticated", "too_many_requests"),
        example={"email": "ann@example.com", "password": "correct horse battery"},
    ),
    Route(
        method="POST",
        path="/auth/logout",
        handler=signing_in.logout,
        summary="Sign out",
        tag="Signing in",
        who=Who.PERSON,
        status=204,
    ),
    Route(
        method="POST",
        path="/auth/password",
        handler=signing_in.set_password,
        summary="Set a password by link",
        tag="Signing in",
        who=Who.ANYONE,
        request=signing_in.PasswordByLinkRequest,
        response=SignedIn,
        problems=("unauthenticated",),
    ),
    Route(
        method="GET",
        path="/me",
        handler=signing_in.me,
        summary="Who am I",
        tag="Signing in",
        who=Who.PERSON,
        response=Operator,
    ),
)

_WORKSPACE: Final = (
    Route(
        method="GET",
        path="/workspace",
        handler=workspace.show_workspace,
        summary="Show the workspace",
        tag="Workspace",
        response=Workspace,
    ),
    Route(
        method="PATCH",
        path="/workspace",
        handler=workspace.change_workspace,
        summary="Change the workspace",
        tag="Workspace",
        who=Who.ADMINISTRATORS,
        request=WorkspaceFields,
        response=Workspace,
        example={"settings": {"time_zone": "Europe/Lisbon"}},
    ),
    Route(
        method="GET",
        path="/operators",
        handler=workspace.show_operators,
        summary="List operators",
        tag="Operators",
        query=PageQuery,
        response=OperatorPage,
    ),
    Route(
        method="GET",
        path="/operators/{id}",
        handler=workspace.show_operator,
        summary="Show an operator",
        tag="Operators",
        response=Operator,
    ),
    Route(
        method="GET",
        path="/api-keys",
        handler=workspace.show_api_keys,
        summary="List API keys",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=ApiKeyPage,
    ),
    Route(
        method="POST",
        path="/api-keys",
        handler=workspace.make_api_key,
        summary="Make an API key",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        request=workspace.ApiKeyRequest,
        response=NewApiKey,
        status=201,
        creates=True,
        secret_response=True,
        example={"name": "CRM"},
    ),
    Route(
        method="DELETE",
        path="/api-keys/{id}",
        handler=workspace.remove_api_key,
        summary="Delete an API key",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        status=204,
    ),
)

_CHANNELS: Final = (
    Route(
        method="GET",
        path="/channels",
        handler=channels.show_channels,
        summary="List channels",
        tag="Channels",
        query=PageQuery,
        response=ChannelPage,
    ),
    Route(
        method="POST",
        path="/channels",
        handler=channels.connect_channel,
        summary="Connect a channel",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        request=ChannelFields,
        response=Channel,
        status=201,
        problems=("duplicate",),
        creates=True,
        example=_CHANNEL_EXAMPLE,
    ),
    Route(
        method="GET",
        path="/channels/{id}",
        handler=channels.show_channel,
        summary="Show a channel",
        tag="Channels",
        response=Channel,
    ),
    Route(
        method="PATCH",
        path="/channels/{id}",
        handler=channels.change_channel,
        summary="Change a channel",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        request=WhatsAppChannelFields,
        response=Channel,
        example={"credentials": {"app_secret": "fedcba9876543210fedcba9876543210"}},
    ),
    Route(
        method="DELETE",
        path="/channels/{id}",
        handler=channels.disconnect_channel,
        summary="Disconnect a channel",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="POST",
        path="/channels/{id}/check",
        handler=channels.check_channel,
        summary="Try a channel's credentials",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        response=Channel,
        problems=("unsupported_by_channel",),
    ),
)

_EVENTS: Final = (
    Route(
        method="GET",
        path="/events",
        handler=following.follow_events,
        summary="Follow events",
        tag="Events",
        who=Who.CHECKED_BY_HANDLER,
        query=following.EventQuery,
        response=following.EventPage,
        problems=("cursor_expired",),
        seconds=None,
    ),
)

ROUTES: Final[tuple[Route, ...]] = (*_SIGNING_IN, *_WORKSPACE, *_CHANNELS, *_EVENTS)
