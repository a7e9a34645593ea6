"""The Python API: load, plan, apply, status and results; what the verbs of the same names ask for, too."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Unpack

from specrun import wiring
from specrun.api import selecting, standing, told
from specrun.api.asking import Going, Options, Selection
from specrun.api.asking import selecting as asked
from specrun.api.failures import failures
from specrun.api.preparing import Asked, Job, prepared, vet
from specrun.api.previewing import Called, previewed
from specrun.api.turning import turns
from specrun.api.values import Event, Outcome, Plan, Project, Record, Status
from specrun.core.outcome import exit_code
from specrun.errors import ExitCode, UsageProblem
from specrun.reconcile.loop import Control, Progress
from specrun.report import status as report
from specrun.triggers.wakes import Wakes

Hear = Callable[[Event], object]
"""Is told each happening of an apply; what it raises ends the apply as Ctrl-C does: workers go on."""


def load(path: str | PathLike[str] | None = None, specs: str | Iterable[str] = ()) -> Project:
    """Find the repo around a folder (the present one by default) and read its specs.

    `specs` are files, from `path`, or names of specs; without any, `orchestration.yaml` in the root, or else
    all of `specs/`. Raises InvalidSpec with every problem of every file, NoSpec where there is none,
    UsageProblem for a spec that nobody knows, and EnvironmentProblem, e.g. outside of a repo.

    >>> project = load()
    >>> project.specs
    ('hello',)
    >>> project.tasks
    ('hello/loud', 'hello/words')
    """
    folder = None if path is None else Path(path)
    names = (specs,) if isinstance(specs, str) else tuple(specs)
    wired = wiring.open_project(folder, names)
    desired = wired.loaded.desired
    return Project(
        root=wired.root,
        specs=tuple(desired.specs),
        tasks=tuple(desired.tasks),
        _wired=wired,
        _path=folder,
        _asked=names,
    )


def plan(project: Project, **selection: Unpack[Selection]) -> Plan:
    """Answer what an apply would do about every task, and why; starts and writes nothing.

    Raises UsageProblem for tasks that nobody knows, and EnvironmentProblem for records that cannot be read.

    >>> for decision in plan(load()).decisions:
    ...     print(decision.action, decision.address, decision.why)
    run hello/words never run
    run hello/loud never run
    >>> [decision.address for decision in plan(load(), only="loud").pending]
    ['hello/loud']
    """
    with _wired(project) as wired:
        return told.plan(previewed(wired, Called(project._path, project._asked), asked(selection)))  # noqa: SLF001 - the room's own


def apply(
    project: Project,
    *,
    jobs: int | None = None,
    timeout: float | None = None,
    on_event: Hear | None = None,
    **options: Unpack[Options],
) -> Outcome:
    """Start what has to run, adopt what runs, collect what has ended, until nothing is left to do.

    Asks nobody and prints nothing: look at `plan` first, for agents cost money. `jobs` workers run at once at
    most; after `timeout` seconds it leaves with code 124, and workers go on. It handles no signals, so that
    any thread may call it; KeyboardInterrupt, or what `on_event` raises, leaves the workers running, and the
    next apply takes them over.

    Raises Locked where somebody is applying one of the specs, Refused for a plan that goes too far,
    UsageProblem for tasks that nobody knows and for numbers that mean nothing, Stale when another branch is
    checked out meanwhile, and EnvironmentProblem. Failed tasks are no exception; `Outcome.exit_code` and
    `failures` tell of them.

    >>> outcome = apply(load(), jobs=2, on_event=lambda event: print(event.kind, event.address))
    started hello/words
    ended hello/words
    started hello/loud
    ended hello/loud
    >>> outcome.ok, outcome.summary
    (True, '2 tasks: 2 succeeded.')
    >>> outcome.records["hello/loud"].branch
    'specrun/hello/loud'
    """
    _sound(jobs, timeout)
    force, retry = bool(options.pop("force", False)), bool(options.pop("retry_failed", False))
    going = Going(
        yes=True,
        jobs=jobs,
        timeout=timeout,
        retry_failed=retry,
        detach=False,
        commit=False,
        force=force,
        as_json=False,
    )
    until = None if timeout is None else time.monotonic() + timeout
    with _wired(project) as wired, wiring.apply_locks(wired):
        job = prepared(wired, Asked(going=going, selecting=asked(options)))
        work = _Work(job=job, until=until, hear=on_event)
        if job.choice is None or not job.choice.empty:
            vet(job)
            work.converge()
        return work.outcome()


def _sound(jobs: int | None, timeout: float | None) -> None:
    """Raise UsageProblem for numbers with which an apply would end at once as if there were nothing to do."""
    if jobs is not None and jobs < 1:
        raise UsageProblem(
            f"jobs={jobs!r} would start nothing", "pass 1 or more, or None for as many as the specs allow"
        )
    if timeout is not None and not timeout >= 0:
        raise UsageProblem(f"timeout={timeout!r} is no time", "pass seconds from 0 on, or None for no limit")


def status(project: Project, **selection: Unpack[Selection]) -> Status:
    """Answer how all tasks stand, or the selected ones; changes nothing and takes no lock.

    Raises UsageProblem for tasks that nobody knows, and EnvironmentProblem for records that cannot be read.

    >>> [(task.address, task.state) for task in status(load()).tasks]
    [('hello/words', 'succeeded'), ('hello/loud', 'succeeded')]
    """
    with _wired(project) as wired:
        runtime = wiring.runtime(wired)
        seen = standing.look(wired, runtime)
        choice = selecting.choose(asked(selection), runtime.desired, seen.world, seen.plan)
        return told.status(seen, choice)


def results(project: Project) -> Mapping[str, Record]:
    """Answer the run records of all tasks by address; one that has not ended yet has none.

    Raises EnvironmentProblem for records that cannot be read.

    >>> record = results(load())["hello/words"]
    >>> record.status, record.output
    ('succeeded', {'count': 2})
    """
    with _wired(project) as wired:
        return _records(wired)


def _records(wired: wiring.Project) -> dict[str, Record]:
    return {name: told.record(run) for name, run in standing.recorded(wired).items()}


@contextlib.contextmanager
def _wired(project: Project) -> Iterator[wiring.Project]:
    """Lend what specrun works with; the child that renders prompts does not outlive the call."""
    wired = project._wired  # noqa: SLF001 - the room's own
    try:
        yield wired
    finally:
        wired.loaded.prompts.close()


@dataclass(slots=True, kw_only=True)
class _Work:
    """An apply at work: until when (monotonic seconds), who hears of it, and what was seen last."""

    job: Job
    until: float | None
    hear: Hear | None
    control: Control = field(default_factory=Control)
    last: Progress | None = None
    late: bool = False

    def converge(self) -> None:
        """Turn until nothing is left to do or time is over."""
        with contextlib.closing(wiring.wakes(self.job.project)) as wakes:
            waits = _Waits(wakes, self.until)
            # Left by an exception, the tables are still brought up to date while the locks are held.
            with contextlib.closing(turns(self.job, waits, self.control)) as going:
                for turn in going:
                    self._took(turn)

    def _took(self, turn: Progress) -> None:
        self.last = turn
        if self.hear is not None:
            for happened in turn.events:
                self.hear(told.event(happened))
        if self.until is not None and time.monotonic() >= self.until and not turn.plan.converged:
            self.late = self.control.leave = True

    def outcome(self) -> Outcome:
        """Say how it ended."""
        job = self.job
        world, whole = (self.last.world, self.last.plan) if self.last else (job.world, job.plan)
        meant = whole if job.choice is None else job.choice.narrowed(whole)
        found, blocked = failures(job.project, world, meant)
        shown = report.standing(job.runtime.desired, world, meant)
        return Outcome(
            exit_code=ExitCode.TIMEOUT if self.late else exit_code(whole, job.runtime.desired.only),
            summary=report.counts(shown),
            counts=told.tally(shown),
            failures=told.failures(found),
            blocked=tuple(blocked),
            records=_records(job.project),
        )


@dataclass(frozen=True, slots=True)
class _Waits:
    """Waits for ended attempts, but not past the end of the time."""

    wakes: Wakes
    until: float | None

    def wait(self, timeout: float) -> None:
        left = timeout if self.until is None else min(timeout, self.until - time.monotonic())
        self.wakes.wait(max(left, 0.0))
