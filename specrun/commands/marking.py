"""Writes a person's word into records for the verbs that do: the reason, who says it, where it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from specrun import wiring
from specrun.api.narrowing import narrowed
from specrun.core.event import Event
from specrun.core.select import expand
from specrun.core.task import TaskId, split_id
from specrun.core.world import Mark, Run
from specrun.errors import UsageProblem
from specrun.reconcile.loop import write_summaries
from specrun.reconcile.runtime import Runtime

LONGEST = 500
"""Characters of a reason: it stands in one line of a table."""


class Reason(click.ParamType[str]):
    """One line of plain text."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Answer the text without blanks around it; a usage error for what cannot stand in a table."""
        text = str(value).strip()
        if not text:
            self.fail("it is empty; say why in a few words", param, ctx)
        if len(text) > LONGEST:
            self.fail(f"it has {len(text)} characters; say it in {LONGEST}", param, ctx)
        if not text.isprintable():
            self.fail("it has control characters; write one line of plain text", param, ctx)
        return text


reason = click.option("--reason", required=True, type=Reason(), help="Why; it is kept in the record.")


def mark(project: wiring.Project, why: str, at: float) -> Mark:
    """Answer the note of whoever runs this."""
    return Mark(reason=why, by=project.git.person(), at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Records that are to be marked, with the locks of their specs held.

    `names` are all tasks that are meant, `runs` the records of those that have one.
    """

    project: wiring.Project
    runtime: Runtime
    names: tuple[TaskId, ...]
    runs: tuple[Run, ...]

    @property
    def bare(self) -> tuple[TaskId, ...]:
        """Tasks of which nothing is recorded."""
        known = {run.task_id for run in self.runs}
        return tuple(name for name in self.names if name not in known)


@contextmanager
def records(directory: Path | None, names: Sequence[str]) -> Iterator[Marking]:
    """Hold the locks of the specs of some tasks, and answer their records.

    Tasks that are gone from their spec may be named, too. Raises UsageProblem for a record that somebody has
    edited, and Locked.
    """
    project = wiring.open_project(directory, ())
    chosen = expand(names, dict.fromkeys([*project.loaded.desired.tasks, *project.store.runs()]))
    project = narrowed(project, (split_id(name)[0] for name in chosen))
    with wiring.apply_locks(project):
        found = project.store.runs()
        runs = tuple(found[name] for name in chosen if name in found)
        for run in runs:
            _untouched(run)
        yield Marking(project=project, runtime=wiring.runtime(project), names=chosen, runs=runs)


def _untouched(run: Run) -> None:
    """Refuse to write to what somebody has edited: that would sign their edit."""
    if run.edited:
        raise UsageProblem(
            f"the record of {run.task_id} was edited by hand",
            f"restore it (git checkout -- results/{run.task_id}.json), or run specrun accept {run.task_id}",
        )


def written(runtime: Runtime, runs: Sequence[Run], events: Sequence[Event] = ()) -> None:
    """Save records, then what is told of them: the tables of their specs and the history."""
    for run in runs:
        runtime.store.save(run)
    write_summaries(runtime)
    runtime.remember(events)
