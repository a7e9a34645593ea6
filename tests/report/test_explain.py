"""Tests how a task is explained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.change import Action, ReasonCode
from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.project import Project
from specrun.core.task import TaskId, Workspace
from specrun.core.world import CarriedFile, Phase, Status
from specrun.report.colour import Paint, Role
from specrun.report.explain import Explained, text
from specrun.report.status import Row, standing
from specrun.report.text import clean
from tests.report.previews import preview
from tests.report.values import (
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

API = task("demo/api", after=["demo/schema"], checks=["test", "lint"], title="Add\x1b[2J it")
PYTHON = Project(kind="python", source="pyproject.toml", commands={"test": "run-test"})
FAILED = replace(
    run(
        "demo/api",
        Status.FAILED,
        record(1, Status.FAILED, cost="0.2", model="opus"),
        replace(record(2, Status.FAILED, cost=None), round=1, reason="check_failed: lint"),
        reason="check_failed: lint",
        summary="All tests pass!\x07",
    ),
    base="ba5e",
    output={"count": "\x1b[2J"},
    carried=(CarriedFile("src/a.py", "100644", "0" * 40),),
    checks=(
        check("test", tail="".join(f"{number}\n" for number in range(9))),
        check("lint", "exit code 1", tail="F401 x\n\x1b[31mFound 1 error.\n"),
    ),
)
HELD = plan(decision("demo/api", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "check_failed: lint")))


def row() -> Row:
    return standing(desired(API), world(FAILED), HELD).rows[0]


def explained(**others: object) -> Explained:
    base = Explained(
        task_id=API.id,
        row=row(),
        run=FAILED,
        task=API,
        projects=(PYTHON,),
        check_logs={},
        rows={API.id: row()},
        preview=preview(desired(API), HELD, world(FAILED)),
    )
    return replace(base, **others)  # type: ignore[arg-type]


EVIDENCE = [
    "demo/api failed: checks failed: lint",
    "  title: Add it",
    "  branch: specrun/demo/api",
    "  commit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeeabcd",
    "  base: ba5e",
    "  changed: 1 file",
    "  last words: All tests pass!",
    '  output: {"count": "\\u001b[2J"}',
    "checks:",
    "  ok   test: run-test",
    "       exit code 0 in 1.2s, on c0ffeec0ffee, output 0123456789ab",
    "       | 6",
    "       | 7",
    "       | 8",
    "  BAD  lint: run-lint",
    "       exit code 1 in 1.2s, on c0ffeec0ffee, output 0123456789ab",
    "       | F401 x",
    "       | Found 1 error.",
    "       log: /state/2/checks/2/output.log",
    "attempts:",
    "  #1            failed  shell opus  0.20 USD  2.0s",
    "  #2 (round 1)  failed  shell       unknown   2.0s  checks failed: lint",
    "log: /state/2/output.log",
    "asked of it (specs/demo.yaml:3):",
    "  check test: run-test (pyproject.toml)",
    "  check lint: run-lint (written for the task)",
    "  checked in a fresh tree of its commit",
    "  protect: the usual files",
    "next apply: hold: failed, unchanged: checks failed: lint",
    "depends on:",
    "  demo/schema      (hands on its change and its output)",
    "waited for by: demo/review",
    "  demo/review",
]


def test_everything_that_a_verdict_rests_on() -> None:
    told = explained(
        dependents=(TaskId("demo/review"),),
        log="/state/2/output.log",
        check_logs={"lint": "/state/2/checks/2/output.log"},
    )
    assert text(told).splitlines() == EVIDENCE


def test_a_command_of_another_folder_is_not_the_projects() -> None:
    web = replace(PYTHON, path="web", source="web/package.json")
    assert "  check test: run-test (written for the task)\n" in text(explained(projects=(web,)))
    inside = replace(API.contract, checks=(replace(API.contract.checks[0], path="web", name="web/test"),))
    told = text(explained(task=replace(API, contract=inside), projects=(PYTHON, web)))
    assert "  check web/test: run-test (web/package.json)\n" in told
    own = replace(API.contract, checks=(replace(API.contract.checks[0], path="web", run="own"),))
    told = text(explained(task=replace(API, contract=own), projects=(PYTHON, web)))
    assert "  check test (in web): own (written for the task)\n" in told


def test_a_task_without_a_record() -> None:
    bare = replace(API, title="", contract=Contract())
    waiting = decision("demo/api", Action.RUN, (ReasonCode.NEW, ""), (ReasonCode.UPSTREAM_PENDING, "schema"))
    seen = standing(desired(bare), world(), plan(waiting)).rows[0]
    assert text(explained(task=bare, row=seen, run=None)).splitlines() == [
        "demo/api pending",
        "  nothing is recorded of it",
        "asked of it (specs/demo.yaml:3):",
        "  no checks: nobody but its agent says that it is done",
        "next apply: run: never run; waits for schema",
        "depends on:",
        "  demo/schema      (hands on its change and its output)",
    ]


def test_a_task_that_is_gone_is_explained_by_its_record() -> None:
    told = text(explained(task=None, row=None, projects=()))
    assert told.startswith("demo/api failed (gone from the specs): checks failed: lint\n")
    assert told.endswith("next apply: nothing, for no spec declares it\n")
    assert "  BAD  lint: run-lint\n" in told
    assert "asked of it" not in told
    assert text(explained(task=None, row=None, run=None)).startswith("demo/api unknown (gone")


def test_a_success_has_no_reason_and_may_be_stale() -> None:
    good = replace(run("demo/api"), carried=())
    kept = plan(decision("demo/api", Action.REUSE, stale=True))
    told = text(explained(run=good, row=standing(desired(API), world(good), kept).rows[0]))
    assert told.startswith("demo/api succeeded\n")
    assert "  changed: 0 files\n" in told
    assert "next apply: reuse: stale: an upstream has not succeeded\n" in told


def test_a_judge_is_explained_round_by_round_with_what_it_was_not_to_do() -> None:
    judge = replace(
        run("demo/api", Status.FAILED, reason="round 2 changed nothing"),
        carried=(),
        verdict="rejected",
        rounds=(verdict("rejected", "no tests\n\nat all\x1b[2J"), verdict("rejected", "still", number=3)),
        discarded=("a.py", "b\x1b[2J.py"),
    )
    asked = Contract(
        judge=Judge(passing=("approved", "ok"), failing=("rejected",), rewind=Rewind(to="api", limit=2)),
        outputs={"type": "object"},
    )
    told = text(explained(run=judge, task=replace(API, contract=asked)))
    rows = told.splitlines()
    assert rows[0] == "demo/api failed: round 2 changed nothing"
    start = rows.index("verdict: rejected")
    assert rows[start + 1 : start + 6] == [
        "  round 1: rejected (on c0ffeec0ffee, attempt 1)",
        "       | no tests",
        "       | at all",
        "  round 2: rejected (on c0ffeec0ffee, attempt 3)",
        "       | still",
    ]
    assert "  edits that were discarded: a.py, b.py" in rows
    assert not any(row.startswith("  changed:") for row in rows)
    assert (
        "  judge: passes with approved, ok; fails with rejected; sends work back to api, at most 2 times"
        in rows
    )
    assert '  outputs: {"type": "object"}' in rows
    once = replace(asked, judge=Judge(passing=("ok",), failing=("no",)))
    assert "  judge: passes with ok; fails with no\n" in text(explained(task=replace(API, contract=once)))


@pytest.mark.parametrize(
    ("protect", "kinds", "told"),
    [
        (None, (), "the usual files"),
        (None, (("", "python"), ("web", "node")), "the usual files of python, node in web"),
        (("data", "!conftest.py"), (("", "go"),), "the usual files of go, data, !conftest.py"),
        ((), (("", "go"),), "nothing"),
    ],
)
def test_what_is_protected(
    protect: tuple[str, ...] | None, kinds: tuple[tuple[str, str], ...], told: str
) -> None:
    contract = replace(API.contract, protect=protect, kinds=kinds)
    assert f"  protect: {told}\n" in text(explained(task=replace(API, contract=contract)))


def test_work_in_the_repo_itself_is_not_isolated() -> None:
    loose = replace(
        FAILED,
        commit=None,
        carried=None,
        checks=(check("test", commit=None),),
        protected_changed=("Makefile",),
    )
    touching = replace(API.contract, touches=("src/**", "te\x1b[2Jsts"))
    told = text(explained(run=loose, task=replace(API, workspace=Workspace.NONE, contract=touching)))
    assert "exit code 0 in 1.2s, in the repo itself, unisolated, output 0123456789ab\n" in told
    assert "  protected, but changed (the checks ran with them): Makefile\n" in told
    assert "  checked in the repo itself, unisolated\n" in told
    assert "  touches: src/**, tests\n" in told
    kept = replace(FAILED, protected_changed=("Makefile",))
    assert "  protected, but changed (the checks ran with the originals): Makefile\n" in text(
        explained(run=kept)
    )


def test_a_check_without_output_and_one_in_a_folder() -> None:
    one = replace(check("test", "stopped"), path="web", output_digest="", exit_code=None)
    told = text(explained(run=replace(FAILED, checks=(one,))))
    assert "  BAD  test (in web): run-test\n       stopped in 1.2s, on c0ffeec0ffee\n" in told


def test_the_check_that_is_at_work_is_told() -> None:
    seen = world(attempts=[proving("demo/api", 3, ["test", "lint"], Phase.RUNNING)])
    adopted = plan(decision("demo/api", Action.ADOPT, (ReasonCode.PROVING, "attempt 3")))
    told = text(explained(row=standing(desired(API), seen, adopted).rows[0]))
    assert told.startswith("demo/api verifying\n")
    assert "now: check 1 of 2: test\nnext apply: adopt: its checks run: attempt 3\n" in told


def test_nothing_acts_on_the_terminal() -> None:
    evil = replace(
        FAILED,
        branch="b\x1b[2J",
        commit="\x1b]0;x\x07c0ffee",
        base="\x07",
        protected_changed=("\x1b[2Ja",),
        checks=(replace(check("t\x1b[2J", "r\x07", tail="\x1b[2J"), run="a\nb\x1b[2J", path="p\x07"),),
        verdict="v\x07",
        rounds=(verdict("\x1b[2Jw", "\x1b[2J"),),
    )
    told = text(explained(run=evil, log="/\x1b[2J", check_logs={"t\x1b[2J": "/\x07"}))
    assert told.replace("\n", "").isprintable()


def test_colours_change_nothing_else() -> None:
    paint = Paint(on=True)
    told = text(explained(), paint=paint)
    assert told.startswith(f"{paint('demo/api', Role.STRONG)} {paint('failed', Role.BAD)}: checks failed")
    assert f"\n  {paint('ok', Role.GOOD)}   test: run-test\n" in told
    assert clean(told) == text(explained())
