"""Says reasons, times, spans and money in words that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from specrun.core import reasons
from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.task import Task, When, split_id
from specrun.core.world import Run
from specrun.report.text import cut, line

_DETAIL_LIMIT = 200
_REASON_LIMIT = 80
_MARK_LIMIT = 60
_TENTHS = 10
_MINUTE = 60
_HOUR = 3600
_SMALLEST = Decimal("0.0001")
_THOUSAND = 1000
_MILLION = 1_000_000

_WORDS = {
    ReasonCode.NEW: "never run",
    ReasonCode.PROMPT_CHANGED: "prompt changed",
    ReasonCode.TEMPLATE_CHANGED: "template changed",
    ReasonCode.VAR_CHANGED: "variable changed",
    ReasonCode.READS_CHANGED: "files it reads changed",
    ReasonCode.INPUT_CHANGED: "input changed",
    ReasonCode.ENV_CHANGED: "env changed",
    ReasonCode.AGENT_CHANGED: "agent changed",
    ReasonCode.WORKSPACE_CHANGED: "workspace changed",
    ReasonCode.EDGES_CHANGED: "depends_on changed",
    ReasonCode.RERUN_TOKEN: "rerun token changed",
    ReasonCode.OUTPUTS_CONTRACT_CHANGED: "outputs changed",
    ReasonCode.SCOPE_CHANGED: "touches changed",
    ReasonCode.JUDGE_CHANGED: "judge changed",
    ReasonCode.CHECKS_UNANSWERED: "checks could not be heard",
    ReasonCode.CHECKS_CHANGED: "checks changed",
    ReasonCode.REWORK: "rework",
    ReasonCode.UPSTREAM_OUTPUT_CHANGED: "upstream result changed",
    ReasonCode.UPSTREAM_PENDING: "waits for",
    ReasonCode.UPSTREAM_FAILED: "upstream did not succeed",
    ReasonCode.FAILED_THEN_EDITED: "failed, then edited",
    ReasonCode.FAILED_UNCHANGED: "failed, unchanged",
    ReasonCode.SETTING_CHANGED: "setting changed",
    ReasonCode.RETRY_REQUESTED: "retry asked for",
    ReasonCode.REQUESTED_REPLACE: "to be run again, as asked for",
    ReasonCode.RETRY_LEFT: "retry left",
    ReasonCode.RETRY_DELAY: "waits before the retry",
    ReasonCode.ERRORED: "could not be run",
    ReasonCode.CANCELLED: "stopped by a person",
    ReasonCode.RESULT_MISSING: "its result is missing",
    ReasonCode.RESULT_EDITED: "its record was changed by somebody else than specrun",
    ReasonCode.INCOMPLETE: "ended, not recorded yet",
    ReasonCode.RUNNING: "running",
    ReasonCode.PROVING: "its checks run",
    ReasonCode.ORPHANED: "gone from the spec",
    ReasonCode.RENAMED: "renamed",
    ReasonCode.FROZEN: "frozen",
    ReasonCode.DISABLED: "disabled",
    ReasonCode.OUTDATED_WHILE_RUNNING: "edited while running",
    ReasonCode.STOP_REQUESTED: "is being stopped",
    ReasonCode.MAX_WORKERS: "waits for a free worker",
    ReasonCode.BUDGET_WAIT: "budget",
    ReasonCode.TEMPLATE_ERROR: "template error",
    ReasonCode.SKIPPED: "skipped",
    ReasonCode.STALE: "stale",
    ReasonCode.NOT_SELECTED: "not selected",
    ReasonCode.UNREADABLE: "its state cannot be read",
    ReasonCode.BRANCH_IN_USE: "its branch is in use",
}
_ENDS = {
    "stop_requested": "stopped by a person",
    "outdated_while_running": "stopped because its task was edited",
    "orphaned": "stopped because its task is gone from the spec",
    "idle_timeout": "idle timeout",
    "log_limit": "log limit reached",
    "budget": "its budget is used up",
    "max_turns": "too many turns",
    "launch_failed": "could not be launched",
    "merge_conflict": "merge conflict",
    "result_missing": "the result of an upstream is missing",
    "workspace_missing": "its workspace is gone",
    reasons.CHECK_FAILED: "checks failed",
    reasons.CHECKS_UNANSWERED: "checks could not be heard",
    reasons.UNUSABLE: "no tree can be made of its work",
    reasons.OUTSIDE_TOUCHES: "changed what `touches` does not name",
    reasons.NOTHING_CHANGED: "changed nothing of what `touches` names",
    reasons.OUTSIDE_LINKS: "left links that lead out of the tree",
    reasons.OUTPUTS_MISSING: "left no output, which `outputs` asks for",
    reasons.OUTPUTS_INVALID: "its output is not what `outputs` asks for",
    reasons.NO_VERDICT: "left no verdict",
    reasons.FOREIGN_VERDICT: "left a verdict that is not declared",
    reasons.TOOL_MOVED: "a program of its checks has moved",
}
_JOINTS = {ReasonCode.UPSTREAM_PENDING: " ", ReasonCode.RENAMED: " from "}
_WHEN = "when: "
"""Begins the detail of a skip that the task's own condition has asked for; else it names an upstream."""


def spoken_reasons() -> Mapping[ReasonCode, str]:
    """Answer the words for every reason."""
    return _WORDS


