"""Reads records and orders that name others by former ids as if these had always had their present ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from specrun.core.fingerprint import canonical_prompt, renamed, with_value
from specrun.core.moves import Names, former_ids, formerly
from specrun.core.task import Desired, Task, TaskId, split_id
from specrun.core.world import Fingerprint, Run, World

_MOST = 64
"""Ways to call the upstreams of one task that are tried; nobody renames so many at once."""


def as_now(
    desired: Desired, runs: Mapping[TaskId, Run], prompts: Mapping[TaskId, str]
) -> Mapping[TaskId, Run]:
    """Answer records as they would read had those that they name always had their present ids.

    `prompts` are those with run-time values, as they are now: a branch that was renamed is no edit of them.
    """
    declared = any(spec.moved for spec in desired.specs.values())
    if not declared and not any(run.moved_from for run in runs.values()):
        return runs
    return {name: _as_now(run, desired, runs, prompts.get(name)) for name, run in runs.items()}


def _as_now(run: Run, desired: Desired, runs: Mapping[TaskId, Run], text: str | None) -> Run:
    task = desired.tasks.get(run.task_id)
    names = {} if task is None else formerly(task, run, desired, runs)
    if task is None or not names:
        return run
    # The same record for the same one, so that nothing is decided anew.
    inputs, made = (run, names, text), desired.memo.get(("as now", run.task_id))
    if isinstance(made, tuple) and made[0] == inputs and isinstance(made[1], Run):
        return made[1]
    kept = run.last_success
    if kept is not None:
        kept = replace(kept, fingerprint=_renamed(task, kept.fingerprint, names, text))
    answer = replace(run, fingerprint=_renamed(task, run.fingerprint, names, text), last_success=kept)
    desired.memo["as now", run.task_id] = (inputs, answer)
    return answer


def ordered_as(task: Task, work: str, print_: Fingerprint, desired: Desired, world: World) -> bool:
    """Whether an order was for the work that a task is asked for now, when its upstreams had other ids."""
    text = world.prompts.get(task.id) if task.prompt is None else None
    for names in islice(_earlier(task, desired, world.runs), _MOST):
        then = renamed(print_, names)
        if text is not None:
            then = with_value(then, "prompt", canonical_prompt(_called(task, text, names)))
        if then.work == work:
            return True
    return False


def _earlier(task: Task, desired: Desired, runs: Mapping[TaskId, Run]) -> Iterator[Names]:
    """Answer former ids of the upstreams by their present ones, in all ways in which they may go together."""
    known = {edge.upstream: former_ids(edge.upstream, desired, runs) for edge in task.edges}
    names = [split_id(name)[1] for name, former in known.items() if former]
    ways = ((*reversed(former), split_id(name)[1]) for name, former in known.items() if former)
    for chosen in product(*ways):
        then = {name: former for name, former in zip(names, chosen, strict=True) if name != former}
        if then:
            yield then


def _renamed(task: Task, old: Fingerprint, names: Names, text: str | None) -> Fingerprint:
    """Answer a fingerprint with present ids; the prompt follows if it differs by names of branches alone."""
    now = renamed(old, names)
    if text is None or task.prompt is not None or "prompt" not in old.components:
        return now
    edges = old.components.get("edges")
    named = {str(edge).partition(":")[0] for edge in edges} if isinstance(edges, list) else set()
    then = {present: former for former, present in names.items() if former in named}
    alike = canonical_prompt(_called(task, text, then)) == old.components["prompt"]
    return with_value(now, "prompt", canonical_prompt(text)) if alike else now


def _called(task: Task, text: str, names: Names) -> str:
    """Answer a text with other names of branches; `names` maps the ids in it to those wanted."""
    return re.sub(
        rf"(?<![\w/-])specrun/{task.spec}/([\w-]+)",
        lambda found: f"specrun/{task.spec}/{names.get(found[1], found[1])}",
        text,
    )
