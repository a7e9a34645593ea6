"""Refuses an apply that this machine cannot carry out, before anything is launched."""

from __future__ import annotations

import shutil

from specrun.core.agent import Mode, Price
from specrun.core.change import Action, Decision, Plan
from specrun.core.task import Task, Workspace
from specrun.errors import EnvironmentProblem, Refused
from specrun.reconcile.environment import secret_values
from specrun.reconcile.programs import places
from specrun.reconcile.runtime import Runtime

IDLE = frozenset({Action.REUSE, Action.HOLD, Action.STOP, Action.MOVE})


def preflight(runtime: Runtime, plan: Plan) -> None:
    """Check executor, agent, the programs of checks, and secrets of every task that may start.

    Raises EnvironmentProblem for the first that fails, Refused for one that may do everything in the repo
    itself.
    """
    for decision in plan.decisions:
        task = runtime.desired.tasks.get(decision.task_id)
        if task is None or decision.action in IDLE or _left_out(runtime, decision):
            continue
        name = task.executor or runtime.executor
        missing = runtime.executors[name].available()
        if missing:
            raise EnvironmentProblem(
                f"{task.id} asks for the executor {name}: {missing}",
                f"install {name}, or write `executor: process`",
            )
        if not decision.verifying:
            _program(runtime, task)
        places(task, runtime.environ)
        _permitted(runtime, task)
        if not decision.verifying:
            secret_values(task.id, task.secrets, runtime.environ)


def _left_out(runtime: Runtime, decision: Decision) -> bool:
    """Whether it will not be started whatever its upstreams come to; what is at work goes on."""
    only = runtime.desired.only
    return decision.action is not Action.ADOPT and only is not None and decision.task_id not in only


def _program(runtime: Runtime, task: Task) -> None:
    agent = runtime.agents[task.agent]
    path = task.env.get("PATH") or runtime.environ.get("PATH")
    if shutil.which(agent.program, path=path) is None:
        raise EnvironmentProblem(
            f"{task.id} asks for the agent {task.agent}: {agent.program} is not found on PATH",
            f"install it and see specrun doctor, or write another `agent` ({_others(runtime, task.agent)})",
        )


def _others(runtime: Runtime, agent: str) -> str:
    return ", ".join(sorted(name for name in runtime.agents if name != agent))


def _permitted(runtime: Runtime, task: Task) -> None:
    if runtime.force or task.permissions.mode is not Mode.FULL or task.workspace is Workspace.CLONE:
        return
    if runtime.agents[task.agent].traits.price is not Price.FREE:
        raise Refused(
            f"{task.id} would run {task.agent} with `permissions: full` in the repository itself",
            "write `workspace: clone` or `mode: edit`, or pass --force if that is what you want",
        )
