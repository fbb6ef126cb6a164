"""How outgoing templates are checked and completed; the code that knows templates is passed in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.model.content import Content, TemplateContent
from inbox.storage.database import Collections
from inbox.storage.documents import ConversationDocument


class Incomplete(msgspec.Struct, frozen=True, kw_only=True):
    """A template with its values as somebody wants it sent through a channel.

    Attributes:
        contact_id: Who gets it; None for a customer who is no contact yet.
        identity_keys: The accounts of a customer who is no contact yet.
    """

    workspace_id: str
    channel_id: str
    contact_id: str | None = None
    identity_keys: tuple[str, ...] = ()
    content: TemplateContent


CompleteTemplates = Callable[[Collections, Sequence[Incomplete]], Awaitable[Sequence[TemplateContent | ProblemError]]]
"""Returns for each the content to store, with what the customer sees, or why it can't be sent."""


async def refuse_templates(_: Collections, wanted: Sequence[Incomplete]) -> Sequence[TemplateContent | ProblemError]:
    """Refuse all templates, where no template code was passed in."""
    return [ProblemError("unsupported_by_channel", "Templates can't be sent here.") for _ in wanted]


async def complete_contents(
    database: Collections,
    complete: CompleteTemplates,
    contents: Mapping[int, tuple[str, Content]],
    conversations: Mapping[str, ConversationDocument],
) -> Mapping[int, TemplateContent | ProblemError]:
    """Complete the templates among contents, which are given with their conversations' ids."""
    wanted = {
        index: _incomplete(conversations[conversation_id], content)
        for index, (conversation_id, content) in contents.items()
        if isinstance(content, TemplateContent) and conversation_id in conversations
    }
    if not wanted:
        return {}
    return dict(zip(wanted, await complete(database, list(wanted.values())), strict=True))


def _incomplete(conversation: ConversationDocument, content: TemplateContent) -> Incomplete:
    return Incomplete(
        workspace_id=conversation["workspace_id"],
        channel_id=conversation["channel_id"],
        contact_id=conversation["contact_id"],
        content=content,
    )
