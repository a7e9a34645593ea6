"""Finds out what no spec asks for any more, for `specrun prune`."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from specrun import wiring
from specrun.commands import console
from specrun.core.task import TaskId, split_id
from specrun.core.world import Run
from specrun.errors import NoSpec, UsageProblem
from specrun.reconcile.observe import observe
from specrun.report.pruning import CHANGED, COMMITTED, UNCOMMITTED, Item, Stay
from specrun.report.text import line
from specrun.spec.find import ENDINGS, FOLDER, ROOT_SPEC, Refusal, read
from specrun.store.checkouts import Checkouts
from specrun.store.pruning import Kept, Leftover, Leftovers, Pruning
from specrun.store.records import RecordFiles

RECORD = "record"
"""The kind of what lies in the repo itself."""

_FEW = 8
_HEAD = 1 << 16
_NAME = re.compile(rb"""^name[ \t]*:[ \t]+["']?([A-Za-z0-9_-]+)["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What would go and what stays; `left` and `checkouts` are all but the records, as the store has it."""

    items: tuple[Item, ...]
    stays: tuple[Stay, ...]
    left: Leftovers
    checkouts: tuple[Leftover, ...] = ()


def opened(directory: Path | None, names: Sequence[str]) -> tuple[wiring.Project, frozenset[str]]:
    """Load every spec of the repo, and answer the names of those that are meant, all without any name.

    A task whose spec is just not loaded would look as if it were gone. Raises InvalidSpec where any spec is
    broken, and UsageProblem for a name of which nothing is left.
    """
    project = _whole(directory, names)
    loaded = project.loaded.desired.specs
    records, opened = RecordFiles(project.root).runs(), {one.task_id for one in _checkouts(project).found()}
    known = {split_id(name)[0] for name in (*records, *_pruning(project).tasks(), *opened)}
    if not names:
        return project, frozenset({*loaded, *known})
    start = Path.cwd() if directory is None else directory
    return project, frozenset(_meant(project, name, start, {*loaded, *known}) for name in names)


def _whole(directory: Path | None, names: Sequence[str]) -> wiring.Project:
    files = [name for name in names if name.endswith(ENDINGS)]
    try:
        project = wiring.open_project(directory, ())
    except NoSpec:
        if not names:
            console.note("There is no spec any more: whatever tasks have left counts as gone.")
        return wiring.open_project(directory, files, broken=not files)
    top, folder = project.root / ROOT_SPEC, project.root / FOLDER
    every = [str(top)] if top.exists() else []
    every += [str(folder)] if any(one.suffix in ENDINGS for one in _entries(folder)) else []
    return wiring.open_project(directory, [*every, *files])


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _meant(project: wiring.Project, name: str, start: Path, known: Collection[str]) -> str:
    if name in known:
        return name
    if name.endswith(ENDINGS):
        specs = project.loaded.desired.specs.values()
        return next(one.name for one in specs if (project.root / one.path).samefile(start / name))
    near = get_close_matches(name, known, 1) or sorted(known)[:_FEW]
    fix = f"name one of {', '.join(near)}" if len(near) > 1 else f"did you mean {near[0]}?" if near else ""
    raise UsageProblem(f"there is no spec {line(name)!r}, and nothing is left of one", fix)


def _pruning(project: wiring.Project) -> Pruning:
    return Pruning(project.git, project.layout)


def _checkouts(project: wiring.Project) -> Checkouts:
    return Checkouts(project.git, project.layout)


def look(project: wiring.Project, chosen: Collection[str], keep: int | None) -> Look:
    """Answer what would go of some specs; writes nothing.

    Of tasks that are there, the last `keep` attempts stay, or where that is None all that records tell of.
    """
    pruning, wanted = _pruning(project), project.loaded.desired.tasks
    records = RecordFiles(project.root).runs()
    renamed = {old: new for new, old in observe(wiring.runtime(project)).moved.items()}
    elsewhere = _elsewhere(project, {*chosen} - {*project.loaded.desired.specs})
    opened = {one.task_id for one in _checkouts(project).found()}
    mine = [name for name in {*records, *pruning.tasks(), *wanted, *opened} if split_id(name)[0] in chosen]
    gone = {
        name: records.get(name)
        for name in mine
        if name not in wanted and name not in renamed and split_id(name)[0] not in elsewhere
    }
    present = {name: records.get(name) for name in mine if name in wanted}
    left = pruning.found(gone, present, keep or 1)
    if keep is None:
        left = replace(left, items=tuple(one for one in left.items if not _named(one, present)))
    folders = [*_leavings(project, gone, present)]
    checkouts = tuple(one for one in folders if isinstance(one, Leftover))
    items = [*_records(project, left.forgettable), *map(_item, (*left.items, *checkouts))]
    stays = [
        *map(stay, left.kept),
        *(stay(one) for one in folders if isinstance(one, Kept)),
        *_spared({one: renamed[one] for one in mine if one in renamed}, elsewhere),
    ]
    order = sorted(items, key=lambda one: one.task_id)
    return Look(items=tuple(order), stays=tuple(stays), left=left, checkouts=checkouts)


def _leavings(
    project: wiring.Project, gone: Mapping[TaskId, Run | None], present: Mapping[TaskId, Run | None]
) -> Iterator[Leftover | Kept]:
    """Yield the checkouts of results that are not the present ones: of a task that is gone, that is all."""
    checkouts = _checkouts(project)
    results = {name: checkouts.result(name, run) for name, run in present.items()}
    runs = {**gone, **present}
    thawed = [name for name, run in runs.items() if run is None or run.frozen is None]
    return checkouts.leavings({name: results.get(name) for name in thawed})


def _item(one: Leftover) -> Item:
    return Item(task_id=one.task_id, kind=one.kind, name=one.name, size=one.size, commit=one.commit)


def stay(one: Kept) -> Stay:
    """Answer what stays as it is shown."""
    return Stay(task_id=one.task_id, name=one.name, why=one.why, fix=one.fix)


def _named(one: Leftover, present: Mapping[TaskId, Run | None]) -> bool:
    """Whether it is of an attempt that a record still tells of, or of a task that has none."""
    if one.task_id not in present:
        return False
    run = present[one.task_id]
    return run is None or any(attempt.number == one.number for attempt in run.attempts)


def _spared(renamed: Mapping[TaskId, TaskId], elsewhere: Mapping[str, str]) -> Iterator[Stay]:
    """Answer what only looks as if it were left over."""
    for old, new in sorted(renamed.items()):
        why = f"it is renamed to {new}"
        yield Stay(task_id=old, name=_place(old), why=why, fix="run specrun apply first")
    for spec, file in sorted(elsewhere.items()):
        why = f"{file} may be its spec"
        yield Stay(task_id=TaskId(spec), name=f"results/{spec}", why=why, fix=f"specrun prune {file}")


def _place(name: TaskId) -> str:
    return f"results/{name}.json"


def _records(project: wiring.Project, names: Sequence[TaskId]) -> list[Item]:
    """Answer the records that go, each with how git knows it."""
    if not names:
        return []
    listed = project.git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD", "results").out
    committed = {os.fsdecode(name) for name in listed.split(b"\0") if name}
    dirty = set(project.git.dirty())
    found = []
    for name in names:
        path = _place(name)
        git = UNCOMMITTED if path not in committed else CHANGED if path in dirty else COMMITTED
        size = (project.root / path).stat().st_size
        found.append(Item(task_id=name, kind=RECORD, name=path, size=size, git=git))
    return found


def _elsewhere(project: wiring.Project, specs: Collection[str]) -> dict[str, str]:
    """Answer files outside of the usual places that may be the specs of these names."""
    if not specs:
        return {}
    options = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    found: dict[str, str] = {}
    for raw in project.git.run(*options).out.split(b"\0"):
        file = os.fsdecode(raw)
        if not file.endswith(ENDINGS):
            continue
        start = read(project.root, file, _HEAD)
        match = None if isinstance(start, Refusal) else _NAME.search(start)
        if match and match[1].decode() in specs:
            found.setdefault(match[1].decode(), file)
    return found
