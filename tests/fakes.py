"""The only doubles.

Attempts, store, executor and workspaces that live in memory and can be told how things end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from specrun.agents.shell import Shell
from specrun.core.checklist import Ticked
from specrun.core.glob import matches
from specrun.core.task import Condition, Desired, Json, Spec, Task, TaskId
from specrun.core.task import Workspace as WorkspaceKind
from specrun.core.world import CarriedFile, Phase, Run
from specrun.errors import MergeConflict
from specrun.ports import AttemptKey, Prepared, Work
from specrun.reconcile.runtime import Runtime
from tests.fake_attempts import NOWHERE, Clock, Crash, FakeAttempts, State

__all__ = [
    "NOWHERE",
    "Clock",
    "Crash",
    "FakeAttempts",
    "FakeExecutor",
    "FakePrompts",
    "FakeWorkspaces",
    "MemoryStore",
    "State",
    "runtime",
    "summarize",
]


class MemoryStore:
    """Records without files."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.summaries: dict[str, str] = {}

    def runs(self) -> Mapping[TaskId, Run]:
        return dict(self.state.runs)

    def save(self, run: Run) -> None:
        self.state.step()
        self.state.runs[run.task_id] = run
        self.state.step()

    def move(self, old: TaskId, run: Run) -> None:
        self.save(run)
        self.forget(old)

    def forget(self, task_id: TaskId) -> None:
        self.state.runs.pop(task_id, None)
        self.state.step()

    def write_summary(self, spec: str, text: str) -> None:
        self.summaries[spec] = text


class FakeExecutor:
    """Starts nothing; remembers what it was asked for, once per attempt as a shim's start token does."""

    def __init__(self, state: State, name: str = "fake") -> None:
        self.state, self.name = state, name
        self.released: dict[AttemptKey, bool] = {}
        self.missing = ""

    def available(self) -> str:
        return self.missing

    def start(self, key: AttemptKey, directory: Path) -> None:
        self.state.step()
        if key not in self.state.started:
            self.state.started.append(key)
            self.state.amend(key, phase=Phase.RUNNING)
        self.state.step()

    def release(self, key: AttemptKey, *, keep: bool) -> None:
        self.released[key] = keep

    def sweep(self, spec: str) -> None:
        del spec


class FakeWorkspaces:
    """Trees without files; `conflicts` names tasks whose upstreams cannot be merged."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.conflicts: set[TaskId] = set()
        self.removed: list[AttemptKey] = []
        self.upstreams: dict[AttemptKey, Mapping[TaskId, str]] = {}
        self.bases: dict[AttemptKey, str] = {}
        self.trees: dict[AttemptKey, tuple[str, Mapping[str, str]]] = {}
        self.swept: list[AttemptKey] = []
        self.resets: list[tuple[AttemptKey, tuple[str, ...]]] = []
        self.files: dict[str, str] = {}
        self.trunk: dict[str, str] = {}
        self.unmerged = ""

    def head(self) -> tuple[str, str]:
        return self.state.branch, "b" * 40

    def prepare(
        self, key: AttemptKey, kind: WorkspaceKind, base: str, upstreams: Mapping[TaskId, str], path: Path
    ) -> Prepared:
        if key.task_id in self.conflicts:
            raise MergeConflict("a and b both change f", ("f",))
        self.upstreams[key], self.bases[key] = dict(upstreams), base
        return Prepared(path=path, base=base if kind is WorkspaceKind.CLONE else None)

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        self.state.step()
        return self.state.work.get(key, Work(commit=f"{key.number:040d}", carried=()))

    def recall(self, base: str, commit: str) -> Work:
        kept = (work for work in self.state.work.values() if work.commit == commit)
        return next(kept, Work(commit=commit, carried=()))

    def check_out(self, key: AttemptKey, commit: str, restored: Mapping[str, str]) -> Path:
        self.state.step()
        self.trees[key] = (commit, dict(restored))
        return NOWHERE / "proof" / key.task_id / str(key.number)

    def reset(self, key: AttemptKey, globs: Sequence[str]) -> None:
        self.state.step()
        self.resets.append((key, tuple(globs)))

    def sweep_up(self, key: AttemptKey) -> None:
        self.state.step()
        self.swept.append(key)

    def watched(self, globs: Sequence[str]) -> Mapping[str, str]:
        return {path: digest for path, digest in self.files.items() if matches(globs, path)}

    def seek(self, task_id: TaskId, commit: str, carried: Iterable[CarriedFile] | None, base: str) -> str:
        return commit

    def occupied(self, task_id: TaskId) -> str:
        return ""

    def publish(self, task_id: TaskId, commit: str) -> str:
        self.state.step()
        return f"specrun/{task_id}"

    def move_branch(self, old: TaskId, new: TaskId) -> str | None:
        self.state.step()
        return f"specrun/{new}"

    def drop_branch(self, task_id: TaskId) -> str:
        self.state.step()
        return self.unmerged

    def branches(self) -> Mapping[TaskId, str]:
        return {}

    def tree(self, commit: str) -> Mapping[str, str]:
        return dict(self.trunk)

    def remove(self, key: AttemptKey, path: Path) -> None:
        self.state.step()
        self.removed.append(key)


class FakePrompts:
    """Renders `<task>:<outputs of its upstreams>`, and the previous failure where `uses` says so.

    A condition holds if all upstreams have left something that counts as true.
    """

    def __init__(self, uses: frozenset[TaskId] = frozenset()) -> None:
        self.uses = uses

    def needs(self, task_id: TaskId) -> bool:
        del task_id
        return False

    def uses_previous(self, task_id: TaskId) -> bool:
        return task_id in self.uses

    def condition(self, task: Task, upstreams: Mapping[TaskId, Run]) -> Condition:
        met = all(run.output for run in upstreams.values())
        return Condition(text=task.when.text if task.when else "", met=met, values=f"output = {met}")

    def render(self, task: Task, upstreams: Mapping[TaskId, Run], previous: Mapping[str, Json] | None) -> str:
        values = ",".join(str(run.output) for _, run in sorted(upstreams.items()))
        return f"{task.name}:{values}:{previous['outcome'] if previous else ''}"


def summarize(spec: Spec, tasks: Sequence[Task], runs: Mapping[TaskId, Run]) -> str:
    """Answer a table of one word per task."""
    return " ".join(f"{task.name}={runs[task.id].status}" for task in tasks if task.id in runs) or spec.name


def runtime(desired: Desired, state: State, clock: Clock | None = None) -> Runtime:
    """Answer a runtime over doubles; everything that it knows is in `state`."""
    time = clock or Clock()
    return Runtime(
        desired=desired,
        agents={"shell": Shell()},
        executors={"fake": FakeExecutor(state)},
        executor="fake",
        attempts=FakeAttempts(state, time),
        store=MemoryStore(state),
        workspaces=FakeWorkspaces(state),
        prompts=FakePrompts(),
        summarize=summarize,
        invalid=lambda schema, value: "" if schema.get("want", value) == value else f"{value!r} is wrong",
        tick_boxes=lambda file, entries: Ticked(text=file, count=sum(entry.done for entry in entries)),
        remember=state.events.extend,
        clock=time,
        environ={"PATH": "/bin", "SECRET": "s3cret"},
        branch="main",
        base="b" * 40,
        since=time(),
    )
