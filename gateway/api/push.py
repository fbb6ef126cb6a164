"""Web Push: the browser of a sign-in is told of news while no page is open."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Route, Who
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.push.push_key import open_push_key
from inbox.push.push_models import PushState, PushSubscriptionFields, check_keys
from inbox.push.push_notices import NewNotice, write_notices
from inbox.push.push_rules import PushKind
from inbox.push.push_subscriptions import Owner, kinds_of, own_subscription, subscribe, unsubscribe
from inbox.subscriptions.receivers import check_address


def _owner(call: Call[Any, Any]) -> Owner:
    return Owner(call.workspace_id, call.caller.id, call.token or "")


async def show_push(call: Call[None, None]) -> PushState:
    """Show the installation's key, and whether and of what the browser of this sign-in is told."""
    return await _state(call)


async def turn_push_on(call: Call[PushSubscriptionFields, None]) -> PushState:
    """Have the browser of this sign-in told; the subscription ends with the sign-in, however that ends.

    A browser is told for one sign-in: of whoever subscribed it last.
    """
    await _check(call)
    await subscribe(call.database, _owner(call), call.body, call.now)
    return await _state(call)


async def turn_push_off(call: Call[None, None]) -> None:
    """Tell the browser of this sign-in nothing any more."""
    await unsubscribe(call.database, _owner(call))


async def test_push(call: Call[None, None]) -> None:
    """Have a notice sent to the browser of this sign-in, also while a page is visible; at most one each 20 seconds."""
    push = await own_subscription(call.database, _owner(call))
    if push is None:
        raise ProblemError("conflict", "Notices are off in this browser: turn them on first.")
    notice = NewNotice(
        workspace_id=call.workspace_id,
        subscription_id=push["id"],
        operator_id=call.caller.id,
        kind=PushKind.TEST,
        conversation_id=None,
        place=f"{int(call.now.timestamp() * 1000):020d}",
        at=call.now,
    )
    await write_notices(call.database, [notice], call.now)
    call.parts.wakeups.stir()


async def _check(call: Call[PushSubscriptionFields, None]) -> None:
    """Refuse what nothing can be sent to. Raises `ProblemError` (`invalid_request`)."""
    check_keys(call.body.keys)
    allow_private = call.parts.runtime.settings.allow_private_urls
    if not allow_private and not call.body.endpoint.startswith("https://"):
        raise field_problem("/endpoint", "must begin with https://")
    await check_address(call.body.endpoint, allow_private=allow_private, pointer="/endpoint")


async def _state(call: Call[Any, None]) -> PushState:
    pair = await open_push_key(call.database, call.parts.runtime.secret_box)
    push = await own_subscription(call.database, _owner(call))
    return PushState(public_key=pair.public_text, kinds=kinds_of(push), since=None if push is None else push["since"])


_TAG: Final = "Notices"
_PATH: Final = "/me/push"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path=_PATH,
        handler=show_push,
        summary="Show whether this browser gets notices",
        tag=_TAG,
        who=Who.PERSON,
        response=PushState,
    ),
    Route(
        method="PUT",
        path=_PATH,
        handler=turn_push_on,
        summary="Have this browser get notices",
        tag=_TAG,
        who=Who.PERSON,
        request=PushSubscriptionFields,
        response=PushState,
        problems=("conflict",),
        example={
            "endpoint": "https://push.example.com/send/c2VjcmV0",
            "keys": {
                "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            },
            "kinds": ["given", "transferred", "message"],
        },
    ),
    Route(
        method="DELETE",
        path=_PATH,
        handler=turn_push_off,
        summary="Have this browser get no notices",
        tag=_TAG,
        who=Who.PERSON,
        status=204,
    ),
    Route(
        method="POST",
        path=f"{_PATH}/test",
        handler=test_push,
        summary="Have a notice sent to this browser",
        tag=_TAG,
        who=Who.PERSON,
        status=204,
        problems=("conflict",),
    ),
)
