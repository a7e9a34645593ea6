"""The real coding CLIs, pinned for the tests: programs, versions, and a clean seat for each at the stub."""

from tests.clis.pins import NAMES, Missing, lacking, program, version
from tests.clis.seats import Ran, Seat, take_seat

__all__ = ["NAMES", "Missing", "Ran", "Seat", "lacking", "program", "take_seat", "version"]
