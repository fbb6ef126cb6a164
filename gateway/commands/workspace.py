"""`gateway workspace`: make one with its owner, see and change what it may use, help with its second factors."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gateway.embedded.backing import open_backing
from gateway.processes import supervisor
from gateway.processes.supervisor import CannotStartError, report_to_stderr


def prepare(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Add the arguments; return what runs the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    creating = actions.add_parser("create", help="make a workspace and its owner")
    creating.add_argument("--name", required=True, help="the business")
    creating.add_argument("--email", required=True, help="the owner's address, to sign in with")
    creating.add_argument("--owner-name", help="default: the part of the address before the @")
    creating.set_defaults(act=create)
    limiting = actions.add_parser("quotas", help="show or set what a workspace may use")
    limiting.add_argument("--id", required=True, help="the workspace")
    for name in ("storage-bytes", "requests-per-second", "searches-at-once", "dead-letters"):
        limiting.add_argument(f"--{name}", metavar="N", help="a number, or `usual` for the installation's own")
    limiting.set_defaults(act=limit)
    confirming = actions.add_parser("second-factor", help="show who lacks one; help somebody who lost everything")
    confirming.add_argument("--id", required=True, help="the workspace")
    confirming.add_argument("--remove-from", metavar="EMAIL", help="whose second factor is taken away")
    confirming.add_argument("--lift", action="store_true", help="demand no second factor any more")
    confirming.set_defaults(act=confirm)
    return lambda options: supervisor.run(options.act(options))


async def create(options: argparse.Namespace) -> None:
    """Make them and print how to sign in."""
    async with open_backing(report_to_stderr) as backing:
        from gateway.commands.new_workspace import NotCreatedError, create_with_owner  # noqa: PLC0415 - loaded while mongod starts

        owner_name = options.owner_name or options.email.partition("@")[0] or options.email
        try:
            print(
                await create_with_owner(backing.settings, name=options.name, email=options.email, owner_name=owner_name)
            )
        except NotCreatedError as fault:
            raise CannotStartError(str(fault)) from None


async def limit(options: argparse.Namespace) -> None:
    """Set what was asked for, and print what the workspace may use."""
    async with open_backing(report_to_stderr) as backing:
        from gateway.commands.quotas import QuotaRefusedError, quotas_of  # noqa: PLC0415 - loaded while mongod starts

        try:
            print(await quotas_of(backing.settings, options))
        except QuotaRefusedError as fault:
            raise CannotStartError(str(fault)) from None


async def confirm(options: argparse.Namespace) -> None:
    """Do what was asked for, and print who has a second factor."""
    async with open_backing(report_to_stderr) as backing:
        from gateway.commands.second_factors import NotDoneError, second_factors_of  # noqa: PLC0415 - loaded while mongod starts

        try:
            print(
                await second_factors_of(
                    backing.settings, options.id, remove_from=options.remove_from, lift=options.lift
                )
            )
        except NotDoneError as fault:
            raise CannotStartError(str(fault)) from None
