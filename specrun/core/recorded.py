"""Decides about a task that has a record: what of it still holds, and what an edit asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.difference import reasons as edits
from specrun.core.difference import settings, shows_others, verified
from specrun.core.fingerprint import changed, same
from specrun.core.impact import UPSTREAM, Impact
from specrun.core.reading import alike
from specrun.core.reasons import CHECK_FAILED, CHECKS_UNANSWERED, code
from specrun.core.record import passed_before
from specrun.core.retry import allowance, ended_before
from specrun.core.rework import due, edited, overtaken, target_of
from specrun.core.task import Carry, Desired, Task, TaskId, When, split_id
from specrun.core.upstream import Standing, obstacle, standing
from specrun.core.withheld import withheld_code
from specrun.core.world import Fingerprint, Run, Status, World


@dataclass(frozen=True, slots=True)
class View:
    """What deciding looks at: the desired, the world, and the decisions already taken upstream."""

    desired: Desired
    world: World
    decided: Mapping[TaskId, Decision]


def recorded(task: Task, run: Run, print_: Fingerprint, view: View) -> Decision:
    """Answer what a task's record asks for; whether that may be done now is not asked here."""
    run = alike(task, run, print_, view.desired, view.world)
    differing = changed(print_, run.fingerprint)
    demanded = _demanded(task, run, print_, view)
    if demanded is not None:
        return demanded
    if run.edited:
        told = "its record was changed by somebody else than specrun"
        return wish(task, Action.HOLD, (Reason(ReasonCode.RESULT_EDITED, told),), run.generation, print_)
    if _matches_last_success(run, print_) and not overtaken(task, view.world):
        return _kept(task, run, print_, view)
    if differing:
        return _edited(task, run, differing, print_, view)
    if print_.unknown:
        return _undecided(task, run, print_, view)
    return _failed(task, run, print_, view)


def _demanded(task: Task, run: Run, print_: Fingerprint, view: View) -> Decision | None:
    """Answer what a person has asked for by name."""
    grant = view.world.grants.get(task.id, "")
    if grant:
        asked = (Reason(ReasonCode.RETRY_REQUESTED),)
        return replace(wish(task, Action.RETRY, asked, run.generation + 1, print_), grant=grant)
    if task.id in view.desired.replace and ended_before(run, view.world):
        asked = (Reason(ReasonCode.REQUESTED_REPLACE),)
        return wish(task, Action.RERUN, asked, run.generation + 1, print_)
    return None


def _failed(task: Task, run: Run, print_: Fingerprint, view: View) -> Decision:
    """Decide about a task that ended badly and whose work nobody has edited."""
    fresh = run.generation + 1
    if overtaken(task, view.world):
        changed_work = Reason(ReasonCode.UPSTREAM_OUTPUT_CHANGED, split_id(target_of(task) or task.id)[1])
        return wish(task, Action.CASCADE, (changed_work,), fresh, print_)
    passed = passed_before(run)
    unheard = code(run.reason) == CHECKS_UNANSWERED and ended_before(run, view.world)
    as_checked = same(print_, run.fingerprint, Impact.VERIFY)
    if unheard or (not as_checked and _failed_by_checks(run)):
        # What it had done once stays done: only attempts of a task that never got there begin to count anew.
        checked = _verification(task, run, run.generation if passed else fresh, print_)
        why = Reason(ReasonCode.CHECKS_UNANSWERED)
        return replace(checked, reasons=(why,)) if as_checked else checked
    if not as_checked or not same(print_, run.fingerprint, Impact.LIVE):
        told = (Reason(ReasonCode.FAILED_THEN_EDITED, run.reason), *settings(print_, run.fingerprint))
        return wish(task, Action.RETRY, told, fresh, print_)
    return allowance(task, run, print_, view.world, retry_failed=view.desired.retry_failed)


