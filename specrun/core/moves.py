"""Recognises renamed tasks: the same work under another id, or what the spec says was moved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from specrun.core.fingerprint import canonical_prompt, class_digest, digest, fingerprint, recoded, renamed
from specrun.core.graph import dependency_order
from specrun.core.impact import CLASSES, Impact
from specrun.core.rework import target_of
from specrun.core.task import Desired, Task, TaskId, split_id
from specrun.core.world import FINGERPRINT_VERSION, Attempt, Fingerprint, Phase, Run

Names = Mapping[str, str]
"""Present ids of tasks by their former ones, within one spec."""


def moves(
    desired: Desired, runs: Mapping[TaskId, Run], attempts: Mapping[TaskId, tuple[Attempt, ...]]
) -> Mapping[TaskId, TaskId]:
    """Answer the former addresses of renamed tasks, by their present ones.

    What the specs say was moved comes first. Beyond that a task that nobody has seen yet is one whose record
    is left over, if exactly this one asks for the same work. A record that was moved already, and left behind
    by a crash, counts as well.
    """
    left = [name for name in sorted(runs) if _left_over(name, desired, attempts)]
    if not left:
        return {}
    found = dict(_declared(desired, runs, attempts, left))
    renamed_ = {name: run for name, run in runs.items() if run.moved_from}
    found |= {other: old for old in left if (other := _unfinished(runs[old], renamed_)) is not None}
    free = [name for name in left if name not in found.values()]
    new = [
        name
        for name in dependency_order(desired.tasks)
        if name not in runs and name not in found and _idle(name, attempts)
    ]
    seen = frozenset(attempts)
    return found | _recognised(desired, runs, free, new, found, seen) if free and new else found


def moved(
    desired: Desired, runs: Mapping[TaskId, Run], names: Mapping[TaskId, TaskId]
) -> Mapping[TaskId, Run]:
    """Answer the records as they will be once renamed tasks have theirs under their present names."""
    if not names:
        return runs
    kept = {name: run for name, run in runs.items() if name not in names.values()}
    for new, old in names.items():
        if new not in kept:
            kept[new] = _once(desired, runs[old], new)
    return kept


def _once(desired: Desired, run: Run, new: TaskId) -> Run:
    """Answer the same record for the same one, so that nothing is decided anew."""
    made = desired.memo.get(("moved", new))
    if isinstance(made, tuple) and made[0] is run and isinstance(made[1], Run):
        return made[1]
    answer = _moved(run, new)
    desired.memo["moved", new] = (run, answer)
    return answer


def _moved(run: Run, new: TaskId) -> Run:
    former = dict.fromkeys((*run.moved_from, split_id(run.task_id)[1]))
    former.pop(split_id(new)[1], None)
    branches = {f"specrun/{run.task_id}": f"specrun/{new}"}
    success = run.last_success
    if success is not None:
        success = replace(success, branch=branches.get(success.branch or "", success.branch))
    return replace(
        run,
        task_id=new,
        moved_from=(*former,),
        branch=branches.get(run.branch or "", run.branch),
        last_success=success,
    )


def formerly(task: Task, run: Run, desired: Desired, runs: Mapping[TaskId, Run]) -> Names:
    """Answer the present ids of those that a task builds on or sends work back to, by the ids in its record.

    An id that another task has got since means that other one, unless the record is older than all of it.
    """
    target = target_of(task)
    mine = {edge.upstream for edge in task.edges} | ({target} if target is not None else set())
    found: dict[str, str] = {}
    for name in sorted(mine):
        for former in former_ids(name, desired, runs):
            old = TaskId(f"{task.spec}/{former}")
            if old not in mine and (old not in desired.tasks or _older(run, runs.get(old))):
                found[former] = split_id(name)[1]
    return found


def former_ids(name: TaskId, desired: Desired, runs: Mapping[TaskId, Run]) -> tuple[str, ...]:
    """Answer the ids that a task has had, by its record and by what its spec declares, the latest last."""
    spec, present = split_id(name)
    run = runs.get(name)
    return (*(run.moved_from if run is not None else ()), *_declarations(desired, spec).get(present, ()))


def _declarations(desired: Desired, spec: str) -> Mapping[str, list[str]]:
    """Answer the former ids that a spec declares, by the present ones."""
    kept = desired.memo.get(("declared", spec))
    if isinstance(kept, dict):
        return kept
    found: dict[str, list[str]] = defaultdict(list)
    for former, present in desired.specs[spec].moved if spec in desired.specs else ():
        found[present].append(former)
    desired.memo["declared", spec] = found
    return found


def _older(run: Run, other: Run | None) -> bool:
    """Whether a record was complete before another task began for the first time that is remembered."""
    if other is None:
        return True
    begun = [one.ended_at if one.started_at is None else one.started_at for one in other.attempts]
    return run.last is not None and bool(begun) and run.last.ended_at < min(begun)


def _left_over(name: TaskId, desired: Desired, attempts: Mapping[TaskId, tuple[Attempt, ...]]) -> bool:
    """Whether a record's task is gone from its spec, and nobody is at work on it."""
    declared = name in desired.tasks or split_id(name)[0] not in desired.specs
    return not declared and _idle(name, attempts)


