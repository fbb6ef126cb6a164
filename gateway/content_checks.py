"""Holding what somebody wants to send against our rules and the channel's limits, before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from channels.abilities import DeletesMessages, EditsMessages, LimitsEdits, SendsReactions
from channels.contract import CONVEYED, Connector
from inbox.foundation.problems import ProblemError
from inbox.foundation.public_address import AddressRefusedError, check_link_shape, check_public_url
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, MediaContent
from inbox.model.content_rules import content_invalid
from inbox.sending.abilities import Ability
from inbox.sending.outbound import ContentNotSendableError

_ABLE: Final = {Ability.EDIT: EditsMessages, Ability.DELETE: DeletesMessages, Ability.REACTION: SendsReactions}


def check_for_channel(connectors: Mapping[ChannelKind, Connector], kind: ChannelKind, content: Content) -> None:
    """Check a content, without I/O. Raises `ProblemError` (`content_invalid`, `unsupported_by_channel`)."""
    connector = connectors.get(kind)
    if connector is None:
        raise ProblemError("unsupported_by_channel", "This kind of channel can't send yet.")
    try:
        connector.check(content)
    except ContentNotSendableError as fault:
        raise content_invalid(fault.pointer, fault.message) from None


def check_ability(connectors: Mapping[ChannelKind, Connector], kind: ChannelKind, ability: Ability) -> None:
    """Check that a channel can do this to a message. Raises `ProblemError` (`unsupported_by_channel`)."""
    connector = connectors.get(kind)
    conveyed = connector is not None and connector.capabilities().features.get(ability.value) in CONVEYED
    if not conveyed or not isinstance(connector, _ABLE[ability]):
        raise ProblemError("unsupported_by_channel", f"The channel {kind} has no {ability} of messages.")


def check_edit(connectors: Mapping[ChannelKind, Connector], kind: ChannelKind, content: Content) -> None:
    """Check what a message is to say now. Raises `ProblemError` (`content_invalid`)."""
    connector = connectors[kind]
    try:
        connector.check(content)
        if isinstance(connector, LimitsEdits):
            connector.check_edit(content)
    except ContentNotSendableError as fault:
        raise content_invalid(fault.pointer, fault.message) from None


async def check_media_link(content: Content, *, allow_private: bool) -> None:
    """Check that a link to a file leads into the public network. Raises `ProblemError` (`content_invalid`)."""
    if not isinstance(content, MediaContent) or content.media.url is None:
        return
    try:
        check_link_shape(content.media.url)
        if not allow_private:
            await check_public_url(content.media.url)
    except AddressRefusedError as refused:
        raise content_invalid("/media/url", f"The link {refused}.") from None
