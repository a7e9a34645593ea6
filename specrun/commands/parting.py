"""Sends an apply to the background: its child goes on, and its parent says how to come back to it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from specrun.api.preparing import Job
from specrun.commands import background, console
from specrun.errors import ExitCode
from specrun.report import comeback, events
from specrun.report.text import line


def detached(job: Job, *, left: bool = False) -> background.Detaching:
    """Go on as a child; the parent ends as soon as the child is at work, or with it if that ends before.

    No trigger may be open meanwhile, since threads do not go with a child. With `left` a person has just left
    a view, who is told more.
    """
    log = background.log_file(job.project.layout.home)
    split = background.detach(log)
    if split.child:
        _follow(split, log, job, left=left)
    return split


def _follow(split: background.Detaching, log: Path, job: Job, *, left: bool) -> NoReturn:
    code = split.followed()
    if code is not None:
        log.unlink(missing_ok=True)
        background.leave(code)
    end = f"until it is told to end (kill {split.child})" if job.asked.watch else f"(process {split.child})"
    call, words = job.asked.called.words, _words(job)
    again = [comeback.command(call, verb, *words) for verb in ("status", "wait")]
    told = f"specrun goes on in the background {end}; see {' or '.join(again)}."
    if job.asked.going["as_json"]:
        console.row(events.detached(str(log), split.child))
    elif left:
        back = comeback.rows(call, words, console.columns())
        told = f"specrun goes on in the background {end}; its log:\n{line(str(log))}\n{back}"
    else:
        console.out(f"{log}\n")
    console.note(told)
    background.leave(ExitCode.OK)


def _words(job: Job) -> tuple[str, ...]:
    """Answer the specs and selectors that mean what this apply is about."""
    asked, tasks = job.asked, job.runtime.desired.tasks
    return (*asked.called.specs, *comeback.selectors(job.choice, asked.chosen, tasks))