def _idle(name: TaskId, attempts: Mapping[TaskId, tuple[Attempt, ...]]) -> bool:
    return all(one.phase is Phase.COLLECTED for one in attempts.get(name, ()))


def _declared(
    desired: Desired,
    runs: Mapping[TaskId, Run],
    attempts: Mapping[TaskId, tuple[Attempt, ...]],
    left: list[TaskId],
) -> Iterator[tuple[TaskId, TaskId]]:
    gone = frozenset(left)
    for spec in desired.specs.values():
        for former, present in spec.moved:
            old, new = TaskId(f"{spec.name}/{former}"), TaskId(f"{spec.name}/{present}")
            free = new in desired.tasks and new not in runs and _idle(new, attempts)
            if old in gone and free:
                yield new, old


def _unfinished(left: Run, runs: Mapping[TaskId, Run]) -> TaskId | None:
    """Answer the task that has got this record already, when specrun was killed before it was taken away."""
    spec, name = split_id(left.task_id)
    others = (other for other, run in runs.items() if name in run.moved_from and _same(run, left))
    return next((other for other in others if other != left.task_id and split_id(other)[0] == spec), None)


def _same(run: Run, before: Run) -> bool:
    """Whether one record is the other, moved; where nobody has run, what was taken as done tells."""
    if run.attempts != before.attempts:
        return False
    told = (before.commit, before.summary, before.output, before.accepted)
    return bool(run.attempts) or (run.commit, run.summary, run.output, run.accepted) == told


def _recognised(
    desired: Desired,
    runs: Mapping[TaskId, Run],
    free: list[TaskId],
    new: list[TaskId],
    known: Mapping[TaskId, TaskId],
    seen: frozenset[TaskId],
) -> dict[TaskId, TaskId]:
    """Pair new tasks with records that are left over, where there is one pair only.

    Those of `seen` have run once and lost their record: only one that was theirs comes back to them.
    """
    asked = Counter((split_id(name)[0], _signature(desired, name)) for name in new)
    shelves: dict[tuple[str, str], list[TaskId]] = defaultdict(list)
    for old in free:
        shelves[split_id(old)[0], digest(runs[old].fingerprint.components.get("prompt"))].append(old)
    present = dict(moved(desired, runs, known))
    found: dict[TaskId, TaskId] = {}
    for name in new:
        task, sign = desired.tasks[name], _signature(desired, name)
        if not sign or task.prompt is None or asked[task.spec, sign] > 1:
            continue  # it is known only when its upstreams have run, or nobody can tell which one it was
        shelf = shelves[task.spec, digest(canonical_prompt(task.prompt))]
        same = [
            old
            for old in shelf
            if sign == _sign_of(task, runs[old], desired, present)
            and (name not in seen or task.name in runs[old].moved_from)
        ]
        if len(same) == 1 and same[0] not in found.values():
            found[name] = same[0]
            present[name] = _once(desired, runs[same[0]], name)
    return found


def _sign_of(task: Task, run: Run, desired: Desired, present: Mapping[TaskId, Run]) -> str:
    """Answer the name of the work on record, as if its upstreams had always had their present ids."""
    return _work(renamed(run.fingerprint, formerly(task, run, desired, present)))


def _signature(desired: Desired, name: TaskId) -> str:
    """Answer the name of the work that a task asks for, whatever its upstreams have handed on."""
    task = desired.tasks[name]
    kept = desired.memo.get(("signature", name))
    if isinstance(kept, tuple) and kept[0] is task:
        return str(kept[1])
    sign = "" if task.prompt is None else _work(fingerprint(task, task.prompt, {}))
    desired.memo["signature", name] = (task, sign)
    return sign


def _work(print_: Fingerprint) -> str:
    """Leave out what depends on others and on the code base; what is written otherwise tells nothing."""
    own = {
        name: value
        for name, value in print_.components.items()
        if CLASSES.get(name) is Impact.WORK and name != "reads"
    }
    foreign = recoded(print_.version, FINGERPRINT_VERSION) & set(own)
    return "?" if foreign else class_digest(own, Impact.WORK)