def _kept(task: Task, run: Run, print_: Fingerprint, view: View) -> Decision:
    """Decide about a success that nobody has edited: sent back by a judge, checked again, or just kept."""
    rework = due(task, view.desired, view.world)
    if rework is not None and _heard(rework.judge, view):
        told = f"{split_id(rework.judge)[1]} says {rework.verdict}, round {rework.number} of {rework.limit}"
        again = wish(task, Action.RERUN, (Reason(ReasonCode.REWORK, told),), run.generation, print_)
        return replace(again, round=rework.number)
    chosen = view.desired.only is None or task.id in view.desired.only
    checked = same(print_, run.fingerprint, Impact.VERIFY)
    if run.status is Status.SUCCEEDED and not checked and chosen:
        return _verification(task, run, run.generation, print_)
    return replace(wish(task, Action.REUSE, (), run.generation, print_), stale=_stale(task, view))


def _heard(judge: TaskId, view: View) -> bool:
    """Whether a verdict counts: the judge is not withdrawn, and nobody has put the word into its mouth."""
    run = view.world.runs.get(judge)
    edited_ = run is not None and run.edited
    return not edited_ and withheld_code(view.desired.tasks[judge], view.world) is None


def _verification(task: Task, run: Run, generation: int, print_: Fingerprint) -> Decision:
    names = ", ".join(verified(print_, run.fingerprint))
    told = (Reason(ReasonCode.CHECKS_CHANGED, "" if names == "checks" else names),)
    return replace(wish(task, Action.VERIFY, told, generation, print_), verifying=True)


def _failed_by_checks(run: Run) -> bool:
    """Whether there is work of which only checks have said that it is not good enough, or were to say so."""
    # Checks that a person stopped leave a record that is cancelled, and an attempt that is not.
    stopped = run.last is not None and run.status is Status.CANCELLED is not run.last.status
    return stopped or (run.status is Status.FAILED and code(run.reason) in {CHECK_FAILED, CHECKS_UNANSWERED})


def _matches_last_success(run: Run, print_: Fingerprint) -> bool:
    if not print_.work:
        return False
    unedited = same(print_, run.fingerprint, Impact.WORK)
    if run.status.good or unedited:
        # What failed after it had succeeded, asked for again by a person, has not been set back to anything.
        return run.status.good and unedited
    kept = run.last_success
    return kept is not None and same(print_, kept.fingerprint, Impact.WORK)


def _edited(task: Task, run: Run, differing: tuple[str, ...], print_: Fingerprint, view: View) -> Decision:
    above = [split_id(edge.upstream)[1] for edge in task.edges if edge.carry is not Carry.NONE]
    shown = ", ".join(above) if task.prompt is None else ""
    reasons = edits(print_, run.fingerprint, shown)
    others = {"prompt"} if shown and shows_others(print_, run.fingerprint) else set()
    only_upstream = all(name.startswith(UPSTREAM) or name in others for name in differing)
    judged = run.verdict is not None and not edited(task, differing, view.world)
    if not (run.status.good or judged):
        return wish(
            task,
            Action.RETRY,
            (Reason(ReasonCode.FAILED_THEN_EDITED, run.reason), *reasons),
            run.generation + 1,
            print_,
        )
    action = Action.CASCADE if only_upstream or judged else Action.RERUN
    return wish(task, action, reasons, run.generation + 1, print_)


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
        return wish(task, Action.DEFERRED, tuple(pending), generation, print_)
    if task.id in view.world.prompt_errors:
        told = Reason(ReasonCode.TEMPLATE_ERROR, view.world.prompt_errors[task.id])
        return wish(task, Action.HOLD, (told,), generation, print_)
    if run.status.good:
        return replace(wish(task, Action.REUSE, (), generation, print_), stale=True)
    return wish(task, Action.RETRY, (Reason(ReasonCode.FAILED_UNCHANGED),), generation, print_)


def _stale(task: Task, view: View) -> bool:
    return any(
        standing(view.decided[edge.upstream]) in {Standing.FAILED, Standing.BLOCKED}
        and edge.carry is not Carry.NONE
        for edge in task.edges
        if edge.on is When.SUCCEEDED
    )


def wish(
    task: Task, action: Action, reasons: tuple[Reason, ...], generation: int, print_: Fingerprint
) -> Decision:
    """Answer a decision that nothing has been held against yet."""
    return Decision(
        task_id=task.id, action=action, reasons=reasons, generation=generation, fingerprint=print_
    )
