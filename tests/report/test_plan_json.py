"""Tests what a plan says to scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from specrun import __version__
from specrun.core.change import Action, ReasonCode
from specrun.core.choice import Choice
from specrun.core.drift import Drift
from specrun.core.safety import Unsafe
from specrun.core.task import Desired, Task, TaskId, Workspace
from specrun.report.plan_json import change, document
from specrun.report.preview import Preview
from tests.report.previews import WAITING, edited, estimated, estimates, preview, print_of
from tests.report.values import decision, desired, plan, run, task, world

A = task("demo/a", budget="1.00", checks=["test"])
B = task("demo/b", after=["demo/a"])
WANTED = desired(A, B)
NEW = (ReasonCode.NEW, "")
PLAN = plan(
    decision("demo/a", Action.RUN, NEW, ready=True),
    decision("demo/b", Action.DEFERRED, (ReasonCode.UPSTREAM_PENDING, "a")),
)


def told(shown: Preview) -> dict[str, Any]:
    return dict(document(shown))


def changes(shown: Preview) -> list[Any]:
    return list(told(shown)["changes"])


def test_the_whole_plan() -> None:
    shown = preview(WANTED, PLAN, digests={"specs/demo.yaml": "ab", "prompts/a.j2": "cd"})
    said = told(shown)
    assert list(said) == [
        *("format_version", "tool_version", "digest", "specs", "files", "projects", "git", "selection"),
        *("summary", "applyable", "complete", "changes", "drift", "unproven", "unisolated", "conflicts"),
        *("estimate", "unsafe", "diagnostics", "next"),
    ]
    assert (said["tool_version"], said["digest"]) == (__version__, PLAN.digest)
    assert said["specs"] == [{"name": "demo", "path": "specs/demo.yaml", "sha256": "ab"}]
    assert [one["path"] for one in said["files"]] == ["prompts/a.j2", "specs/demo.yaml"]
    assert said["git"] == {"branch": "main", "base": "0123456789abcdef", "dirty": False}
    assert (said["summary"]["run"], said["summary"]["deferred"], said["summary"]["reuse"]) == (1, 1, 0)
    assert (said["applyable"], said["complete"], said["selection"]) == (True, True, None)
    assert (said["unproven"], said["next"]) == (["demo/b"], ["specrun apply"])


def test_one_task_with_everything_that_is_known_of_it() -> None:
    shown = preview(WANTED, PLAN, world(run("demo/b")), number=lambda _: 7)
    assert changes(shown)[1] == WAITING


def test_an_edit_is_told_as_its_reason_and_with_its_class() -> None:
    decided, kept = edited(A, Action.RERUN, {"agent": "claude", "timeout": 5}, (ReasonCode.AGENT_CHANGED, ""))
    (said,) = changes(preview(desired(A), plan(decided), world(kept), lines={"agent": 9}))
    assert said["reasons"][0] == {
        "code": "agent_changed",
        "detail": "",
        "message": "agent changed",
        "path": "agent",
        "before": "claude",
        "after": "shell",
        "file": "specs/demo.yaml",
        "line": 9,
        "upstream": None,
    }
    assert [(one["path"], one["class"], one["line"]) for one in said["edits"]] == [
        ("agent", "work", 9),
        ("timeout", "live", None),
    ]
    assert said["fingerprint"]["components"]["timeout"] == {"class": "live", "before": 5, "after": None}
    assert said["fingerprint"]["before"]["work"] == "00"


@pytest.mark.parametrize(
    ("code", "detail", "before", "path"),
    [
        (
            ReasonCode.VAR_CHANGED,
            "vars.who",
            {"sources": {"pages": [], "vars": {"who": {"x": 1}}}},
            "vars.who",
        ),
        (
            ReasonCode.TEMPLATE_CHANGED,
            "a.j2",
            {"sources": {"pages": [["a.j2", "1"]], "vars": {}}},
            "template a.j2",
        ),
        (ReasonCode.UPSTREAM_OUTPUT_CHANGED, "b", {"upstream:b": "1"}, "result of b"),
        (ReasonCode.SETTING_CHANGED, "timeout", {"timeout": 9}, "timeout"),
        (ReasonCode.CHECKS_CHANGED, "", {"checks": [["test", "x", ""]]}, "checks.test"),
        (ReasonCode.CHECKS_CHANGED, "checks, protect", {"protect": [["a"], []]}, "protect"),
        (ReasonCode.INPUT_CHANGED, "", {"with": {"b": 1}}, "with.b"),
        (ReasonCode.REWORK, "no", {"timeout": 9}, None),
    ],
)
def test_every_reason_finds_its_edit(
    code: ReasonCode, detail: str, before: Mapping[str, Any], path: str | None
) -> None:
    one = replace(A, sources={"pages": [], "vars": {}})
    decided, kept = edited(one, Action.RERUN, before, (code, detail))
    assert changes(preview(desired(one), plan(decided), world(kept)))[0]["reasons"][0]["path"] == path


def test_prompts_are_known_by_their_digest() -> None:
    decided = replace(decision("demo/a", Action.RUN, NEW), fingerprint=print_of(A))
    (said,) = changes(preview(desired(A), plan(decided)))
    assert said["prompt_sha256"] == "b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b"
    long = replace(decided, fingerprint=print_of(A, prompt={"characters": 40000, "sha256": "ab" * 32}))
    assert changes(preview(desired(A), plan(long)))[0]["prompt_sha256"] == "ab" * 32


def test_what_may_be_spent_is_told_only_where_something_holds_it() -> None:
    def of(one: Task) -> Any:
        return changes(preview(desired(one), plan(decision(one.id, Action.RUN, NEW))))[0]["budget"]

    assert [of(A), of(replace(A, agent="codex")), of(replace(A, budget=None))] == ["1.00 USD", None, None]


def test_estimates() -> None:
    found = estimates(
        ("1.10", "3.40"),
        tasks={A.id: estimated("0.40", "1.10"), B.id: estimated(samples=0, basis="")},
        deferred_usd=None,
        seconds=(1.0, 2.5),
        samples=6,
        unknown=1,
    )
    said = told(preview(WANTED, PLAN, estimates=found))
    assert said["estimate"] == {
        "usd_low": "1.10",
        "usd_high": "3.40",
        "deferred_usd_high": None,
        "seconds_low": 1.0,
        "seconds_high": 2.5,
        "samples": 6,
        "unknown_tasks": 1,
        "workers": 2,
    }
    first, second = (one["estimate"] for one in said["changes"])
    assert first == {
        "usd_low": "0.40",
        "usd_high": "1.10",
        "seconds_low": 60,
        "seconds_high": 120,
        "samples": 6,
        "basis": "task",
    }
    assert (second["usd_low"], second["seconds_high"], second["basis"]) == (None, None, "")
    later = told(preview(WANTED, PLAN, estimates=estimates(deferred_usd=Decimal("0.5"))))["estimate"]
    assert (later["deferred_usd_high"], later["usd_low"]) == ("0.5", None)


def test_what_has_drifted_goes_too_far_or_has_to_be_mended() -> None:
    broken = plan(
        decision("demo/a", Action.HOLD, (ReasonCode.TEMPLATE_ERROR, "no such key")),
        decision("demo/b", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")),
        decision("demo/z", Action.HOLD, (ReasonCode.UNREADABLE, "intent.json")),
    )
    unsafe = replace(broken, unsafe=(Unsafe(code="stops", told="too many", tasks=("demo/a",)),))
    drift = (Drift(code="spec_gone", task_id="old", told="gone", fix="restore it"),)
    said = told(preview(WANTED, unsafe, drift=drift))
    assert said["drift"] == [{"code": "spec_gone", "address": "old", "message": "gone", "fix": "restore it"}]
    assert said["unsafe"] == [{"code": "stops", "message": "too many", "tasks": ["demo/a"]}]
    assert said["diagnostics"] == [
        {
            "severity": "error",
            "code": "template_error",
            "address": "demo/a",
            "summary": "template error",
            "detail": "no such key",
            "file": "specs/demo.yaml",
            "line": 3,
        },
        {
            "severity": "error",
            "code": "unreadable",
            "address": "demo/z",
            "summary": "its state cannot be read",
            "detail": "intent.json",
            "file": None,
            "line": None,
        },
    ]
    assert (said["applyable"], said["complete"]) == (False, False)


def test_what_is_withheld_by_its_own_wish_leaves_the_plan_complete() -> None:
    held = replace(decision("demo/a", Action.HOLD, (ReasonCode.FROZEN, ""), NEW), would=Action.RUN)
    said = told(preview(desired(A), plan(held)))
    assert (said["complete"], said["changes"][0]["would"], said["changes"][0]["wave"]) == (True, "run", None)
    assert said["changes"][0]["attempt"] is None


def test_a_selection_leaves_out_the_rest() -> None:
    one = frozenset({TaskId("demo/a")})
    choice = Choice(
        words=("--only a",), of=2, selected=one, only=one, left_out={Action.RUN: (TaskId("demo/b"),)}
    )
    said = told(preview(WANTED, PLAN, choice=choice))
    assert [one["address"] for one in said["changes"]] == ["demo/a"]
    assert (said["complete"], said["selection"]["left_out"]) == (False, {"run": ["demo/b"]})


def test_renamed_and_gone_tasks() -> None:
    moved = replace(
        decision("demo/a", Action.MOVE, (ReasonCode.RENAMED, "demo/old")), moved_from=TaskId("demo/old")
    )
    assert change(preview(WANTED, plan(moved)), moved)["previous_address"] == "demo/old"
    gone = replace(decision("demo/z", Action.PRUNE, (ReasonCode.ORPHANED, "")), fingerprint=None)
    said = change(preview(WANTED, plan(gone)), gone)
    assert (said["fingerprint"], said["file"], said["agent"], said["prompt_sha256"]) == (
        None,
        None,
        None,
        None,
    )


def test_only_names_of_secrets_are_told() -> None:
    one = replace(A, secrets=("TOKEN", "KEY"), labels=("night",))
    said = change(preview(desired(one), plan()), decision("demo/a", Action.RUN, NEW))
    assert (said["sensitive"], said["labels"]) == (["KEY", "TOKEN"], ["night"])


def test_side_by_side() -> None:
    loose = replace(A, workspace=Workspace.NONE, contract=replace(A.contract, touches=("src",)))
    other = replace(loose, id=TaskId("demo/c"))
    wanted: Desired = desired(loose, other)
    both = plan(decision("demo/a", Action.RUN, NEW), decision("demo/c", Action.VERIFY, NEW))
    said = told(preview(wanted, both))
    assert said["unisolated"] == ["demo/a", "demo/c"]
    assert [one["wave"] for one in said["changes"]] == [1, 1]
    running = plan(*(decision(name, Action.RUN, NEW) for name in wanted.tasks))
    assert told(preview(wanted, running))["conflicts"] == [
        {"tasks": ["demo/a", "demo/c"], "globs": ["src", "src"]}
    ]
