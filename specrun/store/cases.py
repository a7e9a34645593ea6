"""Tells how one attempt stands: from its own files, and while its checks decide from those of their runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from specrun.core.world import Attempt, CheckRun, Phase, Proof
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey, Metered, ProofOrder
from specrun.store.documents import Document
from specrun.store.folders import names_of, numbers_of
from specrun.store.layout import CHECKS
from specrun.store.metering import metered, running
from specrun.store.orders import attempt_from, mend
from specrun.store.papers import Papers
from specrun.store.proof_json import proof_from
from specrun.system import locks

OPEN = frozenset({Phase.ORDERED, Phase.RUNNING})
"""Phases of runs that have no answer yet."""


class Case:
    """One attempt, with the papers of its own and those of the runs of its checks.

    What is checked can write there too. So the order of each run holds a digest of all that was settled
    before it: no earlier end can be changed later, and no run be invented while another is at work.
    """

    __slots__ = ("_owed", "_proof", "_runs", "_settled", "_used", "key", "known", "papers")

    def __init__(self, key: AttemptKey, directory: Path) -> None:
        self.key = key
        self.papers = Papers(directory, mend(directory))
        self.known: Attempt | None = None
        """How it stood last."""
        self._owed: ProofOrder | None = None
        self._proof = ""
        self._runs: dict[int, Papers] = {}
        self._settled: dict[int, CheckRun] = {}
        self._used: Metered | None = None

    def attempt(self, names: frozenset[str]) -> Attempt:
        """Tell how it stands; its directory had these `names` a moment ago. Raises EnvironmentProblem."""
        papers = self.papers
        known = self._first()
        phase = Phase.ENDED if known.verifying else papers.phase(names)
        proof = None
        if phase is Phase.ENDED and (known.verifying or "proof.json" in names):
            proof = self._standing()
        if proof is not None:
            phase = Phase.PROVING
        launches, launched_at = papers.launched(names)
        used = self._spent(phase, names)
        self.known = replace(
            known,
            phase=phase,
            launches=launches,
            launched_at=launched_at,
            started_at=None if papers.start is None else papers.start.started_at,
            stopping="stop.json" in names,
            clean=known.verifying or (papers.end is not None and papers.end.clean),
            spent=used.cost_usd if used else None,
            tokens=used.tokens if used else None,
            proof=proof,
        )
        return self.known

    def at_work(self) -> bool:
        """Whether somebody holds one of its locks, or nobody can tell."""
        try:
            return any(locks.held(one.directory / "lock") for one in (self.papers, *self._runs.values()))
        except OSError:
            return True

    def owed(self) -> ProofOrder | None:
        """Answer what it has to show, None where nobody but its own worker has noted that.

        Raises EnvironmentProblem, also where there is no note.
        """
        if self._owed is None:
            document = Document(self.papers.directory / "proof.json", self.papers.fix)
            end = self.papers.end
            if not self._first().verifying and (end is None or end.key != document.text("key")):
                return None
            self._owed, self._proof = proof_from(document), document.digest
        return self._owed

    def _first(self) -> Attempt:
        if self.known is None:
            self.known = attempt_from(self.key, self.papers.order())
        return self.known

    def run(self, number: int) -> Papers:
        """Answer the papers of one run of a check."""
        if number not in self._runs:
            directory = self.papers.directory / CHECKS / str(number)
            fix = f"move {directory} away; specrun then runs that check again"
            self._runs[number] = Papers(directory, fix)
        return self._runs[number]

    def forget(self, number: int) -> None:
        """Forget what was read of a run that is only now ordered."""
        self._runs.pop(number, None)
        self._settled.pop(number, None)

    def before(self, number: int) -> str:
        """Answer the digest of all that is settled before a run of that number. Raises EnvironmentProblem."""
        owed = self.owed()
        if owed is None:
            raise EnvironmentProblem(f"{self.papers.directory} owes no proof", self.papers.fix)
        earlier = [(run, after) for run, after in self._walk(owed) if run.number < number]
        if any(run.phase in OPEN for run, _ in earlier):
            raise ValueError(f"{self.key} has a check at work already")
        return earlier[-1][1] if earlier else self._begun()

    def _standing(self) -> Proof | None:
        owed = self.owed()
        if owed is None:
            return None
        names = tuple(check.name for check in owed.checks)
        return Proof(checks=names, runs=tuple(run for run, _ in self._walk(owed)))

    def _walk(self, owed: ProofOrder) -> Iterator[tuple[CheckRun, str]]:
        """Answer the runs in their order, each with the digest of all that is settled after it."""
        before = self._begun()
        for number in numbers_of(self.papers.directory / CHECKS):
            run = self._settled.get(number) or self._look(number, before, owed)
            if run is not None:
                end = self.run(number).end
                before = _digest(before, "" if end is None else end.digest)
                yield run, before

    def _begun(self) -> str:
        end = self.papers.end
        return _digest("" if end is None else end.digest, self._proof)

    def _look(self, number: int, before: str, owed: ProofOrder) -> CheckRun | None:
        papers = self.run(number)
        names = names_of(papers.directory)
        if "intent.json" not in names:
            return None
        order = papers.order()
        if order.text("before") != before:
            what = f"{order.path} was not written by specrun, or what came before it was changed since"
            raise EnvironmentProblem(what, self.papers.fix)
        index = order.whole("index")
        if not 0 <= index < len(owed.checks):
            raise order.wrong("index", f"is {index}, and there are {len(owed.checks)} checks")
        order.text("marker")
        phase = papers.phase(names)
        launches, launched_at = papers.launched(names)
        run = CheckRun(
            number=number,
            index=index,
            phase=phase,
            launches=launches,
            launched_at=launched_at,
            started_at=None if papers.start is None else papers.start.started_at,
            stopping="stop.json" in names,
        )
        if phase not in OPEN:
            self._settled[number] = run
        return run

    def _spent(self, phase: Phase, names: frozenset[str]) -> Metered | None:
        """Answer what its agent has used so far, None where nobody knows or its record will tell."""
        if phase is Phase.RUNNING:
            return running(self.papers.directory) if "meter.json" in names else None
        end = self.papers.end
        if phase is Phase.PROVING and self._used is None and end is not None and end.meter is not None:
            self._used = metered(end.meter)
        return self._used


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
