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
    "buttons": ("text", "buttons.title"),
    "contact_request": ("text",),
    "list": ("text", "button", "sections.rows.title", "sections.rows.description"),
    "contacts": ("contacts.name", "contacts.organization", "contacts.phones.phone", "contacts.emails.email"),
    "checklist": ("title", "tasks.text"),
    "order": ("text",),
    "system": (),
    "unsupported": (),
}
"""The fields of each kind of content in which somebody's words are; the others are files."""
_CAPTION: Final = ("caption", "media.filename")
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
    for field in _TEXTS.get(content["type"], _CAPTION):
        yield from _at(content, field.split("."))


def _at(value: Any, path: Sequence[str]) -> Iterator[str | None]:
    """Return what stands at a path, in each item where it leads through a list."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif value is not None and path[0] in value:
        yield from _at(value[path[0]], path[1:])


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
