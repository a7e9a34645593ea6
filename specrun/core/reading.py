"""Says what files that a task reads count as: its own writes and those of its upstreams change nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from specrun.core.fingerprint import with_value
from specrun.core.task import Carry, Desired, Json, Task, TaskId
from specrun.core.world import CarriedFile, Fingerprint, Phase, Run, World

_GONE = "000000"


def settled(task: Task, desired: Desired, world: World) -> Mapping[str, str] | None:
    """Answer the files that a task reads, as they were before where nothing else has changed them since.

    None where nobody has looked. A file that is now as the task itself or an upstream that it builds on has
    left it was no input of it.
    """
    now = world.reads.get(task.id)
    if now is None or not task.reads:
        return now
    before = [one for one in _before(task, world) if one is not None]
    left = _left(task, desired, world) if any(one != now for one in before) else {}
    for one in before:
        if _equivalent(now, one, left):
            return one
    return now


def alike(task: Task, run: Run, print_: Fingerprint, desired: Desired, world: World) -> Run:
    """Answer a record whose last success has read what is asked for now, where that counts as the same."""
    kept, actual = run.last_success, world.reads.get(task.id)
    now = print_.components.get("reads")
    then = None if kept is None else _files(kept.fingerprint.components.get("reads"))
    if kept is None or then is None or actual is None or now is None or then == now:
        return run
    if not _equivalent(actual, then, _left(task, desired, world)):
        return run
    return replace(run, last_success=replace(kept, fingerprint=with_value(kept.fingerprint, "reads", now)))


def begun(task: Task, print_: Fingerprint, world: World) -> Fingerprint:
    """Answer the fingerprint of an attempt that begins: it reads what is there now."""
    files = world.reads.get(task.id)
    if files is None or not task.reads:
        return print_
    return with_value(print_, "reads", dict(sorted(files.items())))


def _before(task: Task, world: World) -> Iterator[Mapping[str, str] | None]:
    """Answer what it read before: whoever is at work on it first, then its record, then its last success."""
    for one in reversed(world.attempts.get(task.id, ())):
        if one.phase is not Phase.COLLECTED:
            yield one.reads
    run = world.runs.get(task.id)
    if run is not None:
        yield _files(run.fingerprint.components.get("reads"))
        if run.last_success is not None:
            yield _files(run.last_success.fingerprint.components.get("reads"))


def _files(value: Json) -> Mapping[str, str] | None:
    return {path: str(blob) for path, blob in value.items()} if isinstance(value, dict) else None


def _left(task: Task, desired: Desired, world: World) -> Mapping[str, set[str]]:
    """Answer, by path, what the task and the upstreams that it builds on, however far, have left there."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in writers(task, desired):
        for file in _changes(world.runs.get(name)):
            found[file.path].add("" if file.mode == _GONE else f"{file.mode} {file.blob}")
    return found


def writers(task: Task, desired: Desired) -> frozenset[TaskId]:
    """Answer who may have written what a task reads: itself and the upstreams that it builds on, however far.

    Nobody for a task that reads nothing.
    """
    found: set[TaskId] = set()
    queue = [task.id] if task.reads else []
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            above = desired.tasks[name].edges if name in desired.tasks else ()
            queue += [edge.upstream for edge in above if edge.carry is Carry.ALL]
    return frozenset(found)


def _changes(run: Run | None) -> Iterable[CarriedFile]:
    if run is None:
        return ()
    success = run.last_success.carried if run.last_success else None
    return (*(run.carried or ()), *(success or ()))


def _equivalent(now: Mapping[str, str], before: Mapping[str, str], left: Mapping[str, set[str]]) -> bool:
    return all(
        now.get(path) == before.get(path) or now.get(path, "") in left.get(path, ())
        for path in {*now, *before}
    )
