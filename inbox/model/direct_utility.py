"""A message that tells a customer of something of their own (an order, an appointment) outside of the reply window.

WhatsApp takes it as written, without a template that was approved before, and makes a template of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.patterns import END
from inbox.model.content import ButtonsContent, Content, TextContent

DIRECT_CONTENTS: Final = (TextContent, ButtonsContent)
"""Source: direct-send, Sep 2026: text, and interactive messages with buttons."""
REFUSAL_COUNTS_FOR: Final = timedelta(days=1)
"""How long a channel that the provider refused is not asked again."""
DIRECT_UNAVAILABLE: Final = "direct_unavailable"
"""Our code where the account may not send such messages."""


class DirectUtility(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a message goes outside of the reply window without a template.

    Attributes:
        template_name: What the provider calls the template that it makes of the message; without it, it chooses.
    """

    template_name: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,512}" + END, examples=["order_shipped"])] | None = None


def may_go_directly(content: Content) -> bool:
    """Tell whether a content can be sent so: only texts, with buttons or without."""
    return isinstance(content, DIRECT_CONTENTS)


def is_refused(refused_until: datetime | None, now: datetime) -> bool:
    """Tell whether an earlier refusal still counts."""
    return refused_until is not None and now < refused_until
