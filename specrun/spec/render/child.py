"""The parent's side of rendering: one child process for all prompts, started when first needed, replaced when it dies."""

from __future__ import annotations

import select
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from specrun.spec.render.frames import receive, send

PATIENCE = 60.0
"""Seconds of wall-clock time for one prompt; the child's own limit of processor time comes long before."""
PROGRAM = Path(__file__).with_name("__main__.py")

Values = dict[str, Any]


class Child:
    """Renders through a child process. `ask` answers its wishes for template files: {source} or {code, what, fix}."""

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

    def answer(self, job: Values) -> Values:
        """Do one job: {text, …} or {error}. A prompt that breaks a limit costs the child its life, and only that."""
        try:
            return self._conversation(self._started(), job)
        except (EOFError, OSError, TimeoutError):
            self.close()
            what = "the prompt asks for too much: more time or memory than a prompt may have"
            error = {"code": "E303", "what": what, "fix": "make it smaller", "template": "", "line": 0}
            return {"error": error}

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
                [sys.executable, "-I", "-S", str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
            self._close = weakref.finalize(self, _end, self._process)
            send(_pipe(self._process.stdin), {"path": [entry for entry in sys.path if entry]})
        return self._process

    def _conversation(self, process: subprocess.Popen[bytes], job: Values) -> Values:
        jobs, answers = _pipe(process.stdin), _pipe(process.stdout)
        for number in range(self._sent, len(self._contexts)):
            send(jobs, {"context": number, "values": self._contexts[number]})
        self._sent = len(self._contexts)
        send(jobs, job)
        while True:
            if not select.select([answers], [], [], PATIENCE)[0]:
                raise TimeoutError
            message: Values = receive(answers)
            if "need" not in message:
                return message
            send(jobs, self._ask(message["need"]))


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
