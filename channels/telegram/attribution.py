"""Whose words a message has: who wrote it in a group, from whom it was forwarded, what it quotes.

Kinds with words say it before them too, for programs that show nothing but the content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from channels.currencies import money_of
from channels.json_repair import clean_text
from channels.telegram.customers import PRIVATE, chat_name, time_of, user_name
from channels.telegram.message_shapes import (
    AnsweredShape,
    ChatShape,
    MessageShape,
    OriginShape,
    Shape,
    StoryShape,
    SuggestedPostShape,
    UserShape,
    is_there,
    read_part,
)
from channels.words_before import with_words_before
from inbox.contacts.profile_names import profile_name
from inbox.model.content import Content

MAX_QUOTE_CHARS: Final = 1_024
"""As long as Telegram lets a quotation be. Source: https://core.telegram.org/bots/api#replyparameters, `quote`."""

_SUPERGROUP_IDS: Final = -1_000_000_000_000
"""Ids of channels and supergroups are this minus the number in their links."""


class Attribution(NamedTuple):
    """Whose words a message has.

    Attributes:
        sender: Who wrote in a group; None in a private chat, where the customer is known.
        forwarded_from: Whose words are passed on.
        quote: The words of another message or chat that this one is about, with where they stand.
    """

    sender: str | None = None
    forwarded_from: str | None = None
    quote: str | None = None


class _External(Shape):
    """A message of another chat, or one that is told anew."""

    origin: OriginShape | None = None
    chat: ChatShape | None = None
    message_id: int | None = None


_external = msgspec.json.Decoder(_External)
_names = msgspec.json.Decoder(dict[str, Raw])
_story = msgspec.json.Decoder(StoryShape)
_post_info = msgspec.json.Decoder(SuggestedPostShape)
_chat = msgspec.json.Decoder(ChatShape)
_text = msgspec.json.Decoder(str)
_flag = msgspec.json.Decoder(bool)

_KINDS: Final = {
    "photo": "picture",
    "live_photo": "picture",
    "video": "film",
    "video_note": "film",
    "animation": "film",
    "voice": "voice message",
    "audio": "sound file",
    "document": "file",
    "sticker": "sticker",
    "location": "place",
    "venue": "place",
    "contact": "contact",
    "poll": "poll",
    "checklist": "checklist",
    "story": "story",
    "game": "game",
    "dice": "dice",
    "invoice": "invoice",
    "paid_media": "paid picture or film",
    "giveaway": "giveaway",
    "giveaway_winners": "giveaway",
}
"""What a quoted message is, where it has no words. Source: https://core.telegram.org/bots/api#externalreplyinfo."""


def attribution_of(message: MessageShape) -> Attribution:
    """Return whose words a message has."""
    origin = message.forward_origin
    return Attribution(
        sender=_speaker(message),
        forwarded_from=_source(origin) if origin is not None else None,
        quote="\n".join(_quoted(message)) or None,
    )


def labels_of(message: MessageShape) -> list[str]:
    """Return what a message is besides its words: seen by the bot alone, meant as a post of the channel."""
    labels = ["[Only the bot sees this]"] if message.ephemeral_message_id is not None else []
    post = read_part(message.suggested_post_info, _post_info)
    return labels if post is None else [*labels, f"[{', '.join(_suggestion(post))}]"]


def _suggestion(post: SuggestedPostShape) -> Iterator[str]:
    yield {"approved": "Approved post", "declined": "Declined post"}.get(post.state, "Suggested post")
    if post.price is not None and post.price.amount:
        yield money_of(post.price.amount, post.price.currency)
    at = time_of(post.send_date)
    if at is not None:
        yield f"for {at:%Y-%m-%d %H:%M} UTC"


def attributed(content: Content, attribution: Attribution, labels: Sequence[str] = ()) -> Content:
    """Put before the words of a content what an operator needs to understand them."""
    before = [*labels, *([f"{attribution.sender}:"] if attribution.sender else [])]
    if attribution.forwarded_from:
        before.append(f"[Forwarded from {attribution.forwarded_from}]")
    before += [f"> {line}" for line in (attribution.quote or "").splitlines()]
    return with_words_before(content, before)


def presser(chat: ChatShape, user: UserShape) -> str | None:
    """Return who pressed a button in a group; None in a private chat."""
    return None if chat.type == PRIVATE else user_name(user)


def _speaker(message: MessageShape) -> str | None:
    if message.chat.type == PRIVATE or message.direct_messages_topic is not None:
        return None  # the conversation is with one person
    if message.sender_chat is None:
        return user_name(message.from_) if message.from_ is not None else None
    name, signature = chat_name(message.sender_chat), profile_name(message.author_signature)
    return f"{name} ({signature})" if name and signature else name


def _source(origin: OriginShape) -> str:
    chat = origin.chat or origin.sender_chat
    named = (origin.sender_user and user_name(origin.sender_user)) or (chat and chat_name(chat))
    return named or profile_name(origin.sender_user_name) or "somebody"


def _quoted(message: MessageShape) -> Iterator[str]:
    """Yield the lines of a quotation: its words, then where they stand.

    The words of a message in this chat are quoted only where the customer chose them, since it is shown itself.
    """
    external = read_part(message.external_reply, _external)
    quote, answered = message.quote, message.reply_to_message
    if quote is not None and quote.text and (quote.is_manual or external is not None):
        yield from clean_text(quote.text)[:MAX_QUOTE_CHARS].splitlines()
    if external is not None:
        yield _place_of(external, _kind(message.external_reply) if quote is None else None)
    elif is_there(message.reply_to_story):
        story = read_part(message.reply_to_story, _story)
        yield _said_by("story", chat_name(story.chat) if story is not None else None, None)
    elif answered is not None and read_part(answered.is_automatic_forward, _flag):
        yield from _post(answered, quoted=quote is not None)


def _place_of(external: _External, kind: str | None) -> str:
    origin, chat = external.origin, external.chat
    posted_in = origin.chat if origin is not None and origin.chat is not None else chat
    number = origin.message_id if origin is not None and origin.message_id is not None else external.message_id
    named = _source(origin) if origin is not None else chat_name(chat) if chat is not None else None
    return _said_by(kind, named, _link(posted_in, number))


def _post(answered: AnsweredShape, *, quoted: bool) -> Iterator[str]:
    """Yield the words of a channel's post that a comment is about: bots in the group often never got it."""
    words = read_part(answered.text, _text) or read_part(answered.caption, _text) or ""
    if not quoted:
        yield from clean_text(words)[:MAX_QUOTE_CHARS].splitlines()
    channel = read_part(answered.sender_chat, _chat)
    yield _said_by(None if words else "post", chat_name(channel) if channel is not None else None, None)


def _said_by(kind: str | None, name: str | None, link: str | None) -> str:
    where = ", ".join(part for part in (name, link) if part)
    return " ".join(part for part in (f"[{kind}]" if kind else "", f"— {where}" if where else "") if part)


def _kind(external: Raw) -> str | None:
    names = read_part(external, _names) or {}
    return next((word for name, word in _KINDS.items() if name in names), "message")


def _link(chat: ChatShape | None, message_id: int | None) -> str | None:
    """Return the link of a message in a channel or supergroup; only members can open a private one's."""
    if chat is None or message_id is None or chat.id > _SUPERGROUP_IDS:
        return None
    place = chat.username or f"c/{_SUPERGROUP_IDS - chat.id}"
    return f"https://t.me/{clean_text(place)}/{message_id}"
