"""Lists follow the records: once when a loop begins, and whenever a record makes a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from specrun.core.checklist import Entry, Ticked
from specrun.core.event import Event, EventKind
from specrun.core.task import Desired
from specrun.core.world import Status
from specrun.errors import EnvironmentProblem
from specrun.reconcile.loop import Control, converge
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.ticking import Ticking
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import Clock, State, runtime
from tests.reconcile.drive import Ends

PLAN = {"checklist": "plan.md"}
CHAIN = desired(task("a", item="A"), task("b", "a", item="B"), task("c"), spec=PLAN)
LISTED = (EventKind.TICKED, EventKind.NOT_TICKED)


class Asked:
    """A list that notes what it is asked for; `missing` are texts without a box."""

    def __init__(self, missing: tuple[str, ...] = (), problem: str = "") -> None:
        self.calls: list[tuple[str, list[str]]] = []
        self.missing = missing
        self.problem = problem

    def tick(self, file: str, entries: Sequence[Entry]) -> Ticked:
        before = len(self.calls[-1][1]) if self.calls else 0
        self.calls.append((file, [entry.item for entry in entries if entry.done]))
        if self.problem:
            raise EnvironmentProblem(self.problem, "look at it")
        return Ticked(text="", count=len(self.calls[-1][1]) - before, missing=self.missing)


def made(wanted: Desired, state: State, asked: Asked) -> Runtime:
    return replace(runtime(wanted, state), tick_boxes=asked.tick)


def told(events: Sequence[Event]) -> list[str]:
    return [event.message for event in events if event.kind in LISTED]


def applied(wanted: Desired, state: State, asked: Asked, codes: dict[str, list[int]]) -> list[str]:
    """Run to rest and answer what was told of lists."""
    clock = Clock()
    world = replace(runtime(wanted, state, clock), tick_boxes=asked.tick)
    turns = converge(world, Ends(state, clock, codes), Control())
    return told([event for turn in turns for event in turn.events])


def test_each_success_is_ticked_when_it_is_recorded() -> None:
    asked, state = Asked(), State()
    assert applied(CHAIN, state, asked, {}) == ["plan.md: 1 box ticked", "plan.md: 1 box ticked"]
    assert asked.calls == [("plan.md", ["A"]), ("plan.md", ["A", "B"])], "a turn without news asks nothing"
    assert told(state.events) == ["plan.md: 1 box ticked", "plan.md: 1 box ticked"]


def test_the_next_apply_looks_once_and_has_nothing_to_tell() -> None:
    state = State()
    applied(CHAIN, state, Asked(), {})
    asked = Asked()
    asked.calls.append(("plan.md", ["A", "B"]))
    assert applied(CHAIN, state, asked, {}) == []
    assert asked.calls[1:] == [("plan.md", ["A", "B"])]


def test_what_failed_is_not_ticked() -> None:
    asked = Asked()
    assert applied(CHAIN, State(), asked, {"a": [1]}) == []
    assert asked.calls == []


def test_without_a_list_nothing_is_asked() -> None:
    asked = Asked()
    bare = desired(task("a", item="A"))
    assert applied(bare, State(), asked, {}) == []
    assert asked.calls == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(problem="plan.md is a link"), "plan.md is a link; fix: look at it"),
        (Asked(missing=("A",)), 'plan.md has no box for "A"'),
        (
            Asked(missing=("A", "B" * 61, "C", "D")),
            f'plan.md has no box for "A", "{"B" * 60}...", "C" (+1 more)',
        ),
    ],
    ids=["trouble", "a box is missing", "many are"],
)
def test_trouble_is_told_once_and_hinders_nothing(asked: Asked, message: str) -> None:
    state = State()
    found = applied(CHAIN, state, asked, {})
    assert found.count(message) == 1
    assert {str(one.status) for one in state.runs.values()} == {"succeeded"}


def test_accepted_work_counts_as_done() -> None:
    state, asked = State(), Asked()
    state.runs[tid("a")] = run(prints(CHAIN)[tid("a")], "a", Status.ACCEPTED)
    ticking, world = Ticking(), made(CHAIN, state, asked)
    assert told(ticking.keep_up(world)) == ["plan.md: 1 box ticked"]
    assert ticking.keep_up(world) == ()
    assert asked.calls == [("plan.md", ["A"])]


def test_a_list_that_could_not_be_ticked_is_tried_again_at_the_next_turn() -> None:
    state, asked = State(), Asked(problem="plan.md is being written")
    state.runs[tid("a")] = run(prints(CHAIN)[tid("a")], "a", Status.SUCCEEDED)
    ticking, world = Ticking(), made(CHAIN, state, asked)
    assert told(ticking.keep_up(world)) == ["plan.md is being written; fix: look at it"]
    assert ticking.keep_up(world) == ()
    asked.problem = ""
    asked.calls.clear()
    assert told(ticking.keep_up(world)) == ["plan.md: 1 box ticked"]
    assert ticking.keep_up(world) == ()
    assert len(asked.calls) == 1
