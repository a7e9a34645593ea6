"""Tests the end of an apply."""

from __future__ import annotations

from specrun.core.task import TaskId
from specrun.report.closing import Failure, Refutation, entry, text
from specrun.report.colour import Paint
from specrun.report.proof import check as checked
from tests.report.values import check

FAILURE = Failure(
    task_id=TaskId("demo/a"),
    status="failed",
    reason="exit code 3",
    log="one\n\x1b[31mtwo\x1b[0m\n",
    log_path="/state/output.log",
)


def test_every_failure_is_told_with_log_and_way_on() -> None:
    assert text([FAILURE], ["demo/b"], "2 tasks.") == (
        "\n"
        "1 task did not succeed:\n"
        "  demo/a failed: exit code 3\n"
        "    | one\n"
        "    | two\n"
        "    log:   /state/output.log\n"
        "    go on: specrun retry demo/a\n"
        "  1 task behind them: demo/b\n"
        "\n"
        "2 tasks.\n"
    )


def test_without_failures_only_the_counts_are_told() -> None:
    assert text([], [], "2 tasks.") == "2 tasks.\n"


def test_a_failure_without_attempt_has_no_log() -> None:
    stopped = Failure(task_id=TaskId("demo/a"), status="cancelled", reason="stop_requested")
    assert "  demo/a cancelled: stopped by a person\n" in text([stopped], [], "1 task.")
    bare = Failure(task_id=TaskId("demo/a"), status="errored", reason="")
    assert text([bare], [], "1 task.").splitlines()[2:4] == [
        "  demo/a errored",
        "    go on: specrun retry demo/a",
    ]


def test_what_cannot_be_merged_is_not_just_tried_again() -> None:
    clash = Failure(task_id=TaskId("demo/a"), status="errored", reason="merge_conflict: a.txt of demo/b")
    assert "    go on: specrun apply, once one of these upstreams depends on the other" in text(
        [clash], [], ""
    )
    assert entry(clash)["command"] == "specrun apply"


def test_entry() -> None:
    assert entry(FAILURE) == {
        "type": "failure",
        "address": "demo/a",
        "status": "failed",
        "log": "/state/output.log",
        "tail": ["one", "two"],
        "checks": [],
        "command": "specrun retry demo/a",
        "message": "demo/a failed: exit code 3",
    }


LINT = check("lint", "exit code 1", tail="1\n2\n3\n4\n5\n\x1b[31msix\x1b[0m\n")
REFUTED = Failure(
    task_id=TaskId("demo/a"),
    status="failed",
    reason="checks failed: lint, build",
    refuted=(
        Refutation(check=LINT, log_path="/state/checks/2/output.log"),
        Refutation(check=check("build", "timeout", tail="")),
    ),
)


def test_checks_that_failed_speak_for_themselves() -> None:
    assert text([REFUTED], [], "1 task.").splitlines()[2:] == [
        "  demo/a failed: checks failed: lint, build",
        "    lint (run-lint): exit code 1",
        "    | 2",
        "    | 3",
        "    | 4",
        "    | 5",
        "    | six",
        "    log:   /state/checks/2/output.log",
        "    build (run-build): timeout",
        "    go on: specrun retry demo/a, or mend the checks and apply",
        "",
        "1 task.",
    ]


def test_checks_that_failed_are_told_to_scripts() -> None:
    told = entry(REFUTED)
    assert told["checks"] == [
        {**checked(LINT), "log": "/state/checks/2/output.log"},
        {**checked(REFUTED.refuted[1].check), "log": ""},
    ]
    assert told["command"] == "specrun retry demo/a"


def test_failures_are_told_in_colour() -> None:
    told = text([FAILURE], [], "1 task.", Paint(on=True)).splitlines()
    assert told[1:3] == [
        "\x1b[31m1 task did not succeed:\x1b[0m",
        "  demo/a \x1b[31mfailed\x1b[0m: exit code 3",
    ]
