"""Tests what a diff says."""

from __future__ import annotations

from dataclasses import replace

from specrun import __version__
from specrun.core.agent import Price
from specrun.core.change import Action, ReasonCode
from specrun.core.project import Project
from specrun.core.task import Workspace
from specrun.report.diff import Base, aligned, document, summary, text
from tests.report.values import decision, desired, plan, task

PRICES = {"shell": Price.FREE, "claude": Price.REPORTED, "codex": Price.UNKNOWN}
BASE = Base(branch="main", commit="0123456789abcdef", dirty=False)
TASKS = desired(task("demo/a"), task("demo/b", after=["demo/a"]), task("demo/long-name"), task("demo/d"))
PLAN = plan(
    decision("demo/a", Action.RERUN, (ReasonCode.PROMPT_CHANGED, ""), (ReasonCode.ENV_CHANGED, "X")),
    decision("demo/b", Action.DEFERRED, (ReasonCode.UPSTREAM_PENDING, "a")),
    decision("demo/long-name", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "exit code 1")),
    decision("demo/d", Action.REUSE),
    decision("demo/gone", Action.STOP, (ReasonCode.ORPHANED, "attempt 1")),
)


def test_text() -> None:
    assert text(TASKS, PLAN, BASE, PRICES).splitlines() == [
        "specs/demo.yaml at 0123456789ab (main)",
        "~ rerun     demo/a          prompt changed (+1 more)        [shell]",
        "? deferred  demo/b          waits for a                     [shell]",
        "h hold      demo/long-name  failed, unchanged: exit code 1  [shell]",
        "x stop      demo/gone       gone from the spec: attempt 1",
        "Unproven (no checks): demo/a, demo/b.",
        "Plan: 1 rerun, 1 stop, 1 deferred, 1 hold, 1 reuse.",
    ]


def test_agents_that_cost_something_are_told_with_model_and_cap() -> None:
    one, two = (replace(task(f"demo/{name}", budget="1.00"), agent=name) for name in ("claude", "codex"))
    wanted = desired(replace(one, model="opus\x1b[2J"), two, task("demo/c"))
    decided = plan(*(decision(name, Action.RUN, (ReasonCode.NEW, "")) for name in wanted.tasks))
    assert [row.partition("[")[2] for row in text(wanted, decided, BASE, PRICES).splitlines()[1:4]] == [
        "claude opus, 1.00 USD]",
        "codex, no cap]",
        "shell]",
    ]
    changes = document(wanted, decided, BASE, PRICES)["changes"]
    assert isinstance(changes, list)
    assert [(one["model"], one["budget"]) for one in changes if isinstance(one, dict)] == [
        ("opus\x1b[2J", "1.00 USD"),
        (None, None),
        (None, None),
    ]


def test_everything_lists_reused_tasks_too() -> None:
    told = text(TASKS, PLAN, Base(branch="", commit="01", dirty=True), PRICES, everything=True)
    assert "= reuse     demo/d          up to date" in told
    assert told.startswith("specs/demo.yaml at 01 (detached HEAD, uncommitted changes)\n")


def test_holds_are_nothing_to_do() -> None:
    held = plan(
        decision("demo/a", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")), decision("demo/d", Action.REUSE)
    )
    assert text(TASKS, held, BASE, PRICES).splitlines()[1:] == [
        "h hold  demo/a  failed, unchanged  [shell]",
        "Nothing to do: 1 hold, 1 reuse.",
    ]
    assert document(TASKS, held, BASE, PRICES)["applyable"] is False


def test_nothing_at_all() -> None:
    assert summary(plan()) == "Nothing to do: no tasks."
    assert aligned([]) == []


def test_document() -> None:
    told = document(TASKS, PLAN, BASE, PRICES)
    assert list(told) == [
        *("format_version", "tool_version", "digest", "specs", "projects", "git", "summary", "applyable"),
        *("changes", "unproven", "unisolated", "conflicts"),
    ]
    assert told["tool_version"] == __version__
    assert told["digest"] == PLAN.digest
    assert told["specs"] == [{"name": "demo", "path": "specs/demo.yaml"}]
    assert (told["unproven"], told["unisolated"], told["conflicts"]) == (["demo/a", "demo/b"], [], [])
    assert told["git"] == {"branch": "main", "base": "0123456789abcdef", "dirty": False}
    changes = told["changes"]
    assert isinstance(changes, list)
    assert changes[1] == {
        "address": "demo/b",
        "action": "deferred",
        "reasons": [{"code": "upstream_pending", "detail": "a", "message": "waits for a"}],
        "generation": 1,
        "ready": False,
        "stale": False,
        "round": None,
        "verifying": False,
        "checks": [],
        "agent": "shell",
        "model": None,
        "executor": None,
        "depends_on": ["demo/a"],
        "file": "specs/demo.yaml",
        "line": 3,
        "budget": None,
        "fingerprint": {"work": "aa", "verify": "bb", "live": "cc", "unknown": []},
    }


def test_what_users_wrote_cannot_act_on_the_terminal() -> None:
    evil = plan(decision("demo/a", Action.HOLD, (ReasonCode.TEMPLATE_ERROR, "\x1b]52;c;x\x07\nnext")))
    assert "\x1b" not in text(TASKS, evil, BASE, PRICES)
    assert "template error: next" in text(TASKS, evil, BASE, PRICES)


def test_projects_stand_above_the_plan_and_what_to_know_below_it() -> None:
    sides = [
        replace(one, workspace=Workspace.NONE, contract=replace(one.contract, touches=("src",)))
        for one in (task("demo/a", checks=["test"]), task("demo/b", checks=["test", "lint"]))
    ]
    wanted = desired(*sides)
    spec = replace(wanted.specs["demo"], projects=(Project(kind="go", source="go.mod", commands={}),))
    wanted = replace(wanted, specs={"demo": spec})
    again = replace(decision("demo/b", Action.VERIFY, (ReasonCode.CHECKS_CHANGED, "")), verifying=True)
    decided = plan(decision("demo/a", Action.RUN, (ReasonCode.NEW, "")), again)
    assert text(wanted, decided, BASE, PRICES).splitlines()[1:] == [
        "project go (go.mod: no commands)",
        "+ run     demo/a  never run       [shell]",
        "v verify  demo/b  checks changed  [no agent]",
        "Checked in the repository itself, unisolated: demo/a, demo/b.",
        "Plan: 1 run, 1 verify.",
    ]
    told = document(wanted, decided, BASE, PRICES)
    changes = told["changes"]
    assert isinstance(changes, list)
    assert [(one["checks"], one["verifying"]) for one in changes if isinstance(one, dict)] == [
        (["test"], False),
        (["test", "lint"], True),
    ]
    assert (told["unproven"], told["unisolated"]) == ([], ["demo/a", "demo/b"])
    both = plan(*(decision(name, Action.RUN, (ReasonCode.NEW, "")) for name in wanted.tasks))
    assert document(wanted, both, BASE, PRICES)["conflicts"] == [
        {"tasks": ["demo/a", "demo/b"], "globs": ["src", "src"]}
    ]
