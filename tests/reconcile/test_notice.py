"""Workers that are taken over, and dependents that an upstream's rerun did not reach."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Decision, Plan
from specrun.core.event import EventKind
from specrun.core.plan import plan
from specrun.core.world import Phase, Proof
from specrun.reconcile.notice import noticed
from tests.core.make import attempt, desired, prints, run, task, tid, world
from tests.fakes import State
from tests.reconcile.drive import run_to_rest

ONE = desired(task("a"))
PRINT = prints(ONE)[tid("a")]


def test_the_first_turn_tells_of_workers_that_were_there_before() -> None:
    running = plan(ONE, world(attempts=[attempt("a", Phase.RUNNING, PRINT)]))
    ended = plan(ONE, world(attempts=[attempt("a", Phase.ENDED, PRINT)]))
    assert [one.message for one in noticed(None, running, 1.0)] == ["s/a adopted: attempt 1 is running"]
    assert [one.message for one in noticed(None, ended, 1.0)] == [
        "s/a adopted: attempt 1 had ended without being recorded"
    ]
    proving = plan(ONE, world(attempts=[attempt("a", Phase.PROVING, PRINT, proof=Proof(checks=("test",)))]))
    assert [one.message for one in noticed(None, proving, 1.0)] == ["s/a adopted: attempt 1 is being checked"]
    assert noticed(running, running, 1.0) == ()


def test_a_cut_off_is_told_when_it_is_resolved() -> None:
    state = State()
    wanted = desired(task("a"), task("b", "a"))
    run_to_rest(wanted, state)
    started = len(state.started)
    run_to_rest(desired(task("a", prompt="other words, same tree"), task("b", "a")), state)
    assert len(state.started) == started + 1
    told = [one for one in state.events if one.kind is EventKind.CUT_OFF]
    assert [one.task_id for one in told] == [tid("b")]


def test_a_reuse_that_was_clear_from_the_start_is_not_told() -> None:
    seen = world([run(PRINT, "a")])
    assert noticed(plan(ONE, seen), plan(ONE, seen), 1.0) == ()


def test_what_stays_behind_a_failure_is_not_told_to_be_up_to_date() -> None:
    one = Decision(task_id=tid("a"), action=Action.DEFERRED, reasons=(), generation=1, fingerprint=PRINT)
    later = Plan(decisions=(one,), changes=())
    stale = Plan(decisions=(replace(one, action=Action.REUSE, stale=True),), changes=())
    (event,) = noticed(later, stale, 5.0)
    assert event.message == "s/a stays as it is, stale: an upstream has not succeeded"
