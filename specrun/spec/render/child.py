"""The parent's side of rendering: one child for all prompts, started when needed, replaced when it dies."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from specrun.errors import EnvironmentProblem
from specrun.spec.render.frames import receive, send

PATIENCE = 60.0
"""Seconds of wall-clock time for one prompt; the child's own limit of processor time comes long before."""
BATCH = 100
PROGRAM = Path(__file__).with_name("__main__.py")
BREACHES = {-signal.SIGPROF, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT}
"""How a child ends when a prompt breaks a limit that only the kernel can hold."""
TOO_MUCH = "the prompt asks for too much: more time or memory than a prompt may have"

Values = dict[str, Any]


class Child:
    """Renders through a child process.

    `ask` answers its wishes for template files: {source} or {code, what, fix}.
    """

    def __init__(self, ask: Callable[[str], dict[str, str]]) -> None:
        self._ask = ask
        self._contexts: list[Values] = []
        self._sent = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._close: Callable[[], object] | None = None

    def context(self, values: Values) -> int:
        """Keep values that many jobs share and answer their number."""
        self._contexts.append(values)
        return len(self._contexts) - 1

    def answers(self, jobs: Sequence[Values]) -> list[Values]:
        """Do many jobs, each as `answer` does, with few messages."""
        found: list[Values] = []
        for start in range(0, len(jobs), BATCH):
            batch = list(jobs[start : start + BATCH])
            said = self._batch(batch) if len(batch) > 1 else None
            found += said if said is not None else [self.answer(job) for job in batch]
        return found

    def answer(self, job: Values) -> Values:
        """Do one job: {text, …} or {error}.

        A prompt that breaks a limit costs the child its life; the next job starts another.
        Raises EnvironmentProblem when there can be no child.
        """
        said = self._batch([job])
        if said is not None:
            return said[0]
        return {
            "error": {"code": "E303", "what": TOO_MUCH, "fix": "make it smaller", "template": "", "line": 0}
        }

    def _batch(self, jobs: list[Values]) -> list[Values] | None:
        """Answer a batch, None when one of its jobs was the end of the child."""
        process = self._started()
        try:
            return self._conversation(process, jobs)
        except TimeoutError:
            process.kill()
            process.wait()
        except (EOFError, OSError):
            if process.wait() not in BREACHES:
                raise self._broken(process) from None
        finally:
            if process.poll() is not None:
                self.close()
        return None

    def start(self) -> None:
        """Start the child ahead of the first job, so that it gets ready meanwhile."""
        self._started()

    def close(self) -> None:
        """End the child; the next job starts another one."""
        if self._close:
            self._close()
        self._process, self._close, self._sent = None, None, 0

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", *(["-B"] if sys.dont_write_bytecode else []), str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
            self._close = weakref.finalize(self, _end, self._process)
            send(_pipe(self._process.stdin), {"path": [entry for entry in sys.path if entry]})
        return self._process

    def _broken(self, process: subprocess.Popen[bytes]) -> EnvironmentProblem:
        said = process.stderr.read().decode("utf-8", "replace").strip() if process.stderr else ""
        last = said.rpartition("\n")[2] or f"exit code {process.returncode}"
        return EnvironmentProblem(f"the process that renders prompts broke: {last}", "check the installation")

    def _conversation(self, process: subprocess.Popen[bytes], batch: list[Values]) -> list[Values]:
        jobs, answers = _pipe(process.stdin), _pipe(process.stdout)
        for number in range(self._sent, len(self._contexts)):
            send(jobs, {"context": number, "values": self._contexts[number]})
        self._sent = len(self._contexts)
        send(jobs, {"jobs": batch})
        while True:
            if not select.select([answers], [], [], PATIENCE)[0]:
                raise TimeoutError
            message: Values = receive(answers)
            if "answers" in message:
                return list(message["answers"])
            send(jobs, self._ask(message["need"]))


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()
