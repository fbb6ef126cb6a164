"""Files of outgoing messages: what is stored of them goes into the content. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from inbox.files.file_models import StoredFile, facts
from inbox.foundation.problems import ProblemError
from inbox.model.content import Content, Media, MediaContent
from inbox.model.content_rules import content_invalid


def named_file(content: Content) -> str | None:
    """Return the id of the stored file that a content names; None without one."""
    return content.media.id if isinstance(content, MediaContent) else None


def no_such_file() -> ProblemError:
    """Return the problem that a content names a file that does not exist or that its sender may not see."""
    return content_invalid("/media/id", "there is no such file: upload it first with POST /api/v1/media")


def with_facts(content: Content, files: Mapping[tuple[str, str], StoredFile], workspace_id: str) -> Content:
    """Put the file's own type, size and name into a content, so that the channel's limits can be held against them.

    A name that the client gave goes before the file's own.

    Raises:
        ProblemError: `content_invalid` if there is no such file in the workspace.
    """
    file_id = named_file(content)
    if file_id is None or not isinstance(content, MediaContent):
        return content
    file = files.get((workspace_id, file_id))
    if file is None:
        raise no_such_file()
    known = facts(file)
    if content.media.filename is not None:
        known.pop("filename", None)
    media: Media = msgspec.structs.replace(content.media, **known)
    return msgspec.structs.replace(content, media=media)
