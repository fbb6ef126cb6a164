"""What leaves: messages, campaigns, and what else providers are told."""

from __future__ import annotations

from workers.deadlines import keep_windows, reply, send_scheduled
from workers.deadlines.keep_windows import WindowKeeper
from workers.deadlines.send_scheduled import ScheduledSender
from workers.parts.part import Common, Part
from workers.run_campaigns import Campaigner
from workers.sending import deliver, end_channels, tell_provider
from workers.sending.end_channels import ChannelEnder
from workers.sweep import Sweep
from workers.traffic import CAMPAIGNS, CONTACTS, MESSAGES, TRAFFIC
from workers.wakeup_worker import Hands


def sending(common: Common, hands: Hands) -> Part:
    """Return what sends, and what lets messages wait for their time or their window."""
    deliverer, teller, replier, router = hands
    windows = WindowKeeper(common.runtime, deliverer.wake)
    scheduled = ScheduledSender(common.runtime, common.suppression, deliverer.wake)
    ender = ChannelEnder(common.runtime, router.wake_all)
    sweeps = (
        Sweep("deliver", deliverer.sweep, deliver.SWEEP_SECONDS, heedless=TRAFFIC - MESSAGES),
        Sweep("tell_provider", teller.tell_due, tell_provider.SWEEP_SECONDS, teller.next_due),
        Sweep("reply", replier.speak_all, reply.SWEEP_SECONDS, replier.next_due, heedless=CONTACTS | CAMPAIGNS),
        Sweep(
            "release_held",
            windows.release_held,
            keep_windows.RELEASE_SECONDS,
            windows.next_release,
            heedless=TRAFFIC - MESSAGES - CONTACTS,  # contacts that are joined may have answered by another id
        ),
        Sweep("watch_windows", windows.watch, keep_windows.WATCH_SECONDS, rests=False),
        Sweep(
            "send_scheduled",
            scheduled.send_due,
            send_scheduled.SWEEP_SECONDS,
            scheduled.next_due,
            heedless=TRAFFIC - MESSAGES,
        ),
        Sweep("end_channels", ender.sweep, end_channels.SWEEP_SECONDS, heedless=TRAFFIC),
    )
    return Part(sweeps, stops=(deliverer.stop, teller.stop, replier.stop))


def campaigns(common: Common, hands: Hands) -> Part:
    """Return what runs campaigns."""
    campaigner = Campaigner(common.runtime, hands.deliverer.wake)
    return Part(campaigner.sweeps(), stops=(campaigner.stop,))
