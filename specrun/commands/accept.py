"""`specrun accept`: let what a person has done, or a failed attempt has left, count as the work of a task."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import click

from specrun import wiring
from specrun.api.narrowing import narrowed
from specrun.api.standing import open_attempts
from specrun.commands import console, marking
from specrun.core.accepting import Taken, accepted, as_it_stands, of_attempt, unsettled
from specrun.core.change import Action, Decision, Plan
from specrun.core.decide import open_attempt
from specrun.core.event import Event, EventKind
from specrun.core.select import select
from specrun.core.task import Json, Task, Workspace, split_id
from specrun.core.world import Fingerprint, Mark, Phase, Run, World
from specrun.errors import ExitCode, UsageProblem
from specrun.ports import AttemptKey
from specrun.reconcile.prove import protected
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import decide
from specrun.report import accepted as report
from specrun.report import marks
from specrun.report.text import line
from specrun.store.documents import parse

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_ATTEMPTS = "refs/specrun/attempts"
OUTPUT_LIMIT = 64 * 1024
"""Bytes of an output, as for those that workers leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The task that is to be accepted, and how things stand with it; `output` is None where none is given."""

    project: wiring.Project
    runtime: Runtime
    world: World
    plan: Plan
    task: Task
    decision: Decision
    mark: Mark
    attempt: int | None
    output: Json

    @property
    def before(self) -> Run | None:
        """The record that is there already."""
        return self.world.runs.get(self.task.id)


@click.command(short_help="Take the work of a task as done.")
@click.argument("task")
@marking.reason
@click.option("--attempt", type=click.IntRange(1), metavar="N", help="Take what attempt N has left.")
@click.option(
    "--output", type=click.File("rb"), metavar="FILE", help="JSON that the task hands on; - reads it."
)
@click.pass_obj
def command(
    directory: Path | None, task: str, *, reason: str, attempt: int | None, output: BinaryIO | None
) -> ExitCode:
    """Let TASK count as done: its work is in the code base already, or it is what attempt N has left.

    Your word (--reason) is kept in the record, and is all that there is: whether the work is there, and any
    good, is not looked at, and no check or judge runs. What is made sure of: that nobody is at work on TASK,
    that its prompt can be known, that an output fits `outputs`, and that attempt N has left a commit.

    Nothing is run for it until it is edited, and those that depend on it may build on it. Of a record that
    was edited by hand, what it says is taken.
    """
    project = wiring.open_project(directory, ())
    name = select([task], project.loaded.desired.tasks)[0]
    given = None if output is None else _read(output)
    project = narrowed(project, [split_id(name)[0]])
    with wiring.apply_locks(project):
        runtime = wiring.runtime(project)
        world, plan = decide(runtime)
        case = _Case(
            project=project,
            runtime=runtime,
            world=world,
            plan=plan,
            task=runtime.desired.tasks[name],
            decision=next(one for one in plan.decisions if one.task_id == name),
            mark=marking.mark(project, reason, runtime.clock()),
            attempt=attempt,
            output=given,
        )
        _at_rest(case)
        if not _needed(case):
            return ExitCode.OK
        return _accepted(case)


def _read(file: BinaryIO) -> Json:
    told = getattr(file, "name", None)
    name = line(told) if isinstance(told, str) and told != "<stdin>" else "standard input"
    data = file.read(OUTPUT_LIMIT + 1)
    if len(data) > OUTPUT_LIMIT:
        raise UsageProblem(f"the output in {name} has more than {OUTPUT_LIMIT} bytes", "hand on less")
    try:
        return parse(data)
    except ValueError as exc:
        raise UsageProblem(
            f"the output in {name} is no JSON: {line(str(exc))}", "write one JSON value"
        ) from exc


def _at_rest(case: _Case) -> None:
    """Raise UsageProblem while somebody works on the task, or its record lies elsewhere."""
    name = case.task.id
    for one in open_attempts(case.project):
        if one.task_id == name:
            fix = f"wait for it, or run specrun stop {name} first"
            raise UsageProblem(f"{name} is running (attempt {one.number})", fix)
    left = open_attempt(case.world, name)
    if left is not None and left.phase is Phase.UNREADABLE:
        raise UsageProblem(f"attempt {left.number} of {name} cannot be read: {line(left.error)}")
    if left is not None:
        raise UsageProblem(f"attempt {left.number} of {name} is not recorded yet", "run specrun apply first")
    if case.decision.moved_from is not None:
        raise UsageProblem(
            f"the record of {name} is still that of {case.decision.moved_from}", "run specrun apply first"
        )


def _needed(case: _Case) -> bool:
    """Whether there is anything to accept; what is done already is told."""
    if case.decision.action is not Action.REUSE or case.attempt is not None or case.output is not None:
        return True
    run = case.before
    said = "has succeeded"
    if run is not None and run.accepted is not None:
        said = f"was accepted {marks.spoken(run.accepted)}"
    console.out(f"{line(case.task.id)} is up to date and {said}: nothing was changed.\n")
    return False


def _accepted(case: _Case) -> ExitCode:
    name, runtime = case.task.id, case.runtime
    run, source = _record(case)
    by = f" by {marks.who(case.mark)}" if case.mark.by else ""
    event = Event(
        at=case.mark.at,
        kind=EventKind.ENDED,
        task_id=name,
        number=case.attempt,
        message=f"{name} accepted{by}: {case.mark.reason}",
        data={"status": str(run.status), "accepted": marks.entry(case.mark), "commit": run.commit},
    )
    marking.written(runtime, [run], [event])
    # What was to be run once more is done now.
    runtime.attempts.spend(case.world.grants.get(name, ""))
    console.out(report.text(run, source, runtime.desired, decide(runtime)[1]))
    return ExitCode.OK


def _record(case: _Case) -> tuple[Run, str]:
    """Answer the new record, and in words whose work it is."""
    before, print_ = case.before, case.decision.fingerprint
    as_edited = before is not None and before.edited and before.status.good
    if before is not None and print_ is not None and as_edited and case.attempt is None:
        output = before.output if case.output is None else case.output
        _fits(case, output)
        return as_it_stands(before, print_, case.mark, output), "its record stands as it was edited"
    print_ = _asked(case)
    taken = _in_place(case) if case.attempt is None else _of_attempt(case, case.attempt)
    if case.attempt is None and _untouched(case):
        console.note(
            f"HEAD has no change but in specs and results since {line(case.task.id)} began: "
            "if its work is still to be committed, do that before others build on it."
        )
    if case.output is not None:
        taken = replace(taken, output=case.output)
    _fits(case, taken.output)
    source = "its work is in HEAD" if case.task.workspace is Workspace.CLONE else "its work is in the repo"
    if case.attempt is not None and taken.commit is not None:
        taken = replace(taken, branch=case.runtime.workspaces.publish(case.task.id, taken.commit))
        source = report.stands(case.attempt, taken)
    return accepted(case.task.id, before, taken, print_, case.mark), source


def _asked(case: _Case) -> Fingerprint:
    """Answer what is asked of the task now. Raises UsageProblem where upstreams have still to tell."""
    print_, name = case.decision.fingerprint, case.task.id
    if print_ is not None and print_.work:
        return print_
    decisions = {one.task_id: one for one in case.plan.decisions}
    upstreams = ", ".join(unsettled(case.task, decisions, case.world.runs))
    if not upstreams:
        told = case.world.prompt_errors.get(name, "a value that it is asked for with is not known")
        raise UsageProblem(f"{name} cannot be accepted: {line(told)}")
    raise UsageProblem(
        f"{name} cannot be accepted yet: what it is asked for depends on {upstreams}",
        f"run or accept {upstreams} first",
    )


def _fits(case: _Case, output: Json) -> None:
    """Raise UsageProblem for an output that is not what the task is to hand on."""
    schema, name = case.task.contract.outputs, case.task.id
    if schema is None:
        return
    if output is None:
        raise UsageProblem(f"{name} is to hand on an output (`outputs`)", "pass it as JSON: --output FILE")
    wrong = case.runtime.invalid(schema, output)
    if wrong:
        raise UsageProblem(f"the output of {name} is not what `outputs` asks for: {line(wrong)}", "mend it")


def _in_place(case: _Case) -> Taken:
    """Answer work that the code base holds already."""
    return Taken(carried=() if case.task.workspace is Workspace.CLONE else None)


def _untouched(case: _Case) -> bool:
    """Whether HEAD has all files, but specs and results, as they were when the task last began."""
    base = (case.before.base if case.before is not None else None) or ""
    # Records can be written by hand.
    if not _COMMIT.fullmatch(base) or case.task.workspace is not Workspace.CLONE:
        return False
    asked = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", base, case.runtime.base)
    found = case.project.git.run(*asked, codes=range(256))
    names = {os.fsdecode(name) for name in found.out.split(b"\0") if name} - {*case.project.loaded.files}
    return not found.code and all(name.startswith("results/") for name in names)


def _of_attempt(case: _Case, number: int) -> Taken:
    """Answer what an attempt has left; of a judge that is nothing but its word."""
    name = case.task.id
    commit = case.project.git.ref(f"{_ATTEMPTS}/{name}/{number}")
    if commit is None:
        raise UsageProblem(f"attempt {number} of {name} has left no commit", _advice(case))
    base = _base(case, number)
    work = case.runtime.workspaces.recall(base, commit)
    if work.outside:
        console.complain(
            f"attempt {number} has left links that lead out of the tree: {', '.join(work.outside)}"
        )
    taken = Taken(
        carried=work.carried,
        base=base,
        commit=commit,
        protected_changed=(*protected(case.task.contract, work.carried), *work.records),
    )
    if case.task.contract.judge is not None:
        edits = tuple(file.path for file in work.carried)
        taken = Taken(carried=(), base=base, commit=base, discarded=edits)
    return of_attempt(case.before, number, taken)


def _base(case: _Case, number: int) -> str:
    """Answer the code base that an attempt began with."""
    name, run = case.task.id, case.before
    if any(one.number == number for one in case.project.attempts.scan().get(name, ())):
        base = case.project.attempts.intent(AttemptKey(name, number)).base
    else:
        base = run.base if run is not None and run.last is not None and run.last.number == number else None
    if base is None:
        raise UsageProblem(f"nobody knows any more what attempt {number} of {name} began with", _advice(case))
    return base


def _advice(case: _Case) -> str:
    """Say which attempts may be named."""
    found = case.project.git.refs(f"{_ATTEMPTS}/{case.task.id}")
    numbers = sorted(int(ref.rpartition("/")[2]) for ref in found if ref.rpartition("/")[2].isdecimal())
    if not numbers:
        return "leave --attempt out if its work is in the code base"
    return f"name one of {', '.join(map(str, numbers))}"
