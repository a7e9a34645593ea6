"""Looks at what an ended attempt left: its outcome, its work, and what its task asks for beside checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specrun.core.briefing import output_in, verdict_in
from specrun.core.change import ReasonCode
from specrun.core.contract import Contract
from specrun.core.reasons import BUDGET, ORPHANED, OUTDATED, OUTPUTS_INVALID, OUTPUTS_MISSING, told
from specrun.core.scope import shortfall
from specrun.core.task import Json, Workspace
from specrun.core.upstream import last_good
from specrun.core.verdict import verdict
from specrun.core.world import CarriedFile, Run, Status
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Evidence, Intent, Outcome, ProofOrder, Work
from specrun.reconcile.portable import portable
from specrun.reconcile.runtime import Runtime

LIMITS = frozenset({"timeout", "idle_timeout", "log_limit", BUDGET, "max_turns"})
OUTDATED_FENCE = "outdated"
WITHDRAWN = frozenset({OUTDATED_FENCE, OUTDATED, ORPHANED})
"""Reasons of fences after which it is as if what they are of had never been ordered."""
FEEDBACK = 16 * 1024
"""Characters that are kept of what a judge says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An ended attempt: `verdict` and `feedback` are a judge's, `discarded` names what it has edited."""

    outcome: Outcome
    work: Work | None
    output: Json
    verdict: str | None = None
    feedback: str = ""
    discarded: tuple[str, ...] = ()


def examine(
    runtime: Runtime, key: AttemptKey, intent: Intent, evidence: Evidence, proof: ProofOrder | None
) -> Found:
    """Judge an ended attempt by all but its checks.

    Without `proof` its work is collected; with it the work is what was collected then, whatever the tree
    looks like by now.
    """
    outcome = judge(runtime.agents[intent.agent].outcome(evidence), evidence)
    work = None
    try:
        work = _work(runtime, key, intent, evidence, proof)
    except ResultMissing as gone:
        if outcome.status.good:
            outcome = failed(outcome, "workspace_missing", gone.what)
    found = Found(outcome=outcome, work=work, output=_output(intent.contract, evidence))
    if intent.contract.judge is not None:
        home = runtime.environ.get("HOME", "")
        found = _judged(intent, evidence, _kept_off(intent, found, proof), home)
    elif outcome.status.good and work is not None and proof is None:
        found = _demanded(found, shortfall(intent.contract, (*work.carried, *_written(work)), work.outside))
    return _with_output(runtime, intent.contract, found)


def judge(outcome: Outcome, evidence: Evidence) -> Outcome:
    """Let what the shim saw overrule what the agent's end looks like."""
    status, reason, summary = outcome.status, outcome.reason, outcome.summary
    if evidence.cause in LIMITS:
        status, reason, summary = Status.FAILED, evidence.cause, evidence.error or summary
    elif evidence.cause == "stopped":
        status, reason = Status.CANCELLED, evidence.error or "stop_requested"
    elif evidence.cause == "fenced" and evidence.error == ReasonCode.STOP_REQUESTED:
        status, reason = Status.CANCELLED, evidence.error
    elif evidence.cause == "lost":
        status, reason = Status.LOST, evidence.error or "the worker vanished without an exit record"
    elif evidence.cause in {"launch_failed", "fenced"}:
        status, reason = Status.ERRORED, evidence.error or evidence.cause
    elif status.good and (evidence.error or evidence.output_error):
        # E.g. a shutdown that the program took for the end of its work.
        status, reason = Status.FAILED, evidence.error or evidence.output_error
    return replace(outcome, status=status, reason=reason, summary=summary)


def failed(outcome: Outcome, reason: str, summary: str = "") -> Outcome:
    """Answer an outcome that is a failure after all."""
    return replace(outcome, status=Status.FAILED, reason=reason, summary=summary or outcome.summary)


def _work(
    runtime: Runtime, key: AttemptKey, intent: Intent, evidence: Evidence, proof: ProofOrder | None
) -> Work | None:
    if intent.workspace is not Workspace.CLONE or intent.base is None or evidence.cause == "fenced":
        return None
    if proof is not None and proof.commit is not None:
        return runtime.workspaces.recall(intent.base, proof.commit)
    path = runtime.attempts.workspace(key)
    return runtime.workspaces.collect(
        key, path, intent.base, evidence.ended_at, f"{key.task_id}: work of attempt {key.number}"
    )


def same_work(found: Found, run: Run | None) -> Found:
    """Let a rework that changed nothing have the commit that was judged, so that this shows."""
    seen = last_good(run) if run is not None else None
    if found.work is None or seen is None or seen.commit is None or seen.carried != found.work.carried:
        return found
    return replace(found, work=replace(found.work, commit=seen.commit))


def _kept_off(intent: Intent, found: Found, proof: ProofOrder | None) -> Found:
    """Take the edits of a judge away: what it hands on is its verdict."""
    if found.work is None or intent.base is None:
        return found
    edits = tuple(file.path for file in found.work.carried) if proof is None else proof.discarded
    return replace(found, work=Work(commit=intent.base, carried=()), discarded=edits)


def _judged(intent: Intent, evidence: Evidence, found: Found, home: str) -> Found:
    asked, metered = intent.contract.judge, evidence.metered
    if asked is None or not found.outcome.status.good:
        return found
    word, said = verdict_in(metered.structured if metered else None)
    decided = verdict(asked, evidence.verdict, evidence.verdict_error, word)
    feedback = said or (metered.result if metered and metered.result else evidence.tail)
    plain = portable(feedback.strip()[-FEEDBACK:], (intent.cwd,), home)
    found = replace(found, verdict=decided.word, feedback=plain)
    return _demanded(found, decided.reason)


def _written(work: Work) -> Iterator[CarriedFile]:
    """Answer records that a worker has changed as part of its change."""
    return (CarriedFile(path, "", "") for path in work.records)


def _demanded(found: Found, reason: str) -> Found:
    return replace(found, outcome=failed(found.outcome, reason)) if reason else found


def _output(contract: Contract, evidence: Evidence) -> Json:
    if evidence.output is not None or evidence.metered is None:
        return evidence.output
    return output_in(evidence.metered.structured, contract)


def _with_output(runtime: Runtime, contract: Contract, found: Found) -> Found:
    """Hold the output against its schema, unless there are worse things to tell."""
    if contract.outputs is None or not found.outcome.status.good:
        return found
    if found.output is None:
        return _demanded(found, told(OUTPUTS_MISSING, "nothing was left in SPECRUN_OUTPUT"))
    wrong = runtime.invalid(contract.outputs, found.output)
    return _demanded(found, told(OUTPUTS_INVALID, wrong)) if wrong else found
