"""Has checks decide about collected work: a fresh tree, one check after the other, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from specrun.core.change import Check, ReasonCode
from specrun.core.contract import Contract
from specrun.core.event import Event, EventKind
from specrun.core.evidence import CheckRecord
from specrun.core.fingerprint import reverified
from specrun.core.glob import matches
from specrun.core.project import guarded
from specrun.core.proving import answers
from specrun.core.reasons import STOPPED, UNANSWERED, UNUSABLE, code, told
from specrun.core.task import Carry, Task, Workspace
from specrun.core.upstream import handed_on
from specrun.core.world import Attempt, CarriedFile, CheckRun, Phase, World
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, CheckOrder, Evidence, Intent, ProofOrder
from specrun.reconcile.environment import check_environment, concealed
from specrun.reconcile.examine import WITHDRAWN, Found
from specrun.reconcile.portable import portable
from specrun.reconcile.runtime import Runtime


def begin(runtime: Runtime, world: World, key: AttemptKey, intent: Intent, found: Found) -> str:
    """Make the tree that the checks of a task run in, and note what they are to show.

    Answers why no tree can be made of the work, "" when all is well.
    """
    task = runtime.desired.tasks[key.task_id]
    changed = _changed(runtime, task, intent, found)
    inherited = _inherited(task, intent.workspace, world)
    commit = found.work.commit if found.work else None
    cwd = intent.cwd
    if commit is not None:
        restored = dict.fromkeys(changed, intent.base or commit)
        restored |= dict.fromkeys(inherited, intent.head or commit)
        try:
            cwd = runtime.workspaces.check_out(key, commit, restored)
        except ResultMissing as gone:
            return told(UNUSABLE, gone.what)
    proof = ProofOrder(
        commit=commit,
        cwd=cwd,
        fingerprint=reverified(intent.fingerprint, task),
        checks=task.contract.checks,
        protected_changed=tuple(sorted({*changed, *inherited})),
        discarded=found.discarded,
    )
    runtime.attempts.prove(key, proof)
    return ""


def protected(contract: Contract, carried: tuple[CarriedFile, ...]) -> tuple[str, ...]:
    """Answer the protected files of a change."""
    globs = guarded(contract)
    return tuple(file.path for file in carried if matches(globs, file.path, case=False))


def _changed(runtime: Runtime, task: Task, intent: Intent, found: Found) -> tuple[str, ...]:
    if found.work is not None:
        # Records are specrun's to write, whoever is protected from whom.
        return (*protected(task.contract, found.work.carried), *found.work.records)
    if intent.workspace is Workspace.CLONE or not intent.contract.checks:
        return ()  # nobody has watched what is checked only since
    now: Mapping[str, str] = runtime.workspaces.watched(guarded(task.contract))
    names = {*now, *intent.watched}
    return tuple(sorted(name for name in names if now.get(name) != intent.watched.get(name)))


def tampered(runtime: Runtime, world: World, task: Task, intent: Intent, found: Found) -> tuple[str, ...]:
    """Answer the protected files that work and what it stands on have changed.

    Those who build on it have to know, checks or not.
    """
    changed = _changed(runtime, task, intent, found)
    return tuple(sorted({*changed, *_inherited(task, intent.workspace, world)}))


def inherited(task: Task, world: World) -> tuple[str, ...]:
    """Answer the protected files that the upstreams of a task have changed, as their records tell."""
    return _inherited(task, task.workspace, world)


def _inherited(task: Task, workspace: Workspace, world: World) -> tuple[str, ...]:
    """Answer the protected files that upstreams have changed without being allowed to.

    They are part of the tree that the task began with; what they were before that is in the code base.
    """
    globs, found = guarded(task.contract), set[str]()
    for edge in task.edges if workspace is Workspace.CLONE else ():
        run = handed_on(edge, world.runs.get(edge.upstream))
        if edge.carry is Carry.ALL and run is not None:
            found |= {path for path in run.protected_changed if matches(globs, path, case=False)}
    return tuple(sorted(found))


def check(runtime: Runtime, world: World, change: Check) -> Event:
    """Open and launch one run of a check."""
    key = AttemptKey(change.task_id, change.number, change.run)
    whole = AttemptKey(change.task_id, change.number)
    task = runtime.desired.tasks[change.task_id]
    intent, proof = runtime.attempts.intent(whole), runtime.attempts.proof(whole)
    asked = proof.checks[change.index]
    run = world.runs.get(task.id)
    used = sum(one.generation == intent.generation for one in run.attempts) if run else 0
    hidden = concealed(task.secrets, runtime.environ)
    env = check_environment(task, runtime.environ, attempt=used + 1, base=intent.base, check=asked.name)
    order = CheckOrder(
        key=key,
        index=change.index,
        name=asked.name,
        script=asked.run,
        executor=intent.executor,
        cwd=_folder(proof.cwd, asked.path),
        env=env,
        # How long an agent may be silent says nothing of a test run.
        limits=replace(task.limits, idle_timeout=None),
        created_at=runtime.clock(),
        secrets=tuple(hidden),
    )
    _end_strays(runtime, world, change)
    if change.run > 1 and proof.commit is not None:
        # The code on trial has run here already: it may have made things easier for itself.
        runtime.workspaces.reset(whole, guarded(task.contract))
    runtime.attempts.order_check(order)
    runtime.attempts.launching(key, hidden)
    runtime.executors[intent.executor].start(key, runtime.attempts.directory(key))
    _release(runtime, intent, AttemptKey(change.task_id, change.number, change.run - 1))
    told = f"check {asked.name} ({change.index + 1} of {len(proof.checks)}) started"
    return Event(
        at=runtime.clock(),
        kind=EventKind.CHECKING,
        task_id=task.id,
        number=change.number,
        message=f"{task.id} {told} (attempt {change.number})",
        data={"check": asked.name, "run": asked.run, "commit": proof.commit},
    )


def _end_strays(runtime: Runtime, world: World, change: Check) -> None:
    """End what the run before has left at work in the same tree, where its shim was killed."""
    attempt = next(one for one in world.attempts[change.task_id] if one.number == change.number)
    last = attempt.proof.runs[-1] if attempt.proof is not None and attempt.proof.runs else None
    if last is not None and last.phase is Phase.LOST:
        runtime.attempts.evidence(AttemptKey(change.task_id, change.number, last.number))


def _folder(top: Path, below: str) -> Path:
    return top / below if below else top


def _release(runtime: Runtime, intent: Intent, key: AttemptKey) -> None:
    """Tidy the view of the run before; what it said is in its files."""
    executor = runtime.executors.get(intent.executor)
    if key.check and executor is not None:
        executor.release(key, keep=False)


def release(runtime: Runtime, intent: Intent, attempt: Attempt) -> None:
    """Tidy the view of the last run of an attempt's checks."""
    if attempt.proof is not None and attempt.proof.runs:
        last = attempt.proof.runs[-1].number
        _release(runtime, intent, AttemptKey(attempt.task_id, attempt.number, last))


