"""Keeps attempts as directories of small files: the truth about what was launched and how it went."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from specrun.core.task import Json, TaskId
from specrun.core.world import Attempt, Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey, CheckOrder, Evidence, Intent, Order, ProofOrder
from specrun.store.cases import OPEN
from specrun.store.documents import FORMAT, writing
from specrun.store.evidence import ended, fenced, last_words, lost, of_check
from specrun.store.folders import names_of, numbers_of
from specrun.store.grants import Grants
from specrun.store.homes import clear, furnish
from specrun.store.layout import CHECKS, Layout
from specrun.store.orders import attempt_from, collected_json, intent_from, intent_of
from specrun.store.proof_json import SCRIPT, proof_json, run_json
from specrun.store.scan import SECRETS_PART, Scan, forget_secrets
from specrun.system import files, processes

_FULL = "free some space, or set SPECRUN_HOME to a folder on another disk"


class AttemptFiles:
    """The attempt directories of one working tree; keep one object, since its later scans are cheap."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._scan = Scan(layout.attempts)
        self._grants = Grants(layout.grants)

    def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        """Read all attempts of this working tree, oldest first."""
        return self._scan.read()

    def directory(self, key: AttemptKey) -> Path:
        """Where the files of an attempt lie, or those of one run of a check."""
        return self._layout.attempt(key.task_id, key.number, key.check)

    def workspace(self, key: AttemptKey) -> Path:
        """Where the clone of an attempt lies."""
        return self._layout.workspace(key.task_id, key.number)

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        """Answer 1 + the highest number known; broken-off orders count."""
        return 1 + max([recorded, *numbers_of(self._layout.attempts / task_id)])

    def order(self, order: Order, proof: ProofOrder | None = None) -> None:
        """Write an attempt; it exists from the moment its intent has its name.

        Raises EnvironmentProblem when the disk does not take it, and then nothing of it is left.
        """
        if (order.command is None) is not (proof is not None):
            raise ValueError(f"{order.task_id} is to be run and to be verified, or neither")
        if not self._layout.done.exists():  # somebody has removed the state under a running specrun
            self._layout.create()
        intent = intent_of(order, self._layout, os.urandom(16).hex())
        self._write(
            AttemptKey(order.task_id, order.number), intent, lambda place: _furnish(place, order, proof)
        )
        self._scan.grants.add(order.grant)
        self._grants.spend(order.grant)
        self.tidy()

    def prove(self, key: AttemptKey, proof: ProofOrder) -> None:
        """Note durably what an ended attempt has to show; the first note stands."""
        directory, attempt = self.directory(key), self._look(key)
        if attempt.phase is Phase.PROVING:
            return
        end = self._scan.papers(key).end
        if end is None:
            raise ValueError(f"{key} has not ended")
        with writing(directory, _FULL):
            # What is there by now was put there by a worker that chose its own checks.
            for planted in (directory / CHECKS, directory / "proof.json"):
                _remove(planted)
            files.create_json(directory / "proof.json", proof_json(proof, end.key))

    def proof(self, key: AttemptKey) -> ProofOrder:
        """Read that back. Raises EnvironmentProblem."""
        self._look(key)
        owed = self._scan.case(key).owed()
        if owed is None:
            raise EnvironmentProblem(f"{self.directory(key)} owes no proof", self._scan.papers(key).fix)
        return owed

    def order_check(self, order: CheckOrder) -> None:
        """Write one run of a check; it exists from the moment its intent has its name.

        Raises EnvironmentProblem when the disk does not take it, and then nothing of it is left.
        """
        key = order.key
        self._look(key)
        before = self._scan.case(key).before(key.check)
        directory = self.directory(key)
        with writing(directory, _FULL):
            if not (directory / "intent.json").exists():  # left by a specrun that was killed while ordering
                _remove(directory)
        intent = run_json(order, self._layout, os.urandom(16).hex(), before)
        self._write(key, intent, lambda place: _fill(place / SCRIPT, order.script))

    def _write(self, key: AttemptKey, intent: Mapping[str, Json], fill: Callable[[Path], None]) -> None:
        directory = self.directory(key)
        with writing(directory, _FULL):
            directory.mkdir(mode=0o700, parents=True)
            try:
                fill(directory)
                files.write_json(directory / "intent.json", intent)
            except OSError:
                shutil.rmtree(directory, ignore_errors=True)
                raise
        self._scan.ordered(key)

    def _look(self, key: AttemptKey) -> Attempt:
        """Tell how an attempt, or that of a check, stands now. Raises EnvironmentProblem."""
        return self._scan.case(key).attempt(names_of(self._layout.attempt(key.task_id, key.number)))

    def launching(self, key: AttemptKey, secrets: Mapping[str, str]) -> None:
        """Note that a shim is about to be asked for, and leave it the secrets unless one was quicker."""
        path = self.directory(key) / "launches.jsonl"
        if secrets:
            self._leave(path.with_name("secrets.json"), secrets)
        # Without fsync: after a loss of power nobody is left who might have been launched before.
        with writing(path, _FULL):
            files.append_passing(path, json.dumps({"at": time.time()}))

    def _leave(self, path: Path, secrets: Mapping[str, str]) -> None:
        with writing(path, _FULL):
            # Under a name that is known beforehand: whoever is killed here leaves nothing that nobody finds.
            whole = path.with_name(SECRETS_PART)
            whole.unlink(missing_ok=True)
            _fill(whole, json.dumps(secrets))
            whole.rename(path)
            if path.with_name("start.json").exists():
                forget_secrets(path.parent)

    def intent(self, key: AttemptKey) -> Intent:
        """Read back the order."""
        return intent_from(key, self._scan.papers(key).order())

    def stop(self, key: AttemptKey, reason: str) -> None:
        """Ask an attempt to end: durable, then a signal to its shim; the first reason stands.

        One that no shim has claimed yet is fenced: launching it just to end it would take somebody to do so.
        Where the checks of an attempt decide, the one that is at work is asked as well.
        """
        directory, runs = self.directory(key), self._open_runs(key)
        try:
            with writing(directory, _FULL):
                files.create_json(
                    directory / "stop.json", {"format": FORMAT, "reason": reason, "at": time.time()}
                )
            if runs is None and self.fence(key, reason):
                return
        finally:
            # Also on a full disk: it may be this very worker that fills it.
            self._signal(key)
            for run in runs or ():
                self.stop(run, reason)

    def _open_runs(self, key: AttemptKey) -> list[AttemptKey] | None:
        """Answer the runs of checks that are ordered or at work, None for what has no checks to pass."""
        with suppress(EnvironmentProblem):
            proof = None if key.check else self._look(key).proof
            if proof is not None:
                open_ = (run.number for run in proof.runs if run.phase in OPEN)
                return [AttemptKey(key.task_id, key.number, number) for number in open_]
        return None

    def _signal(self, key: AttemptKey) -> None:
        # A shim that cannot be told from others sees for itself, within seconds, that it is to stop.
        with suppress(EnvironmentProblem):
            start = self._scan.papers(key).begun()
            if start is None or start.fenced or start.document.text("host") != os.uname().nodename:
                return
            told = start.document
            shim = processes.Identity(told.whole("pid"), told.whole("start_ticks"), told.text("boot_id"))
            processes.signal_shim(shim, signal.SIGTERM)

    def fence(self, key: AttemptKey, reason: str) -> bool:
        """Take the start token; False when a shim was quicker. Repeating it is harmless."""
        directory = self.directory(key)
        with writing(directory, _FULL):
            token = {"format": FORMAT, "fenced": True, "reason": reason}
            taken = files.create_json(directory / "start.json", token)
            forget_secrets(directory)
        start = self._scan.papers(key).begun()
        return taken or (start is not None and start.fenced)

    def evidence(self, key: AttemptKey) -> Evidence:
        """Read what an ended, lost or fenced attempt left; processes of a lost one are ended first."""
        papers = self._scan.papers(key)
        phase = papers.phase(names_of(papers.directory))
        if phase is Phase.RUNNING:
            raise ValueError(f"{key} is still running")
        if papers.end is not None:
            told = ended(papers, papers.end)
        elif phase is Phase.LOST:
            told = lost(papers)
        elif papers.start is not None:
            told = fenced(papers, papers.start)
        else:
            raise EnvironmentProblem(f"{papers.directory} has no start.json", papers.fix)
        return of_check(told, papers) if key.check else told

    def tail(self, key: AttemptKey) -> str:
        """Answer the end of an attempt's log as text, or the shim's last words where it has no log."""
        return last_words(self.directory(key))

    def collected(self, key: AttemptKey, *, keep_home: bool = False) -> None:
        """Note that the record holds the result; the links of the attempt and of its checks go."""
        directory, papers = self.directory(key), self._scan.papers(key)
        start = papers.begun()
        began = None if start is None else start.started_at
        content = collected_json(attempt_from(key, papers.order()), began, time.time())
        with writing(directory, _FULL):
            # Without fsync: whoever misses it collects again, and finds the same.
            files.write_passing(directory / "collected.json", content)
            for check in (0, *numbers_of(directory / CHECKS)):
                self._layout.done_link(key.task_id, key.number, check).unlink(missing_ok=True)
        if not keep_home:
            clear(directory / "home")
        self.tidy()

    def grants(self) -> Mapping[TaskId, str]:
        """Read the one-shot retry grants that no intent has used."""
        if not self._grants.waiting():
            return {}
        self._scan.read()
        return self._grants.unused(self._scan.grants)

    def grant(self, task_id: TaskId) -> str:
        """Leave a one-shot retry grant and answer its token; one that waits already is enough."""
        self._layout.create()
        waiting = self.grants().get(task_id)
        self.tidy()
        return waiting or self._grants.leave(task_id)

    def tidy(self) -> None:
        """Take away what looks have found and left: secrets beside a start token, grants that are used up.

        Somebody was killed before doing so; with secrets, right after a shim had begun without them.
        """
        with writing(self._layout.home, _FULL):
            while self._scan.exposed:
                forget_secrets(Path(self._scan.exposed.pop()))
            for token in self._scan.grants & names_of(self._layout.grants):
                self._grants.spend(token)

    def spend(self, grant: str) -> None:
        """Take away a grant that was answered without an attempt."""
        with writing(self._layout.grants, _FULL):
            self._grants.spend(grant)


def _furnish(directory: Path, order: Order, proof: ProofOrder | None) -> None:
    """Put into a new directory what its program will find there, or what is to be shown without one."""
    command = order.command
    if command is not None:
        _fill(directory / "prompt.md", order.prompt)
        if command.meter is not None or command.files:
            furnish(directory / "home", command.files, order.home_from)
    if proof is not None:
        _fill(directory / "proof.json", json.dumps(proof_json(proof, "")))


def _fill(path: Path, text: str) -> None:
    """Write a new file durably; no rename is needed, since nobody looks before the intent has its name."""
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    if path.is_dir():
        clear(path)
    else:
        path.unlink(missing_ok=True)
