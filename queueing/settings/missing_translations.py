"""Which texts lack a translation into one of the languages that the business answers in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from inbox.foundation.pages import Page
from inbox.people.accounts import get_workspace
from inbox.storage.database import Database
from inbox.storage.documents import Fields
from queueing.texts.languages import has_translation

MOST_READ: Final = 5_000
MOST_SHOWN: Final = 1_000
_REPLY: Final[Fields] = {"title": 1, "translations": 1}


class TextKind(StrEnum):
    """Where a text stands."""

    QUEUE_TEXT = "queue_text"
    PREPARED_REPLY = "prepared_reply"


class MissingTranslation(msgspec.Struct, frozen=True, kw_only=True):
    """A text that some customers get in another language.

    Attributes:
        id: Of the queue, or of the prepared reply.
        name: Of the queue, or the reply's title.
        occasion: Of a queue's text.
        languages: Into which there is no translation, not even for another region.
    """

    kind: TextKind
    id: str
    name: str
    occasion: str | None = None
    languages: tuple[str, ...]


class MissingTranslationPage(Page[MissingTranslation], frozen=True, kw_only=True):
    """What lacks a translation, queues first; at most 1,000 texts, without further pages."""


async def missing_translations(database: Database, workspace_id: str) -> Page[MissingTranslation]:
    """List the texts that lack a translation into one of the workspace's `languages`."""
    languages = (await get_workspace(database, workspace_id)).settings.languages
    if not languages:
        return Page(items=[])
    own = {"workspace_id": workspace_id}
    queues = database.queues.find(own, {"name": 1, "texts": 1}).sort("_id", 1).limit(MOST_READ)
    replies = database.prepared_replies.find({**own, "active": True}, _REPLY).sort("_id", 1).limit(MOST_READ)
    found = [*_of_queues(await queues.to_list(None), languages), *_of_replies(await replies.to_list(None), languages)]
    return Page(items=found[:MOST_SHOWN])


def _of_queues(queues: Sequence[Any], languages: Sequence[str]) -> Iterator[MissingTranslation]:
    for queue in queues:
        for occasion, texts in queue.get("texts", {}).items():
            lacking = _lacking(texts, languages)
            if texts and lacking:
                yield MissingTranslation(
                    kind=TextKind.QUEUE_TEXT,
                    id=queue["_id"],
                    name=queue["name"],
                    occasion=occasion,
                    languages=lacking,
                )


def _of_replies(replies: Sequence[Any], languages: Sequence[str]) -> Iterator[MissingTranslation]:
    for reply in replies:
        lacking = _lacking(reply["translations"], languages)
        if lacking:
            yield MissingTranslation(
                kind=TextKind.PREPARED_REPLY, id=reply["_id"], name=reply["title"], languages=lacking
            )


def _lacking(translations: Mapping[str, Any], languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(language for language in languages if not has_translation(translations, language))
