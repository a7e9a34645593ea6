"""Tests what a diff says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from specrun.core.change import Action, ReasonCode
from specrun.core.choice import Choice
from specrun.core.drift import Drift
from specrun.core.project import Project
from specrun.core.safety import Unsafe
from specrun.core.task import TaskId, Workspace
from specrun.report.colour import Paint, Role
from specrun.report.diff import View, aligned, summary, text
from specrun.report.preview import Base, Preview
from specrun.report.text import clean
from tests.report.previews import edited, estimated, estimates, preview
from tests.report.values import decision, desired, plan, task, world

VIEW = View()
TASKS = desired(task("demo/a"), task("demo/b", after=["demo/a"]), task("demo/long-name"), task("demo/d"))
PLAN = plan(
    decision("demo/a", Action.RERUN, (ReasonCode.PROMPT_CHANGED, ""), (ReasonCode.ENV_CHANGED, "X")),
    decision("demo/b", Action.DEFERRED, (ReasonCode.UPSTREAM_PENDING, "a")),
    decision("demo/long-name", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "exit code 1")),
    decision("demo/d", Action.REUSE),
    decision("demo/gone", Action.STOP, (ReasonCode.ORPHANED, "attempt 1")),
)
NEW = (ReasonCode.NEW, "")


def said(shown: Preview, view: View = VIEW) -> list[str]:
    return text(shown, view).splitlines()


def test_every_task_with_something_to_do_and_what_it_comes_to() -> None:
    assert said(preview(TASKS, PLAN)) == [
        "specs/demo.yaml at commit 0123456789ab (branch main)",
        "~ rerun     demo/a          prompt changed                  [shell]",
        "      env changed: X",
        "      waited for by demo/b",
        "? deferred  demo/b          decided when a ends             [shell]",
        "h hold      demo/long-name  failed, unchanged: exit code 1  [shell]  specs/demo.yaml:3",
        "x stop      demo/gone       gone from the spec: attempt 1",
        "      then it starts again",
        "Deferred tasks run only if something that they use has changed by then; else they are reused.",
        "Unproven (no checks): demo/a, demo/b.",
        "Plan: 1 rerun, 1 stop, 1 hold, 1 reuse; up to 1 more deferred.",
        "Next:",
        "  specrun apply                   # do it",
        "  specrun retry demo/long-name    # run it again, after mending what made it fail",
        "  specrun explain demo/long-name  # see why",
    ]


def test_an_edit_is_told_with_its_line_and_what_it_may_cost() -> None:
    one = replace(task("demo/a", budget="1.00"), agent="claude", model="opus", prompt="say bye")
    decided, kept = edited(one, Action.RERUN, {"prompt": "say hello"}, (ReasonCode.PROMPT_CHANGED, ""))
    found = estimates(
        ("0.40", "1.10"), tasks={one.id: estimated("0.40", "1.10")}, samples=6, seconds=(720.0, 2095.0)
    )
    wanted = desired(one)
    limited = replace(
        wanted, specs={"demo": replace(wanted.specs["demo"], budget=Decimal(10), max_workers=4)}
    )
    shown = preview(limited, plan(decided), world(kept), lines={"prompt": 9}, estimates=found)
    assert said(shown)[1:4] == [
        "~ rerun  demo/a  prompt changed  [claude opus, 0.40-1.10 USD (6 samples)]",
        '      prompt: "say hello" -> "say bye" (specs/demo.yaml:9)',
        "Unproven (no checks): demo/a.",
    ]
    assert (
        said(shown)[4]
        == "Plan: 1 rerun. Cost 0.40-1.10 of 10.00 USD (6 samples), about 12-35 min on 1 worker."
    )


def test_everything_lists_reused_tasks_too() -> None:
    base = Base(branch="", commit="01", dirty=True)
    told = text(preview(TASKS, PLAN, base=base), View(everything=True))
    assert "= reuse     demo/d          up to date" in told
    assert told.startswith("specs/demo.yaml at commit 01 (detached HEAD, uncommitted changes)\n")


def test_holds_are_nothing_to_do() -> None:
    held = plan(
        decision("demo/a", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")), decision("demo/d", Action.REUSE)
    )
    assert said(preview(TASKS, held))[1:] == [
        "h hold  demo/a  failed, unchanged  [shell]  specs/demo.yaml:3",
        "      waited for by demo/b",
        "Nothing to do: 1 hold, 1 reuse.",
        "Next:",
        "  specrun retry demo/a    # run it again, after mending what made it fail",
        "  specrun explain demo/a  # see why",
    ]


def test_nothing_to_do_is_one_line() -> None:
    assert said(preview(TASKS, plan(decision("demo/d", Action.REUSE)))) == ["Nothing to do: 1 reuse."]
    assert said(preview(TASKS, plan())) == ["Nothing to do: no tasks."]
    assert aligned([]) == []


def test_edits_that_finished_work_does_not_feel_are_told() -> None:
    decided, kept = edited(task("demo/d"), Action.REUSE, {"timeout": 60.0})
    kept = replace(kept, fingerprint=replace(kept.fingerprint, work=kept.fingerprint.work, live="other"))
    assert said(preview(TASKS, plan(decided), world(kept))) == [
        "Edited, but finished work stays as it is: demo/d (timeout).",
        "Nothing to do: 1 reuse.",
    ]


def test_what_is_withheld_points_at_the_key_that_withholds_it() -> None:
    decided, kept = edited(
        task("demo/a"),
        Action.HOLD,
        {"agent": "claude"},
        (ReasonCode.FROZEN, ""),
        (ReasonCode.AGENT_CHANGED, ""),
    )
    held = plan(replace(decided, would=Action.RERUN))
    rows = said(preview(TASKS, held, world(kept), lines={"freeze": 8, "agent": 3}))
    assert rows[1:4] == [
        "h hold  demo/a  frozen  [shell]  specs/demo.yaml:8",
        "      otherwise: ~ rerun",
        '      agent: "claude" -> "shell" (specs/demo.yaml:3)',
    ]


def test_drift_stands_first() -> None:
    drift = (
        Drift(code="branch_missing", task_id="demo/a", told="branch specrun/demo/a was deleted"),
        Drift(
            code="result_edited", task_id="demo/b", told="its record was changed\x1b[2J", fix="git checkout"
        ),
    )
    rows = said(preview(TASKS, PLAN, drift=drift))
    assert rows[1:4] == [
        "Not as specrun has left it:",
        "  demo/a: branch specrun/demo/a was deleted",
        "  demo/b: its record was changed; fix: git checkout",
    ]
    still = said(preview(TASKS, plan(decision("demo/d", Action.REUSE)), drift=drift))
    assert still[1] == "Not as specrun has left it:"


def test_a_selection_says_what_it_leaves_out() -> None:
    one = frozenset({TaskId("demo/a")})
    choice = Choice(
        words=("--only a",), of=4, selected=one, only=one, left_out={Action.HOLD: (TaskId("demo/long-name"),)}
    )
    rows = said(preview(TASKS, PLAN, choice=choice))
    assert rows[1:4] == [
        "Selection: 1 of 4 tasks (--only a). Left out: 1 held (long-name); not converged without them.",
        "~ rerun  demo/a  prompt changed  [shell]",
        "      env changed: X",
    ]
    assert rows[-3:] == ["Plan: 1 rerun.", "Next:", "  specrun apply --only a  # do it"]


def test_what_goes_too_far_is_told_before_the_end() -> None:
    unsafe = replace(
        PLAN,
        unsafe=(Unsafe(code="reruns", told="7 of 9 succeeded tasks would run again", tasks=("demo/a",)),),
    )
    rows = said(preview(TASKS, unsafe))
    place = rows.index("UNSAFE (reruns): 7 of 9 succeeded tasks would run again: demo/a")
    assert rows[place + 1] == "specrun apply refuses this with code 8 unless it is told --force."
    assert rows[place + 2].startswith("Plan: ")
    assert "  specrun apply --force           # do it although it goes that far" in rows


def test_what_is_no_edit_of_the_spec_does_not_point_into_it() -> None:
    for code in (ReasonCode.RESULT_EDITED, ReasonCode.UPSTREAM_FAILED):
        held = plan(decision("demo/a", Action.HOLD, (code, "x")))
        assert "specs/demo.yaml:3" not in text(preview(TASKS, held), VIEW)


def test_only_those_that_are_not_up_to_date_wait() -> None:
    wanted = desired(task("demo/a"), task("demo/b", after=["demo/a"]), task("demo/c", after=["demo/a"]))
    decided = plan(
        decision("demo/a", Action.RERUN, (ReasonCode.PROMPT_CHANGED, "")),
        decision("demo/b", Action.REUSE),
        decision("demo/c", Action.DEFERRED, (ReasonCode.UPSTREAM_PENDING, "a")),
    )
    assert "      waited for by demo/c" in said(preview(wanted, decided))


def test_left_overs_are_told_in_one_line() -> None:
    gone = decision("demo/z", Action.PRUNE, (ReasonCode.ORPHANED, ""))
    assert said(preview(TASKS, plan(replace(gone, fingerprint=None))))[1:3] == [
        "- prune  demo/z  gone from the spec, its record stays until specrun prune",
        "Nothing to do: 1 gone from the specs.",
    ]


def test_a_first_run_on_a_condition_is_cut_off_by_nothing_else() -> None:
    waiting = (ReasonCode.UPSTREAM_PENDING, "a")
    later = plan(decision("demo/b", Action.DEFERRED, NEW, waiting))
    assert "Deferred tasks" not in text(preview(TASKS, later), VIEW)
    kept = plan(decision("demo/b", Action.DEFERRED, waiting))
    assert "Deferred tasks" in text(preview(TASKS, kept), VIEW)


def test_counts_of_an_apply() -> None:
    gone = decision("demo/z", Action.PRUNE, (ReasonCode.ORPHANED, ""))
    assert (
        summary(plan(gone, decision("demo/a", Action.REUSE)))
        == "Nothing to do: 1 reuse, 1 gone from the specs."
    )
    assert summary(plan(replace(gone, ready=True))) == "Plan: 1 prune."
    assert summary(plan(decision("demo/b", Action.DEFERRED))) == "Plan: up to 1 deferred."
    assert summary(plan()) == "Nothing to do: no tasks."


def test_what_users_wrote_cannot_act_on_the_terminal() -> None:
    evil = plan(decision("demo/a", Action.HOLD, (ReasonCode.TEMPLATE_ERROR, "\x1b]52;c;x\x07\nnext")))
    told = text(preview(TASKS, evil), VIEW)
    assert told.replace("\n", "").isprintable()
    assert "template error: next" in told


def test_projects_stand_above_the_plan_and_what_to_know_below_it() -> None:
    sides = [
        replace(one, workspace=Workspace.NONE, contract=replace(one.contract, touches=("src",)))
        for one in (task("demo/a", checks=["test"]), task("demo/b", checks=["test", "lint"]))
    ]
    wanted = desired(*sides)
    spec = replace(wanted.specs["demo"], projects=(Project(kind="go", source="go.mod", commands={}),))
    wanted = replace(wanted, specs={"demo": spec})
    again = replace(decision("demo/b", Action.VERIFY, (ReasonCode.CHECKS_CHANGED, "")), verifying=True)
    decided = plan(decision("demo/a", Action.RUN, NEW), again)
    assert said(preview(wanted, decided))[1:-2] == [
        "project go (go.mod: no commands)",
        "+ run     demo/a  never run       [shell]     specs/demo.yaml:3",
        "v verify  demo/b  checks changed  [no agent]",
        "      no agent starts; its checks run: test, lint",
        "Checked in the repository itself, unisolated: demo/a, demo/b.",
        "Plan: 1 run, 1 verify.",
    ]


def test_actions_and_differences_have_colours_and_nothing_else_changes() -> None:
    paint = Paint(on=True)
    one = replace(task("demo/a"), prompt="say\nbye")
    decided, kept = edited(one, Action.RERUN, {"prompt": "say\nhello"}, (ReasonCode.PROMPT_CHANGED, ""))
    shown = preview(desired(one), plan(decided), world(kept))
    for view in (View(), View(everything=True, prompts=True), View(summary=True), View(room=30)):
        assert clean(text(shown, replace(view, paint=paint))) == text(shown, view)
    told = text(shown, View(paint=paint))
    assert f"{paint('~ rerun', Role.CARE)}  demo/a" in told
    assert f"\n        {paint('- hello', Role.BAD)}\n        {paint('+ bye', Role.GOOD)}\n" in told
    assert f"{paint('~ rerun', Role.CARE)}: demo/a" in text(shown, View(summary=True, paint=paint))
