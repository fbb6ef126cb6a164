"""`/openapi.json` says what the server does, all of it and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from gateway.api.problem_advice import ADVICE
from gateway.api.routes import PREFIX
from gateway.api.shared_parts import resolved
from gateway.http.problem_response import PROBLEM_JSON
from gateway.scim.scim_problems import SCIM_JSON
from gateway.scim.scim_routes import PREFIX as SCIM
from inbox.foundation.problems import STATUS_BY_CODE
from inbox.helpers.helper_models import HelperKind
from tests.integration.api.documented import undocumented
from tests.integration.api.support import Client
from tests.schema_validators import validator_of

RAISED = re.compile(r'ProblemError\(\s*"(\w+)"')
ROOMS = ("inbox", "channels", "queueing", "templates_hsm", "workers", "gateway")
SOURCES = [path for room in ROOMS for path in (Path(__file__).parents[3] / room).rglob("*.py")]

PAGE = Path(__file__).parents[3] / "gateway/static/docs"
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
        if route.resource is not None and route.resource.canonical.startswith((PREFIX, SCIM))
    }
    documented = {(method, path) for method, path, _ in operations(document)}
    assert {(method, path) for method, path in served if method != "*" and path != f"{SCIM}/{{rest}}"} == documented


async def test_every_reference_leads_somewhere_and_nothing_is_unused(document: dict[str, Any]) -> None:
    for kind in ("schemas", "responses", "parameters"):
        referred = set(re.findall(rf"'#/components/{kind}/([^']+)'", str(document)))
        assert referred == set(document["components"][kind])
        assert kind != "schemas" or all(name.isidentifier() for name in referred)


async def test_what_operations_share_is_written_once(document: dict[str, Any]) -> None:
    answers = [
        answer
        for _, _, operation in operations(document)
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    ]
    assert [answer for answer in answers if set(answer) != {"$ref"}] == []
    examples = document["components"]["examples"]
    assert {name for name, schema in document["components"]["schemas"].items() if name in examples} != set()


async def test_words_stand_at_their_fields_and_times_are_marked(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert not [name for name, schema in schemas.items() if "Attributes:" in schema.get("description", "")]
    assert schemas["SavedView"]["properties"]["owner_id"]["description"] == "Who made it."
    assert schemas["ConversationView"]["properties"]["opened_at"]["format"] == "date-time"
    assert schemas["ConversationView"]["properties"]["closed_at"]["anyOf"][0]["format"] == "date-time"


async def test_operations_are_complete(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for method, path, operation in operations(document):
        assert method in METHODS
        assert operation["summary"]
        assert operation["description"]
        parameters = [resolved(p, document["components"]) for p in operation["parameters"]]
        in_path = {p["name"] for p in parameters if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert any(status.startswith("2") for status in operation["responses"])
        assert ("requestBody" in operation) <= (method in {"post", "put", "patch"})
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                problem = SCIM_JSON if path.startswith(SCIM) else PROBLEM_JSON
                answers = list(resolved(response, document["components"])["content"])
                assert answers == ([problem, PROBLEM_JSON] if (problem, status) == (SCIM_JSON, "400") else [problem])


async def test_problem_codes_are_listed_with_their_status_and_what_to_do(document: dict[str, Any]) -> None:
    listed = document["x-problem-codes"]
    assert {code: row["status"] for code, row in listed.items()} == {**STATUS_BY_CODE, "internal": 500}
    assert set(ADVICE) == set(listed)
    assert {code for path in SOURCES for code in RAISED.findall(path.read_text())} <= set(listed)


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body of a request or an answer, with a name."""
    for method, path, operation in operations(document):
        parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for part, described in parts.items():
            for media in resolved(described, document["components"]).get("content", {}).values():
                yield f"{method} {path} {part}", media


async def test_what_the_gateway_asks_of_others_is_described(document: dict[str, Any]) -> None:
    asked = document["webhooks"]
    assert {"event", "bot.turn", *(f"helper.{kind.value}" for kind in HelperKind)} == set(asked)
    for type_, item in asked.items():
        operation = item["post"]
        assert [one["name"] for one in operation["parameters"]] == [
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        ]
        for part in (operation["requestBody"], *operation["responses"].values()):
            for media in part.get("content", {}).values():
                validator = validator_of(media["schema"], document, validate_formats=True)
                assert [str(error) for error in validator.iter_errors(media["example"])] == [], type_


async def test_every_body_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    known = {name: row["value"] for name, row in document["components"]["examples"].items()}
    seen = 0
    for name, media in {id(media): (name, media) for name, media in bodies(document)}.values():
        validator = validator_of(media["schema"], document, validate_formats=True)
        examples = [media["example"]] if "example" in media else [known[code] for code in media["examples"]]
        assert examples, name
        for example in examples:
            assert [f"{error.message} at {error.instance_path}" for error in validator.iter_errors(example)] == [], name
            seen += 1
    assert seen > 300


def test_an_answer_that_is_not_as_documented_is_noticed() -> None:
    good = {"items": [], "next_cursor": None}
    problem = {"type": "x", "title": "x", "status": 404, "detail": "x", "code": "not_found"}
    assert undocumented("GET", "/api/v1/tags?limit=1", 200, good) is None
    assert undocumented("GET", "/api/v1/tags/x", 404, problem) is None
    assert undocumented("GET", "/elsewhere", 200, good) is None
    assert "items" in str(undocumented("GET", "/api/v1/tags", 200, {"next_cursor": None}))
    assert "302" in str(undocumented("GET", "/api/v1/tags", 302, None))
    assert "code" in str(undocumented("GET", "/api/v1/tags/x", 404, {**problem, "code": "in_use"}))
    assert "body" in str(undocumented("DELETE", "/api/v1/tags/x", 204, {}))


async def test_a_patch_requires_nothing_at_any_depth(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("WhatsAppChannelFieldsPatch", "WhatsAppCredentialsPatch", "AutoClosePatch"):
        assert "required" not in schemas[name]
        assert "access_token" not in schemas[name].get("required", ())


async def test_the_page_loads_nothing_from_elsewhere(client: Client) -> None:
    files = [f"/docs/{path.name}" for path in PAGE.iterdir() if path.name != "index.html"]
    assert len(files) > 3
    for path in ("/docs", "/docs/contacts", "/docs/erasure-and-export", "/docs/sockets", *files):
        async with client.get(path) as response:
            text = await response.text()
            policy = response.headers["Content-Security-Policy"]
            assert response.status == 200
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert "unsafe" not in policy
            assert not re.search(r"https?://", text)
            assert "innerHTML" not in text
