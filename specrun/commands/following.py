"""Keeps up with attempts whose logs are read along: what of them runs, and which checks have begun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from specrun import wiring
from specrun.commands.checklogs import check_logs
from specrun.commands.standing import OPEN
from specrun.commands.tails import Tail
from specrun.core.task import split_id
from specrun.core.world import Attempt, Phase
from specrun.ports import AttemptKey
from specrun.report.text import line

_AT_WORK = frozenset({Phase.ORDERED, Phase.RUNNING})


@dataclass(slots=True, kw_only=True)
class Following:
    """The logs that are read along, `tails`.

    `prefixes` says what lines of those attempts begin with whose checks are followed as well.
    """

    project: wiring.Project
    prefixes: Mapping[AttemptKey, str]
    tails: list[Tail]
    seen: set[AttemptKey] = field(default_factory=set)
    going: bool = True

    def look(self) -> frozenset[AttemptKey]:
        """Take in the checks that have begun, and answer everything that may write some more."""
        now = self._attempts()
        going = {key: now[key] for key in self.prefixes if key in now and self._going_on(now[key])}
        running = {key for one in now.values() for key in _running(one)}
        for key in self.prefixes:
            begun = list(self._begun(now[key])) if key in now else []
            self.tails += begun
            # What has begun after the look is told by the next one.
            running |= {tail.key for tail in begun if key in going}
        self.going = bool(going)
        return frozenset(running)

    def over(self, running: frozenset[AttemptKey]) -> bool:
        """Drop the logs that have ended; whether nothing is left to be followed."""
        self.tails = [tail for tail in self.tails if tail.key in running]
        return not (self.tails or self.going)

    def _attempts(self) -> dict[AttemptKey, Attempt]:
        return {
            AttemptKey(one.task_id, one.number): one
            for attempts in self.project.attempts.scan().values()
            for one in attempts
        }

    def _begun(self, attempt: Attempt) -> Iterator[Tail]:
        prefix = self.prefixes[AttemptKey(attempt.task_id, attempt.number)].removesuffix("| ")
        for log in check_logs(self.project, attempt):
            if log.key not in self.seen:
                self.seen.add(log.key)
                yield Tail(key=log.key, path=log.path, prefix=f"{prefix}check {line(log.name)} | ")

    def _going_on(self, attempt: Attempt) -> bool:
        """Whether checks run, or will as soon as a running apply has seen that its agent has ended."""
        if attempt.phase is not Phase.ENDED:
            return attempt.phase in OPEN
        task = self.project.loaded.desired.tasks.get(attempt.task_id)
        to_be_checked = task is not None and bool(task.contract.checks) and attempt.clean
        return to_be_checked and wiring.applying(self.project, split_id(attempt.task_id)[0])


def _running(attempt: Attempt) -> Iterator[AttemptKey]:
    if attempt.phase in _AT_WORK:
        yield AttemptKey(attempt.task_id, attempt.number)
    for run in attempt.proof.runs if attempt.proof else ():
        if run.phase in _AT_WORK:
            yield AttemptKey(attempt.task_id, attempt.number, run.number)
