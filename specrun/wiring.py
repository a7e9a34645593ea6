"""Builds the house for one repo: the only file that names concrete classes."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.agents import AGENTS, built
from specrun.core.agent import Price
from specrun.core.task import Desired, TaskId
from specrun.errors import EnvironmentProblem, InvalidSpec, Locked
from specrun.executors.process import ProcessExecutor
from specrun.executors.tmux import TmuxExecutor
from specrun.ports import Agent
from specrun.reconcile.runtime import Runtime
from specrun.report.summary import summary
from specrun.spec.find import ENDINGS, FOLDER, ROOT_SPEC, SETTINGS
from specrun.spec.load import Loaded, load, nothing
from specrun.spec.patience import judged
from specrun.store.attempts import AttemptFiles
from specrun.store.checklists import Checklists
from specrun.store.git import Git, discover
from specrun.store.health import Finding, health
from specrun.store.history import History
from specrun.store.layout import Layout, apply_lock
from specrun.store.records import RecordFiles
from specrun.store.remedies import remedy
from specrun.store.workspaces import GitWorkspaces
from specrun.system import locks
from specrun.triggers.edits import Edits, Places
from specrun.triggers.wakes import Wakes

if TYPE_CHECKING:
    from specrun.spec.defaults import Defaults

EXECUTORS = ("tmux", "process")
Windows = TmuxExecutor
"""What shows workers to people."""
_PLAIN = "workers run as plain processes (executor: process)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One repo with its loaded specs and the adapters that read and write it."""

    git: Git
    layout: Layout
    loaded: Loaded
    attempts: AttemptFiles
    store: RecordFiles
    workspaces: GitWorkspaces

    @property
    def agents(self) -> Mapping[str, Agent]:
        """The agents that specrun has, and those that the repo declares."""
        return agents(self.loaded)

    @property
    def root(self) -> Path:
        """The top folder of the working tree."""
        return self.git.root


def open_project(directory: Path | None, specs: Sequence[str], *, broken: bool = False) -> Project:
    """Find the repo around a folder and load its specs. Raises EnvironmentProblem or InvalidSpec.

    With `broken`, specs that mean nothing count as none at all: workers can be stopped whatever was written
    since they started.
    """
    start = Path.cwd() if directory is None else directory
    git = discover(start)
    try:
        known = {name: agent.traits for name, agent in AGENTS.items()}
        loaded = load(git.root, _relative(specs, start, git.root), agents=known, executors=EXECUTORS)
    except InvalidSpec:
        if not broken:
            raise
        loaded = nothing(git.root)
    layout = Layout.of(git.root, os.environ)
    return Project(
        git=git,
        layout=layout,
        loaded=loaded,
        attempts=AttemptFiles(layout),
        store=RecordFiles(git.root, loaded.desired.specs),
        workspaces=GitWorkspaces(git, layout),
    )


def _relative(specs: Sequence[str], start: Path, root: Path) -> list[str]:
    """Files and folders of specs are meant from where the person stands; all else is the name of a spec."""
    names = []
    for name in specs:
        path = start / name
        # Results lie in folders that are called as specs are.
        there = path.is_file() or (path.is_dir() and (path / "..").resolve() == root.resolve())
        names.append(os.path.relpath(path, root) if there else name)
    return names


def executors(layout: Layout) -> dict[str, ProcessExecutor | TmuxExecutor]:
    """Answer every executor of this machine, usable or not."""
    return {"tmux": windows(layout), "process": ProcessExecutor(layout.home)}


def windows(layout: Layout) -> Windows:
    """Answer the windows in which workers can be seen, whether there is tmux or not."""
    return Windows(layout.server, layout.home)


def runtime(
    project: Project,
    *,
    max_workers: int | None = None,
    only: frozenset[TaskId] | None = None,
    retry_failed: bool = False,
    force: bool = False,
) -> Runtime:
    """Answer everything that reconciling needs; nothing is written yet. With `force` nothing is unsafe."""
    places = executors(project.layout)
    missing = places["tmux"].available()
    desired = replace(_priced(project), max_workers=max_workers, only=only, retry_failed=retry_failed)
    branch, base = project.workspaces.head()
    return Runtime(
        desired=desired,
        agents=project.agents,
        executors=places,
        executor="process" if missing else "tmux",
        attempts=project.attempts,
        store=project.store,
        workspaces=project.workspaces,
        prompts=project.loaded.prompts,
        summarize=summary,
        invalid=judged,
        tick_boxes=Checklists(project.root).tick,
        remember=History(project.layout).append,
        clock=time.time,
        environ=dict(os.environ),
        branch=branch,
        base=base,
        since=time.time(),
        force=force,
        notes=_notes(desired, missing),
    )


