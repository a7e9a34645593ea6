"""Drives a fake world to its end: every wait lets one running attempt or check end, as the test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specrun.core.change import Plan
from specrun.core.proving import current
from specrun.core.task import Desired
from specrun.core.world import Attempt, Phase, World
from specrun.ports import AttemptKey
from specrun.reconcile.loop import Control, Progress, converge
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import decide, perform
from tests.fakes import Clock, State, runtime

Codes = Mapping[str, list[int]]
"""Exit codes per task name, or `task:check`, one per attempt; the last one repeats, 0 if nothing is said."""

Left = Mapping[str, list[Mapping[str, Any]]]
"""What else attempts leave as evidence, by the same names and in the same order."""


@dataclass
class Ends:
    """A wake-up source that ends the oldest that is at work and lets time pass."""

    state: State
    clock: Clock
    codes: Codes = field(default_factory=dict)
    left: Left = field(default_factory=dict)

    def wait(self, timeout: float) -> None:
        self.clock.now += timeout
        for found in self.state.attempts.values():
            for one in found:
                if (key := at_work(one)) is not None:
                    self.end(key)
                    return

    def end(self, key: AttemptKey) -> None:
        """End an attempt, or one run of a check, as was said beforehand."""
        name = named(self.state, key)
        code, left = _of(self.codes.get(name, [0]), key), _of(self.left.get(name, [{}]), key)
        self.state.end(key, code, **left)


def _of(told: list[Any], key: AttemptKey) -> Any:
    return told[min(key.number, len(told)) - 1]


def at_work(attempt: Attempt) -> AttemptKey | None:
    """Answer what of an attempt is at work: its agent, a run of a check, or nothing."""
    if attempt.phase is Phase.RUNNING:
        return AttemptKey(attempt.task_id, attempt.number)
    run = current(attempt.proof) if attempt.proof is not None else None
    if run is None or run.phase is not Phase.RUNNING:
        return None
    return AttemptKey(attempt.task_id, attempt.number, run.number)


def named(state: State, key: AttemptKey) -> str:
    """Answer the name of a task, or that of a task and the check that a run is of."""
    task = key.task_id.partition("/")[2]
    return f"{task}:{state.checks[key].name}" if key.check else task


def run_to_rest(
    desired: Desired,
    state: State,
    codes: Codes | None = None,
    control: Control | None = None,
    left: Left | None = None,
) -> tuple[Runtime, list[Progress]]:
    """Converge and answer every turn."""
    clock = Clock()
    made = runtime(desired, state, clock)
    return made, rest(made, Ends(state, clock, codes or {}, left or {}), control)


def rest(made: Runtime, wakes: Ends, control: Control | None = None) -> list[Progress]:
    """Answer every turn until nothing is left to do."""
    turns = []
    for progress in converge(made, wakes, control or Control()):
        turns.append(progress)
        assert len(turns) < 1000, "does not come to rest"
    return turns


def turn(made: Runtime) -> tuple[World, Plan]:
    """Do all that is to be done now, once."""
    world, plan = decide(made)
    for change in plan.changes:
        perform(made, world, change)
    return world, plan
