"""Each call of the API as a method that waits.

Made from the gateway's `/openapi.json` and `/asyncapi.json`: `make made` in its repository writes it.
"""

from __future__ import annotations

from typing import Any

from messaging_gateway_client import models
from messaging_gateway_client.calls import BlockingCaller, File, quoted


class BlockingOperations(BlockingCaller):
    """The calls of the API, by the names that they have at `/docs`."""

    def login(self, body: models.LoginRequest, /) -> models.SignedIn:
        """Sign in.

        Sign in. After 10 failures for an e-mail from one address, or 50 from one address: 429 for up to 15 minutes.

        Failures at other addresses keep nobody out. Where many sign in at once: 429 or 503 with `Retry-After`.
        """
        answer: models.SignedIn = self.call("POST", "/api/v1/auth/login", body=body)
        return answer

    def logout(self) -> None:
        """Sign out.

        Make the token of this call worthless.
        """
        self.call("POST", "/api/v1/auth/logout")

    def set_password(self, body: models.PasswordByLinkRequest, /) -> models.SignedIn:
        """Set a password by link.

        Set a password with the token of a link, which is then used up; all earlier sign-ins end.
        """
        answer: models.SignedIn = self.call("POST", "/api/v1/auth/password", body=body)
        return answer

    def forgotten_password(self, body: models.ForgottenPasswordRequest, /) -> None:
        """Ask for a new password by mail.

        Ask for a mail with a link for a new password.

        The answer is the same whether or not anybody has the address, after the same work. Where the business has no
        mail server, an administrator makes a link. Three times an hour for an e-mail, twenty times from one address.
        """
        self.call("POST", "/api/v1/auth/forgotten-password", body=body)

    def me(self) -> models.Operator:
        """Who am I.

        Show the operator who calls.
        """
        answer: models.Operator = self.call("GET", "/api/v1/me")
        return answer

    def change_own_password(self, body: models.PasswordRequest, /) -> None:
        """Change one's password.

        Change the password; all other sign-ins end. Wrong ones count like failed sign-ins.
        """
        self.call("PUT", "/api/v1/me/password", body=body)

    def show_sign_ins(self) -> models.SignIns:
        """List one's sign-ins.

        List one's sign-ins that are still good, newest first.
        """
        answer: models.SignIns = self.call("GET", "/api/v1/me/sessions")
        return answer

    def end_sign_ins(self) -> None:
        """End one's other sign-ins.

        End all of one's sign-ins but this one; every process refuses them within a second.
        """
        self.call("DELETE", "/api/v1/me/sessions")

    def end_own_sign_in(self, id: str, /) -> None:
        """End one of one's sign-ins.

        End one of one's sign-ins, also the one that asks; every process refuses it within a second.
        """
        self.call("DELETE", f"/api/v1/me/sessions/{quoted(id)}")

    def show_push(self) -> models.PushState:
        """Show whether this browser gets notices.

        Show the installation's key, and whether and of what the browser of this sign-in is told.
        """
        answer: models.PushState = self.call("GET", "/api/v1/me/push")
        return answer

    def turn_push_on(self, body: models.PushSubscriptionFields, /) -> models.PushState:
        """Have this browser get notices.

        Have the browser of this sign-in told; the subscription ends with the sign-in, however that ends.

        A browser is told for one sign-in: of whoever subscribed it last.
        """
        answer: models.PushState = self.call("PUT", "/api/v1/me/push", body=body)
        return answer

    def turn_push_off(self) -> None:
        """Have this browser get no notices.

        Tell the browser of this sign-in nothing any more.
        """
        self.call("DELETE", "/api/v1/me/push")

    def test_push(self) -> None:
        """Have a notice sent to this browser.

        Have a notice sent to the browser of this sign-in, also while a page is visible; at most one each 20 seconds.
        """
        self.call("POST", "/api/v1/me/push/test")

    def show_second_factor(self) -> models.SecondFactorState:
        """Show one's second factor.

        Tell whether one has a second factor.
        """
        answer: models.SecondFactorState = self.call("GET", "/api/v1/me/second-factor")
        return answer

    def begin_second_factor(self, body: models.EnrollRequest, /) -> models.Enrollment:
        """Begin with a second factor.

        Begin: the app gets the secret by hand or by a QR code of `uri`. A code of it then turns the second factor on.
        """
        answer: models.Enrollment = self.call("POST", "/api/v1/me/second-factor", body=body)
        return answer

    def confirm_second_factor(self, body: models.CodeRequest, /) -> models.RecoveryCodes:
        """Turn one's second factor on.

        Turn it on. All other sign-ins end; the recovery codes are shown this once.
        """
        answer: models.RecoveryCodes = self.call("PUT", "/api/v1/me/second-factor", body=body)
        return answer

    def turn_second_factor_off(self, body: models.TurnOffRequest, /) -> None:
        """Turn one's second factor off.

        Turn it off, with the password and a code, unless the workspace demands one.
        """
        self.call("POST", "/api/v1/me/second-factor/remove", body=body)

    def renew_recovery_codes(self, body: models.CodeRequest, /) -> models.RecoveryCodes:
        """Make new recovery codes.

        Make new recovery codes; all earlier ones are good for nothing then.
        """
        answer: models.RecoveryCodes = self.call("POST", "/api/v1/me/second-factor/recovery-codes", body=body)
        return answer

    def show_second_factors(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> models.PersonSecondFactorPage:
        """List who has a second factor.

        List who has a second factor and who lacks one, by e-mail address. Who was deactivated is left out.
        """
        answer: models.PersonSecondFactorPage = self.call(
            "GET", "/api/v1/second-factors", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def show_their_second_factor(self, id: str, /) -> models.SecondFactorState:
        """Show an operator's second factor.

        Tell whether an operator has a second factor, and how many recovery codes are left.
        """
        answer: models.SecondFactorState = self.call("GET", f"/api/v1/operators/{quoted(id)}/second-factor")
        return answer

    def take_second_factor_away(self, id: str, /) -> None:
        """Take an operator's second factor away.

        Take somebody's second factor away, who lost phone and recovery codes. It stands in the log.
        """
        self.call("DELETE", f"/api/v1/operators/{quoted(id)}/second-factor")

    def show_operator_sign_ins(self, id: str, /) -> models.SignIns:
        """List an operator's sign-ins.

        List the sign-ins of an operator that are still good, newest first.
        """
        answer: models.SignIns = self.call("GET", f"/api/v1/operators/{quoted(id)}/sessions")
        return answer

    def end_operator_sign_ins(self, id: str, /) -> None:
        """End an operator's sign-ins.

        End all sign-ins of an operator, who may sign in again; every process refuses them within a second.
        """
        self.call("DELETE", f"/api/v1/operators/{quoted(id)}/sessions")

    def end_operator_sign_in(self, id: str, sign_in_id: str, /) -> None:
        """End one sign-in of an operator.

        End one sign-in of an operator: of a phone that was lost, say.
        """
        self.call("DELETE", f"/api/v1/operators/{quoted(id)}/sessions/{quoted(sign_in_id)}")

    def show_mail_server(self) -> models.MailServerState:
        """Show the mail server.

        Show the mail server, and what came of the last mails.
        """
        answer: models.MailServerState = self.call("GET", "/api/v1/mail-server")
        return answer

    def set_mail_server(self, body: models.MailServerFields, /) -> models.MailServer:
        """Set the mail server.

        Set the mail server. Its password is sealed and never shown; see with the test whether mails arrive.
        """
        answer: models.MailServer = self.call("PUT", "/api/v1/mail-server", body=body)
        return answer

    def remove_mail_server(self) -> None:
        """Forget the mail server.

        Forget the mail server: no mails go out any more, also those that wait.
        """
        self.call("DELETE", "/api/v1/mail-server")

    def send_test_mail(self) -> None:
        """Send a mail to oneself.

        Have a mail sent to oneself; what came of it is shown with the server within half a minute.
        """
        self.call("POST", "/api/v1/mail-server/test")

    def show_sign_in_buttons(self, *, workspace_id: str | None = None) -> models.SignInButtons:
        """List how one may sign in.

        List the providers by which one may sign in to a workspace.
        """
        answer: models.SignInButtons = self.call("GET", "/api/v1/auth/openid", query={"workspace_id": workspace_id})
        return answer

    def start_openid(self, body: models.OpenIdStart, /) -> models.OpenIdStarted:
        """Begin to sign in by a provider.

        Begin to sign in by a provider: within ten minutes, in the same browser, once.
        """
        answer: models.OpenIdStarted = self.call("POST", "/api/v1/auth/openid/start", body=body)
        return answer

    def finish_openid(self, body: models.OpenIdFinish, /) -> models.SignedIn:
        """Sign in by a provider.

        Sign in by what the provider sent back. A second factor is the provider's business here.
        """
        answer: models.SignedIn = self.call("POST", "/api/v1/auth/openid/finish", body=body)
        return answer

    def show_openid_providers(self) -> models.Providers:
        """List providers of sign-ins.

        List the workspace's providers.
        """
        answer: models.Providers = self.call("GET", "/api/v1/openid-providers")
        return answer

    def make_openid_provider(
        self, body: models.ProviderRequest, /, *, idempotency_key: str | None = None
    ) -> models.Provider:
        """Trust a provider of sign-ins.

        Trust a provider. Its secret is sealed and never shown; its configuration is read now, so that faults show.
        """
        answer: models.Provider = self.call(
            "POST", "/api/v1/openid-providers", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def remove_openid_provider(self, id: str, /) -> None:
        """Trust a provider no longer.

        Trust a provider no longer; whoever signed in by it is signed out within a second.
        """
        self.call("DELETE", f"/api/v1/openid-providers/{quoted(id)}")

    def show_workspace(self) -> models.Workspace:
        """Show the workspace.

        Show the caller's workspace.
        """
        answer: models.Workspace = self.call("GET", "/api/v1/workspace")
        return answer

    def change_workspace(self, body: models.WorkspaceFieldsPatch, /) -> models.Workspace:
        """Change the workspace.

        Merge a patch into name and settings.
        """
        answer: models.Workspace = self.call("PATCH", "/api/v1/workspace", body=body)
        return answer

    def show_missing_translations(self) -> models.MissingTranslationPage:
        """List texts that lack a translation.

        List automatic texts of queues, and prepared replies in use, that lack one of the workspace's `languages`.
        """
        answer: models.MissingTranslationPage = self.call("GET", "/api/v1/workspace/missing-translations")
        return answer

    def show_api_keys(self, *, limit: int | None = None, cursor: str | None = None) -> models.ApiKeyPage:
        """List API keys.

        List API keys, oldest first, without their tokens.
        """
        answer: models.ApiKeyPage = self.call("GET", "/api/v1/api-keys", query={"limit": limit, "cursor": cursor})
        return answer

    def make_api_key(self, body: models.ApiKeyRequest, /, *, idempotency_key: str | None = None) -> models.NewApiKey:
        """Make an API key.

        Make a key. Its token is shown this once. A key makes further keys only if it may `administer`.
        """
        answer: models.NewApiKey = self.call(
            "POST", "/api/v1/api-keys", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def remove_api_key(self, id: str, /) -> None:
        """Delete an API key.

        Delete a key; it is refused everywhere within a second.
        """
        self.call("DELETE", f"/api/v1/api-keys/{quoted(id)}")

    def show_audit(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        action: str | None = None,
        by: str | None = None,
        object_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.AuditPage:
        """List what was done.

        List what was done, the newest first: every act of administrators, and who read customers' data in bulk or raw.

        Who did it (`by`), to which object, and where there is one the reason. It goes back three years.
        """
        answer: models.AuditPage = self.call(
            "GET",
            "/api/v1/audit",
            query={
                "limit": limit,
                "cursor": cursor,
                "action": action,
                "by": by,
                "object_id": object_id,
                "since": since,
                "until": until,
            },
        )
        return answer

    def export_audit(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        action: str | None = None,
        by: str | None = None,
        object_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        format: models.ExportFormat | None = None,
    ) -> bytes | bytes:
        """Export the audit log.

        Download all entries, the oldest first, as CSV or as one JSON object a line.
        """
        answer: bytes | bytes = self.call(
            "GET",
            "/api/v1/audit/export",
            query={
                "limit": limit,
                "cursor": cursor,
                "action": action,
                "by": by,
                "object_id": object_id,
                "since": since,
                "until": until,
                "format": format,
            },
        )
        return answer

    def show_configuration(self) -> models.Configuration:
        """Export the configuration.

        Export what administrators set up, with names in the place of ids: no people, no secrets, no credentials.
        """
        answer: models.Configuration = self.call("GET", "/api/v1/workspace/configuration")
        return answer

    def take_configuration(self, body: models.Configuration, /, *, dry_run: bool | None = None) -> models.Outcome:
        """Import a configuration, or see what that would change.

        Import a configuration: all of it, or where anything is wrong nothing. With `dry_run=true` only tell the
        changes.

        What the workspace has beyond it stays. Importing it again changes nothing.
        """
        answer: models.Outcome = self.call(
            "POST", "/api/v1/workspace/configuration", body=body, query={"dry_run": dry_run}
        )
        return answer

    def show_quotas(self) -> models.QuotaUse:
        """Show what the workspace may use.

        Show what the workspace may use. Whoever runs the installation sets it.
        """
        answer: models.QuotaUse = self.call("GET", "/api/v1/workspace/quotas")
        return answer

    def show_operators(self, *, limit: int | None = None, cursor: str | None = None) -> models.OperatorPage:
        """List operators.

        List operators by e-mail address, also those who were deactivated.
        """
        answer: models.OperatorPage = self.call("GET", "/api/v1/operators", query={"limit": limit, "cursor": cursor})
        return answer

    def make_operator(self, body: models.NewOperator, /, *, idempotency_key: str | None = None) -> models.Operator:
        """Add an operator.

        Add an operator. Nobody gives a role above their own.
        """
        answer: models.Operator = self.call(
            "POST", "/api/v1/operators", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_operator(self, id: str, /) -> models.Operator:
        """Show an operator.

        Show one operator.
        """
        answer: models.Operator = self.call("GET", f"/api/v1/operators/{quoted(id)}")
        return answer

    def change_operator(self, id: str, body: models.OperatorFieldsPatch, /) -> models.Operator:
        """Change an operator.

        Merge a patch. Who is deactivated is out at once, with the API keys that they made; the last owner stays one.

        Supervisors change `capacity` and `skills` only, of the operators in the groups that they supervise; managers
        those of everybody up to their own role.
        """
        answer: models.Operator = self.call("PATCH", f"/api/v1/operators/{quoted(id)}", body=body)
        return answer

    def remove_operator(self, id: str, /, *, move_to: str | None = None) -> None:
        """Remove an operator.

        Deactivate an operator; while they have conversations only with `move_to`.

        Their sign-ins, links and open sockets end at once, and so do the API keys that they made.

        `move_to` is a queue, where the conversations get their old places, or another operator with room for them.
        """
        self.call("DELETE", f"/api/v1/operators/{quoted(id)}", query={"move_to": move_to})

    def set_status(self, id: str, body: models.StatusRequest, /) -> models.Operator:
        """Set a status.

        Set a status, with `me` for oneself. Supervisors also set those of the groups that they supervise.

        Managers set everybody's up to their own role, administrators and owners everybody's.

        `next` takes effect when the conversations in hand are closed. Until then nothing is distributed.
        """
        answer: models.Operator = self.call("PUT", f"/api/v1/operators/{quoted(id)}/status", body=body)
        return answer

    def show_status_history(
        self, id: str, /, *, limit: int | None = None, cursor: str | None = None
    ) -> models.StatusChangePage:
        """List an operator's statuses.

        List the changes of an operator's status, newest first.
        """
        answer: models.StatusChangePage = self.call(
            "GET", f"/api/v1/operators/{quoted(id)}/status-history", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def make_password_link(self, id: str, /, *, idempotency_key: str | None = None) -> models.PasswordLink:
        """Make a password link.

        Make a link for somebody who forgot the password, to be handed over: where no mail server is set.

        Their password and sign-ins stay until it is used. A second factor is still asked for. It stands in the log.
        """
        answer: models.PasswordLink = self.call(
            "POST", f"/api/v1/operators/{quoted(id)}/password-link", creates=True, idempotency_key=idempotency_key
        )
        return answer

    def invite_operator(
        self, body: models.InvitationRequest, /, *, idempotency_key: str | None = None
    ) -> models.Invitation:
        """Invite an operator.

        Add an operator who sets a password by a link; again for one who has not done it yet: a new link.

        Where the workspace has a mail server, the person gets one by mail, too.
        """
        answer: models.Invitation = self.call(
            "POST", "/api/v1/invitations", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_groups(self, *, limit: int | None = None, cursor: str | None = None) -> models.GroupPage:
        """List groups of operators.

        Oldest first.
        """
        answer: models.GroupPage = self.call("GET", "/api/v1/groups", query={"limit": limit, "cursor": cursor})
        return answer

    def make_group(self, body: models.GroupFields, /, *, idempotency_key: str | None = None) -> models.Group:
        """Make a group.

        Operators name their groups in `group_ids`; supervisors of a group see what its members have.
        """
        answer: models.Group = self.call(
            "POST", "/api/v1/groups", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_group(self, id: str, /) -> models.Group:
        """Show a group.

        Show one.
        """
        answer: models.Group = self.call("GET", f"/api/v1/groups/{quoted(id)}")
        return answer

    def change_group(self, id: str, body: models.GroupFieldsPatch, /) -> models.Group:
        """Change a group.

        Merge a patch.
        """
        answer: models.Group = self.call("PATCH", f"/api/v1/groups/{quoted(id)}", body=body)
        return answer

    def delete_group(self, id: str, /) -> None:
        """Delete a group.

        Refused while something uses it.
        """
        self.call("DELETE", f"/api/v1/groups/{quoted(id)}")

    def show_custom_statuses(self, *, limit: int | None = None, cursor: str | None = None) -> models.CustomStatusPage:
        """List the workspace's own statuses.

        Oldest first.
        """
        answer: models.CustomStatusPage = self.call("GET", "/api/v1/statuses", query={"limit": limit, "cursor": cursor})
        return answer

    def make_custom_status(
        self, body: models.StatusFields, /, *, idempotency_key: str | None = None
    ) -> models.CustomStatus:
        """Make a status.

        Operators set it by its id. It counts as unavailable.
        """
        answer: models.CustomStatus = self.call(
            "POST", "/api/v1/statuses", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_custom_status(self, id: str, /) -> models.CustomStatus:
        """Show a status.

        Show one.
        """
        answer: models.CustomStatus = self.call("GET", f"/api/v1/statuses/{quoted(id)}")
        return answer

    def change_custom_status(self, id: str, body: models.StatusFieldsPatch, /) -> models.CustomStatus:
        """Change a status.

        Merge a patch.
        """
        answer: models.CustomStatus = self.call("PATCH", f"/api/v1/statuses/{quoted(id)}", body=body)
        return answer

    def delete_custom_status(self, id: str, /) -> None:
        """Delete a status.

        Refused while something uses it.
        """
        self.call("DELETE", f"/api/v1/statuses/{quoted(id)}")

    def show_all_business_hours(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> models.BusinessHoursPage:
        """List business hours.

        Oldest first.
        """
        answer: models.BusinessHoursPage = self.call(
            "GET", "/api/v1/business-hours", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def make_business_hours(
        self, body: models.BusinessHoursFields, /, *, idempotency_key: str | None = None
    ) -> models.BusinessHours:
        """Make a set of business hours.

        Queues name them in `business_hours_id`. A night is two spans: until 24:00, and from 00:00 the next day.
        """
        answer: models.BusinessHours = self.call(
            "POST", "/api/v1/business-hours", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_business_hours(self, id: str, /) -> models.BusinessHours:
        """Show a set of business hours.

        Show one.
        """
        answer: models.BusinessHours = self.call("GET", f"/api/v1/business-hours/{quoted(id)}")
        return answer

    def change_business_hours(self, id: str, body: models.BusinessHoursFieldsPatch, /) -> models.BusinessHours:
        """Change a set of business hours.

        Merge a patch.
        """
        answer: models.BusinessHours = self.call("PATCH", f"/api/v1/business-hours/{quoted(id)}", body=body)
        return answer

    def delete_business_hours(self, id: str, /) -> None:
        """Delete a set of business hours.

        Refused while something uses it.
        """
        self.call("DELETE", f"/api/v1/business-hours/{quoted(id)}")

    def show_reply_collections(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> models.ReplyCollectionPage:
        """List collections of prepared replies.

        Oldest first.
        """
        answer: models.ReplyCollectionPage = self.call(
            "GET", "/api/v1/reply-collections", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def make_reply_collection(
        self, body: models.ReplyCollectionFields, /, *, idempotency_key: str | None = None
    ) -> models.ReplyCollection:
        """Make a collection of prepared replies.

        Operators of its groups are offered the active replies in it while it is active itself.
        """
        answer: models.ReplyCollection = self.call(
            "POST", "/api/v1/reply-collections", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_reply_collection(self, id: str, /) -> models.ReplyCollection:
        """Show a collection of prepared replies.

        Show one.
        """
        answer: models.ReplyCollection = self.call("GET", f"/api/v1/reply-collections/{quoted(id)}")
        return answer

    def change_reply_collection(self, id: str, body: models.ReplyCollectionFieldsPatch, /) -> models.ReplyCollection:
        """Change a collection of prepared replies.

        Merge a patch.
        """
        answer: models.ReplyCollection = self.call("PATCH", f"/api/v1/reply-collections/{quoted(id)}", body=body)
        return answer

    def delete_reply_collection(self, id: str, /) -> None:
        """Delete a collection of prepared replies.

        Refused while something uses it.
        """
        self.call("DELETE", f"/api/v1/reply-collections/{quoted(id)}")

    def show_channels(self, *, limit: int | None = None, cursor: str | None = None) -> models.ChannelPage:
        """List channels.

        List channels, oldest first.
        """
        answer: models.ChannelPage = self.call("GET", "/api/v1/channels", query={"limit": limit, "cursor": cursor})
        return answer

    def connect_channel(
        self,
        body: models.WhatsAppChannelFields | models.TelegramChannelFields | models.WebchatChannelFields,
        /,
        *,
        idempotency_key: str | None = None,
    ) -> models.Channel:
        """Connect a channel.

        Connect an account. It belongs to one channel only, of all workspaces: the first that its provider confirms.

        A check of the channel that succeeds is that confirmation.
        """
        answer: models.Channel = self.call(
            "POST", "/api/v1/channels", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_channel(self, id: str, /) -> models.Channel:
        """Show a channel.

        Show one channel, without its credentials.
        """
        answer: models.Channel = self.call("GET", f"/api/v1/channels/{quoted(id)}")
        return answer

    def change_channel(
        self,
        id: str,
        body: models.WhatsAppChannelFieldsPatch | models.TelegramChannelFieldsPatch | models.WebchatChannelFieldsPatch,
        /,
    ) -> models.Channel:
        """Change a channel.

        Merge a patch, also inside `credentials`; after a new `app_secret` the old one is good for 24 hours more.
        """
        answer: models.Channel = self.call("PATCH", f"/api/v1/channels/{quoted(id)}", body=body)
        return answer

    def disconnect_channel(self, id: str, /) -> None:
        """Disconnect a channel.

        Disconnect an account. Its webhook address goes on serving the workspace's other numbers of the same app.
        """
        self.call("DELETE", f"/api/v1/channels/{quoted(id)}")

    def check_channel(self, id: str, /) -> models.Channel:
        """Try a channel's credentials.

        Try the credentials out with the provider, without sending anything; the outcome is in `health`.
        """
        answer: models.Channel = self.call("POST", f"/api/v1/channels/{quoted(id)}/check")
        return answer

    def show_connecting(self, id: str, /) -> models.Connecting:
        """Show how far a channel's connecting is.

        Show how far the connecting of a channel is, as the last check found it.

        Each step has a `state`, a stable `code`, what was found and what to do; `act` says that the gateway can do it.
        """
        answer: models.Connecting = self.call("GET", f"/api/v1/channels/{quoted(id)}/connecting")
        return answer

    def check_connecting(self, id: str, /) -> models.Connecting:
        """Look at every step of connecting.

        Look at every step with the provider, which changes nothing there; the channel's `health` is noted too.
        """
        answer: models.Connecting = self.call("POST", f"/api/v1/channels/{quoted(id)}/connecting/check")
        return answer

    def do_step(self, id: str, body: models.StepRequest, /) -> models.Connecting:
        """Do a step of connecting.

        Do a step that has an `act`. What the provider refuses is the step's outcome, not a problem.

        A step with `act.once` (registering a number) is noted before it is done. If its answer is lost it is
        `in_doubt`, and refused until a check has found out whether it happened.
        """
        answer: models.Connecting = self.call("POST", f"/api/v1/channels/{quoted(id)}/connecting/steps", body=body)
        return answer

    def begin_signup(self, body: models.SignupRequest, /) -> models.Signup:
        """Begin to connect a number in Meta's dialog.

        Begin to connect a WhatsApp number in Meta's dialog.

        Open `page_url` in a window of its own, with `noopener`: only that page has Meta's script, and none of your
        tokens. Then ask for the signup until it is `done`, and go on with the channel's connecting.
        """
        answer: models.Signup = self.call("POST", "/api/v1/signups", body=body)
        return answer

    def show_signup(self, id: str, /) -> models.Signup:
        """Show what became of a signup.

        Show what became of a signup.
        """
        answer: models.Signup = self.call("GET", f"/api/v1/signups/{quoted(id)}")
        return answer

    def finish_signup(self, body: models.SignupFinish, /) -> models.SignupFinished:
        """Finish a signup.

        Take what Meta's dialog gave to the page, once: the number becomes a channel, or its channel gets the new token.

        The page's ticket is what lets in.
        """
        answer: models.SignupFinished = self.call("POST", "/api/v1/signups/finish", body=body)
        return answer

    def show_what_would_go(self, id: str, body: models.Retention, /) -> models.RetentionPreview:
        """Show what a retention would delete.

        Show what a retention would delete now, without storing it: send what you mean to set with `PATCH`.

        At most 1,000 conversations are counted; `more` says that there are others.
        """
        answer: models.RetentionPreview = self.call(
            "POST", f"/api/v1/channels/{quoted(id)}/retention/preview", body=body
        )
        return answer

    def show_integration_page(self) -> models.IntegrationPage:
        """Show the integration page.

        Show the integration page, without its secrets. Its `url` is null where none is set.
        """
        answer: models.IntegrationPage = self.call("GET", "/api/v1/workspace/integration-page")
        return answer

    def set_integration_page(self, body: models.IntegrationFields, /) -> models.IntegrationPage:
        """Set the integration page.

        Set the page that is shown beside conversations. It opens once it has a secret; an earlier one stays.
        """
        answer: models.IntegrationPage = self.call("PUT", "/api/v1/workspace/integration-page", body=body)
        return answer

    def remove_integration_page(self) -> None:
        """Take the integration page away.

        Take the page away, with its secrets.
        """
        self.call("DELETE", "/api/v1/workspace/integration-page")

    def make_integration_secret(
        self, body: models.SecretRequest, /, *, idempotency_key: str | None = None
    ) -> models.NewSecret:
        """Make a secret for the integration page.

        Make a secret, shown this once. The first one signs at once; a later one when `signs_after_seconds` have passed.

        Until then the old one signs, so that the other system can be told of the new one. With 0 the old one is good
        for nothing from now on.
        """
        answer: models.NewSecret = self.call(
            "POST",
            "/api/v1/workspace/integration-page/secret",
            body=body,
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def open_integration_page(self, id: str, /) -> models.OpenedPage:
        """Open the integration page.

        Return the address of the integration page for a conversation, signed for a few minutes.

        Its `token` is a JWT (HS256) with the values that the page is set to get. Ask again each time it is opened.
        """
        answer: models.OpenedPage = self.call("GET", f"/api/v1/conversations/{quoted(id)}/integration-page")
        return answer

    def show_campaigns(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        q: str | None = None,
        state: models.CampaignState | None = None,
        channel_id: str | None = None,
    ) -> models.CampaignPage:
        """List campaigns.

        List campaigns, the newest first: all, those with a word in their or their template's name, by state, channel.
        """
        answer: models.CampaignPage = self.call(
            "GET",
            "/api/v1/campaigns",
            query={"limit": limit, "cursor": cursor, "q": q, "state": state, "channel_id": channel_id},
        )
        return answer

    def make_campaign(self, body: models.CampaignFields, /, *, idempotency_key: str | None = None) -> models.Campaign:
        """Make a campaign.

        Make a draft; give it an audience next.
        """
        answer: models.Campaign = self.call(
            "POST", "/api/v1/campaigns", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_campaign(self, id: str, /) -> models.Campaign:
        """Show a campaign.

        Show a campaign with its counts as they are now.
        """
        answer: models.Campaign = self.call("GET", f"/api/v1/campaigns/{quoted(id)}")
        return answer

    def change_campaign(self, id: str, body: models.CampaignFieldsPatch, /) -> models.Campaign:
        """Change a campaign.

        Merge a patch, as long as the campaign was not started.
        """
        answer: models.Campaign = self.call("PATCH", f"/api/v1/campaigns/{quoted(id)}", body=body)
        return answer

    def delete_campaign(self, id: str, /) -> None:
        """Delete a campaign.

        Delete a campaign that was never started, with its list.
        """
        self.call("DELETE", f"/api/v1/campaigns/{quoted(id)}")

    def copy_campaign(
        self, id: str, body: models.CampaignCopy, /, *, idempotency_key: str | None = None
    ) -> models.Campaign:
        """Copy a campaign.

        Make a draft like another campaign, for another list. Its segment is taken along; its list, the consent of who
        is on it, and its time are not.
        """
        answer: models.Campaign = self.call(
            "POST", f"/api/v1/campaigns/{quoted(id)}/copy", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def start_campaign(self, id: str, /) -> models.Campaign:
        """Start a campaign.

        Start, or wait for `schedule_at` if that is in the future.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/start")
        return answer

    def pause_campaign(self, id: str, /) -> models.Campaign:
        """Pause a campaign.

        Send no more until it is resumed. What is on its way to WhatsApp at this moment still goes.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/pause")
        return answer

    def resume_campaign(self, id: str, /) -> models.Campaign:
        """Resume a campaign.

        Go on after a pause or a stop; what failed for the reason that stopped the campaign is sent again.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/resume")
        return answer

    def cancel_campaign(self, id: str, /) -> models.Campaign:
        """Cancel a campaign.

        End the campaign for good.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/cancel")
        return answer

    def retry_campaign(self, id: str, /) -> models.Campaign:
        """Retry what failed.

        Send again to those whose message failed, where a retry may help.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/retry")
        return answer

    def test_campaign(self, id: str, body: models.TestTo, /) -> dict[str, str]:
        """Send a test to oneself.

        Send what the first recipient would get to a number of yours. It is counted nowhere.
        """
        answer: dict[str, str] = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/test", body=body)
        return answer

    def forecast_campaign(self, id: str, body: models.ForecastAsked, /) -> models.Forecast:
        """Say who gets it; guess time and cost.

        Say who would get it and why the others would not; guess how long it takes, and what it costs: by the rate card
        (`by_card`), and by prices in the request.
        """
        answer: models.Forecast = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/forecast", body=body)
        return answer

    def show_recipients(
        self, id: str, /, *, limit: int | None = None, cursor: str | None = None
    ) -> models.RecipientPage:
        """List recipients.

        List recipients by number, with what became of each.
        """
        answer: models.RecipientPage = self.call(
            "GET", f"/api/v1/campaigns/{quoted(id)}/recipients", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def upload_audience(self, id: str, file: File, /) -> models.Campaign:
        """Upload the recipients.

        Give the campaign its recipients, in place of an earlier list.

        The body is a CSV file (`Content-Type: text/csv`, UTF-8) whose first line names the columns; one of them is
        called `phone` (or `to`, `number`, `mobile`, …), otherwise the first one is the phone. The other columns are the
        variables. Every row is checked; a number counts once, in whichever spelling. Or the body is JSON, as that of
        `audience/contacts`.

        The answer comes when all is checked and frozen; `audience` in it says how many rows were taken.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/audience", body=file)
        return answer

    def choose_contacts(self, id: str, body: models.ContactAudience, /) -> models.Campaign:
        """Choose recipients from the contacts.

        Give the campaign its recipients from the contacts, in place of an earlier list: `{"tag": "vip"}`, those who
        have the tag now, or `{"segment_id": "…"}`, those who are in a segment when the campaign starts.

        The columns are `name` and `language`; of a segment also the workspace's own fields, by their keys.
        """
        answer: models.Campaign = self.call("POST", f"/api/v1/campaigns/{quoted(id)}/audience/contacts", body=body)
        return answer

    def download_errors(self, id: str, /) -> bytes:
        """Download the list's errors.

        Download the rows of the list that are no recipients, as CSV: row, value, reason.
        """
        answer: bytes = self.call("GET", f"/api/v1/campaigns/{quoted(id)}/audience/errors")
        return answer

    def download_report(self, id: str, /, *, answer_days: int | None = None) -> bytes:
        """Download the report.

        Download what became of each recipient, as CSV with a line for each: state, variant, answer, cost.
        """
        answer: bytes = self.call("GET", f"/api/v1/campaigns/{quoted(id)}/report", query={"answer_days": answer_days})
        return answer

    def show_results(
        self, id: str, /, *, answer_days: int | None = None, format: models.ResultFormat | None = None
    ) -> models.CampaignResults | bytes:
        """Show what a campaign achieved.

        Show what a campaign achieved: what became of its messages, answers, pressed buttons, opt-outs, costs; for each
        variant.

        Of a campaign with more than 5,000 recipients the workers count what came back when somebody asks: meanwhile
        `is_counting` is true, and the answer has the count before. With `format=csv` as CSV.
        """
        answer: models.CampaignResults | bytes = self.call(
            "GET", f"/api/v1/campaigns/{quoted(id)}/results", query={"answer_days": answer_days, "format": format}
        )
        return answer

    def show_contacts(
        self, *, q: str | None = None, tag: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> models.ContactPage:
        """List contacts.

        List the contacts of conversations that the caller sees, the newest first.

        `q` is the beginning of a word in the name, or a number in any spelling: +49 1512 3456789, 0049…, 01512-3456789.
        Who does not see all conversations may get pages with fewer contacts than `limit` that go on all the same.
        """
        answer: models.ContactPage = self.call(
            "GET", "/api/v1/contacts", query={"q": q, "tag": tag, "limit": limit, "cursor": cursor}
        )
        return answer

    def add_contact(self, body: models.NewContact, /, *, idempotency_key: str | None = None) -> models.Contact:
        """Add a contact.

        Add a customer who has not written yet, by hand or from another system.

        `identities` are their numbers on WhatsApp: what they write comes to this contact, and each is in one contact.
        Where another one has it the answer is `duplicate` with its `contact_id`: change that one. Accounts with other
        messengers become known when the customer writes. `phones` and `emails` are notes, as in a change; several may
        have the same.
        """
        answer: models.Contact = self.call(
            "POST", "/api/v1/contacts", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_contact(self, id: str, /) -> models.Contact:
        """Show a contact.

        Show one contact. Where several are one person, the id of each leads to the one that is shown.
        """
        answer: models.Contact = self.call("GET", f"/api/v1/contacts/{quoted(id)}")
        return answer

    def change_contact(self, id: str, body: models.ContactPatchPatch, /) -> models.Contact:
        """Change a contact.

        Change what is given. `accepts_marketing: false` is an opt-out that outlives the contact.

        An opt-out is undone by the customer, who writes START or the like, or by an administrator with a `reason`,
        which stands in the log.

        `blocked: true` closes the customer's open conversations without a word; what they write then is kept, opens
        nothing, and nobody is told. Where the channel can, the provider takes no more of it. While a colleague has a
        conversation of the customer only supervisors and above may do it.
        """
        answer: models.Contact = self.call("PATCH", f"/api/v1/contacts/{quoted(id)}", body=body)
        return answer

    def erase_contact(self, id: str, /) -> models.Erasure:
        """Erase a contact.

        Erase a customer: what is known of them is taken away wherever it is kept. This can't be undone.

        Open conversations close without a word, and from then on nobody finds the customer. The rest follows within
        about a minute; then the erasure is `done`, and is the certificate. What the customer writes meanwhile or
        afterwards is a new contact. An opt-out stays, as a keyed hash.
        """
        answer: models.Erasure = self.call("DELETE", f"/api/v1/contacts/{quoted(id)}")
        return answer

    def merge_contacts(self, id: str, body: models.MergeRequest, /) -> models.Contact:
        """Merge contacts.

        Merge another contact, and all that were merged into it, into this one: they are one customer from now on.

        Nothing is moved and nothing is lost: each keeps its accounts, its conversations and what it said of marketing;
        the card, the timeline, lists and searches show them as one, under this contact's id, and the id of each leads
        here. An opt-out of one of them is the customer's. Contacts of which only one is blocked are not merged
        (`conflict`).
        """
        answer: models.Contact = self.call("POST", f"/api/v1/contacts/{quoted(id)}/merge", body=body)
        return answer

    def unmerge_contact(self, id: str, /) -> models.Contact:
        """Take merged contacts apart.

        Make a merged contact a customer of its own again, as it was; answered is that contact.

        The id of the contact into which others were merged takes all of them apart.
        """
        answer: models.Contact = self.call("POST", f"/api/v1/contacts/{quoted(id)}/unmerge")
        return answer

    def show_past(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> models.ConversationPage:
        """List a contact's conversations.

        List a contact's conversations that the caller sees, open and closed, newest first; opened in a span of time.

        Who has the customer now also sees those that colleagues had.
        """
        answer: models.ConversationPage = self.call(
            "GET",
            f"/api/v1/contacts/{quoted(id)}/conversations",
            query={"limit": limit, "cursor": cursor, "from": from_, "to": to},
        )
        return answer

    def show_timeline(
        self,
        id: str,
        /,
        *,
        before: str | None = None,
        after: str | None = None,
        before_seq: int | None = None,
        from_: str | None = None,
        limit: int | None = None,
    ) -> models.Timeline:
        """Show a contact's timeline.

        Show a contact's messages of all conversations and channels in one thread, oldest first.

        Without bounds the newest `limit`; `before` and `after` of an answer lead on. `before_seq` begins above a
        message, `from` at a time. Whoever has the contact now also sees what colleagues wrote.
        """
        answer: models.Timeline = self.call(
            "GET",
            f"/api/v1/contacts/{quoted(id)}/timeline",
            query={"before": before, "after": after, "before_seq": before_seq, "from": from_, "limit": limit},
        )
        return answer

    def show_erasures(self, *, limit: int | None = None, cursor: str | None = None) -> models.ErasurePage:
        """List erasures.

        List erasures, the newest first. They are kept for three years after they were done.
        """
        answer: models.ErasurePage = self.call("GET", "/api/v1/erasures", query={"limit": limit, "cursor": cursor})
        return answer

    def show_erasure(self, id: str, /) -> models.Erasure:
        """Show an erasure.

        Show one: how far it is, or that it is done and how much was taken away.
        """
        answer: models.Erasure = self.call("GET", f"/api/v1/erasures/{quoted(id)}")
        return answer

    def erase_workspace(self, body: models.WorkspaceErasureRequest, /) -> models.BegunWorkspaceErasure:
        """Erase the workspace.

        Erase the workspace: everything in it, for good, whoever it is about. This can't be undone.

        From this moment nobody gets in, programs and bots neither, and what customers write is refused. The rest
        follows within minutes. Keep `certificate`: it is all that leads to the certificate afterwards, and is shown
        this once.
        """
        answer: models.BegunWorkspaceErasure = self.call("POST", "/api/v1/workspace/erasure", body=body)
        return answer

    def show_workspace_erasure(self, *, certificate: str) -> models.WorkspaceErasure:
        """Show a workspace's certificate.

        Show the erasure of a workspace to who has its `certificate`: how far it is, or that it is done.

        It is kept for three years after it was done, without a name.
        """
        answer: models.WorkspaceErasure = self.call(
            "GET", "/api/v1/workspace-erasure", query={"certificate": certificate}
        )
        return answer

    def export_contact(self, id: str, /, *, idempotency_key: str | None = None) -> models.Export:
        """Export a contact.

        Export what is known of a customer: the card, conversations, messages, notes, rows of campaigns, and files.

        Workers make it; `GET /exports/{id}` says when it is ready. Asked again meanwhile, the same export is answered.
        """
        answer: models.Export = self.call(
            "POST", f"/api/v1/contacts/{quoted(id)}/export", creates=True, idempotency_key=idempotency_key
        )
        return answer

    def export_workspace(self, *, idempotency_key: str | None = None) -> models.Export:
        """Export the workspace.

        Export all that the workspace has, but for secrets: one or several archives of some 256 MB.

        Workers make it; `GET /exports/{id}` says when it is ready. Asked again meanwhile, the same export is answered.
        """
        answer: models.Export = self.call(
            "POST", "/api/v1/workspace/export", creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_exports(self, *, limit: int | None = None, cursor: str | None = None) -> models.ExportPage:
        """List exports.

        List exports, the newest first. They are gone a week after they were ready.
        """
        answer: models.ExportPage = self.call("GET", "/api/v1/exports", query={"limit": limit, "cursor": cursor})
        return answer

    def show_export(self, id: str, /) -> models.Export:
        """Show an export.

        Show one: how far it is, and what it has.
        """
        answer: models.Export = self.call("GET", f"/api/v1/exports/{quoted(id)}")
        return answer

    def delete_export(self, id: str, /) -> None:
        """Delete an export.

        Delete an export with its archives.
        """
        self.call("DELETE", f"/api/v1/exports/{quoted(id)}")

    def show_export_files(self, id: str, /) -> models.ExportFiles:
        """List an export's archives.

        List the archives of an export that is ready, each with a link that is good for an hour. It stands in the log.
        """
        answer: models.ExportFiles = self.call("GET", f"/api/v1/exports/{quoted(id)}/files")
        return answer

    def show_contact_fields(self, *, limit: int | None = None, cursor: str | None = None) -> models.ContactFieldPage:
        """List fields of the contact card.

        List the fields of the contact card, oldest first; `order` says where each stands.
        """
        answer: models.ContactFieldPage = self.call(
            "GET", "/api/v1/contact-fields", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def make_contact_field(
        self, body: models.ContactFieldFields, /, *, idempotency_key: str | None = None
    ) -> models.ContactField:
        """Make a field of the contact card.

        Make a field; contacts have its values in `fields`, by its key.
        """
        answer: models.ContactField = self.call(
            "POST", "/api/v1/contact-fields", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_contact_field(self, id: str, /) -> models.ContactField:
        """Show a field of the contact card.

        Show one field.
        """
        answer: models.ContactField = self.call("GET", f"/api/v1/contact-fields/{quoted(id)}")
        return answer

    def change_contact_field(self, id: str, body: models.ContactFieldFieldsPatch, /) -> models.ContactField:
        """Change a field of the contact card.

        Rename a field, change its key, its options or its place. Its type stays.
        """
        answer: models.ContactField = self.call("PATCH", f"/api/v1/contact-fields/{quoted(id)}", body=body)
        return answer

    def delete_contact_field(self, id: str, /) -> None:
        """Delete a field of the contact card.

        Delete a field. Its values are not shown any more, and leave each contact with its next change.
        """
        self.call("DELETE", f"/api/v1/contact-fields/{quoted(id)}")

    def opt_out(self, body: models.OptOutRequest, /) -> models.OptOutResult:
        """Opt numbers out.

        Put numbers on the list, in every spelling. They are kept as keyed hashes only, and can't be listed.
        """
        answer: models.OptOutResult = self.call("POST", "/api/v1/opt-outs", body=body)
        return answer

    def take_off(self, body: models.TakeOffRequest, /) -> models.OptOutResult:
        """Take numbers off the opt-out list.

        Take numbers off the list; the reason stands in the log.

        Contacts who opted out themselves stay so: see their `accepts_marketing`.
        """
        answer: models.OptOutResult = self.call("POST", "/api/v1/opt-outs/remove", body=body)
        return answer

    def show_counts(
        self,
        *,
        queue_id: str | None = None,
        channel_id: str | None = None,
        contact_id: str | None = None,
        operator_id: str | None = None,
        tag: str | None = None,
        topic_id: str | None = None,
        window: models.WindowState | None = None,
        snoozed: bool | None = None,
        target: models.TargetState | None = None,
        from_: str | None = None,
        to: str | None = None,
        closed: bool | None = None,
        saved: bool | None = None,
    ) -> models.ConversationCounts:
        """Count conversations by view.

        Count the conversations of several views at once, exactly up to `exact_to`.

        It takes the filters of `GET /conversations`, which narrow down `mine`, `unassigned`, `all` and `closed`. Each
        number is that of the conversations which the list with the same filter shows the same caller.
        """
        answer: models.ConversationCounts = self.call(
            "GET",
            "/api/v1/conversations/counts",
            query={
                "queue_id": queue_id,
                "channel_id": channel_id,
                "contact_id": contact_id,
                "operator_id": operator_id,
                "tag": tag,
                "topic_id": topic_id,
                "window": window,
                "snoozed": snoozed,
                "target": target,
                "from": from_,
                "to": to,
                "closed": closed,
                "saved": saved,
            },
        )
        return answer

    def show_conversations(
        self,
        *,
        queue_id: str | None = None,
        channel_id: str | None = None,
        contact_id: str | None = None,
        operator_id: str | None = None,
        tag: str | None = None,
        topic_id: str | None = None,
        window: models.WindowState | None = None,
        snoozed: bool | None = None,
        target: models.TargetState | None = None,
        from_: str | None = None,
        to: str | None = None,
        view: models.ListView | None = None,
        state: models.ConversationState | None = None,
        rating: models.RatingState | None = None,
        q: str | None = None,
        view_id: str | None = None,
        order: models.ListOrder | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.ConversationPage:
        """List conversations.

        List conversations that the caller sees; open ones unless `state` says otherwise.

        Closed ones also of colleagues, where the customer is the caller's now. With `q` a page may have fewer
        conversations than `limit` and go on all the same.
        """
        answer: models.ConversationPage = self.call(
            "GET",
            "/api/v1/conversations",
            query={
                "queue_id": queue_id,
                "channel_id": channel_id,
                "contact_id": contact_id,
                "operator_id": operator_id,
                "tag": tag,
                "topic_id": topic_id,
                "window": window,
                "snoozed": snoozed,
                "target": target,
                "from": from_,
                "to": to,
                "view": view,
                "state": state,
                "rating": rating,
                "q": q,
                "view_id": view_id,
                "order": order,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return answer

    def start_conversation(
        self, body: models.StartRequest, /, *, idempotency_key: str | None = None
    ) -> models.ConversationView:
        """Begin a conversation.

        Begin a conversation with a template; it is assigned to the operator who begins it.

        `to` is a phone number with `+` and country code, or a contact's id. Where the customer has a conversation open
        already: `conversation_open`, with its `conversation_id`.
        """
        answer: models.ConversationView = self.call(
            "POST", "/api/v1/conversations", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_conversation(self, id: str, /) -> models.ConversationView:
        """Show a conversation.

        Show one conversation.
        """
        answer: models.ConversationView = self.call("GET", f"/api/v1/conversations/{quoted(id)}")
        return answer

    def close_conversation(self, id: str, body: models.CloseRequest, /) -> models.ConversationView:
        """Close a conversation.

        Close a conversation; `stale_state` if the customer wrote after `seen_seq`.
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/close", body=body)
        return answer

    def read_conversation(self, id: str, /) -> models.ConversationView:
        """Mark a conversation as read.

        Mark all messages as read, here and, where the channel can, at the customer's.
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/read")
        return answer

    def type_in_conversation(self, id: str, /) -> None:
        """Show typing.

        Show the customer that somebody is typing, where the channel can.
        """
        self.call("POST", f"/api/v1/conversations/{quoted(id)}/typing")

    def control_conversation(self, id: str, body: models.ControlRequest, /) -> models.ConversationView:
        """Take, pass or release a chat.

        Say who answers in a chat that several agents share: the messenger's own, a partner's, or people here.

        While another agent answers (`control.ours` false) its messages are shown and nothing is sent. The messenger is
        asked at once; what it refuses changes nothing (`not_in_control` where it lets only others take a chat).
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/control", body=body)
        return answer

    def write_note(self, id: str, body: models.NoteRequest, /) -> models.Note:
        """Write a note.

        Write the caller's note on a conversation that is assigned to them, or change it.

        Each operator has one note a conversation. It can be changed while the conversation is theirs; after a transfer
        it is read by whoever sees the conversation. At most 10 notes a conversation.
        """
        answer: models.Note = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/note", body=body)
        return answer

    def show_notes(self, id: str, /) -> models.NotePage:
        """List notes.

        List the notes on a conversation, oldest first.
        """
        answer: models.NotePage = self.call("GET", f"/api/v1/conversations/{quoted(id)}/notes")
        return answer

    def put_tags(self, id: str, body: models.TagsRequest, /) -> models.ConversationView:
        """Set a conversation's tags.

        Let a conversation have these tags and no others. A word that is no tag yet becomes one.
        """
        answer: models.ConversationView = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/tags", body=body)
        return answer

    def put_topics(self, id: str, body: models.TopicsRequest, /) -> models.ConversationView:
        """Set a conversation's topics.

        Let a conversation have these topics and no others. One that is out of use stays where it is.
        """
        answer: models.ConversationView = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/topics", body=body)
        return answer

    def show_tags(self, *, limit: int | None = None, cursor: str | None = None) -> models.TagPage:
        """List tags.

        List tags, oldest first.
        """
        answer: models.TagPage = self.call("GET", "/api/v1/tags", query={"limit": limit, "cursor": cursor})
        return answer

    def make_tag(self, body: models.TagFields, /, *, idempotency_key: str | None = None) -> models.Tag:
        """Make a tag.

        Make a tag. Tags also come into being by their first use on a conversation or contact.
        """
        answer: models.Tag = self.call("POST", "/api/v1/tags", body=body, creates=True, idempotency_key=idempotency_key)
        return answer

    def show_tag(self, id: str, /) -> models.Tag:
        """Show a tag.

        Show one tag.
        """
        answer: models.Tag = self.call("GET", f"/api/v1/tags/{quoted(id)}")
        return answer

    def change_tag(self, id: str, body: models.TagFieldsPatch, /) -> models.Tag:
        """Change a tag.

        Rename or colour a tag: everything that has it shows it so at once.
        """
        answer: models.Tag = self.call("PATCH", f"/api/v1/tags/{quoted(id)}", body=body)
        return answer

    def delete_tag(self, id: str, /, *, move_to: str | None = None) -> None:
        """Delete or merge a tag.

        Delete a tag that nothing has. With `move_to` it is merged: whatever has it has that one from then on.
        """
        self.call("DELETE", f"/api/v1/tags/{quoted(id)}", query={"move_to": move_to})

    def show_topics(self, *, limit: int | None = None, cursor: str | None = None) -> models.TopicPage:
        """List topics.

        List topics, oldest first; `parent_id` and `order` make a tree of them.
        """
        answer: models.TopicPage = self.call("GET", "/api/v1/topics", query={"limit": limit, "cursor": cursor})
        return answer

    def make_topic(self, body: models.TopicFields, /, *, idempotency_key: str | None = None) -> models.Topic:
        """Make a topic.

        Make a topic, at the top or below another one; the tree has at most five levels.
        """
        answer: models.Topic = self.call(
            "POST", "/api/v1/topics", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_topic(self, id: str, /) -> models.Topic:
        """Show a topic.

        Show one topic.
        """
        answer: models.Topic = self.call("GET", f"/api/v1/topics/{quoted(id)}")
        return answer

    def change_topic(self, id: str, body: models.TopicFieldsPatch, /) -> models.Topic:
        """Change a topic.

        Rename a topic, move it with all below it, order it, or take it out of use (`active`).
        """
        answer: models.Topic = self.call("PATCH", f"/api/v1/topics/{quoted(id)}", body=body)
        return answer

    def delete_topic(self, id: str, /, *, move_to: str | None = None) -> None:
        """Delete or merge a topic.

        Delete a topic that has no topics below it and that no conversation has.

        With `move_to` conversations that have it have that one from then on.
        """
        self.call("DELETE", f"/api/v1/topics/{quoted(id)}", query={"move_to": move_to})

    def find(
        self,
        *,
        q: str | None = None,
        kind: models.Found | None = None,
        channel_id: str | None = None,
        queue_id: str | None = None,
        operator_id: str | None = None,
        contact_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.SearchPage:
        """Search.

        Find messages, contacts or conversations that the caller sees, the newest first.

        `q`: words in any form (Russian and English stems), all of which a message has; for contacts the beginnings of
        the words of a name; or a number in any spelling. Conversations are found by their messages and by their
        contact. A page may have fewer items than `limit` and go on all the same. New messages are found a few seconds
        after they came.
        """
        answer: models.SearchPage = self.call(
            "GET",
            "/api/v1/search",
            query={
                "q": q,
                "kind": kind,
                "channel_id": channel_id,
                "queue_id": queue_id,
                "operator_id": operator_id,
                "contact_id": contact_id,
                "from": from_,
                "to": to,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return answer

    def show_views(
        self, *, limit: int | None = None, cursor: str | None = None, counts: bool | None = None
    ) -> models.ViewPage:
        """List saved views.

        List one's own views and the shared ones, oldest first; with `counts=true` how many conversations are in each.

        `GET /conversations?view_id=` lists what is in one. A view shows each caller what they may see.
        """
        answer: models.ViewPage = self.call(
            "GET", "/api/v1/views", query={"limit": limit, "cursor": cursor, "counts": counts}
        )
        return answer

    def make_view(self, body: models.ViewFields, /, *, idempotency_key: str | None = None) -> models.SavedView:
        """Save a view.

        Save a view. `filter` has the query parameters of the list; only supervisors and above may share it.
        """
        answer: models.SavedView = self.call(
            "POST", "/api/v1/views", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def change_view(self, id: str, body: models.ViewFieldsPatch, /) -> models.SavedView:
        """Change a view.

        Merge a patch into a view of one's own; managers and above also into a shared one.
        """
        answer: models.SavedView = self.call("PATCH", f"/api/v1/views/{quoted(id)}", body=body)
        return answer

    def remove_view(self, id: str, /) -> None:
        """Delete a view.

        Delete a view of one's own; managers and above also a shared one.
        """
        self.call("DELETE", f"/api/v1/views/{quoted(id)}")

    def show_segments(self, *, limit: int | None = None, cursor: str | None = None) -> models.SegmentPage:
        """List segments.

        List segments, oldest first.
        """
        answer: models.SegmentPage = self.call("GET", "/api/v1/segments", query={"limit": limit, "cursor": cursor})
        return answer

    def make_segment(self, body: models.SegmentFields, /, *, idempotency_key: str | None = None) -> models.Segment:
        """Save a segment.

        Save a filter over contacts under a name. All that it names must be true of a customer.
        """
        answer: models.Segment = self.call(
            "POST", "/api/v1/segments", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def try_segment(self, body: models.SegmentTry, /) -> models.SegmentPreview:
        """Try a filter out.

        Count whom a filter finds that is not saved, and show some of them.
        """
        answer: models.SegmentPreview = self.call("POST", "/api/v1/segments/preview", body=body)
        return answer

    def show_segment(self, id: str, /) -> models.Segment:
        """Show a segment.

        Show a segment.
        """
        answer: models.Segment = self.call("GET", f"/api/v1/segments/{quoted(id)}")
        return answer

    def change_segment(self, id: str, body: models.SegmentFieldsPatch, /) -> models.Segment:
        """Change a segment.

        Merge a patch. Campaigns that have started keep their recipients; those that have not take the new filter.
        """
        answer: models.Segment = self.call("PATCH", f"/api/v1/segments/{quoted(id)}", body=body)
        return answer

    def remove_segment(self, id: str, /) -> None:
        """Delete a segment.

        Delete a segment that no campaign waits for.
        """
        self.call("DELETE", f"/api/v1/segments/{quoted(id)}")

    def preview_segment(self, id: str, /) -> models.SegmentPreview:
        """Say who is in a segment.

        Count who is in a segment now, and show some of them.
        """
        answer: models.SegmentPreview = self.call("GET", f"/api/v1/segments/{quoted(id)}/preview")
        return answer

    def show_helpers(self) -> models.HelperPage:
        """List helpers.

        List helpers, without their secrets.
        """
        answer: models.HelperPage = self.call("GET", "/api/v1/helpers")
        return answer

    def make_helper(self, body: models.HelperFields, /, *, idempotency_key: str | None = None) -> models.NewHelper:
        """Set a helper up.

        Set a helper up, one of each kind. The secret that signs what it is asked is shown this once.
        """
        answer: models.NewHelper = self.call(
            "POST", "/api/v1/helpers", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_helper_kinds(self) -> models.HelperKinds:
        """Show what helpers can do.

        Tell what helpers can do here, so that an inbox offers nothing else.
        """
        answer: models.HelperKinds = self.call("GET", "/api/v1/helper-kinds")
        return answer

    def change_helper(self, id: str, body: models.HelperChange, /) -> models.Helper:
        """Change a helper.

        Change a helper's address and deadline.
        """
        answer: models.Helper = self.call("PUT", f"/api/v1/helpers/{quoted(id)}", body=body)
        return answer

    def remove_helper(self, id: str, /) -> None:
        """Delete a helper.

        Delete a helper.
        """
        self.call("DELETE", f"/api/v1/helpers/{quoted(id)}")

    def rotate_helper_secret(
        self, id: str, body: models.HelperRotation, /, *, idempotency_key: str | None = None
    ) -> models.HelperSecret:
        """Replace a helper's secret.

        Make a new secret, shown this once. Until `keep_hours` have passed each request is signed with both.
        """
        answer: models.HelperSecret = self.call(
            "POST",
            f"/api/v1/helpers/{quoted(id)}/rotate-secret",
            body=body,
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def suggest(self, id: str, /) -> models.Suggestions:
        """Have replies suggested.

        Ask the helper that suggests for replies. Nothing is sent: an operator chooses, changes, sends.
        """
        answer: models.Suggestions = self.call("POST", f"/api/v1/conversations/{quoted(id)}/suggestions")
        return answer

    def summarise(self, id: str, /) -> models.HelperWords:
        """Have a conversation summarised.

        Ask the helper that summarises what a conversation is about.
        """
        answer: models.HelperWords = self.call("POST", f"/api/v1/conversations/{quoted(id)}/summary")
        return answer

    def translate(self, id: str, body: models.LanguageWanted, /) -> models.HelperWords:
        """Have a message translated.

        Ask the helper that translates for a message in another language. The message stays as it is.
        """
        answer: models.HelperWords = self.call("POST", f"/api/v1/messages/{quoted(id)}/translation", body=body)
        return answer

    def transcribe(self, id: str, /) -> models.HelperWords:
        """Have a voice message transcribed.

        Ask the helper that transcribes for the words of a voice message.
        """
        answer: models.HelperWords = self.call("POST", f"/api/v1/messages/{quoted(id)}/transcription")
        return answer

    def show_rate_cards(self, *, limit: int | None = None, cursor: str | None = None) -> models.RateCardPage:
        """List rate cards.

        List rate cards, what counts last first.
        """
        answer: models.RateCardPage = self.call("GET", "/api/v1/rate-cards", query={"limit": limit, "cursor": cursor})
        return answer

    def upload_rate_card(
        self,
        file: File,
        /,
        *,
        effective_date: str | None = None,
        currency: str | None = None,
        channel_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.UploadedCard:
        """Upload a rate card.

        Upload a rate card: what a message costs from a date on, by market and category.

        The body is a file, CSV in UTF-8 or XLSX. Either with the columns `effective_date, currency, market, category,
        rate`, or as Meta's own files are: a row for each market, a column for each category. A market is a name of
        Meta's, a calling code (`55`), two letters (`BR`), or `*` for all others; what Meta's file does not say is named
        in the query. What has no rate stays unknown, it is never 0. Of two cards of one date the newer counts; messages
        that have a price keep it, those without one are looked at again.
        """
        answer: models.UploadedCard = self.call(
            "POST",
            "/api/v1/rate-cards",
            body=file,
            query={"effective_date": effective_date, "currency": currency, "channel_id": channel_id},
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def show_rate_card(self, id: str, /) -> models.RateCardRates:
        """Show a rate card.

        Show a rate card with its rates.
        """
        answer: models.RateCardRates = self.call("GET", f"/api/v1/rate-cards/{quoted(id)}")
        return answer

    def show_costs(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        group_by: models.CostsBy | None = None,
        channel_id: str | None = None,
        format: models.CostFormat | None = None,
    ) -> models.CostReport | bytes:
        """Report what messages cost.

        Add up what delivered messages cost, as JSON or with `format=csv` as CSV. For managers and above.
        """
        answer: models.CostReport | bytes = self.call(
            "GET",
            "/api/v1/reports/costs",
            query={"from": from_, "to": to, "group_by": group_by, "channel_id": channel_id, "format": format},
        )
        return answer

    def show_price(self, id: str, /) -> models.MessagePrice:
        """Show what a message cost.

        Show what a message cost, and how that is known.
        """
        answer: models.MessagePrice = self.call("GET", f"/api/v1/messages/{quoted(id)}/price")
        return answer

    def show_prices_ahead(self, id: str, /) -> models.PricesAhead:
        """Show what a message would cost.

        Show what a message into a conversation would cost now, before it is sent.

        One answer for all kinds of messages, so that a page asks once, not at each key. It changes with the day's rate
        card, with the replies that are sent, and when the time ends that an advertisement made free.
        """
        answer: models.PricesAhead = self.call("GET", f"/api/v1/conversations/{quoted(id)}/prices")
        return answer

    def show_prices_to(self, id: str, /, *, to: str | None = None) -> models.PricesAhead:
        """Show what a first message would cost.

        Show what a message would cost that begins a conversation, before it is sent.
        """
        answer: models.PricesAhead = self.call("GET", f"/api/v1/channels/{quoted(id)}/prices", query={"to": to})
        return answer

    def show_budget(self, id: str, /) -> models.Budget:
        """Show a channel's budget.

        Show what a channel's marketing may cost this month, and what of it is spent. For managers and above.
        """
        answer: models.Budget = self.call("GET", f"/api/v1/channels/{quoted(id)}/budget")
        return answer

    def set_budget(self, id: str, body: models.BudgetFields, /) -> models.Budget:
        """Set a channel's budget.

        Set what a channel's marketing may cost a month, or with `monthly_amount` null take the budget away.
        """
        answer: models.Budget = self.call("PUT", f"/api/v1/channels/{quoted(id)}/budget", body=body)
        return answer

    def show_live(self) -> models.LiveReport:
        """Show queues and operators now.

        Show queues and operators as they are now: those that the caller sees. `queue.updated` and `operator.status`
        keep it up to date.
        """
        answer: models.LiveReport = self.call("GET", "/api/v1/reports/live")
        return answer

    def show_report(
        self,
        name: str,
        /,
        *,
        from_: str | None = None,
        to: str | None = None,
        group_by: models.GroupBy | None = None,
        time_zone: str | None = None,
        format: models.Format | None = None,
    ) -> models.Report | bytes:
        """Show a report.

        Show a report as JSON, or with `format=csv` as CSV, in half hours of the span.

        `conversations`: opened, closed, transfers · `waiting`: until the first operator · `first_answer` · `handling`:
        from the first operator to the close · `closes`: by reason · `transfers`: given and received · `targets`:
        answers in time and late. For managers and above; supervisors get those by queue and by operator, of their own.
        """
        answer: models.Report | bytes = self.call(
            "GET",
            f"/api/v1/reports/{quoted(name)}",
            query={"from": from_, "to": to, "group_by": group_by, "time_zone": time_zone, "format": format},
        )
        return answer

    def assign_conversation(self, id: str, body: models.AssignRequest, /) -> models.ConversationView:
        """Assign a conversation.

        Assign a conversation. One that another operator has can only be taken over, by supervisors and above.
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/assign", body=body)
        return answer

    def transfer_conversation(self, id: str, body: models.TransferRequest, /) -> models.ConversationView:
        """Transfer a conversation.

        Transfer a conversation to an operator who is online or ready, or to the end of a queue, without priority.
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/transfer", body=body)
        return answer

    def explain_conversation(self, id: str, /) -> models.Explanation:
        """Explain where a conversation is.

        Explain why a conversation is where it is: the rules that were tried, their answers, and when.
        """
        answer: models.Explanation = self.call("GET", f"/api/v1/conversations/{quoted(id)}/explain")
        return answer

    def prioritise_conversation(self, id: str, body: models.PriorityRequest, /) -> models.ConversationView:
        """Set a priority.

        Say how urgent an open conversation is: in the line of its queue higher priorities come first.

        For supervisors and above. A transfer into a queue takes the priority away.
        """
        answer: models.ConversationView = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/priority", body=body)
        return answer

    def show_transfer_targets(self, *, available_only: bool | None = None) -> models.TransferTargets:
        """List where one may transfer to.

        List queues and operators to whom one may transfer.
        """
        answer: models.TransferTargets = self.call(
            "GET", "/api/v1/transfer-targets", query={"available_only": available_only}
        )
        return answer

    def show_draft(self, id: str, /) -> models.ReplyDraft:
        """Show your draft.

        Show one's own draft in a conversation; without one its `content` is null.
        """
        answer: models.ReplyDraft = self.call("GET", f"/api/v1/conversations/{quoted(id)}/draft")
        return answer

    def put_draft(self, id: str, body: models.DraftRequest, /) -> models.ReplyDraft:
        """Keep a draft.

        Keep a draft on the server. Colleagues learn that somebody writes when it begins, not what it says.
        """
        answer: models.ReplyDraft = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/draft", body=body)
        return answer

    def delete_draft(self, id: str, /) -> None:
        """Drop your draft.

        Drop one's own draft, after sending it for example.
        """
        self.call("DELETE", f"/api/v1/conversations/{quoted(id)}/draft")

    def snooze_conversation(self, id: str, body: models.SnoozeRequest, /) -> models.ConversationView:
        """Set a conversation aside until a time.

        Set a conversation aside: at `until` whoever did so and whoever has it then are reminded (`snooze.ended`).

        The customer's next message and a close end it. It is not closed for silence before its time.
        """
        answer: models.ConversationView = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/snooze", body=body)
        return answer

    def end_snooze(self, id: str, /) -> models.ConversationView:
        """Set a conversation aside no longer.

        Set a conversation aside no longer.
        """
        answer: models.ConversationView = self.call("DELETE", f"/api/v1/conversations/{quoted(id)}/snooze")
        return answer

    def mark_unread(self, id: str, body: models.UnreadRequest, /) -> models.ConversationView:
        """Mark a conversation as unread.

        Mark messages as unread again, for oneself and colleagues; the customer is told nothing.
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/unread", body=body)
        return answer

    def reopen_conversation(self, id: str, /) -> models.ConversationView:
        """Take a close back.

        Take back one's own close within ten seconds; its closing text is not sent then.

        `stale_state` if the customer wrote meanwhile, `conversation_closed` after the ten seconds.
        """
        answer: models.ConversationView = self.call("POST", f"/api/v1/conversations/{quoted(id)}/reopen")
        return answer

    def show_lookers(self, id: str, /) -> models.Lookers:
        """List who looks at a conversation.

        List who else has the conversation on the screen now, and who of them writes.
        """
        answer: models.Lookers = self.call("GET", f"/api/v1/conversations/{quoted(id)}/looking")
        return answer

    def look_at_conversation(self, id: str, body: models.LookingRequest, /) -> models.Lookers:
        """Say that you look at a conversation.

        Say that one has the conversation on the screen; to be repeated every twenty seconds, it ends after thirty.
        """
        answer: models.Lookers = self.call("PUT", f"/api/v1/conversations/{quoted(id)}/looking", body=body)
        return answer

    def leave_conversation(self, id: str, /) -> None:
        """Say that you look no longer.

        Say that one has the conversation on the screen no longer.
        """
        self.call("DELETE", f"/api/v1/conversations/{quoted(id)}/looking")

    def act_on_many(
        self, body: models.BulkAssign | models.BulkTransfer | models.BulkClose | models.BulkTag | models.BulkSnooze, /
    ) -> models.BulkAnswer:
        """Do the same to many conversations.

        Do the same to many conversations. Each has its own answer, as its single call would have; others go on.
        """
        answer: models.BulkAnswer = self.call("POST", "/api/v1/conversations/bulk", body=body)
        return answer

    def give_back(self) -> models.BulkAnswer:
        """Give back all of your conversations.

        Give all of one's own open conversations back to their queues, with their old places and priorities.

        They come back to oneself only if nobody else has room. One without a queue waits for anybody.
        """
        answer: models.BulkAnswer = self.call("POST", "/api/v1/me/give-back")
        return answer

    def show_messages(
        self, id: str, /, *, before_seq: int | None = None, after_seq: int | None = None, limit: int | None = None
    ) -> models.MessagePage:
        """List messages.

        List messages ascending by `seq`; without bounds the newest `limit`.
        """
        answer: models.MessagePage = self.call(
            "GET",
            f"/api/v1/conversations/{quoted(id)}/messages",
            query={"before_seq": before_seq, "after_seq": after_seq, "limit": limit},
        )
        return answer

    def send_message(
        self, id: str, body: models.NewMessage, /, *, idempotency_key: str | None = None
    ) -> models.MessageView:
        """Send a message.

        Accept a message: 201 means that it is stored and will be sent; its status tells how that went.

        Outside of the reply window only templates are accepted; `window_closed` lists those that would work. With
        `held` the template in it is sent instead, and the message follows when the customer answers, within 72 hours.
        With `direct_utility` the message itself goes, on WhatsApp, as a utility message without a template: only for
        what the customer asked for or owns, such as an order; Meta punishes advertising so. A number that Meta has
        refused is not asked again for a day (`direct_unavailable`).

        With `send_at` it waits as `scheduled`, and is checked at its time like any other message then. A bot names
        `seen_seq`: its message is an answer of the bot.
        """
        answer: models.MessageView = self.call(
            "POST",
            f"/api/v1/conversations/{quoted(id)}/messages",
            body=body,
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def retry_message(self, id: str, /, *, idempotency_key: str | None = None) -> models.MessageView:
        """Send a message again.

        Send a message again that failed or whose fate is unknown, as a new one with `retry_of`.
        """
        answer: models.MessageView = self.call(
            "POST", f"/api/v1/messages/{quoted(id)}/retry", creates=True, idempotency_key=idempotency_key
        )
        return answer

    def edit_message(self, id: str, body: models.MessageFieldsPatch, /) -> models.MessageView:
        """Change a message.

        Merge a patch into what a sent message says; the customer is shown it, or it is undone if the provider refuses.

        A text, a caption or buttons can change; the kind of message and its file can't. Of a scheduled message
        everything can, also `send_at`; who changes it becomes its author.
        """
        answer: models.MessageView = self.call("PATCH", f"/api/v1/messages/{quoted(id)}", body=body)
        return answer

    def delete_message(self, id: str, /) -> None:
        """Take a message back.

        Take a sent message back at the customer's; it stays in the thread as deleted.

        A held reply or a scheduled message is withdrawn.
        """
        self.call("DELETE", f"/api/v1/messages/{quoted(id)}")

    def react_to_message(self, id: str, body: models.ReactionRequest, /) -> models.MessageView:
        """React to a message.

        React to a message; an earlier reaction of the business is replaced.
        """
        answer: models.MessageView = self.call("PUT", f"/api/v1/messages/{quoted(id)}/reaction", body=body)
        return answer

    def take_reaction_back(self, id: str, /) -> models.MessageView:
        """Take a reaction back.

        Take the business's reaction back.
        """
        answer: models.MessageView = self.call("DELETE", f"/api/v1/messages/{quoted(id)}/reaction")
        return answer

    def show_attempts(self, id: str, /) -> models.Attempts:
        """List attempts to send.

        List every try to send a message, the first one first.
        """
        answer: models.Attempts = self.call("GET", f"/api/v1/messages/{quoted(id)}/attempts")
        return answer

    def show_raw(self, id: str, /) -> dict[str, Any]:
        """Show the raw payload.

        Show an inbound message as the provider sent it; not to those from whom customers' numbers are hidden.
        """
        answer: dict[str, Any] = self.call("GET", f"/api/v1/messages/{quoted(id)}/raw")
        return answer

    def answer_in_turn(self, id: str, body: models.Turn, /, *, idempotency_key: str | None = None) -> models.TurnTaken:
        """Answer as a bot.

        Answer as the bot that holds the conversation; all of the answer counts, or nothing.

        Refused with 409 is an answer to an older state: `stale_state` where somebody has written since `seen_seq`, or
        the customer's last message is answered; `handed_over` where a person or a queue has the conversation by now.

        Only the bot may, with its own token (`gwb_…`, shown by `POST /bots`); it also reads the conversation and its
        messages while it holds it.
        """
        answer: models.TurnTaken = self.call(
            "POST", f"/api/v1/conversations/{quoted(id)}/turn", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_bots(self, *, limit: int | None = None, cursor: str | None = None) -> models.BotPage:
        """List bots.

        List bots, oldest first, without their secrets.
        """
        answer: models.BotPage = self.call("GET", "/api/v1/bots", query={"limit": limit, "cursor": cursor})
        return answer

    def make_bot(self, body: models.BotFields, /, *, idempotency_key: str | None = None) -> models.NewBot:
        """Make a bot.

        Make a bot. Its secret and its token are shown this once. A channel's `bot_id` gives it conversations.
        """
        answer: models.NewBot = self.call(
            "POST", "/api/v1/bots", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_bot(self, id: str, /) -> models.Bot:
        """Show a bot.

        Show one, and why it lost a conversation last.
        """
        answer: models.Bot = self.call("GET", f"/api/v1/bots/{quoted(id)}")
        return answer

    def change_bot(self, id: str, body: models.BotFieldsPatch, /) -> models.Bot:
        """Change a bot.

        Merge a patch. A bot that is disabled hands over all that it holds.
        """
        answer: models.Bot = self.call("PATCH", f"/api/v1/bots/{quoted(id)}", body=body)
        return answer

    def remove_bot(self, id: str, /) -> None:
        """Delete a bot.

        Delete a bot: its token ends, its channels go on without it, and all that it holds goes to their queues.
        """
        self.call("DELETE", f"/api/v1/bots/{quoted(id)}")

    def rotate_bot_secret(
        self, id: str, body: models.BotRotation, /, *, idempotency_key: str | None = None
    ) -> models.BotSecret:
        """Rotate a bot's secret.

        Make a new secret, shown this once. Until `keep_hours` have passed each request is signed with both.
        """
        answer: models.BotSecret = self.call(
            "POST", f"/api/v1/bots/{quoted(id)}/rotate-secret", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def rotate_bot_token(
        self, id: str, body: models.BotRotation, /, *, idempotency_key: str | None = None
    ) -> models.BotToken:
        """Rotate a bot's token.

        Make a new token, shown this once. Earlier ones are good until `keep_hours` have passed.
        """
        answer: models.BotToken = self.call(
            "POST", f"/api/v1/bots/{quoted(id)}/rotate-token", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_offered_replies(
        self, *, shortcut: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> models.PreparedReplyPage:
        """List the replies that you are offered.

        List the replies that the caller is offered: what is active in the active collections of their groups.

        Managers and above are offered what is active in any collection.
        """
        answer: models.PreparedReplyPage = self.call(
            "GET", "/api/v1/prepared-replies", query={"shortcut": shortcut, "limit": limit, "cursor": cursor}
        )
        return answer

    def show_replies_of_collection(
        self, id: str, /, *, limit: int | None = None, cursor: str | None = None
    ) -> models.PreparedReplyPage:
        """List the replies of a collection.

        List the replies of a collection, oldest first; operators see the active ones.
        """
        answer: models.PreparedReplyPage = self.call(
            "GET", f"/api/v1/reply-collections/{quoted(id)}/replies", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def make_prepared_reply(
        self, id: str, body: models.PreparedReplyFields, /, *, idempotency_key: str | None = None
    ) -> models.PreparedReply:
        """Make a prepared reply.

        Make a reply in a collection: for each language the messages that it consists of.

        In `text` and `caption` the variables of automatic texts may stand, such as `{{ contact.name }}`.
        """
        answer: models.PreparedReply = self.call(
            "POST",
            f"/api/v1/reply-collections/{quoted(id)}/replies",
            body=body,
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def show_prepared_reply(self, id: str, /) -> models.PreparedReply:
        """Show a prepared reply.

        Show a reply.
        """
        answer: models.PreparedReply = self.call("GET", f"/api/v1/prepared-replies/{quoted(id)}")
        return answer

    def change_prepared_reply(
        self, id: str, body: models.PreparedReplyFieldsPatch, /, *, version: int | None = None
    ) -> models.PreparedReply:
        """Change a prepared reply.

        Merge a patch: the reply gets its next version. With `version`, `stale_state` if it has another one by now.
        """
        answer: models.PreparedReply = self.call(
            "PATCH", f"/api/v1/prepared-replies/{quoted(id)}", body=body, query={"version": version}
        )
        return answer

    def delete_prepared_reply(self, id: str, /) -> None:
        """Delete a prepared reply.

        Delete a reply with its versions; what was sent with it stays.
        """
        self.call("DELETE", f"/api/v1/prepared-replies/{quoted(id)}")

    def show_reply_versions(self, id: str, /) -> models.ReplyVersionPage:
        """List the versions of a prepared reply.

        List what a reply said, the newest version first; the last fifty are kept.
        """
        answer: models.ReplyVersionPage = self.call("GET", f"/api/v1/prepared-replies/{quoted(id)}/versions")
        return answer

    def preview_reply(self, id: str, body: models.ReplyChoice, /) -> models.ReplyPreview:
        """Show what a prepared reply would send.

        Show what a prepared reply would send in a conversation, checked against the channel's limits.
        """
        answer: models.ReplyPreview = self.call("POST", f"/api/v1/conversations/{quoted(id)}/reply-preview", body=body)
        return answer

    def send_reply(
        self, id: str, body: models.ReplyChoice, /, *, idempotency_key: str | None = None
    ) -> models.SentReply:
        """Send a prepared reply.

        Send a prepared reply: all its messages, in their order and with nothing between, or none.
        """
        answer: models.SentReply = self.call(
            "POST",
            f"/api/v1/conversations/{quoted(id)}/reply",
            body=body,
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def upload_file(self, file: File, /, *, idempotency_key: str | None = None) -> models.UploadedMedia:
        """Upload a file.

        Store the multipart field `file`, at most 100 MB; messages name it by its `id`.

        What no message names is taken away after a day.
        """
        answer: models.UploadedMedia = self.call(
            "POST", "/api/v1/media", body=file, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def download_file(self, id: str, /, *, until: str | None = None, signature: str | None = None) -> bytes:
        """Download a file.

        Give the bytes of a file, whole or the part that `Range` asks for, to who has a token or a link.
        """
        answer: bytes = self.call("GET", f"/api/v1/media/{quoted(id)}", query={"until": until, "signature": signature})
        return answer

    def show_link(self, id: str, /) -> models.FileLink:
        """Make a link to a file.

        Make a new link to a file, in place of one that is over.
        """
        answer: models.FileLink = self.call("GET", f"/api/v1/media/{quoted(id)}/link")
        return answer

    def fetch_once_more(self, id: str, /) -> models.FetchStarted:
        """Fetch a file again.

        Fetch a customer's file from the provider again, after it was given up.
        """
        answer: models.FetchStarted = self.call("POST", f"/api/v1/media/{quoted(id)}/fetch")
        return answer

    def follow_events(self, *, cursor: str | None = None, limit: int | None = None) -> models.EventPage:
        """Follow events.

        Answer the events after `cursor`; with `Upgrade: websocket`, follow the stream.

        On the WebSocket the token comes in `Authorization`, or as the first frame `{"type": "auth", "token": "…",
        "cursor": "…"}` within 5 seconds.
        """
        answer: models.EventPage = self.call("GET", "/api/v1/events", query={"cursor": cursor, "limit": limit})
        return answer

    def show_queues(self, *, limit: int | None = None, cursor: str | None = None) -> models.QueuePage:
        """List queues.

        List queues, oldest first.
        """
        answer: models.QueuePage = self.call("GET", "/api/v1/queues", query={"limit": limit, "cursor": cursor})
        return answer

    def make_queue(self, body: models.QueueFields, /, *, idempotency_key: str | None = None) -> models.Queue:
        """Make a queue.

        Make a queue.

        Refused: a chain of next queues that comes back, and a `max_wait_seconds` that is not below the auto-close of
        every channel whose conversations can come here.
        """
        answer: models.Queue = self.call(
            "POST", "/api/v1/queues", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_queue(self, id: str, /) -> models.Queue:
        """Show a queue.

        Show one queue.
        """
        answer: models.Queue = self.call("GET", f"/api/v1/queues/{quoted(id)}")
        return answer

    def change_queue(self, id: str, body: models.QueueFieldsPatch, /) -> models.Queue:
        """Change a queue.

        Merge a patch. A higher limit or a new member counts at once; a lower limit sends nobody away.
        """
        answer: models.Queue = self.call("PATCH", f"/api/v1/queues/{quoted(id)}", body=body)
        return answer

    def delete_queue(self, id: str, /, *, move_to: str | None = None) -> None:
        """Delete a queue.

        Delete a queue. While channels, other queues or conversations use it: only with `move_to`.

        They go to that queue then, conversations with their place and priority, even above its limit.
        """
        self.call("DELETE", f"/api/v1/queues/{quoted(id)}", query={"move_to": move_to})

    def show_queue_stats(self, id: str, /) -> models.QueueStats:
        """Show how things stand in a queue.

        Show how many wait, how long, and who is there for them.
        """
        answer: models.QueueStats = self.call("GET", f"/api/v1/queues/{quoted(id)}/stats")
        return answer

    def show_templates(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        channel_id: str | None = None,
        status: models.TemplateStatus | None = None,
        usable: bool | None = None,
        language: str | None = None,
        q: str | None = None,
    ) -> models.TemplatePage:
        """List templates.

        List templates, each with the reason where it can't be sent; drafts are shown to administrators.
        """
        answer: models.TemplatePage = self.call(
            "GET",
            "/api/v1/templates",
            query={
                "limit": limit,
                "cursor": cursor,
                "channel_id": channel_id,
                "status": status,
                "usable": usable,
                "language": language,
                "q": q,
            },
        )
        return answer

    def make_template(
        self, body: models.TemplateFields, /, *, idempotency_key: str | None = None
    ) -> models.TemplateView:
        """Make a draft.

        Make a draft. It may have faults until it is submitted.
        """
        answer: models.TemplateView = self.call(
            "POST", "/api/v1/templates", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def lint_template(self, body: models.LintRequest, /) -> models.Lint:
        """Check a template.

        Check a template against WhatsApp's rules; each finding says where, why, and where WhatsApp says so.
        """
        answer: models.Lint = self.call("POST", "/api/v1/templates/lint", body=body)
        return answer

    def show_template(self, id: str, /) -> models.TemplateView:
        """Show a template.

        Show one template with its history.
        """
        answer: models.TemplateView = self.call("GET", f"/api/v1/templates/{quoted(id)}")
        return answer

    def change_template(self, id: str, body: models.TemplateFieldsPatch, /) -> models.TemplateView:
        """Change a template.

        Merge a patch into a draft; changes of a submitted template wait as its `draft` until they are submitted.
        """
        answer: models.TemplateView = self.call("PATCH", f"/api/v1/templates/{quoted(id)}", body=body)
        return answer

    def delete_template(self, id: str, /) -> None:
        """Delete a template.

        Delete a template, here and at WhatsApp.
        """
        self.call("DELETE", f"/api/v1/templates/{quoted(id)}")

    def submit_template(self, id: str, /) -> models.TemplateView:
        """Submit a template.

        Submit a draft, or the changes of a template, for WhatsApp's review.
        """
        answer: models.TemplateView = self.call("POST", f"/api/v1/templates/{quoted(id)}/submit")
        return answer

    def preview_template(self, id: str, body: models.PreviewRequest, /) -> models.PreviewAnswer:
        """Preview a template.

        Show exactly what the customer will see, and what does not fit yet.
        """
        answer: models.PreviewAnswer = self.call("POST", f"/api/v1/templates/{quoted(id)}/preview", body=body)
        return answer

    def synchronise(self, id: str, /) -> models.Synchronised:
        """Read a channel's templates.

        Read all templates of the channel's business account from WhatsApp, now.
        """
        answer: models.Synchronised = self.call("POST", f"/api/v1/channels/{quoted(id)}/templates/sync")
        return answer

    def upload_sample(self, id: str, body: models.SampleRequest, /) -> models.TemplateSample:
        """Upload a template's sample.

        Give WhatsApp a sample for a template's file header: JPEG, PNG, MP4 or PDF.

        WhatsApp reviews such a template with it; a send names the file that the customer gets. May be repeated: each
        time there is a new handle.
        """
        answer: models.TemplateSample = self.call("POST", f"/api/v1/channels/{quoted(id)}/templates/samples", body=body)
        return answer

    def show_dead_letters(self, *, limit: int | None = None, cursor: str | None = None) -> models.DeadLetterPage:
        """List dead letters.

        List items of webhooks that could not be understood or stored, newest first, as the provider sent them.
        """
        answer: models.DeadLetterPage = self.call(
            "GET", "/api/v1/dead-letters", query={"limit": limit, "cursor": cursor}
        )
        return answer

    def replay_dead_letter(self, id: str, /) -> models.DeadLetter:
        """Replay a dead letter.

        Read an item again, as after an update of the gateway; what it says is stored as if it came now.

        Replaying twice stores nothing twice: messages are unique by the provider's id.
        """
        answer: models.DeadLetter = self.call("POST", f"/api/v1/dead-letters/{quoted(id)}/replay")
        return answer

    def show_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> models.WebhookPage:
        """List webhooks.

        List webhooks, oldest first, without their secrets.
        """
        answer: models.WebhookPage = self.call("GET", "/api/v1/webhooks", query={"limit": limit, "cursor": cursor})
        return answer

    def make_webhook(self, body: models.WebhookFields, /, *, idempotency_key: str | None = None) -> models.NewWebhook:
        """Make a webhook.

        Have events posted to an address, from a second after now. The secret is shown this once.
        """
        answer: models.NewWebhook = self.call(
            "POST", "/api/v1/webhooks", body=body, creates=True, idempotency_key=idempotency_key
        )
        return answer

    def show_webhook(self, id: str, /) -> models.Webhook:
        """Show a webhook.

        Show one, and how its address has been answering.
        """
        answer: models.Webhook = self.call("GET", f"/api/v1/webhooks/{quoted(id)}")
        return answer

    def change_webhook(self, id: str, body: models.WebhookFieldsPatch, /) -> models.Webhook:
        """Change a webhook.

        Merge a patch. Enabling it, or another address, gives what waits another chance at once.
        """
        answer: models.Webhook = self.call("PATCH", f"/api/v1/webhooks/{quoted(id)}", body=body)
        return answer

    def remove_webhook(self, id: str, /) -> None:
        """Delete a webhook.

        Delete one, with all that it was told and was still to be told.
        """
        self.call("DELETE", f"/api/v1/webhooks/{quoted(id)}")

    def rotate_webhook_secret(
        self, id: str, body: models.Rotation, /, *, idempotency_key: str | None = None
    ) -> models.NewWebhook:
        """Rotate a webhook's secret.

        Make a new secret, shown this once. Until `keep_hours` have passed each request is signed with both.
        """
        answer: models.NewWebhook = self.call(
            "POST",
            f"/api/v1/webhooks/{quoted(id)}/rotate-secret",
            body=body,
            creates=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def replay_failed_deliveries(self, id: str, body: models.ReplayRequest, /) -> models.Replayed:
        """Replay failed deliveries.

        Have all deliveries that were given up go out again, or those of events since a time.
        """
        answer: models.Replayed = self.call("POST", f"/api/v1/webhooks/{quoted(id)}/replay", body=body)
        return answer

    def show_deliveries(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: models.DeliveryState | None = None,
    ) -> models.DeliveryPage:
        """List deliveries.

        List deliveries, those of the newest events first. Taken ones are kept for 7 days, others for 30.
        """
        answer: models.DeliveryPage = self.call(
            "GET", f"/api/v1/webhooks/{quoted(id)}/deliveries", query={"limit": limit, "cursor": cursor, "state": state}
        )
        return answer

    def show_delivery(self, id: str, delivery_id: str, /) -> models.WholeDelivery:
        """Show a delivery.

        Show a delivery with what is posted; links to files are added when it is.
        """
        answer: models.WholeDelivery = self.call(
            "GET", f"/api/v1/webhooks/{quoted(id)}/deliveries/{quoted(delivery_id)}"
        )
        return answer

    def replay_one_delivery(self, id: str, delivery_id: str, /) -> models.Delivery:
        """Replay a delivery.

        Have a delivery go out again, with the same `webhook-id`.
        """
        answer: models.Delivery = self.call(
            "POST", f"/api/v1/webhooks/{quoted(id)}/deliveries/{quoted(delivery_id)}/replay"
        )
        return answer
