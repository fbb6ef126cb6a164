"""Files of outgoing messages: what is stored of them goes into the content. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inbox.files.file_models import StoredFile, facts
from inbox.foundation.problems import ProblemError
from inbox.model.content import Content, Media, MediaContent, TemplateContent
from inbox.model.content_rules import content_invalid
from inbox.model.template_files import files_of_values


def named_file(content: Content) -> str | None:
    """Return the id of the stored file that a content names; None without one."""
    return content.media.id if isinstance(content, MediaContent) else None


def asked_files(content: Content) -> Mapping[str, str]:
    """Return the stored files that a client's content names, its own or those of a template's headers.

    Returns:
        Where it names each, by the file's id.
    """
    if isinstance(content, TemplateContent):
        return {one.id: f"/parameters{one.pointer}" for one in files_of_values(content.parameters)}
    file_id = named_file(content)
    return {} if file_id is None else {file_id: "/media/id"}


def files_to_give(content: Content) -> Sequence[str]:
    """Return the ids of the stored files that the provider has to have before a content goes out."""
    if isinstance(content, TemplateContent):
        return [media.id for media in content.media or () if media.id is not None]
    file_id = named_file(content)
    return [] if file_id is None else [file_id]


def with_handles(content: Content, handles: Mapping[str, str]) -> Content:
    """Name a content's files by the provider's ids, which are given by ours."""
    if isinstance(content, TemplateContent):
        return msgspec.structs.replace(content, media=tuple(_handled(one, handles) for one in content.media or ()))
    if isinstance(content, MediaContent):
        return msgspec.structs.replace(content, media=_handled(content.media, handles))
    return content


def _handled(media: Media, handles: Mapping[str, str]) -> Media:
    handled: Media = msgspec.structs.replace(media, provider_media_id=handles.get(media.id or ""))
    return handled


def stored_ids(content: Any) -> list[str]:
    """Return the ids of the files in a stored content: `media` is a file, of a template the list of its files."""
    media = content.get("media") or ()
    return [one["id"] for one in ([media] if isinstance(media, dict) else media) if one.get("id")]


def no_such_file(pointer: str = "/media/id") -> ProblemError:
    """Return the problem that a content names a file that does not exist or that its sender may not see."""
    return content_invalid(pointer, "there is no such file: upload it first with POST /api/v1/media")


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
