"""Tests how the values of the Python API are made."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from specrun.api import told
from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.core.world import Status
from specrun.report.closing import Failure, Refutation
from tests.report.values import NOW, check, record, run

ONE = TaskId("demo/one")


def test_a_cost_with_an_unknown_part_is_unknown() -> None:
    paid = [replace(record(number), cost_usd=Decimal(cost)) for number, cost in ((1, "0.25"), (2, "0.50"))]
    known = run(ONE, Status.SUCCEEDED, *paid)
    assert told.record(known).cost_usd == Decimal("0.75")
    unknown = replace(known, attempts=(known.attempts[0], replace(known.attempts[1], cost_usd=None)))
    assert told.record(unknown).cost_usd is None
    assert told.record(replace(known, attempts=())).cost_usd == 0
    assert told.record(known).document["address"] == ONE


def test_an_event_tells_whose_it_is() -> None:
    made = told.event(Event(at=NOW, kind=EventKind.STARTED, message="it began", task_id=ONE, number=2))
    assert (made.at, made.kind, made.address, made.attempt) == (NOW, "started", ONE, 2)
    assert made.message == "it began"
    assert made.document["type"] == "started"


def test_a_failure_points_at_the_log_that_says_why() -> None:
    lint, test = (Refutation(check=check(name, "exit code 1")) for name in ("lint", "test"))
    refuted = (lint, replace(test, log_path="checks/2"))
    failure = Failure(task_id=ONE, status="failed", reason="no", log_path="agent", refuted=refuted)
    found = told.failures([failure, replace(failure, refuted=()), replace(failure, refuted=(), log_path="")])
    assert [one.log for one in found] == [Path("checks/2"), Path("agent"), None]
    assert found[0].command == "specrun retry demo/one"
    assert told.failures([replace(failure, status="held")])[0].command == "specrun apply"
