"""Builds the environment of a worker from nothing.

An allowlist, the spec's values, and specrun's own names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from specrun.core.task import Task, TaskId
from specrun.errors import EnvironmentProblem

ALLOWED = frozenset(
    {
        "HOME",
        "LANG",
        "LANGUAGE",
        "LOGNAME",
        "PATH",
        "SHELL",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "TERM",
        "TMPDIR",
        "TZ",
        "USER",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
    }
)
"""Variables of specrun's own environment that workers see, besides LC_*."""


def worker_environment(
    task: Task,
    environ: Mapping[str, str],
    *,
    attempt: int,
    base: str | None,
    agent: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Answer a worker's variables; `attempt` counts within the generation. Secrets are not among them.

    What the `agent` wants gives way to what the spec says.
    """
    passed = {name: value for name, value in environ.items() if name in ALLOWED or name.startswith("LC_")}
    own = {
        "SPECRUN_SPEC": task.spec,
        "SPECRUN_TASK": task.name,
        "SPECRUN_ATTEMPT": str(attempt),
        "SPECRUN_DEPTH": str(depth(environ) + 1),
        "SPECRUN_BASE": base or "",
    }
    return {**passed, **(agent or {}), **task.env, **own}


def check_environment(
    task: Task, environ: Mapping[str, str], *, attempt: int, base: str | None, check: str
) -> dict[str, str]:
    """Answer the variables of a check: those of a worker, without what an agent wants and without secrets.

    Programs are found in the folders that PATH names whole: the others would lie in the tree of the work.
    """
    found = worker_environment(task, environ, attempt=attempt, base=base)
    return {**found, "PATH": search_path(task, environ), "SPECRUN_CHECK": check}


def concealed(names: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Answer the values of secrets that must not be shown, as far as they are known here."""
    return {name: environ[name] for name in names if environ.get(name)}


def search_path(task: Task, environ: Mapping[str, str]) -> str:
    """Answer where the programs of a task's checks are looked for."""
    told = task.env.get("PATH") or environ.get("PATH") or os.defpath
    whole = os.pathsep.join(place for place in told.split(os.pathsep) if place.startswith(os.sep))
    # With nothing in it, a shell would look in the folder that it stands in.
    return whole or os.defpath


def depth(environ: Mapping[str, str]) -> int:
    """Answer how many specruns stand above this one: 0 when a person or CI started it."""
    told = environ.get("SPECRUN_DEPTH", "0")
    return int(told) if told.isdecimal() else 0


def secret_values(task_id: TaskId, names: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Answer the values of a task's secrets. Raises EnvironmentProblem naming one that is not set."""
    for name in names:
        if not environ.get(name):
            raise EnvironmentProblem(
                f"{task_id}: the secret {name} is not set in specrun's environment",
                f"export {name} before running specrun, or take it out of `secrets`",
            )
    return {name: environ[name] for name in names}
