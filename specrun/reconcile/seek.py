"""Looks for the commits that attempts about to begin need, since a record may be here without them."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Plan, Start, Verify
from specrun.core.plan import plan
from specrun.core.task import TaskId
from specrun.core.upstream import begun_with
from specrun.core.world import Run, World
from specrun.reconcile.runtime import Runtime


def sought(runtime: Runtime, world: World, made: Plan) -> tuple[World, Plan]:
    """Answer the world with what it lacks, and the plan for it: tasks whose upstreams are nowhere are held.

    Others may then start in their place, so the look is repeated until all that starts can be built.
    """
    while new := _absent(runtime, world, made):
        world = replace(world, absent={**world.absent, **new})
        made = plan(runtime.desired, world)
    return world, made


def _absent(runtime: Runtime, world: World, made: Plan) -> dict[str, str]:
    """Answer what stands for the commits of starting tasks that are not here; only what is new."""
    found = {}
    for change in made.changes:
        if isinstance(change, Start | Verify):
            task = runtime.desired.tasks[change.decision.task_id]
            for upstream, (commit, run) in begun_with(change.decision, task, world.runs).items():
                if commit not in world.absent:
                    found[commit] = _stand_in(runtime, upstream, commit, run)
    return {commit: other for commit, other in found.items() if commit != other}


def _stand_in(runtime: Runtime, upstream: TaskId, commit: str, run: Run) -> str:
    """Look once per command: remotes are slow, and a commit that is here stays."""
    key = ("commit", upstream, commit)
    kept = runtime.memo.get(key)
    if kept is None:
        answer = runtime.workspaces.seek(upstream, commit, run.carried, runtime.base)
        kept = runtime.memo[key] = (run.carried, answer)
    return kept[1]
