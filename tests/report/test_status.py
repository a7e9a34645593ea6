"""Tests how tasks stand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.change import Action, Plan, ReasonCode
from specrun.core.task import Desired, TaskId
from specrun.core.world import Attempt, Phase, Run, Status
from specrun.report.colour import Paint, Role
from specrun.report.status import State, counts, gone, listing, standing, text
from specrun.report.status_json import entry
from specrun.report.text import clean
from specrun.report.words import why
from tests.report.values import (
    attempt,
    decision,
    desired,
    plan,
    proving,
    record,
    run,
    task,
    world,
)

WANTED = desired(task("demo/a", title="First"), task("demo/b"), task("demo/c"))
SEEN = world(
    run("demo/a"),
    run("demo/c", Status.FAILED, record(2, Status.FAILED), summary="", reason="exit code 1"),
    attempts=[attempt("demo/b", 3, Phase.RUNNING)],
)
PLAN = plan(
    decision("demo/a", Action.REUSE),
    decision("demo/b", Action.ADOPT, (ReasonCode.RUNNING, "attempt 3")),
    decision("demo/c", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")),
    live=["demo/b"],
)


def test_text() -> None:
    other = attempt("demo/a", 7, Phase.RUNNING, branch="feature")
    told = text(standing(WANTED, SEEN, PLAN, [other], ["demo"]))
    assert told.splitlines() == [
        "TASK    STATUS     AGENT  TRY  TIME    NOTE",
        "demo/a  succeeded  shell  #1   2.0s    done",
        "demo/b  running    shell  #3   1m 05s",
        "demo/c  failed     shell  #2   2.0s    exit code 1",
        "",
        "1 attempt of other branches or specs (end them with: specrun stop --all):",
        "  demo/a #7 running on feature since 2027-01-15T08:00:00Z",
        "",
        "3 tasks: 1 running, 1 succeeded, 1 failed; specrun is applying demo.",
    ]


PAID = world(
    run(
        "demo/a",
        Status.SUCCEEDED,
        record(1, Status.FAILED, cost="0.20"),
        record(2, cost="0.30", model="opus\x1b[2J"),
    ),
    run("demo/b", Status.FAILED, record(1, Status.FAILED, cost=None)),
    attempts=[
        replace(
            attempt("demo/b", 2, Phase.RUNNING),
            agent="claude",
            model="haiku",
            spent=Decimal("0.0125"),
            tokens={"input": 1200, "output": 34},
        ),
        replace(attempt("demo/c", 1, Phase.RUNNING), agent="claude"),
    ],
)
WORKING = plan(
    decision("demo/a", Action.REUSE),
    decision("demo/b", Action.ADOPT, (ReasonCode.RUNNING, "attempt 2")),
    decision("demo/c", Action.ADOPT, (ReasonCode.RUNNING, "attempt 1")),
    decision("demo/d", Action.ADOPT, (ReasonCode.RUNNING, "attempt 1")),
)


def test_agents_that_cost_something_are_told_with_model_cost_and_tokens() -> None:
    seen = replace(
        PAID,
        attempts={**PAID.attempts, TaskId("demo/d"): (attempt("demo/d", 1, Phase.RUNNING, started=None),)},
    )
    wanted = desired(task("demo/a"), task("demo/b"), task("demo/c"), task("demo/d"))
    shown = standing(wanted, seen, WORKING)
    assert text(shown).splitlines() == [
        "TASK    STATUS     AGENT   MODEL  TRY  TIME    COST        NOTE",
        "demo/a  succeeded  shell   opus   #2   2.0s    0.30 USD    done",
        "demo/b  running    claude  haiku  #2   1m 05s  0.0125 USD  1.2k tokens in, 34 out",
        "demo/c  running    claude         #1   1m 05s  unknown",
        "demo/d  running    shell          #1           0.00 USD",
        "",
        "4 tasks: 3 running, 1 succeeded; cost 0.5125 USD + unknown.",
    ]
    assert text(shown, room=60).splitlines()[0] == "TASK    STATUS     TRY  TIME    COST        NOTE"
    told = [entry(row) for row in shown.rows]
    assert [(one["model"], one["cost_usd"], one["tokens"]) for one in told] == [
        ("opus\x1b[2J", "0.30", None),
        ("haiku", "0.0125", {"input": 1200, "output": 34}),
        (None, None, None),
        (None, "0", None),
    ]


def test_an_attempt_that_is_recorded_already_counts_once() -> None:
    ended = replace(attempt("demo/b", 1, Phase.ENDED), agent="claude", spent=Decimal(2))
    seen = world(run("demo/b", Status.SUCCEEDED, record(1, cost="2")), attempts=[ended])
    adopted = plan(decision("demo/b", Action.ADOPT, (ReasonCode.INCOMPLETE, "")))
    assert counts(standing(WANTED, seen, adopted)) == "1 task: 1 collecting; cost 2.00 USD."


def test_a_task_that_never_ran_has_cost_nothing() -> None:
    waiting = plan(decision("demo/a", Action.REUSE), decision("demo/b", Action.RUN, (ReasonCode.NEW, "")))
    shown = standing(WANTED, world(run("demo/a", Status.SUCCEEDED, record(1, cost="2"))), waiting)
    assert [row.split()[5:7] for row in text(shown).splitlines()[1:2]] == [["2.00", "USD"]]
    assert entry(shown.rows[1])["cost_usd"] is None
    assert counts(shown) == "2 tasks: 1 pending, 1 succeeded; cost 2.00 USD."


def test_text_fits_a_narrow_terminal() -> None:
    shown = standing(WANTED, SEEN, PLAN)
    assert text(shown, room=60) == text(shown)
    assert text(shown, room=44).splitlines()[:4] == [
        "TASK    STATUS     TRY  TIME    NOTE",
        "demo/a  succeeded  #1   2.0s    done",
        "demo/b  running    #3   1m 05s",
        "demo/c  failed     #2   2.0s    exit code 1",
    ]
    assert text(shown, room=20).splitlines()[:2] == ["TASK    STATUS", "demo/a  succeeded"]
    assert text(shown, room=15).splitlines()[:2] == ["TASK  STATUS", "demo  succeeded"]


@pytest.mark.parametrize(
    ("action", "code", "record_", "open_", "state"),
    [
        (Action.REUSE, None, run("demo/a", Status.ACCEPTED), None, State.ACCEPTED),
        (Action.RUN, ReasonCode.NEW, None, None, State.PENDING),
        (Action.RERUN, ReasonCode.PROMPT_CHANGED, run("demo/a"), None, State.PENDING),
        (Action.HOLD, ReasonCode.UPSTREAM_FAILED, None, None, State.BLOCKED),
        (Action.HOLD, ReasonCode.UPSTREAM_FAILED, run("demo/a", Status.FAILED), None, State.BLOCKED),
        (Action.HOLD, ReasonCode.SKIPPED, None, None, State.SKIPPED),
        (Action.HOLD, ReasonCode.CANCELLED, run("demo/a", Status.CANCELLED), None, State.CANCELLED),
        (Action.HOLD, ReasonCode.NOT_SELECTED, run("demo/a"), None, State.PENDING),
        (Action.HOLD, ReasonCode.NOT_SELECTED, run("demo/a", Status.FAILED), None, State.PENDING),
        (Action.ADOPT, ReasonCode.INCOMPLETE, None, attempt("demo/a", 1, Phase.ENDED), State.COLLECTING),
        (Action.ADOPT, ReasonCode.RUNNING, None, attempt("demo/a", 1, Phase.ORDERED), State.RUNNING),
        (Action.REUSE, None, run("demo/a"), attempt("demo/a", 1, Phase.COLLECTED), State.SUCCEEDED),
        (Action.ADOPT, ReasonCode.PROVING, None, attempt("demo/a", 1, Phase.PROVING), State.VERIFYING),
        (Action.VERIFY, ReasonCode.CHECKS_CHANGED, run("demo/a"), None, State.PENDING),
    ],
)
def test_state(
    action: Action, code: ReasonCode | None, record_: Run | None, open_: Attempt | None, state: State
) -> None:
    reasons = [] if code is None else [(code, "")]
    seen = world(*([record_] if record_ else []), attempts=[open_] if open_ else [])
    shown = standing(desired(task("demo/a")), seen, plan(decision("demo/a", action, *reasons)))
    assert shown.rows[0].state is state


def test_notes_say_why_a_task_waits() -> None:
    decided = plan(
        decision("demo/a", Action.RUN, (ReasonCode.NEW, ""), (ReasonCode.UPSTREAM_PENDING, "b")),
        decision("demo/b", Action.HOLD, (ReasonCode.UPSTREAM_FAILED, "c")),
        decision("demo/c", Action.REUSE, stale=True),
        decision("demo/d", Action.HOLD, (ReasonCode.NOT_SELECTED, "")),
    )
    told = text(standing(WANTED, world(run("demo/c")), decided))
    assert "never run; waits for b" in told
    assert "upstream did not succeed: c" in told
    assert "stale: done" in told
    assert [row.split() for row in told.splitlines() if "demo/d" in row] == [
        ["demo/d", "pending", "not", "selected"]
    ]


PROVING = plan(decision("demo/a", Action.ADOPT, (ReasonCode.PROVING, "attempt 2")), live=["demo/a"])


def test_an_attempt_whose_checks_run_is_told_with_the_check_that_it_is_at() -> None:
    seen = world(attempts=[proving("demo/a", 2, ["test", "lint"], Phase.ENDED, Phase.RUNNING)])
    assert text(standing(WANTED, seen, PROVING)).splitlines() == [
        "TASK    STATUS     AGENT  TRY  TIME    NOTE",
        "demo/a  verifying  shell  #2   1m 05s  check 2 of 2: lint",
        "",
        "1 task: 1 verifying.",
    ]


def test_one_that_is_being_stopped_says_so_instead() -> None:
    seen = world(attempts=[proving("demo/a", 2, ["test"], Phase.RUNNING, stopping=True)])
    stopping = plan(decision("demo/a", Action.STOP, (ReasonCode.STOP_REQUESTED, "attempt 2")))
    assert "demo/a  verifying  shell  #2   1m 05s  is being stopped: attempt 2" in text(
        standing(WANTED, seen, stopping)
    )


def test_an_attempt_without_an_agent_is_at_work_since_its_first_check() -> None:
    begun = proving("demo/a", 2, ["test"], Phase.RUNNING)
    alone = replace(begun, started_at=None, verifying=True)
    assert standing(WANTED, world(attempts=[alone]), PROVING).rows[0].seconds == 55.0
    waiting = replace(proving("demo/a", 2, ["test"]), started_at=None, verifying=True)
    assert standing(WANTED, world(attempts=[waiting]), PROVING).rows[0].seconds is None


def test_a_task_gone_from_the_specs_is_shown_while_it_runs() -> None:
    seen = world(attempts=[attempt("demo/x", 1, Phase.RUNNING, started=None)])
    shown = standing(WANTED, seen, plan(decision("demo/x", Action.STOP, (ReasonCode.ORPHANED, "attempt 1"))))
    assert "demo/x  running  shell  #1         gone from the spec: attempt 1" in text(shown)


def test_listing_and_counts() -> None:
    shown = standing(WANTED, SEEN, PLAN)
    assert listing(shown.rows[:2], WANTED) == "demo/a  succeeded  First\ndemo/b  running\n"
    assert listing([], WANTED) == ""
    paint = Paint(on=True)
    told = listing(shown.rows[:2], WANTED, paint)
    assert told.splitlines()[0] == f"demo/a  {paint('succeeded', Role.GOOD)}  First"
    assert clean(told) == listing(shown.rows[:2], WANTED)
    assert counts(
        standing(Desired(specs={}, tasks={}), world(), Plan(decisions=(), changes=(), wake_at=None))
    ) == ("0 tasks: no tasks.")


@pytest.mark.parametrize("code", [ReasonCode.SKIPPED, ReasonCode.DISABLED, ReasonCode.FROZEN])
def test_what_is_withheld_says_so_and_a_success_stays_one(code: ReasonCode) -> None:
    held = decision("demo/a", Action.HOLD, (code, ""), (ReasonCode.PROMPT_CHANGED, ""))
    assert standing(WANTED, world(), plan(held)).rows[0].state == str(code)
    kept = standing(WANTED, world(run("demo/a")), plan(replace(held, hands_on=True)))
    assert kept.rows[0].state is State.SUCCEEDED
    assert text(kept).splitlines()[1].endswith(f"{why(held)}: done")


def test_what_is_gone_from_its_spec_says_so() -> None:
    left = decision("demo/z", Action.PRUNE, (ReasonCode.ORPHANED, ""))
    shown = standing(WANTED, world(run("demo/z")), plan(left))
    assert shown.rows[0].state is State.GONE
    assert counts(shown) == "1 task: 1 gone."


def test_records_without_a_spec_are_counted() -> None:
    assert gone(0) == ""
    assert gone(1).startswith("1 record of specs that are gone: see specrun results, ")
