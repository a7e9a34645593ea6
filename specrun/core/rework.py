"""Says when a judge's failing verdict sends work back, and when it is final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specrun.core.change import ASKED, Decision
from specrun.core.contract import Rewind
from specrun.core.evidence import Round, Target
from specrun.core.fingerprint import changed, fingerprint
from specrun.core.graph import downstream
from specrun.core.impact import UPSTREAM
from specrun.core.task import Desired, Task, TaskId
from specrun.core.world import Phase, Run, Status, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """One round of rework that is due: which judge asks for it, with which word and words."""

    judge: TaskId
    number: int
    limit: int
    verdict: str
    feedback: str


def target_of(task: Task) -> TaskId | None:
    """Answer the task that a judge sends work back to."""
    rewind = _rewind(task)
    return None if rewind is None else TaskId(f"{task.spec}/{rewind.to}")


def judged(task: Task, world: World) -> Target | None:
    """Answer the work that a judge is about to judge, None for a task that sends nothing back."""
    target = target_of(task)
    run = None if target is None else world.runs.get(target)
    if run is None or run.commit is None or run.last is None:
        return None
    return Target(commit=run.commit, attempt=run.last.number, generation=run.generation)


def remembered(task: Task, decision: Decision, world: World) -> tuple[Round, ...]:
    """Answer the verdicts of a judge that still count when it judges again.

    They are forgotten when a person asks for it anew, and when it or its target was edited.
    """
    run, target = world.runs.get(task.id), judged(task, world)
    asked = any(one.code in ASKED for one in decision.reasons)
    if run is None or not run.rounds or target is None or asked or decision.fingerprint is None:
        return ()
    if run.rounds[-1].target.generation != target.generation:
        return ()
    return () if edited(task, changed(decision.fingerprint, run.fingerprint), world) else run.rounds


def edited(judge: Task, differing: tuple[str, ...], world: World) -> bool:
    """Whether a judge is asked for something else by itself, and not only because its upstreams have moved.

    A prompt with run-time values shows them: where they have moved, it is taken to differ by that alone. Else
    the verdicts would be forgotten with every rework, and there would be no end to them.
    """
    own = {name for name in differing if not name.startswith(UPSTREAM)}
    run = world.runs.get(judge.id)
    moved = run is not None and bool(run.rounds) and run.rounds[-1].target != judged(judge, world)
    if judge.prompt is None and (moved or len(own) < len(differing)):
        own.discard("prompt")
    return bool(own)


def judges_of(desired: Desired) -> Mapping[TaskId, tuple[TaskId, ...]]:
    """Answer, by target, the judges that may send work back to it, sorted."""
    kept = desired.memo.get("judges")
    if isinstance(kept, dict):
        return kept
    found: dict[TaskId, tuple[TaskId, ...]] = {}
    for name in sorted(desired.tasks):
        target = target_of(desired.tasks[name])
        if target is not None:
            found[target] = (*found.get(target, ()), name)
    desired.memo["judges"] = found
    return found


def along(desired: Desired, names: frozenset[TaskId]) -> frozenset[TaskId]:
    """Answer tasks, and for the judges among them whatever a verdict of theirs would have run again."""
    found = set(names)
    for name in names:
        target = target_of(desired.tasks[name]) if name in desired.tasks else None
        if target is not None:
            below = downstream(desired.tasks, frozenset({target}))
            found |= {one for one in below if name in downstream(desired.tasks, frozenset({one}))}
    return frozenset(found)


def due(task: Task, desired: Desired, world: World) -> Rework | None:
    """Answer the rework that a task is to do now, from what its judges' records say."""
    run = world.runs.get(task.id)
    # What a person has accepted no judge sends back.
    open_ = run is not None and run.status is Status.SUCCEEDED
    for name in judges_of(desired).get(task.id, ()) if open_ else ():
        judge = desired.tasks[name]
        found = _asked(judge, run, world)
        if found is not None and not _judging_again(judge, world):
            return found
    return None


def ongoing(task: Task, desired: Desired, world: World) -> Rework | None:
    """Answer the rework that a failed attempt was, so that a retry knows what it is about."""
    run = world.runs.get(task.id)
    if run is None or run.last is None or run.last.round is None or run.status.good:
        return None
    for name in judges_of(desired).get(task.id, ()):
        found = _told(desired.tasks[name], world.runs.get(name))
        if found is not None and found.number == run.last.round:
            return found
    return None


def fruitless(judge: Task, world: World) -> str:
    """Say that the rework which a judge asked for has changed nothing, so that its verdict stands."""
    done = _done(judge, world)
    return f"round {done[0]} changed nothing" if done is not None and not done[1] else ""


def overtaken(judge: Task, world: World) -> bool:
    """Whether the rework that a judge asked for has changed something, so that its verdict is out of date.

    It is to judge again even if what lies between them came to the same as before.
    """
    done = _done(judge, world)
    return done is not None and done[1]


def _done(judge: Task, world: World) -> tuple[int, bool] | None:
    """Answer which round of rework is done, and whether it has changed anything."""
    run, now, target = world.runs.get(judge.id), judged(judge, world), target_of(judge)
    told = _told(judge, run)
    if run is None or told is None or now is None or target is None:
        return None
    before, work = run.rounds[-1].target, world.runs[target]
    done = work.status.good and work.last is not None and work.last.round == told.number
    return (told.number, now.commit != before.commit) if done and now.attempt > before.attempt else None


def rejections(judge: Task, run: Run) -> int:
    """Count the failing verdicts that are remembered."""
    asked = judge.contract.judge
    return 0 if asked is None else sum(one.verdict in asked.failing for one in run.rounds)


def _rewind(task: Task) -> Rewind | None:
    return None if task.contract.judge is None else task.contract.judge.rewind


def _told(judge: Task, run: Run | None) -> Rework | None:
    """Answer what the latest verdict of a judge asks for, were there no limit."""
    asked, rewind = judge.contract.judge, _rewind(judge)
    if run is None or asked is None or rewind is None or not run.rounds or run.status is not Status.FAILED:
        return None
    last = run.rounds[-1]
    if run.verdict != last.verdict or last.verdict not in asked.failing:
        return None
    return Rework(
        judge=judge.id,
        number=rejections(judge, run),
        limit=rewind.limit,
        verdict=last.verdict,
        feedback=last.feedback,
    )


def _asked(judge: Task, target: Run | None, world: World) -> Rework | None:
    """Answer the rework if the verdict is about the target's present work and rounds are left."""
    run = world.runs.get(judge.id)
    told = _told(judge, run)
    if told is None or run is None or target is None or target.last is None or told.number > told.limit:
        return None
    judged = run.rounds[-1].target
    same = (judged.commit, judged.generation) == (target.commit, target.generation)
    return told if same and judged.attempt == target.last.number else None


def _judging_again(judge: Task, world: World) -> bool:
    """Whether the judge is to judge anew by itself: it is at work, was asked for, or was edited."""
    attempts = world.attempts.get(judge.id, ())
    if judge.id in world.grants or any(one.phase is not Phase.COLLECTED for one in attempts):
        return True
    prompt = world.prompts.get(judge.id) if judge.prompt is None else judge.prompt
    now = fingerprint(judge, prompt, {})
    return any(not name.startswith(UPSTREAM) for name in changed(now, world.runs[judge.id].fingerprint))
