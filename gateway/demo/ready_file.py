"""The demo's ready file: one JSON object for programs, written when everything answers."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from gateway.demo.seed import Seed

VERSION = 1


def ready_object(
    *, base_url: str, sandbox_url: str, mongo_url: str, redis_url: str, pids: dict[str, Any], seeded: Seed | None
) -> dict[str, Any]:
    """Return the object; without a seed it has no workspaces. Channels and queues that do not exist are left out."""
    return {
        "version": VERSION,
        "base_url": base_url,
        **(_seeded(seeded) if seeded else {}),
        "sandbox": {"base_url": sandbox_url},
        "mongo_url": mongo_url,
        "redis_url": redis_url,
        "pids": pids,
    }


def written_ready_file(ready: dict[str, Any]) -> str:
    """Return the file's content; it holds secrets, so that only its owner may read it."""
    return json.dumps(ready, indent=1) + "\n"


def _seeded(seeded: Seed) -> dict[str, Any]:
    first = msgspec.to_builtins(seeded.first)
    named = {
        "whatsapp": seeded.whatsapp,
        "whatsapp_queue": seeded.whatsapp_queue,
        "webchat": seeded.webchat,
        "telegram": seeded.telegram,
    }
    return {
        "workspace_id": first["id"],
        "owner": first["owner"],
        "operators": first["operators"],
        "channels": {name: msgspec.to_builtins(channel) for name, channel in named.items() if channel},
        "queues": msgspec.to_builtins(seeded.queues),
        "second_workspace": {"id": seeded.second.id, "owner": msgspec.to_builtins(seeded.second.owner)},
    }
