"""Starts the program of an attempt exactly as ordered, with a pipe or two for all that it prints."""

from __future__ import annotations

import fcntl
import os

from specrun.shim import light
from specrun.shim.light import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn


_WIDE = 1 << 20


class LaunchFailed(Exception):
    """The program could not be started; the message is a sentence for the user."""


def spawn(
    argv: Sequence[str], env: Mapping[str, str], cwd: str, stdin: str | None, *, apart: bool = False
) -> tuple[int, list[int]]:
    """Start the program in a session of its own; answers its pid and the reading end of its output.

    When `apart`, standard error has a pipe of its own, the second. It dies with the shim (Linux). Raises
    LaunchFailed, OSError.
    """
    shim = os.getpid()
    pipes = [os.pipe() for _ in range(2 if apart else 1)]
    if apart:
        for _, end in pipes:
            _widen(end)
    report, report_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(shim, [end for _, end in pipes], report_end, _Program(argv, env, cwd, stdin))
    for _, end in pipes:
        os.close(end)
    os.close(report_end)
    failure = _read_all(report)
    os.close(report)
    if failure:
        for output, _ in pipes:
            os.close(output)
        os.waitpid(pid, 0)
        raise LaunchFailed(failure.decode(errors="replace"))
    for output, _ in pipes:
        os.set_blocking(output, False)
    return pid, [output for output, _ in pipes]


def _widen(pipe: int) -> None:
    """Let a pipe hold much: there are CLIs that end without waiting for what it has not taken (Linux)."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _WIDE)
        except OSError:  # this user has too many such pipes; it works without
            return


class _Program:
    """What to become; everything is bytes, whatever the locale says."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: str, stdin: str | None) -> None:
        self.argv = [_bytes(word) for word in argv]
        self.env = {_bytes(name): _bytes(value) for name, value in env.items()}
        self.cwd = _bytes(cwd)
        self.stdin = _bytes(stdin or "/dev/null")


def _become(shim: int, outputs: Sequence[int], report: int, program: _Program) -> NoReturn:
    """Turn this fresh child into the program, or tell the shim why not."""
    what = "the program cannot be started"
    try:
        os.setsid()
        light.die_with_parent()
        if os.getppid() != shim:
            os._exit(1)
        _plain_signals()
        what = f"the input file '{_text(program.stdin)}' cannot be opened"
        os.dup2(os.open(program.stdin, os.O_RDONLY), 0)
        os.dup2(outputs[0], 1)
        os.dup2(outputs[-1], 2)
        what = f"the working folder '{_text(program.cwd)}' cannot be entered"
        os.chdir(program.cwd)
        what = f"'{_text(program.argv[0])}' cannot be started"
        os.execvpe(program.argv[0], program.argv, program.env)  # noqa: S606 - an argument list, on purpose
    except OSError as error:
        os.write(report, f"{what}: {error.strerror}".encode(errors="replace"))
    except ValueError as error:
        os.write(report, f"{what}: {error}".encode(errors="replace"))
    finally:
        os._exit(127)


def _plain_signals() -> None:
    """Undo what Python and the shim ignore: exec keeps ignored signals ignored."""
    for number in (
        signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE,
        signal.SIGTERM, signal.SIGTSTP, signal.SIGXFSZ, signal.SIGCHLD,
    ):  # fmt: skip
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _read_all(handle: int) -> bytes:
    data = b""
    while part := os.read(handle, 4096):
        data += part
    return data


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
