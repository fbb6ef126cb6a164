"""What the demo starts with: two workspaces, people, two WhatsApp numbers at the emulator, and two queues."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Final

import msgspec

from gateway.demo.seed_queues import (
    UPGRADED_PER_SECOND,
    SeededQueue,
    SeededWhatsApp,
    Team,
    channels,
    make_channel,
    make_queued_number,
    make_queues,
    new_phone_number_id,
)
from gateway.demo.seed_telegram import SeededTelegram, bot_config, find_telegram_again, make_telegram
from gateway.demo.seed_templates import TEMPLATES
from gateway.demo.seed_webchat import SeededWebchat, find_webchat_again, make_webchat
from inbox.channel.channel_models import WhatsAppChannelFields, WhatsAppCredentials
from inbox.people.access import Role
from inbox.people.accounts import NewOperator, create_operator, create_workspace, issue_sign_in
from inbox.people.tokens import find_token
from inbox.storage.runtime import Runtime

SHOWN_NUMBER: Final = "15550783881"
SHOWN_QUEUED_NUMBER: Final = "15550783882"


class Person(msgspec.Struct, kw_only=True):
    """An operator who can sign in, with what is needed for it."""

    id: str
    name: str
    email: str
    role: Role
    password: str
    token: str


class SeededWorkspace(msgspec.Struct, kw_only=True):
    """A workspace and its people."""

    id: str
    owner: Person
    operators: list[Person] = []


class Seed(msgspec.Struct, kw_only=True):
    """Everything that was seeded; kept in a private file, so that the next start finds it."""

    first: SeededWorkspace
    second: SeededWorkspace
    whatsapp: SeededWhatsApp
    whatsapp_queue: SeededWhatsApp | None = None
    queues: list[SeededQueue] = []
    webchat: SeededWebchat | None = None
    telegram: SeededTelegram | None = None


async def seed(runtime: Runtime, sandbox_url: str) -> Seed:
    """Make it all."""
    first, second = await asyncio.gather(
        _make_workspace(runtime, "Demo shop", ("Olivia Owner", "owner@demo.example")),
        _make_workspace(runtime, "Second shop", ("Sam Second", "owner@second.example")),
    )
    first.operators, whatsapp = await asyncio.gather(
        _make_operators(runtime, first.id), _make_whatsapp(runtime, first.id, sandbox_url)
    )
    seeded = Seed(first=first, second=second, whatsapp=whatsapp)
    await _add_queues(runtime, seeded)
    seeded.webchat = await make_webchat(runtime, first.id, seeded.queues[0], sandbox_url)
    seeded.telegram = await make_telegram(runtime, first.id, sandbox_url)
    return seeded


async def find_again(runtime: Runtime, known: Seed, sandbox_url: str) -> Seed | None:
    """Bring an earlier seed up to this start's addresses, and sign in anew whose sign-in is over.

    Returns:
        The seed; None where its workspace is gone, such as from an emptied database.
    """
    for workspace in (known.first, known.second):
        if await runtime.database.workspaces.find_one({"_id": workspace.id}, {"_id": 1}) is None:
            return None
        for person in (workspace.owner, *workspace.operators):
            await _sign_in_again(runtime, workspace.id, person)
    if known.whatsapp_queue is None:
        await _add_queues(runtime, known)
    if known.webchat is None:
        known.webchat = await make_webchat(runtime, known.first.id, known.queues[0], sandbox_url)
    known.webchat = await find_webchat_again(runtime, known.first.id, known.webchat, sandbox_url)
    if known.telegram is None:
        known.telegram = await make_telegram(runtime, known.first.id, sandbox_url)
    known.telegram = await find_telegram_again(runtime, known.first.id, known.telegram, sandbox_url)
    patch = {"provider_base_url": sandbox_url}
    for number in _numbers(known):
        channel = await channels(runtime).patch(known.first.id, number.id, patch, now=runtime.clock.now())
        number.webhook_url = channel.webhook_url or ""
    return known


def sandbox_config(seeded: Seed | None) -> dict[str, Any]:
    """Return the emulators' configuration."""
    if seeded is None:
        return {}
    shown = ((SHOWN_NUMBER, "Demo shop"), (SHOWN_QUEUED_NUMBER, "Demo shop sales"))
    return {
        "numbers": [
            {**_without_id(number), "display_phone_number": digits, "verified_name": name}
            for number, (digits, name) in zip(_numbers(seeded), shown, strict=False)
        ]
        + [_unconnected(seeded.whatsapp)],
        "bots": [bot_config(seeded.telegram)] if seeded.telegram else [],
        "webchat_page_url": seeded.webchat.page_url if seeded.webchat else None,
        "templates": [{"waba_id": seeded.whatsapp.waba_id, **template} for template in TEMPLATES],
    }


