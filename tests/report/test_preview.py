"""Tests what a preview answers of itself."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, ReasonCode
from specrun.core.choice import Choice
from specrun.core.task import TaskId
from specrun.core.world import Phase
from specrun.report.preview import first, nowhere, unbegun, unsaid
from tests.report.previews import edited, preview, print_of
from tests.report.values import attempt, decision, desired, plan, run, task, world

A, B = task("demo/a"), task("demo/b", after=["demo/a"])


def test_differences_are_those_to_the_record() -> None:
    decided, kept = edited(A, Action.RERUN, {"agent": "claude"}, (ReasonCode.AGENT_CHANGED, ""))
    shown = preview(desired(A), plan(decided), world(kept))
    assert [(one.component, one.before, one.after) for one in shown.differences(decided)] == [
        ("agent", "claude", "shell")
    ]
    assert preview(desired(A), plan(decided)).differences(decided) == ()
    gone = replace(decided, fingerprint=None)
    assert shown.differences(gone) == ()


def test_nothing_differs_where_all_components_are_the_same() -> None:
    kept = replace(run("demo/a"), fingerprint=replace(print_of(A), work="other"))
    decided = replace(decision("demo/a", Action.REUSE), fingerprint=print_of(A))
    assert preview(desired(A), plan(decided), world(kept)).differences(decided) == ()


def test_only_what_was_selected_is_shown_and_pending() -> None:
    decided = plan(
        decision("demo/a", Action.RUN, ready=True),
        decision("demo/b", Action.RUN),
        decision("demo/c", Action.REUSE),
    )
    only = frozenset({TaskId("demo/b")})
    choice = Choice(words=("--only b",), of=3, selected=only, only=only)
    shown = preview(desired(A, B), decided, choice=choice)
    assert [one.task_id for one in shown.pending] == ["demo/b"]
    assert len(shown.shown.decisions) == 1
    assert [one.task_id for one in preview(desired(A, B), decided).pending] == ["demo/a", "demo/b"]


def test_what_nobody_told_is_not_known() -> None:
    name = TaskId("demo/a")
    assert (nowhere(name, "prompt"), unsaid(name), first(name), unbegun(name, 1)) == (None, None, 1, None)


def test_a_worker_is_held_against_what_it_was_begun_for_and_else_against_the_record() -> None:
    begun = print_of(A, agent="claude")
    decided, kept = edited(A, Action.STOP, {"agent": "codex"})
    at_work = world(kept, attempts=[attempt("demo/a", 2, Phase.RUNNING)])
    shown = preview(
        desired(A), plan(decided), at_work, begun=lambda _, number: begun if number == 2 else None
    )
    assert shown.before(decided) == begun
    assert shown.before(replace(decided, action=Action.RERUN)) == kept.fingerprint
    assert replace(shown, begun=unbegun).before(decided) == kept.fingerprint
    assert replace(shown, world=world(kept)).before(decided) == kept.fingerprint
    assert preview(desired(A), plan(decided)).before(decided) is None
