"""The nearest level wins, and written words become values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from specrun.core.agent import Mode, Permissions
from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.project import Project
from specrun.core.task import Carry, Condition, Edge, Limits, Retry, RetryOn, Strategy, Task, When, Workspace
from specrun.errors import Where
from specrun.spec.compile import Setting, address, compile_spec, edges
from specrun.spec.prompts import Checked
from specrun.spec.schema import SpecDoc
from specrun.spec.schema_limits import BudgetDoc
from specrun.spec.schema_settings import SettingsDoc
from tests.spec.corpus import AGENTS

HERE = Where("specs/demo.yaml", 4, 3)
GO = Project(kind="go", source="go.mod", commands={"test": "go test ./..."})


def compiled(
    task: Mapping[str, object], spec: Mapping[str, object], settings: Mapping[str, object] | None = None
) -> Task:
    doc = SpecDoc.model_validate(
        {"version": 1, "name": "demo", "tasks": {"a": {"prompt": "x", **task}}, **spec}
    )
    repo = SettingsDoc.model_validate({"version": 1, **settings}) if settings is not None else None
    return Setting.of(doc, repo, {}, AGENTS, (GO,)).compile_task("a", HERE, Checked("x"))


@pytest.mark.parametrize("levels", [4, 3, 2, 1])
def test_the_nearest_level_wins(levels: int) -> None:
    said = [
        {"agent": f"a{n}", "executor": f"e{n}", "timeout": f"{n}m", "retry": {"limit": n}} for n in range(4)
    ]
    task, domain, spec, settings = [{} if n < 4 - levels else said[n] for n in range(4)]
    made = compiled({**task, "domain": "d"}, {**spec, "domains": {"d": domain}}, settings)
    first = 4 - levels
    assert (made.agent, made.executor) == (f"a{first}", f"e{first}")
    assert made.limits.timeout == first * 60
    assert made.retry.limit == first


def test_environment_is_merged_by_name_and_secrets_are_joined() -> None:
    made = compiled(
        {"env": {"A": "task"}, "secrets": ["Z"]},
        {"env": {"A": "spec", "B": "spec"}, "secrets": ["Y", "Z"]},
        {"env": {"B": "repo", "C": "repo"}, "secrets": ["X"]},
    )
    assert made.env == {"A": "task", "B": "spec", "C": "repo"}
    assert made.secrets == ("X", "Y", "Z")


def test_what_nobody_says() -> None:
    made = compiled({}, {"agent": "shell"})
    assert made.executor is None
    assert made.workspace is Workspace.CLONE
    assert made.limits == Limits(timeout=3600.0, idle_timeout=None, log_bytes=64 * 1024 * 1024)
    assert made.retry == Retry()
    assert made.budget is None
    assert made.contract == Contract(kinds=(("", "go"),))
    assert (made.spec, made.name, made.where) == ("demo", "a", HERE)


def test_all_words_of_a_task() -> None:
    made = compiled(
        {
            "timeout": "none",
            "idle_timeout": "90s",
            "log_limit": "1KB",
            "workspace": "none",
            "retry": {
                "limit": 2,
                "on": ["timeout"],
                "delay": "10s",
                "factor": 2,
                "max_delay": "1m",
                "jitter": 0.5,
                "strategy": "resume",
            },
            "priority": 7,
            "rerun": "again",
            "title": "T",
        },
        {"agent": "shell", "budget": {"per_task": "1.00 USD"}},
    )
    assert made.limits == Limits(timeout=None, idle_timeout=90.0, log_bytes=1000)
    assert made.retry == Retry(
        limit=2,
        on=frozenset({RetryOn.TIMEOUT}),
        delay=10.0,
        factor=2.0,
        max_delay=60.0,
        jitter=0.5,
        strategy=Strategy.RESUME,
    )
    assert (made.workspace, made.priority, made.rerun, made.title) == (Workspace.NONE, 7, "again", "T")
    assert made.budget == Decimal("1.00")


@pytest.mark.parametrize("levels", [4, 3, 2, 1])
def test_how_an_agent_runs_comes_from_the_nearest_level(levels: int) -> None:
    said = [
        {"max_turns": n + 1, "inherit_config": n % 2 == 0, "permissions": {"mode": mode, "allow": [str(n)]}}
        for n, mode in enumerate(("full", "read", "edit", "full"))
    ]
    task, domain, spec, settings = [{} if n < 4 - levels else said[n] for n in range(4)]
    made = compiled({**task, "domain": "d"}, {**spec, "domains": {"d": domain}}, settings)
    first = 4 - levels
    assert (made.max_turns, made.inherit_config) == (first + 1, first % 2 == 0)
    assert made.permissions.allow == (str(first),)


@pytest.mark.parametrize("levels", [4, 3, 2, 1])
def test_what_proves_work_comes_from_the_nearest_level_as_a_whole(levels: int) -> None:
    said: list[dict[str, Any]] = [
        {"checks": [{"name": f"c{n}", "run": "x"}], "protect": [f"p{n}"]} for n in range(4)
    ]
    task, domain, spec, settings = [{} if n < 4 - levels else said[n] for n in range(4)]
    made = compiled({**task, "domain": "d"}, {**spec, "domains": {"d": domain}}, settings).contract
    assert [check.name for check in made.checks] == [f"c{4 - levels}"]
    assert made.protect == (f"p{4 - levels}",)


def test_an_empty_list_switches_off() -> None:
    spec = {"agent": "shell", "checks": ["test"], "protect": ["x"]}
    assert compiled({}, spec).contract.checks == (Check(name="test", run="go test ./..."),)
    off = compiled({"checks": [], "protect": []}, spec).contract
    assert (off.checks, off.protect) == ((), ())


def test_what_only_a_task_has_to_show() -> None:
    judge = {"pass": ["yes"], "fail": ["no"], "rewind": {"to": "b"}}
    made = compiled({"touches": ["src"], "outputs": {"type": "object"}, "judge": judge}, {"agent": "shell"})
    assert made.contract == Contract(
        kinds=(("", "go"),),
        touches=("src",),
        outputs={"type": "object"},
        judge=Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="b")),
    )


def test_permissions_are_merged_by_key() -> None:
    made = compiled(
        {"permissions": {"allow": []}},
        {"permissions": {"mode": "read", "allow": ["a"]}},
        {"permissions": {"mode": "full", "deny": ["b"]}},
    )
    assert made.permissions == Permissions(mode=Mode.READ, allow=(), deny=("b",))


def test_a_model_comes_from_the_task_its_domain_or_the_rules() -> None:
    spec: dict[str, Any] = {
        "agent": "claude",
        "domains": {"d": {"model": "domain"}, "e": {}},
        "models": {"rules": [{"match": ["x"], "complexity": "low", "model": "rule"}]},
    }
    repo = {"models": {"rules": [{"domain": "e", "model": "repo-rule"}], "default": "repo"}}
    assert compiled({"model": "task", "domain": "d", "complexity": "low"}, spec, repo).model == "task"
    assert compiled({"domain": "d", "complexity": "low"}, spec, repo).model == "domain"
    assert compiled({"domain": "e", "complexity": "low"}, spec, repo).model == "rule"
    assert compiled({"domain": "e"}, spec, repo).model == "repo-rule"
    assert compiled({}, spec, repo).model == "repo"
    assert compiled({}, {**spec, "models": {"default": "spec"}}, repo).model == "spec"
    assert compiled({}, spec).model is None


def test_nothing_is_routed_to_an_agent_without_models() -> None:
    spec = {"agent": "shell", "models": {"default": "sonnet"}}
    assert compiled({}, spec).model is None
    assert compiled({"agent": "claude"}, spec).model == "sonnet"


def test_titles_and_prompts_are_searched() -> None:
    spec = {"agent": "claude", "models": {"rules": [{"match": ["design"], "model": "opus"}]}}
    assert compiled({"title": "Design it"}, spec).model == "opus"
    doc = SpecDoc.model_validate({"version": 1, "name": "demo", "tasks": {"a": {"prompt": "x"}}, **spec})
    setting = Setting.of(doc, None, {}, AGENTS)
    assert setting.compile_task("a", HERE, Checked("design"), "other").model == "opus"
    assert setting.compile_task("a", HERE, Checked("later", tasks=True), "design").model == "opus"
    assert setting.compile_task("a", HERE, Checked("other"), "design").model is None


def test_a_price_may_stay_unknown_where_somebody_says_so() -> None:
    doc = SpecDoc.model_validate(
        {"version": 1, "name": "demo", "tasks": {"a": {"prompt": "x"}}, "budget": {"per_task": "1 USD"}}
    )
    for word, repo_word, allowed in ((None, "allow", True), ("refuse", "allow", False), (None, None, False)):
        one = doc.model_copy(update={"budget": BudgetDoc.model_validate({"unknown_price": word})})
        repo = SettingsDoc.model_validate({"version": 1, "budget": {"unknown_price": repo_word}})
        assert Setting.of(one, repo, {}, AGENTS).unknown_price is allowed


def test_edges_are_addresses_in_a_fixed_order() -> None:
    doc = SpecDoc.model_validate(
        {
            "version": 1,
            "name": "demo",
            "tasks": {
                "c": {"prompt": "x", "depends_on": {"b": {"on": "failed", "carry": "none"}, "a": None}}
            },
        }
    )
    assert edges("demo", doc.tasks["c"]) == (
        Edge(upstream=address("demo", "a")),
        Edge(upstream=address("demo", "b"), on=When.FAILED, carry=Carry.NONE),
    )


def test_spec_level_words() -> None:
    doc = SpecDoc.model_validate(
        {"version": 1, "name": "demo", "tasks": {"a": {"prompt": "x"}}, "domains": {"d": {"max_workers": 1}}}
    )
    repo = SettingsDoc.model_validate(
        {
            "version": 1,
            "max_workers": 9,
            "budget": {"limit": "5 USD"},
            "domains": {"d": {"max_workers": 3}, "e": {"max_workers": 2}},
        }
    )
    assert compile_spec(doc, None, "p").max_workers == 4
    assert compile_spec(doc, None, "p", (GO,)).projects == (GO,)
    spec = compile_spec(doc, repo, "p")
    assert (spec.max_workers, spec.domain_workers, spec.budget) == (9, {"d": 1, "e": 2}, Decimal(5))


def test_moves_lead_to_tasks_and_the_latest_comes_last() -> None:
    moves = [("c", "now"), ("a", "b"), ("x", "other"), ("b", "c")]
    doc = SpecDoc.model_validate(
        {
            "version": 1,
            "name": "demo",
            "tasks": {"now": {"prompt": "x"}, "other": {"prompt": "x"}},
            "moved": [{"from": old, "to": new} for old, new in moves],
            "removed": ["z", "y"],
        }
    )
    spec = compile_spec(doc, None, "p")
    assert spec.moved == (("a", "now"), ("b", "now"), ("c", "now"), ("x", "other"))
    assert spec.removed == ("y", "z")


def test_what_is_known_of_a_prompt_and_its_condition_is_handed_on() -> None:
    doc = SpecDoc.model_validate({"version": 1, "name": "demo", "tasks": {"a": {"prompt": "x"}}})
    checked = Checked("text", sources={"pages": []}, when=Condition(text="vars.a", met=None))
    made = Setting.of(doc, None, {}, AGENTS).compile_task("a", HERE, checked)
    assert (made.prompt, made.sources, made.when) == ("text", checked.sources, checked.when)
