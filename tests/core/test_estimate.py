"""What plans may cost and how long they may take, by what attempts took before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from specrun.core.estimate import Estimate, Estimates, History, estimate, estimates, remaining
from specrun.core.plan import plan
from specrun.core.task import Desired, Task
from specrun.core.world import Attempt, Phase, Run
from tests.core.make import NOW, attempt, desired, prints, run, task, tid, world


def agent(name: str, *after: str, **fields: Any) -> Task:
    return task(name, *after, **{"agent": "claude", "model": "opus", **fields})


def past(name: str, *costs: str | None, seconds: float = 10.0, **fields: Any) -> Run:
    """A record with one attempt per cost, each as long as that."""
    found: Run | None = None
    print_ = prints(desired(task(name)))[tid(name)]
    times = {"started_at": NOW - seconds, "ended_at": NOW}
    for cost in costs:
        usd = None if cost is None else Decimal(cost)
        more = {"agent": "claude", "model": "opus", **times, **fields}
        found = run(print_, name, before=found, cost_usd=usd, **more)
    assert found is not None
    return found


def of(one: Task, *runs: Run, free: bool = False) -> Estimate:
    return estimate(one, History.of(runs), free=free)


def test_its_own_attempts_tell_most() -> None:
    found = of(agent("a"), past("a", "0.50", "1.25", seconds=20), past("b", "9"))
    assert found == Estimate(
        usd=(Decimal("0.50"), Decimal("1.25")), seconds=(20.0, 20.0), samples=2, basis="task"
    )


def test_else_those_of_the_same_agent_and_model() -> None:
    found = of(agent("a"), past("b", "2"), past("c", "3"), past("d", "9", model="haiku"))
    assert (found.usd, found.samples, found.basis) == ((Decimal(2), Decimal(3)), 2, "model")
    any_model = of(agent("a", model=None), past("b", "2"), past("d", "9", model="haiku"))
    assert any_model.usd == (Decimal(2), Decimal(9))


def test_an_attempt_with_another_model_says_nothing_of_this_one() -> None:
    assert of(agent("a"), past("a", "9", model="haiku")).basis == ""


def test_without_history_nothing_is_guessed() -> None:
    assert of(agent("a")) == Estimate(usd=None, seconds=None, samples=0, basis="")
    unknown = of(agent("a"), past("a", None))
    assert (unknown.usd, unknown.seconds, unknown.basis) == (None, (10.0, 10.0), "")


def test_what_never_began_is_no_sample() -> None:
    assert of(agent("a"), past("a", "0", started_at=None)).samples == 0


def test_a_free_agent_takes_time_only() -> None:
    found = of(task("a"), past("a", "0", agent="shell", model=None), free=True)
    assert (found.usd, found.seconds, found.basis) == (None, (10.0, 10.0), "free")


def in_all(wanted: Desired, *runs: Run, records: tuple[Run, ...] = ()) -> Estimates:
    return estimates(wanted, plan(wanted, world(records)), History.of(runs))


def test_sums_of_what_is_sure_to_run() -> None:
    found = in_all(desired(agent("a"), agent("b")), past("a", "1", "2"), past("b", "10", "20"))
    assert (found.usd, found.samples, found.unknown) == ((Decimal(11), Decimal(22)), 4, 0)
    assert found.deferred_usd == 0


def test_tasks_without_history_are_counted() -> None:
    wanted = desired(agent("a"), agent("b", model="new"))
    found = in_all(wanted, past("a", "1"))
    assert (found.usd, found.unknown, found.seconds) == ((Decimal(1), Decimal(1)), 1, None)


def test_nothing_that_stays_counts() -> None:
    one = task("a")
    good = run(prints(desired(one))[one.id], "a")
    assert in_all(desired(one), good, records=(good,)).tasks == {}


@pytest.mark.parametrize(("workers", "seconds"), [(1, 40.0), (2, 20.0), (9, 20.0)])
def test_time_is_that_of_the_workers_there_are(workers: int, seconds: float) -> None:
    names = ("a", "b", "c", "d")
    tasks = [agent("a"), agent("b"), agent("c"), agent("d", "a")]
    wanted = desired(*tasks, spec={"max_workers": workers})
    history = [past(name, "1") for name in names]
    assert in_all(wanted, *history).seconds == (seconds, seconds)
    assert in_all(replace(wanted, max_workers=1), *history).seconds == (40.0, 40.0)


def test_what_is_decided_later_is_the_difference_between_least_and_most() -> None:
    up, down = agent("a", prompt="echo new"), agent("b", "a")
    known = prints(desired(agent("a"), down))
    records = tuple(run(known[tid(name)], name) for name in ("a", "b"))
    found = in_all(desired(up, down), past("a", "1"), past("b", "5"), records=records)
    assert found.usd == (Decimal(1), Decimal(1))
    assert found.deferred_usd == Decimal(5)
    assert found.seconds == (10.0, 20.0)


def test_a_model_is_known_by_the_name_that_its_agent_has_for_it() -> None:
    one = agent("a", model="sonnet")
    asked = prints(desired(one))[one.id]
    before = replace(past("a", "1", model="claude-sonnet-4-5"), fingerprint=asked)
    assert of(one, before).basis == "task"
    assert of(agent("b", model="sonnet"), before, past("c", "9", model="opus")).usd == (
        Decimal(1),
        Decimal(1),
    )
    assert of(agent("b", model="sonnet", agent="other"), before).basis == ""
    assert of(agent("b", model="haiku"), before).basis == ""
    later = replace(past("a", "2", model="claude-sonnet-5"), fingerprint=asked)
    assert of(agent("b", model="sonnet"), before, replace(later, task_id=tid("c"))).samples == 2


def left(
    wanted: Desired, *runs: Run, at_work: tuple[Attempt, ...] = (), records: tuple[Run, ...] = ()
) -> tuple[float, float] | None:
    seen = world(records, at_work)
    return remaining(wanted, seen, plan(wanted, seen), History.of(runs))


def busy(one: Task, seconds: float) -> Attempt:
    """A worker that has been at work for so long."""
    print_ = prints(desired(one))[one.id]
    return attempt(one.name, Phase.RUNNING, print_, agent=one.agent, started_at=NOW - seconds)


def test_workers_need_only_what_is_left_of_their_time() -> None:
    one = agent("a")
    assert left(desired(one), past("a", "1"), at_work=(busy(one, 4.0),)) == (6.0, 6.0)
    assert left(desired(one), past("a", "1"), at_work=(busy(one, 99.0),)) == (0.0, 0.0)
    launched = replace(busy(one, 0.0), started_at=None)
    assert left(desired(one), past("a", "1"), at_work=(launched,)) == (10.0, 10.0)


def test_the_others_wait_for_those_that_have_begun() -> None:
    tasks = [agent("a"), agent("b"), agent("c", "b")]
    history = [past(name, "1") for name in ("a", "b", "c")]
    wanted = desired(*tasks, spec={"max_workers": 1})
    assert left(wanted, *history, at_work=(busy(tasks[1], 4.0),)) == (26.0, 26.0)
    assert left(desired(*tasks), *history, at_work=(busy(tasks[1], 4.0),)) == (16.0, 16.0)
    more = [agent("a"), agent("b"), agent("z"), agent("y", "z")]
    history = [past(name, "1") for name in ("a", "b", "y", "z")]
    wanted = desired(*more, spec={"max_workers": 2})
    assert left(wanted, *history, at_work=(busy(more[2], 4.0),)) == (20.0, 20.0)


def test_nobody_knows_how_long_it_takes_without_a_history() -> None:
    one, other = agent("a"), agent("b", model="haiku")
    assert left(desired(one, other), past("a", "1")) is None
    assert left(desired(one), at_work=(busy(one, 4.0),)) is None
    good = run(prints(desired(one))[one.id], "a")
    assert left(desired(one), past("a", "1"), records=(good,)) is None


def test_what_is_decided_later_may_take_no_time() -> None:
    up, down = agent("a", prompt="echo new"), agent("b", "a")
    known = prints(desired(agent("a"), down))
    records = tuple(run(known[tid(name)], name) for name in ("a", "b"))
    assert left(desired(up, down), past("a", "1"), past("b", "5"), records=records) == (10.0, 20.0)
    assert left(desired(up, down), past("a", "1", agent="x"), records=records) is None
    other = agent("b", "a", model="haiku")
    known = prints(desired(agent("a"), other))
    records = tuple(run(known[tid(name)], name) for name in ("a", "b"))
    assert left(desired(up, other), past("a", "1"), records=records) == (10.0, 10.0)
    assert in_all(desired(up, other), past("a", "1"), records=records).deferred_usd is None
