"""Which channel owns a provider account: an entered id proves nothing, an accepted token does.

A channel's account is claimed by a look at the provider that succeeds with the channel's credentials. The unique index
`claimed_once` decides between two workspaces. An account that nobody has proved to be theirs can be entered by anybody,
which gives them nothing: what they send is refused by the provider, and webhooks are signed by an app of their own.
"""

from __future__ import annotations

from typing import Final

from inbox.channel.channel_models import HealthStatus
from inbox.channel.channel_traits import ChannelTraits
from inbox.foundation.problems import FieldError, ProblemError
from inbox.storage.database import Database, Session
from inbox.storage.documents import ChannelDocument

CLAIMED_ELSEWHERE: Final = (
    "This account belongs to a channel of another workspace, which the provider confirmed first. "
    "Delete that channel, then check this one."
)


async def is_claimed(database: Database, channel: ChannelDocument, *, session: Session | None) -> bool:
    """Tell whether the provider has confirmed the account to some channel already, across all workspaces.

    A server of a tenant's own confirms whatever the tenant likes: a claim holds for the account at its server alone.
    """
    claim = {name: channel[name] for name in ("kind", "account_key", "provider_base_url")}
    if claim["account_key"] is None:
        return False
    found = await database.channels.find_one({**claim, "confirmed": True}, {"_id": 1}, session=session)
    return found is not None


def confirms(status: HealthStatus, server: str | None, channel: ChannelDocument) -> bool:
    """Tell whether a health check proves the claim: it succeeded against the server that the channel has now."""
    at_its_server: bool = channel["provider_base_url"] == server
    return status is HealthStatus.OK and at_its_server and channel["account_key"] is not None


def account_taken(traits: ChannelTraits) -> ProblemError:
    """Return the problem that an account has a channel already."""
    return ProblemError(
        "duplicate",
        "This account is already connected to a channel, here or in another workspace: delete that channel first.",
        errors=[FieldError(f"/credentials/{traits.account}", "is already connected")],
    )
