"""Contacts: who the customers are, and what they want to get."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route
from gateway.api.conversations import ConversationPage
from inbox.contacts.contact_models import Contact, ContactPage, ContactPatch, ContactQuery, MergeRequest, NewContact
from inbox.conversation.conversation_lists import PastQuery, list_past
from inbox.foundation.pages import Page
from inbox.labels.tag_use import until_tags_are_made
from inbox.messages.timeline import Timeline, TimelineQuery, read_timeline
from inbox.people.access import Action
from inbox.views.conversation_views import ConversationView


async def show_contacts(call: Call[None, ContactQuery]) -> Page[Contact]:
    """List the contacts of conversations that the caller sees, the newest first.

    `q` is the beginning of a word in the name, or a number in any spelling: +49 1512 3456789, 0049…, 01512-3456789.
    Who does not see all conversations may get pages with fewer contacts than `limit` that go on all the same.
    """
    async with call.parts.http.searches.turn(call.workspace_id, needed=bool(call.query.q) or not call.caller.sees_all):
        return await call.parts.inbox.contacts.list(call.caller, call.query)


async def add_contact(call: Call[NewContact, None]) -> Encoded:
    """Add a customer who has not written yet, by hand or from another system.

    `identities` are their numbers on WhatsApp: what they write comes to this contact, and each is in one contact. Where
    another one has it the answer is `duplicate` with its `contact_id`: change that one. Accounts with other messengers
    become known when the customer writes. `phones` and `emails` are notes, as in a change; several may have the same.
    """
    return await until_tags_are_made(
        lambda: call.create(lambda session: call.parts.inbox.contacts.add(call.caller, call.body, session=session))
    )


async def show_contact(call: Call[None, None]) -> Contact:
    """Show one contact. Where several are one person, the id of each leads to the one that is shown."""
    return await call.parts.inbox.contacts.get(call.caller, call.id)


async def change_contact(call: Call[dict[str, Any], None]) -> Contact:
    """Change what is given. `accepts_marketing: false` is an opt-out that outlives the contact.

    An opt-out is undone by the customer, who writes START or the like, or by an administrator with a `reason`,
    which stands in the log.

    `blocked: true` closes the customer's open conversations without a word; what they write then is kept, opens
    nothing, and nobody is told. Where the channel can, the provider takes no more of it. While a colleague has a
    conversation of the customer only supervisors and above may do it.
    """
    changed = await call.parts.inbox.blocking.patch(call.caller, call.id, call.body)
    call.parts.wakeups.tell_provider()
    if changed.blocked:
        call.parts.wakeups.route_all(call.workspace_id)
    return changed


async def merge_contacts(call: Call[MergeRequest, None]) -> Contact:
    """Merge another contact, and all that were merged into it, into this one: they are one customer from now on.

    Nothing is moved and nothing is lost: each keeps its accounts, its conversations and what it said of marketing; the
    card, the timeline, lists and searches show them as one, under this contact's id, and the id of each leads here. An
    opt-out of one of them is the customer's. Contacts of which only one is blocked are not merged (`conflict`).
    """
    return await call.parts.inbox.merging.merge(call.caller, call.id, call.body.contact_id)


async def unmerge_contact(call: Call[None, None]) -> Contact:
    """Make a merged contact a customer of its own again, as it was; answered is that contact.

    The id of the contact into which others were merged takes all of them apart.
    """
    return await call.parts.inbox.merging.unmerge(call.caller, call.id)


async def show_past(call: Call[None, PastQuery]) -> Page[ConversationView]:
    """List a contact's conversations that the caller sees, open and closed, newest first; opened in a span of time.

    Who has the customer now also sees those that colleagues had.
    """
    contact = await call.parts.inbox.contacts.get(call.caller, call.id)
    return await list_past(call.database, call.caller, contact.all_ids, call.query, now=call.now)


async def show_timeline(call: Call[None, TimelineQuery]) -> Timeline:
    """Show a contact's messages of all conversations and channels in one thread, oldest first.

    Without bounds the newest `limit`; `before` and `after` of an answer lead on. `before_seq` begins above a message,
    `from` at a time. Whoever has the contact now also sees what colleagues wrote.
    """
    contact = await call.parts.inbox.contacts.get(call.caller, call.id)
    return await read_timeline(call.database, call.caller, contact.all_ids, call.query, now=call.now)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/contacts",
        handler=show_contacts,
        summary="List contacts",
        tag="Contacts",
        query=ContactQuery,
        response=ContactPage,
        problems=("too_broad", "too_many_requests"),
    ),
    Route(
        method="POST",
        path="/contacts",
        handler=add_contact,
        summary="Add a contact",
        tag="Contacts",
        asks=Action.ADD_CONTACTS,
        request=NewContact,
        response=Contact,
        status=201,
        problems=("duplicate",),
        creates=True,
        example={
            "name": "Maria Silva",
            "identities": [{"kind": "whatsapp", "external_id": "+49 1512 3456789"}],
            "emails": ["maria@example.com"],
            "language": "de",
            "tags": ["vip"],
        },
    ),
    Route(
        method="GET",
        path="/contacts/{id}",
        handler=show_contact,
        summary="Show a contact",
        tag="Contacts",
        response=Contact,
    ),
    Route(
        method="PATCH",
        path="/contacts/{id}",
        handler=change_contact,
        summary="Change a contact",
        tag="Contacts",
        request=ContactPatch,
        response=Contact,
        problems=("forbidden", "not_assigned", "stale_state"),
        example={
            "tags": ["vip"],
            "phones": ["+49 30 901820"],
            "emails": ["maria@example.com"],
            "language": "en",
            "accepts_marketing": False,
        },
    ),
    Route(
        method="POST",
        path="/contacts/{id}/merge",
        handler=merge_contacts,
        summary="Merge contacts",
        tag="Contacts",
        request=MergeRequest,
        response=Contact,
        problems=("conflict",),
        example={"contact_id": "0192f0c1a7b84c2e9d3f5a6b7c8d9e0f"},
    ),
    Route(
        method="POST",
        path="/contacts/{id}/unmerge",
        handler=unmerge_contact,
        summary="Take merged contacts apart",
        tag="Contacts",
        response=Contact,
        problems=("conflict",),
    ),
    Route(
        method="GET",
        path="/contacts/{id}/conversations",
        handler=show_past,
        summary="List a contact's conversations",
        tag="Contacts",
        query=PastQuery,
        response=ConversationPage,
        problems=("too_broad",),
    ),
    Route(
        method="GET",
        path="/contacts/{id}/timeline",
        handler=show_timeline,
        summary="Show a contact's timeline",
        tag="Contacts",
        query=TimelineQuery,
        response=Timeline,
        problems=("too_broad",),
    ),
)
