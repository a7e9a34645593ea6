"""The only doubles.

Attempts, store, executor and workspaces that live in memory and can be told how things end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from specrun.agents.shell import Shell
from specrun.core.event import Event
from specrun.core.task import Desired, Json, Spec, Task, TaskId
from specrun.core.task import Workspace as WorkspaceKind
from specrun.core.world import Attempt, CarriedFile, Phase, Run
from specrun.errors import MergeConflict
from specrun.ports import AttemptKey, Evidence, Intent, Order, Prepared, Work
from specrun.reconcile.runtime import Runtime

NOWHERE = Path("/nonexistent/specrun")


class Crash(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Answer the time, a little later at every look."""
        self.now += 0.001
        return self.now


@dataclass
class State:
    """What survives a crash: attempts, records, launches and ends, plus a countdown to the next crash."""

    attempts: dict[TaskId, list[Attempt]] = field(default_factory=dict)
    orders: dict[AttemptKey, Order] = field(default_factory=dict)
    evidence: dict[AttemptKey, Evidence] = field(default_factory=dict)
    runs: dict[TaskId, Run] = field(default_factory=dict)
    started: list[AttemptKey] = field(default_factory=list)
    grants: dict[TaskId, str] = field(default_factory=dict)
    secrets: dict[AttemptKey, dict[str, str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    branch: str = "main"
    crash_in: int | None = None

    def step(self) -> None:
        """Count one effect; crash when its turn has come."""
        if self.crash_in is not None:
            if self.crash_in == 0:
                self.crash_in = None
                raise Crash
            self.crash_in -= 1

    def change(self, key: AttemptKey, phase: Phase, *, clean: bool = False) -> None:
        """Move an attempt to another phase."""
        found = self.attempts[key.task_id]
        at = next(index for index, one in enumerate(found) if one.number == key.number)
        found[at] = replace(found[at], phase=phase, clean=clean)

    def end(self, key: AttemptKey, exit_code: int = 0, cause: str = "exited", error: str = "") -> None:
        """Let a running attempt end."""
        self.evidence[key] = Evidence(
            cause=cause, exit_code=exit_code, error=error, started_at=1, ended_at=2, tail=f"code {exit_code}"
        )
        clean = cause == "exited" and not exit_code
        self.change(key, Phase.LOST if cause == "lost" else Phase.ENDED, clean=clean)


class FakeAttempts:
    """Attempt files without files."""

    def __init__(self, state: State, clock: Clock) -> None:
        self.state, self.clock = state, clock
        self.kept_homes: list[AttemptKey] = []

    def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        return {name: tuple(found) for name, found in self.state.attempts.items()}

    def directory(self, key: AttemptKey) -> Path:
        return NOWHERE / key.task_id / str(key.number)

    def workspace(self, key: AttemptKey) -> Path:
        return NOWHERE / "work" / key.task_id / str(key.number)

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        return 1 + max([recorded, *(one.number for one in self.state.attempts.get(task_id, []))])

    def order(self, order: Order) -> None:
        self.state.step()
        key = AttemptKey(order.task_id, order.number)
        self.state.orders[key] = order
        self.state.attempts.setdefault(order.task_id, []).append(
            Attempt(
                task_id=order.task_id,
                number=order.number,
                phase=Phase.ORDERED,
                generation=order.generation,
                agent=order.agent,
                executor=order.executor,
                work=order.fingerprint.work,
                branch=order.branch,
                created_at=order.created_at,
                grant=order.grant,
                workspace=order.workspace,
            )
        )

    def launching(self, key: AttemptKey, secrets: Mapping[str, str]) -> None:
        self.state.step()
        self.state.secrets[key] = dict(secrets)
        found = self.state.attempts[key.task_id]
        found[-1] = replace(found[-1], launches=found[-1].launches + 1, launched_at=self.clock())

    def intent(self, key: AttemptKey) -> Intent:
        order = self.state.orders[key]
        return Intent(
            task_id=order.task_id,
            number=order.number,
            generation=order.generation,
            agent=order.agent,
            executor=order.executor,
            fingerprint=order.fingerprint,
            workspace=order.workspace,
            cwd=order.cwd,
            base=order.base,
            created_at=order.created_at,
            secrets=order.secrets,
        )

    def stop(self, key: AttemptKey, reason: str) -> None:
        self.state.step()
        self.state.end(key, -15, "stopped", error=reason)

    def fence(self, key: AttemptKey, reason: str) -> bool:
        self.state.step()
        self.state.end(key, 0, "fenced", error=reason)
        self.state.change(key, Phase.FENCED)
        return True

    def evidence(self, key: AttemptKey) -> Evidence:
        return self.state.evidence[key]

    def tail(self, key: AttemptKey) -> str:
        return self.state.evidence[key].tail if key in self.state.evidence else ""

    def collected(self, key: AttemptKey, *, keep_home: bool = False) -> None:
        self.kept_homes += [key] if keep_home else []
        self.state.step()
        self.state.change(key, Phase.COLLECTED)

    def grants(self) -> Mapping[TaskId, str]:
        used = {order.grant for order in self.state.orders.values()}
        return {name: token for name, token in self.state.grants.items() if token not in used}

    def spend(self, grant: str) -> None:
        for name in [name for name, token in self.state.grants.items() if token == grant]:
            del self.state.grants[name]

    def grant(self, task_id: TaskId) -> str:
        self.state.grants[task_id] = f"grant-{len(self.state.grants)}"
        return self.state.grants[task_id]


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
            self.state.change(key, Phase.RUNNING)
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
        return Work(commit=f"{key.number:040d}", carried=())

    def seek(self, task_id: TaskId, commit: str, carried: Iterable[CarriedFile] | None, base: str) -> str:
        return commit

    def occupied(self, task_id: TaskId) -> str:
        return ""

    def publish(self, task_id: TaskId, commit: str) -> str:
        self.state.step()
        return f"specrun/{task_id}"

    def remove(self, key: AttemptKey, path: Path) -> None:
        self.removed.append(key)


class FakePrompts:
    """Renders `<task>:<outputs of its upstreams>`, and the previous failure where `uses` says so."""

    def __init__(self, uses: frozenset[TaskId] = frozenset()) -> None:
        self.uses = uses

    def needs(self, task_id: TaskId) -> bool:
        del task_id
        return False

    def uses_previous(self, task_id: TaskId) -> bool:
        return task_id in self.uses

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
        remember=state.events.extend,
        clock=time,
        environ={"PATH": "/bin", "SECRET": "s3cret"},
        branch="main",
        base="b" * 40,
        since=time(),
    )
