"""`specrun prune`: take away what tasks have left behind that no spec asks for any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict, Unpack

import click

from specrun import wiring
from specrun.api.narrowing import narrowed
from specrun.commands import console, flags, leftovers
from specrun.commands.leftovers import Look
from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId, split_id
from specrun.errors import ExitCode, UsageProblem
from specrun.reconcile.loop import write_summaries
from specrun.report import pruning as report
from specrun.report.pruning import Item, Stay
from specrun.store.checkouts import Checkouts
from specrun.store.pruning import Pruning


class Flags(TypedDict):
    """How to go about it."""

    dry_run: bool
    yes: bool
    keep: int | None
    as_json: bool


@click.command(short_help="Take away what no spec asks for any more.")
@flags.specs
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--keep", type=click.IntRange(1), metavar="N", help="Keep the last N attempts of every task.")
@flags.as_json
@click.pass_obj
def command(directory: Path | None, specs: tuple[str, ...], **told: Unpack[Flags]) -> ExitCode:
    """Take away what tasks have left that are gone: records, merged branches, attempts with their references.

    Of tasks that are still there, attempts go that no record tells of any more, and unchanged checkouts (see
    specrun open) of older results. What is at work or frozen stays, and so does a branch that is not merged.
    SPEC may be one whose file is gone; where no spec is left, all that tasks have left counts as gone.
    """
    if not (told["dry_run"] or told["yes"] or console.asking()):
        raise UsageProblem(
            "nobody can be asked here: there is no terminal", "pass --yes to remove unasked, or --dry-run"
        )
    project, chosen = leftovers.opened(directory, specs)
    seen = leftovers.look(project, chosen, told["keep"])
    if told["dry_run"] or not seen.items:
        return _told(seen, told)
    concerned = {split_id(one.task_id)[0] for one in seen.items}
    with wiring.apply_locks(narrowed(project, concerned)):
        # What was begun or recorded since is in use.
        seen = leftovers.look(project, concerned, told["keep"])
        return _pruned(project, seen, told)


def _told(seen: Look, told: Flags) -> ExitCode:
    if told["as_json"]:
        console.document(report.document(seen.items, seen.stays, removed=False))
    else:
        end = f"Would remove {report.total(seen.items)}." if seen.items else "There is nothing to remove."
        console.out(f"{report.listing(seen.items, seen.stays)}{end}\n")
    return ExitCode.OK


def _pruned(project: wiring.Project, seen: Look, told: Flags) -> ExitCode:
    if not seen.items:
        return _told(seen, told)
    listing = report.listing(seen.items, seen.stays)
    if not told["as_json"]:
        console.out(listing)
    elif not told["yes"]:
        console.draw(listing)
    if not told["yes"] and not _agreed(seen):
        console.note("Nothing was removed.")
        return ExitCode.OK
    gone, left = _removed(project, seen)
    if told["as_json"]:
        console.document(report.document(gone, [*seen.stays, *left], removed=True))
    else:
        console.out(f"Removed {report.total(gone)}.\n" + "".join(f"{row}\n" for row in report.kept(left)))
    return ExitCode.FAILED if left else ExitCode.OK


def _agreed(seen: Look) -> bool:
    console.draw(f"Remove {report.total(seen.items)}? [y/N] ")
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _removed(project: wiring.Project, seen: Look) -> tuple[list[Item], list[Stay]]:
    """Take everything away, and answer what has gone and what has stayed after all.

    Records go last: while they are there, a clean-up that was broken off is found again.
    """
    kept = [
        *Pruning(project.git, project.layout).remove(seen.left),
        *Checkouts(project.git, project.layout).remove(seen.checkouts),
    ]
    left = [leftovers.stay(one) for one in kept]
    names, tasks = {(one.task_id, one.name) for one in left}, {one.task_id for one in left}
    gone = [
        one
        for one in seen.items
        if (one.task_id, one.name) not in names
        and not (one.kind == leftovers.RECORD and one.task_id in tasks)
    ]
    runtime = wiring.runtime(narrowed(project, (split_id(one.task_id)[0] for one in seen.items)))
    for one in gone:
        if one.kind == leftovers.RECORD:
            runtime.store.forget(one.task_id)
    write_summaries(runtime)
    _tidied(project, runtime.desired.specs)
    runtime.remember(
        [_event(name, gone, runtime.clock()) for name in dict.fromkeys(one.task_id for one in gone)]
    )
    return gone, left


def _tidied(project: wiring.Project, specs: Iterable[str]) -> None:
    """Remove the tables of specs that have no record any more, and their folders."""
    for spec in specs:
        folder = project.root / "results" / spec
        if not folder.is_symlink() and folder.is_dir() and not any(folder.glob("*.json")):
            with suppress(OSError):
                (folder / "SUMMARY.md").unlink(missing_ok=True)
                folder.rmdir()


def _event(name: TaskId, gone: Sequence[Item], at: float) -> Event:
    told = report.of(name, gone)
    return Event(
        at=at,
        kind=EventKind.FORGOTTEN,
        task_id=name,
        message=f"{name} pruned: {told}",
        data={"removed": [one.name for one in gone if one.task_id == name]},
    )
