"""Reading one part of an update by itself: strictly, then repaired."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Raw

from channels.json_repair import JSON_FAULTS, repaired
from channels.telegram.update_shapes import is_there

Shape = TypeVar("Shape")


def read_part(raw: Raw, decoder: msgspec.json.Decoder[Shape]) -> Shape | None:
    """Decode one part strictly, then repaired; None where it is not there or does not have the shape."""
    if not is_there(raw):
        return None
    for data in (bytes, lambda part: repaired(bytes(part))):
        try:
            return decoder.decode(data(raw))
        except JSON_FAULTS:
            continue
    return None