def results(runtime: Runtime, attempt: Attempt, proof: ProofOrder) -> tuple[CheckRecord, ...]:
    """Answer what each check said; one that was never run was stopped before its turn."""
    runs = answers(attempt.proof) if attempt.proof is not None else ()
    return tuple(_record(runtime, attempt, proof, index, run) for index, run in enumerate(runs))


def _record(
    runtime: Runtime, attempt: Attempt, proof: ProofOrder, index: int, run: CheckRun | None
) -> CheckRecord:
    asked = proof.checks[index]
    evidence = None
    if run is not None and run.phase in {Phase.ENDED, Phase.LOST, Phase.FENCED}:
        evidence = runtime.attempts.evidence(AttemptKey(attempt.task_id, attempt.number, run.number))
    began = evidence.started_at if evidence else None
    return CheckRecord(
        name=asked.name,
        run=asked.run,
        path=asked.path,
        exit_code=evidence.exit_code if evidence else None,
        seconds=max(evidence.ended_at - began, 0.0) if evidence and began is not None else 0.0,
        commit=proof.commit,
        output_digest=evidence.digest if evidence else "",
        tail=_plain(runtime, proof, evidence.tail) if evidence else "",
        reason=_plain(runtime, proof, _reason(evidence)),
    )


def _plain(runtime: Runtime, proof: ProofOrder, text: str) -> str:
    return portable(text, (proof.cwd,), runtime.environ.get("HOME", ""))


def _reason(evidence: Evidence | None) -> str:
    """Say why a check counts as not passed, "" when it passed: it ended by itself, with code 0."""
    if evidence is None:
        return STOPPED
    if evidence.cause == "exited" and evidence.exit_code is not None:
        return _answer(evidence, evidence.exit_code)
    if evidence.cause == "fenced" and evidence.error in WITHDRAWN:
        return STOPPED
    asked = str(ReasonCode.STOP_REQUESTED)
    if evidence.cause == "stopped" or (evidence.cause == "fenced" and evidence.error == asked):
        return told(STOPPED, evidence.error or asked)
    if evidence.cause in {"fenced", "lost"}:
        return told(UNANSWERED, evidence.error or evidence.cause)
    return told(
        "it could not be started" if evidence.cause == "launch_failed" else evidence.cause, evidence.error
    )


def _answer(evidence: Evidence, exit_code: int) -> str:
    if evidence.error:  # the machine goes down, say, or somebody has ended the shim
        return told(UNANSWERED, evidence.error)
    if exit_code == 0:
        return ""
    return f"killed by signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"


def stopped(checks: tuple[CheckRecord, ...]) -> bool:
    """Whether some check was ended from outside, or never came to its turn."""
    return any(code(one.reason) == STOPPED for one in checks)


def asked(checks: tuple[CheckRecord, ...]) -> str:
    """Answer with which word somebody had a check ended, "" where none was at work."""
    words = (one.reason.partition(": ")[2] for one in checks if code(one.reason) == STOPPED)
    return next((word for word in words if word), "")
