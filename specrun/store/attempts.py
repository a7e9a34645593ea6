"""Keeps attempts as directories of small files: the truth about what was launched and how it went."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from specrun.core.task import TaskId
from specrun.core.world import Attempt
from specrun.errors import EnvironmentProblem
from specrun.ports import AttemptKey, Evidence, Intent, Order
from specrun.store.documents import FORMAT, Document, writing
from specrun.store.evidence import ended, read_start, shown_tail
from specrun.store.grants import Grants
from specrun.store.homes import clear, furnish
from specrun.store.layout import Layout
from specrun.store.metering import replayed
from specrun.store.orders import attempt_from, collected_json, intent_from, intent_of, marker_of, mend
from specrun.store.printable import tail
from specrun.store.scan import SECRETS_PART, Scan, forget_secrets, names_of
from specrun.system import files, locks, processes

STRAY_GRACE = 2.0
"""Seconds that processes of a dead shim get between SIGTERM and SIGKILL."""

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
        """Where the files of an attempt lie."""
        return self._layout.attempt(key.task_id, key.number)

    def workspace(self, key: AttemptKey) -> Path:
        """Where the clone of an attempt lies."""
        return self._layout.workspace(key.task_id, key.number)

    def next_number(self, task_id: TaskId, recorded: int) -> int:
        """Answer 1 + the highest number known; broken-off orders count."""
        folder = self._layout.attempts / task_id
        numbers = [int(name) for name in names_of(folder) if name.isdecimal()]
        return 1 + max([recorded, *numbers])

    def order(self, order: Order) -> None:
        """Write an attempt; it exists from the moment its intent has its name.

        Raises EnvironmentProblem when the disk does not take it, and then nothing of it is left.
        """
        directory = self._layout.attempt(order.task_id, order.number)
        intent = intent_of(order, self._layout, os.urandom(16).hex())
        if not self._layout.done.exists():  # somebody has removed the state under a running specrun
            self._layout.create()
        with writing(directory, _FULL):
            directory.mkdir(mode=0o700, parents=True)
            try:
                _fill(directory / "prompt.md", order.prompt.encode("utf-8", "replace"))
                if order.command.meter is not None or order.command.files:
                    furnish(directory / "home", order.command.files, order.home_from)
                files.write_json(directory / "intent.json", intent)
            except OSError:
                shutil.rmtree(directory, ignore_errors=True)
                raise
        self._scan.grants.add(order.grant)
        self._grants.spend(order.grant)

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
            _fill(whole, json.dumps(secrets).encode())
            whole.rename(path)
            if path.with_name("start.json").exists():
                forget_secrets(path.parent)

    def intent(self, key: AttemptKey) -> Intent:
        """Read back the order."""
        return intent_from(key, self.directory(key))

    def stop(self, key: AttemptKey, reason: str) -> None:
        """Ask an attempt to end: durable, then a signal to its shim; the first reason stands.

        One that no shim has claimed yet is fenced: launching it just to end it would take somebody to do so.
        """
        directory = self.directory(key)
        try:
            with writing(directory, _FULL):
                files.create_json(
                    directory / "stop.json", {"format": FORMAT, "reason": reason, "at": time.time()}
                )
            if self.fence(key, reason):
                return
        finally:
            # Also on a full disk: it may be this very worker that fills it.
            self._signal(directory)

    def _signal(self, directory: Path) -> None:
        # A shim that cannot be told from others sees for itself, within seconds, that it is to stop.
        with suppress(EnvironmentProblem):
            start = read_start(directory)
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
        start = read_start(directory)
        return taken or (start is not None and start.fenced)

    def evidence(self, key: AttemptKey) -> Evidence:
        """Read what an ended, lost or fenced attempt left; processes of a lost one are ended first."""
        directory = self.directory(key)
        if (directory / "exit.json").exists():
            return ended(directory)
        start = read_start(directory)
        if start is None:
            raise EnvironmentProblem(f"{directory} has no start.json", mend(directory))
        if start.fenced:
            return Evidence(
                cause="fenced",
                exit_code=None,
                error=start.reason,
                started_at=None,
                ended_at=start.document.path.stat().st_mtime,
                tail=self._tail(directory),
            )
        if locks.held(directory / "lock"):
            raise ValueError(f"{key} is still running")
        left = processes.end_marked(marker_of(directory), STRAY_GRACE)
        if self.intent(key).secrets:
            shutil.rmtree(directory / "inbox", ignore_errors=True)  # nobody took it in and took them out
        began = start.started_at or 0.0
        return Evidence(
            cause="lost",
            exit_code=None,
            error=f"processes that cannot be ended are left: {left}" if left else "",
            started_at=began,
            # The last sign of life; the same at every look.
            ended_at=max(began, _changed(directory / "output.log")),
            tail=self._tail(directory),
            metered=replayed(Document(directory / "intent.json", mend(directory)), directory),
        )

    def tail(self, key: AttemptKey) -> str:
        """Answer the end of an attempt's log as text, or the shim's last words where it has no log."""
        return self._tail(self.directory(key))

    def collected(self, key: AttemptKey, *, keep_home: bool = False) -> None:
        """Note that the record holds the result; the link of the finished attempt goes."""
        directory = self.directory(key)
        start = read_start(directory)
        began = None if start is None else start.started_at
        content = collected_json(attempt_from(key, directory), began, time.time())
        with writing(directory, _FULL):
            # Without fsync: whoever misses it collects again, and finds the same.
            files.write_passing(directory / "collected.json", content)
            self._layout.done_link(key.task_id, key.number).unlink(missing_ok=True)
        if not keep_home:
            clear(directory / "home")

    def grants(self) -> Mapping[TaskId, str]:
        """Read the one-shot retry grants that no intent has used."""
        if not self._grants.waiting():
            return {}
        self._scan.read()
        return self._grants.unused(self._scan.grants)

    def grant(self, task_id: TaskId) -> str:
        """Leave a one-shot retry grant and answer its token; one that waits already is enough."""
        self._layout.create()
        return self.grants().get(task_id) or self._grants.leave(task_id)

    def spend(self, grant: str) -> None:
        """Take away a grant that was answered without an attempt."""
        with writing(self._layout.grants, _FULL):
            self._grants.spend(grant)

    def _tail(self, directory: Path) -> str:
        return shown_tail(directory) or tail(directory / "shim.log")


def _fill(path: Path, data: bytes) -> None:
    """Write a new file durably; no rename is needed, since nobody looks before the intent has its name."""
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