def _priced(project: Project) -> Desired:
    """Answer what the specs want, with what its agents cost, and nothing remembered yet."""
    prices = {name: agent.traits.price for name, agent in project.agents.items()}
    return replace(
        project.loaded.desired,
        free=frozenset(name for name, price in prices.items() if price is Price.FREE),
        unpriced=frozenset(name for name, price in prices.items() if price is Price.UNKNOWN),
        memo={},
    )


def _notes(desired: Desired, missing: str) -> tuple[str, ...]:
    undecided = any(task.executor is None for task in desired.tasks.values())
    return (f"{missing}: {_PLAIN}",) if missing and undecided else ()


class ApplyLocks:
    """The kernel locks of the specs that this specrun applies; `common` is the git dir of all worktrees."""

    def __init__(self, common: Path) -> None:
        self._common = common
        self._held: dict[str, locks.Lock] = {}

    def take(self, spec: str) -> bool:
        """Hold the lock of a spec from now on; False where another specrun has it."""
        if spec not in self._held:
            path = apply_lock(self._common, spec)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = locks.acquire(path)
            if lock is None:
                return False
            self._held[spec] = lock
        return True

    @property
    def held(self) -> tuple[str, ...]:
        """The specs whose locks are held now."""
        return tuple(self._held)

    def keep(self, specs: Collection[str]) -> None:
        """Let go of all locks but those of these specs."""
        for spec in [spec for spec in self._held if spec not in specs]:
            self._held.pop(spec).close()


@contextmanager
def apply_locks(project: Project) -> Iterator[ApplyLocks]:
    """Hold the kernel locks of all loaded specs.

    Raises Locked naming the first that another specrun holds.
    """
    project.layout.create()
    held = ApplyLocks(project.git.common_dir)
    try:
        for spec in sorted(project.loaded.desired.specs):
            if not held.take(spec):
                raise Locked(
                    f"another specrun is applying {spec}",
                    "watch it with specrun status --watch, or wait for it with specrun wait",
                )
        yield held
    finally:
        held.keep(())


def applying(project: Project, spec: str) -> bool:
    """Whether some specrun is applying a spec right now; takes nothing."""
    return locks.held(apply_lock(project.git.common_dir, spec))


def recordable(project: Project) -> None:
    """Raise EnvironmentProblem when no result could be written: to be known before workers cost anything."""
    for spec in project.loaded.desired.specs:
        for place in (project.root, project.root / "results", project.root / "results" / spec):
            name = "the repository" if place == project.root else place.relative_to(project.root)
            if place.is_symlink() and place != project.root:
                raise EnvironmentProblem(f"{name} is a link", "put a real folder there")
            if not place.exists():
                break
            if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
                raise EnvironmentProblem(
                    f"results cannot be written: {name} is no folder that this user may write to",
                    "make it one; nothing was started",
                )


def probe(project: Project) -> None:
    """Raise EnvironmentProblem when the state folder takes nothing more: no worker can tell its end then."""
    file = project.layout.home / "probe"
    try:
        file.write_bytes(bytes(4096))
    except OSError as exc:
        raise EnvironmentProblem(
            f"nothing can be written to {project.layout.home}: {exc.strerror}; workers keep their results",
            "free some space, then run specrun apply again",
        ) from exc
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def agents(loaded: Loaded | Defaults | None) -> Mapping[str, Agent]:
    """Answer the agents that specrun has, and those that a repo declares."""
    return built(loaded.agents) if loaded else AGENTS


def doctor(directory: Path | None) -> tuple[Finding, ...]:
    """Answer what this machine has of what specrun needs; loads no spec and writes nothing."""
    start = Path.cwd() if directory is None else directory
    missing = TmuxExecutor("specrun-doctor", start).available()
    told = f"{missing}: {_PLAIN}" if missing else "installed"
    commands = remedy("tmux", os.environ.get("PATH", os.defpath)) if missing else ()
    tmux = Finding(name="tmux", what=told, notice=bool(missing), commands=commands)
    return (*health(start, os.environ), tmux)


def wakes(project: Project) -> Wakes:
    """Answer the trigger that notices ended attempts; close it after use."""
    project.layout.create()
    return Wakes(project.layout.done)


def edits(project: Project) -> Edits:
    """Answer the trigger that notices edits of the specs and what they use; close it after use."""
    ignored = (project.git.git_dir, project.git.common_dir, project.root / "results", project.layout.home)
    return Edits(project.root, places(project), ignored=[project.root / ".git", *ignored])


def places(project: Project) -> Places:
    """Answer what counts as an edit: all that was read, and what may be read the next time."""
    return Places(
        files=(ROOT_SPEC, SETTINGS, *project.loaded.files),
        folders=(FOLDER,),
        endings=ENDINGS,
        trees=("prompts",),
    )
