"""Tells beside a running apply what an edit makes of it, or why specrun goes on as if there were none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specrun.core.change import SYMBOLS, Decision, Plan
from specrun.core.graph import dependents_of
from specrun.core.reasons import named
from specrun.core.task import Json, TaskId
from specrun.errors import Problem
from specrun.report import problems
from specrun.report.changes import details, edited
from specrun.report.diff import aligned, summary
from specrun.report.preview import Preview
from specrun.report.text import line
from specrun.report.words import moment, reason, why

_ROOM = 100
_INDENT = " " * 6
_COMMIT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit that is carried out, at seconds since the epoch.

    `files` are those that differ, `head` is the commit that HEAD has moved to, "" where it has not. The specs
    in `taken` are new, those in `dropped` are applied no more. `before` is what would be done without it,
    `preview` what is now.
    """

    at: float
    files: tuple[str, ...]
    head: str
    taken: tuple[str, ...]
    dropped: tuple[str, ...]
    before: Plan
    preview: Preview

    @property
    def news(self) -> tuple[Decision, ...]:
        """The decisions that are others because of it; from one idleness to another is no news."""
        before = {one.task_id: one for one in self.before.decisions}
        return tuple(one for one in self.preview.shown.decisions if _differs(before.get(one.task_id), one))

    @property
    def gone(self) -> tuple[TaskId, ...]:
        """The tasks that would have had something to do, and that nobody wants any more."""
        now = {one.task_id for one in self.preview.plan.decisions}
        return tuple(one.task_id for one in self.before.decisions if not one.idle and one.task_id not in now)


def _differs(before: Decision | None, now: Decision) -> bool:
    if before is None:
        return not now.idle
    return not (before.idle and now.idle) and _sign(before) != _sign(now)


def _sign(one: Decision) -> tuple[object, ...]:
    print_ = one.fingerprint
    work = (print_.work, print_.verify) if print_ is not None else ()
    return one.action, one.generation, one.round, [told.code for told in one.reasons], work


def text(edit: Edit, *, room: int | None = None) -> str:
    """Answer what was edited, the lines of the tasks that it concerns, and what the plan comes to.

    A commit that changes nothing of it is not worth a word.
    """
    news, gone = edit.news, edit.gone
    head = f"{moment(edit.at)} {_heading(edit)}"
    if not (news or gone or edit.dropped):
        return f"{head}; nothing to do\n" if edit.files or edit.taken else ""
    return (
        "\n".join([head, *_rows(edit, news, room or _ROOM), *_left(edit, gone), summary(edit.preview.shown)])
        + "\n"
    )


def _heading(edit: Edit) -> str:
    told = [f"edited: {named(map(line, edit.files))}"] if edit.files else []
    if edit.head:
        told.append(f"HEAD is at {edit.head[:_COMMIT]}")
    if edit.taken:
        told.append(f"taken up: {named(map(line, edit.taken))}")
    return "; ".join(told)


def _rows(edit: Edit, news: Sequence[Decision], room: int) -> Iterator[str]:
    dependents = dependents_of(edit.preview.desired.tasks) if news else {}
    heads = aligned([(f"{SYMBOLS[one.action]} {one.action}", line(one.task_id), why(one)) for one in news])
    for head, one in zip(heads, news, strict=True):
        yield head
        below = details(edit.preview, one, edited(edit.preview, one), dependents, room - len(_INDENT))
        yield from (_INDENT + row for row in below)


def _left(edit: Edit, gone: Sequence[TaskId]) -> Iterator[str]:
    if gone:
        yield f"Not wanted any more: {named(map(line, gone))}."
    if edit.dropped:
        yield f"Applied no more: {named(map(line, edit.dropped))}; what was recorded stays."


def entry(edit: Edit) -> dict[str, Json]:
    """Answer an edit that is carried out as a line of a stream."""
    return {
        "type": "replanned",
        "at": moment(edit.at),
        "files": [*edit.files],
        "head": edit.head or None,
        "digest": edit.preview.plan.digest,
        "changes": [_change(one) for one in edit.news],
        "gone": [*edit.gone],
        "taken": [*edit.taken],
        "dropped": [*edit.dropped],
        "message": f"{_heading(edit)}; {summary(edit.preview.shown)}",
    }


def _change(one: Decision) -> dict[str, Json]:
    reasons: list[Json] = [
        {"code": str(told.code), "detail": told.detail, "message": reason(told)} for told in one.reasons
    ]
    return {"address": one.task_id, "action": str(one.action), "reasons": reasons}


def invalid(at: float, found: Sequence[Problem], since: float) -> dict[str, Json]:
    """Answer as a line of a stream that the specs mean nothing, with all that is wrong in them."""
    return {
        "type": "invalid",
        "at": moment(at),
        "problems": problems.document(found)["problems"],
        "message": goes_on(since),
    }


def refused(at: float, told: str, code: int, since: float) -> dict[str, Json]:
    """Answer as a line of a stream why an edit is not carried out; `code` is what an apply would answer."""
    return {
        "type": "refused",
        "at": moment(at),
        "reason": told,
        "exit_code": code,
        "message": goes_on(since),
    }


def mended(at: float) -> dict[str, Json]:
    """Answer as a line of a stream that nothing is wrong with the specs any more."""
    return {"type": "mended", "at": moment(at), "message": MENDED}


def rest(summary_: str, code: int) -> dict[str, Json]:
    """Answer as a line of a stream that nothing is left to do; `code` is what an apply would answer now."""
    return {"type": "rest", "exit_code": code, "message": summary_}


MENDED = "specs are right again"


def goes_on(since: float) -> str:
    """Say that an edit has changed nothing; `since` is when the specs were read that hold on."""
    clock = moment(since).partition("T")[2]
    return f"specrun goes on with the specs as they were at {clock}; no worker was stopped"
