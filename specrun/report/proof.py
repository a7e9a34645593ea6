"""Says what checks and judges found, and how far checks have come."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.core.contract import Contract
from specrun.core.evidence import CheckRecord, Round
from specrun.core.proving import current, upcoming
from specrun.core.reasons import CHECK_FAILED, CHECKS_UNANSWERED, code
from specrun.core.task import Json, Task
from specrun.core.world import Attempt, Run
from specrun.report.text import line
from specrun.report.words import ended

UNPROVEN = "none"


def passed(run: Run) -> str:
    """Say how many of a record's checks passed, and which did not: `2 of 2`, `1 of 2: lint`, `none`.

    A judge without checks is one itself: nothing is said of it.
    """
    if not run.checks:
        return UNPROVEN if run.verdict is None else ""
    failed = ", ".join(line(check.name) for check in run.checks if not check.passed)
    good = sum(check.passed for check in run.checks)
    return f"{good} of {len(run.checks)}" + (f": {failed}" if failed else "")


def asked(tasks: Sequence[Task], runs: Sequence[Run]) -> bool:
    """Whether any task is to be checked, or was."""
    return any(task.contract.checks for task in tasks) or any(run.checks for run in runs)


def failed(run: Run) -> tuple[CheckRecord, ...]:
    """Answer the checks for which a task has failed."""
    if code(run.reason) not in {CHECK_FAILED, CHECKS_UNANSWERED}:
        return ()
    return tuple(check for check in run.checks if not check.passed)


def going(attempt: Attempt) -> str:
    """Say at which of its checks an attempt is: `check 2 of 3: lint`."""
    proof = attempt.proof
    if proof is None:
        return ""
    run = current(proof)
    place = upcoming(proof) if run is None else run.index
    if place is None:
        return "all checks have ended"
    return f"check {place + 1} of {len(proof.checks)}: {line(proof.checks[place])}"


def how(check: CheckRecord) -> str:
    """Say how a check ended: `exit code 1`, `idle timeout`."""
    if check.reason:
        return line(ended(check.reason))
    return "did not end" if check.exit_code is None else f"exit code {check.exit_code}"


def unproven(contract: Contract) -> bool:
    """Whether nobody but its agent will say that a task is done."""
    return not contract.checks and contract.judge is None


def check(one: CheckRecord) -> dict[str, Json]:
    """Answer a check for scripts."""
    return {
        "name": one.name,
        "run": one.run,
        "path": one.path,
        "passed": one.passed,
        "reason": one.reason,
        "exit_code": one.exit_code,
        "seconds": one.seconds,
        "commit": one.commit,
        "output_digest": one.output_digest,
        "tail": one.tail,
    }


def round_(one: Round) -> dict[str, Json]:
    """Answer one verdict for scripts."""
    return {
        "target_commit": one.target.commit,
        "target_attempt": one.target.attempt,
        "target_generation": one.target.generation,
        "verdict": one.verdict,
        "feedback": one.feedback,
    }
