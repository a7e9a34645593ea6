"""Writes a plan down for scripts as `schema/plan.schema.json` has it: the same bytes for the same plan."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from specrun import __version__
from specrun.core.agent import Price
from specrun.core.change import Action, Decision, Plan, Reason, ReasonCode
from specrun.core.difference import Difference
from specrun.core.drift import Drift
from specrun.core.estimate import Estimate
from specrun.core.forecast import WORKING, conflicts
from specrun.core.impact import REASONS
from specrun.core.task import Json, Task, TaskId
from specrun.core.world import Fingerprint
from specrun.report import onward, outlook, selection
from specrun.report.edits import RESULT, TEMPLATE, Edit, edits
from specrun.report.preview import Preview
from specrun.report.pricing import workers
from specrun.report.words import money, reason

FORMAT = 1
"""Readers refuse what they do not know; what is only added does not change it."""
_ERRORS = frozenset(
    {ReasonCode.TEMPLATE_ERROR, ReasonCode.UNREADABLE, ReasonCode.BRANCH_IN_USE, ReasonCode.RESULT_MISSING}
)
"""Reasons of a hold that are told as diagnostics, too: something has to be mended by hand."""
_COMPONENTS = {code: name for name, code in REASONS.items()}
_NUMBERED = WORKING | {Action.VERIFY}


def document(preview: Preview) -> dict[str, Json]:
    """Answer the plan for scripts; of what was not selected only the counts are told."""
    plan, desired = preview.shown, preview.desired
    counts = Counter(decision.action for decision in plan.decisions)
    waves = _waves(preview)
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "digest": preview.plan.digest,
        "specs": [
            {"name": spec.name, "path": spec.path, "sha256": preview.digests.get(spec.path)}
            for spec in desired.specs.values()
        ],
        "files": [{"path": path, "sha256": digest} for path, digest in sorted(preview.digests.items())],
        "projects": outlook.project_entries(desired),
        "git": {"branch": preview.base.branch, "base": preview.base.commit, "dirty": preview.base.dirty},
        "selection": None if preview.choice is None else selection.entry(preview.choice),
        "summary": {str(action): counts[action] for action in Action},
        "applyable": bool(preview.pending),
        "complete": _complete(preview, plan),
        "changes": [change(preview, one, waves.get(one.task_id)) for one in plan.decisions],
        "drift": [_drift(one) for one in preview.drift],
        "unproven": [*outlook.unchecked(desired, plan)],
        "unisolated": [*outlook.unisolated(desired, plan)],
        "conflicts": outlook.conflict_entries(conflicts(desired, plan)),
        "estimate": _estimates(preview),
        "unsafe": [
            {"code": one.code, "message": one.told, "tasks": [*one.tasks]} for one in preview.plan.unsafe
        ],
        "diagnostics": [*_diagnostics(preview, plan)],
        "next": [command for command, _ in onward.commands(preview)],
    }


def _complete(preview: Preview, plan: Plan) -> bool:
    """Whether nothing is left to do once this is done: nothing is held against its wish, or left out."""
    held = any(one.action is Action.HOLD and one.would is None for one in plan.decisions)
    return not held and not (preview.choice is not None and preview.choice.left_out)


def _waves(preview: Preview) -> dict[TaskId, int]:
    """Answer for tasks that have something to do in which round they can start, were there workers enough."""
    waves: dict[TaskId, int] = {}
    for one in preview.pending:
        task = preview.task(one)
        before = [waves.get(edge.upstream, 0) for edge in task.edges] if task else []
        waves[one.task_id] = 1 + max(before, default=0)
    return waves


def change(preview: Preview, decision: Decision, wave: int | None = None) -> dict[str, Json]:
    """Answer what becomes of one task; `wave` is the round in which it could start."""
    differences = preview.differences(decision)
    found = edits(differences, lambda name: preview.where(decision.task_id, name)) if differences else ()
    task, run = preview.task(decision), preview.run(decision)
    return {
        "address": decision.task_id,
        "previous_address": decision.moved_from,
        "action": str(decision.action),
        "would": None if decision.would is None else str(decision.would),
        "reasons": [_reason(one, found, preview, decision) for one in decision.reasons],
        "generation": decision.generation,
        "ready": decision.ready,
        "stale": decision.stale,
        "round": decision.round,
        "verifying": decision.verifying,
        "upper_bound": decision.action is Action.DEFERRED,
        "unknown": [*(decision.fingerprint.unknown if decision.fingerprint else ())],
        "wave": wave,
        "attempt": preview.number(decision.task_id) if decision.action in _NUMBERED else None,
        "outcome_before": str(run.status) if run else None,
        **_task(task, preview.prices),
        "prompt_sha256": _prompt_digest(decision.fingerprint),
        "estimate": _estimate(preview.estimates.tasks.get(decision.task_id)),
        "fingerprint": _fingerprint(decision.fingerprint, preview.before(decision), differences),
        "edits": [_edit(one) for one in found],
    }


def _task(task: Task | None, prices: Mapping[str, Price]) -> dict[str, Json]:
    """Answer what the spec says of a task, nothing where no spec declares it."""
    held = task is not None and prices.get(task.agent) is not Price.UNKNOWN
    return {
        "agent": task.agent if task else None,
        "model": task.model if task else None,
        "executor": task.executor if task else None,
        "budget": money(task.budget) if task and held and task.budget is not None else None,
        "depends_on": [edge.upstream for edge in task.edges] if task else [],
        "file": task.where.file if task else None,
        "line": task.where.line if task else None,
        "checks": [one.name for one in task.contract.checks] if task else [],
        "touches": [*task.contract.touches] if task else [],
        "sensitive": [*sorted(task.secrets)] if task else [],
        "labels": [*task.labels] if task else [],
    }


def _reason(one: Reason, found: Sequence[Edit], preview: Preview, decision: Decision) -> dict[str, Json]:
    """Answer a reason with the edit that it speaks of; the file and line of the task where there is none."""
    edit = next((edit for edit in found if _speaks_of(one, edit)), None)
    task = preview.task(decision)
    where = edit.where if edit else task.where if task else None
    upstream = one.code in {
        ReasonCode.UPSTREAM_OUTPUT_CHANGED,
        ReasonCode.UPSTREAM_PENDING,
        ReasonCode.UPSTREAM_FAILED,
    }
    return {
        "code": str(one.code),
        "detail": one.detail,
        "message": reason(one),
        "path": edit.path if edit else None,
        "before": edit.before if edit else None,
        "after": edit.after if edit else None,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "upstream": one.detail if upstream and one.detail else None,
    }


def _speaks_of(one: Reason, edit: Edit) -> bool:
    if one.code is ReasonCode.VAR_CHANGED:
        return edit.path == one.detail or edit.path.startswith(f"{one.detail}.")
    if one.code is ReasonCode.TEMPLATE_CHANGED:
        return edit.path == TEMPLATE + one.detail
    if one.code is ReasonCode.UPSTREAM_OUTPUT_CHANGED:
        return edit.path == RESULT + one.detail
    if one.code in {ReasonCode.SETTING_CHANGED, ReasonCode.CHECKS_CHANGED}:
        return edit.component in (
            [name.strip() for name in one.detail.split(",")] if one.detail else ["checks"]
        )
    return edit.component == _COMPONENTS.get(one.code)


def _edit(one: Edit) -> dict[str, Json]:
    return {
        "path": one.path,
        "component": one.component,
        "class": str(one.impact),
        "before": one.before,
        "after": one.after,
        "file": one.where.file if one.where else None,
        "line": one.where.line if one.where else None,
    }


def _prompt_digest(print_: Fingerprint | None) -> str | None:
    """Answer the hex SHA-256 of the prompt as far as it counts, None while it is not known."""
    prompt = print_.components.get("prompt") if print_ else None
    if isinstance(prompt, dict):
        return str(prompt.get("sha256"))
    return (
        hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()
        if isinstance(prompt, str)
        else None
    )


def _fingerprint(now: Fingerprint | None, before: Fingerprint | None, found: Sequence[Difference]) -> Json:
    if now is None:
        return None
    return {
        "work": now.work or None,
        "verify": now.verify,
        "live": now.live,
        "unknown": [*now.unknown],
        "version": now.version,
        "before": _digests(before) if before else None,
        "after": _digests(now),
        "components": {
            one.component: {"class": str(one.impact), "before": one.before, "after": one.after}
            for one in found
        },
    }


def _digests(print_: Fingerprint) -> dict[str, Json]:
    return {"work": print_.work or None, "verify": print_.verify, "live": print_.live}


def _estimate(one: Estimate | None) -> Json:
    if one is None:
        return None
    usd, seconds = one.usd, one.seconds
    return {
        "usd_low": str(usd[0]) if usd else None,
        "usd_high": str(usd[1]) if usd else None,
        "seconds_low": round(seconds[0], 3) if seconds else None,
        "seconds_high": round(seconds[1], 3) if seconds else None,
        "samples": one.samples,
        "basis": one.basis,
    }


def _estimates(preview: Preview) -> dict[str, Json]:
    found = preview.estimates
    usd, seconds = found.usd, found.seconds
    return {
        "usd_low": str(usd[0]) if usd else None,
        "usd_high": str(usd[1]) if usd else None,
        "deferred_usd_high": None if found.deferred_usd is None else str(found.deferred_usd),
        "seconds_low": round(seconds[0], 3) if seconds else None,
        "seconds_high": round(seconds[1], 3) if seconds else None,
        "samples": found.samples,
        "unknown_tasks": found.unknown,
        "workers": workers(preview) if found.tasks else 0,
    }


def _drift(one: Drift) -> dict[str, Json]:
    return {"code": one.code, "address": one.task_id, "message": one.told, "fix": one.fix}


def _diagnostics(preview: Preview, plan: Plan) -> list[Json]:
    """Answer what has to be mended by hand before a task can go on."""
    told: list[Json] = []
    for one in plan.decisions:
        first = one.reasons[0] if one.action is Action.HOLD and one.reasons else None
        if first is not None and first.code in _ERRORS:
            task = preview.task(one)
            told.append(
                {
                    "severity": "error",
                    "code": str(first.code),
                    "address": one.task_id,
                    "summary": reason(Reason(first.code)),
                    "detail": first.detail,
                    "file": task.where.file if task else None,
                    "line": task.where.line if task else None,
                }
            )
    return told
