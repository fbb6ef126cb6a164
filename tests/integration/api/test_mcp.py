"""Assistants by the Model Context Protocol, checked with the official client; rights and masking are the caller's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import msgspec
import pytest
import pytest_asyncio
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from gateway.api.mcp_tools import TOOLS
from inbox.people.access import Scope
from tests.integration.api.support import Actor, Team, customer_writes, whatsapp_channel

READING = {tool.name for tool in TOOLS if tool.reads}


@asynccontextmanager
async def assistant(actor: Actor, path: str = "/mcp") -> AsyncIterator[ClientSession]:
    """Connect the official client with somebody's token."""
    headers = {"Authorization": f"Bearer {actor.token}"}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        streamable_http_client(str(actor.client.make_url(path)), http_client=http) as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        await session.initialize()
        yield session


async def use(session: ClientSession, name: str, **arguments: Any) -> Any:
    """Use a tool; return what it answered, or the code of its error."""
    result = await session.call_tool(name, arguments)
    text = result.content[0].text  # type: ignore[union-attr]
    return text.partition(":")[0] if result.is_error else msgspec.json.decode(text)


@pytest_asyncio.fixture
async def conversation(team: Team) -> str:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "my number is +49 1512 3456789")
    return str((await team.owner.get("/conversations")).body["items"][0]["id"])


async def test_an_assistant_reads_searches_classifies_and_drafts(team: Team, conversation: str) -> None:
    ann = team.operator
    await team.owner.post("/tags", {"name": "urgent"})
    async with assistant(ann) as session:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == {tool.name for tool in TOOLS if not tool.sends}
        assert {name for name, tool in tools.items() if tool.annotations and tool.annotations.read_only_hint} == READING
        assert tools["set_tags"].input_schema["required"] == ["conversation_id", "tags"]
        (found,) = (await use(session, "list_conversations", limit=5))["items"]
        assert found["id"] == conversation
        (message,) = (await use(session, "read_messages", conversation_id=conversation))["items"]
        assert message["content"]["text"] == "my number is +49 1512 3456789"
        assert (await use(session, "read_contact", contact_id=found["contact"]["id"]))["name"] == "Kerry"
        assert [tag["name"] for tag in (await use(session, "list_tags"))["items"]] == ["urgent"]
        tagged = await use(session, "set_tags", conversation_id=conversation, tags=["urgent"])
        assert tagged["tags"] == ["urgent"]
        assert "items" in await use(session, "search", q="number")
        await use(session, "draft_reply", conversation_id=conversation, text="Dear Kerry")
        assert await use(session, "draft_reply", conversation_id=conversation, text="Other") == "conflict"
        await use(session, "draft_reply", conversation_id=conversation, text="Dear Ms Kerry", replace=True)
    draft = (await ann.get(f"/conversations/{conversation}/draft")).body
    assert draft["content"]["text"] == "Dear Ms Kerry"
    assert len((await ann.get(f"/conversations/{conversation}/messages")).body["items"]) == 1, "nothing was sent"


async def test_it_sends_only_where_the_workspace_allows_it_and_the_caller_may(team: Team, conversation: str) -> None:
    ann = team.operator
    seen = (await ann.get(f"/conversations/{conversation}/messages")).body["items"][0]["seq"]
    reply = {"conversation_id": conversation, "text": "Hello", "seen_seq": seen}
    async with assistant(ann) as session:
        with pytest.raises(Exception, match="no such tool"):
            await session.call_tool("send_reply", reply)
        await team.owner.patch("/workspace", {"settings": {"assistants_may_send": True}})
        assert await use(session, "send_reply", **reply) == "not_assigned"
        await ann.post(f"/conversations/{conversation}/assign", {"operator_id": ann.id})
        assert (await use(session, "send_reply", **reply))["author"] == {"kind": "operator", "id": ann.id}


async def test_rights_scopes_and_masking_hold(team: Team, strangers: Team, conversation: str) -> None:
    await team.owner.patch("/workspace", {"settings": {"masked_roles": ["operator"]}})
    async with assistant(team.operator) as session:
        (message,) = (await use(session, "read_messages", conversation_id=conversation))["items"]
        assert message["content"]["text"] == "my number is •••89"
    async with assistant(strangers.owner, "/api/v1/mcp") as session:
        assert await use(session, "read_conversation", conversation_id=conversation) == "not_found"
        assert (await use(session, "list_conversations"))["items"] == []
    made = await team.owner.post("/api-keys", {"name": "reader", "scopes": [Scope.READ]})
    async with assistant(Actor(team.owner.client, made.body["token"])) as session:
        assert (await use(session, "read_conversation", conversation_id=conversation))["id"] == conversation
        assert await use(session, "set_tags", conversation_id=conversation, tags=["x"]) == "forbidden"
        assert await use(session, "draft_reply", conversation_id=conversation, text="x") == "forbidden"


async def test_what_is_wrong_is_said_and_answers_are_bounded(team: Team, conversation: str) -> None:
    async with assistant(team.operator) as session:
        assert await use(session, "list_conversations", limit=1000) == "invalid_request"
        assert await use(session, "read_messages", conversation_id=conversation, other=1) == "invalid_request"
    long = {"content": {"type": "text", "text": "x" * 4_000}}
    await asyncio.gather(*(team.key.post(f"/conversations/{conversation}/messages", long) for _ in range(28)))
    async with assistant(team.operator) as session:
        assert await use(session, "read_messages", conversation_id=conversation, limit=50) == "too_large"
        assert len((await use(session, "read_messages", conversation_id=conversation, limit=5))["items"]) == 5


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "ping"}, 200, None),
        ({"jsonrpc": "2.0", "id": 1, "method": "no/such"}, 200, -32601),
        ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, 200, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 7}}, 200, -32602),
        ({"jsonrpc": "2.0", "method": "notifications/initialized"}, 202, None),
        ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}], 422, None),
        (b"{", 400, None),
    ],
)
async def test_the_protocol_s_own_errors(team: Team, body: Any, status: int, code: int | None) -> None:
    answer = await team.owner.post("/mcp", body)
    assert answer.status == status
    if status == 200:
        assert answer.body.get("error", {}).get("code") == code


async def test_other_methods_versions_and_nobody_are_refused(team: Team, nobody: Actor) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert (await nobody.post("/mcp", ping)).status == 401
    assert (await team.owner.get("/mcp")).status == 405
    assert (await team.owner.delete("/mcp")).status == 405
    assert (await team.owner.post("/mcp", ping, MCP_Protocol_Version="1999-01-01")).status == 400
    assert (await team.owner.post("/mcp", ping, MCP_Protocol_Version="2025-06-18")).status == 200
