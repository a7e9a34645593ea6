"""Builds graphs of tasks for the tests of what is shown of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.estimate import History
from specrun.core.plan import plan
from specrun.core.task import Task
from specrun.core.world import Run, World
from specrun.errors import Where
from specrun.report.graph import Graph, graph
from specrun.report.status import standing
from tests.core.make import NOW, desired, prints, run, task, tid

JUDGE = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="api", limit=2))


def written(*tasks: Task) -> list[Task]:
    """Answer the tasks as if they stood in this order in their file."""
    return [replace(one, where=Where(one.where.file, 5 + number)) for number, one in enumerate(tasks)]


def made(*tasks: Task, runs: Iterable[Run] = (), only: Iterable[str] | None = None) -> Graph:
    """Answer the graph of these tasks, of those in `only` alone where given."""
    wanted = desired(*written(*tasks))
    wanted = replace(wanted, specs=dict(sorted(wanted.specs.items())))
    world = World(now=NOW, since=NOW, branch="main", runs={one.task_id: one for one in runs})
    shown = standing(wanted, world, plan(wanted, world))
    selected = wanted.tasks.keys() if only is None else {tid(name) for name in only}
    return graph(wanted, shown, History.of(world.runs.values()), selected)


def shop() -> Graph:
    """Answer a graph with some of everything: one task is done, two may conflict, a judge sends back."""
    tasks = (
        task("schema", title='The "users" <table>', agent="claude", model="opus", domain="database"),
        task("api", "schema", contract=Contract(touches=("src/**",))),
        task("web", "schema:succeeded:output", contract=Contract(touches=("src/web/**",))),
        task("review", "api", contract=Contract(judge=JUDGE)),
        task("deploy", "api", "web:finished"),
    )
    done = run(prints(desired(*tasks))[tid("schema")], "schema", agent="claude", model="opus")
    return made(*tasks, runs=[done])
