"""The demo's web chat: there from the first start, added to older data, and at each start's own address."""

from __future__ import annotations

from dataclasses import replace

from gateway.demo.seed import find_again, sandbox_config, seed
from inbox.channel.channel_directory import ChannelDirectory
from inbox.storage.runtime import Runtime

OLD, NEW = "http://127.0.0.1:8090", "http://127.0.0.1:8190"


async def test_older_data_gets_a_web_chat_and_a_known_one_follows_the_addresses(runtime: Runtime) -> None:
    seeded = await seed(runtime, OLD)
    first = seeded.webchat
    assert first is not None
    assert first.page_url == f"{runtime.settings.public_url}/webchat/{first.id}/demo"
    assert sandbox_config(seeded)["webchat_page_url"] == first.page_url

    elsewhere = runtime.settings.model_copy(update={"public_url": "http://127.0.0.1:9090"})
    later = replace(runtime, settings=elsewhere)
    again = await find_again(later, seeded, NEW)
    assert again is not None
    assert again.webchat is not None
    assert (again.webchat.id, again.webchat.identity_secret) == (first.id, first.identity_secret)
    assert again.webchat.socket_url == f"ws://127.0.0.1:9090/webchat/{first.id}/socket"
    directory = ChannelDirectory(runtime.database, runtime.secret_box)
    channel = await directory.get(first.id)
    assert channel is not None
    assert channel.credentials["allowed_origins"].split() == ["http://127.0.0.1:9090", NEW]

    again.webchat = None  # as in data of a version that had no web chat
    added = await find_again(later, again, NEW)
    assert added is not None
    assert added.webchat is not None
    assert added.webchat.id != first.id
