"""Refuses an apply that this machine cannot carry out, before anything is launched."""

from __future__ import annotations

from specrun.core.change import Action, Plan
from specrun.errors import EnvironmentProblem
from specrun.reconcile.environment import secret_values
from specrun.reconcile.runtime import Runtime

IDLE = frozenset({Action.REUSE, Action.HOLD, Action.STOP})


def preflight(runtime: Runtime, plan: Plan) -> None:
    """Check executor and secrets of every task that may start.

    Raises EnvironmentProblem for the first that fails.
    """
    for decision in plan.decisions:
        task = runtime.desired.tasks.get(decision.task_id)
        if task is None or decision.action in IDLE:
            continue
        name = task.executor or runtime.executor
        missing = runtime.executors[name].available()
        if missing:
            raise EnvironmentProblem(
                f"{task.id} asks for the executor {name}: {missing}",
                f"install {name}, or write `executor: process`",
            )
        secret_values(task.id, task.secrets, runtime.environ)
