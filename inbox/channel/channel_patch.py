"""A patch of a channel, merged into what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inbox.channel.channel_models import ChannelFields
from inbox.channel.channel_traits import ChannelTraits, Credentials
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.storage.documents import ChannelDocument


def patched(
    stored: ChannelDocument, traits: ChannelTraits, secrets: Credentials, patch: Mapping[str, Any]
) -> ChannelFields:
    """Merge a patch (RFC 7396) into a channel's fields and the credentials that somebody entered.

    Raises:
        ProblemError: `invalid_request`, also for credentials of another account.
    """
    own = set(traits.fields.__struct_fields__)
    current = {
        **{name: value for name, value in stored.items() if name in own},
        "kind": stored["kind"],
        "credentials": traits.entered(secrets),
    }
    fields = apply_patch(current, patch, traits.fields)
    if traits.key_of(traits.credentials_of(fields)) != stored["account_key"]:
        raise field_problem(
            f"/credentials/{traits.account}",
            "is of another account, and conversations belong to this one: add a channel",
        )
    return fields
