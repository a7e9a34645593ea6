"""Colours harmless text for a terminal, by what it means; where colour is not wanted, text stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_RESET = "\x1b[0m"


class Role(StrEnum):
    """What a piece of text means; the value is its SGR parameter (ECMA-48), as all terminals know it."""

    GOOD = "32"
    BAD = "31"
    CARE = "33"
    NEWS = "36"
    FAINT = "2"
    STRONG = "1"


NAMES = ("36", "33", "35", "32", "34", "31")
"""SGR parameters that tell names apart, in the order in which they are given out."""


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts colour on text, or leaves it alone where `on` is false.

    Lengths are to be measured, and lines to be cut, before: escape sequences have no width.
    """

    on: bool

    def __call__(self, text: str, role: Role) -> str:
        """Answer the text in the colour of its role."""
        return self._dyed(text, role)

    def name(self, text: str, number: int) -> str:
        """Answer the text in the colour of the `number`-th name, counted from 0."""
        return self._dyed(text, NAMES[number % len(NAMES)])

    def _dyed(self, text: str, parameter: str) -> str:
        return f"\x1b[{parameter}m{text}{_RESET}" if self.on and text else text


PLAIN = Paint(on=False)
