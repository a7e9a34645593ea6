"""Watches over one running program: its output, limits, requests to stop, and the end of its whole tree."""

from __future__ import annotations

import os
import select
import time

from specrun.shim import child, record
from specrun.shim.light import signal
from specrun.shim.output import open_output
from specrun.shim.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any

    from specrun.shim.light import Word
    from specrun.system.locks import Lock

_NEVER = float("inf")
_TICK = 0.02
_DISK_TICK = 0.25
_LOOK = 5.0
_LAST_LOOK = 0.5


class Attempt:
    """One run of one program. Making it opens the log and listens to signals; nothing is started yet."""

    def __init__(
        self, directory: str, intent: Mapping[str, Any], secrets: Mapping[str, str], lock: Lock
    ) -> None:
        self._directory = directory
        self._lock = lock
        self._intent = intent
        self._secrets = secrets
        self._limits: Mapping[str, Any] = intent["limits"]
        self._asked = False
        self._error = ""
        self._tree = Tree(intent["marker"])
        os.makedirs(f"{directory}/inbox", mode=0o700, exist_ok=True)
        self._output = open_output(directory, intent, tuple(secrets.values()))
        self._bell = self._listen()

    def run(self) -> dict[str, Word]:
        """Run the program to its end and that of all its descendants; answers the content of exit.json.

        Raises OSError when the directory is gone.
        """
        try:
            cause = self._watch()
            self._end()
            self._claim()
        except BaseException:
            self._kill()
            raise
        if cause == "exited":
            cause = self._too_much() or cause
        record.insist(self._output.finish, self._directory)
        wrong_output, wrong_verdict = self._take_inbox()
        stream = self._output.stream
        return {
            "cause": cause,
            "exit_code": self._tree.status,
            "error": self._error,
            "ended_at": time.time(),
            "output_bytes": self._output.total,
            "output_error": wrong_output,
            "verdict_error": wrong_verdict,
            **({"meter": stream.state()} if stream else {}),
        }

    def farewell(self) -> None:
        """Give the terminal a moment to take the last words."""
        screen = self._output.screen
        until = time.monotonic() + _LAST_LOOK
        while screen and screen.waiting and time.monotonic() < until:
            poll = select.poll()
            poll.register(screen.handle, select.POLLOUT)
            poll.poll(_LAST_LOOK * 1000)
            screen.drain()

    def _listen(self) -> int:
        """Have every signal ring a bell (a pipe) that a poll hears; answers the end to listen at."""
        bell, rope = os.pipe()
        for handle in (bell, rope):
            os.set_blocking(handle, False)
        signal.set_wakeup_fd(rope, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_end)
        for number in (signal.SIGQUIT, signal.SIGTSTP):  # typed into the terminal by mistake
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        return bell

    def _asked_to_end(self, number: int, _frame: FrameType | None) -> None:
        self._asked = True
        self._error = self._error or f"the shim got signal {number} from outside"

    def _watch(self) -> str:
        """Run the program until it ends or has to; answers the cause."""
        if self._stopped():
            return "stopped"
        try:
            program, pipes = self._spawn()
        except child.LaunchFailed as failure:
            self._error = str(failure)
            return "launch_failed"
        self._output.attach(pipes)
        self._tree.started(program)
        began = self._heard = time.monotonic()
        self._look = began + _LOOK
        timeout = self._limits["timeout"]
        over = began + timeout if timeout is not None else _NEVER
        while True:
            self._tree.reap()
            if self._tree.status is not None:
                return "exited"
            cause = self._overdue(over)
            if cause:
                return cause
            self._turn(min(over, self._silent(), self._look) - time.monotonic())

    def _spawn(self) -> tuple[int, list[int]]:
        intent = self._intent
        # A check does not get the values that are taken out of what it prints.
        env = {**intent["env"], **({} if intent.get("conceal") else self._secrets)}
        apart = self._output.stream is not None
        return child.spawn(intent["argv"], env, intent["cwd"], intent.get("stdin"), apart=apart)

    def _silent(self) -> float:
        idle = self._limits["idle_timeout"]
        return self._heard + idle if idle is not None else _NEVER

    def _overdue(self, over: float) -> str:
        """Answer why the program has to end now, or nothing. Raises FileNotFoundError, see `_claim`."""
        now = time.monotonic()
        if self._asked or now >= self._look:
            self._look = now + _LOOK
            self._claim()
            if self._stopped():  # asked for by someone who may have been killed before the signal
                return "stopped"
        if self._asked:
            return "exited"
        if cause := self._too_much():
            return cause
        if now >= over:
            self._error = f"it ran for longer than {self._limits['timeout']:g} s"
            return "timeout"
        if now >= self._silent() and not self._output.waiting:
            self._error = f"it printed nothing for {self._limits['idle_timeout']:g} s"
            return "idle_timeout"
        return ""

    def _claim(self) -> None:
        """Raise FileNotFoundError when the directory is gone, even if one of the same name is there again."""
        if not self._lock.stands(f"{self._directory}/lock"):
            raise FileNotFoundError(f"{self._directory} was removed while its attempt ran")

    def _too_much(self) -> str:
        """Answer which cap the program has crossed, or nothing."""
        cause = error = ""
        if self._output.exceeded:
            cause = "log_limit"
            error = f"the log reached its limit of {self._limits['log_bytes']} bytes"
        elif self._output.stream:
            cause, error = self._output.stream.crossed()
        self._error = error or self._error
        return cause

    def _stopped(self) -> bool:
        if not os.path.exists(f"{self._directory}/stop.json"):
            return False
        self._error = ""
        return True

    def _end(self) -> None:
        """End everyone who is left, then take what is still in the pipes."""
        grace = 0.0 if self._cleaned_up() else self._limits["grace"]
        while not self._tree.gone():
            if not self._tree.end(grace):
                self._error = f"{self._error}; processes that cannot be ended are left".lstrip("; ")
                break
            self._turn(_TICK)
        self._output.close()

    def _cleaned_up(self) -> bool:
        """Give a program that knows how to end its own children the time for it; False for all others."""
        seconds: float = self._intent.get("cleanup") or 0.0
        if not seconds or not self._tree.ask():
            return False
        until = time.monotonic() + seconds
        while self._tree.status is None and time.monotonic() < until:
            self._turn(until - time.monotonic())
            self._tree.reap()
        return True

    def _kill(self) -> None:
        """Leave nobody behind when the shim itself fails."""
        while not self._tree.gone() and self._tree.end(0.0):
            time.sleep(_TICK)

    def _turn(self, longest: float) -> None:
        """Wait for output, a signal or the terminal, for `longest` seconds, and deal with what there is."""
        output, stream = self._output, self._output.stream
        if stream:
            longest = min(longest, stream.due - time.monotonic())
        ready = self._wait(longest)
        if self._bell in ready:
            _empty(self._bell)
        for pipe in ready & set(output.pipes):
            if output.read(pipe):
                self._heard = time.monotonic()
        if stream and stream.due <= time.monotonic():
            self._claim()
            stream.note()
        if output.screen:
            output.screen.drain()

    def _wait(self, longest: float) -> set[int]:
        """Answer who of all that is waited for has something."""
        output = self._output
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        if output.waiting:
            longest = min(longest, _DISK_TICK)
            output.flush()
        else:
            for pipe in output.pipes:
                poll.register(pipe, select.POLLIN)
        if output.screen and output.screen.waiting:
            poll.register(output.screen.handle, select.POLLOUT)
        return {handle for handle, _ in poll.poll(None if longest == _NEVER else max(0.0, longest) * 1000)}

    def _take_inbox(self) -> tuple[str, str]:
        """Take in what was left for specrun; answers what is wrong with output and verdict."""
        here = self._directory
        left = ("inbox/output", "inbox/verdict", "output.json", "verdict")
        if not os.path.islink(f"{here}/inbox") and not any(
            os.path.lexists(f"{here}/{name}") for name in left
        ):
            return "", ""
        from specrun.shim import inbox as box

        wrong = ["", ""]
        secrets = tuple(self._secrets.values())

        def take() -> None:
            box.clear(here)
            wrong[:] = [box.take_output(here, secrets), box.take_verdict(here, secrets)]

        record.insist(take, here)
        if secrets:
            box.forget(here)
        return wrong[0], wrong[1]


def _empty(bell: int) -> None:
    try:
        while os.read(bell, 512):
            continue
    except BlockingIOError:
        return
