"""What each problem means and what its caller does about it: shown in `/docs` and in `/openapi.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.http.problem_response import INTERNAL, ProblemBody, problem_body
from inbox.foundation.problems import STATUS_BY_CODE, ProblemError

ADVICE: Final[Mapping[str, str]] = {
    "invalid_request": "A field is missing, unknown or out of range: `errors` points at each.",
    "content_invalid": "The messenger would refuse this content: `detail` says which limit it breaks.",
    "idempotency_conflict": "The key was used with another body: take a new key for a new request.",
    "too_broad": "The search finds or counts too much in its time: narrow it down.",
    "malformed": "The body is no JSON, no form, or did not arrive; or the address or a header is longer than "
    "8,190 bytes: mend the client.",
    "unauthenticated": "There is no token, or it is over: sign in.",
    "second_factor_needed": "The password is right: send it again with `code` from the app.",
    "second_factor_required": "The workspace demands a second factor and you have none: set one up "
    "(`POST /me/second-factor`), then go on with the same token.",
    "forbidden": "Your role, or your key's scopes, do not allow this: ask an administrator.",
    "not_assigned": "Somebody else has the conversation: take it over, or have it transferred.",
    "not_in_control": "Another agent answers in this chat: take control of it first (`POST …/control`).",
    "not_found": "It is not there, or not for you to see.",
    "method_not_allowed": "The address exists, with other methods: see `Allow`.",
    "conflict": "It does not fit the state that the object is in: `detail` says why.",
    "handed_over": "A bot answered when people had the conversation already: nothing was sent.",
    "already_assigned": "Somebody took the conversation first.",
    "channel_deleted": "The channel of this conversation is gone: nothing can be sent.",
    "conversation_closed": "The conversation is over: wait for the customer, or start one with a template.",
    "conversation_open": "The customer has an open conversation: its id stands in `conversation_id`.",
    "direct_unavailable": "The number may not write without a template: `templates` names those that would work.",
    "duplicate": "One with this name, key or account exists already.",
    "in_use": "Something still depends on it: `detail` names what; move that first.",
    "no_helper": "No helper of this kind is set up: an administrator does that once.",
    "not_retryable": "Only a message that failed, or whose fate is unknown, can be sent again.",
    "operator_full": "The operator has as many conversations as they may have: close or transfer one first.",
    "opted_out": "The customer does not want such messages.",
    "operator_unavailable": "The operator is not at work, or was deactivated.",
    "queue_full": "The queue has reached its limit.",
    "queue_unavailable": "The queue takes nobody now: nobody is there, or it is out of hours.",
    "required_before_close": "Something must be filled in before the close: `detail` says what.",
    "stale_state": "It changed since you read it: read it again and decide anew.",
    "step_in_doubt": "The step was begun and nobody knows how that ended: check the channel's connecting first.",
    "too_many_notes": "The conversation has as many notes as it can have.",
    "too_many_views": "There are as many views as there can be: delete one.",
    "template_unusable": "The template is not approved, paused, or not the account's.",
    "unsupported_by_channel": "The messenger can't do this.",
    "window_closed": "The messenger allows templates only, now: `templates` names those that would work; with "
    "`direct_utility` true, the message itself can be sent again with `direct_utility: {}`.",
    "cursor_expired": "The cursor is too old, or the stream was lost: read the lists again.",
    "too_large": "The body is longer than `detail` says.",
    "range_not_satisfiable": "The file is shorter: `Content-Range` says how long it is.",
    "too_many_requests": "Come again after `Retry-After`.",
    "helper_failed": "The helper did not answer, or not as agreed: `detail` says what went wrong. Go on without it.",
    "provider_failed": "The messenger's server failed or could not be reached: try again later.",
    "unavailable": "Nothing answers for the moment: come again after `Retry-After`, with the same `Idempotency-Key`.",
    "storage_full": "The workspace has as many bytes of files as it may have: delete some, or ask for more room.",
    INTERNAL: "A fault of the server, which is logged: report `X-Request-Id`.",
}
STATUSES: Final[Mapping[str, int]] = {**STATUS_BY_CODE, INTERNAL: 500}


def example_problem(code: str) -> ProblemBody:
    """Show what an answer with this code looks like."""
    if code == INTERNAL:
        return ProblemBody(type=f"/docs#problem-{code}", title="Internal", status=500, detail=ADVICE[code], code=code)
    return problem_body(ProblemError(code, ADVICE[code]))
