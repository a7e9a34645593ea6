"""Exit codes of plans that have come to rest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from specrun.core.outcome import exit_code, pending
from specrun.core.plan import plan
from specrun.core.world import Phase, Status
from specrun.errors import ExitCode
from tests.core.make import attempt, desired, prints, run, task, tid, world

A = task("a")
PRINT = prints(desired(A))[A.id]


def test_holds_decide() -> None:
    assert exit_code(plan(desired(A), world([run(PRINT, "a")]))) is ExitCode.OK
    assert exit_code(plan(desired(A), world([run(PRINT, "a", Status.FAILED)]))) is ExitCode.FAILED
    skipped = desired(A, task("b", "a:failed"))
    assert exit_code(plan(skipped, world([run(PRINT, "a")]))) is ExitCode.OK
    poor = desired(task("a", budget=Decimal(2)), spec={"budget": Decimal(1)})
    assert exit_code(plan(poor, world())) is ExitCode.BUDGET


def test_waiting_for_what_was_not_selected_is_no_success() -> None:
    behind = desired(A, task("b", "a"), only=frozenset({tid("b")}))
    assert exit_code(plan(behind, world())) is ExitCode.FAILED
    alone = desired(A, task("b"), only=frozenset({tid("b")}))
    done = run(prints(alone)[tid("b")], "b")
    assert exit_code(plan(alone, world([done]))) is ExitCode.OK


def test_holds_are_not_pending() -> None:
    assert pending(plan(desired(A), world()))
    assert not pending(plan(desired(A), world([run(PRINT, "a", Status.FAILED)])))


def test_the_gravest_hold_decides() -> None:
    poor = {"budget": Decimal(1)}
    wanted = desired(A, task("b"), task("c", budget=Decimal(2)), spec=poor)
    failed = run(prints(wanted)[tid("b")], "b", Status.FAILED)
    ended = attempt("a", Phase.ENDED, clean=True)
    occupied = world([failed], [ended], occupied={A.id: "there"})
    assert exit_code(plan(wanted, occupied)) is ExitCode.REFUSED
    unread = world([failed], [replace(ended, phase=Phase.UNREADABLE)])
    assert exit_code(plan(wanted, unread)) is ExitCode.ENVIRONMENT


def test_where_tasks_were_selected_only_these_count() -> None:
    wanted = desired(A, task("b"))
    seen = world([run(PRINT, "a", Status.FAILED), run(prints(wanted)[tid("b")], "b")])
    made = plan(wanted, seen)
    assert exit_code(made) is ExitCode.FAILED
    assert exit_code(made, frozenset({tid("b")})) is ExitCode.OK
    assert exit_code(made, frozenset({A.id})) is ExitCode.FAILED
    waiting = plan(wanted, world())
    assert pending(waiting, frozenset({A.id}))
    assert not pending(waiting, frozenset())
