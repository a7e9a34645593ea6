"""Tests what an apply says before it asks."""

from __future__ import annotations

from decimal import Decimal

from specrun.core.change import Action, ReasonCode
from specrun.report.dispatch import dispatch, text, totals
from tests.report.values import NOW, decision, desired, plan, task

NEW = (ReasonCode.NEW, "")


def test_text_tells_who_starts_when_and_for_how_much() -> None:
    wanted = desired(task("demo/a", budget="1.00"), task("demo/b", budget="0.50"), task("demo/c"))
    decided = plan(
        decision("demo/a", Action.RUN, NEW, ready=True),
        decision("demo/b", Action.RUN, NEW, (ReasonCode.UPSTREAM_PENDING, "a")),
        decision("demo/c", Action.REUSE),
    )
    assert text(dispatch(wanted, decided), NOW).splitlines() == [
        "task    agent    model    budget    reason     start",
        "------  -------  -------  --------  ---------  -------",
        "demo/a  shell    -        1.00 USD  never run  now",
        "demo/b  shell    -        0.50 USD  never run  after a",
        "2 tasks to start, at most 2 workers at once, at most 1.50 USD per round of attempts.",
    ]


def test_a_narrow_terminal_gets_fewer_columns_and_then_shorter_lines() -> None:
    wanted = desired(task("demo/a-long-name-of-a-task"))
    shown = dispatch(wanted, plan(decision("demo/a-long-name-of-a-task", Action.RUN, NEW, ready=True)))
    assert text(shown, NOW, room=70).splitlines()[0].split() == ["task", "agent", "reason", "start"]
    assert text(shown, NOW, room=50).splitlines()[0].split() == ["task", "reason", "start"]
    assert text(shown, NOW, room=36).splitlines()[2] == "demo/a-long-name-of-a-task  now"
    assert text(shown, NOW, room=19).splitlines()[2] == "demo/a-long-name..."


def test_the_number_of_workers_is_the_smallest_limit() -> None:
    tasks = [task(f"demo/t{number}") for number in range(9)]
    decided = plan(*(decision(one.id, Action.RUN, NEW) for one in tasks))
    assert dispatch(desired(*tasks), decided).workers == 4
    assert dispatch(desired(*tasks, max_workers=2), decided).workers == 2
    assert dispatch(desired(*tasks, max_workers=99), decided).workers == 9


def test_an_uncapped_task_makes_the_total_unknown() -> None:
    wanted = desired(task("demo/a", budget="1.00"), task("demo/b"))
    decided = plan(decision("demo/a", Action.RUN, NEW), decision("demo/b", Action.RUN, NEW))
    shown = dispatch(wanted, decided)
    assert shown.cap is None
    assert totals(shown) == "2 tasks to start, at most 2 workers at once."
    assert dispatch(wanted, plan(decision("demo/a", Action.RUN, NEW))).cap == Decimal("1.00")


def test_an_edited_running_task_is_told_and_running_workers_count() -> None:
    decided = plan(
        decision("demo/a", Action.STOP, (ReasonCode.OUTDATED_WHILE_RUNNING, "attempt 1")), live=["demo/a"]
    )
    told = text(dispatch(desired(task("demo/a")), decided), NOW)
    assert "edited while running: attempt 1" in told
    assert "after it is stopped" in told
    assert "1 worker running already" in told
