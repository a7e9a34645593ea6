"""Dispatches verbs and turns every way of ending into an exit code and one clear message."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from specrun.errors import ExitCode, InvalidSpec, SpecrunError

COMMANDS = {
    "init": "specrun.commands.init",
    "validate": "specrun.commands.validate",
    "render": "specrun.commands.render",
    "diff": "specrun.commands.diff",
    "apply": "specrun.commands.apply",
    "status": "specrun.commands.status",
    "list": "specrun.commands.list",
    "graph": "specrun.commands.graph",
    "wait": "specrun.commands.wait",
    "logs": "specrun.commands.logs",
    "attach": "specrun.commands.attach",
    "open": "specrun.commands.open",
    "stop": "specrun.commands.stop",
    "retry": "specrun.commands.retry",
    "results": "specrun.commands.results",
    "explain": "specrun.commands.explain",
    "history": "specrun.commands.history",
    "accept": "specrun.commands.accept",
    "freeze": "specrun.commands.freeze",
    "unfreeze": "specrun.commands.unfreeze",
    "prune": "specrun.commands.prune",
    "fmt": "specrun.commands.fmt",
    "schema": "specrun.commands.schema",
    "skill": "specrun.commands.skill",
    "doctor": "specrun.commands.doctor",
    "help": "specrun.commands.help",
    "completion": "specrun.commands.completion",
}
"""Every verb and the module whose `command` it is; imported only when it is asked for."""

_COMPLETING = "_SPECRUN_COMPLETE"
"""The variable with which a shell asks how a command line may go on."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and answer its exit code."""
    if os.environ.get(_COMPLETING):
        return _completed(os.environ[_COMPLETING])
    from specrun.commands import console

    if sys.stdout is None:
        console.complain("standard output is closed; fix: send it to a file or to /dev/null")
        return ExitCode.ENVIRONMENT
    console.settle()
    try:
        from specrun.commands.verbs import dispatch

        code = dispatch(arguments, COMMANDS)
        console.flush()
    except KeyboardInterrupt:
        console.complain("interrupted")
        code = ExitCode.INTERRUPTED
    except InvalidSpec as error:
        console.problems(error.problems)
        code = error.exit_code
    except SpecrunError as error:
        console.complain(str(error))
        code = error.exit_code
    except OSError as error:
        code = _system(error, arguments)
    except Exception as error:
        code = _bug(error, arguments)
    return code


def _completed(instruction: str) -> int:
    """Answer a shell that completes a command line; nobody wants to read of anything wrong while typing."""
    try:
        from specrun.commands.completing import answer

        sys.stdout.write(answer(instruction, os.environ))
        sys.stdout.flush()
    except Exception:
        return ExitCode.FAILED
    return ExitCode.OK


def _system(error: OSError, arguments: Sequence[str]) -> int:
    """Answer for an error of the operating system that nobody closer to it understood."""
    from specrun.commands import console

    console.abandon()
    if error.errno not in _FIXES:
        return _bug(error, arguments)
    what = error.strerror or str(error)
    where = f": {error.filename}" if error.filename else ""
    console.complain(f"{what[:1].lower()}{what[1:]}{where}; fix: {_FIXES[error.errno]}")
    return ExitCode.ENVIRONMENT


_SPACE = "free some space, then run the same command again"
_RIGHTS = "let this user write there; `specrun doctor` tells which folders are needed"
_FIXES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: _RIGHTS,
    errno.EIO: "look after this disk",
    errno.EMFILE: "raise the limit of open files: ulimit -n",
    errno.ENFILE: "close some programs",
}


def _bug(error: Exception, arguments: Sequence[str]) -> int:
    """Leave a report of a bug in specrun itself and say where it is."""
    from specrun.commands import console
    from specrun.commands.bugs import report

    path = report(error, arguments)
    told = f"{type(error).__name__}: {error}"
    fix = f"report this bug with {path}" if path else "report this bug"
    console.complain(f"internal error: {told}; workers are not affected; fix: {fix}")
    return ExitCode.INTERNAL
