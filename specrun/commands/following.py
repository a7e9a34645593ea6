"""Keeps up with attempts whose logs are read along: what of them runs, and what has begun since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from specrun import wiring
from specrun.api.checklogs import check_logs
from specrun.api.standing import OPEN
from specrun.commands.tails import Tail
from specrun.core.outcome import pending
from specrun.core.task import TaskId, split_id
from specrun.core.world import Attempt, Phase
from specrun.ports import AttemptKey
from specrun.reconcile.tick import decide
from specrun.report.prefixes import Prefixes, heading

_AT_WORK = frozenset({Phase.ORDERED, Phase.RUNNING})


@dataclass(slots=True, kw_only=True)
class Following:
    """The logs that are read along, `tails`, with those of the checks of the attempts `whole`.

    `named` are the tasks of which further attempts are taken up as soon as they begin, None for all that are
    loaded, and `past` the numbers of those that are none. `opened` answers the log of an attempt with its
    prefix. Of checks that have run before, only the last `lines` are shown, all where that is None.
    """

    project: wiring.Project
    prefixes: Prefixes
    opened: Callable[[AttemptKey, str], Tail]
    tails: list[Tail]
    whole: set[AttemptKey]
    named: frozenset[TaskId] | None = frozenset()
    past: Mapping[TaskId, int] = field(default_factory=dict)
    lines: int | None = None
    seen: set[AttemptKey] = field(default_factory=set)
    going: bool = True
    applying: bool = False
    settled: bool = False

    def look(self) -> frozenset[AttemptKey]:
        """Take in the attempts and checks that have begun, and answer everything that may write some more."""
        # Asked first: what an apply begins before it ends is then seen by this look or a later one.
        self.applying = any(wiring.applying(self.project, spec) for spec in self._specs())
        now = self._attempts()
        for key in sorted(self._further(now), key=lambda one: (one.task_id, one.number)):
            self.whole.add(key)
            self.tails.append(self._opened(key))
        going = {key: now[key] for key in self.whole if key in now and self._going_on(now[key])}
        running = {key for one in now.values() for key in _running(one)}
        for key in self.whole:
            begun = list(self._begun(now[key])) if key in now else []
            self.tails += begun
            # What has begun after the look is told by the next one.
            running |= {tail.key for tail in begun if key in going}
        self.lines = None
        self.going = bool(going)
        return frozenset(running)

    def over(self, running: frozenset[AttemptKey]) -> bool:
        """Drop the logs that have ended; whether nothing is left to be followed."""
        self.tails = [tail for tail in self.tails if tail.key in running]
        if self.tails or self.going or self._awaited():
            self.settled = False
            return False
        # What began and ended since the look is seen by one more.
        settled, self.settled = self.settled, True
        return settled or not self.applying

    @property
    def waiting(self) -> bool:
        """Whether nothing is at work now, so that there is no hurry to look again."""
        return not (self.tails or self.going)

    def _specs(self) -> frozenset[str]:
        if self.named is None:
            return frozenset(self.project.loaded.desired.specs)
        return frozenset(split_id(name)[0] for name in self.named)

    def _awaited(self) -> bool:
        """Whether a running apply may begin something that is to be followed."""
        if not self.applying or self.named is None:
            return self.applying
        return pending(decide(wiring.runtime(self.project))[1], self.named)

    def _further(self, now: Mapping[AttemptKey, Attempt]) -> Iterator[AttemptKey]:
        """Yield what has begun meanwhile."""
        specs = self._specs()
        for key in now:
            meant = split_id(key.task_id)[0] in specs if self.named is None else key.task_id in self.named
            if meant and key.number > self.past.get(key.task_id, 0) and key not in self.whole:
                yield key

    def _opened(self, key: AttemptKey) -> Tail:
        prefix = self.prefixes.of(key.task_id)
        tail = self.opened(key, prefix)
        if key.number > 1:
            tail.heading = f"{prefix}{heading(key.task_id, key.number)}\n"
        return tail

    def _attempts(self) -> dict[AttemptKey, Attempt]:
        return {
            AttemptKey(one.task_id, one.number): one
            for attempts in self.project.attempts.scan().values()
            for one in attempts
        }

    def _begun(self, attempt: Attempt) -> Iterator[Tail]:
        for log in check_logs(self.project, attempt):
            if log.key not in self.seen:
                self.seen.add(log.key)
                prefix = self.prefixes.of(attempt.task_id, log.name)
                tail = Tail(key=log.key, path=log.path, prefix=prefix)
                if self.lines is not None:
                    tail.skip(self.lines)
                yield tail

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
