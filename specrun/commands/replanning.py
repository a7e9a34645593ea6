"""Reads specs again beside a running apply: takes up what can be carried out, else goes on as before."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from specrun import wiring
from specrun.api.narrowing import narrowed
from specrun.api.preparing import Job, prepared, vet
from specrun.api.previewing import glimpsed
from specrun.commands import console
from specrun.commands.screen import Screen
from specrun.core.change import Action, Plan
from specrun.core.reasons import named
from specrun.core.safety import Unsafe
from specrun.core.task import TaskId, split_id
from specrun.errors import InvalidSpec, Locked, Refused, SpecrunError, Stale
from specrun.reconcile.observe import same_branch
from specrun.reconcile.tick import decide
from specrun.report import replanning as report
from specrun.report.dispatch import dangers

AGAIN = 5.0
"""Seconds after which it is tried again to take up an edit: what hindered that may lie where nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Specs as they were read at one moment (seconds since the epoch), and which ones were meant.

    `contents` tells of every file that was read what was in it: the text of a template, else a digest.
    """

    directory: Path | None
    specs: tuple[str, ...]
    project: wiring.Project
    contents: Mapping[str, str]
    at: float


def read(directory: Path | None, specs: tuple[str, ...]) -> Reading:
    """Read specs, and remember what was in their files just then. Raises what `open_project` raises."""
    at = time.time()
    project = wiring.open_project(directory, specs)
    templates = project.loaded.prompts.templates
    texts = {file: text.text for file in templates.files if (text := templates.text(file)) is not None}
    contents = {**project.loaded.digests, **texts}
    return Reading(directory=directory, specs=specs, project=project, contents=contents, at=at)


@dataclass(slots=True, kw_only=True)
class Replanning:
    """What is known of the specs beside a running apply.

    `reading` is what it goes by. `trouble` is what was told last of an edit that is not taken up, which only
    another edit will mend if it was `refused`. `left` are specs that another specrun is applying. All of this
    is told once. `head` is the commit looked at last, `looked` when that was (monotonic seconds).
    """

    reading: Reading
    locks: wiring.ApplyLocks
    screen: Screen
    head: str
    trouble: str = ""
    refused: bool = False
    left: tuple[str, ...] = ()
    looked: float = 0.0

    def moved(self, job: Job) -> bool:
        """Whether HEAD is at a commit that nobody has looked at."""
        return job.runtime.workspaces.head()[1] != self.head

    def due(self) -> bool:
        """Whether it is time to try again what could not be taken up."""
        hindered = (self.trouble and not self.refused) or self.left
        return bool(hindered) and time.monotonic() - self.looked >= AGAIN

    def look(self, job: Job) -> tuple[Job, report.Edit] | None:
        """Answer what to go by from now on, None where nothing has changed or it cannot be carried out.

        Raises Stale when another branch was checked out.
        """
        same_branch(job.runtime)
        self.looked, self.head = time.monotonic(), job.runtime.workspaces.head()[1]
        held = self.locks.held
        try:
            reading = read(self.reading.directory, self.reading.specs)
            if not (self.trouble or self.left) and self._same(reading, job):
                return None
            made = prepared(self._free(reading.project, job), job.asked, job.runtime)
            same_branch(job.runtime)
            before = decide(job.runtime)[1]
            _guard(job, made, before)
            vet(made)
        except Stale:
            raise
        except SpecrunError as error:
            self.locks.keep(held)
            self.keep(error)
            return None
        self._mended()
        if self._same(reading, job) and made.runtime.desired.specs.keys() == job.runtime.desired.specs.keys():
            self.locks.keep(held)
            return None
        edit = self._edit(reading, job, made, before)
        self.reading = reading
        self.locks.keep(made.runtime.desired.specs)
        job.project.loaded.prompts.close()
        return made, edit

    def _same(self, reading: Reading, job: Job) -> bool:
        return reading.contents == self.reading.contents and self.head == job.runtime.base

    def _free(self, project: wiring.Project, job: Job) -> wiring.Project:
        """Take the locks of all specs; a new one that another specrun is applying is left out."""
        specs = project.loaded.desired.specs
        left = tuple(spec for spec in sorted(specs) if not self.locks.take(spec))
        busy = [spec for spec in left if spec in job.runtime.desired.specs]
        if busy:
            raise Locked(f"another specrun is applying {named(busy)} just now", "it will be tried again")
        if left and left != self.left:
            self.screen.say(f"specrun: another specrun is applying {named(left)}; left out here.")
        self.left = left
        return narrowed(project, specs.keys() - set(left)) if left else project

    def _edit(self, reading: Reading, job: Job, made: Job, before: Plan) -> report.Edit:
        seen = glimpsed(made.project, made.runtime, made.world, made.plan)
        old, new = self.reading.contents, reading.contents
        former, present = job.runtime.desired.specs.keys(), made.runtime.desired.specs.keys()
        return report.Edit(
            at=time.time(),
            files=tuple(sorted(file for file in {**old, **new} if old.get(file) != new.get(file))),
            head=made.runtime.base if made.runtime.base != job.runtime.base else "",
            taken=tuple(sorted(present - former)),
            dropped=tuple(sorted(former - present)),
            before=before,
            preview=replace(seen, choice=made.choice),
        )

    def ready(self, job: Job, plan: Plan) -> bool:
        """Whether what has come up at rest may be done, with all locks held again; else they are let go."""
        if plan.unsafe and not job.asked.going["force"]:
            self.keep(Refused(dangers(plan.unsafe), "undo what has changed the records, or pass --force"))
        elif all(self.locks.take(spec) for spec in job.runtime.desired.specs):
            return True
        self.locks.keep(())
        return False

    def keep(self, error: SpecrunError) -> None:
        """Go on with what there is, and say loudly that the edit does not count, once for each mistake."""
        if str(error) == self.trouble:
            return
        self.trouble, self.refused = str(error), isinstance(error, Refused)
        now, since = time.time(), self.reading.at
        self.screen.clear()
        if isinstance(error, InvalidSpec):
            told = report.invalid(now, error.problems, since)
            console.problems(error.problems)
        else:
            told = report.refused(now, str(error), error.exit_code, since)
            console.complain(f"the edit is not carried out: {error}")
        if self.screen.as_json:
            console.row(told)
        console.note(f"{report.goes_on(since)}.")

    def _mended(self) -> None:
        if self.trouble:
            self.trouble = ""
            self.screen.say(f"specrun: {report.MENDED}.")
            if self.screen.as_json:
                console.row(report.mended(time.time()))


def _guard(job: Job, made: Job, before: Plan) -> None:
    """Refuse to leave alone the workers of a spec whose file is gone: somebody may just be moving it."""
    gone = job.runtime.desired.specs.keys() - made.runtime.desired.specs.keys()
    at_work = [one.task_id for one in before.decisions if one.action in {Action.ADOPT, Action.STOP}]
    lost = [*_lost(sorted(gone), at_work)]
    if lost and not job.asked.going["force"]:
        raise Refused(dangers(lost), "put it back; or stop them with specrun stop, then save once more")


def _lost(gone: Iterable[str], at_work: Iterable[TaskId]) -> Iterable[Unsafe]:
    for spec in gone:
        names = tuple(name for name in at_work if split_id(name)[0] == spec)
        if names:
            told = f"spec {spec} is gone while its workers run"
            yield Unsafe(code="emptied", told=told, tasks=names)
