"""Contents of messages that wait: as a client wrote them, and whole again when they are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.model.content import Content, Media, MediaContent, TemplateContent
from inbox.sending.completing import CompleteTemplates, complete_contents
from inbox.storage.database import Collections, Database
from inbox.storage.documents import ConversationDocument


async def complete_template(
    database: Database, complete: CompleteTemplates, content: Content, conversation: ConversationDocument
) -> Content | ProblemError:
    """Hold a template against its definition as it is now; other contents are whole already."""
    if not isinstance(content, TemplateContent):
        return content
    asked = {0: (conversation["_id"], editable(content))}
    work = partial(_completed, complete, asked, {conversation["_id"]: conversation})
    return await database.in_thread(work)


async def _completed(
    complete: CompleteTemplates,
    asked: Mapping[int, tuple[str, Content]],
    conversations: Mapping[str, ConversationDocument],
    database: Collections,
) -> TemplateContent | ProblemError:
    return (await complete_contents(database, complete, asked, conversations))[0]


def editable(content: Content) -> Content:
    """Return a content as a client writes it: without what is taken from its file or its template."""
    if isinstance(content, TemplateContent):
        return msgspec.structs.replace(content, rendered=None, category=None, media=None)
    if not isinstance(content, MediaContent):
        return content
    media = Media(id=content.media.id, url=content.media.url, filename=content.media.filename)
    return msgspec.structs.replace(content, media=media)
