"""Tests how run records are shown."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.task import TaskId
from specrun.core.world import Mark, Status
from specrun.report.colour import Paint, Role
from specrun.report.proof import check as checked
from specrun.report.proof import round_
from specrun.report.results import attempt, document, entry, text
from specrun.report.text import clean
from tests.report.values import NOW, check, record, run, task, verdict

RUN = run("demo/a", Status.FAILED, record(1, Status.FAILED, cost="0"), summary="", reason="exit code 1")


def test_text() -> None:
    assert text([RUN.task_id], {RUN.task_id: RUN}, {}).splitlines() == [
        "TASK    STATUS  ATTEMPTS   BRANCH          COMMIT        RESULT",
        "demo/a  failed  1 attempt  specrun/demo/a  c0ffeec0ffee  exit code 1",
    ]


def test_a_narrow_terminal_shows_what_matters_most() -> None:
    told = text([RUN.task_id], {RUN.task_id: RUN}, {}, room=50).splitlines()
    assert told == ["TASK    STATUS  COMMIT        RESULT", "demo/a  failed  c0ffeec0ffee  exit code 1"]


def test_text_of_agents_that_cost_something() -> None:
    paid = replace(record(1, cost="0.30", model="opus\x1b[2J"), denials=("Bash: rm",))
    runs = {
        one.task_id: one
        for one in (run("demo/a", Status.SUCCEEDED, record(2, cost=None), paid), run("demo/b"))
    }
    assert text(list(runs), runs, {}).splitlines() == [
        "TASK    STATUS     MODEL  COST                ATTEMPTS    BRANCH          COMMIT        RESULT",
        (
            "demo/a  succeeded  opus   0.30 USD + unknown  2 attempts  specrun/demo/a  c0ffeec0ffee  "
            "[1 denied: Bash: rm] done"
        ),
        "demo/b  succeeded         0.00 USD            1 attempt   specrun/demo/b  c0ffeec0ffee  done",
    ]


def test_nothing_of_a_record_acts_on_the_terminal() -> None:
    bad = replace(
        RUN, branch="b\x1b[2Jranch", commit="\x1b[31mc0ffee", summary="s\x07", reason="r\x1b]0;x\x07"
    )
    told = text([RUN.task_id], {RUN.task_id: bad}, {})
    assert told.replace("\n", "").isprintable()


def test_what_a_person_has_noted_is_told() -> None:
    noted = Mark(reason="by hand", by="Ann <ann@example.invalid>", at=NOW)
    mine = replace(run("demo/a", Status.ACCEPTED), accepted=noted)
    assert text([mine.task_id], {mine.task_id: mine}, {}).endswith("[accepted by Ann: by hand] done\n")
    told = entry(replace(mine, frozen=replace(noted, reason="stays")))
    at = "2027-01-15T08:00:00Z"
    assert told["accepted"] == {"reason": "by hand", "by": noted.by, "at": at}
    assert told["frozen"] == {"reason": "stays", "by": noted.by, "at": at}


def test_text_without_records() -> None:
    assert text([RUN.task_id], {}, {}) == "No results yet.\n"


TALKED = replace(
    record(1, Status.FAILED, cost=None),
    tokens={"input": 5},
    turns=2,
    session_id="abc",
    denials=("Bash: rm",),
)


ATTEMPT = {
    "number": 1,
    "generation": 1,
    "round": None,
    "agent": "shell",
    "executor": "process",
    "model": None,
    "status": "failed",
    "reason": "",
    "exit_code": 1,
    "started_at": "2027-01-15T08:00:00Z",
    "ended_at": "2027-01-15T08:00:02Z",
    "cost_usd": None,
    "tokens": {"input": 5},
    "turns": 2,
    "session_id": "abc",
    "denials": ["Bash: rm"],
    "checks": [],
}


def test_document() -> None:
    told = document([RUN.task_id], {RUN.task_id: replace(RUN, attempts=(TALKED,))})["results"]
    assert told == [
        {
            "address": "demo/a",
            "status": "failed",
            "reason": "exit code 1",
            "summary": "",
            "generation": 1,
            "branch": "specrun/demo/a",
            "base": None,
            "commit": RUN.commit,
            "output": None,
            "checks": [],
            "verdict": None,
            "rounds": [],
            "protected_changed": [],
            "discarded": [],
            "accepted": None,
            "frozen": None,
            "attempts": [ATTEMPT],
        }
    ]


def test_checks_have_a_column_where_there_are_any() -> None:
    bad = replace(
        run("demo/b", Status.FAILED, reason="check_failed: lint"),
        checks=(check("test"), check("li\x1b[2Jnt", "exit code 1")),
    )
    runs = {one.task_id: one for one in (run("demo/a"), bad)}
    assert text(list(runs), runs, {}).splitlines() == [
        "TASK    STATUS     CHECKS        ATTEMPTS   BRANCH          COMMIT        RESULT",
        "demo/a  succeeded  none          1 attempt  specrun/demo/a  c0ffeec0ffee  done",
        "demo/b  failed     1 of 2: lint  1 attempt  specrun/demo/b  c0ffeec0ffee  checks failed: lint",
    ]
    alone = {TaskId("demo/a"): run("demo/a")}
    assert "CHECKS" in text(list(alone), alone, {TaskId("demo/a"): task("demo/a", checks=["test"])})
    other = {TaskId("demo/x"): task("demo/x", checks=["test"])}
    assert "CHECKS" not in text(list(alone), alone, other)


def test_the_evidence_of_a_record_is_told() -> None:
    judge = replace(
        RUN,
        attempts=(replace(record(1), round=2),),
        checks=(check("test"),),
        verdict="rejected",
        rounds=(verdict("rejected", "why"),),
        protected_changed=("Makefile",),
        discarded=("a.py",),
    )
    told = entry(judge)
    assert told["checks"] == [checked(check("test"))]
    assert told["rounds"] == [round_(verdict("rejected", "why"))]
    assert (told["verdict"], told["protected_changed"], told["discarded"]) == (
        "rejected",
        ["Makefile"],
        ["a.py"],
    )
    assert [attempt(one)["round"] for one in judge.attempts] == [2]


def test_the_status_has_a_colour_and_nothing_else_changes() -> None:
    paint = Paint(on=True)
    runs = {one.task_id: one for one in (RUN, run("demo/failed"))}
    told = text([*runs], runs, {}, paint)
    assert f"demo/a       {paint('failed', Role.BAD)}     1 attempt" in told
    assert f"demo/failed  {paint('succeeded', Role.GOOD)}  1 attempt" in told
    assert clean(told) == text([*runs], runs, {})
