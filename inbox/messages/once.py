"""What may lead to one message only, by its name in the message's `once`: a unique index holds it.

One index of names that never change, instead of one for each kind of occasion.
"""

from __future__ import annotations


def once_for_retry(message_id: str) -> str:
    """Name the sending again of a message."""
    return f"retry:{message_id}"


def once_for_cue(cue_id: str) -> str:
    """Name the occasion of an automatic text."""
    return f"cue:{cue_id}"


def once_for_recipient(recipient: str) -> str:
    """Name a campaign's row and try."""
    return f"recipient:{recipient}"
