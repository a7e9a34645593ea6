"""Tests what stands below the line of a task."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.change import Action, Decision, ReasonCode
from specrun.core.impact import Impact
from specrun.core.task import Condition, Json, TaskId
from specrun.core.world import Phase
from specrun.errors import Where
from specrun.report.changes import details, edited, place, rows, wrapped
from specrun.report.edits import Edit
from specrun.report.preview import Preview
from tests.report import previews
from tests.report.previews import preview
from tests.report.values import COMMIT, attempt, decision, desired, plan, run, task, world

A = task("demo/a", checks=["test", "lint"])
AT = Where("specs/demo.yaml", 7)


def edit(path: str, before: Json, after: Json, *, component: str = "", where: Where | None = AT) -> Edit:
    return Edit(
        path=path, component=component or path, impact=Impact.WORK, before=before, after=after, where=where
    )


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (edit("vars.who", "world", "everybody"), ['vars.who: "world" -> "everybody" (specs/demo.yaml:7)']),
        (edit("timeout", None, 90.0, where=None), ["timeout: none -> 1m30s"]),
        (edit("touches", ["a", "b"], ["b", "c"]), ['touches: added "c"; removed "a" (specs/demo.yaml:7)']),
        (edit("checks", ["a", "b"], ["b", "a"]), ["checks: in another order (specs/demo.yaml:7)"]),
        (edit("template a\x1b.j2", "1", "2", where=None), ["template a\\x1b.j2: changed"]),
        (edit("reads src/a.py", None, "2", where=None), ["file it reads src/a.py: added"]),
        (edit("reads src/a.py", "2", None, where=None), ["file it reads src/a.py: gone, or no longer meant"]),
        (edit("result of api", "1", "2"), ["result of api: changed"]),
        (edit("result of api", "1", None), ["result of api: no longer used"]),
        (edit("result of api", None, "1"), ["result of api: used by now"]),
        (
            edit("prompt", "a", {"characters": 40000, "sha256": "x"}),
            ["prompt: 1 character -> 40000 characters (specs/demo.yaml:7)"],
        ),
        (
            edit("prompt", None, {"characters": 40000}),
            ["prompt: none -> 40000 characters (specs/demo.yaml:7)"],
        ),
        (
            edit("prompt", "a\nb", "a\nc"),
            ["prompt: 1 line removed, 1 added (specs/demo.yaml:7)", "  - b", "  + c"],
        ),
        (
            edit("prompt", "1\n2\n3\n4", "5\n6\n7\n8", where=None),
            ["prompt: 4 lines removed, 4 added (see --prompt)"],
        ),
        (
            edit("checks.test", "1\n2\n3\n4", "5\n6\n7\n8"),
            ["checks.test: 4 lines removed, 4 added (specs/demo.yaml:7; see specrun explain)"],
        ),
    ],
)
def test_an_edit_is_told_with_its_values_and_its_place(one: Edit, told: list[str]) -> None:
    assert rows(one, 94) == told


def test_long_values_stand_below_the_place_that_says_them() -> None:
    told = rows(edit("vars.who", "x" * 300, "y" * 60), 74)
    assert told == ["vars.who: (specs/demo.yaml:7)", '  - "' + "x" * 66 + "...", '  + "' + "y" * 60 + '"']
    assert max(map(len, told)) <= 74


def test_nothing_of_it_acts_on_a_terminal() -> None:
    evil = edit("vars.a\x1b[2J", "\x1b[2J", ["\x07"], where=Where("s\x1b[2J.yaml", 1))
    assert all(row.isprintable() for row in rows(evil, 94))
    assert all(row.isprintable() for row in rows(edit("touches", ["\x1b[2J"], ["\x07"]), 94))


def test_a_long_line_is_wrapped_and_a_long_name_stays_whole() -> None:
    assert wrapped("waited for by " + "a" * 30 + ", b", 20) == ["waited for by", "  " + "a" * 30 + ",", "  b"]
    assert wrapped("", 20) == [""]
    assert (place(None), place(AT)) == ("", "specs/demo.yaml:7")


def told(
    shown: Preview, decided: Decision, dependents: dict[TaskId, list[TaskId]] | None = None
) -> list[str]:
    return details(shown, decided, edited(shown, decided), dependents or {}, 94)


def test_edits_come_first_then_other_reasons_then_who_waits() -> None:
    decided, kept = previews.edited(
        A,
        Action.RERUN,
        {"agent": "claude"},
        (ReasonCode.AGENT_CHANGED, ""),
        (ReasonCode.REWORK, "review says no"),
        (ReasonCode.MAX_WORKERS, ""),
    )
    shown = preview(desired(A), plan(decided), world(kept), lines={"agent": 3})
    assert told(shown, decided, {A.id: [TaskId("demo/b"), TaskId("demo/c")]}) == [
        'agent: "claude" -> "shell" (specs/demo.yaml:3)',
        "rework: review says no",
        "waited for by demo/b, demo/c",
    ]


def test_reasons_without_an_edit_are_told_in_words() -> None:
    decided = decision(
        "demo/a", Action.RERUN, (ReasonCode.REQUESTED_REPLACE, ""), (ReasonCode.PROMPT_CHANGED, "")
    )
    assert told(preview(desired(A), plan(decided)), decided) == ["prompt changed"]


@pytest.mark.parametrize("action", [Action.REUSE, Action.DEFERRED, Action.PRUNE])
def test_edits_of_tasks_for_which_they_do_not_count_are_not_told(action: Action) -> None:
    decided, kept = previews.edited(A, action, {"model": "opus"})
    assert told(preview(desired(A), plan(decided), world(kept)), decided) == []


def test_where_a_prompt_comes_from_is_told_only_if_it_is_another_one() -> None:
    before: Json = {"pages": [["", "1"]], "vars": {"who": "world"}}
    drawn = replace(A, sources={"pages": [["", "1"]], "vars": {"who": "you"}})
    decided, kept = previews.edited(drawn, Action.RERUN, {"sources": before, "prompt": "other"})
    shown = preview(desired(drawn), plan(decided), world(kept))
    assert [one.path for one in edited(shown, decided)] == ["vars.who", "prompt"]
    decided, kept = previews.edited(drawn, Action.RERUN, {"sources": before, "agent": "claude"})
    shown = preview(desired(drawn), plan(decided), world(kept))
    assert [one.path for one in edited(shown, decided)] == ["agent"]


def test_what_is_withheld_says_what_it_would_do_first() -> None:
    decided, kept = previews.edited(
        A, Action.HOLD, {"agent": "claude"}, (ReasonCode.FROZEN, ""), (ReasonCode.AGENT_CHANGED, "")
    )
    held = replace(decided, would=Action.RERUN, hands_on=True)
    shown = preview(desired(A), plan(held), world(kept))
    assert told(shown, held) == [
        "otherwise: ~ rerun",
        'agent: "claude" -> "shell"',
        "its last success still stands for those that depend on it",
    ]
    never = replace(
        decision("demo/a", Action.HOLD, (ReasonCode.DISABLED, ""), (ReasonCode.NEW, "")), would=Action.RUN
    )
    assert told(preview(desired(A), plan(never)), never) == ["otherwise: + run, never run"]


def test_renamed_tasks() -> None:
    moved = replace(
        decision("demo/a", Action.MOVE, (ReasonCode.RENAMED, "demo/old")), moved_from=TaskId("demo/old")
    )
    assert told(preview(desired(A), plan(moved)), moved) == [
        "its record and its branch get the new name; nothing runs"
    ]
    also = replace(
        decision("demo/a", Action.RERUN, (ReasonCode.PROMPT_CHANGED, "")), moved_from=TaskId("demo/old")
    )
    assert told(preview(desired(A), plan(also)), also) == ["formerly demo/old"]


def test_what_verify_and_prune_mean() -> None:
    checked = decision("demo/a", Action.VERIFY, (ReasonCode.CHECKS_CHANGED, ""))
    shown = preview(desired(A), plan(checked), world(run("demo/a")))
    assert told(shown, checked)[-1] == f"no agent starts; its checks run on commit {COMMIT[:12]}: test, lint"
    bare = replace(A, contract=replace(A.contract, checks=()))
    assert told(preview(desired(bare), plan(checked)), checked) == [
        "no agent starts; its checks run: none are left"
    ]
    gone = replace(decision("demo/z", Action.PRUNE, (ReasonCode.ORPHANED, "")), fingerprint=None)
    assert told(preview(desired(A), plan(gone)), gone) == []
    goes = replace(gone, ready=True)
    assert told(preview(desired(A), plan(goes)), goes) == [
        "declared under removed: its record goes, and its branch if that is merged"
    ]


def test_what_a_stop_gives_up() -> None:
    begun = replace(attempt("demo/a", 2, Phase.RUNNING), spent=Decimal("0.40"))
    stopped = decision("demo/a", Action.STOP, (ReasonCode.OUTDATED_WHILE_RUNNING, "attempt 2"))
    shown = preview(desired(A), plan(stopped), world(attempts=[begun]))
    assert told(shown, stopped) == [
        "attempt 2 is at work since 2027-01-15T08:00:00Z, 0.40 USD so far; then it starts again"
    ]
    gone = replace(
        stopped, fingerprint=None, reasons=(replace(stopped.reasons[0], code=ReasonCode.ORPHANED),)
    )
    waiting = attempt("demo/a", 2, Phase.ORDERED, started=None)
    shown = preview(desired(), plan(gone), world(attempts=[waiting]))
    assert told(shown, gone) == ["attempt 2 is not started; it does not start again"]
    asked = decision("demo/a", Action.STOP, (ReasonCode.STOP_REQUESTED, "attempt 2"))
    assert told(preview(desired(A), plan(asked)), asked) == ["a person asked for that"]


def test_a_worker_is_held_against_what_it_was_begun_for() -> None:
    begun = previews.print_of(A, agent="claude")
    for action, meaning in (
        (Action.STOP, "attempt 2 is at work since 2027-01-15T08:00:00Z; then it starts again"),
        (Action.ADOPT, "it goes on as it began; what was edited counts after it has ended"),
    ):
        decided, kept = previews.edited(A, action, {"model": "other"}, (ReasonCode.RUNNING, ""))
        seen = world(kept, attempts=[attempt("demo/a", 2, Phase.RUNNING)])
        shown = preview(
            desired(A),
            plan(decided),
            seen,
            begun=lambda name, number: begun if (name, number) == (A.id, 2) else None,
        )
        assert told(shown, decided) == ['agent: "claude" -> "shell"', meaning]
    same = replace(shown, begun=lambda _, __: previews.print_of(A))
    assert told(same, decided) == []


def test_a_task_that_may_not_run_at_all_says_on_what_it_hangs() -> None:
    asking = replace(A, when=Condition(text="tasks.b.output.x > 1\x1b[2J", met=None))
    later = decision("demo/a", Action.DEFERRED, (ReasonCode.NEW, ""), (ReasonCode.UPSTREAM_PENDING, "b"))
    shown = preview(desired(asking), plan(later), lines={"when": 8})
    assert told(shown, later) == ["only when: tasks.b.output.x > 1 (specs/demo.yaml:8)"]
    met = replace(A, when=Condition(text="true", met=True))
    assert told(preview(desired(met), plan(later)), later) == []


def test_a_failure_names_those_that_wait_for_it_and_a_success_does_not() -> None:
    waiting = {A.id: [TaskId("demo/b")]}
    failed = decision("demo/a", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, ""))
    assert told(preview(desired(A), plan(failed)), failed, waiting) == ["waited for by demo/b"]
    frozen = decision("demo/a", Action.HOLD, (ReasonCode.NOT_SELECTED, ""))
    assert told(preview(desired(A), plan(frozen)), frozen, waiting) == []
