"""Random stories of checks, judges and edits: each comes to rest, and within its limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.core.change import Action
from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.plan import plan
from specrun.core.record import passed_before
from specrun.core.rework import due, target_of
from specrun.core.task import Desired, Limits, Retry, Task
from specrun.core.withheld import withheld_code
from tests.core.make import desired, edge, task, tid
from tests.core.story import Story

API, MID, REVIEW, AFTER = map(tid, ("api", "mid", "review", "after"))


def checked(*names: str) -> Contract:
    """A contract of checks."""
    return Contract(checks=tuple(Check(name=name, run=f"run {name}") for name in names))


def judging(limit: int) -> Contract:
    """A contract of a judge that may send the work of `api` back."""
    rewind = Rewind(to="api", limit=limit)
    return Contract(judge=Judge(passing=("approved",), failing=("rejected",), rewind=rewind))


@st.composite
def specs(draw: st.DrawFn) -> Desired:
    """Work, perhaps something in between, a judge that sends the work back, and somebody who waits."""
    contracts = st.sampled_from([Contract(), checked("test"), checked("test", "lint")])
    limits = st.builds(Retry, limit=st.integers(0, 2))
    between = draw(st.booleans())
    rewinds = st.integers(1, 3).map(judging)
    review = task("review", "mid" if between else "api", contract=draw(rewinds), retry=draw(limits))
    if between and draw(st.booleans()):
        review = replace(review, edges=(*review.edges, edge("api:succeeded:output")))
    if draw(st.booleans()):
        review = replace(review, prompt=None)
    tasks = [
        task("api", contract=draw(contracts), retry=draw(limits)),
        *([task("mid", "api", contract=draw(contracts), retry=draw(limits))] if between else []),
        review,
        *([task("audit", "api", contract=draw(rewinds))] if draw(st.booleans()) else []),
        task("after", "review", "api", contract=draw(contracts)),
    ]
    return desired(*tasks, spec={"max_workers": draw(st.integers(1, 3))})


def edited(wanted: Desired, one: Task) -> Desired:
    return replace(wanted, tasks={**wanted.tasks, one.id: one}, retry_failed=False, memo={})


def edit_checks(story: Story, one: Task, luck: Random) -> None:
    contract = replace(one.contract, checks=checked(f"check{luck.random()}").checks)
    run = story.runs.get(one.id)
    if run and not passed_before(run):
        story.touch(one.id)
    if one.contract.judge is None:
        story.apply(edited(story.wanted, replace(one, contract=contract)))


def edit_work(story: Story, one: Task, luck: Random) -> None:
    story.touch(one.id)
    story.apply(edited(story.wanted, replace(one, env={"X": str(luck.randrange(3))})))


def edit_live(story: Story, one: Task, luck: Random) -> None:
    story.touch(one.id)
    story.apply(edited(story.wanted, replace(one, limits=Limits(timeout=luck.random()))))


def ask(story: Story, one: Task, luck: Random) -> None:
    story.apply(edited(story.wanted, one))
    story.grant(one.id)


def ask_all(story: Story, one: Task, luck: Random) -> None:
    for name in story.wanted.tasks:
        story.touch(name)
    story.apply(replace(story.wanted, retry_failed=True))


def again(story: Story, one: Task, luck: Random) -> None:
    story.apply(replace(story.wanted, retry_failed=False))


def stop(story: Story, one: Task, luck: Random) -> None:
    if one.id in story.attempts:
        story.stop(one.id)


def withhold(story: Story, one: Task, luck: Random) -> None:
    story.apply(edited(story.wanted, replace(one, enabled=not one.enabled)))


def freeze(story: Story, one: Task, luck: Random) -> None:
    story.apply(edited(story.wanted, replace(one, freeze=not one.freeze)))


def meddle(story: Story, one: Task, luck: Random) -> None:
    if one.id in story.runs:
        story.runs[one.id] = replace(story.runs[one.id], edited=not story.runs[one.id].edited)
        story.apply(edited(story.wanted, one))


EDITS: list[Callable[[Story, Task, Random], None]] = [
    *[edit_checks] * 4,
    *[edit_work] * 2,
    edit_live,
    withhold,
    freeze,
    meddle,
    *[stop] * 2,
    ask,
    ask_all,
    again,
]


def rest(story: Story, turns: int = 300) -> bool:
    """Go on until nothing is left to do; planning from memory is planning from nothing at every turn."""
    for _ in range(turns):
        seen = story.seen()
        made = plan(story.wanted, seen)
        assert plan(replace(story.wanted, memo={}), seen) == made
        if made.converged:
            return True
        story.do(made)
        assert story.workers() <= story.wanted.specs["s"].max_workers
    return False


def at_rest(story: Story) -> None:
    """What holds once nothing moves: no rework is owed or was overlooked, and none was beyond its limit."""
    seen = story.seen()
    actions = {one.task_id: one.action for one in plan(story.wanted, seen).decisions}
    assert set(actions.values()) <= {Action.REUSE, Action.HOLD, Action.RETRY, Action.RUN, Action.DEFERRED}
    judges = [one for one in story.wanted.tasks.values() if target_of(one) == API]
    rewinds = [one.contract.judge.rewind for one in judges if one.contract.judge]
    limit = sum(rewind.limit for rewind in rewinds if rewind)
    assert all(count <= limit for count in story.reworks.values())
    silent = [one.id for one in judges if withheld_code(one, seen) or told_otherwise(story, one)]
    held = withheld_code(story.wanted.tasks[API], seen) or told_otherwise(story, story.wanted.tasks[API])
    assert silent or held or due(story.wanted.tasks[API], story.wanted, seen) is None
    judge, run, target = story.wanted.tasks[REVIEW], seen.runs.get(REVIEW), seen.runs.get(API)
    if (
        len(judges) == 1
        and not silent
        and run
        and run.rounds
        and run.verdict
        and target
        and target.last
        and target.last.round is not None
    ):
        upstreams = {edge.upstream for edge in judge.edges} | {API}
        if all(actions[name] is Action.REUSE for name in upstreams):
            judged = run.rounds[-1].target
            assert judged.attempt == target.last.number or judged.commit == target.commit, "unseen"


def told_otherwise(story: Story, one: Task) -> bool:
    """Whether somebody has edited a record."""
    return one.id in story.runs and story.runs[one.id].edited


@settings(max_examples=200, deadline=None)
@given(specs(), st.integers(0, 2**32))
def test_every_story_comes_to_rest_within_its_limits(wanted: Desired, seed: int) -> None:
    story, luck = Story(wanted, seed), Random(seed)
    for _ in range(6):
        if not rest(story, luck.choice([3, 9, 300, 300])):
            name = luck.choice(sorted(story.attempts))
        else:
            at_rest(story)
            name = luck.choice(sorted(story.wanted.tasks))
        luck.choice(EDITS)(story, story.wanted.tasks[name], luck)
    assert rest(story)
    at_rest(story)