def _unconnected(first: SeededWhatsApp) -> dict[str, Any]:
    """Return a number of another business account, for signing up."""
    return {
        "phone_number_id": "1" + first.phone_number_id[1:][::-1],
        "waba_id": "1" + first.waba_id[1:][::-1],
        "access_token": first.access_token[::-1],
        "app_secret": first.app_secret,
        "display_phone_number": "15550109999",
        "verified_name": "Demo number to connect",
    }


def _numbers(seeded: Seed) -> list[SeededWhatsApp]:
    return [seeded.whatsapp, *([seeded.whatsapp_queue] if seeded.whatsapp_queue else [])]


def _without_id(number: SeededWhatsApp) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(number).items() if name != "id"}


async def _add_queues(runtime: Runtime, seeded: Seed) -> None:
    """Add a supervisor, the queues, and the number that feeds the first of them."""
    first = seeded.first
    supervisor = await _make_operator(
        runtime, first.id, _new_operator("Sofia Sees", "sofia@demo.example", Role.SUPERVISOR)
    )
    team = Team(operator_ids=tuple(person.id for person in first.operators), supervisor_id=supervisor.id)
    first.operators.append(supervisor)
    seeded.queues = await make_queues(runtime, first.id, team)
    seeded.whatsapp_queue = await make_queued_number(runtime, first.id, seeded.whatsapp, seeded.queues[0])


async def _make_workspace(runtime: Runtime, name: str, owner: tuple[str, str]) -> SeededWorkspace:
    person = _new_operator(*owner, Role.OWNER)
    made = await create_workspace(
        runtime.database,
        name=name,
        owner=person,
        now=runtime.clock.now(),
        sign_in_days=runtime.settings.sign_in_days,
    )
    return SeededWorkspace(id=made.workspace.id, owner=_person(made.owner.id, person, made.token))


async def _make_operators(runtime: Runtime, workspace_id: str) -> list[Person]:
    people = [
        _new_operator("Ana Answers", "ana@demo.example", Role.OPERATOR),
        _new_operator("Ben Busy", "ben@demo.example", Role.OPERATOR),
    ]
    return [await _make_operator(runtime, workspace_id, person) for person in people]


async def _make_operator(runtime: Runtime, workspace_id: str, person: NewOperator) -> Person:
    operator = await create_operator(runtime.database, workspace_id, person, now=runtime.clock.now())
    return _person(operator.id, person, await _sign_in(runtime, workspace_id, operator.id))


async def _make_whatsapp(runtime: Runtime, workspace_id: str, sandbox_url: str) -> SeededWhatsApp:
    credentials = WhatsAppCredentials(
        phone_number_id=new_phone_number_id(),
        waba_id=new_phone_number_id(),
        access_token="EAA" + secrets.token_hex(24),
        app_secret=secrets.token_hex(16),
        verify_token=secrets.token_hex(8),
    )
    fields = WhatsAppChannelFields(
        name="WhatsApp demo",
        provider_base_url=sandbox_url,
        messages_per_second=UPGRADED_PER_SECOND,
        credentials=credentials,
    )
    return await make_channel(runtime, workspace_id, fields)


async def _sign_in_again(runtime: Runtime, workspace_id: str, person: Person) -> None:
    if await find_token(runtime.database, person.token, runtime.clock.now()) is None:
        person.token = await _sign_in(runtime, workspace_id, person.id)


async def _sign_in(runtime: Runtime, workspace_id: str, operator_id: str) -> str:
    days = runtime.settings.sign_in_days
    return await issue_sign_in(runtime.database, workspace_id, operator_id, runtime.clock.now(), days=days)


def _new_operator(name: str, email: str, role: Role) -> NewOperator:
    return NewOperator(name=name, email=email, role=role, password=f"try-{secrets.token_hex(6)}")


def _person(operator_id: str, new: NewOperator, token: str) -> Person:
    return Person(
        id=operator_id, name=new.name, email=new.email, role=new.role, password=new.password or "", token=token
    )
