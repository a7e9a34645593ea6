"""Finds coding CLIs on this machine and asks them for their versions, all at the same time."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specrun.store.health import Finding
from specrun.store.printable import one_line, printable
from specrun.store.remedies import remedy
from specrun.system.processes import MARKER, end_marked

LIMIT = 10.0
"""Seconds that a CLI gets to tell its version."""

_STEP = 0.02
_MOST = 1 << 16
_WIDTH = 80
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A CLI to look at: `program` is what is looked for on `path`, `version` asks it for its version.

    `tested` are the versions that are known to work, `wanted` what cannot do without it, such as a task, and
    `instead` what else can be done where it is not there.
    """

    name: str
    program: str
    path: str
    version: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    wanted: str = ""
    instead: str = "write another `agent`"


def looked_at(programs: Sequence[Program], *, limit: float = LIMIT) -> tuple[Finding, ...]:
    """Answer a finding for each program; one that is not there is a fault only where a task wants it.

    They run with a clean environment in an empty home, for at most `limit` seconds, and leave no process.
    """
    looks = [_Look(one) for one in programs]
    marker = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="specrun-", ignore_cleanup_errors=True) as home:
        try:
            for look in looks:
                look.ask(tempfile.mkdtemp(dir=home), marker)
            until = time.monotonic() + limit
            while sum(look.listening() for look in looks) and time.monotonic() < until:
                time.sleep(
                    _STEP
                )  # an answer and an end may come in any order, and a pipe tells of the one only
        finally:
            end_marked(marker, 0.0)
            for look in looks:
                look.end()
    return tuple(look.finding(limit) for look in looks)


class _Look:
    """One program, from looking for it to what it has told."""

    def __init__(self, program: Program) -> None:
        self._program = program
        found = shutil.which(program.program, path=program.path)
        self._path = found and str(Path(found).absolute())  # it is not started from here
        self._process: subprocess.Popen[bytes] | None = None
        self._output, self._said = -1, b""
        self._code: int | None = None
        self._trouble = ""

    def ask(self, home: str, marker: str) -> None:
        """Start it where it is there and can be asked."""
        one = self._program
        if self._path is None or not one.version:
            return
        self._output, output = os.pipe()
        os.set_blocking(self._output, False)
        try:
            self._process = subprocess.Popen(
                (self._path if one.version[0] == one.program else one.version[0], *one.version[1:]),
                cwd=home,
                env={"PATH": one.path, "HOME": home, "LC_ALL": "C.UTF-8", MARKER: marker},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as exc:
            self._trouble = f"cannot be started: {exc.strerror}"
        finally:
            os.close(output)

    def listening(self) -> bool:
        """Take what it has said; whether it is still at work.

        A child that it left behind may hold the pipe, and is not waited for.
        """
        if self._process is None or self._code is not None:
            return False
        code = self._process.poll()
        with suppress(BlockingIOError):
            while len(self._said) < _MOST and (chunk := os.read(self._output, _MOST)):
                self._said += chunk
        if len(self._said) >= _MOST:
            self._process.kill()
        self._code = code
        return code is None

    def end(self) -> None:
        """Leave neither a process nor a pipe."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._output >= 0:
            os.close(self._output)

    def finding(self, limit: float) -> Finding:
        """Say what was found."""
        one = self._program
        if self._path is not None:
            told = self._trouble or (self._answer(limit) if self._process else "")
            return Finding(name=one.name, what=f"{self._path} {told}".rstrip())
        commands = remedy(one.program, os.environ.get("PATH", os.defpath))
        if not one.wanted:
            return Finding(name=one.name, what="not installed", notice=True, commands=commands)
        return Finding(
            name=one.name,
            what=f"not installed, and {one.wanted} wants it",
            ok=False,
            fix=f"install {one.program}, or {one.instead}",
            commands=commands,
        )

    def _answer(self, limit: float) -> str:
        if self._code is None:
            return f"does not answer within {limit:g}s"
        text = self._said.decode("utf-8", "replace")
        version = _VERSION.search(printable(text))
        if self._code == 0 and version:
            return f"{version.group()} {self._known(version.group())}".rstrip()
        how = (
            f" (exit code {self._code})"
            if self._code > 0
            else f" (signal {-self._code})"
            if self._code
            else ""
        )
        said = one_line(text, _WIDTH)
        return f"tells no version{how}" + (f": {said}" if said else "")

    def _known(self, version: str) -> str:
        if version in self._program.tested:
            return "(tested)"
        tested = ", ".join(self._program.tested)
        return f"(not tested; tested: {tested})" if tested else ""
