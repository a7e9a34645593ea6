"""Finds what the runs of an attempt's checks have left on this machine."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specrun import wiring
from specrun.core.evidence import CheckRecord
from specrun.core.world import Attempt
from specrun.ports import AttemptKey
from specrun.store.documents import LARGEST, contents, parse
from specrun.store.logs import log_path

_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class CheckLog:
    """One run of a check: its name, its key, and its log, which may be missing."""

    name: str
    key: AttemptKey
    path: Path


def check_logs(project: wiring.Project, attempt: Attempt) -> tuple[CheckLog, ...]:
    """Answer the runs of an attempt's checks, oldest first."""
    key = AttemptKey(attempt.task_id, attempt.number)
    found = _found(key, project.attempts.directory(key) / "checks")
    return tuple(sorted(found, key=lambda one: one.key.check))


def last_log(project: wiring.Project, attempts: Sequence[Attempt], name: str) -> CheckLog | None:
    """Answer the last run of a check in the newest of these attempts that has one."""
    for attempt in reversed(attempts):
        found = [one for one in check_logs(project, attempt) if one.name == name]
        if found:
            return found[-1]
    return None


def log_of(project: wiring.Project, attempts: Sequence[Attempt], told: CheckRecord) -> str:
    """Answer where the log lies that a record speaks of, "" where it is not on this machine any more.

    The newest run of a check need not be the one: another may be at work, or have been broken off.
    """
    for attempt in reversed(attempts) if told.output_digest else ():
        for run in reversed(check_logs(project, attempt)):
            if run.name == told.name and _digest(run.path) == told.output_digest:
                return str(run.path)
    return ""


def _digest(path: Path) -> str:
    with suppress(OSError), os.fdopen(os.open(path, _PLAIN), "rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _found(key: AttemptKey, folder: Path) -> Iterator[CheckLog]:
    # What is not whole, or being removed just now, is told of by those who need it.
    with suppress(OSError):
        for place in folder.iterdir():
            with suppress(OSError, ValueError):
                intent = parse(contents(place / "intent.json", LARGEST))
                if isinstance(intent, dict):
                    run = AttemptKey(key.task_id, key.number, int(place.name))
                    yield CheckLog(str(intent.get("name")), run, log_path(place))
