"""Tests SUMMARY.md."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.task import Spec
from specrun.core.world import Mark, Status
from specrun.report.summary import busy, summary
from tests.report.values import NOW, check, record, run, task

DEMO = Spec(name="demo", path="specs/demo.yaml")


def test_summary() -> None:
    tasks = [task("demo/a"), task("demo/b"), task("demo/c")]
    runs = [
        run("demo/a", Status.SUCCEEDED, record(1, seconds=4.0), summary="made | it"),
        run(
            "demo/b",
            Status.FAILED,
            record(1, Status.FAILED, start=NOW + 2, seconds=4.0, cost="0.30", model="sonnet"),
            record(2, Status.FAILED, start=NOW + 10, seconds=2.0, cost=None, model="sonnet"),
            summary="",
            reason="exit code 1",
        ),
    ]
    told = summary(DEMO, tasks, {one.task_id: one for one in runs}).splitlines()
    assert [[cell.strip() for cell in row.strip("|").split("|")] for row in told[4:7]] == [
        ["a", "succeeded", "`shell`", "", "0.00 USD", "4.0s", "1", "`made \N{BROKEN BAR} it`"],
        ["b", "failed", "`shell`", "`sonnet`", "0.30 USD + unknown", "6.0s", "2", "`exit code 1`"],
        ["c", "not run", "", "", "", "", "", ""],
    ]
    assert told[:2] == ["# demo", ""]
    assert told[2].replace(" ", "") == "|task|status|agent|model|cost|time|attempts|result|"
    assert told[7:] == [
        "",
        "**3 tasks**: 1 failed, 1 succeeded, 1 not run.",
        "",
        "3 attempts, cost 0.30 USD + unknown.",
        "",
        "Wall time 8.0s for 10s of work, 1.2 times as fast as one by one.",
    ]


def test_the_same_records_make_the_same_bytes_in_any_order() -> None:
    tasks = [task("demo/a"), task("demo/b")]
    runs = [run("demo/a"), run("demo/b")]
    once = summary(DEMO, tasks, {one.task_id: one for one in runs})
    assert once == summary(DEMO, tasks, {one.task_id: one for one in reversed(runs)})


def test_denials_are_named_and_inert() -> None:
    denied = replace(record(1), denials=("Bash: rm `x` | tee [a](http://b)", "Write: y"))
    one = run("demo/a", Status.SUCCEEDED, denied, summary="made it")
    told = summary(DEMO, [task("demo/a")], {one.task_id: one})
    assert "``[2 denied: Bash: rm `x` \N{BROKEN BAR} tee [a](http://b); Write: y] made it``" in told


def test_what_a_person_has_noted_is_told() -> None:
    noted = Mark(reason="done | by hand", by="Ann <ann@example.invalid>", at=NOW)
    one = replace(run("demo/a", Status.ACCEPTED, summary=""), accepted=noted, frozen=noted)
    told = summary(DEMO, [task("demo/a")], {one.task_id: one})
    said = "done \N{BROKEN BAR} by hand"
    assert f"| `[accepted by Ann: {said}] [frozen by Ann: {said}]` |" in told
    assert "1 accepted." in told


def test_checks_have_a_column_where_there_are_any() -> None:
    tasks = [task("demo/a"), task("demo/b", checks=["test", "lint"]), task("demo/c")]
    good = replace(run("demo/a"), carried=())
    bad = replace(
        run("demo/b", Status.FAILED, reason="check_failed: lint"),
        checks=(check("test"), check("li|nt", "exit code 1")),
    )
    told = summary(DEMO, tasks, {one.task_id: one for one in (good, bad)}).splitlines()
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in (told[2], *told[4:7])]
    assert [row[:4] for row in rows] == [
        ["task", "status", "checks", "agent"],
        ["a", "succeeded", "none", "`shell`"],
        ["b", "failed", "1 of 2: `li\N{BROKEN BAR}nt`", "`shell`"],
        ["c", "not run", "", ""],
    ]
    assert [row[-1] for row in rows] == ["result", "`[no change] done`", "`checks failed: lint`", ""]
    assert all(len(row) == 9 for row in rows)
    proven = replace(good, checks=(check("test"),))
    assert "| 1 of 1 " in summary(DEMO, [task("demo/a")], {good.task_id: proven})


def test_unknown_costs_stay_unknown() -> None:
    one = run("demo/a", Status.SUCCEEDED, record(1, cost=None))
    told = summary(DEMO, [task("demo/a")], {one.task_id: one})
    assert "| unknown |" in told
    assert "1 attempt, cost unknown." in told


def test_agents_cannot_write_markdown() -> None:
    evil = run("demo/a", summary="x | y\n\n# Hi @all ![a](http://b) <img> `code`")
    told = summary(DEMO, [task("demo/a")], {evil.task_id: evil})
    assert "`` x \N{BROKEN BAR} y # Hi @all ![a](http://b) <img> `code` ``" in told
    assert told.count("\n# ") == 0


def test_no_tasks() -> None:
    assert "**0 tasks**." in summary(DEMO, [], {})


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        pytest.param([], 0.0, id="nobody"),
        pytest.param([(0, 2), (1, 2), (1, 5)], 6.0, id="overlapping"),
        pytest.param([(0, 1), (10, 1)], 2.0, id="a pause does not count"),
    ],
)
def test_busy(spans: list[tuple[float, float]], seconds: float) -> None:
    attempts = [record(1, start=NOW + start, seconds=length) for start, length in spans]
    assert busy([*attempts, record(9, start=None)]) == pytest.approx(seconds)
