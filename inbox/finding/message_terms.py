"""By which terms a message is found: read from its stored content, kept beside it in `message_terms`.

A collection of its own, so that a status of a message, which changes four times, pays for none of it. Terms come
behind the message (`inbox.finding.term_keeping`); who changes or deletes words changes the terms in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from inbox.finding.words import terms_of
from inbox.storage.database import Collections, Session, UpdateOne
from inbox.storage.documents import Fields, MessageDocument, MessageTermsDocument

_TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "text": ("text",),
    "template": ("rendered",),
    "choice": ("title", "description"),
    "location": ("name", "address"),
    "buttons": ("text",),
    "list": ("text", "button"),
    "order": ("text",),
    "system": (),
    "unsupported": (),
}
"""The fields of each kind of content in which somebody's words are; the others have a caption."""
_CAPTION: Final = ("caption",)
READ_FOR_TERMS: Final[Fields] = dict.fromkeys(
    ("workspace_id", "conversation_id", "channel_id", "content", "deleted_at"), 1
)
"""What of a message is needed to know its terms."""


def words_of(message: MessageDocument) -> str:
    """Return all that a message says, in lines; nothing of a deleted one."""
    if message.get("deleted_at") is not None or "content" not in message:
        return ""
    return "\n".join(line for line in _lines(message["content"]) if line)


def _lines(content: Mapping[str, Any]) -> Iterator[str | None]:
    yield from (content.get(name) for name in _TEXTS.get(content["type"], _CAPTION))
    yield (content.get("media") or {}).get("filename")
    yield from (button["title"] for button in content.get("buttons", ()))
    for section in content.get("sections", ()):
        for row in section["rows"]:
            yield from (row["title"], row.get("description"))
    for card in content.get("contacts", ()):
        yield from (card["name"], card.get("organization"))
        yield from (phone["phone"] for phone in card.get("phones", ()))
        yield from (email["email"] for email in card.get("emails", ()))


def message_terms(message: MessageDocument) -> MessageTermsDocument:
    """Make the document by which a message is found."""
    return {
        "_id": message["_id"],
        "workspace_id": message["workspace_id"],
        "conversation_id": message["conversation_id"],
        "channel_id": message["channel_id"],
        "terms": terms_of(words_of(message)),
    }


async def change_terms(database: Collections, messages: Sequence[MessageDocument], session: Session) -> None:
    """Let messages be found by what they say now, inside the transaction that changes them.

    One whose terms have not come yet gets them here, so that no reader of the old words can store theirs later.
    """
    if messages:
        await database.message_terms.bulk_write(
            [replacing(message_terms(message)) for message in messages], ordered=False, session=session
        )


def replacing(terms: MessageTermsDocument) -> UpdateOne:
    """Return the write that stores terms, whether or not there are some."""
    fields = {name: value for name, value in terms.items() if name != "_id"}
    return UpdateOne({"_id": terms["_id"], "workspace_id": terms["workspace_id"]}, {"$set": fields}, upsert=True)
