"""Requests that schemathesis makes of `/openapi.json`, sent by people of every role and held against it.

What it makes of the document alone reaches little: most ids would be unknown. So ids are put into it that are there.
"""

from __future__ import annotations

import io
import random
import re
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import HypothesisDeprecationWarning
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from yarl import URL

from tests.integration.api.support import Client

CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
KNOWN_IDS: Final = 0.8
"""How often an id is one that is there."""
ENDS_SIGN_INS: Final = ("/auth/logout", "/me/sessions", "/me/password", "/auth/password")
EXPECTED_FAULTS: Final = {502, 503}
"""Nobody answers for the provider here, and nobody relays events: right answers, if they are documented."""
NOBODY: Final = "nobody"


@dataclass
class Callers:
    """Who calls: tokens by role. Who has none is nobody."""

    client: Client
    tokens: Mapping[str, str | None]
    ids: Mapping[str, str]
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)

    async def faults(self, cases: Iterable[tuple[str, Case]]) -> list[str]:
        """Send every case; say what is wrong with its answer."""
        return [fault for role, case in cases if (fault := await self._fault(role, case))]

    async def _fault(self, role: str, case: Case) -> str | None:
        response = await self._send(case, self.tokens[role])
        self.answered[case.operation.label, response.status_code] += 1
        checks = list(CHECKS[1:] if response.status_code in EXPECTED_FAULTS else CHECKS)
        try:
            case.validate_response(response, checks=checks)
        except (BaseExceptionGroup, AssertionError) as faults:
            said = getattr(faults, "exceptions", faults)
            return f"{role}: {case.operation.label} {response.status_code}\n{said}\n{_shown(response)}"
        if not _asks_for_token(case.operation) or case.path.endswith(ENDS_SIGN_INS):
            return None
        if role == NOBODY and "signature" in (case.query or {}):
            return None  # a link may let anybody in
        right = (response.status_code == 401) == (role == NOBODY)
        return None if right else f"{role}: {case.operation.label} {response.status_code}\n{_shown(response)}"

    async def _send(self, case: Case, token: str | None) -> schemathesis.Response:
        asked = case.as_transport_kwargs(base_url=str(self.client.make_url("/")).rstrip("/"))
        prepared = requests.Request(**asked).prepare()
        headers = {k: v for k, v in prepared.headers.items() if k.lower() in {"content-type", "idempotency-key"}}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        began = time.monotonic()
        async with self.client.session.request(
            str(prepared.method),
            URL(str(prepared.url), encoded=True),
            headers=headers,
            data=io.BytesIO(prepared.body) if isinstance(prepared.body, bytes) else prepared.body,  # may be megabytes
            allow_redirects=False,
        ) as answer:
            body, took = await answer.read(), time.monotonic() - began
            found = {name: answer.headers.getall(name) for name in answer.headers}
            return schemathesis.Response(answer.status, found, body, prepared, took, verify=True)


def _shown(response: schemathesis.Response) -> str:
    request = response.request
    return f"{request.method} {request.url} {str(request.body)[:500]} -> {response.content[:300]!r}"


def _asks_for_token(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    return bool(operation.definition.raw.get("security"))


def operations_of(document: dict[str, Any]) -> list[APIOperation[Any, Any, Any, Any]]:
    """Return the operations: what deletes after what only changes, what ends sign-ins last of all."""
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    return sorted(found, key=lambda one: (one.path.endswith(ENDS_SIGN_INS), one.method.lower() == "delete"))


class Cases:
    """Makes cases; the same seed makes the same ones."""

    def __init__(self, seed: int, ids: Mapping[str, str]) -> None:
        self._seed = seed
        self._ids = ids
        self._random = random.Random(seed)

    def of(self, operation: APIOperation[Any, Any, Any, Any], *, good: int, bad: int) -> Iterator[Case]:
        """Make some that fit the document and some that do not."""
        made = [*self._made(operation, GenerationMode.POSITIVE, good)]
        made += self._made(operation, GenerationMode.NEGATIVE, bad)
        return map(self._with_known_ids, made)

    def _made(self, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, count: int) -> list[Case]:
        made: list[Case] = []

        @hypothesis.seed(self._seed)
        @hypothesis.settings(
            max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @hypothesis.given(operation.as_strategy(generation_mode=mode))
        def keep(case: Case) -> None:
            made.append(case)

        with warnings.catch_warnings():
            # Threads of the server in this process draw random numbers meanwhile, which looks as if cases did.
            warnings.simplefilter("ignore", HypothesisDeprecationWarning)
            keep()
        return made[:count]

    def _with_known_ids(self, case: Case) -> Case:
        kind = case.path.removeprefix("/api/v1/").removeprefix("/scim/v2/").partition("/")[0]
        for name in case.path_parameters or {}:
            known = self._ids.get(kind if name == "id" else name)
            if known is not None and self._random.random() < KNOWN_IDS:
                case.path_parameters[name] = known
        if isinstance(case.body, dict):
            for name in case.body:
                known = self._ids.get(_kind_of(name))
                if known is not None and self._random.random() < KNOWN_IDS:
                    case.body[name] = known
        return case


def _kind_of(name: str) -> str:
    """Return the word of the path for a field such as `queue_id`."""
    return re.sub(r"_id$", "s", name).replace("_", "-") if name.endswith("_id") else ""
