"""Samples of templates' file headers: given to WhatsApp for its review."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Route, Who
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError, not_found
from inbox.messages.file_sight import visible_file
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import OutboundFile, SendFailedError
from templates_hsm.definition.template_definition import HeaderFormat
from templates_hsm.store.template_samples import format_of_sample

UPLOAD_SECONDS: Final = 180.0
"""A film of 16 MB over a slow line."""


class SampleRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`file_id`: a file that was uploaded with `POST /media`."""

    file_id: Annotated[str, Meta(min_length=1, max_length=64)]


class TemplateSample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample at WhatsApp.

    Attributes:
        handle: Goes into a header's `example.header_handle`.
        format: The header that it can stand in.
    """

    handle: str
    format: HeaderFormat


async def upload_sample(call: Call[SampleRequest, None]) -> TemplateSample:
    """Give WhatsApp a sample for a template's file header: JPEG, PNG, MP4 or PDF.

    WhatsApp reviews such a template with it; a send names the file that the customer gets. May be repeated: each time
    there is a new handle.
    """
    record = await call.parts.channels.directory.get(call.id)
    if record is None or record.workspace_id != call.workspace_id or record.deleted_at is not None:
        raise not_found("channel")
    if record.kind is not ChannelKind.WHATSAPP:
        raise ProblemError("unsupported_by_channel", "This kind of channel has no templates.")
    try:
        stored = await visible_file(call.database, call.caller, call.body.file_id)
    except ProblemError:
        raise field_problem("/file_id", "there is no such file: upload it first") from None
    size, mime_type = stored.bytes or 0, stored.mime_type or ""
    shown_in = format_of_sample(mime_type, size)
    read = partial(call.parts.files.blobs.read, str(stored.blob_id))
    file = OutboundFile(id=stored.id, mime_type=mime_type, size_bytes=size, filename=stored.filename, open=read)
    try:
        handle = await call.parts.templates.at_provider.upload_sample(record.id, file)
    except SendFailedError as failed:
        error = failed.error
        raise ProblemError("provider_failed", error.provider_message or error.explanation) from None
    return TemplateSample(handle=handle, format=shown_in)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/channels/{id}/templates/samples",
        handler=upload_sample,
        summary="Upload a template's sample",
        tag="Templates",
        who=Who.ADMINISTRATORS,
        request=SampleRequest,
        response=TemplateSample,
        problems=("provider_failed", "unsupported_by_channel"),
        seconds=UPLOAD_SECONDS,
        example={"file_id": "0f2b6c9d4e"},
    ),
)
