"""Says what a person has noted in a record: who took the work as done, who wants it left alone, and why."""

from __future__ import annotations

from specrun.core.task import Json
from specrun.core.world import Mark, Run
from specrun.report.text import cut, line
from specrun.report.words import moment, result

_LIMIT = 80


def told(run: Run) -> str:
    """Say in one line what a task left, behind what a person has noted: `[accepted by Ann: why] words`."""
    noted = (("accepted", run.accepted), ("frozen", run.frozen))
    marks = [_mark(word, mark) for word, mark in noted if mark is not None]
    return " ".join([*marks, result(run)]).rstrip()


def _mark(word: str, mark: Mark) -> str:
    by = f" by {who(mark)}" if mark.by else ""
    return f"[{word}{by}: {cut(line(mark.reason), _LIMIT)}]"


def who(mark: Mark) -> str:
    """Answer the name of a person without their address."""
    return line(mark.by).partition(" <")[0]


def spoken(mark: Mark) -> str:
    """Say a mark with its day, for the person who asks for it: `by Ann on 2026-11-29: why`."""
    by = f"by {who(mark)} " if mark.by else ""
    return f"{by}on {moment(mark.at)[:10]}: {line(mark.reason)}"


def entry(mark: Mark | None) -> Json:
    """Answer a mark for scripts, None where there is none."""
    return None if mark is None else {"reason": mark.reason, "by": mark.by, "at": moment(mark.at)}
