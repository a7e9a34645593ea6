"""Tests what an apply says before it asks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.agent import Price
from specrun.core.change import Action, ReasonCode
from specrun.core.safety import Unsafe
from specrun.core.task import Edge, Task, TaskId, When
from specrun.report.dispatch import dangers, dispatch, text, totals, withheld
from specrun.report.words import why
from tests.report.values import NOW, decision, desired, plan, task

NEW = (ReasonCode.NEW, "")
PRICES = {"shell": Price.FREE, "claude": Price.REPORTED, "codex": Price.UNKNOWN}


def claude(name: str, *, model: str | None = None, budget: str | None = None) -> Task:
    return replace(task(name, budget=budget), agent="claude", model=model)


def test_text_tells_who_starts_when_and_for_how_much() -> None:
    wanted = desired(
        claude("demo/a", model="opus\x1b[2J", budget="1.00"), claude("demo/b", budget="0.50"), task("demo/c")
    )
    decided = plan(
        decision("demo/a", Action.RUN, NEW, ready=True),
        decision("demo/b", Action.RUN, NEW, (ReasonCode.UPSTREAM_PENDING, "a")),
        decision("demo/c", Action.REUSE),
    )
    assert text(dispatch(wanted, decided, PRICES), NOW).splitlines() == [
        "task    agent    model    budget    reason     start",
        "------  -------  -------  --------  ---------  -------",
        "demo/a  claude   opus     1.00 USD  never run  now",
        "demo/b  claude   -        0.50 USD  never run  after a",
        "2 tasks to start, at most 2 workers at once, at most 1.50 USD per round of attempts.",
    ]


def test_a_narrow_terminal_gets_fewer_columns_and_then_shorter_lines() -> None:
    wanted = desired(task("demo/a-long-name-of-a-task"))
    shown = dispatch(
        wanted, plan(decision("demo/a-long-name-of-a-task", Action.RUN, NEW, ready=True)), PRICES
    )
    assert text(shown, NOW, room=70).splitlines()[0].split() == ["task", "agent", "reason", "start"]
    assert text(shown, NOW, room=50).splitlines()[0].split() == ["task", "reason", "start"]
    assert text(shown, NOW, room=36).splitlines()[2] == "demo/a-long-name-of-a-task  now"
    assert text(shown, NOW, room=19).splitlines()[2] == "demo/a-long-name..."


def test_the_number_of_workers_is_the_smallest_limit() -> None:
    tasks = [task(f"demo/t{number}") for number in range(9)]
    decided = plan(*(decision(one.id, Action.RUN, NEW) for one in tasks))
    assert dispatch(desired(*tasks), decided, PRICES).workers == 4
    assert dispatch(desired(*tasks, max_workers=2), decided, PRICES).workers == 2
    assert dispatch(desired(*tasks, max_workers=99), decided, PRICES).workers == 9


def test_tasks_without_a_cap_are_told_beside_the_sum_of_all_caps() -> None:
    wanted = desired(
        claude("demo/a", budget="1.00"),
        replace(task("demo/b", budget="3.00"), agent="codex"),
        claude("demo/c"),
        task("demo/d"),
    )
    decided = plan(*(decision(name, Action.RUN, NEW) for name in wanted.tasks))
    shown = dispatch(wanted, decided, PRICES)
    assert (shown.cap, shown.uncapped) == (Decimal("1.00"), 2)
    cells = [row.split()[1:5] for row in text(shown, NOW).splitlines()[2:6]]
    assert cells == [
        ["claude", "-", "1.00", "USD"],
        ["codex", "-", "no", "cap"],
        ["claude", "-", "no", "cap"],
        ["shell", "-", "-", "never"],
    ]
    assert totals(shown) == (
        "4 tasks to start, at most 4 workers at once, "
        "at most 1.00 USD per round of attempts and no cap for 2 tasks."
    )


def test_without_any_cap_no_sum_is_told_and_what_is_free_needs_none() -> None:
    wanted = desired(claude("demo/a"), task("demo/b", budget="1.00"))
    both = plan(decision("demo/a", Action.RUN, NEW), decision("demo/b", Action.RUN, NEW))
    assert totals(dispatch(wanted, both, PRICES)) == (
        "2 tasks to start, at most 2 workers at once, no cap for 1 task."
    )
    free = plan(decision("demo/b", Action.RUN, NEW))
    assert totals(dispatch(wanted, free, PRICES)) == "1 task to start, at most 1 worker at once."


def test_an_edited_running_task_is_told_and_running_workers_count() -> None:
    decided = plan(
        decision("demo/a", Action.STOP, (ReasonCode.OUTDATED_WHILE_RUNNING, "attempt 1")), live=["demo/a"]
    )
    told = text(dispatch(desired(task("demo/a")), decided, PRICES), NOW)
    assert "edited while running: attempt 1" in told
    assert "after it is stopped" in told
    assert "1 worker running already" in told


def test_who_runs_only_if_something_fails_is_not_sure_to_start() -> None:
    alarm = replace(task("demo/b"), edges=(Edge(upstream=TaskId("demo/a"), on=When.FAILED),))
    waits = decision("demo/b", Action.RUN, (ReasonCode.NEW, ""), (ReasonCode.UPSTREAM_PENDING, "a"))
    decided = plan(decision("demo/a", Action.RUN, (ReasonCode.NEW, ""), ready=True), waits)
    told = text(dispatch(desired(task("demo/a"), alarm), decided, PRICES), NOW)
    assert "never run  if a fails" in told
    assert "up to 2 tasks to start" in told


def test_a_task_that_is_checked_again_has_no_agent_and_costs_nothing() -> None:
    wanted = desired(claude("demo/a", model="opus", budget="1.00"), claude("demo/b", budget="0.50"))
    again = decision("demo/a", Action.VERIFY, (ReasonCode.CHECKS_CHANGED, ""), ready=True)
    both = dispatch(wanted, plan(again, decision("demo/b", Action.RUN, NEW, ready=True)), PRICES)
    assert text(both, NOW).splitlines()[2:] == [
        "demo/a  -        -        -         checks changed  now",
        "demo/b  claude   -        0.50 USD  never run       now",
        (
            "1 task to start, 1 task to check again, without an agent, at most 2 workers at once, "
            "at most 0.50 USD per round of attempts."
        ),
    ]
    alone = dispatch(wanted, plan(again), PRICES)
    assert (alone.cap, alone.uncapped) == (Decimal(0), 0)
    assert totals(alone) == "1 task to check again, without an agent, at most 1 worker at once."


def test_what_only_changes_records_is_told_in_a_line_each() -> None:
    moves = [
        replace(decision(f"demo/{new}", action), moved_from=TaskId(f"demo/{old}\x1b[2J"))
        for new, old, action in (("b", "a", Action.MOVE), ("d", "c", Action.RERUN))
    ]
    goes = decision("demo/old", Action.PRUNE, (ReasonCode.ORPHANED, ""), ready=True)
    stays = decision("demo/left", Action.PRUNE, (ReasonCode.ORPHANED, ""))
    wanted = desired(task("demo/b"), task("demo/d"))
    shown = dispatch(wanted, plan(moves[0], goes, stays), PRICES)
    assert (shown.tasks, shown.changes) == ((), True)
    assert text(shown, NOW) == (
        "1 task gets a new name, branch included: demo/a -> demo/b.\n1 record is taken away: demo/old.\n"
    )
    both = text(dispatch(wanted, plan(*moves, goes), PRICES), NOW).splitlines()
    assert both[-3:] == [
        "1 task to start, at most 1 worker at once.",
        "2 tasks get a new name, branch included: demo/a -> demo/b, demo/c -> demo/d.",
        "1 record is taken away: demo/old.",
    ]
    assert not dispatch(wanted, plan(stays), PRICES).changes


def test_dangers_name_their_tasks_the_first_few_of_many() -> None:
    many = Unsafe(code="reruns", told="7 of 9\nwould run", tasks=tuple(f"demo/t{n}" for n in range(7)))
    bare = Unsafe(code="stops", told="4 workers would be stopped")
    assert dangers([many, bare]) == (
        "this goes too far to be done unasked: 7 of 9 would run: "
        "demo/t0, demo/t1, demo/t2, demo/t3, demo/t4 (+2 more); 4 workers would be stopped"
    )


def test_what_was_not_selected_is_not_agreed_to() -> None:
    wanted = desired(task("demo/a"), task("demo/b"))
    decided = plan(*(decision(name, Action.RUN, NEW) for name in ("demo/a", "demo/b")))
    chosen = replace(wanted, only=frozenset({TaskId("demo/b")}))
    assert [one.id for _, one in dispatch(wanted, decided, PRICES).tasks] == ["demo/a", "demo/b"]
    assert [one.id for _, one in dispatch(chosen, decided, PRICES).tasks] == ["demo/b"]


@pytest.mark.parametrize(
    ("code", "fields", "fix"),
    [
        (ReasonCode.FROZEN, {}, "specrun unfreeze demo/a"),
        (ReasonCode.FROZEN, {"freeze": True}, "edit `freeze` in specs/demo.yaml"),
        (ReasonCode.DISABLED, {}, "edit `enabled` in specs/demo.yaml"),
        (ReasonCode.SKIPPED, {}, "edit `when` in specs/demo.yaml"),
    ],
)
def test_who_is_named_and_does_not_run_is_told_what_to_do(
    code: ReasonCode, fields: dict[str, bool], fix: str
) -> None:
    wanted = desired(replace(task("demo/a"), freeze=fields.get("freeze", False)), task("demo/b"))
    held = (code, "when: x" if code is ReasonCode.SKIPPED else "")
    decided = plan(*(decision(name, Action.HOLD, held) for name in ("demo/a", "demo/b")))
    (row,) = withheld(wanted, decided, [TaskId("demo/a")])
    assert row == f"demo/a stays as it is, {why(decided.decisions[0])}; fix: {fix}"
    failed = plan(decision("demo/a", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")))
    assert withheld(wanted, failed, [TaskId("demo/a")]) == []
