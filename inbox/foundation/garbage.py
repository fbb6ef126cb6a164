"""Garbage collection settings of the server and worker: long-lived objects are frozen, collections are rarer."""

from __future__ import annotations

import gc
from typing import Final

YOUNG_OBJECTS: Final = 20_000
"""New objects between two looks at the young ones (Python's own: 700). A request makes some hundreds,
nearly all of which reference counting frees at once; with Python's value the collector took 15 % of a
server's processor time."""
OLDER_GENERATIONS: Final = 20
"""Looks at the young until one at the older ones (Python's own: 10)."""


def calm_garbage_collection() -> None:
    """Freeze what is loaded now (modules, routes, connections). Call it once when start-up is over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, OLDER_GENERATIONS, OLDER_GENERATIONS)
