"""What a closed reply window asks of the API: templates to choose from, and replies that are held."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from gateway.api.call import Call, Encoded
from gateway.content_checks import check_for_channel
from inbox.contacts.suppression import Suppression
from inbox.conversation.conversation_reading import visible_conversation
from inbox.foundation.problems import FieldError, ProblemError
from inbox.messages.file_sight import check_named_file
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TemplateContent, TextContent
from inbox.model.content_rules import content_invalid
from inbox.model.direct_utility import DIRECT_UNAVAILABLE
from inbox.model.reply_window import may_write_freely
from inbox.sending.completing import Incomplete
from inbox.sending.direct import is_offered
from inbox.sending.outgoing import NewMessage, TemplateChoice
from inbox.storage.database import Session
from inbox.storage.runtime import Runtime
from templates_hsm.store.complete_templates import complete_templates
from templates_hsm.store.template_offers import template_offers


async def with_offers(call: Call[Any, None], problem: ProblemError, content: Content | None = None) -> ProblemError:
    """Add what would work instead: the content itself without a template, where the number may, and templates."""
    if problem.code not in {"window_closed", DIRECT_UNAVAILABLE}:
        return problem
    offers = await template_offers(call.database, call.workspace_id, call.id)
    extra = {**problem.extra, "templates": offers}
    if content is not None:
        conversation = await visible_conversation(call.database, call.caller, call.id)
        extra["direct_utility"] = await is_offered(call.database, conversation, content, call.now)
    return ProblemError(problem.code, problem.detail, extra=extra)


async def hold_if_closed(call: Call[NewMessage, None]) -> Encoded | None:
    """Send the chosen template and hold the reply; None where nothing was chosen, or the reply goes by itself."""
    if call.body.held is None:
        return None
    conversation = await visible_conversation(call.database, call.caller, call.id)
    kind = ChannelKind(conversation["channel_kind"])
    if may_write_freely(kind, conversation.get("window_expires_at"), call.now):
        return None
    if call.body.direct_utility and await is_offered(call.database, conversation, call.body.content, call.now):
        return None
    if not isinstance(call.body.content, TextContent):
        raise content_invalid("/type", "Only a text can be held until the customer answers.")
    check_for_channel(call.parts.channels.connectors, kind, call.body.content)
    await check_chosen_files(call, call.body.held.template, "/held/template")
    asked = Asked(call.workspace_id, conversation["channel_id"], conversation["contact_id"])
    template = await completed(call.parts.runtime, asked, call.body.held.template, "/held/template")

    async def work(session: Session) -> object:
        return await call.parts.inbox.held.hold(call.caller, call.id, call.body.content, template, session=session)

    answer = await call.create(work)
    call.parts.wakeups.deliver(conversation["channel_id"])
    return answer


class Asked(NamedTuple):
    """Where a template is to go; a customer who is no contact yet has `identity_keys` only."""

    workspace_id: str
    channel_id: str
    contact_id: str | None
    identity_keys: tuple[str, ...] = ()


async def completed(runtime: Runtime, asked: Asked, choice: TemplateChoice, pointer: str) -> TemplateContent:
    """Hold a chosen template against its definition. Raises `ProblemError`, with faults below `pointer`."""
    wanted = [
        Incomplete(
            workspace_id=asked.workspace_id,
            channel_id=asked.channel_id,
            contact_id=asked.contact_id,
            identity_keys=asked.identity_keys,
            content=choice.content,
        )
    ]
    suppression = Suppression(runtime.database, runtime.hash_opt_out)
    complete = partial(complete_templates, runtime.clock, suppression, wanted=wanted)
    (found,) = await runtime.database.in_thread(complete)
    if isinstance(found, ProblemError):
        raise _within(pointer, found)
    return found


async def check_chosen_files(call: Call[Any, None], choice: TemplateChoice, pointer: str) -> None:
    """Refuse a template with a file that the caller may not see. Raises `ProblemError`, with faults below `pointer`."""
    try:
        await check_named_file(call.database, call.caller, choice.content)
    except ProblemError as problem:
        raise _within(pointer, problem) from None


def _within(pointer: str, problem: ProblemError) -> ProblemError:
    """Return a problem of a content as one of the template that the request names."""
    errors = [FieldError(pointer + one.pointer.removeprefix("/content"), one.message) for one in problem.errors]
    return ProblemError(problem.code, problem.detail, errors=errors, extra=problem.extra)
