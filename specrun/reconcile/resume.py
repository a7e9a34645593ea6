"""Finds where a retry goes on: the commit and the conversation that the failed attempt left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.change import Action, Decision
from specrun.core.task import Strategy, Task
from specrun.core.upstream import last_good
from specrun.core.world import AttemptRecord, Run, World
from specrun.ports import AttemptKey
from specrun.reconcile.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """Where an attempt goes on; everything empty means from the start.

    `commit` is what the tree begins with, `base` the code base that its change is counted from. `session`
    is the conversation, `home` the configuration folder that holds it (None for the person's own),
    `earlier` what was used in it so far, by kind of token and `cost`.
    """

    commit: str | None = None
    base: str | None = None
    session: str | None = None
    home: Path | None = None
    earlier: Mapping[str, str | int] = field(default_factory=dict)


FRESH = Resumption()


def resumption(runtime: Runtime, world: World, decision: Decision) -> Resumption:
    """Answer where the next attempt of a task begins; what is not there any more is not gone on with."""
    task = runtime.desired.tasks[decision.task_id]
    run = world.runs.get(task.id)
    if run is None or run.last is None:
        return FRESH
    goes_on = _goes_on(task, run, decision)
    if decision.round is None and not goes_on:
        return FRESH
    commit, base = _work(runtime, task, run) if goes_on else (None, None)
    again = Resumption(commit=commit, base=base)
    if commit is None and decision.round is not None:
        again = _judged(world, run)
    return _talk(runtime, task, run, again) if task.retry.strategy is Strategy.RESUME else again


def _judged(world: World, run: Run) -> Resumption:
    """Answer where a rework begins: with the work that the judge has seen, or what stands for it here."""
    seen = last_good(run)
    if seen is None or seen.commit is None:
        return FRESH
    found = world.absent.get(seen.commit, seen.commit)
    return Resumption(commit=found, base=seen.base if found == seen.commit else found)


def _goes_on(task: Task, run: Run, decision: Decision) -> bool:
    # What is asked for now has to be what the failed attempt was asked for.
    same = decision.fingerprint is not None and decision.fingerprint.work == run.fingerprint.work
    return task.retry.strategy is Strategy.RESUME and decision.action is Action.RETRY and same


def _work(runtime: Runtime, task: Task, run: Run) -> tuple[str | None, str | None]:
    if run.commit is None or run.base is None:
        return None, None
    found = runtime.workspaces.seek(task.id, run.commit, None, runtime.base)
    return (run.commit, run.base) if found == run.commit else (None, None)


def _talk(runtime: Runtime, task: Task, run: Run, work: Resumption) -> Resumption:
    last = run.last
    if last is None or last.session_id is None or not runtime.agents[task.agent].traits.resumes:
        return work
    if last.agent != task.agent:
        return work
    home = None
    if not task.inherit_config:
        home = runtime.attempts.directory(AttemptKey(task.id, last.number)) / "home"
        if home.is_symlink() or not home.is_dir():
            return work
    return Resumption(
        commit=work.commit,
        base=work.base,
        session=last.session_id,
        home=home,
        earlier=used(run, last.session_id),
    )


def used(run: Run, session: str) -> dict[str, str | int]:
    """Add up what the attempts of one conversation have used, by kind of token and `cost`."""
    told: list[AttemptRecord] = [one for one in run.attempts if one.session_id == session]
    tokens: Counter[str] = Counter()
    for one in told:
        tokens.update(one.tokens or {})
    cost = sum(one.cost_usd for one in told if one.cost_usd is not None)
    return {**tokens, "cost": str(cost)} if told else {}
