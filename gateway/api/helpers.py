"""Helpers: programs of the business that suggest, translate, transcribe, summarise; set up here, and asked."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

from channels.helper_asking import Question
from gateway.api.call import Call, Encoded, Route, Who
from inbox.conversation.conversation_reading import read_conversation, visible_conversation
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page
from inbox.foundation.problems import ProblemError, not_found
from inbox.helpers.helper_models import (
    AskedAboutConversation,
    AskedAboutMessage,
    Helper,
    HelperChange,
    HelperFields,
    HelperKind,
    HelperKinds,
    HelperPage,
    HelperRequest,
    HelperRotation,
    HelperSecret,
    HelperWords,
    LanguageWanted,
    NewHelper,
    Suggestions,
)
from inbox.messages.message_reading import ThreadQuery, list_messages, visible_message
from inbox.model.content import AudioContent, VoiceContent
from inbox.people.audit import Act
from inbox.storage.database import Session
from inbox.views.message_views import MessageView, message_view

MESSAGES_SHOWN: Final = 50
"""The newest ones of a conversation, as a bot is shown them."""
T = TypeVar("T")


async def show_helpers(call: Call[None, None]) -> Page[Helper]:
    """List helpers, without their secrets."""
    return await call.parts.helpers.store.list(call.workspace_id)


async def show_helper_kinds(call: Call[None, None]) -> HelperKinds:
    """Tell what helpers can do here, so that an inbox offers nothing else."""
    return HelperKinds(kinds=await call.parts.helpers.store.kinds(call.workspace_id))


async def make_helper(call: Call[HelperFields, None]) -> Encoded:
    """Set a helper up, one of each kind. The secret that signs what it is asked is shown this once."""
    await call.parts.helpers.store.check_address(call.body.url)

    async def work(session: Session) -> NewHelper:
        made = await call.parts.helpers.store.create(call.workspace_id, call.body, now=call.now, session=session)
        await call.audit(Act.HELPER_MADE, made.id, session=session)
        return made

    return await call.create(work)


async def change_helper(call: Call[HelperChange, None]) -> Helper:
    """Change a helper's address and deadline."""
    await call.parts.helpers.store.check_address(call.body.url)

    async def work(session: Session) -> Helper:
        changed = await call.parts.helpers.store.change(call.workspace_id, call.id, call.body, session=session)
        await call.audit(Act.HELPER_CHANGED, call.id, session=session)
        return changed

    return await call.database.transaction(work)


async def remove_helper(call: Call[None, None]) -> None:
    """Delete a helper."""

    async def work(session: Session) -> None:
        await call.parts.helpers.store.delete(call.workspace_id, call.id, session=session)
        await call.audit(Act.HELPER_DELETED, call.id, session=session)

    await call.database.transaction(work)


async def rotate_helper_secret(call: Call[HelperRotation, None]) -> Encoded:
    """Make a new secret, shown this once. Until `keep_hours` have passed each request is signed with both."""

    async def work(session: Session) -> HelperSecret:
        rotated = await call.parts.helpers.store.rotate_secret(
            call.workspace_id, call.id, keep_hours=call.body.keep_hours, now=call.now, session=session
        )
        await call.audit(Act.HELPER_SECRET_ROTATED, call.id, session=session)
        return rotated

    return await call.create(work)


async def suggest(call: Call[None, None]) -> Suggestions:
    """Ask the helper that suggests for replies. Nothing is sent: an operator chooses, changes, sends."""
    return await _ask(call, HelperKind.SUGGEST, await _conversation(call), Suggestions)


async def summarise(call: Call[None, None]) -> HelperWords:
    """Ask the helper that summarises what a conversation is about."""
    return await _ask(call, HelperKind.SUMMARISE, await _conversation(call), HelperWords)


async def translate(call: Call[LanguageWanted, None]) -> HelperWords:
    """Ask the helper that translates for a message in another language. The message stays as it is."""
    asked = AskedAboutMessage(message=await _message(call), language=call.body.language)
    return await _ask(call, HelperKind.TRANSLATE, asked, HelperWords)


