"""Who attends to customers: queues, bots, and what is due in conversations."""

from __future__ import annotations

from typing import Final

from queueing.bots.agents import AgentsLeft
from queueing.queues.queue_telling import QueueTelling
from workers.bots import take_turns
from workers.bots.take_turns import TurnTaker
from workers.deadlines import fire_deadlines, keep_targets, remind
from workers.deadlines.fire_deadlines import DeadlineKeeper
from workers.deadlines.keep_targets import TargetKeeper
from workers.deadlines.remind import Reminder
from workers.parts.part import Common, Part
from workers.routing import route
from workers.sweep import Sweep
from workers.traffic import CAMPAIGNS, CONTACTS, CONVERSATIONS, MESSAGES, QUEUES, TRAFFIC
from workers.wakeup_worker import Hands

AGENTS_SECONDS: Final = 0.5
"""A customer whom another agent has handed over waits."""
_NO_QUEUE: Final = MESSAGES | CONTACTS | CAMPAIGNS
"""Who waits in a queue, and who works for it, is told by events of conversations, operators and queues."""


def routing(common: Common, hands: Hands) -> Part:
    """Return what leads conversations through queues to operators."""
    router = hands.router
    telling = QueueTelling(common.runtime.database, common.runtime.clock)
    sweeps = (
        Sweep("route", router.sweep, route.SWEEP_SECONDS, heedless=_NO_QUEUE),
        Sweep("tend", router.tend, route.SWEEP_SECONDS, router.next_tending, heedless=_NO_QUEUE),
        Sweep("recount", router.recount, route.RECOUNT_SECONDS, rests=False),
        Sweep("tell_queues", telling.tell_changed, route.SWEEP_SECONDS, telling.next_change, heedless=_NO_QUEUE),
    )
    return Part(sweeps, stops=(router.stop,))


def deadlines(common: Common, hands: Hands) -> Part:
    """Return what acts in conversations when their time has come."""
    keeper = DeadlineKeeper(common.runtime, hands.replier.wake, hands.router.wake_all)
    targets, reminder = TargetKeeper(common.runtime), Reminder(common.runtime)
    sweeps = (
        Sweep("fire_deadlines", keeper.fire_all, fire_deadlines.SWEEP_SECONDS, keeper.next_due, heedless=CAMPAIGNS),
        Sweep("targets", targets.look_due, keep_targets.SWEEP_SECONDS, targets.next_due, heedless=CAMPAIGNS),
        Sweep("remind", reminder.remind_due, remind.SWEEP_SECONDS, reminder.next_due, heedless=TRAFFIC - CONVERSATIONS),
    )
    return Part(sweeps)


def bots(common: Common, hands: Hands) -> Part:
    """Return what tells bots that it is their turn, and what passes on what an agent of a provider's handed over."""
    runtime, wake = common.runtime, hands.router.wake
    turns = TurnTaker(runtime, common.leases(), wake)
    agents = AgentsLeft(runtime.database, runtime.clock, wake)
    sweeps = (
        Sweep("bots", turns.sweep, take_turns.SWEEP_SECONDS, turns.next_due, heedless=CONTACTS | CAMPAIGNS),
        Sweep("agents_left", agents.pass_on, AGENTS_SECONDS, agents.next_due, heedless=CAMPAIGNS | QUEUES),
    )
    return Part(sweeps, stops=(turns.stop,))
