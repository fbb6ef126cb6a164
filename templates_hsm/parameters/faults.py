"""What is wrong with values or definitions, as values."""

from __future__ import annotations

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not fit.

    Attributes:
        pointer: JSON pointer of what is wrong, from the checked object on.
        code: Stable, for programs.
        message: For people: what is wrong and what to do.
    """

    pointer: str
    code: str
    message: str

    def below(self, pointer: str) -> Fault:
        """Return the fault as seen from an object that contains the checked one at `pointer`."""
        return msgspec.structs.replace(self, pointer=pointer + self.pointer)
