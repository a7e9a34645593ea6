"""Makes random specs, records that say that all tasks have succeeded, and edits of one task."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from specrun import wiring
from specrun.core.change import Action, Decision, Plan
from specrun.core.record import Ended, fold
from specrun.core.task import TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Fingerprint, Run, Status
from specrun.reconcile.tick import decide
from specrun.store.records import RecordFiles

Tasks = dict[str, dict[str, Any]]
HEAD = {"version": 1, "name": "work", "agent": "shell", "executor": "process", "vars": {"who": "world"}}
TEMPLATE = "prompts/with.md.j2"
WITH = "echo {{ task.name }} {{ with.a }} > {{ task.name }}.txt\n"
SETTLED = frozenset({Action.REUSE, Action.HOLD, Action.DEFERRED})


def carried(name: str, content: str = "1") -> tuple[CarriedFile, ...]:
    """Answer what a task has left: one file of its own."""
    return (CarriedFile(f"{name}.txt", "100644", content * 40),)


@st.composite
def specs(draw: st.DrawFn) -> Tasks:
    """Answer tasks of all kinds, each after some of those before it."""
    tasks: Tasks = {}
    for number in range(draw(st.integers(2, 6))):
        name = f"t{number}"
        least = min(number % 3, 1)
        above = (
            draw(st.lists(st.sampled_from([*tasks]), min_size=least, max_size=2, unique=True))
            if tasks
            else []
        )
        edges = {one: {"carry": draw(st.sampled_from(["all", "all", "output", "none"]))} for one in above}
        task: dict[str, Any] = {"prompt": f"echo {name} > {name}.txt"}
        if edges:
            task["depends_on"] = edges
        told = [one for one, edge in edges.items() if edge["carry"] != "none"]
        kind = draw(st.sampled_from(["plain", "vars", "with", "outputs"]))
        if kind == "vars":
            task["prompt"] += " {{ vars.who }}"
        elif kind == "with":
            task |= {"with": {"a": "x"}, "template": TEMPLATE}
            del task["prompt"]
        elif kind == "outputs" and told:
            task["prompt"] += "".join(f" {{{{ tasks.{one}.output.v }}}}" for one in told)
        tasks[name] = task
    return tasks


def _prompt(task: dict[str, Any]) -> None:
    task.pop("template", None)
    task.pop("with", None)
    task["prompt"] = task.get("prompt", "") + "; echo more"


def _with(task: dict[str, Any]) -> None:
    task.pop("prompt", None)
    task |= {"template": TEMPLATE, "with": {"a": "y", "b": "z"}}


def _edges(task: dict[str, Any]) -> None:
    edges = task.get("depends_on", {})
    if all(edge["carry"] == "none" for edge in edges.values()):
        task["rerun"] = 8
        return
    task["depends_on"] = {one: {"carry": "none"} for one in edges}
    if "prompt" in task:
        task["prompt"] = task["prompt"].partition(" {{ tasks.")[0]


EDITS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "prompt": _prompt,
    "with": _with,
    "env": lambda task: task.update(env={"TONE": "loud"}),
    "rerun": lambda task: task.update(rerun=7),
    "touches": lambda task: task.update(touches=["**"]),
    "outputs": lambda task: task.update(outputs={"type": "object"}),
    "edges": _edges,
}
"""Each is an edit of the work of one task."""


def edited(tasks: Tasks, name: str, kind: str) -> Tasks:
    """Answer the same tasks but for one edit of one of them."""
    now = deepcopy(tasks)
    EDITS[kind](now[name])
    return now


def leaders(tasks: Tasks) -> list[str]:
    """Answer the tasks that somebody has to wait for, all where there is none."""
    return [name for name in tasks if following(tasks, name)] or [*tasks]


def following(tasks: Tasks, name: str) -> set[str]:
    """Answer who has to wait for a task that runs again: edges carry something, prompts use it."""
    found = {name}
    for one, task in tasks.items():
        for upstream, edge in task.get("depends_on", {}).items():
            used = f"tasks.{upstream}." in task.get("prompt", "")
            if upstream in found and (edge["carry"] == "all" or (edge["carry"] == "output" and used)):
                found.add(one)
    return found - {name}


class Ledger:
    """A repo with one spec, whose records are written as if everything had been run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = root / "specs/work.yaml"
        self.place.parent.mkdir()
        (root / TEMPLATE).parent.mkdir()
        (root / TEMPLATE).write_text(WITH)

    def begin(self, tasks: Tasks) -> None:
        """Write a spec and forget all records."""
        shutil.rmtree(self.root / "results", ignore_errors=True)
        self.write(tasks)

    def write(self, tasks: Tasks) -> None:
        """Write the spec."""
        self.place.write_text(json.dumps({**HEAD, "tasks": tasks}))

    @contextmanager
    def planning(self) -> Iterator[tuple[Callable[[], Plan], RecordFiles]]:
        """Load what is there; answers what makes a plan of it, and the records that it goes by."""
        project = wiring.open_project(self.root, ())
        runtime = wiring.runtime(project)
        try:
            yield lambda: decide(runtime)[1], project.store
        finally:
            project.loaded.prompts.close()

    def plan(self) -> dict[str, str]:
        """Answer the action for every task as things are now."""
        with self.planning() as (plan, _):
            return {split(one.task_id): str(one.action) for one in plan().decisions}

    def decisions(self) -> dict[str, Decision]:
        """Answer the decision about every task as things are now."""
        with self.planning() as (plan, _):
            return {split(one.task_id): one for one in plan().decisions}

    def succeed(self, change: Callable[[Run], Run] | None = None) -> None:
        """Write records until nothing is left to do; `change` says what else they note."""
        with self.planning() as (plan, records):
            for _ in range(20):
                ready = [one for one in plan().decisions if one.ready and one.action not in SETTLED]
                if not ready:
                    return
                for one in ready:
                    assert one.fingerprint is not None
                    run = self.record(one.task_id, one.fingerprint)
                    records.save(run if change is None else change(run))
        raise AssertionError("does not come to rest")

    def save(self, run: Run) -> None:
        """Write one record as specrun does."""
        RecordFiles(self.root).save(run)

    def runs(self) -> dict[str, Run]:
        """Answer all records."""
        return {split(name): run for name, run in RecordFiles(self.root).runs().items()}

    def record(self, task_id: TaskId, print_: Fingerprint, content: str = "1") -> Run:
        """Answer the record of a task that has succeeded once more and left `content`."""
        before = self.runs().get(split(task_id))
        attempt = AttemptRecord(
            number=1 if before is None else 1 + before.attempts[-1].number,
            generation=1, agent="shell", executor="process", status=Status.SUCCEEDED,
            started_at=1000.0, ended_at=1001.0, exit_code=0,
        )  # fmt: skip
        ended = Ended(
            task_id=task_id, attempt=attempt, fingerprint=print_, summary="", output={"v": content},
            base="b" * 40, commit="c" * 40, branch=f"specrun/{task_id}",
            carried=carried(split(task_id), content),
        )  # fmt: skip
        return fold(before, ended)


def aged(print_: Fingerprint, version: int) -> Fingerprint:
    """Answer a fingerprint as another specrun has written it: a component more, and digests of its own."""
    components = {**print_.components, "novelty": version}
    return replace(
        print_, version=version, components=components, work="f" * 64, verify="e" * 64, live="d" * 64
    )


def split(task_id: str) -> str:
    """Answer the id without the name of the spec."""
    return task_id.partition("/")[2]
