"""Who starts first, and what makes the others wait."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from specrun.core.change import Action, ReasonCode, Start, Verify
from specrun.core.plan import plan
from specrun.core.schedule import durations, spent_by_spec
from specrun.core.task import Desired, Task
from specrun.core.world import Phase, Run, Status, World
from tests.core.make import NOW, attempt, checked, desired, prints, proof, run, task, tid, world


def starts(wanted: Desired, seen: World | None = None) -> list[str]:
    """Names of the tasks that start now, in order."""
    made = plan(wanted, seen or world())
    return [change.decision.task_id.partition("/")[2] for change in made.changes if isinstance(change, Start)]


def test_priority_then_longest_path_then_id() -> None:
    chain = [task("c"), task("d", "c"), task("e", "d")]
    wanted = desired(task("a"), task("b"), *chain, task("z", priority=1))
    assert starts(wanted) == ["z", "c", "a", "b"]


def test_recorded_durations_outweigh_the_number_of_tasks() -> None:
    wanted = desired(task("a"), task("b"), task("c", "b"), spec={"max_workers": 1})
    assert starts(wanted) == ["b"]
    old = desired(task("a", prompt="old"), task("b", prompt="old"), task("c", "b", prompt="old"))
    slow = run(prints(old)[tid("a")], "a", started_at=NOW - 100, ended_at=NOW - 60)
    quick = [
        run(prints(old)[tid(name)], name, started_at=NOW - 100, ended_at=NOW - 99) for name in ("b", "c")
    ]
    assert durations(world([slow, *quick]).runs, NOW) == {tid("a"): 40.0, tid("b"): 1.0, tid("c"): 1.0}
    assert starts(replace(wanted, memo={}), world([slow, *quick])) == ["a"]
    just_now = [replace_end(one) for one in (slow, *quick)]
    assert durations(world(just_now).runs, NOW - 50) == {}


def replace_end(one: Run) -> Run:
    """The same record, ended within the present apply."""
    return replace(one, attempts=tuple(replace(each, ended_at=NOW) for each in one.attempts))


def test_limits_of_spec_domain_and_command_line() -> None:
    tasks = [task(name, domain="db") for name in "ab"] + [task(name) for name in "cdef"]
    assert starts(desired(*tasks, spec={"max_workers": 3})) == ["a", "b", "c"]
    assert starts(desired(*tasks, spec={"domain_workers": {"db": 1}})) == ["a", "c", "d", "e"]
    assert starts(desired(*tasks, max_workers=1)) == ["a"]
    assert len(starts(desired(*tasks, max_workers=6))) == 6
    waiting = plan(desired(*tasks, max_workers=1), world()).decisions[1]
    assert waiting.reasons[-1].code is ReasonCode.MAX_WORKERS
    assert waiting.action is Action.RUN


def test_live_workers_take_slots_and_ended_ones_do_not() -> None:
    wanted = desired(task("a"), task("b"), spec={"max_workers": 1})
    print_ = prints(wanted)[tid("a")]
    assert starts(wanted, world(attempts=[attempt("a", Phase.RUNNING, print_)])) == []
    assert starts(wanted, world(attempts=[attempt("a", Phase.ORDERED, print_)])) == []
    assert starts(wanted, world(attempts=[attempt("a", Phase.ENDED, print_)])) == ["b"]


def priced(name: str, amount: str = "1") -> Task:
    """A task that may cost up to `amount`."""
    return task(name, budget=Decimal(amount))


def test_budget_counts_what_was_spent_what_is_out_and_what_is_asked_for() -> None:
    wanted = desired(priced("a"), priced("b"), priced("c"), spec={"budget": Decimal("2.5")})
    assert starts(wanted) == ["a", "b"]
    held = plan(wanted, world()).decisions[2]
    assert (held.action, held.reasons[0].code) == (Action.HOLD, ReasonCode.BUDGET_WAIT)
    assert held.reasons[0].detail == "would reach 3 of 2.5 USD"
    print_ = prints(wanted)[tid("a")]
    live = attempt("a", Phase.RUNNING, print_, budget=Decimal(1))
    assert starts(wanted, world(attempts=[live])) == ["b"]
    spent = run(print_, "a", Status.SUCCEEDED, cost_usd=Decimal("1.6"))
    assert spent_by_spec(wanted, world([spent]).runs) == {"s": Decimal("1.6")}
    assert starts(wanted, world([spent])) == []
    free = replace(wanted, free=frozenset({wanted.tasks[tid("a")].agent}), memo={})
    assert starts(free, world([spent])) == ["b", "c"]


def test_an_attempt_that_did_not_tell_its_cost_counts_as_its_cap() -> None:
    wanted = desired(priced("a"), priced("b"), spec={"budget": Decimal("1.5")})
    print_ = prints(wanted)[tid("a")]
    lost = run(print_, "a", Status.LOST)
    assert spent_by_spec(wanted, world([lost]).runs) == {"s": Decimal(1)}
    assert starts(wanted, world([lost])) == []
    never = run(print_, "a", Status.ERRORED, started_at=None)
    assert spent_by_spec(wanted, world([never]).runs) == {"s": Decimal(0)}
    silent = replace(wanted, unpriced=frozenset({wanted.tasks[tid("a")].agent}), memo={})
    assert spent_by_spec(silent, world([lost]).runs) == {"s": Decimal(0)}
    assert "b" in starts(silent, world([lost]))


def test_a_task_without_a_cap_begins_while_anything_is_left() -> None:
    wanted = desired(task("a"), task("b"), spec={"budget": Decimal("1.5")})
    assert starts(wanted) == ["a", "b"]
    spent = run(prints(wanted)[tid("a")], "a", cost_usd=Decimal("1.5"))
    assert starts(wanted, world([spent])) == []
    held = plan(wanted, world([spent])).decisions[1]
    assert held.reasons[0].detail == "1.5 of 1.5 USD are used up"


@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.LOST, Phase.UNREADABLE])
def test_money_of_an_attempt_stays_reserved_until_its_record_is_there(phase: Phase) -> None:
    wanted = desired(priced("a"), priced("b"), spec={"budget": Decimal("1.5")})
    print_ = prints(wanted)[tid("a")]
    ended = attempt("a", phase, print_, budget=Decimal(1))
    assert starts(wanted, world(attempts=[ended])) == []
    recorded = run(print_, "a", cost_usd=Decimal("0.2"))
    assert starts(wanted, world([recorded], [ended])) == ["b"]
    fenced = attempt("a", Phase.FENCED, print_, budget=Decimal(1))
    assert starts(wanted, world(attempts=[fenced])) == ["b"]


def proven(name: str, **fields: Any) -> Task:
    """A task with a check."""
    return task(name, contract=checked("test"), **fields)


@pytest.mark.parametrize(
    ("phase", "fields", "goes_on"),
    [
        pytest.param(Phase.PROVING, {"proof": proof(1)}, False, id="before a check"),
        pytest.param(Phase.PROVING, {"proof": proof(1, (0, Phase.RUNNING))}, False, id="at a check"),
        pytest.param(Phase.PROVING, {"proof": proof(1, (0, Phase.LOST))}, False, id="between checks"),
        pytest.param(Phase.PROVING, {"proof": proof(1, (0, Phase.ENDED))}, True, id="after them"),
        pytest.param(Phase.ENDED, {"clean": True}, False, id="with checks to come"),
        pytest.param(Phase.ENDED, {"clean": False}, True, id="that failed"),
        pytest.param(Phase.LOST, {}, True, id="that was lost"),
    ],
)
def test_a_task_keeps_its_slot_until_its_checks_end(
    phase: Phase, fields: dict[str, Any], *, goes_on: bool
) -> None:
    wanted = desired(proven("a"), task("b"), spec={"max_workers": 1})
    one = attempt("a", phase, prints(wanted)[tid("a")], budget=Decimal(1), **fields)
    assert starts(wanted, world(attempts=[one])) == (["b"] if goes_on else [])
    # What it has cost is known with its record, and not before.
    dear = desired(proven("a"), priced("b"), spec={"budget": Decimal("1.5")})
    assert starts(dear, world(attempts=[one])) == []


def test_an_end_without_checks_or_in_a_branch_in_use_keeps_no_slot() -> None:
    print_ = prints(desired(proven("a")))[tid("a")]
    one = attempt("a", Phase.ENDED, print_, clean=True)
    free = desired(task("a"), task("b"), spec={"max_workers": 1})
    assert starts(free, world(attempts=[one])) == ["b"]
    wanted = desired(proven("a"), task("b"), spec={"max_workers": 1})
    assert starts(wanted, world(attempts=[one], occupied={tid("a"): "there"})) == ["b"]
    assert starts(wanted, world([run(print_, "a", Status.FAILED)], [one])) == ["b"]


def test_a_verification_takes_a_slot_and_costs_nothing() -> None:
    old = desired(task("a", budget=Decimal(1)), priced("b"))
    done = [run(prints(old)[tid(name)], name, cost_usd=Decimal(1)) for name in "ab"]
    spec = {"budget": Decimal(1), "max_workers": 1}
    wanted = desired(proven("a", budget=Decimal(1)), proven("b", budget=Decimal(1)), task("c"), spec=spec)
    made = plan(wanted, world(done))
    assert [type(change) for change in made.changes] == [Verify]
    assert [one.reasons[-1].code for one in made.decisions] == [
        *(ReasonCode.CHECKS_CHANGED, ReasonCode.MAX_WORKERS, ReasonCode.MAX_WORKERS)
    ]
    assert made.decisions[1].action is Action.VERIFY
    wide = plan(replace(wanted, max_workers=3, memo={}), world(done))
    assert [type(change) for change in wide.changes] == [Verify, Verify]
    assert wide.decisions[2].reasons[0].code is ReasonCode.BUDGET_WAIT
    # It leaves the money to others, whoever is picked first.
    dear = replace(wanted, specs={"s": replace(wanted.specs["s"], budget=Decimal(3))}, max_workers=3, memo={})
    tasks = {**dear.tasks, tid("c"): priced("c")}
    assert starts(replace(dear, tasks=tasks, memo={}), world(done)) == ["c"]
