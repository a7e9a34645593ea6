"""Decides what becomes of one task, given the world and what was decided of its upstreams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.fingerprint import carried_digest, changed, fingerprint
from specrun.core.impact import UPSTREAM, reason
from specrun.core.retry import allowance
from specrun.core.task import Carry, Desired, OnChange, Task, TaskId, When
from specrun.core.upstream import Standing, built_on, handed_on, last_good, obstacle, standing
from specrun.core.world import Attempt, Fingerprint, Phase, Run, World


@dataclass(frozen=True, slots=True)
class View:
    """What deciding looks at: the desired, the world, and the decisions already taken upstream."""

    desired: Desired
    world: World
    decided: Mapping[TaskId, Decision]


def decide(task: Task, view: View) -> Decision:
    """Look first for whoever works on it, then at its record, then at what it waits for."""
    print_ = _fingerprint(task, view)
    attempt = open_attempt(view.world, task.id)
    if attempt is not None:
        return _attended(task, attempt, print_, view)
    run = view.world.runs.get(task.id)
    wish = _unrecorded(task, print_, view) if run is None else _recorded(task, run, print_, view)
    if wish.action in {Action.REUSE, Action.HOLD, Action.DEFERRED}:
        return wish
    return _gated(task, wish, view)


def open_attempt(world: World, task_id: TaskId) -> Attempt | None:
    """Answer the attempt of a task that is not collected yet, if there is one."""
    for attempt in reversed(world.attempts.get(task_id, ())):
        if attempt.phase is not Phase.COLLECTED:
            return attempt
    return None


def _fingerprint(task: Task, view: View) -> Fingerprint:
    prompt = task.prompt
    carried: dict[TaskId, str | None] = {}
    settled = True
    for edge in task.edges:
        decision = view.decided[edge.upstream]
        run = handed_on(edge, view.world.runs.get(edge.upstream))
        if run is not None and decision.action is Action.REUSE:
            run = last_good(run)
        known = standing(decision) is not Standing.PENDING and run is not None
        settled = settled and (known or edge.carry is Carry.NONE)
        if edge.carry is Carry.ALL:
            carried[edge.upstream] = _carried(run, view.desired) if known and run is not None else None
    if prompt is None and settled:
        prompt = view.world.prompts.get(task.id)
    key = ("fingerprint", task.id)
    inputs = (task, prompt, tuple(carried.values()))
    kept = view.desired.memo.get(key)
    if isinstance(kept, tuple) and kept[0] == inputs and isinstance(kept[1], Fingerprint):
        return kept[1]
    answer = fingerprint(task, prompt, carried)
    view.desired.memo[key] = (inputs, answer)
    return answer


def _carried(run: Run, desired: Desired) -> str:
    key = ("carried", run.task_id)
    kept = desired.memo.get(key)
    if isinstance(kept, tuple) and kept[0] is run.carried and isinstance(kept[1], str):
        return kept[1]
    answer = carried_digest(run.carried)
    desired.memo[key] = (run.carried, answer)
    return answer


def obstruction(attempt: Attempt, world: World) -> Reason | None:
    """Answer what keeps an open attempt from being taken any further, until a person clears it away."""
    if attempt.phase is Phase.UNREADABLE:
        return Reason(ReasonCode.UNREADABLE, attempt.error)
    if attempt.phase is Phase.ENDED and attempt.task_id in world.occupied:
        return Reason(ReasonCode.BRANCH_IN_USE, world.occupied[attempt.task_id])
    return None


def _attended(task: Task, attempt: Attempt, print_: Fingerprint, view: View) -> Decision:
    obstructed = obstruction(attempt, view.world)
    if obstructed is not None:
        return _wish(task, Action.HOLD, (obstructed,), attempt.generation, print_)
    outdated = bool(print_.work) and attempt.work != print_.work
    keep = view.desired.specs[task.spec].on_change_while_running is OnChange.FINISH
    action, code = Action.ADOPT, ReasonCode.RUNNING
    if attempt.phase in {Phase.ENDED, Phase.LOST, Phase.FENCED}:
        code = ReasonCode.INCOMPLETE
    elif attempt.stopping:
        action, code = Action.STOP, ReasonCode.STOP_REQUESTED
    elif outdated and not keep:
        action, code = Action.STOP, ReasonCode.OUTDATED_WHILE_RUNNING
    detail = f"attempt {attempt.number}"
    return Decision(
        task_id=task.id,
        action=action,
        reasons=(Reason(code, detail),),
        generation=attempt.generation,
        fingerprint=print_,
    )


def _unrecorded(task: Task, print_: Fingerprint, view: View) -> Decision:
    attempts = view.world.attempts.get(task.id, ())
    code = ReasonCode.RESULT_MISSING if any(one.started_at for one in attempts) else ReasonCode.NEW
    generation = 1 + max((one.generation for one in attempts), default=0)
    return _wish(task, Action.RUN, (Reason(code),), generation, print_)


def _recorded(task: Task, run: Run, print_: Fingerprint, view: View) -> Decision:
    differing = changed(print_, run.fingerprint)
    grant = view.world.grants.get(task.id, "")
    fresh = run.generation + 1
    if grant:
        asked = (Reason(ReasonCode.RETRY_REQUESTED),)
        return replace(_wish(task, Action.RETRY, asked, fresh, print_), grant=grant)
    if _matches_last_success(run, print_):
        return replace(_wish(task, Action.REUSE, (), run.generation, print_), stale=_stale(task, view))
    if differing:
        return _edited(task, run, differing, print_)
    if print_.unknown:
        return _undecided(task, run, print_, view)
    if print_.live != run.fingerprint.live or print_.verify != run.fingerprint.verify:
        return _wish(task, Action.RETRY, (Reason(ReasonCode.FAILED_THEN_EDITED),), fresh, print_)
    return allowance(task, run, print_, view.world, retry_failed=view.desired.retry_failed)


def _matches_last_success(run: Run, print_: Fingerprint) -> bool:
    if not print_.work:
        return False
    same = run.fingerprint.work == print_.work
    if run.status.good or same:
        # What failed after it had succeeded, asked for again by a person, has not been set back to anything.
        return run.status.good and same
    kept = run.last_success
    return kept is not None and kept.fingerprint.work == print_.work


def _edited(task: Task, run: Run, differing: tuple[str, ...], print_: Fingerprint) -> Decision:
    reasons = tuple(Reason(*reason(name)) for name in differing)
    if not run.status.good:
        return _wish(
            task, Action.RETRY, (Reason(ReasonCode.FAILED_THEN_EDITED), *reasons), run.generation + 1, print_
        )
    only_upstream = all(name.startswith(UPSTREAM) for name in differing)
    action = Action.CASCADE if only_upstream else Action.RERUN
    return _wish(task, action, reasons, run.generation + 1, print_)


def _undecided(task: Task, run: Run, print_: Fingerprint, view: View) -> Decision:
    """Nothing known differs and something is unknown: wait for the upstreams that will still move."""
    generation = run.generation
    pending = [
        found
        for edge in task.edges
        if (found := obstacle(edge, view.decided[edge.upstream]))
        and found.code is ReasonCode.UPSTREAM_PENDING
    ]
    if pending:
        return _wish(task, Action.DEFERRED, tuple(pending), generation, print_)
    if task.id in view.world.prompt_errors:
        told = Reason(ReasonCode.TEMPLATE_ERROR, view.world.prompt_errors[task.id])
        return _wish(task, Action.HOLD, (told,), generation, print_)
    if run.status.good:
        return replace(_wish(task, Action.REUSE, (), generation, print_), stale=True)
    return _gated(
        task, _wish(task, Action.RETRY, (Reason(ReasonCode.FAILED_UNCHANGED),), generation, print_), view
    )


def _stale(task: Task, view: View) -> bool:
    return any(
        standing(view.decided[edge.upstream]) in {Standing.FAILED, Standing.BLOCKED}
        and edge.carry is not Carry.NONE
        for edge in task.edges
        if edge.on is When.SUCCEEDED
    )


def _gated(task: Task, wish: Decision, view: View) -> Decision:
    """Let a wish pass only when the selection, the upstreams and the clock allow it."""
    only = view.desired.only
    if only is not None and task.id not in only:
        return _hold(wish, Reason(ReasonCode.NOT_SELECTED))
    found = [reason for edge in task.edges if (reason := obstacle(edge, view.decided[edge.upstream]))]
    if found:
        return _waiting(wish, found)
    if task.id in view.world.prompt_errors:
        return _hold(wish, Reason(ReasonCode.TEMPLATE_ERROR, view.world.prompt_errors[task.id]))
    if wish.not_before > view.world.now:
        return replace(wish, reasons=(*wish.reasons, Reason(ReasonCode.RETRY_DELAY)))
    if wish.fingerprint is None or not wish.fingerprint.work:
        missing = "the prompt needs values of an upstream that left no record"
        return _hold(wish, Reason(ReasonCode.TEMPLATE_ERROR, missing))
    lost = _nowhere(task, view.world)
    return replace(wish, ready=True) if lost is None else _hold(wish, lost)


def _nowhere(task: Task, world: World) -> Reason | None:
    for upstream, (commit, _) in built_on(task, world.runs).items():
        if world.absent.get(commit) == "":
            told = (
                f"commit {commit[:12]} of {upstream} is not in this repository, in no remote and not "
                "contained in the code base; fix: fetch it from where it was made, or run "
                f"specrun retry {upstream}"
            )
            return Reason(ReasonCode.RESULT_MISSING, told)
    return None


def _waiting(wish: Decision, found: list[Reason]) -> Decision:
    """Hold for good what no success of an upstream can free any more; let the rest wait."""
    for code in (ReasonCode.UPSTREAM_FAILED, ReasonCode.SKIPPED):
        blocking = tuple(reason for reason in found if reason.code is code)
        if blocking:
            return replace(wish, action=Action.HOLD, reasons=blocking)
    return replace(wish, reasons=(*wish.reasons, *found))


def _hold(wish: Decision, reason: Reason) -> Decision:
    return replace(wish, action=Action.HOLD, reasons=(reason,))


def _wish(
    task: Task, action: Action, reasons: tuple[Reason, ...], generation: int, print_: Fingerprint
) -> Decision:
    return Decision(
        task_id=task.id, action=action, reasons=reasons, generation=generation, fingerprint=print_
    )
