"""A real provider of OpenID Connect (`oidc-provider-mock`, on authlib), which also demands PKCE and ends sign-ins."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the provider's library
    import flask
    import oidc_provider_mock
    from authlib import jose

CLIENT = {"client_id": "inbox", "client_secret": "client secret 1"}
ANN = oidc_provider_mock.User(sub="ann-1", claims={"email": "ann@shop.example", "email_verified": True})
UNVERIFIED = oidc_provider_mock.User(sub="liar", claims={"email": "ann@shop.example", "email_verified": False})
STRANGER = oidc_provider_mock.User(sub="who", claims={"email": "who@else.example", "email_verified": True})
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Provider:
    """The provider as it runs.

    Attributes:
        storage: The provider's own, with its key.
        challenge: What PKCE was shown when somebody last came.
        proofs: What was shown for each code since, as a challenge.
        clients: As whom.
    """

    issuer: str = ""
    storage: Any = None
    challenge: str = ""
    proofs: list[str] = field(default_factory=list)
    clients: list[Any] = field(default_factory=list)

    def sign(self, key: Any = None, **claims: Any) -> str:
        """Sign a token as the provider does, or with another key."""
        known = {"iss": self.issuer, "aud": CLIENT["client_id"], "iat": int(time.time()), "jti": "1"}
        pem = (key or self.storage.jwk).as_pem(is_private=True)
        return jwt.encode({**known, **claims}, pem, algorithm="RS256")

    def logout_token(self, **claims: Any) -> str:
        return self.sign(**{"events": {LOGOUT: {}}, "sub": ANN.sub, **claims})

    def change_key(self) -> None:
        self.storage.jwk = new_key()


def new_key() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return jose.RSAKey.generate_key(is_private=True)


@contextmanager
def providing() -> Iterator[Provider]:
    """Run the provider in a thread."""
    provider = Provider()
    app = oidc_provider_mock.app(user_claims=(ANN, UNVERIFIED, STRANGER), require_nonce=True)

    @app.before_request
    def watch() -> Any:
        provider.storage = flask.g.oidc_provider_mock_storage
        request = flask.request
        if request.path == "/oauth2/authorize":
            assert request.args["code_challenge_method"] == "S256"
            provider.challenge = request.args["code_challenge"]
        if request.path == "/oauth2/token":
            return _check_proof(provider, request)
        return None

    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _check_proof(provider: Provider, request: Any) -> Any:
    """Demand PKCE's proof (RFC 7636, 4.6), which the library itself leaves out."""
    verifier = request.form.get("code_verifier", "")
    provider.clients.append(request.authorization)
    shown = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    provider.proofs.append(shown)
    return None if shown == provider.challenge else (flask.jsonify(error="invalid_grant"), 400)
