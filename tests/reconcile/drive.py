"""Drives a fake world to its end: every wait lets one running attempt end, as the test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specrun.core.task import Desired, TaskId
from specrun.core.world import Phase
from specrun.ports import AttemptKey
from specrun.reconcile.loop import Control, Progress, converge
from specrun.reconcile.runtime import Runtime
from tests.fakes import Clock, State, runtime

Codes = Mapping[str, list[int]]
"""Exit codes per task name, one per attempt; the last one repeats, 0 where nothing is said."""


@dataclass
class Ends:
    """A wake-up source that ends the oldest running attempt and lets time pass."""

    state: State
    clock: Clock
    codes: Codes = field(default_factory=dict)

    def wait(self, timeout: float) -> None:
        self.clock.now += timeout
        for found in self.state.attempts.values():
            for one in found:
                if one.phase is Phase.RUNNING:
                    self.state.end(AttemptKey(one.task_id, one.number), self.code(one.task_id, one.number))
                    return

    def code(self, task_id: TaskId, number: int) -> int:
        codes = self.codes.get(task_id.partition("/")[2], [0])
        return codes[min(number, len(codes)) - 1]


def run_to_rest(
    desired: Desired, state: State, codes: Codes | None = None, control: Control | None = None
) -> tuple[Runtime, list[Progress]]:
    """Converge and answer every turn."""
    clock = Clock()
    made = runtime(desired, state, clock)
    ends = Ends(state, clock, codes or {})
    turns = []
    for progress in converge(made, ends, control or Control()):
        turns.append(progress)
        assert len(turns) < 1000, "does not come to rest"
    return made, turns
