"""The brain as a whole: what open attempts ask for, and that random histories always come to rest."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.core.change import (
    Action,
    Change,
    Collect,
    Conclude,
    Fence,
    Plan,
    ReasonCode,
    Relaunch,
    Restore,
    Start,
    Stop,
)
from specrun.core.launching import LAUNCH_LIMIT, LAUNCH_WAIT
from specrun.core.plan import plan, settle
from specrun.core.record import Ended, fold
from specrun.core.task import Desired, Retry, Task, TaskId
from specrun.core.world import Attempt, AttemptRecord, CarriedFile, Fingerprint, Phase, Run, Status, World
from tests.core.judges import API, REVIEW, done, rejected, reworked
from tests.core.judges import WANTED as JUDGED
from tests.core.make import NOW, attempt, desired, prints, run, task, tid, told, world

A = task("a")
PRINT = prints(desired(A))[A.id]


def changes(wanted: Desired, *attempts: Attempt) -> tuple[Change, ...]:
    """The changes that a plan makes of these attempts and no record."""
    return plan(wanted, world(attempts=attempts)).changes


@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.LOST, Phase.FENCED])
def test_what_is_over_is_collected_even_when_it_is_gone_from_the_spec(phase: Phase) -> None:
    assert changes(desired(A), attempt("a", phase, PRINT)) == (Collect(A.id, 1),)
    gone = changes(desired(A), attempt("z", phase))
    assert Collect(tid("z"), 1) in gone


def test_workers_of_removed_tasks_are_stopped_once() -> None:
    assert Stop(tid("z"), 1, ReasonCode.ORPHANED) in changes(desired(A), attempt("z", Phase.RUNNING))
    assert not any(
        isinstance(change, Stop) for change in changes(desired(A), attempt("z", Phase.RUNNING, stopping=True))
    )


def test_workers_of_specs_that_are_not_loaded_are_left_alone() -> None:
    assert changes(desired(A), attempt("other/z", Phase.RUNNING), attempt("a", Phase.RUNNING, PRINT)) == ()


def test_an_outdated_worker_is_stopped_and_an_outdated_order_is_fenced() -> None:
    edited = desired(task("a", prompt="x"))
    assert changes(edited, attempt("a", Phase.RUNNING, PRINT)) == (
        Stop(A.id, 1, ReasonCode.OUTDATED_WHILE_RUNNING),
    )
    assert changes(edited, attempt("a", Phase.ORDERED, PRINT)) == (Fence(A.id, 1, failed=False),)


LAUNCHES = [
    ("launched just now: wait", NOW - 1, 1, None),
    ("launched by an earlier apply: ask again at once", NOW - 60, 1, Relaunch(A.id, 1)),
    ("never launched", None, 0, Relaunch(A.id, 1)),
    ("waited long enough", NOW - LAUNCH_WAIT, 1, Relaunch(A.id, 1)),
    ("asked often enough", NOW - LAUNCH_WAIT, LAUNCH_LIMIT, Fence(A.id, 1, failed=True)),
]


@pytest.mark.parametrize(
    ("at", "count", "expected"), [row[1:] for row in LAUNCHES], ids=[r[0] for r in LAUNCHES]
)
def test_orders_that_no_shim_claimed(at: float | None, count: int, expected: Change | None) -> None:
    seen = attempt("a", Phase.ORDERED, PRINT, launched_at=at, launches=count)
    made = plan(desired(A), world(attempts=[seen]))
    assert made.changes == (() if expected is None else (expected,))
    assert settle(seen, made.decisions[0], world(attempts=[seen])) == expected
    assert made.live == (A.id,)
    assert not made.converged


def test_converged_means_nothing_to_do_nobody_at_work_nothing_to_wait_for() -> None:
    assert plan(desired(), world()).converged
    assert not plan(desired(A), world()).converged


def test_digest_names_decisions_not_moments() -> None:
    first = plan(desired(A), world())
    assert first.digest == plan(desired(A), replace(world(), now=NOW + 5)).digest
    assert first.digest != plan(desired(task("b")), world()).digest


class History:
    """A world that plays executor and clock for the planner: every start ends some time later, somehow."""

    def __init__(self, wanted: Desired, seed: int) -> None:
        self.wanted, self.random, self.now = wanted, Random(seed), NOW
        self.attempts: dict[TaskId, list[Attempt]] = {}
        self.runs: dict[TaskId, Run] = {}
        self.starts: list[TaskId] = []
        self.prints: dict[TaskId, Fingerprint] = {}

    def seen(self) -> World:
        """The world as it is now."""
        grouped = {name: tuple(found) for name, found in self.attempts.items()}
        return World(now=self.now, since=NOW, branch="main", attempts=grouped, runs=dict(self.runs))

    def do(self, made: Plan) -> None:
        """Carry out a plan, then let a random part of the workers end."""
        for change in made.changes:
            if isinstance(change, Start):
                self.start(change)
            elif isinstance(change, Collect):
                self.collect(change.task_id)
        self.now = max(self.now + 1, made.wake_at or 0)
        live = [found for found in self.attempts.values() if found[-1].phase is Phase.RUNNING]
        for found in live:
            if self.random.random() < 0.5:
                phase = self.random.choice([*[Phase.ENDED] * 6, Phase.LOST, Phase.LOST, Phase.UNREADABLE])
                found[-1] = replace(found[-1], phase=phase)

    def start(self, change: Start) -> None:
        """Open an attempt and check what a start promises."""
        name = change.decision.task_id
        one = self.wanted.tasks[name]
        assert all(self.runs[edge.upstream].status is Status.SUCCEEDED for edge in one.edges)
        found = self.attempts.setdefault(name, [])
        assert not found or found[-1].phase is Phase.COLLECTED
        print_ = change.decision.fingerprint
        assert print_ is not None
        self.prints[name] = print_
        found.append(
            attempt(name, Phase.RUNNING, print_, number=len(found) + 1, generation=change.decision.generation)
        )
        self.starts.append(name)

    def collect(self, name: TaskId) -> None:
        """Record an end: mostly success."""
        last = self.attempts[name][-1]
        good = last.phase is Phase.ENDED and self.random.random() < 0.7
        status = Status.SUCCEEDED if good else Status.LOST if last.phase is Phase.LOST else Status.FAILED
        record = AttemptRecord(
            number=last.number,
            generation=last.generation,
            agent="shell",
            executor="process",
            status=status,
            started_at=self.now - self.random.random(),
            ended_at=self.now,
            exit_code=0,
        )
        ended = Ended(task_id=name, attempt=record, fingerprint=self.prints[name], summary="", carried=())
        self.runs[name] = fold(self.runs.get(name), ended)
        self.attempts[name][-1] = replace(last, phase=Phase.COLLECTED)


@st.composite
def specs(draw: st.DrawFn) -> Desired:
    """A random acyclic spec with retries, limits and priorities."""
    count = draw(st.integers(1, 9))
    tasks: list[Task] = []
    for number in range(count):
        after = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        tasks.append(
            task(
                f"t{number}",
                *(f"t{other}" for other in sorted(after)),
                retry=Retry(limit=draw(st.integers(0, 2)), delay=float(draw(st.integers(0, 3)))),
                priority=draw(st.integers(-1, 1)),
            )
        )
    return desired(*tasks, spec={"max_workers": draw(st.integers(1, 4))})


@settings(max_examples=200, deadline=None)
@given(specs(), st.integers(0, 2**32))
def test_every_history_comes_to_rest_within_its_limits(wanted: Desired, seed: int) -> None:
    history = History(wanted, seed)
    for _ in range(400):
        seen = history.seen()
        made = plan(wanted, seen)
        fresh = replace(wanted, memo={})
        assert plan(fresh, seen) == made
        if made.converged:
            break
        history.do(made)
        live = sum(found[-1].phase is Phase.RUNNING for found in history.attempts.values())
        assert live <= wanted.specs["s"].max_workers
    else:
        pytest.fail("did not come to rest")
    for name, one in wanted.tasks.items():
        assert history.starts.count(name) <= one.retry.limit + 1
    final = plan(wanted, replace(history.seen(), now=history.now + 1000))
    assert final.converged
    assert final.digest == made.digest


def test_a_success_that_counts_again_is_on_record_before_anything_builds_on_it() -> None:
    one, after = task("a"), task("b", "a:finished")
    good = run(prints(desired(one))[one.id], "a")
    edited = desired(task("a", prompt="other"))
    failed = run(prints(edited)[one.id], "a", Status.FAILED, before=good)
    assert plan(desired(one, after), world([failed])).changes == (Restore(one.id),)
    changed = CarriedFile("f", "100644", "b" * 40)
    second = run(prints(desired(one, after), {one.id: replace(failed, carried=(changed,))})[tid("b")], "b")
    built = plan(desired(one, after), world([replace(failed, carried=(changed,)), second]))
    assert built.decisions[1].action is Action.CASCADE
    begun = plan(desired(one, after), world([good])).changes
    assert [type(change) for change in begun] == [Start]


def test_an_order_that_a_person_stops_is_fenced_as_asked() -> None:
    one = task("a")
    ordered = attempt("a", Phase.ORDERED, prints(desired(one))[one.id], stopping=True)
    assert plan(desired(one), world(attempts=[ordered])).changes == (
        Fence(one.id, 1, failed=False, asked=True),
    )


def test_an_unreadable_attempt_holds_its_task_and_no_other() -> None:
    broken = attempt("a", Phase.UNREADABLE, error="x is not whole; fix: move it")
    wanted = desired(A, task("b"), task("c", "a"))
    made = plan(wanted, world(attempts=[broken]))
    assert [(one.action, one.reasons[0].code) for one in made.decisions[:1]] == [
        (Action.HOLD, ReasonCode.UNREADABLE)
    ]
    assert made.decisions[0].reasons[0].detail == "x is not whole; fix: move it"
    assert [change.decision.task_id for change in made.changes if isinstance(change, Start)] == [tid("b")]
    assert len(made.changes) == 1
    assert plan(desired(A), world(attempts=[broken])).converged


def test_an_unreadable_attempt_of_a_removed_task_is_held_too() -> None:
    made = plan(desired(A), world([run(PRINT, "a")], [attempt("z", Phase.UNREADABLE, error="x")]))
    assert (made.changes, [one.task_id for one in made.holds]) == ((), [tid("z")])


def test_an_end_that_needs_a_branch_in_use_waits_and_others_are_collected() -> None:
    both = [attempt(name, Phase.ENDED, clean=True) for name in "az"]
    seen = world(attempts=[*both, attempt("b", Phase.ENDED)], occupied={tid(name): "there" for name in "az"})
    made = plan(desired(A, task("b")), seen)
    assert made.changes == (Collect(tid("b"), 1),)
    assert {(one.task_id, one.reasons[0].code) for one in made.holds} == {
        (tid(name), ReasonCode.BRANCH_IN_USE) for name in "az"
    }


def test_nobody_begins_with_a_success_that_counts_again_and_is_not_selected() -> None:
    good = run(PRINT, "a")
    edited = prints(desired(task("a", prompt="other")))[A.id]
    failed = run(edited, "a", Status.FAILED, before=good, left={"commit": "d" * 40})
    others = [task("b", "a:finished"), task("c", "a:finished:none"), task("d", "a")]
    wanted = desired(A, *others, only=frozenset(one.id for one in others))
    made = plan(wanted, world([failed]))
    assert [one.decision.task_id for one in made.changes if isinstance(one, Start)] == [tid("c"), tid("d")]
    waiting = next(one for one in made.decisions if one.task_id == tid("b"))
    assert [one.code for one in waiting.reasons] == [ReasonCode.NEW, ReasonCode.UPSTREAM_PENDING]
    assert plan(replace(wanted, only=None, memo={}), world([failed])).changes == (Restore(A.id),)


def test_a_verdict_that_somebody_edited_or_did_not_select_is_not_concluded() -> None:
    target = done()
    same = reworked(target, 1, left={"commit": target.commit, "carried": target.carried})
    judge = rejected(target, "rejected")
    chosen = replace(JUDGED, only=frozenset({API.id}), memo={})
    assert plan(JUDGED, world([same, judge])).changes == (Conclude(REVIEW.id, "round 1 changed nothing"),)
    assert plan(chosen, world([same, judge])).changes == ()
    assert plan(JUDGED, world([same, replace(judge, edited=True)])).changes == ()
    assert told(JUDGED, world([target, replace(judge, edited=True)])) == {
        "api": ("reuse", ""),
        "review": ("hold", "result_edited"),
    }
