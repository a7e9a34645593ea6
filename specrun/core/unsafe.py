"""Tells when a plan goes further than a person may have meant, so that it is not carried out unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specrun.core.change import ASKED, Action, Decision, ReasonCode
from specrun.core.decide import open_attempt
from specrun.core.safety import Unsafe
from specrun.core.task import Desired, TaskId, split_id
from specrun.core.world import Phase, World

_AGAIN = frozenset({Action.RERUN, Action.CASCADE})


def unsafe(desired: Desired, world: World, decisions: Iterable[Decision]) -> tuple[Unsafe, ...]:
    """Answer in which ways the decisions go too far, judged by the records, whatever the specs say by now."""
    made = tuple(decisions)
    return (
        *_emptied(desired, world),
        *_renamed(desired, world, made),
        *_reruns(desired, world, made),
        *_stops(desired, made),
    )


def _emptied(desired: Desired, world: World) -> Iterator[Unsafe]:
    full = {task.spec for task in desired.tasks.values()}
    busy = {name for name in world.attempts if open_attempt(world, name) is not None}
    for spec in desired.specs:
        left = sorted(one for one in {*world.runs, *busy} if split_id(one)[0] == spec)
        if left and spec not in full:
            what = "records or are at work" if busy & {*left} else "records"
            told = f"spec {spec} has no tasks any more, but {len(left)} of them have {what}"
            yield Unsafe(code="emptied", told=told, tasks=tuple(left))


def _reruns(desired: Desired, world: World, decisions: tuple[Decision, ...]) -> Iterator[Unsafe]:
    limits = desired.thresholds
    good = [name for name, run in world.runs.items() if run.status.good and name in desired.tasks]
    # What has ended and is not recorded yet may be told to run again without any record.
    done = frozenset(good)
    again = sorted(
        one.task_id for one in decisions if one.action in _AGAIN and not _asked(one) and one.task_id in done
    )
    if len(good) >= limits.reruns_from and len(again) > limits.reruns * len(good):
        told = f"{len(again)} of {len(good)} succeeded tasks would run again at once"
        most = f"at most {limits.reruns:.0%} may, where {limits.reruns_from} or more have succeeded"
        yield Unsafe(code="reruns", told=f"{told} ({most})", tasks=tuple(again))


def _renamed(desired: Desired, world: World, decisions: tuple[Decision, ...]) -> Iterator[Unsafe]:
    """Tell of what looks like a rename and would be paid once more: at work, or edited along the way."""
    fresh = [one for one in decisions if one.action is Action.RUN and one.task_id in desired.tasks]
    busy = sorted(
        one.task_id
        for one in decisions
        if one.action is Action.STOP
        and one.task_id not in desired.tasks
        and _continued(one, fresh, desired, world)
    )
    if busy:
        told = "tasks that are at work would be stopped, since they have other ids now: let them end first"
        yield Unsafe(code="renamed", told=told, tasks=tuple(busy))
    limits = desired.thresholds
    good = [
        name for name, run in world.runs.items() if run.status.good and split_id(name)[0] in desired.specs
    ]
    gone = sorted(name for name in good if name not in desired.tasks and not _removed(name, desired))
    again = min(len(gone), len(fresh))
    if len(good) >= limits.reruns_from and again > limits.reruns * len(good):
        told = f"{len(gone)} succeeded tasks are gone from the spec, and {len(fresh)} new ones would run"
        yield Unsafe(
            code="renamed", told=f"{told}; if they are the same, say so with `moved`", tasks=tuple(gone)
        )


def _removed(name: TaskId, desired: Desired) -> bool:
    spec, task = split_id(name)
    return task in desired.specs[spec].removed


def _continued(stopped: Decision, fresh: list[Decision], desired: Desired, world: World) -> bool:
    """Whether some new task is the one that would be stopped, by its work or by what the spec says."""
    spec, name = split_id(stopped.task_id)
    works = {one.work for one in world.attempts.get(stopped.task_id, ()) if one.phase is not Phase.COLLECTED}
    declared = any(former == name for former, _ in desired.specs[spec].moved)
    return declared or any(
        one.fingerprint is not None and one.fingerprint.work in works - {""} for one in fresh
    )


def _asked(decision: Decision) -> bool:
    """Whether it runs again because a person or a judge has asked for this very task."""
    return any(one.code in ASKED or one.code is ReasonCode.REWORK for one in decision.reasons)


def _stops(desired: Desired, decisions: tuple[Decision, ...]) -> Iterator[Unsafe]:
    most = desired.thresholds.stops
    stopped = sorted(one.task_id for one in decisions if one.action is Action.STOP and not _requested(one))
    if len(stopped) > most:
        told = f"{len(stopped)} running workers would be stopped (at most {most} may)"
        yield Unsafe(code="stops", told=told, tasks=tuple(stopped))


def _requested(decision: Decision) -> bool:
    return any(one.code is ReasonCode.STOP_REQUESTED for one in decision.reasons)
