"""What the visitor's side may say over the socket. `docs/webchat.md` describes both directions."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from channels.webchat import limits
from inbox.channel.widget_models import MAX_FORM_FIELDS
from inbox.foundation.patterns import END
from inbox.model.content import MAX_TEXT_CHARS, ChoiceContent

ClientId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}" + END)]
"""The visitor's own name of a message: the same name again is the same message again."""
Seq = Annotated[int, Meta(ge=0, le=2**53)]


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="hello"):
    """The first frame.

    Attributes:
        token: What an earlier `welcome` gave to a visitor without identity.
        identity: What the site's back end signed; goes before `token`.
        after: The newest place in the thread that the visitor has; None: it has nothing.
        have: Ids of the newest messages that it has.
        language: Of the visitor's page, such as `pt-BR`: a new contact begins with it.
    """

    token: Annotated[str, Meta(max_length=400)] | None = None
    identity: Annotated[str, Meta(max_length=4_000)] | None = None
    after: Seq | None = None
    have: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=limits.MAX_HAVE)] = ()
    language: Annotated[str, Meta(max_length=limits.MAX_LANGUAGE_CHARS)] | None = None


class Text(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="text"):
    """What the visitor typed. How long it may be is checked later, for a better answer."""

    text: Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]


class File(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="file"):
    """A file that the visitor uploaded, by what the upload was answered; what kind it is says the file itself."""

    id: Annotated[str, Meta(max_length=200)]
    caption: Annotated[str, Meta(max_length=MAX_TEXT_CHARS)] | None = None


Written = Text | File | ChoiceContent


class VisitorPage(msgspec.Struct, frozen=True, kw_only=True):
    """The page of the site on which the visitor writes, as the visitor's browser tells it.

    Attributes:
        url: Its address; of a query only campaign marks (`utm_source` and its kin) are kept.
        title: What the browser shows for it.
    """

    url: Annotated[str, Meta(max_length=limits.MAX_PAGE_URL_CHARS)]
    title: Annotated[str, Meta(max_length=limits.MAX_PAGE_TITLE_CHARS)] | None = None


FormAnswer = Annotated[str, Meta(max_length=limits.MAX_ANSWER_CHARS)] | int | float | bool
FormAnswers = Annotated[dict[Annotated[str, Meta(max_length=40)], FormAnswer], Meta(max_length=MAX_FORM_FIELDS)]


class Write(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="message"):
    """The visitor writes.

    Attributes:
        page: Where; noted with the conversation that the message begins, and passed over in others.
        form: Answers to the form, by their keys, with the first message of a visitor.
    """

    id: ClientId
    content: Written
    reply_to: Annotated[str, Meta(max_length=64)] | None = None
    page: VisitorPage | None = None
    form: FormAnswers | None = None


class Ack(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ack"):
    """The visitor's page has everything up to a place."""

    seq: Seq


class Read(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="read"):
    """The visitor has seen everything up to a place."""

    seq: Seq


class History(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="history"):
    """The visitor looks further back."""

    before: Seq


class Typing(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="typing"):
    """The visitor is typing."""


class Ping(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ping"):
    """The visitor's page asks whether the line is still there: browsers show scripts no ping of the protocol."""


VisitorFrame = Hello | Write | Ack | Read | History | Typing | Ping

_decoder: Final = msgspec.json.Decoder(VisitorFrame)


class FrameRefusedError(Exception):
    """A frame that can't be read.

    Attributes:
        id: The client's id of the message, where it could be made out.
        detail: What is wrong, in words of the protocol.
    """

    def __init__(self, id_: str | None, detail: str) -> None:
        super().__init__(detail)
        self.id = id_
        self.detail = detail


def decode_frame(data: str | bytes) -> VisitorFrame:
    """Read a frame; members that are not known are passed over. Raises `FrameRefusedError`."""
    try:
        frame: VisitorFrame = _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise FrameRefusedError(_id_of(data), str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise FrameRefusedError(None, "A frame is a JSON object with a type.") from None
    return frame


class _WithId(msgspec.Struct):
    id: Any = None


def _id_of(data: str | bytes) -> str | None:
    """Return the id of a message whose other members are wrong, so that its sender stops repeating it."""
    try:
        found = msgspec.json.decode(data, type=_WithId).id
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return found[:64] if isinstance(found, str) else None
