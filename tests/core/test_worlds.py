"""Whatever specs and worlds hold: there is a plan, it keeps to what was selected, memory changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.core.change import Action, Change, Check, Collect, Fence, Move, Plan, Relaunch, Start, Verify
from specrun.core.decide import open_attempt
from specrun.core.drift import drift
from specrun.core.estimate import History, estimates
from specrun.core.outcome import exit_code
from specrun.core.plan import plan
from specrun.core.task import Desired, TaskId
from specrun.core.turn import decide_all
from specrun.core.withheld import withheld_code
from specrun.core.world import World
from tests.core.worlds import later, spec_of, world_of

seeds = st.integers(0, 2**32)
often = settings(max_examples=400, deadline=None)


def afresh(wanted: Desired) -> Desired:
    return replace(wanted, memo={})


def by_chance(seed: int) -> tuple[Desired, World, Plan]:
    luck = Random(seed)
    wanted = spec_of(luck)
    world = world_of(luck, wanted)
    return wanted, world, plan(wanted, world)


def about(change: Change) -> TaskId:
    """Whom a change is about."""
    if isinstance(change, Start | Verify):
        return change.decision.task_id
    return change.new if isinstance(change, Move) else change.task_id


@often
@given(seeds)
def test_there_is_a_plan_for_everything(seed: int) -> None:
    wanted, world, made = by_chance(seed)
    assert {*wanted.tasks} <= {one.task_id for one in made.decisions}
    assert len({one.task_id for one in made.decisions}) == len(made.decisions)
    assert plan(afresh(wanted), world) == made
    exit_code(made, wanted.only)
    drift(wanted, world, {}, ())
    estimates(wanted, made, History.of(world.runs.values()))


@often
@given(seeds)
def test_what_is_not_selected_is_left_as_it_is(seed: int) -> None:
    wanted, world, made = by_chance(seed)
    only = wanted.only if wanted.only is not None else {about(change) for change in made.changes}
    for change in made.changes:
        if about(change) not in only:
            # Who is at work, or was told to stop, comes to an end, and that is recorded.
            attempt = open_attempt(world, about(change))
            assert attempt is not None, change
            runs = attempt.proof.runs if attempt.proof else ()
            told = attempt.stopping or any(run.stopping for run in runs)
            assert isinstance(change, Collect | Relaunch | Check | Fence) or told, change


@often
@given(seeds)
def test_nobody_is_started_who_may_not_be(seed: int) -> None:
    wanted, world, made = by_chance(seed)
    for one in started(made):
        assert open_attempt(world, one) is None
        assert withheld_code(wanted.tasks[one], world) is None
        run = world.runs.get(one)
        asked = one in world.grants or one in wanted.replace
        assert run is None or asked or not run.edited


@often
@given(seeds)
def test_what_somebody_edited_is_not_written_anew_unless_somebody_asks_for_it(seed: int) -> None:
    wanted, world, made = by_chance(seed)
    for one in made.decisions:
        run = world.runs.get(one.task_id)
        if run is not None and run.edited and one.action is Action.HOLD and one.task_id in wanted.tasks:
            changes = [change for change in made.changes if about(change) == one.task_id]
            assert not changes or open_attempt(world, one.task_id) is not None, changes


def started(made: Plan) -> Iterator[TaskId]:
    return (about(change) for change in made.changes if isinstance(change, Start | Verify))


@often
@given(seeds)
def test_turn_by_turn_decides_as_from_the_start(seed: int) -> None:
    luck = Random(seed)
    wanted = spec_of(luck)
    world = world_of(luck, wanted)
    for _ in range(6):
        assert decide_all(wanted, world) == decide_all(afresh(wanted), world)
        world = later(luck, wanted, world)