async def transcribe(call: Call[None, None]) -> HelperWords:
    """Ask the helper that transcribes for the words of a voice message."""
    message = await _message(call)
    if not isinstance(message.content, AudioContent | VoiceContent):
        raise ProblemError("content_invalid", "Only voice messages and other sound can be transcribed.")
    return await _ask(call, HelperKind.TRANSCRIBE, AskedAboutMessage(message=message), HelperWords)


async def _ask(
    call: Call[Any, None], kind: HelperKind, asked: AskedAboutConversation | AskedAboutMessage, answer: type[T]
) -> T:
    store, now = call.parts.helpers.store, call.now
    helper = await store.of_kind(call.workspace_id, kind)
    body = msgspec.json.encode(HelperRequest(type=f"helper.{kind}", timestamp=now, data=asked))
    question = Question(
        workspace_id=call.workspace_id,
        id=new_id(),
        url=helper["url"],
        secrets=store.secrets_of(helper, now),
        body=call.parts.files.links.in_json(body),
        deadline_seconds=helper["deadline_ms"] / 1000,
    )
    return await call.parts.helpers.desk.ask(question, answer, now=now)


async def _conversation(call: Call[None, None]) -> AskedAboutConversation:
    await visible_conversation(call.database, call.caller, call.id)
    view = await read_conversation(call.database, call.workspace_id, call.id, now=call.now)
    if view is None:
        raise not_found("conversation")
    page = await list_messages(call.database, call.caller, call.id, ThreadQuery(limit=MESSAGES_SHOWN))
    return AskedAboutConversation(conversation=view, messages=page.items)


async def _message(call: Call[Any, None]) -> MessageView:
    return message_view(await visible_message(call.database, call.caller, call.id))


_TAG: Final = "Helpers"
_ONE: Final = "/helpers/{id}"
_URL: Final = "https://example.com/suggest"
_FAILS: Final = ("no_helper", "helper_failed", "too_many_requests")

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/helpers",
        handler=show_helpers,
        summary="List helpers",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=HelperPage,
    ),
    Route(
        method="GET",
        path="/helper-kinds",
        handler=show_helper_kinds,
        summary="Show what helpers can do",
        tag=_TAG,
        response=HelperKinds,
    ),
    Route(
        method="POST",
        path="/helpers",
        handler=make_helper,
        summary="Set a helper up",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=HelperFields,
        response=NewHelper,
        status=201,
        problems=("duplicate",),
        creates=True,
        secret_response=True,
        example={"kind": "suggest", "url": _URL, "deadline_ms": 3000},
    ),
    Route(
        method="PUT",
        path=_ONE,
        handler=change_helper,
        summary="Change a helper",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=HelperChange,
        response=Helper,
        example={"url": _URL, "deadline_ms": 5000},
    ),
    Route(
        method="DELETE",
        path=_ONE,
        handler=remove_helper,
        summary="Delete a helper",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/rotate-secret",
        handler=rotate_helper_secret,
        summary="Replace a helper's secret",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=HelperRotation,
        response=HelperSecret,
        creates=True,
        secret_response=True,
        example={"keep_hours": 24},
    ),
    Route(
        method="POST",
        path="/conversations/{id}/suggestions",
        handler=suggest,
        summary="Have replies suggested",
        tag=_TAG,
        response=Suggestions,
        problems=_FAILS,
    ),
    Route(
        method="POST",
        path="/conversations/{id}/summary",
        handler=summarise,
        summary="Have a conversation summarised",
        tag=_TAG,
        response=HelperWords,
        problems=_FAILS,
    ),
    Route(
        method="POST",
        path="/messages/{id}/translation",
        handler=translate,
        summary="Have a message translated",
        tag=_TAG,
        request=LanguageWanted,
        response=HelperWords,
        problems=_FAILS,
        example={"language": "en"},
    ),
    Route(
        method="POST",
        path="/messages/{id}/transcription",
        handler=transcribe,
        summary="Have a voice message transcribed",
        tag=_TAG,
        response=HelperWords,
        problems=("content_invalid", *_FAILS),
    ),
)
