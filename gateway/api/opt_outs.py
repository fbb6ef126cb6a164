"""The list of numbers that get no marketing messages, also of people who are no contacts."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Route, Who
from inbox.contacts.contact_models import OptOutSource, Reason
from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.phone_numbers import MAX_CHARS, PhoneRefusedError, read_phone
from inbox.contacts.suppression import Suppression
from inbox.foundation.problems import FieldError
from inbox.model.channel_kind import ChannelKind
from inbox.people.audit import Act
from inbox.storage.database import Session

MAX_PHONES: Final = 1_000
"""Of one request: a second's work; longer lists come in several."""


class OptOutRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Phone numbers with country code."""

    phones: Annotated[tuple[Annotated[str, Meta(max_length=MAX_CHARS)], ...], Meta(min_length=1, max_length=MAX_PHONES)]


class TakeOffRequest(OptOutRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Phone numbers with country code, and why they may be written to again."""

    reason: Reason


class OptOutResult(msgspec.Struct, frozen=True, kw_only=True):
    """How many numbers were taken; those that are none are named and harm no other."""

    taken: int
    errors: tuple[FieldError, ...]


async def opt_out(call: Call[OptOutRequest, None]) -> OptOutResult:
    """Put numbers on the list, in every spelling. They are kept as keyed hashes only, and can't be listed."""
    keys, result = _read(call.body)
    await _list(call).add(call.workspace_id, keys, OptOutSource.OPERATOR, call.now)
    return result


async def take_off(call: Call[TakeOffRequest, None]) -> OptOutResult:
    """Take numbers off the list; the reason stands in the log.

    Contacts who opted out themselves stay so: see their `accepts_marketing`.
    """
    keys, result = _read(call.body)

    async def work(session: Session) -> OptOutResult:
        await _list(call).remove(call.workspace_id, keys, session=session)
        await call.audit(Act.NUMBERS_TAKEN_OFF, reason=call.body.reason, session=session)
        return result

    return await call.database.transaction(work)


def _list(call: Call[OptOutRequest, None] | Call[TakeOffRequest, None]) -> Suppression:
    return Suppression(call.database, call.parts.runtime.hash_opt_out)


def _read(request: OptOutRequest) -> tuple[list[str], OptOutResult]:
    """Return the accounts that numbers stand for, with all their spellings, and what could not be read."""
    keys: list[str] = []
    errors: list[FieldError] = []
    for place, written in enumerate(request.phones):
        try:
            digits = read_phone(written)
        except PhoneRefusedError as refused:
            errors.append(FieldError(f"/phones/{place}", str(refused)))
        else:
            keys += [f"{ChannelKind.WHATSAPP}:{spelling}" for spelling in (digits, *phone_aliases(digits))]
    return keys, OptOutResult(taken=len(request.phones) - len(errors), errors=tuple(errors))


_EXAMPLE: Final = {"phones": ["+16505551234"]}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/opt-outs",
        handler=opt_out,
        summary="Opt numbers out",
        tag="Contacts",
        request=OptOutRequest,
        response=OptOutResult,
        example=_EXAMPLE,
    ),
    Route(
        method="POST",
        path="/opt-outs/remove",
        handler=take_off,
        summary="Take numbers off the opt-out list",
        tag="Contacts",
        who=Who.ADMINISTRATORS,
        request=TakeOffRequest,
        response=OptOutResult,
        example={**_EXAMPLE, "reason": "typed in by mistake"},
    ),
)
