"""Reads the world once: attempts, records, grants, and prompts whose values come from records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specrun.core.task import Json, Task, TaskId, Workspace
from specrun.core.upstream import handed_on
from specrun.core.world import UNKNOWN_BRANCH, Attempt, Phase, Run, World
from specrun.errors import InvalidSpec, Stale
from specrun.ports import AttemptKey
from specrun.reconcile.runtime import Runtime


def observe(runtime: Runtime) -> World:
    """Answer the world as it is now. Raises Stale when another branch was checked out meanwhile."""
    branch = same_branch(runtime)
    attempts = {
        name: mine
        for name, found in runtime.attempts.scan().items()
        if (mine := _mine(runtime, found, branch))
    }
    runs = runtime.store.runs()
    prompts, errors = _prompts(runtime, runs)
    return World(
        now=runtime.clock(),
        since=runtime.since,
        branch=branch,
        attempts=attempts,
        runs=runs,
        prompts=prompts,
        prompt_errors=errors,
        grants=runtime.attempts.grants(),
        occupied=_occupied(runtime, attempts),
    )


def _mine(runtime: Runtime, found: tuple[Attempt, ...], branch: str) -> tuple[Attempt, ...]:
    mine = tuple(_known(runtime, one) for one in found if one.branch in {branch, UNKNOWN_BRANCH})
    # The same tuple while nothing changes, so that nothing has to be decided anew.
    return found if mine == found else mine


def _known(runtime: Runtime, one: Attempt) -> Attempt:
    """Answer the attempt, unreadable if its next step needs what only another specrun has."""
    kind, name = ("executor", one.executor) if one.phase is Phase.ORDERED else ("agent", one.agent)
    have = runtime.executors if one.phase is Phase.ORDERED else runtime.agents
    if one.phase in {Phase.RUNNING, Phase.UNREADABLE, Phase.COLLECTED} or name in have:
        return one
    told = f"attempt {one.number} names the {kind} {name}, which this specrun does not have"
    return replace(one, phase=Phase.UNREADABLE, error=f"{told}; fix: use the specrun that made it")


def _occupied(runtime: Runtime, attempts: Mapping[TaskId, tuple[Attempt, ...]]) -> dict[TaskId, str]:
    """Answer why branches cannot be moved, asked only of tasks whose attempt may turn out a success."""
    asked = {
        one.task_id
        for found in attempts.values()
        for one in found
        if one.phase is Phase.ENDED and one.clean and one.workspace is Workspace.CLONE
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
    texts: dict[TaskId, str] = {}
    errors: dict[TaskId, str] = {}
    for name, task in runtime.desired.tasks.items():
        if wrong := _retry_error(runtime, task, runs):
            errors[name] = wrong
        if task.prompt is not None:
            continue
        upstreams = upstream_runs(task, runs)
        if upstreams is None:
            continue
        try:
            texts[name] = _rendered(runtime, task, upstreams)
        except InvalidSpec as error:
            errors[name] = _told(error)
    return texts, errors


def _told(error: InvalidSpec) -> str:
    return str(error.problems[0]) if error.problems else str(error)


def _retry_error(runtime: Runtime, task: Task, runs: Mapping[TaskId, Run]) -> str:
    """Answer what is wrong with the prompt of a retry, which only a failure brings to light."""
    run = runs.get(task.id)
    if run is None or run.status.good or not runtime.prompts.uses_previous(task.id):
        return ""
    values = (run, upstream_runs(task, runs))
    kept = runtime.memo.get(("previous", task.id))
    if kept is not None and kept[0] == values:
        return kept[1]
    wrong = ""
    try:
        retry_prompt(runtime, task, runs)
    except InvalidSpec as error:
        wrong = _told(error)
    runtime.memo["previous", task.id] = (values, wrong)
    return wrong


def retry_prompt(runtime: Runtime, task: Task, runs: Mapping[TaskId, Run]) -> str | None:
    """Answer the prompt that tells of the failure before, None where there was none or it does not ask.

    Raises InvalidSpec.
    """
    run = runs.get(task.id)
    if run is None or run.status.good or not runtime.prompts.uses_previous(task.id):
        return None
    return runtime.prompts.render(task, upstream_runs(task, runs) or {}, _previous(runtime, run))


def _previous(runtime: Runtime, run: Run) -> dict[str, Json]:
    last = run.last
    tail = ""
    if last is not None and last.started_at is not None:
        tail = runtime.attempts.tail(AttemptKey(run.task_id, last.number))
    return {
        "attempt": last.number if last else None,
        "outcome": str(run.status),
        "reason": run.reason,
        "summary": run.summary,
        "tail": tail,
        "failed_checks": [],
        "feedback": "",
    }


def upstream_runs(task: Task, runs: Mapping[TaskId, Run]) -> dict[TaskId, Run] | None:
    """Answer the records whose values a task's prompt may use, or None while one is missing."""
    found = {edge.upstream: handed_on(edge, runs.get(edge.upstream)) for edge in task.edges}
    present = {name: run for name, run in found.items() if run is not None}
    return present if len(present) == len(found) else None


def _rendered(runtime: Runtime, task: Task, upstreams: Mapping[TaskId, Run]) -> str:
    values = [(run.output, run.summary, run.branch, run.commit, run.base) for run in upstreams.values()]
    kept = runtime.memo.get(task.id)
    if kept is not None and kept[0] == values:
        return kept[1]
    text = runtime.prompts.render(task, upstreams, None)
    runtime.memo[task.id] = (values, text)
    return text
