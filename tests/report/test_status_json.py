"""Tests what scripts are told about how tasks stand."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, ReasonCode
from specrun.core.world import Phase, Status
from specrun.report.status import standing
from specrun.report.status_json import document, entry
from tests.report.values import (
    attempt,
    check,
    decision,
    desired,
    plan,
    proving,
    record,
    run,
    task,
    verdict,
    world,
)

WANTED = desired(task("demo/a"), task("demo/b"), task("demo/c"))
FAILED = run("demo/c", Status.FAILED, record(2, Status.FAILED), summary="", reason="exit code 1")
SEEN = world(run("demo/a"), FAILED, attempts=[attempt("demo/b", 3, Phase.RUNNING)])
PLAN = plan(
    decision("demo/a", Action.REUSE),
    decision("demo/b", Action.ADOPT, (ReasonCode.RUNNING, "attempt 3")),
    decision("demo/c", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")),
    live=["demo/b"],
)


def test_document() -> None:
    other = attempt("demo/a", 7, Phase.RUNNING, branch="feature")
    told = document(standing(WANTED, SEEN, PLAN, [other]), PLAN)
    assert told["summary"] == {"running": 1, "succeeded": 1, "failed": 1}
    assert told["converged"] is False
    assert told["other_branches"] == [
        {
            "address": "demo/a",
            "attempt": 7,
            "phase": "running",
            "branch": "feature",
            "created_at": "2027-01-15T08:00:00Z",
        }
    ]
    assert entry(standing(WANTED, SEEN, PLAN).rows[1])["seconds"] == 65.0


def test_checks_and_verdicts_of_the_record_are_told() -> None:
    judged = replace(
        FAILED,
        checks=(check("test"), check("lint", "exit code 1")),
        verdict="rejected",
        rounds=(verdict("rejected"), verdict("rejected")),
    )
    row = standing(WANTED, world(judged), PLAN).rows[2]
    told = entry(row)
    assert told["checks"] == [{"name": "test", "passed": True}, {"name": "lint", "passed": False}]
    assert (told["verdict"], told["rounds"], told["checking"]) == ("rejected", 2, "")
    bare = entry(standing(WANTED, SEEN, PLAN).rows[1])
    assert (bare["checks"], bare["verdict"], bare["rounds"]) == ([], None, 0)


def test_the_check_that_is_at_work_is_told() -> None:
    seen = world(attempts=[proving("demo/b", 3, ["test", "lint"], Phase.RUNNING)])
    told = entry(standing(WANTED, seen, PLAN).rows[1])
    assert (told["status"], told["checking"]) == ("verifying", "check 1 of 2: test")
