"""Decides what becomes of one task, given the world and what was decided of its upstreams."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.fingerprint import carried_digest, fingerprint, handed
from specrun.core.former import ordered_as
from specrun.core.proving import complete
from specrun.core.reading import settled
from specrun.core.record import passed_before
from specrun.core.recorded import View, recorded, wish
from specrun.core.task import Carry, Desired, Edge, OnChange, Task, TaskId, When, split_id
from specrun.core.upstream import Standing, begun_with, handed_on, last_good, obstacle, standing
from specrun.core.withheld import condition, undecided, withheld, withheld_code
from specrun.core.world import Attempt, Fingerprint, Phase, Run, World


def decide(task: Task, view: View) -> Decision:
    """Look first for whoever works on it, then at its record, then at what it waits for."""
    print_ = _fingerprint(task, view)
    attempt = open_attempt(view.world, task.id)
    if attempt is not None:
        return _attended(task, attempt, print_, view)
    run = view.world.runs.get(task.id)
    wanted = _unrecorded(task, print_, view) if run is None else recorded(task, run, print_, view)
    wanted = withheld(task, wanted, view.world)
    if wanted.action not in {Action.REUSE, Action.HOLD, Action.DEFERRED}:
        wanted = _gated(task, wanted, view)
    return _moved(wanted, run, view)


def _chosen(name: TaskId, view: View) -> bool:
    return view.desired.only is None or name in view.desired.only


def _moved(wanted: Decision, run: Run | None, view: View) -> Decision:
    """Answer where a record is to be moved from, unless a person has to say first what it is worth."""
    old = view.world.moved.get(wanted.task_id)
    doubtful = run is not None and run.edited and wanted.action is Action.HOLD
    if old is None or doubtful or not _chosen(wanted.task_id, view):
        return wanted
    wanted = replace(wanted, moved_from=old)
    if wanted.action is not Action.REUSE:
        return wanted
    return replace(wanted, action=Action.MOVE, reasons=(Reason(ReasonCode.RENAMED, old),))


def open_attempt(world: World, task_id: TaskId) -> Attempt | None:
    """Answer the attempt of a task that is not collected yet, if there is one."""
    for attempt in reversed(world.attempts.get(task_id, ())):
        if attempt.phase is not Phase.COLLECTED:
            return attempt
    return None


def _fingerprint(task: Task, view: View) -> Fingerprint:
    prompt = task.prompt
    carried: dict[TaskId, str | None] = {}
    inherited: dict[TaskId, str] = {}
    certain = True
    for edge in task.edges:
        decision = view.decided[edge.upstream]
        run = handed_on(edge, view.world.runs.get(edge.upstream))
        if run is not None and decision.action in {Action.REUSE, Action.MOVE}:
            run = last_good(run)
        moving = standing(decision) is Standing.PENDING and not _only_checked(edge.upstream, view)
        known = run is not None and not moving
        certain = certain and (known or edge.carry is Carry.NONE)
        if edge.carry is Carry.ALL:
            carried[edge.upstream] = _carried(run, view.desired) if known and run is not None else None
            inherited[edge.upstream] = handed(run.fingerprint) if known and run is not None else ""
    if prompt is None and certain:
        prompt = view.world.prompts.get(task.id)
    key = ("fingerprint", task.id)
    reads = settled(task, view.desired, view.world)
    inputs = (task, prompt, tuple(carried.values()), tuple(inherited.values()), reads)
    kept = view.desired.memo.get(key)
    if isinstance(kept, tuple) and kept[0] == inputs and isinstance(kept[1], Fingerprint):
        return kept[1]
    answer = fingerprint(task, prompt, carried, reads, inherited)
    view.desired.memo[key] = (inputs, answer)
    return answer


def _only_checked(task_id: TaskId, view: View) -> bool:
    """Whether a success is just being checked again: what it hands on stays the same."""
    run = view.world.runs.get(task_id)
    return view.decided[task_id].verifying and run is not None and run.status.good


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
    over = attempt.phase is Phase.ENDED or (attempt.proof is not None and complete(attempt.proof))
    run = world.runs.get(attempt.task_id)
    # A success that is checked again is on its branch already.
    moves = not (attempt.verifying and run is not None and run.status.good)
    if over and moves and attempt.task_id in world.occupied:
        return Reason(ReasonCode.BRANCH_IN_USE, world.occupied[attempt.task_id])
    return None


def _attended(task: Task, attempt: Attempt, print_: Fingerprint, view: View) -> Decision:
    obstructed = obstruction(attempt, view.world)
    if obstructed is not None:
        held = wish(task, Action.HOLD, (obstructed,), attempt.generation, print_)
        return replace(held, verifying=attempt.verifying)
    outdated = _outdated(task, attempt, print_, view)
    action, code = Action.ADOPT, ReasonCode.RUNNING
    more: tuple[Reason, ...] = ()
    if attempt.phase in {Phase.ENDED, Phase.LOST, Phase.FENCED}:
        code = ReasonCode.INCOMPLETE
        if outdated is ReasonCode.OUTDATED_WHILE_RUNNING:
            # It is recorded first, and then begins anew: that has to be known before it costs anything.
            action, code, more = Action.RERUN, outdated, (Reason(ReasonCode.INCOMPLETE),)
    elif attempt.stopping:
        action, code = Action.STOP, ReasonCode.STOP_REQUESTED
    elif outdated is not None:
        action, code = Action.STOP, outdated
    elif attempt.phase is Phase.PROVING:
        code = ReasonCode.PROVING
    detail = f"attempt {attempt.number}"
    return Decision(
        task_id=task.id,
        action=action,
        reasons=(Reason(code, detail), *more),
        generation=attempt.generation,
        fingerprint=print_,
        verifying=attempt.verifying and action is not Action.RERUN,
    )


def _outdated(task: Task, attempt: Attempt, print_: Fingerprint, view: View) -> ReasonCode | None:
    """Answer why whoever works on a task is to be stopped, None where it may go on.

    What nobody has selected goes on, and what is frozen is as good as it was.
    """
    kept = view.desired.specs[task.spec].on_change_while_running is OnChange.FINISH
    if kept or not _chosen(task.id, view):
        return None
    code = withheld_code(task, view.world)
    if code is not None:
        return None if code is ReasonCode.FROZEN else code
    comparable = bool(print_.work) and attempt.version == print_.version
    if not comparable or attempt.work == print_.work:
        return None
    before = ordered_as(task, attempt.work, print_, view.desired, view.world)
    return None if before else ReasonCode.OUTDATED_WHILE_RUNNING


def _unrecorded(task: Task, print_: Fingerprint, view: View) -> Decision:
    attempts = view.world.attempts.get(task.id, ())
    code = ReasonCode.RESULT_MISSING if any(one.started_at for one in attempts) else ReasonCode.NEW
    generation = 1 + max((one.generation for one in attempts), default=0)
    return wish(task, Action.RUN, (Reason(code),), generation, print_)


def _gated(task: Task, wanted: Decision, view: View) -> Decision:
    """Let a wanted pass only when the selection, the upstreams and the clock allow it."""
    if not _chosen(task.id, view):
        return _hold(wanted, Reason(ReasonCode.NOT_SELECTED))
    found = [reason for edge in task.edges if (reason := _obstacle(edge, view))]
    if found and not wanted.verifying:
        return undecided(task, _waiting(wanted, found))
    if task.id in view.world.prompt_errors and not wanted.verifying:
        return _hold(wanted, Reason(ReasonCode.TEMPLATE_ERROR, view.world.prompt_errors[task.id]))
    refused = condition(task, wanted, view.world)
    return _timed(task, wanted, view) if refused is None else refused


def _obstacle(edge: Edge, view: View) -> Reason | None:
    """Answer why an edge does not let its dependent start.

    Where a success counts again that is not selected, and so not on record, its latest end is no basis.
    """
    decision, run = view.decided[edge.upstream], view.world.runs.get(edge.upstream)
    back = decision.action is Action.REUSE and run is not None and not run.status.good
    latest = edge.on is not When.SUCCEEDED and edge.carry is not Carry.NONE
    if back and latest and not _chosen(edge.upstream, view):
        return Reason(ReasonCode.UPSTREAM_PENDING, split_id(edge.upstream)[1])
    return obstacle(edge, decision)


def _timed(task: Task, wanted: Decision, view: View) -> Decision:
    """Let a wish pass when its time has come."""
    if wanted.not_before > view.world.now:
        return replace(wanted, reasons=(*wanted.reasons, Reason(ReasonCode.RETRY_DELAY)))
    if wanted.fingerprint is None or not wanted.fingerprint.work:
        missing = "the prompt needs values of an upstream that left no record"
        return _hold(wanted, Reason(ReasonCode.TEMPLATE_ERROR, missing))
    return _built(task, wanted, view)


def _built(task: Task, wanted: Decision, view: View) -> Decision:
    """Let a wish pass when the commits are here that it begins with."""
    lost, run = _nowhere(wanted, task, view.world), view.world.runs.get(task.id)
    if lost is None:
        return replace(wanted, ready=True)
    if wanted.verifying and run is not None and not passed_before(run) and not run.status.good:
        # There is nothing to be checked again, and it had never got there: it begins anew.
        edited = (Reason(ReasonCode.FAILED_THEN_EDITED, run.reason),)
        return _gated(task, replace(wanted, action=Action.RETRY, reasons=edited, verifying=False), view)
    return _hold(wanted, lost)


def _nowhere(wanted: Decision, task: Task, world: World) -> Reason | None:
    for upstream, (commit, _) in begun_with(wanted, task, world.runs).items():
        if world.absent.get(commit) == "":
            told = (
                f"commit {commit[:12]} of {upstream} is not in this repository, in no remote and not "
                "contained in the code base; fix: fetch it from where it was made, or run "
                f"specrun retry {upstream}"
            )
            return Reason(ReasonCode.RESULT_MISSING, told)
    return None


def _waiting(wanted: Decision, found: list[Reason]) -> Decision:
    """Hold for good what no success of an upstream can free any more; let the rest wait."""
    for code in (ReasonCode.UPSTREAM_FAILED, ReasonCode.SKIPPED):
        blocking = tuple(reason for reason in found if reason.code is code)
        if blocking:
            return replace(wanted, action=Action.HOLD, reasons=blocking)
    return replace(wanted, reasons=(*wanted.reasons, *found))


def _hold(wanted: Decision, reason: Reason) -> Decision:
    return replace(wanted, action=Action.HOLD, reasons=(reason,))
