"""What holds for every spec: an edit reaches exactly as far as it must, and style never matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from specrun.core import fingerprint
from specrun.core.task import Json
from specrun.core.world import FINGERPRINT_VERSION, Run
from tests.scenarios.edits import Desk
from tests.scenarios.graphs import (
    EDITS,
    HEAD,
    TEMPLATE,
    WITH,
    Ledger,
    Tasks,
    aged,
    edited,
    following,
    leaders,
    specs,
)

few = settings(max_examples=10, suppress_health_check=[*HealthCheck], phases=[Phase.generate])
"""Each example takes several plans, so that making failures smaller would take minutes."""


@pytest.fixture
def ledger(repo: Path) -> Ledger:
    return Ledger(repo)


@few
@given(tasks=specs(), data=st.data())
def test_an_edit_runs_that_task_again_and_lets_wait_who_may_use_it(
    ledger: Ledger, tasks: Tasks, data: st.DataObject
) -> None:
    ledger.begin(tasks)
    ledger.succeed()
    assert set(ledger.plan().values()) == {"reuse"}
    name, kind = data.draw(st.sampled_from([*tasks])), data.draw(st.sampled_from([*EDITS]))
    now = edited(tasks, name, kind)
    ledger.write(now)
    waiting = following(now, name)
    expected = dict.fromkeys(tasks, "reuse") | dict.fromkeys(waiting, "deferred") | {name: "rerun"}
    assert ledger.plan() == expected


@few
@given(tasks=specs(), data=st.data())
def test_who_gets_the_same_is_cut_off_and_who_gets_something_else_follows(
    ledger: Ledger, tasks: Tasks, data: st.DataObject
) -> None:
    ledger.begin(tasks)
    ledger.succeed()
    name = data.draw(st.sampled_from(leaders(tasks)))
    ledger.write(edited(tasks, name, "prompt"))
    decision = ledger.decisions()[name]
    assert decision.fingerprint is not None
    ledger.save(ledger.record(decision.task_id, decision.fingerprint))
    assert set(ledger.plan().values()) == {"reuse"}
    ledger.save(ledger.record(decision.task_id, decision.fingerprint, "2"))
    planned, waiting = ledger.plan(), following(tasks, name)
    direct = {one for one in waiting if uses(tasks, one, name)}
    expected = dict.fromkeys(tasks, "reuse") | dict.fromkeys(waiting, "deferred")
    assert planned == expected | dict.fromkeys(direct, "cascade")


def uses(tasks: Tasks, name: str, upstream: str) -> bool:
    """Whether a task itself uses something that an upstream hands on."""
    edges = tasks[name].get("depends_on", {})
    if upstream not in edges:
        return False
    alone = {**tasks[name], "depends_on": {upstream: edges[upstream]}}
    return name in following({upstream: {}, name: alone}, upstream)


WAYS: dict[str, Callable[[Tasks], str]] = {
    "keys in another order": lambda tasks: json.dumps(backwards({**HEAD, "tasks": tasks})),
    "as a block": lambda tasks: block({**HEAD, "tasks": tasks}),
    "reflowed": lambda tasks: json.dumps({**HEAD, "tasks": tasks}, indent=7),
    "commented": lambda tasks: "# why\n" + block({**HEAD, "tasks": tasks}).replace("\n", "   # so\n"),
    "with anchors": lambda tasks: block(
        {**HEAD, "vars": {"who": "&who world"}, "x-said": "*who", "tasks": tasks}
    ),
    "with defaults spelled out": lambda tasks: json.dumps({**HEAD, "tasks": spelled(tasks)}),
    "with words for people": lambda tasks: json.dumps({**HEAD, "description": "d", "tasks": titled(tasks)}),
}


@pytest.mark.parametrize("way", [*WAYS])
def test_how_a_spec_is_written_never_matters(ledger: Ledger, way: str) -> None:
    @settings(few, max_examples=4)
    @given(tasks=specs())
    def holds(tasks: Tasks) -> None:
        ledger.begin(tasks)
        ledger.succeed()
        ledger.place.write_text(WAYS[way](tasks))
        assert ledger.plan() == dict.fromkeys(tasks, "reuse")

    holds()


def test_the_file_of_a_spec_may_move(ledger: Ledger) -> None:
    tasks: Tasks = {
        "t0": {"prompt": "true"},
        "t1": {"prompt": "true", "depends_on": {"t0": {"carry": "all"}}},
    }
    ledger.begin(tasks)
    ledger.succeed()
    ledger.place.rename(ledger.root / "orchestration.yaml")
    assert set(ledger.plan().values()) == {"reuse"}


@few
@given(
    tasks=specs(), version=st.sampled_from([FINGERPRINT_VERSION - 1, FINGERPRINT_VERSION + 1]), data=st.data()
)
def test_records_of_another_specrun_are_reused_and_edits_are_still_seen(
    ledger: Ledger, tasks: Tasks, version: int, data: st.DataObject
) -> None:
    def older(run: Run) -> Run:
        success = run.last_success
        assert success is not None
        kept = replace(success, fingerprint=aged(success.fingerprint, version))
        return replace(run, fingerprint=aged(run.fingerprint, version), last_success=kept)

    ledger.begin(tasks)
    ledger.succeed(change=older)
    assert ledger.plan() == dict.fromkeys(tasks, "reuse")
    name = data.draw(st.sampled_from([*tasks]))
    ledger.write(edited(tasks, name, "env"))
    assert ledger.plan()[name] == "rerun"


def test_what_is_written_otherwise_since_then_is_not_held_against_anybody(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(run: Run) -> Run:
        print_ = run.fingerprint
        values: dict[str, Json] = {**print_.components, "prompt": ["in", "another", "way"]}
        old = replace(print_, version=FINGERPRINT_VERSION - 1, work="f" * 64, components=values)
        assert run.last_success is not None
        return replace(run, fingerprint=old, last_success=replace(run.last_success, fingerprint=old))

    ledger.begin({"t0": {"prompt": "true"}})
    ledger.succeed()
    ledger.save(older(ledger.runs()["t0"]))
    with monkeypatch.context() as other:
        other.setitem(fingerprint.RECODED, FINGERPRINT_VERSION, frozenset({"prompt"}))
        assert ledger.plan() == {"t0": "reuse"}
    assert ledger.plan() == {"t0": "rerun"}


@settings(few, max_examples=3)
@given(tasks=specs())
def test_applied_and_committed_the_diff_is_empty_and_a_second_apply_touches_nothing(
    tmp_path: Path, tasks: Tasks
) -> None:
    desk = Desk(tmp_path / f"world-{len([*tmp_path.iterdir()])}")
    told = '\necho \'{"v": 1}\' > "$SPECRUN_OUTPUT"\n'
    for task in tasks.values():
        if "prompt" in task:
            task["prompt"] += told
    desk.write(TEMPLATE, WITH + told)
    desk.write("specs/work.yaml", {**HEAD, "tasks": tasks})
    desk.commit()
    assert len(desk.good("--commit")) == len(tasks)
    assert desk.git("status", "--porcelain") == ""
    assert desk.diff() == dict.fromkeys(tasks, "reuse")
    before = desk.bytes()
    assert desk.good() == ()
    assert desk.bytes() == before
    head = desk.git("rev-parse", "HEAD")
    assert desk.good("--commit") == ()
    assert desk.git("rev-parse", "HEAD") == head


def backwards(value: Any) -> Any:
    """Answer the same with all keys in the reverse order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return value


def block(value: Any, depth: int = 0) -> str:
    """Write nested mappings in block style, texts in single quotes."""
    lines = []
    for key, one in value.items():
        if isinstance(one, dict) and one:
            lines.append(f"{' ' * depth}'{key}':\n{block(one, depth + 3)}")
        else:
            lines.append(f"{' ' * depth}'{key}':   {_scalar(one)}\n")
    return "".join(lines)


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    quote = value.replace("'", "''")
    return value if value[:1] in {"&", "*"} else f"'{quote}'"


def spelled(tasks: Tasks) -> Tasks:
    """Answer the same tasks with what goes without saying."""
    now = deepcopy(tasks)
    for task in now.values():
        task.setdefault("depends_on", {})
        for edge in task["depends_on"].values():
            edge["on"] = "succeeded"
        task |= {"workspace": "clone", "priority": 0, "retry": {"limit": 0}, "timeout": "1h", "enabled": True}
        task |= {"freeze": False, "env": {}, "agent": "shell"}
    return now


def titled(tasks: Tasks) -> Tasks:
    """Answer the same tasks with titles, descriptions and labels."""
    return {name: {**task, "title": "T", "description": "D", "labels": ["l"]} for name, task in tasks.items()}
