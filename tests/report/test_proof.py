"""Tests what is said of checks and verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.contract import Contract, Judge
from specrun.core.world import Phase, Status
from specrun.report.proof import asked, check, failed, going, how, passed, round_, unproven
from tests.report.values import COMMIT, attempt, proving, run, task, verdict
from tests.report.values import check as checked

TEST, LINT = checked("test"), checked("li\x1b[2Jnt", "exit code 1", tail="oh")
JUDGE = Judge(passing=("yes",), failing=("no",))


def test_passed() -> None:
    assert passed(replace(run("demo/a"), checks=(TEST, TEST))) == "2 of 2"
    assert passed(replace(run("demo/a"), checks=(TEST, LINT, LINT))) == "1 of 3: lint, lint"
    assert passed(run("demo/a")) == "none"
    assert passed(replace(run("demo/a"), verdict="yes")) == ""


def test_checks_are_asked_for_by_a_task_or_told_by_a_record() -> None:
    assert not asked([task("demo/a")], [run("demo/a")])
    assert asked([task("demo/a", checks=["test"])], [])
    assert asked([], [replace(run("demo/a"), checks=(TEST,))])


def test_only_a_failure_by_checks_is_one() -> None:
    bad = run("demo/a", Status.FAILED, reason="check_failed: lint")
    assert failed(replace(bad, checks=(TEST, LINT))) == (LINT,)
    stopped = replace(bad, status=Status.CANCELLED, reason="stop_requested", checks=(TEST, LINT))
    assert failed(stopped) == ()


@pytest.mark.parametrize(
    ("phases", "told"),
    [
        ((), "check 1 of 3: test"),
        ((Phase.RUNNING,), "check 1 of 3: test"),
        ((Phase.ENDED,), "check 2 of 3: lint"),
        ((Phase.ENDED, Phase.ORDERED), "check 2 of 3: lint"),
        ((Phase.ENDED, Phase.LOST), "check 2 of 3: lint"),
        ((Phase.ENDED, Phase.ENDED, Phase.RUNNING), "check 3 of 3: build"),
        ((Phase.ENDED, Phase.ENDED, Phase.ENDED), "all checks have ended"),
    ],
)
def test_how_far_checks_have_come(phases: tuple[Phase, ...], told: str) -> None:
    assert going(proving("demo/a", 1, ["test", "li\x1b[2Jnt", "build"], *phases)) == told


def test_an_attempt_without_proof_is_at_no_check() -> None:
    assert going(attempt("demo/a", 1, Phase.RUNNING)) == ""


def test_how_a_check_ended() -> None:
    assert how(TEST) == "exit code 0"
    assert how(LINT) == "exit code 1"
    assert how(replace(LINT, reason="idle_timeout", exit_code=None)) == "idle timeout"
    assert how(replace(TEST, exit_code=None)) == "did not end"


def test_who_has_neither_checks_nor_a_verdict_is_unproven() -> None:
    assert unproven(Contract())
    assert not unproven(Contract(judge=JUDGE))
    assert not unproven(task("demo/a", checks=["test"]).contract)


def test_for_scripts() -> None:
    assert check(LINT) == {
        "name": "li\x1b[2Jnt",
        "run": "run-li\x1b[2Jnt",
        "path": "",
        "passed": False,
        "reason": "exit code 1",
        "exit_code": 1,
        "seconds": 1.25,
        "commit": COMMIT,
        "output_digest": "0123456789abcdef" * 4,
        "tail": "oh",
    }
    assert round_(verdict("no", "why", number=3)) == {
        "target_commit": COMMIT,
        "target_attempt": 3,
        "target_generation": 1,
        "verdict": "no",
        "feedback": "why",
    }
