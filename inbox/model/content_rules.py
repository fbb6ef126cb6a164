"""Rules for outgoing contents that go beyond their shape and hold for every channel."""

from __future__ import annotations

from inbox.foundation.problems import FieldError, ProblemError
from inbox.model.content import Content, Media, MediaContent, TemplateContent

_OF_TEMPLATE = ("rendered", "category")
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
