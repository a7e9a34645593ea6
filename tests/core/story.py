"""Plays everything around the planner: agents, checks and judges that end somehow, and people who edit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from specrun.core.change import (
    Change,
    Check,
    Collect,
    Conclude,
    Decision,
    Plan,
    ReasonCode,
    Restore,
    Start,
    Stop,
    Verify,
)
from specrun.core.fingerprint import reverified
from specrun.core.impact import REASONS
from specrun.core.proving import complete
from specrun.core.rework import due, judged, remembered, target_of
from specrun.core.task import Desired, Task, TaskId
from specrun.core.upstream import handed_on, last_good
from specrun.core.withheld import withheld_code
from specrun.core.world import Attempt, CheckRun, Phase, Proof, Run, Status, World
from tests.core.endings import Order, checked_again, heard, proof_of, recorded, worked
from tests.core.make import NOW, attempt

ASKED = frozenset({*REASONS.values(), ReasonCode.UPSTREAM_OUTPUT_CHANGED, ReasonCode.RETRY_REQUESTED})
"""What starts an agent on work that only newer checks, or a person, have put an end to."""


class Story:
    """One repo in which random things happen; every promise about starts is checked when one is made."""

    def __init__(self, wanted: Desired, seed: int) -> None:
        self.wanted, self.random, self.now, self.since = wanted, Random(seed), NOW, NOW
        self.attempts: dict[TaskId, list[Attempt]] = {}
        self.orders: dict[tuple[TaskId, int], Order] = {}
        self.runs: dict[TaskId, Run] = {}
        self.grants: dict[TaskId, str] = {}
        self.tries: Counter[tuple[TaskId, int, int | None]] = Counter()
        self.reworks: Counter[tuple[TaskId, int, float]] = Counter()
        """By task, generation and apply."""
        self.closed: set[TaskId] = set()
        """What newer checks found wanting, or a person stopped; nobody has asked for it since."""
        self.touched: set[TaskId] = set()
        self.concluded: list[Conclude] = []

    def seen(self) -> World:
        """The world as it is now."""
        prompts = {}
        for name, one in self.wanted.tasks.items():
            found = [handed_on(edge, self.runs.get(edge.upstream)) for edge in one.edges]
            if one.prompt is None and all(found):
                prompts[name] = " ".join(str(run.commit) for run in found if run)
        return World(
            now=self.now,
            since=self.since,
            branch="main",
            attempts={name: tuple(found) for name, found in self.attempts.items()},
            runs=dict(self.runs),
            prompts=prompts,
            grants=dict(self.grants),
        )

    def apply(self, wanted: Desired) -> None:
        """Begin another apply of a spec."""
        self.now += 1
        self.since, self.wanted = self.now, replace(wanted, memo={})
        for key in self.tries:
            run = self.runs.get(key[0])
            if run is not None and run.status is Status.ERRORED:
                self.tries[key] = 0

    def touch(self, name: TaskId) -> None:
        """Note that a person did something to a task that grants new attempts."""
        self.closed.discard(name)
        self.touched.add(name)

    def grant(self, name: TaskId) -> None:
        """A person asks for one more attempt."""
        self.grants[name] = "grant"
        self.touch(name)

    def stop(self, name: TaskId) -> None:
        """A person stops whoever is at work on a task."""
        last = self.attempts[name][-1]
        if last.phase is not Phase.COLLECTED:
            phase = Phase.ENDED if last.phase is Phase.RUNNING else last.phase
            self.attempts[name][-1] = replace(last, phase=phase, stopping=True)
            self.closed |= {name} - self.touched

    def workers(self) -> int:
        """How many tasks have an agent or checks at work."""
        newest = [found[-1] for found in self.attempts.values() if found[-1].phase is not Phase.COLLECTED]
        proving = sum(one.proof is not None and not complete(one.proof) for one in newest)
        return proving + sum(one.phase is Phase.RUNNING for one in newest)

    def do(self, made: Plan) -> None:
        """Carry out a plan, then let a random part of what is at work end."""
        seen = self.seen()
        for change in made.changes:
            self._perform(change, seen)
        self.now = max(self.now + 1, made.wake_at or 0)
        for found in self.attempts.values():
            if self.random.random() < 0.6:
                found[-1] = self._further(found[-1])

    def _perform(self, change: Change, seen: World) -> None:
        match change:
            case Start():
                self._start(change.decision, seen)
            case Verify():
                one = self.wanted.tasks[change.decision.task_id]
                self._open(change.decision, Phase.PROVING, proof_of(one))
                self.touched.discard(one.id)
            case Check():
                self._check(change)
            case Stop():
                self._stop(change)
            case Collect():
                self._collect(change.task_id)
            case Restore():
                kept = last_good(self.runs[change.task_id])
                assert kept is not None
                self.runs[change.task_id] = kept
            case Conclude():
                assert self.runs[change.task_id].reason != change.reason
                self.concluded.append(change)
                self.runs[change.task_id] = replace(self.runs[change.task_id], reason=change.reason)
            case _:
                raise AssertionError(change)

    def _open(self, decision: Decision, phase: Phase, proof: Proof | None = None) -> Order:
        found = self.attempts.setdefault(decision.task_id, [])
        assert not found or found[-1].phase is Phase.COLLECTED
        assert decision.fingerprint is not None
        fields = {"number": len(found) + 1, "generation": decision.generation, "created_at": self.now}
        opened = attempt(decision.task_id, phase, decision.fingerprint, **fields)
        found.append(replace(opened, clean=True, proof=proof, verifying=proof is not None))
        order = Order(decision=decision, print_=decision.fingerprint)
        self.orders[decision.task_id, len(found)] = order
        return order

    def _start(self, decision: Decision, seen: World) -> None:
        one = self.wanted.tasks[decision.task_id]
        order = self._open(decision, Phase.RUNNING)
        assert all(last_good(self.runs[edge.upstream]) is not None for edge in one.edges)
        assert withheld_code(one, seen) is None
        codes = {reason.code for reason in decision.reasons}
        assert one.id not in self.closed or codes & ASKED, decision
        self.closed.discard(one.id)
        self.touched.discard(one.id)
        if target_of(one) is not None:
            order.target, order.rounds = judged(one, seen), remembered(one, decision, seen)
        if decision.grant:
            del self.grants[one.id]
        key = (one.id, decision.generation, decision.round)
        if ReasonCode.REWORK in codes:
            assert due(one, self.wanted, seen) is not None
            self.reworks[one.id, decision.generation, self.since] += 1
            self.tries[key] = 0
        self.tries[key] += 1
        assert self.tries[key] <= one.retry.limit + 1, decision

    def _check(self, change: Check) -> None:
        proof = self.attempts[change.task_id][-1].proof
        assert proof is not None
        assert change.run == len(proof.runs) + 1
        assert all(run.phase is not Phase.RUNNING for run in proof.runs)
        run = CheckRun(number=change.run, index=change.index, phase=Phase.RUNNING)
        self._prove(change.task_id, proof, (*proof.runs, run))

    def _prove(self, name: TaskId, proof: Proof, runs: tuple[CheckRun, ...]) -> None:
        self.attempts[name][-1] = replace(self.attempts[name][-1], proof=replace(proof, runs=runs))

    def _stop(self, change: Stop) -> None:
        last = self.attempts[change.task_id][-1]
        self.orders[change.task_id, change.number].stopped = True
        if last.proof is not None:
            ended = replace(last.proof.runs[-1], phase=Phase.ENDED, stopping=True)
            assert ended.number == change.check
            self._prove(change.task_id, last.proof, (*last.proof.runs[:-1], ended))
        else:
            self.attempts[change.task_id][-1] = replace(last, phase=Phase.ENDED)

    def _further(self, one: Attempt) -> Attempt:
        """Let an agent or a check end, if one is at work."""
        if one.phase is Phase.RUNNING:
            return replace(one, phase=self.random.choice([*[Phase.ENDED] * 15, Phase.LOST]))
        runs = one.proof.runs if one.phase is Phase.PROVING and one.proof is not None else ()
        if one.proof is None or not runs or runs[-1].phase is not Phase.RUNNING:
            return one
        phase = self.random.choice([*[Phase.ENDED] * 6, Phase.LOST])
        if phase is Phase.LOST or self.random.random() < 0.25:
            self.orders[one.task_id, one.number].failed.add(runs[-1].number)
        return replace(one, proof=replace(one.proof, runs=(*runs[:-1], replace(runs[-1], phase=phase))))

    def _collect(self, name: TaskId) -> None:
        last, before = self.attempts[name][-1], self.runs.get(name)
        order, one = self.orders[name, last.number], self.wanted.tasks[name]
        if last.proof is None:
            order.print_ = reverified(order.print_, one)
            end = worked(one, last, order, before, self.random)
            if end[0].good and one.contract.checks:
                self.attempts[name][-1] = replace(last, phase=Phase.PROVING, proof=proof_of(one))
                return
            self.runs[name] = recorded(one, last, order, end, before, self.now)
        else:
            over = complete(last.proof) and not order.stopped
            if last.verifying and before is not None and (over or last.stopping):
                self.runs[name] = self._again(one, before, checked_again(one, last, order, before))
            elif not last.verifying:
                end = heard(last, order, over=over)
                self.runs[name] = recorded(one, last, order, end, before, self.now)
        self.attempts[name][-1] = replace(last, phase=Phase.COLLECTED)

    def _again(self, one: Task, before: Run, now: Run) -> Run:
        assert now.attempts == before.attempts
        if now.status.good:
            self.closed.discard(one.id)
        elif before.status.good and one.id not in self.touched:
            self.closed.add(one.id)
        return now
