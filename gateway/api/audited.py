"""Which calls stand in the audit log, as one table, and how their entries are written.

The entry is written before the act and confirmed after it: whatever is killed in between, there is no act without an
entry. One that was refused leaves none. Acts whose entry has more to say, such as a reason, write their own in the
transaction of the act: `WRITES_ITS_OWN`. A test wants each call of administrators in one of the three tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.api.call import Call, Encoded
from inbox.foundation.problems import ProblemError
from inbox.people.audit import begin_audit, confirm_audit, drop_audit

_Key = tuple[str, str]


def _kept(noun: str, path: str, *, verbs: tuple[str, ...] = ("POST", "PATCH", "DELETE")) -> dict[_Key, str]:
    """Make the rows of a kind of object that is made, changed and deleted."""
    words = {"POST": "made", "PATCH": "changed", "DELETE": "deleted"}
    one = f"{path}/{{id}}"
    return {(verb, path if verb == "POST" else one): f"{noun}.{words[verb]}" for verb in verbs}


AUDITED: Final[Mapping[_Key, str]] = {
    **_kept("operator", "/operators"),
    ("POST", "/invitations"): "operator.invited",
    **_kept("group", "/groups"),
    **_kept("status", "/statuses"),
    **_kept("business_hours", "/business-hours"),
    **_kept("channel", "/channels"),
    ("POST", "/signups"): "channel.signup_begun",
    ("POST", "/channels/{id}/connecting/steps"): "channel.step_done",
    **_kept("queue", "/queues"),
    **_kept("tag", "/tags"),
    **_kept("topic", "/topics"),
    ("POST", "/contacts"): "contact.added",
    **_kept("contact_field", "/contact-fields"),
    **_kept("segment", "/segments"),
    **_kept("reply_collection", "/reply-collections"),
    ("POST", "/reply-collections/{id}/replies"): "prepared_reply.made",
    **_kept("prepared_reply", "/prepared-replies", verbs=("PATCH", "DELETE")),
    **_kept("template", "/templates"),
    ("POST", "/templates/{id}/submit"): "template.submitted",
    **_kept("campaign", "/campaigns"),
    ("POST", "/campaigns/{id}/copy"): "campaign.copied",
    ("POST", "/campaigns/{id}/start"): "campaign.started",
    ("POST", "/campaigns/{id}/pause"): "campaign.paused",
    ("POST", "/campaigns/{id}/resume"): "campaign.resumed",
    ("POST", "/campaigns/{id}/cancel"): "campaign.cancelled",
    ("POST", "/campaigns/{id}/retry"): "campaign.retried",
    ("POST", "/campaigns/{id}/test"): "campaign.tested",
    ("POST", "/campaigns/{id}/audience"): "campaign.audience_uploaded",
    ("POST", "/campaigns/{id}/audience/contacts"): "campaign.audience_chosen",
    ("POST", "/dead-letters/{id}/replay"): "dead_letter.replayed",
    ("POST", "/webhooks/{id}/replay"): "webhook.replayed",
    ("POST", "/webhooks/{id}/deliveries/{delivery_id}/replay"): "webhook.delivery_replayed",
    ("GET", "/messages/{id}/raw"): "message.raw_read",
    ("GET", "/dead-letters"): "dead_letters.read",
    ("GET", "/campaigns/{id}/recipients"): "campaign.recipients_read",
    ("GET", "/campaigns/{id}/report"): "campaign.report_read",
    ("GET", "/campaigns/{id}/audience/errors"): "campaign.audience_errors_read",
    ("GET", "/webhooks/{id}/deliveries/{delivery_id}"): "webhook.delivery_read",
    ("GET", "/audit/export"): "audit.exported",
    ("GET", "/exports/{id}/files"): "export.fetched",
}
"""Call → the action of its entry. Calls that only read are here where they show numbers of customers in bulk or raw."""

WRITES_ITS_OWN: Final[Mapping[_Key, str]] = {
    ("DELETE", "/operators/{id}/second-factor"): "operator.second_factor_removed",
    ("DELETE", "/operators/{id}/sessions"): "operator.sign_ins_ended",
    ("DELETE", "/operators/{id}/sessions/{sign_in_id}"): "operator.sign_ins_ended",
    ("POST", "/operators/{id}/password-link"): "operator.password_link_made",
    ("POST", "/openid-providers"): "openid_provider.made",
    ("DELETE", "/openid-providers/{id}"): "openid_provider.deleted",
    ("PUT", "/mail-server"): "mail_server.set",
    ("DELETE", "/mail-server"): "mail_server.removed",
    ("PATCH", "/workspace"): "workspace.changed",
    ("POST", "/workspace/configuration"): "configuration.imported",
    ("PUT", "/workspace/integration-page"): "integration_page.changed",
    ("DELETE", "/workspace/integration-page"): "integration_page.deleted",
    ("POST", "/workspace/integration-page/secret"): "integration_page.secret_made",
    ("POST", "/api-keys"): "api_key.made",
    ("DELETE", "/api-keys/{id}"): "api_key.deleted",
    ("DELETE", "/contacts/{id}"): "contact.erased",
    ("POST", "/contacts/{id}/export"): "contact.exported",
    ("POST", "/workspace/export"): "workspace.exported",
    ("DELETE", "/exports/{id}"): "export.deleted",
    ("POST", "/opt-outs/remove"): "opt_outs.removed",
    ("POST", "/rate-cards"): "rate_card.uploaded",
    ("PUT", "/channels/{id}/budget"): "budget.changed",
    ("POST", "/bots"): "bot.made",
    ("PATCH", "/bots/{id}"): "bot.changed",
    ("DELETE", "/bots/{id}"): "bot.deleted",
    ("POST", "/bots/{id}/rotate-secret"): "bot.secret_rotated",
    ("POST", "/bots/{id}/rotate-token"): "bot.token_rotated",
    ("POST", "/helpers"): "helper.made",
    ("PUT", "/helpers/{id}"): "helper.changed",
    ("DELETE", "/helpers/{id}"): "helper.deleted",
    ("POST", "/helpers/{id}/rotate-secret"): "helper.secret_rotated",
    ("POST", "/webhooks"): "webhook.made",
    ("PATCH", "/webhooks/{id}"): "webhook.changed",
    ("DELETE", "/webhooks/{id}"): "webhook.deleted",
    ("POST", "/webhooks/{id}/rotate-secret"): "webhook.secret_rotated",
}
"""Call → the action that its operation notes (`inbox.people.audit.Act`)."""

UNAUDITED: Final[Mapping[_Key, str]] = {
    ("POST", "/workspace/erasure"): "takes the log with it; its certificate says that it was done",
    ("POST", "/mail-server/test"): "a mail to the caller",
    ("POST", "/channels/{id}/check"): "looks, and notes the channel's health",
    ("POST", "/channels/{id}/connecting/check"): "looks, and notes how far the channel is",
    ("POST", "/channels/{id}/retention/preview"): "shows what would go",
    ("POST", "/channels/{id}/templates/sync"): "reads what the provider has",
    ("POST", "/channels/{id}/templates/samples"): "gives the provider a file that no customer sees",
    ("POST", "/campaigns/{id}/forecast"): "shows what a campaign would do",
    ("POST", "/segments/preview"): "shows whom a filter finds",
}
"""Calls of administrators that change nothing → what they do."""


async def audited(call: Call[Any, Any], action: str) -> Any:
    """Do what a call asks for, with its entry in the log."""
    names = tuple(sorted(call.body)) if isinstance(call.body, dict) else ()
    entry_id = await begin_audit(
        call.database, call.caller, action, object_id=call.path.get("id"), fields=names, at=call.now
    )
    try:
        result = await call.route.handler(call)
    except ProblemError as refused:
        if refused.code != "unavailable":
            await drop_audit(call.database, call.workspace_id, entry_id)
        raise
    if isinstance(result, Encoded) and result.replayed:
        await drop_audit(call.database, call.workspace_id, entry_id)
    else:
        await confirm_audit(call.database, call.workspace_id, entry_id, made_id=_made(call, result))
    return result


class _Operator(msgspec.Struct):
    id: str


class _Made(msgspec.Struct):
    """What an answer says of what was made; an invitation has the operator inside."""

    id: str | None = None
    operator: _Operator | None = None


def _made(call: Call[Any, Any], result: Any) -> str | None:
    """Return the id of what a call made; None where its path names what it is about."""
    if "id" in call.path:
        return None
    if not isinstance(result, Encoded):
        return getattr(result, "id", None)
    made = msgspec.json.decode(result.body, type=_Made)
    return made.operator.id if made.operator is not None else made.id
