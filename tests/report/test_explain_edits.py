"""Tests how edits, marks and others around a task are explained."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, ReasonCode
from specrun.core.task import Carry, Edge, TaskId, When
from specrun.core.world import Mark
from specrun.report.explain import compared, text
from specrun.report.status import standing
from tests.report.previews import edited, preview
from tests.report.test_explain import API, FAILED, explained
from tests.report.values import (
    NOW,
    check,
    decision,
    desired,
    plan,
    run,
    task,
    world,
)


def test_every_component_is_told_changed_or_not() -> None:
    decided, kept = edited(
        API, Action.RERUN, {"agent": "claude", "prompt": "one\ntwo"}, (ReasonCode.AGENT_CHANGED, "")
    )
    held = plan(decided)
    seen = standing(desired(API), world(kept), held).rows[0]
    shown = preview(desired(API), held, world(kept), lines={"agent": 3, "timeout": 5, "prompt": 9})
    told = explained(run=kept, row=seen, preview=shown)
    assert [one.word for one in compared(told) if one.name in {"agent", "env"}] == ["changed", "same"]
    rows = text(told).splitlines()
    start = rows.index("what counts, and whether it is as recorded:")
    assert rows[start + 1 : start + 5] == [
        "  work: an edit runs the task again",
        "    changed  agent",
        '      agent: "claude" -> "shell" (specs/demo.yaml:3)',
        '    same     depends_on      ["schema:all"]',
    ]
    assert compared(explained(row=None)) == ()
    assert compared(explained(task=None)) == ()


def test_others_are_told_with_how_they_stand() -> None:
    schema, review = task("demo/schema"), task("demo/review", after=["demo/api"])
    edge = replace(API.edges[0], on=When.FINISHED, carry=Carry.NONE)
    api = replace(API, edges=(edge, Edge(upstream=TaskId("demo/x"), carry=Carry.OUTPUT)))
    decided = plan(
        decision("demo/schema", Action.REUSE),
        decision("demo/api", Action.RUN, (ReasonCode.NEW, "")),
        decision("demo/review", Action.DEFERRED, (ReasonCode.UPSTREAM_PENDING, "api")),
    )
    shown = standing(desired(schema, api, review), world(run("demo/schema")), decided).rows
    told = text(explained(task=api, rows={one.task_id: one for one in shown}, dependents=(review.id,)))
    assert told.splitlines()[-5:] == [
        "depends on:",
        "  demo/schema  succeeded  next: reuse, up to date  (when it has finished, hands on nothing)",
        "  demo/x                                           (hands on its output)",
        "waited for by: demo/review",
        "  demo/review  pending  next: deferred, waits for api",
    ]


def test_what_people_have_noted_and_former_names() -> None:
    mark = Mark(reason="done by hand\x1b[2J", by="Ann <ann@example.org>", at=NOW)
    noted = replace(
        FAILED,
        accepted=mark,
        frozen=replace(mark, reason="leave it"),
        moved_from=("old", "older"),
        edited=True,
    )
    rows = text(explained(run=noted)).splitlines()
    assert rows[2:6] == [
        "  accepted by Ann on 2027-01-15: done by hand",
        "  frozen by Ann on 2027-01-15: leave it",
        "  formerly: old, older",
        "  its record was changed by somebody else than specrun",
    ]


def test_a_command_of_several_lines_stands_as_it_is() -> None:
    script = "set -e\n\n  test -s a.txt\x1b[2J\n"
    checked = replace(FAILED, checks=(replace(check("test"), run=script),))
    asked = replace(API.contract, checks=(replace(API.contract.checks[0], run=script),))
    rows = text(explained(run=checked, task=replace(API, contract=asked), projects=())).splitlines()
    start = rows.index("  ok   test, 3 lines")
    assert rows[start + 1 : start + 4] == ["       $ set -e", "       $", "       $   test -s a.txt\\x1b[2J"]
    assert "  check test, 3 lines (written for the task)" in rows


def test_what_is_withheld_says_what_it_would_do() -> None:
    held = replace(
        decision("demo/api", Action.HOLD, (ReasonCode.FROZEN, ""), (ReasonCode.NEW, "")), would=Action.RUN
    )
    seen = standing(desired(API), world(), plan(held)).rows[0]
    told = text(explained(row=seen, run=None))
    assert "next apply: hold: frozen; never run\n  otherwise: + run\n" in told
