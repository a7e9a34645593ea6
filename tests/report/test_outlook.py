"""Tests what is told beside a plan."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, ReasonCode
from specrun.core.contract import Judge
from specrun.core.forecast import Conflict
from specrun.core.project import Project
from specrun.core.safety import Unsafe
from specrun.core.task import Desired, TaskId, Workspace
from specrun.report.outlook import (
    conflict_entries,
    project_entries,
    projects,
    unchecked,
    unfelt,
    unisolated,
    unsafe,
    warnings,
)
from tests.report.previews import edited, preview
from tests.report.values import decision, desired, plan, run, task, world

PYTHON = Project(
    kind="python", source="pyproject.toml", commands={"test": "pytest", "lint": "ruff\x1b[2J check ."}
)
WEB = Project(path="web", kind="node", source="web/package.json", commands={"test": "npm test\n" + "x" * 90})
OWN = Project(source="specs/b.yaml", commands={"build": "./build"})


def with_projects(**projects_: tuple[Project, ...]) -> Desired:
    wanted = desired(*(task(f"{name}/a") for name in projects_))
    specs = {name: replace(spec, projects=projects_[name]) for name, spec in wanted.specs.items()}
    return replace(wanted, specs=specs)


def test_a_project_is_told_with_what_told_it_and_its_commands() -> None:
    assert projects(with_projects(a=(PYTHON, WEB))) == [
        "project python (pyproject.toml: test = pytest, lint = ruff check .)",
        f"project node in web (web/package.json: test = npm test {'x' * 48}...)",
    ]


def test_projects_of_all_specs_are_told_once_and_others_with_their_specs() -> None:
    told = projects(with_projects(a=(PYTHON,), b=(PYTHON, OWN), c=(PYTHON,)))
    assert told == [
        "project python (pyproject.toml: test = pytest, lint = ruff check .)",
        "project (specs/b.yaml: build = ./build) [b]",
    ]
    assert projects(desired(task("a/a"))) == []


def test_projects_for_scripts() -> None:
    assert project_entries(with_projects(a=(OWN,))) == [
        {
            "spec": "a",
            "path": "",
            "type": None,
            "source": "specs/b.yaml",
            "commands": {"build": "./build"},
        }
    ]


def test_tasks_that_would_start_unproven_are_named_a_few_of_many() -> None:
    judge = Judge(passing=("yes",), failing=("no",))
    judging = task("demo/j")
    many = [task(f"demo/t{number}") for number in range(7)]
    wanted = desired(
        *many,
        task("demo/checked", checks=["test"]),
        replace(judging, contract=replace(judging.contract, judge=judge)),
    )
    decided = plan(
        *(decision(name, Action.RUN, (ReasonCode.NEW, "")) for name in wanted.tasks),
        decision("demo/gone", Action.STOP),
    )
    assert unchecked(wanted, decided) == tuple(one.id for one in many)
    assert warnings(wanted, decided, ()) == [
        "Unproven (no checks): demo/t0, demo/t1, demo/t2, demo/t3, demo/t4 (+2 more)."
    ]
    kept = plan(*(decision(name, Action.REUSE) for name in wanted.tasks))
    assert warnings(wanted, kept, ()) == []


def test_checks_in_the_repo_itself_are_named_where_they_would_run() -> None:
    loose = replace(task("demo/a", checks=["test"]), workspace=Workspace.NONE)
    wanted = desired(loose, task("demo/b", checks=["test"]), replace(loose, id=TaskId("demo/c")))
    decided = plan(
        decision("demo/a", Action.VERIFY), decision("demo/b", Action.RUN), decision("demo/c", Action.REUSE)
    )
    assert unisolated(wanted, decided) == ("demo/a",)
    assert warnings(wanted, decided, ()) == ["Checked in the repository itself, unisolated: demo/a."]


def pair(one: str, other: str) -> Conflict:
    return Conflict(tasks=(TaskId(one), TaskId(other)), globs=("src", "src/a\x1b[2J*"))


def test_conflicts_are_told_pair_by_pair_the_first_of_many() -> None:
    told = [pair("demo/a", f"demo/b{number}") for number in range(7)]
    rows = warnings(desired(), plan(), told)
    assert rows[0] == "May conflict: demo/a (src) and demo/b0 (src/a*)"
    assert rows[5:] == ["  and 2 more pairs"]
    assert len(warnings(desired(), plan(), told[:5])) == 5


def test_conflicts_for_scripts() -> None:
    assert conflict_entries([pair("demo/a", "demo/b")]) == [
        {"tasks": ["demo/a", "demo/b"], "globs": ["src", "src/a\x1b[2J*"]}
    ]


def test_in_which_ways_a_plan_goes_too_far() -> None:
    assert unsafe(plan()) == []
    emptied = Unsafe(code="emptied", told="spec demo has no tasks\x1b[2J any more")
    stops = Unsafe(
        code="stops", told="9 workers would be stopped", tasks=tuple(f"demo/{one}" for one in range(9))
    )
    assert unsafe(replace(plan(), unsafe=(emptied, stops))) == [
        "UNSAFE (emptied): spec demo has no tasks any more",
        "UNSAFE (stops): 9 workers would be stopped: demo/0, demo/1, demo/2, demo/3, demo/4 (+4 more)",
        "specrun apply refuses this with code 8 unless it is told --force.",
    ]


def test_edits_that_count_only_from_the_next_attempt_on_are_named() -> None:
    one = task("demo/a")
    decided, kept = edited(one, Action.REUSE, {"timeout": 60.0, "model": "opus"})
    kept = replace(kept, fingerprint=replace(kept.fingerprint, live="other"))
    shown = preview(desired(one), plan(decided), world(kept))
    assert unfelt(shown) == ["Edited, but finished work stays as it is: demo/a (model, timeout)."]
    same = (
        replace(kept, fingerprint=replace(kept.fingerprint, live=decided.fingerprint.live))
        if decided.fingerprint
        else kept
    )
    assert unfelt(preview(desired(one), plan(decided), world(same))) == []
    again = replace(decided, action=Action.RERUN)
    assert unfelt(preview(desired(one), plan(again), world(kept))) == []
    only_meta = (
        replace(
            run("demo/a"),
            fingerprint=replace(kept.fingerprint, components=dict(decided.fingerprint.components)),
        )
        if decided.fingerprint
        else kept
    )
    assert unfelt(preview(desired(one), plan(decided), world(only_meta))) == []
