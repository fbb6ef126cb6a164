"""Apps and their tokens: what `debug_token` says, and what an app is subscribed to.

Source: graph-api/reference/debug_token; graph-api/reference/app/subscriptions;
facebook-login/guides/access-tokens (an app's own token is its id, a bar and its secret).
"""

from __future__ import annotations

from channels.sandbox.graph.accounts import challenge
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.signups import exchange_code
from channels.sandbox.graph.state import EmulatedApp, JsonObject, NumberConfig

WHATSAPP = "whatsapp_business_account"


async def answer_app(exchange: Exchange, parts: list[str]) -> JsonObject | None:
    """Answer what concerns apps and tokens; None for everything else."""
    method = exchange.request.method
    if parts == ["debug_token"] and method == "GET":
        return _debug(exchange)
    if parts == ["oauth", "access_token"]:
        return exchange_code(exchange)
    if len(parts) == 2 and parts[1] == "subscriptions" and parts[0] in _app_ids(exchange):
        app = _own(exchange, parts[0])
        if method == "GET":
            return {"data": [_view(app)]}
        if method == "POST":
            return await _subscribe(exchange, app)
    return None


def _debug(exchange: Exchange) -> JsonObject:
    """`GET /debug_token`: any token of the app may ask, so also the one that is asked about."""
    config = _config_of(exchange, exchange.token)
    if config is None:
        raise GraphError(190)
    if _ended(exchange, config):
        raise token_ended()
    asked = _config_of(exchange, exchange.request.query.get("input_token", ""))
    if asked is None:
        return {"data": {"error": {"code": 190, "message": "Invalid OAuth access token."}, "is_valid": False}}
    return {
        "data": {
            "app_id": asked.app_id,
            "type": "SYSTEM_USER",
            "application": "Sandbox App",
            "data_access_expires_at": 0,
            "expires_at": asked.token_expires_at,
            "is_valid": not _ended(exchange, asked),
            "scopes": list(asked.token_scopes),
            "user_id": "1",
        }
    }


def is_ended(exchange: Exchange) -> bool:
    """Whether the request's token was good once and is over."""
    config = _config_of(exchange, exchange.token)
    return config is not None and _ended(exchange, config)


def token_ended() -> GraphError:
    """What Meta says of a token that is over. Source: facebook-login/guides/access-tokens/debugging."""
    return GraphError(190, message="Error validating access token: Session has expired.", subcode=463)


def _ended(exchange: Exchange, config: NumberConfig) -> bool:
    return 0 < config.token_expires_at <= exchange.cloud.clock.now()


def _config_of(exchange: Exchange, token: str) -> NumberConfig | None:
    configs = (number.config for number in exchange.cloud.state.numbers.values())
    return next((config for config in configs if token and config.access_token == token), None)


def _app_ids(exchange: Exchange) -> set[str]:
    return {number.config.app_id for number in exchange.cloud.state.numbers.values()}


def _own(exchange: Exchange, app_id: str) -> EmulatedApp:
    """The app, for who shows its own token."""
    token = exchange.request.query.get("access_token") or exchange.token
    configs = [number.config for number in exchange.cloud.state.numbers.values()]
    if not any(token == f"{app_id}|{config.app_secret}" for config in configs if config.app_id == app_id):
        raise GraphError(1, "Error validating client secret.", message="Error validating client secret.")
    return exchange.cloud.state.app(app_id)


def _view(app: EmulatedApp) -> JsonObject:
    fields = [{"name": name, "version": "v24.0"} for name in app.topics]
    return {"object": WHATSAPP, "callback_url": app.callback_url, "active": True, "fields": fields}


async def _subscribe(exchange: Exchange, app: EmulatedApp) -> JsonObject:
    """`POST /{app_id}/subscriptions`: the address is asked first, as for every webhook."""
    query = exchange.request.query
    url = query.get("callback_url", "")
    outcome = await challenge(exchange.cloud, url, query.get("verify_token", ""))
    if not outcome["ok"]:
        details = f"Callback verification failed with the following errors: {outcome['detail']}"
        raise GraphError(2200, details, message=details)
    app.callback_url = url
    app.topics = tuple(dict.fromkeys([*app.topics, *filter(None, query.get("fields", "").split(","))]))
    return SUCCESS
