"""Reads the world once: attempts, records, grants, and prompts whose values come from records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from specrun.core.former import as_now
from specrun.core.moves import moved, moves
from specrun.core.rework import judges_of
from specrun.core.task import Task, TaskId, Workspace
from specrun.core.world import UNKNOWN_BRANCH, Attempt, Phase, Run, World
from specrun.errors import InvalidSpec, Stale
from specrun.reconcile.inputs import conditions, from_records, read_files, told, upstream_runs
from specrun.reconcile.previous import previous
from specrun.reconcile.runtime import Runtime

_JUDGED = frozenset({Phase.ENDED, Phase.LOST, Phase.FENCED, Phase.PROVING})
"""Phases of attempts whose agent has ended, or never began, so that it is asked what to make of that."""


def observe(runtime: Runtime) -> World:
    """Answer the world as it is now. Raises Stale when another branch was checked out meanwhile."""
    branch = same_branch(runtime)
    attempts = {
        name: mine
        for name, found in runtime.attempts.scan().items()
        if (mine := _mine(runtime, found, branch))
    }
    runs, names = _runs(runtime, attempts)
    prompts, errors = _prompts(runtime, runs)
    met, unmet = conditions(runtime, runs)
    reads, unread = read_files(runtime)
    world = World(
        now=runtime.clock(),
        since=runtime.since,
        branch=branch,
        attempts=attempts,
        runs=as_now(runtime.desired, runs, prompts),
        prompts=prompts,
        grants=runtime.attempts.grants(),
        occupied=_occupied(runtime, attempts),
        reads=reads,
        conditions=met,
        moved=names,
    )
    return replace(world, prompt_errors={**_retry_errors(runtime, world), **errors, **unmet, **unread})


def _runs(
    runtime: Runtime, attempts: Mapping[TaskId, tuple[Attempt, ...]]
) -> tuple[Mapping[TaskId, Run], Mapping[TaskId, TaskId]]:
    """Answer the records, those of renamed tasks under their present addresses, and who was renamed."""
    runs = runtime.store.runs()
    names = moves(runtime.desired, runs, attempts)
    return (moved(runtime.desired, runs, names), names) if names else (runs, names)


def _mine(runtime: Runtime, found: tuple[Attempt, ...], branch: str) -> tuple[Attempt, ...]:
    mine = tuple(_known(runtime, one) for one in found if one.branch in {branch, UNKNOWN_BRANCH})
    # The same tuple while nothing changes, so that nothing has to be decided anew.
    return found if mine == found else mine


def _known(runtime: Runtime, one: Attempt) -> Attempt:
    """Answer the attempt, unreadable if its next step needs what only another specrun has."""
    missing = []
    if one.phase in {Phase.ORDERED, Phase.PROVING} and one.executor not in runtime.executors:
        missing.append(f"executor {one.executor}")
    if one.phase in _JUDGED and not one.verifying and one.agent not in runtime.agents:
        missing.append(f"agent {one.agent}")
    if not missing:
        return one
    told = f"attempt {one.number} names the {missing[0]}, which this specrun does not have"
    return replace(one, phase=Phase.UNREADABLE, error=f"{told}; fix: use the specrun that made it")


def _occupied(runtime: Runtime, attempts: Mapping[TaskId, tuple[Attempt, ...]]) -> dict[TaskId, str]:
    """Answer why branches cannot be moved, asked only of tasks whose attempt may turn out a success."""
    asked = {
        one.task_id
        for found in attempts.values()
        for one in found
        if one.workspace is Workspace.CLONE
        and ((one.phase is Phase.ENDED and one.clean) or one.phase is Phase.PROVING)
    }
    return {name: told for name in sorted(asked) if (told := runtime.workspaces.occupied(name))}


def same_branch(runtime: Runtime) -> str:
    """Answer the branch of HEAD. Raises Stale when it is no longer the one that the command began on."""
    branch, _ = runtime.workspaces.head()
    if branch != runtime.branch:
        raise Stale(
            f"the branch changed from {runtime.branch or 'a detached HEAD'} to {branch or 'a detached HEAD'} "
            "while specrun was at work; workers go on",
            f"check out {runtime.branch or 'the former commit'} again, then run specrun apply",
        )
    return branch


def _prompts(runtime: Runtime, runs: Mapping[TaskId, Run]) -> tuple[dict[TaskId, str], dict[TaskId, str]]:
    late = (task for task in runtime.desired.tasks.values() if task.prompt is None)
    return from_records(late, runs, partial(_rendered, runtime))


def _retry_errors(runtime: Runtime, world: World) -> dict[TaskId, str]:
    """Answer what is wrong with the prompts of retries and reworks, which only those bring to light."""
    found = {}
    for name, run in world.runs.items():
        task = runtime.desired.tasks.get(name)
        again = not run.status.good or name in judges_of(runtime.desired)
        if again and task is not None and runtime.prompts.uses_previous(name):
            wrong = _retry_error(runtime, task, world)
            if wrong:
                found[name] = wrong
    return found


def _retry_error(runtime: Runtime, task: Task, world: World) -> str:
    judges = [world.runs.get(name) for name in judges_of(runtime.desired).get(task.id, ())]
    values = (world.runs[task.id], upstream_runs(task, world.runs), judges)
    kept = runtime.memo.get(("previous", task.id))
    if kept is not None and kept[0] == values:
        return kept[1]
    wrong = ""
    try:
        retry_prompt(runtime, task, world)
    except InvalidSpec as error:
        wrong = told(error)
    runtime.memo["previous", task.id] = (values, wrong)
    return wrong


def retry_prompt(runtime: Runtime, task: Task, world: World) -> str | None:
    """Answer the prompt that tells of what came before, None where there is nothing or it does not ask.

    Raises InvalidSpec.
    """
    if not runtime.prompts.uses_previous(task.id):
        return None
    before = previous(runtime, task, world)
    if before is None:
        return None
    return runtime.prompts.render(task, upstream_runs(task, world.runs) or {}, before)


def _rendered(runtime: Runtime, task: Task, upstreams: Mapping[TaskId, Run]) -> str:
    values = [(run.output, run.summary, run.branch, run.commit, run.base) for run in upstreams.values()]
    kept = runtime.memo.get(task.id)
    if kept is not None and kept[0] == values:
        return kept[1]
    text = runtime.prompts.render(task, upstreams, None)
    runtime.memo[task.id] = (values, text)
    return text
