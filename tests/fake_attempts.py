"""Attempts that live in memory, with what survives a crash and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from specrun.core.event import Event
from specrun.core.task import Json, TaskId
from specrun.core.world import Attempt, CheckRun, Phase, Proof, Run
from specrun.ports import AttemptKey, CheckOrder, Evidence, Intent, Order, ProofOrder, Work

NOWHERE = Path("/nonexistent/specrun")


class Crash(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Answer the time, a little later at every look."""
        self.now += 0.001
        return self.now


@dataclass
class State:
    """What survives a crash: attempts, records, launches, trees and ends, plus a countdown to the next crash.

    `work` is what the trees of attempts hold; those that it does not name changed nothing.
    """

    attempts: dict[TaskId, list[Attempt]] = field(default_factory=dict)
    orders: dict[AttemptKey, Order] = field(default_factory=dict)
    proofs: dict[AttemptKey, ProofOrder] = field(default_factory=dict)
    checks: dict[AttemptKey, CheckOrder] = field(default_factory=dict)
    evidence: dict[AttemptKey, Evidence] = field(default_factory=dict)
    work: dict[AttemptKey, Work] = field(default_factory=dict)
    runs: dict[TaskId, Run] = field(default_factory=dict)
    started: list[AttemptKey] = field(default_factory=list)
    grants: dict[TaskId, str] = field(default_factory=dict)
    secrets: dict[AttemptKey, dict[str, str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    branch: str = "main"
    crash_in: int | None = None

    def step(self) -> None:
        """Count one effect; crash when its turn has come."""
        if self.crash_in is not None:
            if self.crash_in == 0:
                self.crash_in = None
                raise Crash
            self.crash_in -= 1

    def amend(self, key: AttemptKey, **fields: Any) -> None:
        """Give an attempt, or a run of its checks, other values."""
        found = self.attempts[key.task_id]
        at = next(index for index, one in enumerate(found) if one.number == key.number)
        proof = found[at].proof
        if key.check and proof is not None:
            runs = tuple(replace(run, **fields) if run.number == key.check else run for run in proof.runs)
            fields = {"proof": replace(proof, runs=runs)}
        found[at] = replace(found[at], **fields)

    def seen(self, key: AttemptKey) -> Attempt | CheckRun:
        """Answer an attempt, or a run of its checks, as it stands."""
        attempt = next(one for one in self.attempts[key.task_id] if one.number == key.number)
        if not key.check:
            return attempt
        return next(run for run in (attempt.proof or Proof(checks=())).runs if run.number == key.check)

    def prove(self, key: AttemptKey, proof: ProofOrder) -> None:
        """Let checks decide from now on; the first note stands."""
        names = tuple(check.name for check in self.proofs.setdefault(key, proof).checks)
        self.amend(key, phase=Phase.PROVING, proof=Proof(checks=names))

    def end(
        self, key: AttemptKey, exit_code: int | None = 0, cause: str = "exited", error: str = "", **left: Any
    ) -> None:
        """Let a running attempt, or a run of its checks, end; `left` is what else its evidence says."""
        plain = Evidence(
            cause=cause, exit_code=exit_code, error=error, started_at=1, ended_at=2, tail=f"code {exit_code}"
        )
        self.evidence[key] = replace(plain, **left)
        phase = {"lost": Phase.LOST, "fenced": Phase.FENCED}.get(cause, Phase.ENDED)
        clean = {} if key.check else {"clean": cause == "exited" and exit_code == 0}
        self.amend(key, phase=phase, **clean)


def _files(value: Json) -> dict[str, str] | None:
    return {path: str(blob) for path, blob in value.items()} if isinstance(value, dict) else None


class FakeAttempts:
    """Attempt files without files."""

    def __init__(self, state: State, clock: Callable[[], float]) -> None:
        self.state, self.clock = state, clock
        self.kept_homes: list[AttemptKey] = []
        self.looked_at: list[AttemptKey] = []

    def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        return {name: tuple(found) for name, found in self.state.attempts.items()}

    def tidy(self) -> None:
        pass

    def directory(self, key: AttemptKey) -> Path:
        whole = NOWHERE / key.task_id / str(key.number)
        return whole / "checks" / str(key.check) if key.check else whole

    def workspace(self, key: AttemptKey) -> Path:
        return NOWHERE / "work" / key.task_id / str(key.number)

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        return 1 + max([recorded, *(one.number for one in self.state.attempts.get(task_id, []))])

    def order(self, order: Order, proof: ProofOrder | None = None) -> None:
        self.state.step()
        key = AttemptKey(order.task_id, order.number)
        self.state.orders[key] = order
        self.state.attempts.setdefault(order.task_id, []).append(
            Attempt(
                task_id=order.task_id,
                number=order.number,
                phase=Phase.ORDERED,
                generation=order.generation,
                agent=order.agent,
                executor=order.executor,
                work=order.fingerprint.work,
                branch=order.branch,
                created_at=order.created_at,
                grant=order.grant,
                workspace=order.workspace,
                verifying=proof is not None,
                reads=_files(order.fingerprint.components.get("reads")),
            )
        )
        if proof is not None:
            self.state.prove(key, proof)
        self.state.step()

    def prove(self, key: AttemptKey, proof: ProofOrder) -> None:
        self.state.step()
        self.state.prove(key, proof)
        self.state.step()

    def proof(self, key: AttemptKey) -> ProofOrder:
        return self.state.proofs[key]

    def order_check(self, order: CheckOrder) -> None:
        self.state.step()
        self.state.checks[order.key] = order
        whole = AttemptKey(order.key.task_id, order.key.number)
        [proof] = [one.proof for one in self.state.attempts[whole.task_id] if one.number == whole.number]
        assert proof is not None, f"{whole} proves nothing"
        run = CheckRun(number=order.key.check, index=order.index, phase=Phase.ORDERED)
        self.state.amend(whole, proof=replace(proof, runs=(*proof.runs, run)))
        self.state.step()

    def launching(self, key: AttemptKey, secrets: Mapping[str, str]) -> None:
        self.state.step()
        self.state.secrets[key] = dict(secrets)
        launches = self.state.seen(key).launches + 1
        self.state.amend(key, launches=launches, launched_at=self.clock())

    def intent(self, key: AttemptKey) -> Intent:
        order = self.state.orders[key]
        return Intent(
            task_id=order.task_id,
            number=order.number,
            generation=order.generation,
            agent=order.agent,
            executor=order.executor,
            fingerprint=order.fingerprint,
            workspace=order.workspace,
            cwd=order.cwd,
            base=order.base,
            created_at=order.created_at,
            secrets=order.secrets,
            verifying=order.command is None,
            contract=order.contract,
            head=order.head,
            round=order.round,
            target=order.target,
            rounds=order.rounds,
            tools=order.tools,
            watched=order.watched,
        )

    def stop(self, key: AttemptKey, reason: str) -> None:
        """What is at work ends at once; what was never claimed is fenced; what has ended stays as it did."""
        self.state.step()
        phase = self.state.seen(key).phase
        self.state.amend(key, stopping=True)
        if phase is Phase.RUNNING:
            self.state.end(key, -15, "stopped", error=reason)
        elif phase is Phase.ORDERED:
            self._take(key, reason)

    def fence(self, key: AttemptKey, reason: str) -> bool:
        self.state.step()
        self._take(key, reason)
        return True

    def _take(self, key: AttemptKey, reason: str) -> None:
        self.state.end(key, None, "fenced", reason, started_at=None, tail="")

    def evidence(self, key: AttemptKey) -> Evidence:
        self.looked_at.append(key)
        return self.state.evidence[key]

    def tail(self, key: AttemptKey) -> str:
        return self.state.evidence[key].tail if key in self.state.evidence else ""

    def collected(self, key: AttemptKey, *, keep_home: bool = False) -> None:
        self.kept_homes += [key] if keep_home else []
        self.state.step()
        self.state.amend(key, phase=Phase.COLLECTED, proof=None)
        self.state.step()

    def grants(self) -> Mapping[TaskId, str]:
        used = {order.grant for order in self.state.orders.values()}
        return {name: token for name, token in self.state.grants.items() if token not in used}

    def spend(self, grant: str) -> None:
        for name in [name for name, token in self.state.grants.items() if token == grant]:
            del self.state.grants[name]

    def grant(self, task_id: TaskId) -> str:
        self.state.grants[task_id] = f"grant-{len(self.state.grants)}"
        return self.state.grants[task_id]
