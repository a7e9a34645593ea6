"""Names what has been changed behind specrun's back: workers, branches and records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from specrun.core.task import Desired, TaskId, split_id
from specrun.core.upstream import last_good
from specrun.core.world import Phase, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One thing that is not as specrun left it.

    `code` is worker_lost, branch_missing, branch_moved, result_edited, result_missing or spec_gone. `task_id`
    is the address of a task, for spec_gone the name of a spec. `fix` says what to do, "" where the next apply
    sees to it.
    """

    code: str
    task_id: str
    told: str
    fix: str = ""


def drift(
    desired: Desired, world: World, branches: Mapping[TaskId, str], gone: Iterable[str]
) -> tuple[Drift, ...]:
    """Answer all that has drifted, by task.

    `branches` are the commits of all task branches, `gone` names specs with records that no file declares.
    """
    found = [*_workers(world), *_records(desired, world), *_branches(world, branches)]
    found += [
        Drift(
            code="spec_gone",
            task_id=name,
            told="no file declares this spec any more; its records are still there",
            fix="restore the file, or take its records away with specrun prune",
        )
        for name in gone
    ]
    return tuple(sorted(found, key=lambda one: (one.task_id, one.code)))


def _workers(world: World) -> Iterator[Drift]:
    for name, attempts in world.attempts.items():
        for one in attempts:
            if one.phase is Phase.LOST:
                told = f"the worker of attempt {one.number} is gone and has left no end"
                yield Drift(code="worker_lost", task_id=name, told=told)


def _records(desired: Desired, world: World) -> Iterator[Drift]:
    for name, run in world.runs.items():
        if run.edited:
            yield Drift(
                code="result_edited",
                task_id=name,
                told="its record was changed by somebody else than specrun",
                fix=f"git checkout -- results/{name}.json (if it was committed), "
                f"or specrun accept {name}, or specrun retry {name}",
            )
    # Its attempts stay behind where a task is renamed, whoever has got its id since.
    former = {f"{split_id(name)[0]}/{old}" for name, run in world.runs.items() for old in run.moved_from}
    for name, attempts in world.attempts.items():
        done = any(one.started_at and one.phase is Phase.COLLECTED for one in attempts)
        if done and name in desired.tasks and name not in world.runs and name not in former:
            told = "its record is gone: the task is new again"
            fix = f"git checkout -- results/{name}.json (if it was committed), if it is not to run again"
            yield Drift(code="result_missing", task_id=name, told=told, fix=fix)


def _branches(world: World, branches: Mapping[TaskId, str]) -> Iterator[Drift]:
    for name, run in world.runs.items():
        kept = last_good(run)
        if kept is None or kept.branch is None or kept.commit is None or name in world.moved:
            continue
        here = branches.get(name)
        told = ""
        if here is None and _made_here(name, world):
            told = f"branch {kept.branch} was deleted; commit {kept.commit[:12]} still counts"
        elif here is not None and here != kept.commit:
            told = f"branch {kept.branch} was moved to {here[:12]}; commit {kept.commit[:12]} still counts"
        if told:
            code = "branch_missing" if here is None else "branch_moved"
            yield Drift(code=code, task_id=name, told=told)


def _made_here(name: TaskId, world: World) -> bool:
    """Whether the latest attempt on record was made in this working tree: in others there is no branch."""
    last = world.runs[name].last
    return last is not None and any(one.number == last.number for one in world.attempts.get(name, ()))
