"""Tests how it is said what a plan may cost and take."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.change import Action, ReasonCode
from specrun.core.estimate import Estimate, Estimates
from specrun.core.task import Desired, TaskId
from specrun.core.world import Run, Status
from specrun.report.preview import Preview
from specrun.report.pricing import dollars, lasting, total, who, workers
from tests.report.previews import estimated, estimates, preview
from tests.report.values import decision, desired, plan, record, run, task, world

CLAUDE = replace(task("demo/a", budget="1.00"), agent="claude", model="opus")
CODEX = replace(task("demo/b", budget="1.00"), agent="codex")
SHELL = task("demo/c")
NEW = (ReasonCode.NEW, "")


def shown(
    found: Estimates, *, limit: str | None = None, runs: tuple[Run, ...] = (), wanted: Desired | None = None
) -> Preview:
    wanted = wanted or desired(CLAUDE, CODEX, SHELL)
    spec = replace(wanted.specs["demo"], budget=None if limit is None else Decimal(limit), max_workers=2)
    wanted = replace(wanted, specs={"demo": spec})
    return preview(wanted, plan(), world(*runs), estimates=found)


def told(task_id: str, action: Action, one: Estimate | None) -> str:
    found = estimates(tasks={} if one is None else {TaskId(task_id): one})
    return who(shown(found), decision(task_id, action, NEW))


@pytest.mark.parametrize(
    ("task_id", "action", "one", "said"),
    [
        ("demo/a", Action.RUN, estimated("0.40", "1.10"), "[claude opus, 0.40-1.10 USD (6 samples)]"),
        ("demo/a", Action.RUN, estimated("0.4", samples=1), "[claude opus, 0.40 USD (1 sample)]"),
        (
            "demo/a",
            Action.RUN,
            estimated("0.4", basis="model"),
            "[claude opus, 0.40 USD (6 samples of others)]",
        ),
        (
            "demo/a",
            Action.DEFERRED,
            estimated(samples=0, basis=""),
            "[claude opus, no history, at most 1.00 USD]",
        ),
        ("demo/b", Action.RUN, estimated(samples=0, basis=""), "[codex, no history, no cap]"),
        ("demo/c", Action.RUN, estimated(basis="free"), "[shell]"),
        ("demo/a", Action.HOLD, None, "[claude opus]"),
        ("demo/a", Action.VERIFY, None, "[no agent]"),
        ("demo/a", Action.MOVE, None, "[no agent]"),
        ("demo/z", Action.STOP, None, ""),
    ],
)
def test_who_would_do_it_for_how_much(task_id: str, action: Action, one: Estimate | None, said: str) -> None:
    assert told(task_id, action, one) == said


def test_names_of_models_cannot_act_on_the_terminal() -> None:
    evil = desired(replace(CLAUDE, model="opus\x1b[2J"))
    assert who(preview(evil, plan()), decision("demo/a", Action.RUN, NEW)) == "[claude opus]"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("0", "0", "0.00 USD"),
        ("0.00000001", "0.002", "0.0001-0.002 USD"),
        ("0.4", "0.40", "0.40 USD"),
        ("9.999", "12.3456", "10.00-12.35 USD"),
    ],
)
def test_ranges_of_money(low: str, high: str, said: str) -> None:
    assert dollars(Decimal(low), Decimal(high)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 59, "under a minute"),
        (30, 300, "up to 5 min"),
        (720, 2095, "about 12-35 min"),
        (300, 300, "about 5 min"),
        (3600, 7201, "about 1-3 h"),
    ],
)
def test_ranges_of_time(low: float, high: float, said: str) -> None:
    assert lasting(low, high) == said


PAID = {TaskId("demo/a"): estimated("0.40", "1.10")}
BARE = {TaskId("demo/a"): estimated(samples=0, basis="")}
FREE = {TaskId("demo/c"): estimated(basis="free")}


def test_nothing_is_said_where_no_agent_starts() -> None:
    assert total(shown(estimates())) == ""


def test_a_range_with_its_samples_and_the_time_on_so_many_workers() -> None:
    found = estimates(("1.10", "3.40"), tasks={**PAID, **FREE}, samples=14, seconds=(720.0, 2095.0))
    assert total(shown(found)) == "Cost 1.10-3.40 USD (14 samples), about 12-35 min on 2 workers."
    assert (
        total(shown(found, limit="10.00"))
        == "Cost 1.10-3.40 of 10.00 USD (14 samples), about 12-35 min on 2 workers."
    )


def test_what_is_spent_already_is_no_more_left() -> None:
    found = estimates(("1.10", "3.40"), tasks=PAID, samples=14, seconds=None)
    spent = run("demo/a", Status.SUCCEEDED, record(1, cost="1.80"))
    assert total(shown(found, limit="10.00", runs=(spent,))) == (
        "Cost 1.10-3.40 of 8.20 USD left (14 samples); time: no history."
    )
    over = run("demo/a", Status.FAILED, record(1, cost="11"))
    assert "of 0.00 USD left" in total(shown(found, limit="10.00", runs=(over,)))


def test_what_nobody_knows_is_never_free() -> None:
    both = estimates(
        ("1.10", "3.40"),
        tasks={**PAID, TaskId("demo/b"): estimated(samples=0, basis="")},
        samples=6,
        unknown=1,
    )
    assert total(shown(both)) == "Cost 1.10-3.40 USD (6 samples) + no history of 1 task; time: no history."
    assert total(shown(estimates(tasks=BARE, unknown=1))) == "Cost and time: no history, at most 1.00 USD."
    timed = estimates(tasks=BARE, unknown=1, seconds=(60.0, 60.0))
    assert total(shown(timed)) == "Cost: no history, at most 1.00 USD; about 1 min on 1 worker."
    loose = estimates(tasks={**BARE, TaskId("demo/b"): estimated(samples=0, basis="")}, unknown=2)
    assert total(shown(loose)) == "Cost and time: no history."
    free = replace(CLAUDE, budget=None)
    assert (
        total(shown(estimates(tasks=BARE, unknown=1), wanted=desired(free))) == "Cost and time: no history."
    )


def test_agents_that_cost_nothing() -> None:
    assert total(shown(estimates(tasks=FREE, seconds=(1.0, 2.0)))) == "No cost, under a minute on 1 worker."
    assert total(shown(estimates(tasks=FREE))) == "No cost; time: no history."


def test_deferred_tasks_are_told_apart() -> None:
    found = estimates(
        ("1.00", "1.00"), tasks=PAID, samples=1, seconds=(60.0, 60.0), deferred_usd=Decimal("0.80")
    )
    assert total(shown(found)) == (
        "Cost 1.00 USD (1 sample) + up to 0.80 USD for deferred tasks, about 1 min on 1 worker."
    )


def test_workers_are_those_of_all_specs_at_most_one_each() -> None:
    many = {TaskId(f"demo/{name}"): estimated("1") for name in "abc"}
    assert workers(shown(estimates(tasks=many))) == 2
    wide = replace(desired(CLAUDE, CODEX, SHELL), max_workers=9)
    assert workers(preview(wide, plan(), estimates=estimates(tasks=many))) == 3
