"""`/openapi.json` says what the server does, all of it and no more."""

from __future__ import annotations

import re
from typing import Any

import pytest_asyncio

from gateway.api.routes import PREFIX
from inbox.foundation.problems import STATUS_BY_CODE
from tests.integration.api.support import Client

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest_asyncio.fixture
async def document(client: Client) -> dict[str, Any]:
    async with client.get("/openapi.json") as response:
        assert response.status == 200
        return dict(await response.json())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(m, path, operation) for path, item in document["paths"].items() for m, operation in item.items()]


async def test_every_route_of_the_application_is_documented(client: Client, document: dict[str, Any]) -> None:
    assert client.app is not None
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith(PREFIX)
    }
    assert served == {(method, path) for method, path, _ in operations(document)}


async def test_every_reference_leads_somewhere_and_nothing_is_unused(document: dict[str, Any]) -> None:
    referred = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert referred == set(document["components"]["schemas"])


async def test_operations_are_complete(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for method, path, operation in operations(document):
        assert method in METHODS
        assert operation["summary"]
        assert operation["description"]
        in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert any(status.startswith("2") for status in operation["responses"])
        assert ("requestBody" in operation) <= (method in {"post", "put", "patch"})
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]


async def test_problem_codes_are_listed_with_their_status(document: dict[str, Any]) -> None:
    assert document["x-problem-codes"] == dict(STATUS_BY_CODE)


async def test_a_patch_requires_nothing_at_any_depth(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("WhatsAppChannelFieldsPatch", "WhatsAppCredentialsPatch", "AutoClosePatch"):
        assert "required" not in schemas[name]
        assert "access_token" not in schemas[name].get("required", ())


async def test_the_page_loads_nothing_from_elsewhere(client: Client) -> None:
    for path in ("/docs", "/docs/docs.js", "/docs/docs.css"):
        async with client.get(path) as response:
            text = await response.text()
            policy = response.headers["Content-Security-Policy"]
            assert response.status == 200
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert "unsafe" not in policy
            assert not re.search(r"https?://", text)
            assert "innerHTML" not in text
