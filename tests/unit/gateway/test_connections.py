"""How many connections are taken, and what is told of those that are not."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from gateway.http.client_address import ClientAddresses
from gateway.http.connections import FIRST_HEAD_SECONDS, LOG_SECONDS, Connections, limit_of_address, limit_of_all


class Wire:
    """A transport, as far as it matters here."""

    def __init__(self, address: str) -> None:
        self.cut = False
        self._address = address

    def get_extra_info(self, _: str) -> Any:
        return (self._address, 4711)

    def abort(self) -> None:
        self.cut = True


class Door:
    """A process's connections and a clock that a test moves."""

    def __init__(self, most: int = 8) -> None:
        self.seconds = 1_000.0
        addresses = ClientAddresses([ip_network("10.0.0.1")])
        self.connections = Connections(addresses, most=most, monotonic=lambda: self.seconds)

    def enter(self, address: str = "203.0.113.1") -> Wire:
        wire = Wire(address)
        wire.cut = not self.connections.enter(wire, cast(Any, wire))
        return wire


@pytest.mark.parametrize(
    ("files", "all_", "of_address"), [(20_000, 19_500, 4_875), (4_096, 3_596, 1_000), (1_024, 524, 393), (256, 128, 96)]
)
def test_limits_stay_below_that_of_the_system(files: int, all_: int, of_address: int) -> None:
    assert (limit_of_all(files), limit_of_address(all_)) == (all_, of_address)


def test_one_address_gets_a_share_and_others_still_come_in() -> None:
    door = Door(most=8)
    assert [door.enter().cut for _ in range(8)] == [False] * 6 + [True] * 2
    assert [door.enter("203.0.113.2").cut for _ in range(3)] == [False, False, True]  # now all are taken


def test_who_leaves_makes_room() -> None:
    door = Door(most=2)
    first, second = door.enter(), door.enter("203.0.113.2")
    assert door.enter("203.0.113.3").cut
    for wire in (first, second):
        door.connections.leave(wire)
    assert not door.enter("203.0.113.3").cut


def test_a_proxy_of_ours_may_take_all() -> None:
    door = Door(most=8)
    assert [door.enter("10.0.0.1").cut for _ in range(9)] == [False] * 8 + [True]


def test_who_says_nothing_is_cut() -> None:
    door = Door()
    silent, speaking = door.enter(), door.enter()
    door.connections.spoke(speaking)
    door.seconds += FIRST_HEAD_SECONDS / 2
    later = door.enter()
    door.seconds += FIRST_HEAD_SECONDS / 2
    door.connections.cut_silent()
    assert (silent.cut, speaking.cut, later.cut) == (True, False, False)


def test_a_flood_is_told_of_once_in_a_while_with_its_size() -> None:
    door = Door(most=4)
    with capture_logs() as logs:
        for _ in range(100):
            door.enter()
        door.seconds += LOG_SECONDS
        door.connections.cut_silent()
        door.connections.cut_silent()
    assert [one["count"] for one in logs] == [1, 96]
    assert {one["mainly_from"] for one in logs} == {"203.0.113.1"}


def test_one_that_is_passed_on_keeps_its_place_and_its_time() -> None:
    door = Door()
    silent, spoken = door.enter(), door.enter()
    for wire in (silent, spoken):
        door.connections.pass_on(wire, (wire, "again"))
        assert door.connections.enter((wire, "again"), cast(Any, wire))
    assert door.connections.count == 2
    door.connections.spoke((spoken, "again"))
    door.seconds += FIRST_HEAD_SECONDS
    door.connections.cut_silent()
    assert (silent.cut, spoken.cut) == (True, False)
    for wire in (silent, spoken):
        door.connections.leave((wire, "again"))
    assert door.connections.count == 0
