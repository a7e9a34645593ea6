"""The words with which records say why work did not count; scripts may match the code before the colon."""

from __future__ import annotations

from collections.abc import Iterable

OUTDATED = "outdated_while_running"
ORPHANED = "orphaned"
WITHDRAWN = frozenset({"disabled", "skipped"})
"""Its spec had withdrawn it while it was at work."""
MERGE_CONFLICT = "merge_conflict"
BUDGET = "budget"
"""It reached its cap: another one would spend as much again, so a person decides."""
TIMEOUTS = frozenset({"timeout", "idle_timeout"})

STOPPED = "stopped"
"""Of a check: somebody ended it, or it never came to its turn."""
CHECK_FAILED = "check_failed"
"""Some of its checks did not pass."""
CHECKS_UNANSWERED = "checks_unanswered"
"""Some checks could not be heard, through no fault of the work: they are run again by the next apply."""
UNANSWERED = "unanswered"
"""One check could not be heard."""
UNUSABLE = "work_unusable"
"""No tree can be made of its commit here."""
OUTSIDE_TOUCHES = "outside_touches"
"""It changed files that `touches` does not name."""
NOTHING_CHANGED = "nothing_changed"
"""`touches` says that it was to change something."""
OUTSIDE_LINKS = "outside_links"
"""It left links that lead out of the tree, so that checks would see what is no part of the work."""
OUTPUTS_MISSING = "outputs_missing"
OUTPUTS_INVALID = "outputs_invalid"
NO_VERDICT = "no_verdict"
FOREIGN_VERDICT = "foreign_verdict"
TOOL_MOVED = "tool_moved"
"""A program that its checks start is no longer found where it was before the attempt."""
VERDICT = "verdict"
"""A judge has left a failing word."""

_UNPROVEN = frozenset(
    {
        *(CHECK_FAILED, OUTSIDE_TOUCHES, NOTHING_CHANGED, OUTSIDE_LINKS, OUTPUTS_MISSING, OUTPUTS_INVALID),
        *(NO_VERDICT, FOREIGN_VERDICT, TOOL_MOVED, UNUSABLE),
    }
)
_MOST = 5


def code(reason: str) -> str:
    """Answer the part of a reason that scripts may match."""
    return reason.partition(":")[0]


def unproven(reason: str) -> bool:
    """Whether the agent's work was done and then found wanting."""
    return code(reason) in _UNPROVEN


def told(word: str, detail: str = "") -> str:
    """Answer a reason: its code, and what people want to know besides."""
    return f"{word}: {detail}" if detail else word


def named(names: Iterable[str]) -> str:
    """Name some things, the first few of many; a worker may have chosen their names."""
    found = [name if name.isprintable() else ascii(name)[1:-1] for name in names]
    more = f" (+{len(found) - _MOST} more)" if len(found) > _MOST else ""
    return ", ".join(found[:_MOST]) + more