def reason(told: Reason) -> str:
    """Say one reason with its detail."""
    words = _WORDS[told.code]
    if not told.detail:
        return words
    detail = cut(line(ended(told.detail)), _DETAIL_LIMIT)
    if detail == words:
        return words
    joint = _JOINTS.get(told.code, ": ")
    if told.code is ReasonCode.SKIPPED:
        joint = " by " if detail.startswith(_WHEN) else " because of "
    return f"{words}{joint}{detail}"


def ended(reason: str) -> str:
    """Say why an attempt ended in words: records begin reasons of specrun's own with a code."""
    code, colon, rest = reason.partition(":")
    return f"{_ENDS.get(code, code)}{colon}{rest}"


def result(run: Run) -> str:
    """Say in one line what a task left: its last words, behind what went wrong and what stands out.

    What an agent says of work that was found wanting is left out.
    """
    said, reason = line(run.summary), line(ended(run.reason))
    marks = " ".join(_marks(run))
    if reasons.unproven(run.reason):
        said = ""
    if run.status.good or reason == said:
        said, reason = said or reason, ""
    elif said in reason or said == run.reason:
        said = ""
    if marks:
        reason = cut(reason, _REASON_LIMIT)
        said = f"{marks} {said}".rstrip()
    return f"{reason}: {said}" if reason and said else reason or said


def _marks(run: Run) -> Iterator[str]:
    """Answer what stands out of a record: `[verdict: approved]`, `[2 denied: Bash: rm -rf x; Write: y]`."""
    if len(run.rounds) > 1:
        yield f"[{len(run.rounds)} rounds]"
    if run.verdict is not None and run.status.good:
        yield _mark("verdict", [run.verdict])
    elif run.commit is not None and run.carried == () and run.verdict is None and run.status.good:
        yield "[no change]"
    if run.last is not None and run.last.denials:
        yield _mark(f"{len(run.last.denials)} denied", run.last.denials, "; ")
    if run.protected_changed:
        yield _mark("protected, but changed", run.protected_changed)
    if run.discarded:
        yield _mark("discarded", run.discarded)


def _mark(word: str, names: Sequence[str], joint: str = ", ") -> str:
    return f"[{word}: {cut(joint.join(map(line, names)), _MARK_LIMIT)}]"


def why(decision: Decision) -> str:
    """Say the first reason of a decision; a stale success says so."""
    if decision.reasons:
        return reason(decision.reasons[0])
    return "stale: an upstream has not succeeded" if decision.stale else "up to date"


def awaited(decision: Decision, task: Task | None) -> tuple[list[str], list[str]]:
    """Answer the upstreams that a decision waits for: those that have to end, and those that have to fail."""
    names = [line(one.detail) for one in decision.reasons if one.code is ReasonCode.UPSTREAM_PENDING]
    edges = task.edges if task else ()
    failing = {split_id(edge.upstream)[1] for edge in edges if edge.on is When.FAILED}
    return [one for one in names if one not in failing], [one for one in names if one in failing]


def when(decision: Decision, now: float, task: Task | None = None) -> str:
    """Say when a task that is to run would start."""
    if decision.action is Action.STOP:
        return "after it is stopped"
    if any(one.code is ReasonCode.INCOMPLETE for one in decision.reasons):
        return "after it is recorded"
    ending, failing = awaited(decision, task)
    if ending or failing:
        told = [f"after {', '.join(ending)}"] if ending else []
        return ", ".join([*told, *(f"if {one} fails" for one in failing)])
    if decision.not_before > now:
        return f"in {span(decision.not_before - now)}"
    return "now" if decision.ready else "when a worker is free"


def span(seconds: float) -> str:
    """Say a length of time: `0.04s`, `1.4s`, `12s`, `3m 05s`, `2h 07m`."""
    if seconds < 1:
        return f"{max(seconds, 0.0):.2f}s"
    if seconds < _TENTHS:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m {whole % _MINUTE:02d}s"
    return f"{whole // _HOUR}h {whole % _HOUR // _MINUTE:02d}m"


def money(amount: Decimal | None) -> str:
    """Say an amount in USD with cents, below one dollar with up to four digits, or `unknown`."""
    if amount is None:
        return "unknown"
    if 0 < amount < _SMALLEST:
        return f"less than {_SMALLEST} USD"
    digits = f"{amount:.4f}".rstrip("0") if amount < 1 else ""
    return f"{max(f'{amount:.2f}', digits, key=len)} USD"


def cost(amounts: Sequence[Decimal | None]) -> str:
    """Add up what attempts cost; a sum with an unknown part says so, for unknown is never free."""
    known = [one for one in amounts if one is not None]
    if not known:
        return "unknown" if amounts else ""
    told = money(sum(known, Decimal(0)))
    return told if len(known) == len(amounts) else f"{told} + unknown"


def tokens(counts: Mapping[str, int]) -> str:
    """Say how much was sent and came back: `50.3k tokens in, 812 out`; caches count as sent."""
    back = counts.get("output", 0)
    return f"{_short(sum(counts.values()) - back)} tokens in, {_short(back)} out"


def brief(counts: Mapping[str, int]) -> str:
    """Say how many tokens there were in all: `51.1k tok`."""
    return f"{_short(sum(counts.values()))} tok"


def _short(number: int) -> str:
    for size, letter in ((_MILLION, "M"), (_THOUSAND, "k")):
        if number >= size:
            return f"{number // (size // 10) / 10:.1f}{letter}"
    return str(number)


def moment(seconds: float) -> str:
    """Say a moment (seconds since the epoch) in ISO 8601, UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def count(number: int, noun: str) -> str:
    """Say `1 task`, `2 tasks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
