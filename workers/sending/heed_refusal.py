"""Reacts to refusals beyond the message: templates are read again after one did not match, a number's rights noted."""

from __future__ import annotations

from typing import Final

from inbox.channel.channel_directory import ChannelRecord
from inbox.model.direct_utility import DIRECT_UNAVAILABLE
from inbox.model.provider_error import ProviderError
from inbox.sending.direct import remember_refusal
from inbox.storage.runtime import Runtime
from templates_hsm.sync.template_accounts import want_reading

STALE: Final = frozenset(
    {
        *("template_mismatch", "template_missing", "template_paused", "template_disabled", "template_refused"),
        "marketing_unavailable",
    }
)
"""Refusals that say that a template is not what we have of it: Meta's 132000 to 132016, and those that name the other
endpoint, since the category is another by now."""


async def heed_refusal(runtime: Runtime, channel: ChannelRecord, error: ProviderError) -> None:
    """Have the account's templates read again where one did not fit, and remember what a number may not."""
    if error.code == DIRECT_UNAVAILABLE:
        await remember_refusal(runtime.database, channel, runtime.clock.now())
    if error.code in STALE and channel.scope_key is not None:
        await want_reading(runtime.database, channel.workspace_id, channel.scope_key, runtime.clock.now())
