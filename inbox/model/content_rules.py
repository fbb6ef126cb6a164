"""Rules for outgoing contents that go beyond their shape and hold for every channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inbox.foundation.problems import FieldError, ProblemError
from inbox.model.content import Content, Media, MediaContent, TemplateContent, words_and_marks
from inbox.model.marks import fault_of_marks

_OF_TEMPLATE = ("rendered", "category", "media")
_WORDS = ("text", "caption")
_OURS = ("mime_type", "bytes", "sha256", "provider_media_id", "status")


def check_outgoing(content: Content) -> None:
    """Check an outgoing content.

    Raises:
        ProblemError: `content_invalid`.
    """
    if isinstance(content, MediaContent):
        _check_media(content.media)
    if isinstance(content, TemplateContent):
        _check_template(content)
    check_marks(content)


def check_marks(content: Content) -> None:
    """Check that formatting lies on the words. Raises `ProblemError` (`content_invalid`)."""
    words, marks = words_and_marks(content)
    fault = fault_of_marks(words, marks) if marks else None
    if fault is not None:
        raise content_invalid(f"/marks/{fault[0]}", fault[1])


def patch_of_words(patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a patch of a message that drops its marks where it names new words only: they lie on the old ones."""
    content = patch.get("content") if isinstance(patch, dict) else None
    if not isinstance(content, dict) or "marks" in content or not any(word in content for word in _WORDS):
        return patch
    return {**patch, "content": {**content, "marks": None}}


def content_invalid(pointer: str, message: str) -> ProblemError:
    """Return the problem that a part of the content can't be sent; `pointer` is relative to the content."""
    return ProblemError("content_invalid", message, errors=[FieldError(f"/content{pointer}", message)])


def _check_media(media: Media) -> None:
    if (media.id is None) == (media.url is None):
        raise content_invalid("/media", "name either the id of an uploaded file or the url of a public one")
    for field in _OURS:
        if getattr(media, field) is not None:
            raise content_invalid(f"/media/{field}", "leave it out: it is taken from the file itself")


def _check_template(content: TemplateContent) -> None:
    for field in _OF_TEMPLATE:
        if getattr(content, field) is not None:
            raise content_invalid(f"/{field}", "leave it out: it is made from the template")
